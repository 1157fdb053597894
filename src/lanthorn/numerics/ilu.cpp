#include "lanthorn/numerics/ilu.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

bool IncompleteLu::factor(SparseMatrix a)
{
    lu_ = std::move(a);
    std::size_t const n = lu_.first.size() - 1;
    diagonal_.resize(n);
    inverse_.resize(n);
    constexpr std::uint32_t nowhere = 0xffffffffu;
    std::vector<std::uint32_t> where(n, nowhere);  // elements of the present row by column
    for (std::size_t i = 0; i < n; ++i) {
        std::uint32_t const begin = lu_.first[i], end = lu_.first[i + 1];
        diagonal_[i] = end;
        for (std::uint32_t e = begin; e < end; ++e) {
            where[lu_.column[e]] = e;
            if (lu_.column[e] == i) diagonal_[i] = e;
        }
        LANTHORN_EXPECT(diagonal_[i] < end);
        for (std::uint32_t e = begin; e < diagonal_[i]; ++e) {
            std::uint32_t const k = lu_.column[e];
            double const factor = lu_.value[e] *= inverse_[k];
            for (std::uint32_t f = diagonal_[k] + 1; f < lu_.first[k + 1]; ++f)
                if (where[lu_.column[f]] != nowhere) lu_.value[where[lu_.column[f]]] -= factor * lu_.value[f];
        }
        for (std::uint32_t e = begin; e < end; ++e) where[lu_.column[e]] = nowhere;
        double const pivot = lu_.value[diagonal_[i]];
        if (pivot == 0 || !std::isfinite(pivot)) return false;
        inverse_[i] = 1 / pivot;
    }
    return true;
}

void IncompleteLu::solve(std::span<double> b) const
{
    std::size_t const n = diagonal_.size();
    LANTHORN_EXPECT(b.size() == n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::uint32_t e = lu_.first[i]; e < diagonal_[i]; ++e) b[i] -= lu_.value[e] * b[lu_.column[e]];
    for (std::size_t i = n; i-- > 0;) {
        for (std::uint32_t e = diagonal_[i] + 1; e < lu_.first[i + 1]; ++e)
            b[i] -= lu_.value[e] * b[lu_.column[e]];
        b[i] *= inverse_[i];
    }
}

}  // namespace lanthorn
