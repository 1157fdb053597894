#include "lanthorn/study/decay.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

using namespace lanthorn;

namespace {

/// Means over bins that grow with the square root of time, from the integral of the intensity up to t.
Decay binned(std::function<double(double)> const& integral_until, double length_s, std::size_t bins)
{
    Decay decay;
    for (std::size_t k = 0; k < bins; ++k) {
        double const from = length_s * double(k * k) / double(bins * bins);
        double const to = length_s * double((k + 1) * (k + 1)) / double(bins * bins);
        decay.from_s.push_back(from);
        decay.to_s.push_back(to);
        decay.intensity.push_back((integral_until(to) - integral_until(from)) / (to - from));
        decay.error.push_back(0);
    }
    return decay;
}

std::function<double(double)> exponential(double amplitude, double tau_s)
{
    return [=](double t) { return -amplitude * tau_s * std::expm1(-t / tau_s); };
}

}  // namespace

TEST(DecayTimes, OfAnExponentialAreItsTime)
{
    for (double tau_s : {1e-6, 3e-4, 2.0}) {
        auto const times = decay_times(binned(exponential(7, tau_s), 12 * tau_s, 300));
        ASSERT_TRUE(times);
        EXPECT_NEAR(times->one_over_e_s / tau_s, 1, 2e-3);
        EXPECT_NEAR(times->amplitude_average_s / tau_s, 1, 1e-3);
        EXPECT_NEAR(times->intensity_average_s / tau_s, 1, 2e-3);
        EXPECT_EQ(times->maximum_s, 0);
        EXPECT_LT(times->tail_share, 1e-4);
    }
}

TEST(DecayTimes, OfTwoExponentialsAreTheirAverages)
{
    double const a = 3, b = 1, fast_s = 1e-4, slow_s = 1e-3;
    auto const both = [&](double t) { return exponential(a, fast_s)(t) + exponential(b, slow_s)(t); };
    auto const times = decay_times(binned(both, 12e-3, 400));
    ASSERT_TRUE(times);
    double const amplitude = (a * fast_s + b * slow_s) / (a + b);
    double const intensity = (a * fast_s * fast_s + b * slow_s * slow_s) / (a * fast_s + b * slow_s);
    EXPECT_NEAR(times->amplitude_average_s / amplitude, 1, 5e-3);
    EXPECT_NEAR(times->intensity_average_s / intensity, 1, 5e-3);
    // 3 e^-10t + e^-t = 4/e at t = 0.15804 ms
    EXPECT_NEAR(times->one_over_e_s, 1.5804e-4, 5e-7);
}

TEST(DecayTimes, OfAFedLevelCountFromItsMaximum)
{
    double const slow = 1e3, fast = 5e3;  // I = e^(-slow t) - e^(-fast t)
    auto const fed = [&](double t) { return exponential(1, 1 / slow)(t) - exponential(1, 1 / fast)(t); };
    auto const times = decay_times(binned(fed, 15e-3, 500));
    ASSERT_TRUE(times);
    double const at_s = std::log(fast / slow) / (fast - slow),
                 top = std::exp(-slow * at_s) - std::exp(-fast * at_s);
    EXPECT_NEAR(times->maximum_s / at_s, 1, 0.05);
    EXPECT_NEAR(times->amplitude_average_s / ((1 / slow - 1 / fast) / top), 1, 2e-3);
    double rest_s = 1e-4;  // the time after the maximum at which e^(-slow t) - e^(-fast t) is top/e
    for (int k = 0; k < 60; ++k) {
        double const t = at_s + rest_s, now = std::exp(-slow * t) - std::exp(-fast * t);
        rest_s += (now - top / std::numbers::e) / (slow * std::exp(-slow * t));
    }
    EXPECT_NEAR(times->one_over_e_s / rest_s, 1, 0.02);
}

TEST(DecayTimes, ExtrapolateWhatTheRecordMisses)
{
    auto const times = decay_times(binned(exponential(1, 1e-3), 2e-3, 200));
    ASSERT_TRUE(times);
    EXPECT_NEAR(times->tail_share, std::exp(-2), 2e-3);
    EXPECT_NEAR(times->amplitude_average_s, 1e-3, 5e-6);
    EXPECT_GE(times->amplitude_average_error_s, 0.4 * std::exp(-2) * 1e-3);
}

TEST(DecayTimes, HaveTheErrorsOfTheirBins)
{
    Decay decay = binned(exponential(1, 1e-3), 14e-3, 50);
    double const before = decay_times(decay)->amplitude_average_error_s;
    EXPECT_LT(before, 1e-7);
    for (std::size_t k = 0; k < decay.error.size(); ++k) decay.error[k] = 0.01 * decay.intensity[k];
    double const one = decay_times(decay)->amplitude_average_error_s;
    for (double& e : decay.error) e *= 2;
    EXPECT_NEAR(decay_times(decay)->amplitude_average_error_s / one, 2, 1e-3);
    EXPECT_GT(one, 0.01 * 1e-3);  // that of the brightest bin alone
    EXPECT_LT(one, 0.02 * 1e-3);
}

TEST(DecayTimes, NeedLight)
{
    EXPECT_FALSE(decay_times(binned([](double) { return 0.0; }, 1, 50)));
    EXPECT_FALSE(decay_times(binned(exponential(1, 1), 1, 5)));
    // Light that does not fall never reaches 1/e, and nothing is added beyond the record.
    auto const steady = decay_times(binned([](double t) { return t; }, 1, 50));
    ASSERT_TRUE(steady);
    EXPECT_EQ(steady->one_over_e_s, 0);
    EXPECT_EQ(steady->tail_share, 0);
}
