// The body of the kernel, included by kernel_<level>.cpp with LANTHORN_KERNEL_NAME set. Everything is static or
// always inlined, so that no code made for one instruction set can be linked into another. The arithmetic is the
// same IEEE operations in the same order on every level: same bytes.

#include "lanthorn/base/elementary_inline.hpp"
#include "lanthorn/luminescence/kernel.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lanthorn::kernel {

namespace {

#define LANTHORN_INLINE [[gnu::always_inline]] static inline

typedef double Lanes __attribute__((vector_size(64)));
typedef std::int64_t LaneMask __attribute__((vector_size(64)));

/// How many of 16 ascending numbers are <= x.
LANTHORN_INLINE int count_reached(double const* ascending, double x)
{
#if defined(__AVX512F__)
    __m512d const limit = _mm512_set1_pd(x);
    unsigned const low = _mm512_cmp_pd_mask(_mm512_load_pd(ascending), limit, _CMP_LE_OQ);
    unsigned const high = _mm512_cmp_pd_mask(_mm512_load_pd(ascending + 8), limit, _CMP_LE_OQ);
    return __builtin_popcount(low | high << 8);
#elif defined(__AVX2__)
    __m256d const limit = _mm256_set1_pd(x);
    unsigned mask = 0;
    for (int q = 0; q < 4; ++q)
        mask |= unsigned(_mm256_movemask_pd(_mm256_cmp_pd(_mm256_load_pd(ascending + 4 * q), limit, _CMP_LE_OQ))) << 4 * q;
    return __builtin_popcount(mask);
#else
    int n = 0;
    for (int k = 0; k < fan; ++k) n += ascending[k] <= x;
    return n;
#endif
}

/// How many of the eight thresholds are <= x (signed comparison).
LANTHORN_INLINE int count_reached(std::int32_t const* threshold, std::int32_t x)
{
#if defined(__AVX2__)
    __m256i const above = _mm256_cmpgt_epi32(_mm256_load_si256(reinterpret_cast<__m256i const*>(threshold)), _mm256_set1_epi32(x));
    return 8 - __builtin_popcount(unsigned(_mm256_movemask_ps(_mm256_castsi256_ps(above))));
#else
    int n = 0;
    for (int k = 0; k < near; ++k) n += threshold[k] <= x;
    return n;
#endif
}

/// Exclusive prefix sums of one node; returns the total.
LANTHORN_INLINE double sum_before(Lanes a, Lanes b, double* before)
{
    Lanes const zero = {};
    // inclusive sums of each half in three steps
    Lanes sa = a + __builtin_shufflevector(zero, a, 7, 8, 9, 10, 11, 12, 13, 14);
    Lanes sb = b + __builtin_shufflevector(zero, b, 7, 8, 9, 10, 11, 12, 13, 14);
    sa += __builtin_shufflevector(zero, sa, 6, 7, 8, 9, 10, 11, 12, 13);
    sb += __builtin_shufflevector(zero, sb, 6, 7, 8, 9, 10, 11, 12, 13);
    sa += __builtin_shufflevector(zero, sa, 4, 5, 6, 7, 8, 9, 10, 11);
    sb += __builtin_shufflevector(zero, sb, 4, 5, 6, 7, 8, 9, 10, 11);
    double const half = sa[7];
    Lanes const ea = __builtin_shufflevector(zero, sa, 7, 8, 9, 10, 11, 12, 13, 14);
    Lanes const eb = __builtin_shufflevector(zero, sb, 7, 8, 9, 10, 11, 12, 13, 14) + half;
    *reinterpret_cast<Lanes*>(before) = ea;
    *reinterpret_cast<Lanes*>(before + 8) = eb;
    return half + sb[7];
}

LANTHORN_INLINE double sum_node(Tree& tree, int level, std::size_t node)
{
    Lanes const* rate = reinterpret_cast<Lanes const*>(tree.rate[level] + node * fan);
    return sum_before(rate[0], rate[1], tree.before[level] + node * fan);
}

/// Puts x into lane k of a node whose rates are in registers; a store of one number before the load of the whole line
/// would stall.
LANTHORN_INLINE void put(Lanes& a, Lanes& b, unsigned k, double x)
{
    LaneMask const lane = {0, 1, 2, 3, 4, 5, 6, 7};
    LaneMask const at = lane - std::int64_t(k) + LaneMask{};
    LaneMask const in_a = at == 0, in_b = at + 8 == 0;
    Lanes const value = Lanes{} + x;
    a = Lanes((LaneMask(a) & ~in_a) | (LaneMask(value) & in_a));
    b = Lanes((LaneMask(b) & ~in_b) | (LaneMask(value) & in_b));
}

LANTHORN_INLINE double set_child(Tree& tree, int level, std::size_t child, double x)
{
    std::size_t const node = child / fan;
    Lanes* rate = reinterpret_cast<Lanes*>(tree.rate[level] + node * fan);
    Lanes a = rate[0], b = rate[1];
    put(a, b, unsigned(child % fan), x);
    rate[0] = a;
    rate[1] = b;
    return sum_before(a, b, tree.before[level] + node * fan);
}

LANTHORN_INLINE void set_one(Tree& tree, std::size_t i, double x)
{
    for (int level = 0; level < tree.levels; ++level) {
        x = set_child(tree, level, i, x);
        i /= fan;
    }
    tree.total = x;
}

/// Two children at once; from the node that they share upwards, one path.
LANTHORN_INLINE void set_two(Tree& tree, std::size_t i, double x, std::size_t j, double y)
{
    for (int level = 0; level < tree.levels; ++level) {
        if (i / fan == j / fan) {
            std::size_t const node = i / fan;
            Lanes* rate = reinterpret_cast<Lanes*>(tree.rate[level] + node * fan);
            Lanes a = rate[0], b = rate[1];
            put(a, b, unsigned(i % fan), x);
            put(a, b, unsigned(j % fan), y);
            rate[0] = a;
            rate[1] = b;
            x = sum_before(a, b, tree.before[level] + node * fan);
            i = node;
            for (++level; level < tree.levels; ++level) {
                x = set_child(tree, level, i, x);
                i /= fan;
            }
            break;
        }
        x = set_child(tree, level, i, x);
        y = set_child(tree, level, j, y);
        i /= fan;
        j /= fan;
    }
    tree.total = x;
}

LANTHORN_INLINE double extra_total(ExtraTables const& extra, std::uint32_t ion, std::uint16_t cls)
{
    double sum = 0;
    for (std::uint32_t m = extra.first[ion]; m < extra.first[ion + 1]; ++m)
        if (extra.from[m] == cls) sum += extra.rate[m];
    return sum;
}

/// What an ion in a class can do on its own.
LANTHORN_INLINE double alone(Tables const& tables, OneSiteTables const& one, std::uint32_t ion, std::uint16_t cls)
{
    double const rate = one.total[cls];
    return tables.extra.first ? rate + extra_total(tables.extra, ion, cls) : rate;
}

/// Bound on all that an ion in a class does; no neighbour can change it.
LANTHORN_INLINE double bound(Tables const& tables, OneSiteTables const& one, std::uint32_t ion, std::uint16_t cls)
{
    double sum = alone(tables, one, ion, cls);
    double const* weight = tables.weight + std::size_t(ion) * tables.species;
    double const* most = tables.most + std::size_t(cls) * tables.species;
    for (std::uint32_t s = 0; s < tables.species; ++s) sum += weight[s] * most[s];
    return sum;
}

void refresh(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory)
{
    Tree& tree = trajectory.tree;
    for (std::uint32_t i = 0; i < tables.ions; ++i) tree.rate[0][i] = bound(tables, one, i, trajectory.cls[i]);
    std::size_t nodes = (tables.ions + fan - 1) / fan;
    for (int level = 0; level < tree.levels; ++level) {
        for (std::size_t node = 0; node < nodes; ++node) {
            double const sum = sum_node(tree, level, node);
            if (level + 1 < tree.levels) tree.rate[level + 1][node] = sum;
            else tree.total = sum;
        }
        nodes = (nodes + fan - 1) / fan;
    }
}

/// Random numbers of the next trials: trial n of a trajectory takes blocks 2n and 2n + 1 of its stream.
[[gnu::noinline]] void make_batch(Trajectory& t)
{
    constexpr int lanes = 16;
    for (int start = 0; start < 2 * batch; start += lanes) {
        alignas(64) std::uint32_t c0[lanes], c1[lanes], c2[lanes], c3[lanes];
        std::uint64_t const first = 2 * t.next_trial + std::uint64_t(start);
        for (int l = 0; l < lanes; ++l) {
            c0[l] = std::uint32_t(first + std::uint64_t(l));
            c1[l] = std::uint32_t((first + std::uint64_t(l)) >> 32);
            c2[l] = std::uint32_t(t.index);
            c3[l] = std::uint32_t(t.index >> 32);
        }
        std::uint32_t k0 = t.key[0], k1 = t.key[1];
        for (int round = 0; round < 10; ++round) {
            for (int l = 0; l < lanes; ++l) {
                std::uint64_t const p0 = std::uint64_t{0xD2511F53} * c0[l];
                std::uint64_t const p1 = std::uint64_t{0xCD9E8D57} * c2[l];
                c0[l] = std::uint32_t(p1 >> 32) ^ c1[l] ^ k0;
                c2[l] = std::uint32_t(p0 >> 32) ^ c3[l] ^ k1;
                c1[l] = std::uint32_t(p1);
                c3[l] = std::uint32_t(p0);
            }
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        for (int l = 0; l < lanes; l += 2) {
            int const trial = (start + l) / 2;
            t.wait[trial] = uniform_of(c0[l], c1[l]);
            t.site[trial] = uniform_of(c2[l], c3[l]);
            t.partner[trial] = std::uint64_t{c0[l + 1]} << 32 | c1[l + 1];
            t.accept[trial] = uniform_of(c2[l + 1], c3[l + 1]);
        }
    }
    for (int n = 0; n < batch; ++n) t.wait[n] = -log_of(t.wait[n]);
    t.next_trial += batch;
    t.cursor = 0;
}

/// A partner beyond the nearest eight, by bisection of the cumulative weight; share in [0, 2^32).
LANTHORN_INLINE std::uint32_t far_partner(Tables const& tables, FarRange range, double share)
{
    std::uint32_t low = range.first, high = range.last - 1;
    while (low < high) {
        std::uint32_t const middle = low + (high - low) / 2;
        if (double(tables.far_until[middle]) <= share) low = middle + 1;
        else high = middle;
    }
    return tables.far_ion[low];
}

LANTHORN_INLINE std::uint32_t choose_partner(Tables const& tables, std::size_t row, std::uint64_t draw)
{
    Nearest const& nearest = tables.nearest[row];
    std::uint32_t const high = std::uint32_t(draw >> 32);
    std::int32_t const flipped = std::int32_t((high == 0xffffffffu ? 0xfffffffeu : high) ^ 0x80000000u);
    int const k = count_reached(nearest.threshold, flipped);
    if (k < near) [[likely]] return nearest.ion[k];
    double const beyond = double(std::uint32_t(nearest.threshold[near - 1]) ^ 0x80000000u);
    double const share = (double(high) - beyond + (double(std::uint32_t(draw)) + 0.5) * 0x1p-32) / (1 - beyond * 0x1p-32);
    return far_partner(tables, tables.far_range[row], share);
}

Outcome advance(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory, double& time_s, double end_s,
                std::int64_t most_trials)
{
    Tree& tree = trajectory.tree;
    std::uint32_t const species = tables.species;
    std::size_t const classes = tables.classes;
    std::uint16_t* const cls = trajectory.cls;
    double t = time_s;
    std::int64_t trials = 0, events = 0;
    Outcome outcome = Outcome::reached;

    for (;;) {
        if (!(tree.total > 0)) {
            t = end_s;
            break;
        }
        if (trials == most_trials) {
            outcome = Outcome::paused;
            break;
        }
        if (trajectory.cursor == batch) make_batch(trajectory);
        int const n = trajectory.cursor++;
        t += trajectory.wait[n] / tree.total;
        if (t >= end_s) {
            t = end_s;
            break;
        }
        ++trials;

        // the ion
        double r = trajectory.site[n] * tree.total;
        std::size_t i = 0;
        for (int level = tree.levels - 1; level >= 0; --level) {
            double const* before = tree.before[level] + i * fan;
            int const k = count_reached(before, r) - 1;
            r -= before[k];
            i = i * fan + std::size_t(k);
        }
        std::uint32_t const ion = std::uint32_t(i);
        if (ion >= tables.ions) continue;  // a rounding error beyond the last rate
        std::uint16_t const donor = cls[ion];

        double const own = one.total[donor];
        if (r < own) {
            std::uint32_t m = one.first[donor];
            std::uint32_t const last = one.first[donor + 1] - 1;
            while (m < last && one.rows[m].until <= r) ++m;
            OneSiteRow const& row = one.rows[m];
            cls[ion] = row.to;
            Slot& slot = trajectory.slots[row.channel];
            ++slot.events;
            slot.time_s += t;
            ++events;
            set_one(tree, ion, bound(tables, one, ion, row.to));
            if (trajectory.observer) [[unlikely]]
                trajectory.observer->seen(trajectory.observer->context, t, ion, ion, row.channel);
            continue;
        }
        r -= own;

        if (tables.extra.first) {
            ExtraTables const& extra = tables.extra;
            bool done = false;
            for (std::uint32_t m = extra.first[ion]; m < extra.first[ion + 1]; ++m) {
                if (extra.from[m] != donor) continue;
                if (r < extra.rate[m]) {
                    cls[ion] = extra.to[m];
                    Slot& slot = trajectory.slots[extra.channel[m]];
                    ++slot.events;
                    slot.time_s += t;
                    ++events;
                    set_one(tree, ion, bound(tables, one, ion, extra.to[m]));
                    if (trajectory.observer) [[unlikely]]
                        trajectory.observer->seen(trajectory.observer->context, t, ion, ion, extra.channel[m]);
                    done = true;
                    break;
                }
                r -= extra.rate[m];
            }
            if (done) continue;
        }

        // the species of the partner
        double const* weight = tables.weight + std::size_t(ion) * species;
        double const* most = tables.most + std::size_t(donor) * species;
        std::uint32_t s = 0;
        for (; s + 1 < species; ++s) {
            double const share = weight[s] * most[s];
            if (r < share) break;
            r -= share;
        }
        if (!(weight[s] * most[s] > 0)) continue;  // a rounding error beyond the last share

        std::uint32_t const partner = choose_partner(tables, std::size_t(ion) * species + s, trajectory.partner[n]);
        std::uint16_t const acceptor = cls[partner];
        std::size_t const states = donor * classes + acceptor;
        double const y = trajectory.accept[n] * most[s];
        if (y >= tables.between[states]) continue;
        std::uint32_t m = tables.pair_first[states];
        std::uint32_t const last = tables.pair_first[states + 1] - 1;
        while (m < last && tables.pair_rows[m].until <= y) ++m;
        PairRow const& row = tables.pair_rows[m];

        cls[ion] = row.donor_to;
        cls[partner] = row.acceptor_to;
        Slot& slot = trajectory.slots[row.channel];
        ++slot.events;
        slot.time_s += t;
        ++events;
        set_two(tree, ion, bound(tables, one, ion, row.donor_to), partner,
                bound(tables, one, partner, row.acceptor_to));
        if (trajectory.observer) [[unlikely]]
            trajectory.observer->seen(trajectory.observer->context, t, ion, partner, row.channel);
    }

    time_s = t;
    trajectory.trials += trials;
    trajectory.events += events;
    return outcome;
}

#undef LANTHORN_INLINE

}  // namespace

extern Kernel const LANTHORN_KERNEL_NAME;
Kernel const LANTHORN_KERNEL_NAME = {&refresh, &advance};

}  // namespace lanthorn::kernel
