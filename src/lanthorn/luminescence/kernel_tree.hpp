#pragma once

// The rate tree of the kernel; part of kernel_body.hpp.

#include "lanthorn/luminescence/kernel.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lanthorn::kernel {

namespace {

#define LANTHORN_INLINE [[gnu::always_inline]] static inline

/// How many of the 16 running sums of a node are <= x.
LANTHORN_INLINE int count_reached(double const* until, double x)
{
#if defined(__AVX512F__)
    __m512d const limit = _mm512_set1_pd(x);
    unsigned const low = _mm512_cmp_pd_mask(_mm512_load_pd(until), limit, _CMP_LE_OQ);
    unsigned const high = _mm512_cmp_pd_mask(_mm512_load_pd(until + 8), limit, _CMP_LE_OQ);
    return __builtin_popcount(low | high << 8);
#elif defined(__AVX2__)
    __m256d const limit = _mm256_set1_pd(x);
    unsigned mask = 0;
    for (long q = 0; q < 4; ++q)
        mask |= unsigned(_mm256_movemask_pd(_mm256_cmp_pd(_mm256_load_pd(until + 4 * q), limit, _CMP_LE_OQ)))
                << 4 * q;
    return __builtin_popcount(mask);
#else
    int n = 0;
    for (int k = 0; k < fan; ++k) n += until[k] <= x;
    return n;
#endif
}

/// The rates of one node, in registers: a store of one number and then a load of its line would stall.
///
/// Running sums are formed in the same order on every level. Within each quarter (a b c d): a, a+b, (b+c)+a,
/// (c+d)+(a+b); the second and fourth quarter then add the total of the one before, the upper half that of the lower.
#if defined(__AVX512F__)
struct Node {
    __m512d low, high;
};

LANTHORN_INLINE Node load(double const* rate) { return {_mm512_load_pd(rate), _mm512_load_pd(rate + 8)}; }

LANTHORN_INLINE void put(Node& node, unsigned k, double x)
{
    unsigned const at = 1u << k;
    node.low = _mm512_mask_mov_pd(node.low, __mmask8(at), _mm512_set1_pd(x));
    node.high = _mm512_mask_mov_pd(node.high, __mmask8(at >> 8), _mm512_set1_pd(x));
}

LANTHORN_INLINE void store(double* rate, Node const& node)
{
    _mm512_store_pd(rate, node.low);
    _mm512_store_pd(rate + 8, node.high);
}

LANTHORN_INLINE __m512d sums_of_half(__m512d v)
{
    v = _mm512_add_pd(v, _mm512_maskz_permutex_pd(0xee, v, 0x90));
    v = _mm512_add_pd(v, _mm512_maskz_permutex_pd(0xcc, v, 0x40));
    return _mm512_add_pd(v, _mm512_maskz_permutexvar_pd(0xf0, _mm512_set1_epi64(3), v));
}

LANTHORN_INLINE double sum(Node const& node, double* until)
{
    __m512d const last = _mm512_castsi512_pd(_mm512_set1_epi64(7));
    __m512d const low = sums_of_half(node.low);
    __m512d const high =
        _mm512_add_pd(sums_of_half(node.high), _mm512_permutexvar_pd(_mm512_castpd_si512(last), low));
    _mm512_store_pd(until, low);
    _mm512_store_pd(until + 8, high);
    return _mm512_cvtsd_f64(_mm512_permutexvar_pd(_mm512_castpd_si512(last), high));
}
#elif defined(__AVX2__)
struct Node {
    __m256d quarter[4];
};

LANTHORN_INLINE Node load(double const* rate)
{
    return {{_mm256_load_pd(rate), _mm256_load_pd(rate + 4), _mm256_load_pd(rate + 8),
             _mm256_load_pd(rate + 12)}};
}

LANTHORN_INLINE void put(Node& node, unsigned k, double x)
{
    __m256i const at = _mm256_set1_epi64x(k);
    for (long q = 0; q < 4; ++q) {
        __m256i const lane = _mm256_set_epi64x(4 * q + 3, 4 * q + 2, 4 * q + 1, 4 * q);
        node.quarter[q] = _mm256_blendv_pd(node.quarter[q], _mm256_set1_pd(x),
                                           _mm256_castsi256_pd(_mm256_cmpeq_epi64(lane, at)));
    }
}

LANTHORN_INLINE void store(double* rate, Node const& node)
{
    for (long q = 0; q < 4; ++q) _mm256_store_pd(rate + 4 * q, node.quarter[q]);
}

LANTHORN_INLINE __m256d sums_of_quarter(__m256d v)
{
    __m256d const zero = _mm256_setzero_pd();
    v = _mm256_add_pd(v, _mm256_blend_pd(_mm256_permute4x64_pd(v, 0x90), zero, 0x1));
    return _mm256_add_pd(v, _mm256_blend_pd(_mm256_permute4x64_pd(v, 0x40), zero, 0x3));
}

LANTHORN_INLINE double sum(Node const& node, double* until)
{
    __m256d const first = sums_of_quarter(node.quarter[0]), third = sums_of_quarter(node.quarter[2]);
    __m256d const second =
        _mm256_add_pd(sums_of_quarter(node.quarter[1]), _mm256_permute4x64_pd(first, 0xff));
    __m256d const fourth =
        _mm256_add_pd(sums_of_quarter(node.quarter[3]), _mm256_permute4x64_pd(third, 0xff));
    __m256d const half = _mm256_permute4x64_pd(second, 0xff);
    __m256d const all = _mm256_add_pd(fourth, half);
    _mm256_store_pd(until, first);
    _mm256_store_pd(until + 4, second);
    _mm256_store_pd(until + 8, _mm256_add_pd(third, half));
    _mm256_store_pd(until + 12, all);
    return _mm256_cvtsd_f64(_mm256_permute4x64_pd(all, 0xff));
}
#else
struct Node {
    double rate[fan];
};

LANTHORN_INLINE Node load(double const* rate)
{
    Node node;
    for (int k = 0; k < fan; ++k) node.rate[k] = rate[k];
    return node;
}

LANTHORN_INLINE void put(Node& node, unsigned k, double x) { node.rate[k] = x; }

LANTHORN_INLINE void store(double* rate, Node const& node)
{
    for (int k = 0; k < fan; ++k) rate[k] = node.rate[k];
}

LANTHORN_INLINE double sum(Node const& node, double* until)
{
    for (int q = 0; q < fan; q += 4) {
        double const* v = node.rate + q;
        double const ab = v[0] + v[1];
        until[q] = v[0];
        until[q + 1] = ab;
        until[q + 2] = (v[1] + v[2]) + v[0];
        until[q + 3] = (v[2] + v[3]) + ab;
    }
    for (int k = 4; k < 8; ++k) until[k] += until[3];
    for (int k = 12; k < 16; ++k) until[k] += until[11];
    for (int k = 8; k < 16; ++k) until[k] += until[7];
    return until[15];
}
#endif

LANTHORN_INLINE double set_child(Tree& tree, int level, std::size_t child, double x)
{
    std::size_t const first = child / fan * fan;
    Node node = load(tree.rate[level] + first);
    put(node, unsigned(child % fan), x);
    store(tree.rate[level] + first, node);
    return sum(node, tree.until[level] + first);
}

LANTHORN_INLINE void set_from(Tree& tree, int level, std::size_t i, double x)
{
    for (; level < tree.levels; ++level) {
        x = set_child(tree, level, i, x);
        i /= fan;
    }
    tree.total = x;
}

/// Two children at once; from the node that they share upwards, one path.
LANTHORN_INLINE void set_two(Tree& tree, std::size_t i, double x, std::size_t j, double y)
{
    int level = 0;
    while (i / fan != j / fan) {
        x = set_child(tree, level, i, x);
        y = set_child(tree, level, j, y);
        i /= fan;
        j /= fan;
        ++level;
    }
    std::size_t const first = i / fan * fan;
    Node node = load(tree.rate[level] + first);
    put(node, unsigned(i % fan), x);
    put(node, unsigned(j % fan), y);
    store(tree.rate[level] + first, node);
    set_from(tree, level + 1, i / fan, sum(node, tree.until[level] + first));
}

}  // namespace

}  // namespace lanthorn::kernel
