#include "lanthorn/numerics/lu.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace lanthorn {
namespace {

/// Rates of a chain that leaks: off the diagonal <= 0, each row's sum small beside its diagonal.
RC_GTEST_PROP(Inverse, OfADiagonallyDominantMatrix, ())
{
    std::size_t const n = *rc::gen::inRange<std::size_t>(1, 200);
    Matrix a(n, n);
    for (std::size_t i = 0; i < n; ++i) {
        double sum = 1e-4;
        for (std::size_t j = 0; j < n; ++j) {
            std::size_t const d = i > j ? i - j : j - i;
            if (d == 0 || d > 30) continue;
            a(i, j) = -1.0 / double(d * d * (1 + (i + j) % 7));
            sum -= a(i, j);
        }
        a(i, i) = sum;
    }
    Matrix inverse = a;
    invert_diagonally_dominant(inverse);
    for (std::size_t i = 0; i < n; i += 1 + n / 7) {
        double row = 0;
        for (std::size_t j = 0; j < n; ++j) {
            double sum = 0;
            for (std::size_t k = 0; k < n; ++k) sum += a(i, k) * inverse(k, j);
            RC_ASSERT(std::abs(sum - (i == j ? 1.0 : 0.0)) < 1e-9);
            RC_ASSERT(inverse(i, j) >= 0);
            row += inverse(i, j) * 1e-4;
        }
        RC_ASSERT(std::abs(row - 1) < 1e-9);
    }
}

RC_GTEST_PROP(Lu, SolvesWhatItFactored, ())
{
    std::size_t const n = *rc::gen::inRange<std::size_t>(1, 20);
    Matrix a(n, n);
    std::vector<double> x(n), b(n);
    for (double& v : a.values) v = double(*rc::gen::inRange(-1000, 1000)) / 100;
    for (std::size_t i = 0; i < n; ++i) {
        a(i, (i + 3) % n) += 100;  // far off the diagonal, so that rows have to be exchanged
        x[i] = double(*rc::gen::inRange(-1000, 1000));
    }
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) b[i] += a(i, j) * x[j];
    DenseLu lu;
    RC_ASSERT(lu.factor(a));
    lu.solve(b);
    for (std::size_t i = 0; i < n; ++i) RC_ASSERT(std::abs(b[i] - x[i]) < 1e-8);
}

TEST(Lu, SaysThatAMatrixIsSingular)
{
    Matrix a(2, 2);
    a.values = {1, 2, 2, 4};
    DenseLu lu;
    EXPECT_FALSE(lu.factor(a));
    a.values = {0, 1, 1, 0};
    EXPECT_TRUE(lu.factor(a));
}

}  // namespace
}  // namespace lanthorn
