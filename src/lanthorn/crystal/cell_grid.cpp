#include "lanthorn/crystal/cell_grid.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

CellGrid::CellGrid(std::span<Vec3 const> position_nm, double radius_nm)
    : position_nm_(position_nm), radius2_nm2_(radius_nm * radius_nm)
{
    LANTHORN_EXPECT(radius_nm > 0 && std::isfinite(radius_nm));
    double const far = std::numeric_limits<double>::infinity();
    Vec3 low{far, far, far}, high{-far, -far, -far};
    for (Vec3 p : position_nm) {
        LANTHORN_EXPECT(std::isfinite(p.x + p.y + p.z));
        low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
    low_nm_ = low;
    if (position_nm.empty()) low = high = {};
    low_nm_ = low;
    Vec3 const extent = high - low;
    // A little wider than the radius, so that rounding cannot put points within it two cells apart.
    double width = radius_nm * (1 + 1e-9);
    auto const cells = [&](double along) { return std::max(1.0, std::floor(along / width)); };
    // No more cells than about points: a tiny radius in a wide cloud must not fill the memory.
    while (cells(extent.x) * cells(extent.y) * cells(extent.z) > 2.0 * double(position_nm.size()) + 8)
        width *= 1.3;
    auto const split = [&](double along, std::int32_t& count, double& per_cell) {
        count = std::int32_t(cells(along));
        per_cell = along > 0 ? count / along : 0;
    };
    split(extent.x, count_[0], per_cell_.x);
    split(extent.y, count_[1], per_cell_.y);
    split(extent.z, count_[2], per_cell_.z);

    auto const flat = [&](Vec3 p) {
        auto const [x, y, z] = cell_of(p);
        return (std::size_t(x) * std::size_t(count_[1]) + std::size_t(y)) * std::size_t(count_[2]) +
               std::size_t(z);
    };
    first_.assign(std::size_t(count_[0]) * std::size_t(count_[1]) * std::size_t(count_[2]) + 1, 0);
    for (Vec3 p : position_nm) ++first_[flat(p) + 1];
    for (std::size_t c = 1; c < first_.size(); ++c) first_[c] += first_[c - 1];
    auto next = first_;
    order_.resize(position_nm.size());
    sorted_nm_.resize(position_nm.size());
    for (std::size_t i = 0; i < position_nm.size(); ++i) {
        std::size_t const k = next[flat(position_nm[i])]++;
        order_[k] = std::uint32_t(i);
        sorted_nm_[k] = position_nm[i];
    }
}

CellGrid::CellIndex CellGrid::cell_of(Vec3 p) const
{
    auto const along = [](double x, double per_cell, std::int32_t count) {
        return std::clamp(std::int32_t(x * per_cell), std::int32_t{0}, count - 1);
    };
    Vec3 const d = p - low_nm_;
    return {along(d.x, per_cell_.x, count_[0]), along(d.y, per_cell_.y, count_[1]),
            along(d.z, per_cell_.z, count_[2])};
}

}  // namespace lanthorn
