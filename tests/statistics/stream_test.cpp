#include "lanthorn/base/stream.hpp"

#include "support/statistics.hpp"

#include <gtest/gtest.h>

using namespace lanthorn;

namespace {

StreamSeed const seed{test_seed()};

}  // namespace

TEST(StreamDraws, AreUniform)
{
    Stream u(seed.key(Purpose::transfer), 0);
    std::vector<double> x;
    for (int i = 0; i < 200000; ++i) x.push_back(u.uniform());
    EXPECT_GT(p_of_distribution(x, [](double v) { return v; }), false_alarm);
    for (double& v : x) v = 0.99 * v;
    EXPECT_LT(p_of_distribution(x, [](double v) { return v; }), false_alarm);
}

TEST(StreamDraws, OfNeighbouringItemsAndPurposesAreIndependent)
{
    std::vector<std::int64_t> items(256), purposes(256), points(256);
    auto const cell = [](double a, double b) { return std::size_t(a * 16) * 16 + std::size_t(b * 16); };
    StreamSeed other = seed;
    other.sweep_point = 1;
    for (std::uint64_t i = 0; i < 100000; ++i) {
        double const a = uniform_at(seed.key(Purpose::dopants), 2 * i);
        ++items[cell(a, uniform_at(seed.key(Purpose::dopants), 2 * i + 1))];
        ++purposes[cell(a, uniform_at(seed.key(Purpose::transfer), 2 * i))];
        ++points[cell(a, uniform_at(other.key(Purpose::dopants), 2 * i))];
    }
    std::vector<double> const flat(256, 1. / 256);
    EXPECT_GT(p_of_cells(items, flat), false_alarm);
    EXPECT_GT(p_of_cells(purposes, flat), false_alarm);
    EXPECT_GT(p_of_cells(points, flat), false_alarm);
}

TEST(StreamBelow, IsUniformForAnyNumber)
{
    Stream u(seed.key(Purpose::transfer), 1);
    for (std::uint64_t n : {2u, 3u, 7u, 100u}) {
        std::vector<std::int64_t> count(n);
        for (int i = 0; i < 100000; ++i) ++count[u.below(n)];
        // Two cells agree exactly once in 400 draws, which is no alarm.
        double const p = n == 2 ? p_of_binomial(count[0], 100000, 0.5)
                                : p_of_cells(count, std::vector<double>(n, 1. / double(n)));
        EXPECT_GT(p, false_alarm) << n;
    }
    // a range that does not divide 2^52: taking the remainder would favour its lower half
    std::uint64_t const large = (std::uint64_t{1} << 52) / 3 * 2;
    std::int64_t lower = 0;
    for (int i = 0; i < 100000; ++i) lower += u.below(large) < large / 2;
    EXPECT_GT(p_of_binomial(lower, 100000, 0.5), false_alarm);
}
