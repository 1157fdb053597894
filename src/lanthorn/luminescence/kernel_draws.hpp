#pragma once

// The random numbers of the kernel, some blocks of Philox at once; part of kernel_body.hpp.

#include "lanthorn/base/elementary_inline.hpp"
#include "lanthorn/luminescence/kernel_choice.hpp"

namespace lanthorn::kernel {

namespace {

// Lanes of 64 bits, as many as a register has; Philox words sit in their lower halves, whatever is above them.
#if defined(__AVX512F__)
constexpr int lanes = 8;
#elif defined(__AVX2__)
constexpr int lanes = 4;
#else
constexpr int lanes = 2;
#endif
typedef std::uint64_t Bits __attribute__((vector_size(8 * lanes)));
typedef double Reals __attribute__((vector_size(8 * lanes)));

/// Product of the lower halves.
LANTHORN_INLINE Bits multiply(Bits a, std::uint64_t b)
{
#if defined(__AVX512F__)
    return Bits(_mm512_mul_epu32(__m512i(a), _mm512_set1_epi64(std::int64_t(b))));
#elif defined(__AVX2__)
    return Bits(_mm256_mul_epu32(__m256i(a), _mm256_set1_epi64x(std::int64_t(b))));
#elif defined(__SSE2__)
    return Bits(_mm_mul_epu32(__m128i(a), _mm_set1_epi64x(std::int64_t(b))));
#else
    return (a & 0xffffffffu) * b;
#endif
}

struct Draws {
    Bits first, second;
};

/// philox of stream.hpp for one block per lane: its two 64-bit draws.
LANTHORN_INLINE Draws philox_lanes(Bits block, Trajectory const& t)
{
    Bits c0 = block, c1 = block >> 32;
    Bits c2 = Bits{} + (t.index & 0xffffffffu), c3 = Bits{} + (t.index >> 32);
    std::uint32_t k0 = t.key[0], k1 = t.key[1];
    for (int round = 0; round < 10; ++round) {
        Bits const p0 = multiply(c0, 0xD2511F53), p1 = multiply(c2, 0xCD9E8D57);
        c0 = (p1 >> 32) ^ c1 ^ k0;
        c2 = (p0 >> 32) ^ c3 ^ k1;
        c1 = p1;
        c3 = p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {c0 << 32 | (c1 & 0xffffffffu), c2 << 32 | (c3 & 0xffffffffu)};
}

/// Random numbers of the next trials: a batch of them takes the next 48 blocks of its trajectory's stream, of which the
/// first third makes waiting times.
[[gnu::noinline]] void make_batch(Trajectory& t)
{
    Bits lane{};
    for (int l = 0; l < lanes; ++l) lane[l] = std::uint64_t(l);
    constexpr int half = batch / 2;
    Bits const begin = lane + t.next_trial / 2 * 3;
    for (int n = 0; n < half; n += lanes) {
        Draws const waits = philox_lanes(begin + std::uint64_t(n), t);
        *reinterpret_cast<Reals*>(t.wait + n) = -log_of<Reals, Bits>(uniform_of<Reals, Bits>(waits.first));
        *reinterpret_cast<Reals*>(t.wait + half + n) =
            -log_of<Reals, Bits>(uniform_of<Reals, Bits>(waits.second));
        Draws const what = philox_lanes(begin + std::uint64_t(half + n), t);
        *reinterpret_cast<Bits*>(t.what + n) = what.first;
        *reinterpret_cast<Bits*>(t.what + half + n) = what.second;
        Draws const partners = philox_lanes(begin + std::uint64_t(batch + n), t);
        *reinterpret_cast<Bits*>(t.partner + n) = partners.first;
        *reinterpret_cast<Bits*>(t.partner + half + n) = partners.second;
    }
    t.next_trial += batch;
    t.cursor = 0;
}

}  // namespace

}  // namespace lanthorn::kernel
