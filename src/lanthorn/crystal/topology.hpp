#pragma once

#include "lanthorn/base/index.hpp"
#include "lanthorn/crystal/crystal.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace lanthorn {

/// Sites at one distance from a position of the infinite crystal.
struct NeighbourShell {
    double distance_nm;
    int sites;        ///< positions at this distance
    double occupied;  ///< of them, counted with the occupancies of what was asked for
};

/// The neighbours of one position of an infinite host, nearest first, at most `radius_nm` away. Distances
/// that differ by less than 1e-6 nm are one shell.
/// @param counts  which occupants to look for
std::vector<NeighbourShell> neighbour_shells(Host const& host, std::size_t position,
                                             std::function<bool(Occupant const&)> const& counts,
                                             double radius_nm);

/// From a position to a neighbouring site: cells to go and the position there.
struct Step {
    std::int32_t i, j, k;
    std::uint16_t position;
};

/// For each position that can hold the dopable cation, the steps to the first shell of such positions: all
/// nearer than 1.25 times the nearest (12 in fluorite, 8 in the beta phase, 6 in a perovskite). Empty rows
/// for the others.
std::vector<std::vector<Step>> first_cation_shell(Host const& host);

/// Finds the site of a lattice index.
class LatticeMap {
public:
    explicit LatticeMap(Crystal const& crystal);

    std::optional<SiteId> find(LatticeIndex at) const
    {
        std::int64_t const i = at.i - low_.i, j = at.j - low_.j, k = at.k - low_.k;
        if (i < 0 || j < 0 || k < 0 || i >= count_.i || j >= count_.j || k >= count_.k) return std::nullopt;
        if (at.position >= positions_) return std::nullopt;
        std::uint32_t const site = site_[slot(i, j, k, at.position)];
        if (site == none) return std::nullopt;
        return SiteId{site};
    }

private:
    static constexpr std::uint32_t none = 0xffffffff;
    std::size_t slot(std::int64_t i, std::int64_t j, std::int64_t k, std::size_t p) const
    {
        return std::size_t((i * count_.j + j) * count_.k + k) * positions_ + p;
    }

    LatticeIndex low_, count_;
    std::size_t positions_ = 0;
    std::vector<std::uint32_t> site_;
};

}  // namespace lanthorn
