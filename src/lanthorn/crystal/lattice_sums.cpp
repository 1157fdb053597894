#include "lanthorn/crystal/lattice_sums.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/topology.hpp"

namespace lanthorn {

LatticeSums lattice_sums(Host const& host)
{
    constexpr double radius_nm = 5;
    auto const dopable = [&](Occupant const& o) { return o == host.dopable; };
    LatticeSums sums;
    double weight = 0;
    for (std::size_t p = 0; p < host.positions.size(); ++p) {
        double occupancy = 0;
        for (auto const& share : host.positions[p].shares)
            if (dopable(share.occupant)) occupancy += share.fraction;
        if (occupancy == 0) continue;
        weight += occupancy;
        for (auto const& shell : neighbour_shells(host, p, dopable, radius_nm)) {
            double const d2 = shell.distance_nm * shell.distance_nm, d6 = d2 * d2 * d2;
            sums.sixth_per_nm6 += occupancy * shell.occupied / d6;
            sums.eighth_per_nm8 += occupancy * shell.occupied / (d6 * d2);
            sums.tenth_per_nm10 += occupancy * shell.occupied / (d6 * d2 * d2);
        }
    }
    sums.density_per_nm3 = weight / host.cell.volume_nm3();
    // 4 pi n / ((s - 3) R^(s - 3)) from beyond
    double const shell = 4 * constants::pi * sums.density_per_nm3, r3 = radius_nm * radius_nm * radius_nm,
                 r2 = radius_nm * radius_nm;
    sums.sixth_per_nm6 = sums.sixth_per_nm6 / weight + shell / (3 * r3);
    sums.eighth_per_nm8 = sums.eighth_per_nm8 / weight + shell / (5 * r3 * r2);
    sums.tenth_per_nm10 = sums.tenth_per_nm10 / weight + shell / (7 * r3 * r2 * r2);
    return sums;
}

}  // namespace lanthorn
