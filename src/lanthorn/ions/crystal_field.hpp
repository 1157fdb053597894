#pragma once

#include "lanthorn/ions/free_ion.hpp"

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace lanthorn {

/// B^k_q of H = sum_kq B^k_q sum_i C^(k)_q(i) in Wybourne's normalisation. Only q >= 0 is given:
/// B^k_-q = (-1)^q conj(B^k_q), which makes H Hermitian.
struct CrystalFieldParameter {
    int k = 0;  ///< 2, 4 or 6
    int q = 0;  ///< 0 to k
    std::complex<double> B_per_cm;
};

/// A state of an ion in the crystal field.
struct StarkState {
    double energy_per_cm = 0;  ///< above the ground level of the free ion, like the levels
    std::size_t level = 0;     ///< the free-ion level it holds most of
    double weight = 0;         ///< of that level in the state, 0 to 1
};

/// Stark states of the chosen free-ion levels, which mix with each other and with no others: one level gives its
/// first-order splitting (barycentre kept), more of them J mixing, all of them the exact answer of 4f^n. The
/// energies of the levels are taken as they stand in `ion`: put measured barycentres there to use those.
///
/// Real symmetric where all B are real, Hermitian otherwise; about N^3 of time with N the sum of 2J + 1.
/// @param levels  indices into ion.levels, each once
/// @return all N states, ascending energy; in odd 4f^n each energy stands twice (Kramers)
std::vector<StarkState> crystal_field(FreeIon const& ion, std::span<CrystalFieldParameter const> field,
                                      std::span<std::size_t const> levels);

/// Boltzmann weights exp(-(E - E_min)/kT)/Z, which sum to 1.
std::vector<double> thermal_weights(std::span<double const> energies_per_cm, double temperature_K);

/// Z = sum exp(-(E - E_min)/kT) [1].
double partition_function(std::span<double const> energies_per_cm, double temperature_K);

}  // namespace lanthorn
