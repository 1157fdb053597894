#pragma once

#include "lanthorn/study/assemble.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace lanthorn::app {

struct OneSiteRate {
    std::size_t channel = 0;  ///< of Network::one_site
    double rate_per_s = 0;    ///< in the recipe's light
    std::optional<std::size_t> laser;
};

struct PairRate {
    std::size_t channel = 0;     ///< of Network::pair
    double rate_per_s = 0;       ///< at the nearest distance
    double mismatch_per_cm = 0;  ///< free energy that the lattice must give
};

struct TripleRate {
    std::size_t channel = 0;  ///< of Network::triple
    double rate_per_s = 0;    ///< both donors at the nearest distance from the acceptor
};

/// What single ions have on top of a channel of their species.
struct SiteRate {
    std::size_t channel = 0;  ///< of Network::one_site
    std::size_t ions = 0;
    double mean_per_s = 0, largest_per_s = 0;  ///< of those ions
};

/// Every channel of a network, the fastest first. A one-site channel that single ions alone have is among `sites` only.
struct RateTable {
    double nearest_nm = 0;
    std::vector<OneSiteRate> one_site;
    std::vector<PairRate> pairs;
    std::vector<TripleRate> triples;
    std::vector<SiteRate> sites;
};

/// @param irradiance_W_per_cm2  (lasers)
RateTable rate_table(Assembly const& assembly, std::vector<double> const& irradiance_W_per_cm2);

/// Smallest distance [nm] between two positions of the crystal that can hold a rare earth (or what stands in its
/// place), whatever stands there; infinite where there are not two within 1.5 nm.
double nearest_distance_nm(Crystal const& crystal);

/// How fast a transfer is at a distance [1/s].
double rate_at(PairChannel const& channel, double distance_nm, double radius_nm);

}  // namespace lanthorn::app
