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
    CellGrid const grid(position_nm, radius_nm);
    std::vector<std::pair<std::uint32_t, double>> row;
    for (std::size_t i = 0; i < position_nm.size(); ++i) {
        row.clear();
        grid.visit(i, [&](std::uint32_t j, double d2) { row.emplace_back(j, d2); });
        std::ranges::sort(row);
        for (auto const& [j, d2] : row) {
            list.index.push_back(j);
            list.distance_nm.push_back(std::sqrt(d2));
        }
        list.first.push_back(list.index.size());
    }
    return list;
}

}  // namespace lanthorn
