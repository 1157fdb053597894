#pragma once

#include "lanthorn/base/index.hpp"
#include "lanthorn/data/sourced.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// What a channel is physically. Decides which photons and phonons it carries.
enum class Process {
    electric_dipole,      ///< spontaneous photon
    magnetic_dipole,      ///< spontaneous photon
    multiphonon,          ///< down or up, heat only
    absorption,           ///< pump photon in
    stimulated_emission,  ///< pump photon out, into the laser mode
    transfer,             ///< energy from ion to ion; the mismatch is heat
    quenching,            ///< one-way, into vibrations or a defect; heat only
    other,                ///< user's or peer's rate, nothing known
};
std::string_view to_text(Process process);

/// One ion changes its level: rate = k0 + sum_l s_l I_l, so that decay, pumps, excited-state absorption and
/// stimulated emission of several lasers are one form.
struct OneSiteChannel {
    SpeciesId species;
    LevelId from, to;
    double k0_per_s = 0;
    std::vector<double> per_irradiance;  ///< (lasers) s_l [cm^2 W^-1 s^-1]; empty = none
    Process process = Process::other;
    double photon_per_cm = 0;       ///< energy of the photon emitted (> 0) or absorbed (< 0); 0 = none
    double heat_per_cm = 0;         ///< energy given to the lattice, < 0 taken from it
    bool detailed_balance = false;  ///< the way back is there too, in exact detailed balance
    Source source;
};

/// How a pair rate depends on distance: rate = coefficient * g(d) for d < interaction radius.
enum class DistanceLaw {
    inverse_sixth,   ///< g = d^-6 [nm^-6]: dipole-dipole
    inverse_eighth,  ///< g = d^-8 [nm^-8]: dipole-quadrupole
    inverse_tenth,   ///< g = d^-10 [nm^-10]: quadrupole-quadrupole
    exponential,     ///< g = exp(-2 d/L): exchange
    linear,          ///< g = 1 - d/radius, the peer's second law
};
std::string_view to_text(DistanceLaw law);
/// The power s of an inverse law, 6, 8 or 10; 0 of the others.
int power_of(DistanceLaw law);

/// Donor goes down, acceptor goes up, in one step. Directed: both orders of a pair of one species are two
/// events.
struct PairChannel {
    SpeciesId donor, acceptor;
    LevelId donor_from, donor_to, acceptor_from, acceptor_to;
    double coefficient =
        0;  ///< [nm^s/s] for inverse powers s, [1/s] for linear and exponential (its rate at d = 0)
    DistanceLaw law = DistanceLaw::inverse_sixth;
    double range_nm = 0;            ///< L of exponential
    double heat_per_cm = 0;         ///< energy given to the lattice, = -(mismatch)
    bool detailed_balance = false;  ///< the way back is there too, in exact detailed balance
    Source source;
};

/// Two donors feed one acceptor: rate = coefficient * d_ac^-6 d_bc^-6 where both distances are below the
/// network's radius of triples. Where a and b are of one kind, each unordered pair of donors is one event.
/// There is no way back.
struct TripleChannel {
    SpeciesId donor_a, donor_b, acceptor;
    LevelId a_from, a_to, b_from, b_to, acceptor_from, acceptor_to;
    double coefficient = 0;  ///< [nm^12/s]
    double heat_per_cm = 0;  ///< energy given to the lattice
    Source source;
};

}  // namespace lanthorn
