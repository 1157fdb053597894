#pragma once

#include "lanthorn/ions/channel.hpp"
#include "lanthorn/ions/rates.hpp"

#include <cstddef>
#include <vector>

namespace lanthorn {

/// A species as rates see it.
struct IonInHost {
    SpeciesId species;
    Ion const& ion;
    HostOptics const& host;
};

/// How strong cooperative transfer is. Second-order theory does not give it without knowing the intermediate states.
struct CooperativeStrength {
    /// C12 at exact resonance [nm^12/s], of any two donors and any acceptor.
    Sourced<double> C12_nm12_per_s{
        .value = 2.1e-3,
        .sigma = 0,
        .source = {.key = "vergeer2005",
                   .where = "Tb 5D4 to two nearest Yb in YPO4, 0.26 /ms at 0.377 nm",
                   .kind = Kind::estimated,
                   .recalled = true,
                   .note =
                       "Measured for the way back, Tb to Yb; taken for every pair of donors and every host"}};
};

/// Two donors a and b go to their ground levels, an acceptor goes up from its ground level:
/// rate = C12 F(eps)/F(0) min(1, exp(-eps/kT)) d_ac^-6 d_bc^-6.
///
/// eps is what the acceptor gains more than both donors lose, of free energies; F is PhononAssistedOverlap with the
/// widths of all three bands added in squares and the mean phonon constants of the three hosts. One way only. Of one
/// species, each pair of levels of the donors stands once. Not modelled: the strengths of the three transitions, which
/// are all inside C12, and the way back (quantum cutting). Theory: transfer.14, transfer.15.
/// @param dropped  counts channels slower than negligible::slowest_transfer_per_s with both donors at
///                 negligible::nearest_nm; may be null
std::vector<TripleChannel> triple_channels(IonInHost const& donor_a, IonInHost const& donor_b,
                                           IonInHost const& acceptor, RateConditions const& conditions,
                                           CooperativeStrength const& strength = {},
                                           std::size_t* dropped = nullptr);

}  // namespace lanthorn
