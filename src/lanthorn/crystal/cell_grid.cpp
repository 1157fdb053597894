#include "lanthorn/crystal/cell_grid.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

/// The points, and all images of them that can lie within the radius of one.
std::vector<CellGrid::Point> CellGrid::images(std::span<Vec3 const> position_nm, double radius_nm,
                                              std::span<Vec3 const> period_nm)
{
    std::vector<Point> points;
    for (std::size_t i = 0; i < position_nm.size(); ++i) points.push_back({position_nm[i], std::uint32_t(i)});
    if (period_nm.empty() || position_nm.empty()) return points;
    LANTHORN_EXPECT(period_nm.size() == 3);
    Vec3 low = position_nm.front(), high = low;
    for (Vec3 p : position_nm) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
    double const reach = radius_nm + norm(high - low);
    Vec3 const r{radius_nm, radius_nm, radius_nm};
    low = low - r;
    high = high + r;
    Vec3 const &a = period_nm[0], &b = period_nm[1], &c = period_nm[2];
    double const volume = std::abs(dot(a, cross(b, c)));
    LANTHORN_EXPECT(volume > 0);
    // Lattice planes are volume / |b x c| apart.
    auto const most = [&](Vec3 u, Vec3 v) { return int(std::ceil(reach * norm(cross(u, v)) / volume)); };
    int const na = most(b, c), nb = most(c, a), nc = most(a, b);
    for (int i = -na; i <= na; ++i)
        for (int j = -nb; j <= nb; ++j)
            for (int k = -nc; k <= nc; ++k) {
                if (i == 0 && j == 0 && k == 0) continue;
                Vec3 const shift = a * double(i) + b * double(j) + c * double(k);
                for (std::size_t n = 0; n < position_nm.size(); ++n) {
                    Vec3 const p = position_nm[n] + shift;
                    if (p.x > low.x && p.y > low.y && p.z > low.z && p.x < high.x && p.y < high.y &&
                        p.z < high.z)
                        points.push_back({p, std::uint32_t(n)});
                }
            }
    return points;
}

CellGrid::CellGrid(std::span<Vec3 const> position_nm, double radius_nm, std::span<Vec3 const> period_nm)
    : position_nm_(position_nm), radius2_nm2_(radius_nm * radius_nm)
{
    LANTHORN_EXPECT(radius_nm > 0 && std::isfinite(radius_nm));
    for (Vec3 p : position_nm) LANTHORN_EXPECT(std::isfinite(p.x + p.y + p.z));
    std::vector<Point> const points = images(position_nm, radius_nm, period_nm);
    Vec3 low = position_nm.empty() ? Vec3{} : position_nm.front(), high = low;
    for (auto const& [p, of] : points) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
    low_nm_ = low;
    Vec3 const extent = high - low;
    // A little wider than the radius, so that rounding cannot put points within it two cells apart.
    double width = radius_nm * (1 + 1e-9);
    auto const cells = [&](double along) { return std::max(1.0, std::floor(along / width)); };
    // No more cells than about points: a tiny radius in a wide cloud must not fill the memory.
    while (cells(extent.x) * cells(extent.y) * cells(extent.z) > 2.0 * double(points.size()) + 8)
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
    for (auto const& point : points) ++first_[flat(point.at_nm) + 1];
    for (std::size_t c = 1; c < first_.size(); ++c) first_[c] += first_[c - 1];
    auto next = first_;
    order_.resize(points.size());
    sorted_nm_.resize(points.size());
    for (auto const& point : points) {
        std::size_t const k = next[flat(point.at_nm)]++;
        order_[k] = point.of;
        sorted_nm_[k] = point.at_nm;
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
