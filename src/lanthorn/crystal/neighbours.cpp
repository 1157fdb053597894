#include "lanthorn/crystal/neighbours.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace lanthorn {

namespace {

/// Points sorted into cubes with edges of at least the radius; few cubes even where points are few and far.
struct Grid {
    std::array<std::size_t, 3> count{1, 1, 1};
    std::vector<std::size_t> first;     ///< (cubes + 1)
    std::vector<std::uint32_t> content; ///< point numbers, ascending within a cube
    std::vector<std::array<std::uint32_t, 3>> cube_of;

    Grid(std::span<Vec3 const> points, double radius)
    {
        Vec3 low = points[0], high = points[0];
        for (Vec3 const p : points) {
            LANTHORN_EXPECT(std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.z));
            low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
            high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
        }
        std::array<double, 3> const extent{high.x - low.x, high.y - low.y, high.z - low.z};
        double edge = radius * (1 + 1e-9);
        auto const cubes = [&] {
            double product = 1;
            for (double const e : extent) product *= std::floor(e / edge) + 1;
            return product;
        };
        while (cubes() > 4.0 * double(points.size()) + 8) edge *= 1.5;
        for (std::size_t axis = 0; axis < 3; ++axis) count[axis] = std::size_t(extent[axis] / edge) + 1;

        cube_of.resize(points.size());
        first.assign(count[0] * count[1] * count[2] + 1, 0);
        for (std::size_t n = 0; n < points.size(); ++n) {
            std::array<double, 3> const from{points[n].x - low.x, points[n].y - low.y, points[n].z - low.z};
            for (std::size_t axis = 0; axis < 3; ++axis)
                cube_of[n][axis] = std::uint32_t(std::min(std::size_t(from[axis] / edge), count[axis] - 1));
            ++first[number(cube_of[n]) + 1];
        }
        for (std::size_t c = 1; c < first.size(); ++c) first[c] += first[c - 1];
        content.resize(points.size());
        std::vector<std::size_t> next(first.begin(), first.end() - 1);
        for (std::size_t n = 0; n < points.size(); ++n)
            content[next[number(cube_of[n])]++] = std::uint32_t(n);
    }

    std::size_t number(std::array<std::uint32_t, 3> c) const
    {
        return (c[0] * count[1] + c[1]) * count[2] + c[2];
    }
};

} // namespace

NeighbourList neighbours(std::span<Vec3 const> position_nm, double radius_nm)
{
    LANTHORN_EXPECT(std::isfinite(radius_nm));
    LANTHORN_EXPECT(position_nm.size() < (std::size_t{1} << 32));
    NeighbourList list;
    list.first.assign(position_nm.size() + 1, 0);
    if (position_nm.empty() || radius_nm <= 0) return list;

    Grid const grid(position_nm, radius_nm);
    double const keep = radius_nm * radius_nm * (1 + 1e-12);
    std::vector<std::pair<std::uint32_t, double>> row;
    for (std::size_t n = 0; n < position_nm.size(); ++n) {
        row.clear();
        auto const [cx, cy, cz] = grid.cube_of[n];
        auto const from = [](std::uint32_t c) { return c == 0 ? 0 : c - 1; };
        auto const to = [&](std::uint32_t c, int axis) {
            return std::min<std::uint32_t>(c + 1, std::uint32_t(grid.count[std::size_t(axis)] - 1));
        };
        for (std::uint32_t x = from(cx); x <= to(cx, 0); ++x)
            for (std::uint32_t y = from(cy); y <= to(cy, 1); ++y) {
                std::size_t const begin = grid.first[grid.number({x, y, from(cz)})];
                std::size_t const end = grid.first[grid.number({x, y, to(cz, 2)}) + 1];
                for (std::size_t c = begin; c < end; ++c) {
                    std::uint32_t const other = grid.content[c];
                    Vec3 const d = position_nm[other] - position_nm[n];
                    double const squared = dot(d, d);
                    if (squared > keep || other == n) continue;
                    double const distance = std::sqrt(squared);
                    if (distance < radius_nm) row.emplace_back(other, distance);
                }
            }
        std::ranges::sort(row);
        for (auto const& [other, distance] : row) {
            list.index.push_back(other);
            list.distance_nm.push_back(distance);
        }
        list.first[n + 1] = list.index.size();
    }
    return list;
}

} // namespace lanthorn
