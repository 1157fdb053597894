#include "lanthorn/numerics/eigen.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <limits>
#include <utility>

namespace lanthorn {

namespace {

template <class T>
using Rows = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class T>
Eigen::Map<Rows<T> const> seen(DenseMatrix<T> const& a)
{
    return {a.values.data(), Eigen::Index(a.rows), Eigen::Index(a.columns)};
}

template <class T>
DenseMatrix<T> kept(Rows<T> const& a)
{
    DenseMatrix<T> result(std::size_t(a.rows()), std::size_t(a.cols()));
    result.values.assign(a.data(), a.data() + a.size());
    return result;
}

template <class T>
Eigensystem<T> self_adjoint(DenseMatrix<T> const& a)
{
    LANTHORN_EXPECT(a.rows == a.columns);
    if (a.rows == 0) return {};
    Eigen::SelfAdjointEigenSolver<Rows<T>> const solver(seen(a));
    if (solver.info() != Eigen::Success)
        throw NumericsError("eigenvalues of a self-adjoint matrix", 0,
                            std::numeric_limits<double>::quiet_NaN());
    auto const& values = solver.eigenvalues();
    return {.values = {values.data(), values.data() + values.size()},
            .vectors = kept<T>(solver.eigenvectors())};
}

}  // namespace

Eigensystem<double> symmetric_eigen(Matrix const& a) { return self_adjoint(a); }

Eigensystem<std::complex<double>> hermitian_eigen(ComplexMatrix const& a) { return self_adjoint(a); }

std::vector<std::complex<double>> eigenvalues(Matrix const& a)
{
    LANTHORN_EXPECT(a.rows == a.columns);
    if (a.rows == 0) return {};
    Eigen::EigenSolver<Eigen::MatrixXd> const solver(seen(a), false);
    if (solver.info() != Eigen::Success)
        throw NumericsError("eigenvalues of a matrix", 0, std::numeric_limits<double>::quiet_NaN());
    auto const& values = solver.eigenvalues();
    std::vector<std::complex<double>> sorted(values.data(), values.data() + values.size());
    std::ranges::stable_sort(sorted, [](auto const& x, auto const& y) {
        return std::pair(x.real(), x.imag()) > std::pair(y.real(), y.imag());
    });
    return sorted;
}

Matrix transposed_times(Matrix const& a, Matrix const& b)
{
    LANTHORN_EXPECT(a.rows == b.rows);
    return kept<double>(seen(a).transpose() * seen(b));
}

Matrix times(Matrix const& a, Matrix const& b)
{
    LANTHORN_EXPECT(a.columns == b.rows);
    return kept<double>(seen(a) * seen(b));
}

}  // namespace lanthorn
