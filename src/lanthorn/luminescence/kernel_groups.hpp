#pragma once

// The groups of the kernel; part of kernel_body.hpp.

#include "lanthorn/luminescence/kernel_choice.hpp"

namespace lanthorn::kernel {

namespace {

/// The last of 16 ascending sums that is <= x; the first one is 0 and x is not negative.
LANTHORN_INLINE unsigned last_reached(std::int64_t const* before, std::int64_t x)
{
#if defined(__AVX512F__)
    // Loaded before either is compared: GCC 12 widens a mask of eight bits wrongly that waits on the stack while the
    // thread sanitizer sees to the second load.
    __m512i const low = _mm512_load_si512(before), high = _mm512_load_si512(before + 8);
    __m512i const limit = _mm512_set1_epi64(x);
    __mmask16 const reached =
        _mm512_kunpackb(_mm512_cmple_epi64_mask(high, limit), _mm512_cmple_epi64_mask(low, limit));
    return unsigned(__builtin_popcount(_cvtmask16_u32(reached))) - 1;
#elif defined(__AVX2__)
    __m256i const limit = _mm256_set1_epi64x(x);
    unsigned above = 0;
    for (long q = 0; q < 4; ++q) {
        __m256i const some = _mm256_load_si256(reinterpret_cast<__m256i const*>(before + 4 * q));
        above |= unsigned(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(some, limit)))) << 4 * q;
    }
    return 15 - unsigned(__builtin_popcount(above));
#else
    unsigned n = 0;
    for (int k = 0; k < fan; ++k) n += before[k] <= x;
    return n - 1;
#endif
}

/// Adds to all of 16 sums beyond the k-th.
LANTHORN_INLINE void add_beyond(std::int64_t* before, unsigned k, std::int64_t x)
{
#if defined(__AVX512F__)
    unsigned const beyond = 0xfffeu << k;
    __m512i const more = _mm512_set1_epi64(x);
    __m512i const low = _mm512_load_si512(before), high = _mm512_load_si512(before + 8);
    _mm512_store_si512(before, _mm512_mask_add_epi64(low, __mmask8(beyond), low, more));
    _mm512_store_si512(before + 8, _mm512_mask_add_epi64(high, __mmask8(beyond >> 8), high, more));
#elif defined(__AVX2__)
    __m256i const at = _mm256_set1_epi64x(k), more = _mm256_set1_epi64x(x);
    for (long q = 0; q < 4; ++q) {
        __m256i const lane = _mm256_set_epi64x(4 * q + 3, 4 * q + 2, 4 * q + 1, 4 * q);
        auto* const some = reinterpret_cast<__m256i*>(before + 4 * q);
        _mm256_store_si256(some, _mm256_add_epi64(_mm256_load_si256(some),
                                                  _mm256_and_si256(_mm256_cmpgt_epi64(lane, at), more)));
    }
#else
    for (unsigned j = k + 1; j < fan; ++j) before[j] += x;
#endif
}

LANTHORN_INLINE void add(Groups& groups, unsigned group, std::int64_t x)
{
    groups.total += x;
    add_beyond(groups.before_node, group / fan, x);
    add_beyond(groups.before[group / fan], group % fan, x);
}

LANTHORN_INLINE void insert(Groups& groups, std::uint32_t ion, unsigned group)
{
    std::uint32_t const place = groups.count[group]++;
    groups.members[groups.begins[group] + place] = ion;
    groups.place[ion] = place;
    groups.of[ion] = std::uint16_t(group);
    ++groups.awake;
    add(groups, group, step_of(group));
}

/// Puts an ion into the group of its new bound.
LANTHORN_INLINE void regroup(Groups& groups, std::uint32_t ion, unsigned group)
{
    unsigned const old = groups.of[ion];
    if (old == group) return;
    if (old != no_group) {
        std::uint32_t const last = --groups.count[old];
        std::uint32_t* const members = groups.members + groups.begins[old];
        std::uint32_t const place = groups.place[ion];
        members[place] = members[last];
        groups.place[members[last]] = place;
        groups.of[ion] = no_group;
        --groups.awake;
        add(groups, old, -step_of(old));
    }
    if (group != no_group) insert(groups, ion, group);
}

/// Two ions at once. Where the first one falls asleep and wakes the other, as in migration, that one takes its place.
LANTHORN_INLINE void regroup(Groups& groups, std::uint32_t ion, unsigned group, std::uint32_t partner,
                             unsigned group_of_partner)
{
    if (group == no_group && groups.of[partner] == no_group && groups.of[ion] == group_of_partner &&
        group_of_partner != no_group) {
        std::uint32_t const place = groups.place[ion];
        groups.members[groups.begins[group_of_partner] + place] = partner;
        groups.place[partner] = place;
        groups.of[partner] = std::uint16_t(group_of_partner);
        groups.of[ion] = no_group;
        return;
    }
    regroup(groups, ion, group);
    regroup(groups, partner, group_of_partner);
}

}  // namespace

}  // namespace lanthorn::kernel
