#include "lanthorn/numerics/generator.hpp"
#include "lanthorn/numerics/gmres.hpp"
#include "lanthorn/numerics/ilu.hpp"
#include "lanthorn/numerics/lu.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lanthorn {
namespace {

double uniform(std::mt19937& random) { return double(random()) / 4294967296.0; }

TEST(Generator, BalancesWhatComesAndGoes)
{
    std::mt19937 random(1);
    for (std::size_t n : {1u, 2u, 5u, 9u})
        for (std::size_t root = 0; root < n; ++root) {
            std::vector<double> rate(n * n);
            for (double& r : rate) r = std::pow(10.0, 8 * uniform(random) - 4);
            auto q = rate;
            ASSERT_EQ(Generator::eliminate(q, n, root), n);
            Generator const generator(q, n, root);
            std::vector<double> p(n), w(n), x;
            generator.stationary(p);
            double sum = 0;
            for (double v : p) sum += v;
            EXPECT_NEAR(sum, 1, 1e-14);
            auto const change = [&](std::vector<double> const& y, std::size_t b, double& flow) {
                double total = 0;
                flow = 0;
                for (std::size_t a = 0; a < n; ++a) {
                    if (a == b) continue;
                    total += y[a] * rate[a * n + b] - y[b] * rate[b * n + a];
                    flow += std::abs(y[a] * rate[a * n + b]) + std::abs(y[b] * rate[b * n + a]);
                }
                return total;
            };
            for (std::size_t b = 0; b < n; ++b) {
                double flow = 0;
                double const total = change(p, b, flow);
                EXPECT_LE(std::abs(total), 1e-14 * flow);
                EXPECT_GT(p[b], 0);
            }
            // x Q = -w for w of sum 0
            for (std::size_t b = 1; b < n; ++b) w[0] -= w[b] = uniform(random) - 0.5;
            x = w;
            generator.solve(p, 0.3, x);
            sum = 0;
            for (double v : x) sum += v;
            EXPECT_NEAR(sum, 0.3, 1e-13);
            for (std::size_t b = 0; b < n; ++b) {
                double flow = 0;
                double const total = change(x, b, flow);
                EXPECT_NEAR(total, -w[b], 1e-12 * (flow + std::abs(w[b])));
            }
        }
}

// Birth and death over forty powers of ten: p_k = p_0 product of up/down, which no elimination with subtractions keeps.
TEST(Generator, KeepsRelativeAccuracyOfTheRarest)
{
    std::size_t const n = 9;
    std::vector<double> q(n * n);
    for (std::size_t k = 0; k + 1 < n; ++k) {
        q[k * n + k + 1] = 1e-2 * double(k + 1);
        q[(k + 1) * n + k] = 1e5;
    }
    ASSERT_EQ(Generator::eliminate(q, n, 0), n);
    std::vector<double> p(n);
    Generator(q, n, 0).stationary(p);
    double expected = p[0];
    for (std::size_t k = 1; k < n; ++k) {
        expected *= 1e-7 * double(k);
        EXPECT_NEAR(p[k] / expected, 1, 1e-14);
    }
    EXPECT_LT(p[8], 1e-45);
}

TEST(Generator, NamesWhereAChainStaysForEver)
{
    // 0 -> 1 -> 2, and nothing back
    std::vector<double> q{0, 1, 0, 0, 0, 1, 0, 0, 0};
    auto const rate = q;
    EXPECT_EQ(Generator::eliminate(q, 3, 0), 2u);
    q = rate;
    ASSERT_EQ(Generator::eliminate(q, 3, 2), 3u);
    std::vector<double> p(3);
    Generator(q, 3, 2).stationary(p);
    EXPECT_EQ(p, (std::vector{0.0, 0.0, 1.0}));
    // A state that nothing enters has nothing, even if it cannot leave.
    q = {0, 1, 0, 1, 0, 0, 0, 0, 0};
    ASSERT_EQ(Generator::eliminate(q, 3, 0), 3u);
    Generator(q, 3, 0).stationary(p);
    EXPECT_EQ(p, (std::vector{0.5, 0.5, 0.0}));
}

TEST(Gmres, SolvesWhatADirectMethodSolves)
{
    std::mt19937 random(2);
    std::size_t const n = 60;
    Matrix a(n, n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) a(i, j) = uniform(random) - 0.5;
        a(i, i) += 8;
    }
    std::vector<double> b(n);
    for (double& v : b) v = uniform(random) - 0.5;
    auto expected = b;
    DenseLu lu;
    ASSERT_TRUE(lu.factor(a));
    lu.solve(expected);
    auto const product = [&](std::span<double const> x, std::span<double> y) {
        for (std::size_t i = 0; i < n; ++i) {
            y[i] = 0;
            for (std::size_t j = 0; j < n; ++j) y[i] += a(i, j) * x[j];
        }
    };
    for (std::size_t basis : {8u, 100u}) {  // with and without starting anew
        auto x = b;
        Gmres gmres(basis);
        auto const outcome = gmres.solve(product, x, 1e-13, 500);
        EXPECT_LE(outcome.residual, 1e-13);
        for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(x[i], expected[i], 1e-12);
    }
    auto x = b;
    Gmres gmres(100);
    auto const few = gmres.solve(product, x, 1e-13, 3);
    EXPECT_EQ(few.products, 4);  // one more to know what is left
    std::vector<double> left(n);
    product(x, left);
    double square = 0, all = 0;
    for (std::size_t i = 0; i < n; ++i) {
        square += (b[i] - left[i]) * (b[i] - left[i]);
        all += b[i] * b[i];
    }
    EXPECT_NEAR(few.residual, std::sqrt(square / all), 1e-12);
    std::vector<double> nothing(n, 0.0);
    EXPECT_EQ(gmres.solve(product, nothing, 1e-13, 10).products, 0);
    EXPECT_EQ(nothing, std::vector<double>(n, 0.0));
}

TEST(IncompleteLu, IsExactWhereNothingFillsIn)
{
    // Tridiagonal: L and U have the pattern of A.
    std::size_t const n = 20;
    SparseMatrix a{.first = {0}, .column = {}, .value = {}};
    Matrix dense(n, n);
    for (std::uint32_t i = 0; i < n; ++i) {
        for (std::uint32_t j = i > 0 ? i - 1 : 0; j <= std::min<std::uint32_t>(i + 1, n - 1); ++j) {
            a.column.push_back(j);
            a.value.push_back(dense(i, j) = i == j ? 2.5 : -1 - 0.01 * double(i + 2 * j));
        }
        a.first.push_back(std::uint32_t(a.column.size()));
    }
    std::vector<double> b(n);
    for (std::size_t i = 0; i < n; ++i) b[i] = double(i % 3);
    auto expected = b;
    DenseLu lu;
    ASSERT_TRUE(lu.factor(dense));
    lu.solve(expected);
    IncompleteLu ilu;
    ASSERT_TRUE(ilu.factor(a));
    ilu.solve(b);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(b[i], expected[i], 1e-12 * std::abs(expected[i]) + 1e-12);
    a.value[0] = 0;
    EXPECT_FALSE(ilu.factor(a));
}

}  // namespace
}  // namespace lanthorn
