#include "lanthorn/base/stream.hpp"
#include "lanthorn/crystal/neighbours.hpp"

#include <cmath>

namespace lanthorn {
namespace {

struct Row {
    std::vector<std::uint32_t> index;
    std::vector<double> distance_nm;
    bool operator==(Row const&) const = default;
};

std::vector<Row> brute_force(std::vector<Vec3> const& points, double radius)
{
    std::vector<Row> rows(points.size());
    for (std::uint32_t i = 0; i < points.size(); ++i)
        for (std::uint32_t j = 0; j < points.size(); ++j) {
            double const d = norm(points[j] - points[i]);
            if (i == j || !(d < radius)) continue;
            rows[i].index.push_back(j);
            rows[i].distance_nm.push_back(d);
        }
    return rows;
}

std::vector<Row> rows_of(NeighbourList const& list)
{
    std::vector<Row> rows;
    for (std::size_t i = 0; i < list.size(); ++i)
        rows.push_back(
            {{list.of(i).begin(), list.of(i).end()}, {list.distances(i).begin(), list.distances(i).end()}});
    return rows;
}

RC_GTEST_PROP(NeighbourList, IsThatOfAllPairs, ())
{
    int const n = *rc::gen::inRange(0, 120);
    // Points on a coarse grid meet, touch the radius exactly and fall into one plane.
    int const span = *rc::gen::inRange(1, 12), flat = *rc::gen::inRange(0, 4);
    bool const smooth = *rc::gen::arbitrary<bool>();
    std::uint64_t const seed = *rc::gen::arbitrary<std::uint64_t>();
    Stream stream(StreamSeed{seed}.key(Purpose::dopants), 0);
    std::vector<Vec3> points;
    for (int i = 0; i < n; ++i) {
        auto const draw = [&](int axis) {
            double const x = stream.uniform() * span - span / 2.0;
            return axis < flat ? 1.0 : smooth ? x : std::floor(x);
        };
        points.push_back({draw(0), draw(1), draw(2)});
    }
    double const radius = *rc::gen::element(0.1, 1.0, 2.0, std::sqrt(2.0), 5.0, 40.0);
    RC_ASSERT(rows_of(neighbours(points, radius)) == brute_force(points, radius));
}

TEST(NeighbourList, IsStrict)
{
    std::vector<Vec3> const points{{0, 0, 0}, {1, 0, 0}};
    EXPECT_TRUE(neighbours(points, 1.0).index.empty());
    EXPECT_EQ(neighbours(points, std::nextafter(1.0, 2.0)).index.size(), 2u);
}

TEST(NeighbourList, TakesNothingAndNoRadius)
{
    EXPECT_EQ(neighbours({}, 1.0).size(), 0u);
    std::vector<Vec3> const points{{0, 0, 0}, {0, 0, 0}};
    EXPECT_EQ(neighbours(points, 0).size(), 2u);
    EXPECT_TRUE(neighbours(points, 0).index.empty());
    EXPECT_TRUE(neighbours(points, -1).index.empty());
    EXPECT_EQ(neighbours(points, 1e-9).index.size(), 2u);
}

TEST(NeighbourList, KeepsItsMemoryWherePointsAreFarApart)
{
    std::vector<Vec3> const points{{0, 0, 0}, {1e6, 1e6, 1e6}, {1e6, 1e6, 1e6 + 0.5}};
    EXPECT_EQ(neighbours(points, 1.0).index, (std::vector<std::uint32_t>{2, 1}));
}

TEST(NeighbourList, TakesAMillionPoints)
{
    std::vector<Vec3> points;
    for (int i = 0; i < 100; ++i)
        for (int j = 0; j < 100; ++j)
            for (int k = 0; k < 100; ++k) points.push_back({double(i), double(j), double(k)});
    auto const list = neighbours(points, 1.1);
    EXPECT_EQ(list.index.size(), 6u * 1000000 - 6u * 10000);
}

TEST(NeighbourList, TakesAMillionPointsInALineAndInAPlane)
{
    std::vector<Vec3> line, plane;
    for (int i = 0; i < 1000000; ++i) {
        line.push_back({double(i), 2, 3});
        plane.push_back({double(i % 1000), 2, double(i / 1000)});
    }
    EXPECT_EQ(neighbours(line, 1.1).index.size(), 2u * 999999);
    EXPECT_EQ(neighbours(plane, 1.1).index.size(), 4u * 999000);
}

}  // namespace
}  // namespace lanthorn
