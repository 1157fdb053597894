#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/stream.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using namespace lanthorn;

namespace {

/// Distance of a result from the exact value in units in the last place of the exact value.
double ulps(double result, long double exact)
{
    double const nearest = double(exact);
    double const above = std::nextafter(std::abs(nearest), HUGE_VAL);
    return double(std::abs(static_cast<long double>(result) - exact) / (above - std::abs(nearest)));
}

struct Worst {
    double ulps = 0;
    double at = 0;

    void see(double x, double wrong)
    {
        if (!(wrong <= ulps)) *this = {wrong, x};
    }
};

double normal_from(std::uint64_t bits)
{
    // any mantissa, exponent of a normal number
    std::uint64_t const exponent = 1 + (bits >> 52) % 2046;
    return std::bit_cast<double>((bits & ((std::uint64_t{1} << 52) - 1)) | exponent << 52);
}

}  // namespace

TEST(Elementary, LogIsWithinOneUlp)
{
    Stream random(StreamSeed{.seed = 11}.key(Purpose::transfer), 0);
    Worst worst;
    auto const see = [&](double x) {
        worst.see(x, ulps(portable_log(x), std::log(static_cast<long double>(x))));
    };
    for (int i = 0; i < 500'000; ++i)
        see(normal_from(random.below(std::uint64_t{1} << 52) << 12 | random.below(4096)));
    for (int i = 0; i < 500'000; ++i) see(random.uniform());
    for (int i = 0; i < 500'000; ++i) see(1 + (random.uniform() - 0.5) * std::exp2(-50 * random.uniform()));
    for (double x :
         {std::numeric_limits<double>::min(), std::numeric_limits<double>::max(), 0x1p-53, std::sqrt(0.5),
          std::sqrt(2.0), std::nextafter(1.0, 0.0), std::nextafter(1.0, 2.0), 0.5, 2.0, 10.0})
        see(x);
    RecordProperty("worst_ulps", std::to_string(worst.ulps));
    EXPECT_LE(worst.ulps, 1.0) << "at " << worst.at;
    EXPECT_GT(worst.ulps, 0.5) << "no polynomial is that good: the measure is wrong";
    EXPECT_EQ(portable_log(1.0), 0.0);
}

TEST(Elementary, ExpIsWithinOneUlp)
{
    Stream random(StreamSeed{.seed = 12}.key(Purpose::transfer), 0);
    Worst worst;
    auto const see = [&](double x) {
        worst.see(x, ulps(portable_exp(x), std::exp(static_cast<long double>(x))));
    };
    for (int i = 0; i < 500'000; ++i) see(-745.1 + 1454.8 * random.uniform());
    for (int i = 0; i < 500'000; ++i) see(20 * (random.uniform() - 0.5));
    for (int i = 0; i < 500'000; ++i) see((random.uniform() - 0.5) * std::exp2(-60 * random.uniform()));
    for (int k = -1074; k <= 1023; ++k)
        for (double half : {-0.5, 0.0, 0.5})  // where the reduction changes its multiple of ln 2
            for (double x = (k + half) * std::log(2.0);
                 double near : {x, std::nextafter(x, -1e3), std::nextafter(x, 1e3)})
                see(near);
    for (double x : {709.782712893384, -745.13, 0x1p-1074, -0x1p-1022, 0x1p-53, 1.0, -1.0}) see(x);
    RecordProperty("worst_ulps", std::to_string(worst.ulps));
    EXPECT_LE(worst.ulps, 1.0) << "at " << worst.at;
    EXPECT_GT(worst.ulps, 0.5) << "no polynomial is that good: the measure is wrong";
    EXPECT_EQ(portable_exp(0.0), 1.0);
    EXPECT_EQ(portable_exp(710.0), HUGE_VAL);
    EXPECT_EQ(portable_exp(HUGE_VAL), HUGE_VAL);
    EXPECT_EQ(portable_exp(-746.0), 0.0);
    EXPECT_EQ(portable_exp(-HUGE_VAL), 0.0);
}

TEST(Elementary, PowIsAsGoodAsItsExponent)
{
    Stream random(StreamSeed{.seed = 13}.key(Purpose::transfer), 0);
    for (int i = 0; i < 100'000; ++i) {
        double const x = std::exp(10 * (random.uniform() - 0.5)), p = 40 * (random.uniform() - 0.5);
        double const exact = double(std::pow(static_cast<long double>(x), static_cast<long double>(p)));
        double const allowed = (std::abs(p * std::log(x)) + 2) * 2.3e-16;
        ASSERT_LT(std::abs(portable_pow(x, p) / exact - 1), allowed) << x << " " << p;
    }
}

/// Known results: the same bytes on every machine and at every optimisation level.
TEST(Elementary, BytesAreThoseOfEveryMachine)
{
    std::uint64_t hash = 0;
    Stream random(StreamSeed{.seed = 14}.key(Purpose::transfer), 0);
    for (int i = 0; i < 10'000; ++i) {
        double const u = random.uniform();
        hash = hash64(hash, std::bit_cast<std::uint64_t>(portable_log(u)));
        hash = hash64(hash, std::bit_cast<std::uint64_t>(portable_exp(40 * u - 20)));
    }
    EXPECT_EQ(hash, 6888191569324864506u);
}
