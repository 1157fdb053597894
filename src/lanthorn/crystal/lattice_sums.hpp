#pragma once

#include "lanthorn/crystal/host.hpp"

namespace lanthorn {

/// Sums over an infinite lattice whose dopable sites are all occupied.
struct LatticeSums {
    double density_per_nm3 = 0;  ///< dopable sites, weighted with their occupancies
    double sixth_per_nm6 = 0;    ///< sum of R^-6 around a site, mean over sites
    double eighth_per_nm8 = 0;
    double tenth_per_nm10 = 0;
};

/// Neighbours to 5 nm one by one, beyond as a continuum: relative error below 1e-5.
LatticeSums lattice_sums(Host const& host);

}  // namespace lanthorn
