#pragma once

#include "lanthorn/numerics/matrix.hpp"

#include <complex>
#include <vector>

namespace lanthorn {

/// A V = V diag(values), V orthonormal; signs (phases) of the vectors are arbitrary.
template <class T>
struct Eigensystem {
    std::vector<double> values;  ///< ascending
    DenseMatrix<T> vectors;      ///< column j belongs to values[j]
};

/// All eigenvalues and vectors of a real symmetric matrix; its lower triangle is read.
/// Tridiagonalisation and implicit QR, about 9 n^3 operations.
/// @throws NumericsError where the QR iteration does not converge
Eigensystem<double> symmetric_eigen(Matrix const& a);

/// The same of a complex Hermitian matrix.
Eigensystem<std::complex<double>> hermitian_eigen(ComplexMatrix const& a);

/// All eigenvalues of a real matrix, the largest real part first; absolute errors are about 1e-15 times the norm.
/// @throws NumericsError where the QR iteration does not converge
std::vector<std::complex<double>> eigenvalues(Matrix const& a);

/// A^T B, (a.columns x b.columns).
Matrix transposed_times(Matrix const& a, Matrix const& b);

/// A B, (a.rows x b.columns).
Matrix times(Matrix const& a, Matrix const& b);

}  // namespace lanthorn
