#pragma once

// How the kernel chooses among rows and partners; part of kernel_body.hpp, and of those who do as it does.

#include "lanthorn/luminescence/kernel.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lanthorn::kernel {

namespace {

#define LANTHORN_INLINE [[gnu::always_inline]] static inline

/// How many of the eight thresholds are <= x (signed comparison).
LANTHORN_INLINE int count_reached(std::int32_t const* threshold, std::int32_t x)
{
#if defined(__AVX2__)
    __m256i const above = _mm256_cmpgt_epi32(_mm256_load_si256(reinterpret_cast<__m256i const*>(threshold)),
                                             _mm256_set1_epi32(x));
    return 8 - __builtin_popcount(unsigned(_mm256_movemask_ps(_mm256_castsi256_ps(above))));
#else
    int n = 0;
    for (int k = 0; k < near; ++k) n += threshold[k] <= x;
    return n;
#endif
}

/// One of n columns; share in [0, 1).
LANTHORN_INLINE std::uint32_t from_alias_table(FarPartner const* columns, std::uint32_t n, double share)
{
    double const column = share * n;
    std::uint32_t const k = column < n ? std::uint32_t(column) : n - 1;
    FarPartner const& partner = columns[k];
    return (column - k) * 0x1p32 < partner.until ? partner.who : partner.otherwise;
}

LANTHORN_INLINE std::uint32_t choose_partner(Tables const& tables, std::size_t row, std::uint64_t draw)
{
    Nearest const& nearest = tables.nearest[row];
    std::uint32_t const high = std::uint32_t(draw >> 32);
    std::int32_t const flipped = std::int32_t((high == 0xffffffffu ? 0xfffffffeu : high) ^ 0x80000000u);
    int const k = count_reached(nearest.threshold, flipped);
    if (k < near) [[likely]]
        return nearest.who[k];
    double const beyond = double(std::uint32_t(nearest.threshold[near - 1]) ^ 0x80000000u);
    double const share =
        (double(high) - beyond + (double(std::uint32_t(draw)) + 0.5) * 0x1p-32) / (0x1p32 - beyond);
    FarRange const range = tables.far_range[row];
    return from_alias_table(tables.far + range.first, range.last - range.first, share);
}

/// The row of a sorted list of running sums into which x falls.
template <class Row>
LANTHORN_INLINE Row const& row_at(Row const* rows, std::uint32_t first, std::uint32_t last, double x)
{
    while (first + 1 < last && rows[first].until <= x) ++first;
    return rows[first];
}

}  // namespace

}  // namespace lanthorn::kernel
