#include "lanthorn/base/stream.hpp"

#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace lanthorn;

namespace {

double normal(Stream& u)
{
    double const r = std::sqrt(-2 * std::log(u.uniform()));
    return r * std::cos(2 * std::acos(-1.0) * u.uniform());
}

Stream numbers(std::uint64_t index) { return {StreamSeed{test_seed()}.key(Purpose::transfer), index}; }

std::vector<double> normals(std::uint64_t index, int n, double mean = 0, double sigma = 1)
{
    Stream u = numbers(index);
    std::vector<double> x;
    for (int i = 0; i < n; ++i) x.push_back(mean + sigma * normal(u));
    return x;
}

std::vector<double> uniforms(std::uint64_t index, int n)
{
    Stream u = numbers(index);
    std::vector<double> x;
    for (int i = 0; i < n; ++i) x.push_back(u.uniform());
    return x;
}

std::vector<std::int64_t> cells(std::uint64_t index, int n, std::vector<double> const& probability)
{
    Stream u = numbers(index);
    std::vector<std::int64_t> count(probability.size());
    for (int i = 0; i < n; ++i) {
        double x = u.uniform();
        std::size_t c = 0;
        while (c + 1 < probability.size() && x > probability[c]) x -= probability[c++];
        ++count[c];
    }
    return count;
}

/// p-value of "these p-values are uniform": counts below ten thresholds, each a binomial number.
double p_of_uniform(std::vector<double> const& p)
{
    std::vector<double> each;
    for (double level : {0.001, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99})
        each.push_back(p_of_binomial(std::ranges::count_if(p, [&](double v) { return v < level; }),
                                     std::int64_t(p.size()), level));
    return p_of_all(each);
}

template <class F>
std::vector<double> repeated(int times, F const& p_of_trial)
{
    std::vector<double> p;
    for (int i = 0; i < times; ++i) p.push_back(p_of_trial(std::uint64_t(i)));
    return p;
}

}  // namespace

TEST(GammaFunction, HasTheValuesOfClosedForms)
{
    for (double x : {1e-3, 0.1, 1.0, 5.0, 30.0}) {
        EXPECT_NEAR(gamma_q(1, x) / std::exp(-x), 1, 1e-12);               // exponential
        EXPECT_NEAR(gamma_q(0.5, x) / std::erfc(std::sqrt(x)), 1, 1e-11);  // normal
        EXPECT_NEAR(gamma_q(3, x) / (std::exp(-x) * (1 + x + x * x / 2)), 1, 1e-12);
        EXPECT_NEAR(gamma_p(2.5, x) + gamma_q(2.5, x), 1, 1e-14);
    }
    EXPECT_NEAR(gamma_p(20, 1e-2),
                std::exp(20 * std::log(1e-2) - std::lgamma(21)) * std::exp(-1e-2) *
                    (1 + 1e-2 / 21 + 1e-4 / (21 * 22)),
                1e-67);
}

TEST(BetaFunction, HasTheValuesOfClosedForms)
{
    for (double x : {1e-4, 0.2, 0.5, 0.9, 0.999}) {
        EXPECT_NEAR(beta_i(x, 1, 1), x, 1e-14);
        EXPECT_NEAR(beta_i(x, 5, 1), std::pow(x, 5), 1e-14);
        EXPECT_NEAR(beta_i(x, 0.5, 0.5), 2 / std::acos(-1.0) * std::asin(std::sqrt(x)), 1e-13);
        EXPECT_NEAR(beta_i(x, 3, 7) + beta_i(1 - x, 7, 3), 1, 1e-13);
    }
    EXPECT_NEAR(p_of_binomial(0, 20, 0.5), 2 * std::pow(0.5, 20), 1e-18);
    EXPECT_NEAR(p_of_binomial(20, 20, 0.5), 2 * std::pow(0.5, 20), 1e-18);
    EXPECT_NEAR(p_of_poisson(0, 12), 2 * std::exp(-12), 1e-15);
    EXPECT_EQ(p_of_binomial(10, 20, 0.5), 1);
}

