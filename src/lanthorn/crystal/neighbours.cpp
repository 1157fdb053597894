#include "lanthorn/crystal/neighbours.hpp"

#include "lanthorn/crystal/cell_grid.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lanthorn {

NeighbourList neighbours(std::span<Vec3 const> position_nm, double radius_nm)
{
    NeighbourList list;
    list.first.push_back(0);
    if (position_nm.empty() || radius_nm <= 0) {
        list.first.resize(position_nm.size() + 1, 0);
        return list;
    }
    // A little more than the radius, since distances are compared, not their rounded squares.
    CellGrid const grid(position_nm, radius_nm * (1 + 1e-12));
    std::vector<std::pair<std::uint32_t, double>> row;
    for (std::size_t i = 0; i < position_nm.size(); ++i) {
        row.clear();
        grid.visit(i, [&](std::uint32_t j, double d2) {
            if (double const distance = std::sqrt(d2); distance < radius_nm) row.emplace_back(j, distance);
        });
        std::ranges::sort(row);
        for (auto const& [j, distance] : row) {
            list.index.push_back(j);
            list.distance_nm.push_back(distance);
        }
        list.first.push_back(list.index.size());
    }
    return list;
}

}  // namespace lanthorn
