#include "lanthorn/numerics/lu.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>

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

}  // namespace lanthorn
