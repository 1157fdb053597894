#include "lanthorn/numerics/eigen.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace lanthorn {
namespace {

template <class T>
DenseMatrix<T> self_adjoint(std::size_t n)
{
    DenseMatrix<T> a(n, n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double const x = *rc::gen::inRange(-1000, 1000) / 100.0,
                         y = *rc::gen::inRange(-1000, 1000) / 100.0;
            if constexpr (std::is_same_v<T, double>)
                a(i, j) = a(j, i) = x;
            else {
                a(i, j) = {x, i == j ? 0 : y};
                a(j, i) = std::conj(a(i, j));
            }
        }
    return a;
}

template <class T>
double residual(DenseMatrix<T> const& a, Eigensystem<T> const& e)
{
    double worst = 0;
    for (std::size_t i = 0; i < a.rows; ++i)
        for (std::size_t j = 0; j < a.rows; ++j) {
            T sum = -e.values[j] * e.vectors(i, j);
            for (std::size_t k = 0; k < a.rows; ++k) sum += a(i, k) * e.vectors(k, j);
            worst = std::max(worst, std::abs(sum));
        }
    return worst;
}

RC_GTEST_PROP(Eigen, SolvesSymmetricMatrices, ())
{
    auto const a = self_adjoint<double>(std::size_t(*rc::gen::inRange(1, 12)));
    auto const e = symmetric_eigen(a);
    RC_ASSERT(residual(a, e) < 1e-11);
    RC_ASSERT(std::is_sorted(e.values.begin(), e.values.end()));
    Matrix const unit = transposed_times(e.vectors, e.vectors);
    for (std::size_t i = 0; i < a.rows; ++i)
        for (std::size_t j = 0; j < a.rows; ++j) RC_ASSERT(std::abs(unit(i, j) - (i == j ? 1 : 0)) < 1e-12);
}

RC_GTEST_PROP(Eigen, SolvesHermitianMatrices, ())
{
    auto const a = self_adjoint<std::complex<double>>(std::size_t(*rc::gen::inRange(1, 12)));
    RC_ASSERT(residual(a, hermitian_eigen(a)) < 1e-11);
}

TEST(Matrix, Multiplies)
{
    Matrix a(2, 3), b(3, 1);
    a.values = {1, 2, 3, 4, 5, 6};
    b.values = {1, 0, -1};
    EXPECT_EQ(times(a, b).values, (std::vector<double>{-2, -2}));
    EXPECT_EQ(transposed_times(a, a).values, (std::vector<double>{17, 22, 27, 22, 29, 36, 27, 36, 45}));
    EXPECT_TRUE(symmetric_eigen(Matrix()).values.empty());
}

}  // namespace
}  // namespace lanthorn
