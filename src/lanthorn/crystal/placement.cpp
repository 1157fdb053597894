#include "lanthorn/crystal/placement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

namespace {

using Rows = std::array<Vec3, 3>;

/// The rows of the map that takes lattice vectors a, b, c to others: sum of (other a) a*, with a* the
/// reciprocal vectors.
Rows map_of(std::array<Vec3, 3> const& from, std::array<Vec3, 3> const& to)
{
    double const volume = dot(from[0], cross(from[1], from[2]));
    Rows const reciprocal{cross(from[1], from[2]) * (1 / volume), cross(from[2], from[0]) * (1 / volume),
                          cross(from[0], from[1]) * (1 / volume)};
    Rows rows{};
    for (std::size_t v = 0; v < 3; ++v) {
        rows[0] = rows[0] + reciprocal[v] * to[v].x;
        rows[1] = rows[1] + reciprocal[v] * to[v].y;
        rows[2] = rows[2] + reciprocal[v] * to[v].z;
    }
    return rows;
}

double largest_row_sum(Rows const& rows)
{
    double largest = 0;
    for (Vec3 const row : rows)
        largest = std::max(largest, std::abs(row.x) + std::abs(row.y) + std::abs(row.z));
    return largest;
}

bool diagonal(Rows const& rows)
{
    return std::abs(rows[0].y) + std::abs(rows[0].z) + std::abs(rows[1].x) + std::abs(rows[1].z) +
               std::abs(rows[2].x) + std::abs(rows[2].y) <
           1e-12;
}

}  // namespace

Placement::Placement(Particle const& plan)
{
    Cell const& core = plan.regions.front().host.cell;
    double widest = 1;
    bool sheared = false;
    for (Region const& region : plan.regions) {
        Cell const& cell = region.host.cell;
        bool const undistorted = cell == core;
        Rows const rows = undistorted ? Rows{Vec3{1, 0, 0}, Vec3{0, 1, 0}, Vec3{0, 0, 1}}
                                      : map_of(core.vectors_nm(), cell.vectors_nm());
        layers_.push_back({region.shape, region.size_nm, rows, undistorted});
        undistorted_ = undistorted_ && undistorted;
        if (!undistorted)
            widest = std::max(widest, largest_row_sum(map_of(cell.vectors_nm(), core.vectors_nm())));
        sheared = sheared || !diagonal(rows);
        Vec3 const half = region.shape.half_extent_nm(region.size_nm);
        extent_nm_ = {std::max(extent_nm_.x, half.x), std::max(extent_nm_.y, half.y),
                      std::max(extent_nm_.z, half.z)};
    }
    // With D diagonal each axis stretches by itself; a shear is bounded by the longest side.
    double const longest = std::max({extent_nm_.x, extent_nm_.y, extent_nm_.z});
    // All outlines grow with each coordinate, so a stretch by `widest` bounds the outline through a point
    // too.
    reject_ = sheared ? std::numeric_limits<double>::infinity() : widest * (1 + 1e-6);
    extent_nm_ = sheared ? Vec3{longest, longest, longest} * (1.5 * widest) : extent_nm_ * widest;
}

double Placement::crossing(Layer const& layer, Vec3 from, Vec3 step)
{
    if (from == Vec3{}) return layer.size_nm / layer.shape.size_through(step);
    auto const outside = [&](double t) { return layer.shape.size_through(from + step * t) - layer.size_nm; };
    double low = 0, high = 1, at_low = outside(0), at_high = outside(1);
    if (at_low >= 0) return 0;
    // The outline is convex and holds its centre, so there is one crossing: regula falsi, where an end that
    // stays twice counts half (Illinois). An error of t enters positions times the difference of two cells,
    // so 1e-9 of the size is plenty.
    int side = 0;
    for (int n = 0; n < 60 && high - low > 1e-12; ++n) {
        double const t = low + (high - low) * (at_low / (at_low - at_high));
        double const at_t = outside(t);
        if (std::abs(at_t) < 1e-9 * layer.size_nm) return t;
        if (at_t < 0) {
            low = t;
            at_low = at_t;
            if (side < 0) at_high /= 2;
            side = -1;
        }
        else {
            high = t;
            at_high = at_t;
            if (side > 0) at_low /= 2;
            side = 1;
        }
    }
    return (low + high) / 2;
}

std::optional<Placement::Place> Placement::place(Vec3 r) const
{
    if (undistorted_) {
        for (std::size_t k = 0; k < layers_.size(); ++k)
            if (layers_[k].shape.contains(r, layers_[k].size_nm)) return Place{k, r};
        return std::nullopt;
    }
    if (std::ranges::all_of(layers_, [&](Layer const& layer) {
            return layer.shape.size_through(r) > reject_ * layer.size_nm;
        }))
        return std::nullopt;
    Vec3 from{};
    double reached = 0;
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        Layer const& layer = layers_[k];
        Vec3 const step = layer.stretched(r) * (1 - reached);
        Vec3 const position = layer.undistorted && reached == 0 ? r : from + step;
        if (layer.shape.contains(position, layer.size_nm)) return Place{k, position};
        if (k + 1 == layers_.size()) break;
        double const t = crossing(layer, from, step);
        from = from + step * t;
        reached += (1 - reached) * t;
    }
    return std::nullopt;
}

}  // namespace lanthorn
