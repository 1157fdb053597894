#pragma once

#include "lanthorn/ions/channel.hpp"
#include "lanthorn/ions/manifolds.hpp"
#include "lanthorn/ions/transfer.hpp"

#include <array>
#include <span>
#include <vector>

namespace lanthorn {

/// What a transfer does: the donor goes from `donor_from` down to `donor_to`, the acceptor from `acceptor_from` up to
/// `acceptor_to`.
struct PairStep {
    LevelId donor_from, donor_to, acceptor_from, acceptor_to;

    /// The same step undone: the acceptor has become the donor.
    PairStep back() const { return {acceptor_to, acceptor_from, donor_to, donor_from}; }
    bool operator==(PairStep const&) const = default;
};

/// g(d) of a law, without the radius of its network [nm^-s, or 1]; > 0.
/// @param range_nm  L of the exponential
double log_distance_factor(DistanceLaw law, double distance_nm, double range_nm);

/// Calculated coefficients of every transfer from one ion to another, on logarithms: nothing underflows, however far
/// off resonance, and nothing is left out.
///
/// C(eps) = C[F(|eps|)] min(1, exp(-eps/kT)) where C are dipole_transfer_sixth, dipole_quadrupole_transfer_eighth (the
/// sum of both ways round) and quadrupole_transfer_tenth, F is PhononAssistedOverlap with the means of the two hosts'
/// phonon constants, and eps the mismatch of the free energies of the four multiplets. The law of the other direction,
/// with donor and acceptor exchanged, gives bit for bit the same even part, so that
/// C/C_back = g_j g_l/(g_i g_k) exp(-eps/kT) holds to rounding. Theory: transfer.7, transfer.8, transfer.10.
class PairLaw {
public:
    /// @throws InputError as electric_line_strength_cm2 and Manifolds, and where <r^2> of an ion is wanted and unknown
    PairLaw(Ion const& donor, HostOptics const& donor_host, Ion const& acceptor,
            HostOptics const& acceptor_host, double temperature_K, Multipoles multipoles = Multipoles::dipole,
            LocalField field = LocalField::virtual_cavity);

    /// The laws that are calculated.
    std::span<DistanceLaw const> laws() const
    {
        return {laws_.data(), multipoles_ == Multipoles::dipole ? 1U : 3U};
    }

    /// What the acceptor gains more than the donor loses, of free energies.
    double mismatch_per_cm(PairStep const& step) const;
    /// The same of barycentres, < 0 where heat is taken from the lattice, with the sign of heat: the levels of a network
    /// stand at their barycentres, so its energies add up with this.
    double heat_per_cm(PairStep const& step) const;
    /// ln of the coefficient in nm^s/s; -infinity where the strengths vanish.
    double log_coefficient(DistanceLaw law, PairStep const& step) const;
    /// That of the step back, as the law of the other direction has it.
    double log_coefficient_back(DistanceLaw law, PairStep const& step) const;
    /// ln(coefficient/that of the way back).
    double log_balance(PairStep const& step) const;

private:
    struct Side {
        Side(Ion const& ion, HostOptics const& host, double temperature_K, Multipoles multipoles,
             LocalField field);

        std::size_t at(LevelId a, LevelId b) const { return a.value * energy_per_cm.size() + b.value; }

        std::vector<double> energy_per_cm, free_energy_per_cm, log_g;  // (levels)
        std::vector<double> log_dipole, log_quadrupole;  // (levels, levels) of chi S [cm^2], Q [cm^4]
    };

    double log_even(DistanceLaw law, PairStep const& step) const;

    static constexpr std::array laws_{DistanceLaw::inverse_sixth, DistanceLaw::inverse_eighth,
                                      DistanceLaw::inverse_tenth};
    Multipoles multipoles_;
    double kT_per_cm_;
    Side donor_, acceptor_;
    PhononAssistedOverlap overlap_;
    std::array<double, 3>
        log_prefactor_;  ///< of laws_, for strengths, overlap and degeneracies of 1 at n = 1
};

}  // namespace lanthorn
