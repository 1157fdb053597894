#pragma once

#include "lanthorn/numerics/matrix.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lanthorn {

/// Parameters of the Hamiltonian of 4f^n [1/cm], as spectra of crystals are fitted.
///
/// H = sum_k F^k f_k + zeta sum s.l + alpha L(L+1) + beta G(G2) + gamma G(R7)
///     + sum_i T^i t_i + sum_k M^k m_k + sum_k P^k p_k.
/// F: Coulomb. zeta: spin-orbit. alpha, beta, gamma: two-electron correlation. T: Judd's three-electron
/// correlation (t_2 in its first form, not the orthogonal t_2'). M: spin-other-orbit and spin-spin, Marvin's
/// integrals. P: electrostatically correlated spin-orbit. The barycentre of 4f^n (F^0, E_avg) is left out:
/// energies count from the ground level.
struct FreeIonParameters {
    double F2 = 0, F4 = 0, F6 = 0;
    double zeta = 0;
    double alpha = 0, beta = 0, gamma = 0;
    double T2 = 0, T3 = 0, T4 = 0, T6 = 0, T7 = 0, T8 = 0;
    double M0 = 0, M2 = 0, M4 = 0;
    double P2 = 0, P4 = 0, P6 = 0;

    bool operator==(FreeIonParameters const&) const = default;
};

/// The parameters without M^k and P^k, from which the tables of line strengths are computed. In fits of published
/// crystals the part of these operators that acts like spin-orbit coupling is shared with zeta by a convention that
/// differs beyond the half-filled shell; with them the strengths agree less well with the tables of aquo ions.
FreeIonParameters without_magnetic_pairs(FreeIonParameters parameters);

/// What a level holds of all terms of one S and L.
struct TermWeight {
    int twice_S = 0, L = 0;
    double weight = 0;
};

/// A J multiplet of the free ion.
struct FreeIonLevel {
    std::string label;  ///< of the dominant term, "2H11/2"; the next of the same name is "2H(2)11/2"
    double J = 0;
    double energy_per_cm = 0;             ///< above the ground level
    std::vector<TermWeight> composition;  ///< descending weight, sum 1
};

/// Levels of 4f^n in intermediate coupling with their wave functions and reduced matrix elements.
struct FreeIon {
    int f_electrons = 0;
    std::vector<FreeIonLevel> levels;  ///< all of them, ascending energy

    /// Slater determinants of the lowest |M_J|, 0 or 1/2. Bit 2 (3 - m) is the orbital m with spin up, the next
    /// one that with spin down; creation operators stand in the order of the bits, the lowest left.
    std::vector<std::uint16_t> determinants;
    Matrix states;  ///< (determinants, levels) amplitudes at that M_J; the sign of a level is arbitrary

    /// Reduced matrix elements <i||X||j>, (levels, levels); their signs go with those of `states`.
    Matrix U2, U4, U6;  ///< of the unit tensors U^(k) = sum u^(k)
    Matrix magnetic;    ///< of L + 2S [hbar]

    Matrix const& U(int k) const;  ///< k = 2, 4, 6
};

/// Diagonalises H in all Slater determinants of one M_J and takes the reduced matrix elements there and, raised
/// by J+, at the next M_J. J is exact: H is diagonalised within each eigenspace of J^2.
///
/// 4f^n alone: neither 4f^(n-1) 5d nor other configurations but through the effective operators above.
/// @param f_electrons  n, 1 to 13
FreeIon free_ion(int f_electrons, FreeIonParameters const& parameters);

/// How many terms (S, L) 4f^n has, each counted as often as it occurs: 7 in 4f^2, 119 in 4f^7.
std::size_t term_count(int f_electrons);

}  // namespace lanthorn
