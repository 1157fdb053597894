#pragma once

#include <array>
#include <cstdint>

namespace lanthorn {

using Words = std::array<std::uint32_t, 4>;
using StreamKey = std::array<std::uint32_t, 2>;

/// Philox4x32-10: 128-bit counter and 64-bit key in, 128 random bits out.
/// A pure function: no state, so nothing to lock, split or skip.
/// Source: Salmon et al. 2011 [salmon2011], section 3.3.
constexpr Words philox(Words c, StreamKey k)
{
    for (int round = 0; round < 10; ++round) {
        std::uint64_t const p0 = std::uint64_t{0xD2511F53} * c[0];
        std::uint64_t const p1 = std::uint64_t{0xCD9E8D57} * c[2];
        c = {std::uint32_t(p1 >> 32) ^ c[1] ^ k[0], std::uint32_t(p1), std::uint32_t(p0 >> 32) ^ c[3] ^ k[1],
             std::uint32_t(p0)};
        k = {k[0] + 0x9E3779B9u, k[1] + 0xBB67AE85u};
    }
    return c;
}

// The published known answers (Random123, kat_vectors).
static_assert(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
              Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

/// What random numbers are for. Values are part of the results: append, never renumber.
enum class Purpose : std::uint32_t {
    dopants = 1,
    vacancies = 2,
    transfer = 3,
    cell_content = 4,
    excitation = 5,
    pseudo_ions = 6
};

/// Mixes a word into a hash (the finaliser of splitmix64 [steele2014]). Depends on h + word alone, so h is a hash
/// already, or 0 for the first word.
constexpr std::uint64_t hash64(std::uint64_t h, std::uint64_t word)
{
    h += 0x9e3779b97f4a7c15u + word;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

/// What a family of streams depends on; everything else (threads, ranks, call order) is irrelevant.
struct StreamSeed {
    std::uint64_t seed = 0;
    std::uint32_t sweep_point = 0;
    std::uint32_t structure = 0;

    constexpr StreamKey key(Purpose purpose) const
    {
        std::uint64_t const h =
            hash64(hash64(hash64(hash64(0, seed), std::uint64_t(purpose)), sweep_point), structure);
        return {std::uint32_t(h), std::uint32_t(h >> 32)};
    }
};

/// 52 random bits on (0, 1), both ends excluded, so that log(u) is always finite.
constexpr double to_uniform(std::uint32_t high, std::uint32_t low)
{
    std::uint64_t const bits = std::uint64_t{high} << 32 | low;
    return (double(bits >> 12) + 0.5) * 0x1p-52;
}

/// Random access: the k-th uniform number of item `index`, whatever was drawn before.
/// Used for doping, so that one site keeps its number when the design around it changes.
constexpr double uniform_at(StreamKey key, std::uint64_t index, std::uint64_t k = 0)
{
    Words const w = philox(
        {std::uint32_t(k / 2), std::uint32_t(k / 2 >> 32), std::uint32_t(index), std::uint32_t(index >> 32)},
        key);
    return k % 2 == 0 ? to_uniform(w[0], w[1]) : to_uniform(w[2], w[3]);
}

/// Sequential draws of one item (a trajectory, a walker): uniform_at(key, index, 0), (…, 1), …
class Stream {
public:
    constexpr Stream(StreamKey key, std::uint64_t index) : key_(key), index_(index) {}

    constexpr double uniform()
    {
        if (drawn_ % 2 == 0) {
            std::uint64_t const block = drawn_ / 2;
            block_ = philox({std::uint32_t(block), std::uint32_t(block >> 32), std::uint32_t(index_),
                             std::uint32_t(index_ >> 32)},
                            key_);
        }
        return drawn_++ % 2 == 0 ? to_uniform(block_[0], block_[1]) : to_uniform(block_[2], block_[3]);
    }

    /// Uniform integer on 0 … n-1; 0 < n <= 2^52. Lemire's method with rejection, exact [lemire2019].
    constexpr std::uint64_t below(std::uint64_t n)
    {
        for (;;) {
            std::uint64_t const bits = std::uint64_t(uniform() * 0x1p52);  // 52 random bits
            __extension__ using Wide = unsigned __int128;
            Wide const product = Wide{bits} * n;
            std::uint64_t const fraction = std::uint64_t(product) & ((std::uint64_t{1} << 52) - 1);
            if (fraction >= (std::uint64_t{1} << 52) % n) return std::uint64_t(product >> 52);
        }
    }

private:
    StreamKey key_;
    std::uint64_t index_;
    std::uint64_t drawn_ = 0;
    Words block_{};
};

}  // namespace lanthorn
