#include "lanthorn/crystal/cell_grid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace lanthorn {
namespace {

std::vector<Vec3> cloud(std::size_t points, Vec3 edges)
{
    std::mt19937 random(7);
    auto const along = [&](double edge) { return edge * double(random()) / 4294967296.0; };
    std::vector<Vec3> places;
    for (std::size_t n = 0; n < points; ++n) {
        double const x = along(edges.x), y = along(edges.y), z = along(edges.z);
        places.push_back({x, y, z});
    }
    return places;
}

using Found = std::vector<std::pair<std::uint32_t, double>>;

Found found_by(CellGrid const& grid, std::size_t i)
{
    Found found;
    grid.visit(i, [&](std::uint32_t j, double d2) { found.emplace_back(j, d2); });
    std::ranges::sort(found);
    return found;
}

TEST(CellGrid, FindsAllImagesOfPointsThatRepeat)
{
    // Oblique vectors, one of them much shorter than the radius; points that stick out of their cell.
    std::array<Vec3, 3> const period{{{1.1, 0, 0}, {0.4, 1.3, 0}, {0.1, -0.2, 0.5}}};
    auto const places = cloud(12, {1.6, 1, 0.9});
    double const radius_nm = 1.2;
    CellGrid const grid(places, radius_nm, period);
    for (std::size_t i = 0; i < places.size(); ++i) {
        Found expected;
        for (std::uint32_t j = 0; j < places.size(); ++j)
            for (int a = -6; a <= 6; ++a)
                for (int b = -6; b <= 6; ++b)
                    for (int c = -8; c <= 8; ++c) {
                        if (i == j) continue;  // its own images are left out
                        Vec3 const d = places[j] + period[0] * double(a) + period[1] * double(b) +
                                       period[2] * double(c) - places[i];
                        if (dot(d, d) < radius_nm * radius_nm) expected.emplace_back(j, dot(d, d));
                    }
        std::ranges::sort(expected);
        auto const found = found_by(grid, i);
        ASSERT_EQ(found.size(), expected.size());
        EXPECT_GT(found.size(), 20u);
        for (std::size_t k = 0; k < found.size(); ++k) {
            EXPECT_EQ(found[k].first, expected[k].first);
            EXPECT_NEAR(found[k].second, expected[k].second, 1e-12);
        }
    }
}

TEST(CellGrid, FindsEveryPointWithinTheRadiusOnce)
{
    auto const places = cloud(200, {2, 3, 1});
    for (double radius_nm : {0.05, 0.4, 10.0}) {
        CellGrid const grid(places, radius_nm);
        for (std::size_t i = 0; i < places.size(); ++i) {
            Found expected;
            for (std::uint32_t j = 0; j < places.size(); ++j) {
                Vec3 const d = places[j] - places[i];
                if (i != j && dot(d, d) < radius_nm * radius_nm) expected.emplace_back(j, dot(d, d));
            }
            std::ranges::sort(expected);
            EXPECT_EQ(found_by(grid, i), expected);
        }
    }
    CellGrid const empty({}, 1);
}

}  // namespace
}  // namespace lanthorn
