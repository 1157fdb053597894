#pragma once

#include "lanthorn/base/vec3.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lanthorn {

/// Points sorted into cubic cells at least as wide as a radius, so that all points within it lie in 27 cells.
class CellGrid {
public:
    /// @param position_nm  (n) kept by reference, must outlive the grid
    /// @param radius_nm    > 0
    /// @param period_nm    three vectors by which the points repeat without end, or none
    CellGrid(std::span<Vec3 const> position_nm, double radius_nm, std::span<Vec3 const> period_nm = {});

    /// Calls visit(j, d2) for every other point j at squared distance d2 < radius^2 (strict) of point i [nm^2]; of points
    /// that repeat, once for each image.
    template <class Visit>
    void visit(std::size_t i, Visit visit) const
    {
        Vec3 const p = position_nm_[i];
        auto const [cx, cy, cz] = cell_of(p);
        for (std::int32_t x = cx > 0 ? cx - 1 : 0; x <= cx + 1 && x < count_[0]; ++x)
            for (std::int32_t y = cy > 0 ? cy - 1 : 0; y <= cy + 1 && y < count_[1]; ++y) {
                std::size_t const row = (std::size_t(x) * count_[1] + y) * count_[2];
                std::size_t const from = first_[row + (cz > 0 ? cz - 1 : 0)];
                std::size_t const to = first_[row + (cz + 1 < count_[2] ? cz + 1 : count_[2] - 1) + 1];
                for (std::size_t k = from; k < to; ++k) {
                    Vec3 const d = sorted_nm_[k] - p;
                    double const d2 = dot(d, d);
                    if (d2 < radius2_nm2_ && order_[k] != i) visit(order_[k], d2);
                }
            }
    }

private:
    struct Point {
        Vec3 at_nm;
        std::uint32_t of;
    };
    static std::vector<Point> images(std::span<Vec3 const> position_nm, double radius_nm,
                                     std::span<Vec3 const> period_nm);

    struct CellIndex {
        std::int32_t x, y, z;
    };
    CellIndex cell_of(Vec3 p) const;

    std::span<Vec3 const> position_nm_;
    double radius2_nm2_;
    Vec3 low_nm_, per_cell_;
    std::int32_t count_[3];
    std::vector<std::size_t> first_;    // (cells + 1)
    std::vector<std::uint32_t> order_;  // points by cell, ascending within one
    std::vector<Vec3> sorted_nm_;       // their positions
};

}  // namespace lanthorn
