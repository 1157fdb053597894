#include "lanthorn/crystal/topology.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

namespace {

struct Found {
    double distance_nm;
    Step step;
};

/// All positions within a radius of one position, the position itself left out, nearest first.
std::vector<Found> within(Host const& host, std::size_t from, double radius_nm)
{
    auto const [a, b, c] = host.cell.vectors_nm();
    double const volume = host.cell.volume_nm3();
    auto const reach = [&](Vec3 normal) { return int(std::ceil(radius_nm * norm(normal) / volume)) + 1; };
    int const ni = reach(cross(b, c)), nj = reach(cross(c, a)), nk = reach(cross(a, b));
    std::vector<Found> found;
    for (int i = -ni; i <= ni; ++i)
        for (int j = -nj; j <= nj; ++j)
            for (int k = -nk; k <= nk; ++k)
                for (std::size_t p = 0; p < host.positions.size(); ++p) {
                    if (i == 0 && j == 0 && k == 0 && p == from) continue;
                    Vec3 const f = host.positions[p].fractional + Vec3{double(i), double(j), double(k)} -
                                   host.positions[from].fractional;
                    double const distance = norm(host.cell.cartesian_nm(f));
                    if (distance <= radius_nm) found.push_back({distance, {i, j, k, std::uint16_t(p)}});
                }
    std::ranges::stable_sort(found, std::less{}, &Found::distance_nm);
    return found;
}

}  // namespace

std::vector<NeighbourShell> neighbour_shells(Host const& host, std::size_t position,
                                             std::function<bool(Occupant const&)> const& counts,
                                             double radius_nm)
{
    std::vector<NeighbourShell> shells;
    for (Found const& found : within(host, position, radius_nm)) {
        double occupancy = 0;
        for (auto const& share : host.positions[found.step.position].shares)
            if (counts(share.occupant)) occupancy += share.fraction;
        if (occupancy == 0) continue;
        if (shells.empty() || found.distance_nm - shells.back().distance_nm > 1e-6)
            shells.push_back({found.distance_nm, 0, 0});
        ++shells.back().sites;
        shells.back().occupied += occupancy;
    }
    return shells;
}

std::vector<std::vector<Step>> first_cation_shell(Host const& host)
{
    std::vector<std::vector<Step>> steps(host.positions.size());
    double const longest = std::max({host.cell.a_nm, host.cell.b_nm, host.cell.c_nm});
    for (std::size_t p = 0; p < host.positions.size(); ++p) {
        if (!host.holds_dopable(p)) continue;
        double nearest = std::numeric_limits<double>::infinity();
        // The same position in the next cell is a neighbour, so there is always one.
        for (Found const& found : within(host, p, 1.25 * longest)) {
            if (!host.holds_dopable(found.step.position)) continue;
            nearest = std::min(nearest, found.distance_nm);
            if (found.distance_nm < 1.25 * nearest) steps[p].push_back(found.step);
        }
    }
    return steps;
}

LatticeMap::LatticeMap(Crystal const& crystal)
{
    if (crystal.lattice.empty()) return;
    low_ = crystal.lattice.front();
    LatticeIndex high = low_;
    for (LatticeIndex const& at : crystal.lattice) {
        low_ = {std::min(low_.i, at.i), std::min(low_.j, at.j), std::min(low_.k, at.k), 0};
        high = {std::max(high.i, at.i), std::max(high.j, at.j), std::max(high.k, at.k), 0};
        positions_ = std::max(positions_, std::size_t(at.position) + 1);
    }
    count_ = {high.i - low_.i + 1, high.j - low_.j + 1, high.k - low_.k + 1, 0};
    site_.assign(std::size_t(count_.i) * std::size_t(count_.j) * std::size_t(count_.k) * positions_, none);
    for (std::uint32_t s = 0; s < crystal.lattice.size(); ++s) {
        LatticeIndex const& at = crystal.lattice[s];
        site_[slot(at.i - low_.i, at.j - low_.j, at.k - low_.k, at.position)] = s;
    }
}

std::vector<std::uint8_t> surface_sites(Crystal const& crystal)
{
    std::vector<std::uint8_t> surface(crystal.size(), 0);
    if (crystal.size() == 0) return surface;
    LatticeMap const map(crystal);
    auto const steps = first_cation_shell(crystal.region_hosts.front());
    for (std::size_t s = 0; s < crystal.size(); ++s) {
        LatticeIndex const& at = crystal.lattice[s];
        surface[s] = std::ranges::any_of(steps[at.position], [&](Step const& step) {
            return !map.find({at.i + step.i, at.j + step.j, at.k + step.k, step.position});
        });
    }
    return surface;
}

}  // namespace lanthorn
