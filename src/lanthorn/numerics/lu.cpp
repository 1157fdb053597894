#include "lanthorn/numerics/lu.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lanthorn {

bool DenseLu::factor(Matrix const& a)
{
    LANTHORN_EXPECT(a.rows == a.columns);
    std::size_t const n = a.rows;
    lu_ = a;
    pivot_.resize(n);
    inverse_.resize(n);
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t best = k;
        for (std::size_t i = k + 1; i < n; ++i)
            if (std::abs(lu_(i, k)) > std::abs(lu_(best, k))) best = i;
        pivot_[k] = best;
        double* const row = &lu_(k, 0);
        if (best != k) std::swap_ranges(row, row + n, &lu_(best, 0));
        if (row[k] == 0 || !std::isfinite(row[k])) return false;
        inverse_[k] = 1 / row[k];
        for (std::size_t i = k + 1; i < n; ++i) {
            double* const below = &lu_(i, 0);
            if (below[k] == 0) continue;
            double const factor = below[k] *= inverse_[k];
            for (std::size_t j = k + 1; j < n; ++j) below[j] -= factor * row[j];
        }
    }
    return true;
}

void DenseLu::solve(std::span<double> b) const
{
    std::size_t const n = lu_.rows;
    LANTHORN_EXPECT(b.size() == n);
    for (std::size_t k = 0; k < n; ++k) std::swap(b[k], b[pivot_[k]]);
    for (std::size_t i = 1; i < n; ++i) {
        double const* const row = &lu_(i, 0);
        double sum = b[i];
        for (std::size_t j = 0; j < i; ++j) sum -= row[j] * b[j];
        b[i] = sum;
    }
    for (std::size_t i = n; i-- > 0;) {
        double const* const row = &lu_(i, 0);
        double sum = b[i];
        for (std::size_t j = i + 1; j < n; ++j) sum -= row[j] * b[j];
        b[i] = sum * inverse_[i];
    }
}

namespace {

/// row -= sum over k < count of factor[k] * other[k], each row n columns long.
void subtract(double* row, double const* factor, double const* const* other, std::size_t count, std::size_t n)
{
    std::size_t k = 0;
    for (; k + 8 <= count; k += 8) {
        double const* const f = factor + k;
        double const* const* const r = other + k;
        for (std::size_t j = 0; j < n; ++j)
            row[j] = row[j] - f[0] * r[0][j] - f[1] * r[1][j] - f[2] * r[2][j] - f[3] * r[3][j] -
                     f[4] * r[4][j] - f[5] * r[5][j] - f[6] * r[6][j] - f[7] * r[7][j];
    }
    for (; k < count; ++k)
        for (std::size_t j = 0; j < n; ++j) row[j] -= factor[k] * other[k][j];
}

/// Gauss and Jordan on rows [begin, end), within their own columns; all columns follow.
void reduce(Matrix& a, std::size_t begin, std::size_t end)
{
    for (std::size_t k = begin; k < end; ++k) {
        double* const pivot = &a(k, 0);
        double const inverse = 1 / pivot[k];
        pivot[k] = 1;
        for (std::size_t j = 0; j < a.columns; ++j) pivot[j] *= inverse;
        for (std::size_t i = begin; i < end; ++i) {
            if (i == k) continue;
            double const f = std::exchange(a(i, k), 0.0);
            subtract(&a(i, 0), &f, &pivot, 1, a.columns);
        }
    }
}

}  // namespace

/// Block of rows by block of rows, and what they do to all others in strips of columns that stay in the cache.
bool invert_diagonally_dominant(Matrix& a, StopToken stop)
{
    LANTHORN_EXPECT(a.rows == a.columns);
    constexpr std::size_t block = 64, strip = 512;
    std::size_t const n = a.rows;
    Matrix factor(n, block);
    std::vector<double const*> rows(block);
    for (std::size_t begin = 0; begin < n; begin += block) {
        if (stop.stop_requested()) return false;
        std::size_t const end = std::min(n, begin + block), size = end - begin;
        reduce(a, begin, end);
        for (std::size_t i = 0; i < n; ++i) {
            if (i >= begin && i < end) continue;
            std::copy_n(&a(i, begin), size, &factor(i, 0));
            std::fill_n(&a(i, begin), size, 0.0);
        }
        for (std::size_t first = 0; first < n; first += strip) {
            for (std::size_t k = 0; k < size; ++k) rows[k] = &a(begin + k, first);
            for (std::size_t i = 0; i < n; ++i)
                if (i < begin || i >= end)
                    subtract(&a(i, first), &factor(i, 0), rows.data(), size, std::min(strip, n - first));
        }
    }
    return true;
}

}  // namespace lanthorn
