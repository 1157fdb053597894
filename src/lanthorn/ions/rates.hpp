#pragma once

#include "lanthorn/ions/channel.hpp"
#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"

#include <optional>
#include <vector>

namespace lanthorn {

/// What rates depend on beside ion and host.
struct RateConditions {
    double temperature_K = 295;
    /// Index of the medium around the particle; none = bulk crystal (virtual-cavity field of the host).
    std::optional<double> medium_index;
    std::vector<double> laser_per_cm;  ///< (lasers) wavenumber of each excitation
};

/// Every channel of a single ion: emission (electric and magnetic dipole), multiphonon relaxation down and
/// up, absorption and stimulated emission of every laser.
std::vector<OneSiteChannel> one_site_channels(SpeciesId species, Ion const& ion, HostOptics const& host,
                                              RateConditions const& conditions);

/// Every dipole-dipole channel from a donor to an acceptor species (directed), phonon-assisted where off resonance.
std::vector<PairChannel> pair_channels(SpeciesId donor, Ion const& donor_ion, HostOptics const& donor_host,
                                       SpeciesId acceptor, Ion const& acceptor_ion, HostOptics const& acceptor_host,
                                       RateConditions const& conditions);

}  // namespace lanthorn
