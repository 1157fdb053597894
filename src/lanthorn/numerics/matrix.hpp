#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace lanthorn {

/// A dense matrix, row by row.
template <class T>
struct DenseMatrix {
    std::size_t rows = 0, columns = 0;
    std::vector<T> values;  ///< (rows x columns)

    DenseMatrix() = default;
    DenseMatrix(std::size_t r, std::size_t c) : rows(r), columns(c), values(r * c) {}

    T& operator()(std::size_t row, std::size_t column) { return values[row * columns + column]; }
    T const& operator()(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

using Matrix = DenseMatrix<double>;
using ComplexMatrix = DenseMatrix<std::complex<double>>;

}  // namespace lanthorn
