#pragma once

#include "lanthorn/base/vec3.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lanthorn {

/// Neighbours of each point within a radius, as compressed rows.
struct NeighbourList {
    std::vector<std::size_t> first;    ///< (n + 1) start of each row
    std::vector<std::uint32_t> index;  ///< neighbours of a row, ascending
    std::vector<double> distance_nm;   ///< same order

    std::size_t size() const { return first.empty() ? 0 : first.size() - 1; }
    std::span<std::uint32_t const> of(std::size_t i) const
    {
        return {index.data() + first[i], first[i + 1] - first[i]};
    }
    std::span<double const> distances(std::size_t i) const
    {
        return {distance_nm.data() + first[i], first[i + 1] - first[i]};
    }
};

/// All ordered pairs with distance < radius (strict), no self pairs, by a cell list; O(n).
NeighbourList neighbours(std::span<Vec3 const> position_nm, double radius_nm);

}  // namespace lanthorn