TEST(Power, IsThatOfTheNormalDistribution)
{
    EXPECT_EQ(draws_to_see(0.01), 637124);
    EXPECT_NEAR(visible_shift(1), 4.8916 + 3.0902, 1e-3);
    EXPECT_GT(visible_shift(1, 100), visible_shift(1));
    EXPECT_NEAR(p_of_normal(4.8916), 1e-6, 1e-9);
}

TEST(MeanCheck, IsUniformUnderTheTruthAndTwoSided)
{
    EXPECT_GT(p_of_uniform(repeated(4000, [](auto i) { return p_of_mean(normals(i, 20, 3, 2), 3, 2); })),
              false_alarm);
    EXPECT_LT(p_of_uniform(repeated(4000, [](auto i) { return p_of_mean(normals(i, 20, 3, 2), 3, 2.3); })),
              false_alarm);
    int const n = draws_to_see(0.05);
    EXPECT_LT(p_of_mean(normals(1, n, 1.1), 1, 1), false_alarm);
    EXPECT_LT(p_of_mean(normals(1, n, 0.9), 1, 1), false_alarm);
    EXPECT_GT(p_of_mean(normals(1, n, 1.0), 1, 1), false_alarm);
}

TEST(MeansCheck, CountsBothErrors)
{
    auto const moments = [](std::uint64_t index, int n, double mean) {
        Moments m;
        for (double x : normals(index, n, mean, 2)) m.add(x);
        return m;
    };
    auto const p = [&](std::uint64_t i) {
        Moments const a = moments(2 * i, 300, 1), b = moments(2 * i + 1, 500, 1);
        return p_of_means(a.mean(), a.standard_error(), b.mean(), b.standard_error());
    };
    auto const one_error_only = [&](std::uint64_t i) {
        Moments const a = moments(2 * i, 300, 1), b = moments(2 * i + 1, 500, 1);
        return p_of_means(a.mean(), a.standard_error(), b.mean(), 0);
    };
    EXPECT_GT(p_of_uniform(repeated(2000, p)), false_alarm);
    EXPECT_LT(p_of_uniform(repeated(2000, one_error_only)), false_alarm);
    EXPECT_LT(p_of_mean(moments(1, 10000, 1.2), 1), false_alarm);
    EXPECT_EQ(p_of_means(0.5, 0, 0.5, 0), 1);
    EXPECT_EQ(p_of_means(0.5, 0, 0.6, 0), 0);
}

TEST(ChiSquareCheck, IsUniformUnderTheTruthAndTwoSided)
{
    std::vector<double> const truth{0.5, 0.2, 0.2, 0.0997, 0.0003}, other{0.51, 0.19, 0.2, 0.0997, 0.0003};
    auto const p = [&](std::uint64_t i) { return p_of_cells(cells(i, 2000, truth), truth); };
    EXPECT_GT(p_of_uniform(repeated(2000, p)), false_alarm);
    EXPECT_GT(p_of_cells(cells(1, 100000, truth), truth), false_alarm);
    EXPECT_LT(p_of_cells(cells(1, 100000, other), truth), false_alarm);
    std::vector<std::int64_t> const too_regular{50000, 20000, 20000, 9970, 30};
    EXPECT_LT(p_of_cells(too_regular, truth), false_alarm);
    EXPECT_EQ(p_of_cells(std::vector<std::int64_t>{500, 499, 1}, std::vector<double>{0.5, 0.5, 0}), 0);
    EXPECT_NEAR(p_of_chi_square(2 * std::log(2.0), 2), 1, 1e-12);
}

TEST(DistributionCheck, IsUniformUnderTheTruthAndSeesAWrongOne)
{
    auto const flat = [](double x) { return x; };
    auto const bent = [](double x) { return std::pow(x, 1.06); };
    EXPECT_GT(p_of_uniform(repeated(3000, [&](auto i) { return p_of_distribution(uniforms(i, 200), flat); })),
              false_alarm);
    EXPECT_GT(p_of_distribution(uniforms(7, 100000), flat), false_alarm);
    EXPECT_LT(p_of_distribution(uniforms(7, 100000), bent), false_alarm);
}

