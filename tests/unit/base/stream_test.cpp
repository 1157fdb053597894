#include "lanthorn/base/stream.hpp"

#include <cmath>
#include <functional>
#include <set>
#include <vector>

using namespace lanthorn;

namespace {

constexpr double false_alarm = 1e-6;

/// Probability of so large a chi-square or a larger one; Wilson and Hilferty's normal approximation.
double p_of_chi_square(double chi_square, double freedom)
{
    double const spread = 2 / (9 * freedom);
    double const z = (std::cbrt(chi_square / freedom) - (1 - spread)) / std::sqrt(spread);
    return 0.5 * std::erfc(z / std::sqrt(2.0));
}

double p_of_uniform_counts(std::vector<std::int64_t> const& counts)
{
    double n = 0, chi_square = 0;
    for (auto count : counts) n += double(count);
    double const expected = n / double(counts.size());
    for (auto count : counts)
        chi_square += (double(count) - expected) * (double(count) - expected) / expected;
    return p_of_chi_square(chi_square, double(counts.size() - 1));
}

std::vector<std::int64_t> histogram(int bins, int draws, std::function<double()> const& draw)
{
    std::vector<std::int64_t> counts(std::size_t(bins), 0);
    for (int i = 0; i < draws; ++i) ++counts.at(std::size_t(draw() * bins));
    return counts;
}

StreamKey key_of(std::uint64_t seed) { return StreamSeed{.seed = seed}.key(Purpose::transfer); }

}  // namespace

RC_GTEST_PROP(Stream, IsTheSequenceOfRandomAccess, (std::uint64_t seed, std::uint64_t index))
{
    Stream stream(key_of(seed), index);
    for (std::uint64_t k = 0; k < 9; ++k) RC_ASSERT(stream.uniform() == uniform_at(key_of(seed), index, k));
}

TEST(Stream, StaysInsideTheOpenInterval)
{
    EXPECT_EQ(to_uniform(0, 0), 0x1p-53);
    EXPECT_EQ(to_uniform(0xffffffff, 0xffffffff), 1 - 0x1p-53);
    EXPECT_LT(to_uniform(0xffffffff, 0xffffffff), 1.0);
}

TEST(Stream, IsUniform)
{
    Stream stream(key_of(1), 0);
    EXPECT_GT(p_of_uniform_counts(histogram(1000, 1'000'000, [&] { return stream.uniform(); })), false_alarm);
    std::uint64_t item = 0;
    EXPECT_GT(p_of_uniform_counts(histogram(1000, 1'000'000, [&] { return uniform_at(key_of(2), item++); })),
              false_alarm);
    // pairs of successive draws
    EXPECT_GT(
        p_of_uniform_counts(histogram(
            1024, 500'000, [&] { return (std::floor(stream.uniform() * 32) + stream.uniform()) / 32; })),
        false_alarm);
    // what the check can see: a density that is one per cent too high at one end and too low at the other
    auto const tilted = [&] {
        double const u = stream.uniform();
        return u + 0.01 * u * (1 - u);
    };
    EXPECT_GT(p_of_uniform_counts(histogram(10, 2'000'000, [&] { return stream.uniform(); })), false_alarm);
    EXPECT_LT(p_of_uniform_counts(histogram(10, 2'000'000, tilted)), false_alarm);
}

TEST(Stream, SeedPurposePointAndStructureMakeOtherStreams)
{
    std::set<StreamKey> keys;
    for (std::uint64_t seed : {0, 1, 2})
        for (std::uint32_t point : {0u, 1u})
            for (std::uint32_t structure : {0u, 1u})
                for (Purpose purpose :
                     {Purpose::dopants, Purpose::vacancies, Purpose::transfer, Purpose::cell_content})
                    keys.insert(StreamSeed{seed, point, structure}.key(purpose));
    EXPECT_EQ(keys.size(), 3u * 2 * 2 * 4);
    EXPECT_NE(uniform_at(key_of(1), 0, 0), uniform_at(key_of(1), 1, 0));
    EXPECT_NE(uniform_at(key_of(1), 0, 0), uniform_at(key_of(1), std::uint64_t{1} << 32, 0));
    EXPECT_NE(uniform_at(key_of(1), 0, 0), uniform_at(key_of(1), 0, std::uint64_t{1} << 33));
}

RC_GTEST_PROP(Stream, BelowStaysBelow, (std::uint64_t seed))
{
    auto const n = *rc::gen::oneOf(
        rc::gen::inRange<std::uint64_t>(1, 10),
        rc::gen::inRange<std::uint64_t>(1, (std::uint64_t{1} << 52) + 1),
        rc::gen::element(std::uint64_t{1}, std::uint64_t{1} << 52, (std::uint64_t{1} << 52) - 1));
    Stream stream(key_of(seed), 0);
    for (int i = 0; i < 20; ++i) RC_ASSERT(stream.below(n) < n);
}

TEST(Stream, BelowIsUniformAndReachesBothEnds)
{
    for (std::uint64_t n : {2u, 3u, 7u, 1000u}) {
        Stream stream(key_of(n), 0);
        std::vector<std::int64_t> counts(n, 0);
        for (int i = 0; i < 300'000; ++i) ++counts.at(stream.below(n));
        EXPECT_GT(p_of_uniform_counts(counts), false_alarm) << n;
        EXPECT_GT(counts.front(), 0);
        EXPECT_GT(counts.back(), 0);
    }
    // n = 3/4 of 2^52: without rejection every third number would be twice as likely
    std::uint64_t const n = std::uint64_t{3} << 50;
    Stream stream(key_of(5), 0);
    std::vector<std::int64_t> counts(3, 0), without_rejection(3, 0);
    for (int i = 0; i < 300'000; ++i) {
        __extension__ using Wide = unsigned __int128;
        ++counts.at(stream.below(n) % 3);
        ++without_rejection.at(std::uint64_t(Wide(std::uint64_t(stream.uniform() * 0x1p52)) * n >> 52) % 3);
    }
    EXPECT_GT(p_of_uniform_counts(counts), false_alarm);
    EXPECT_LT(p_of_uniform_counts(without_rejection), false_alarm);
}