TEST(SamplesCheck, IsUniformUnderTheTruthAndSeesAWrongOne)
{
    auto const p = [](std::uint64_t i) {
        return p_of_samples(uniforms(2 * i, 1000), uniforms(2 * i + 1, 1300));
    };
    std::vector<double> const many = repeated(1000, p);
    // The distance of two samples has steps, which makes this check a little quiet: only its upper bound is
    // exact.
    for (double level : {0.001, 0.01, 0.1, 0.3})
        EXPECT_GT(p_of_binomial(std::ranges::count_if(many, [&](double v) { return v < level; }), 1000,
                                level * 0.9),
                  false_alarm);
    std::vector<double> scaled = uniforms(1, 100000);
    for (double& x : scaled) x *= 0.97;
    EXPECT_LT(p_of_samples(scaled, uniforms(2, 100000)), false_alarm);
    EXPECT_GT(p_of_samples(uniforms(1, 100000), uniforms(2, 100000)), false_alarm);
}

TEST(CountChecks, AreQuietUnderTheTruthAndTwoSided)
{
    EXPECT_GT(p_of_binomial(5000, 10000, 0.5), 0.9);
    EXPECT_LT(p_of_binomial(5300, 10000, 0.5), false_alarm);
    EXPECT_LT(p_of_binomial(4700, 10000, 0.5), false_alarm);
    EXPECT_LT(p_of_poisson(10600, 10000), false_alarm);
    EXPECT_LT(p_of_poisson(9400, 10000), false_alarm);
    EXPECT_LT(p_of_poisson(1, 0), false_alarm);
    std::vector<double> const p = repeated(20000, [](std::uint64_t i) {
        std::vector<double> const u = uniforms(i, 50);
        return p_of_binomial(std::ranges::count_if(u, [](double v) { return v < 0.3; }), 50, 0.3);
    });
    for (double level : {0.001, 0.01, 0.1})
        EXPECT_LT(double(std::ranges::count_if(p, [&](double v) { return v < level; })),
                  level * 20000 + 6 * std::sqrt(level * 20000));
}

TEST(TotalChecks, AreQuietUnderTheTruthAndTwoSided)
{
    // bunches of three, so that the variance is three times the mean
    auto const bunches = [](std::uint64_t index, int n, double mean) {
        Stream u = numbers(index);
        Moments m;
        for (int i = 0; i < n; ++i) m.add(u.uniform() < mean / 3 ? 3 : 0);
        return m;
    };
    for (double mean : {0.03, 0.3}) {
        std::vector<double> const one =
            repeated(3000, [&](std::uint64_t i) { return p_of_total(bunches(i, 5000, mean), mean); });
        std::vector<double> const two = repeated(3000, [&](std::uint64_t i) {
            return p_of_totals(bunches(2 * i, 3000, mean), bunches(2 * i + 1, 2000, mean));
        });
        for (auto const* p : {&one, &two})
            for (double level : {0.001, 0.01, 0.1})
                EXPECT_LT(double(std::ranges::count_if(*p, [&](double v) { return v < level; })),
                          level * 3000 + 6 * std::sqrt(level * 3000))
                    << mean;
    }
    EXPECT_LT(p_of_total(bunches(1, 100000, 0.34), 0.3), false_alarm);
    EXPECT_LT(p_of_total(bunches(1, 100000, 0.26), 0.3), false_alarm);
    EXPECT_LT(p_of_total(bunches(1, 10000, 0.02), 0.06), false_alarm);
    EXPECT_LT(p_of_total(bunches(1, 10000, 0.06), 0.02), false_alarm);
    EXPECT_LT(p_of_totals(bunches(1, 10000, 0.06), bunches(2, 10000, 0.01)), false_alarm);
    EXPECT_LT(p_of_totals(bunches(1, 100000, 0.30), bunches(2, 100000, 0.36)), false_alarm);
    EXPECT_EQ(p_of_total(bunches(1, 1000, 0), 0), 1);
    EXPECT_LT(p_of_total(bunches(1, 10000, 0), 0.01), false_alarm);
}

TEST(Seed, IsTheOneAskedFor)
{
    EXPECT_NE(test_seed(), 0u);
    EXPECT_EQ(p_of_all(std::vector<double>{0.5, 0.01}), 0.02);
    EXPECT_EQ(p_of_all(std::vector<double>{0.9, 0.8}), 1);
}
