// The body of the kernel, included by kernel_<level>.cpp with LANTHORN_KERNEL_NAME set. Everything is static or
// always inlined, so that no code made for one instruction set can be linked into another. The arithmetic is the
// same IEEE operations in the same order on every level: same bytes.

#include "lanthorn/base/elementary_inline.hpp"
#include "lanthorn/luminescence/kernel_tree.hpp"

namespace lanthorn::kernel {

namespace {

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

LANTHORN_INLINE double extra_total(ExtraTables const& extra, std::uint32_t ion, std::uint16_t cls)
{
    double sum = 0;
    for (std::uint32_t m = extra.first[ion]; m < extra.first[ion + 1]; ++m)
        if (extra.from[m] == cls) sum += extra.rate[m];
    return sum;
}

/// What an ion in a class can do on its own.
LANTHORN_INLINE double alone(Tables const& tables, OneSiteTables const& one, std::uint32_t ion,
                             std::uint16_t cls)
{
    double const rate = one.total[cls];
    return tables.extra.first ? rate + extra_total(tables.extra, ion, cls) : rate;
}

/// Bound on all that an ion in a class does; no neighbour can change it.
LANTHORN_INLINE double bound(Tables const& tables, OneSiteTables const& one, std::uint32_t ion,
                             std::uint16_t cls)
{
    double sum = alone(tables, one, ion, cls);
    double const* weight = tables.weight + std::size_t(ion) * tables.lanes;
    double const* most = tables.most + std::size_t(cls) * tables.lanes;
    for (std::uint32_t s = 0; s < tables.lanes; ++s) sum += weight[s] * most[s];
    return sum;
}

void refresh(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory)
{
    Tree& tree = trajectory.tree;
    for (std::uint32_t i = 0; i < tables.ions; ++i)
        tree.rate[0][i] = bound(tables, one, i, trajectory.cls[i]);
    std::size_t nodes = (tables.ions + fan - 1) / fan;
    for (int level = 0; level < tree.levels; ++level) {
        for (std::size_t node = 0; node < nodes; ++node) {
            double const all = sum(load(tree.rate[level] + node * fan), tree.until[level] + node * fan);
            if (level + 1 < tree.levels)
                tree.rate[level + 1][node] = all;
            else
                tree.total = all;
        }
        nodes = (nodes + fan - 1) / fan;
    }
}

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

/// Random numbers of the next trials: trial n of a trajectory takes blocks 2n and 2n + 1 of its stream.
[[gnu::noinline]] void make_batch(Trajectory& t)
{
    Bits lane{};
    for (int l = 0; l < lanes; ++l) lane[l] = std::uint64_t(l);
    for (int n = 0; n < batch; n += lanes) {
        Bits const trial = lane + (t.next_trial + std::uint64_t(n));
        Draws const even = philox_lanes(2 * trial, t);
        Draws const odd = philox_lanes(2 * trial + 1, t);
        *reinterpret_cast<Reals*>(t.wait + n) = -log_of<Reals, Bits>(uniform_of<Reals, Bits>(even.first));
        *reinterpret_cast<Reals*>(t.site + n) = uniform_of<Reals, Bits>(even.second);
        *reinterpret_cast<Bits*>(t.partner + n) = odd.first;
        *reinterpret_cast<Reals*>(t.accept + n) = uniform_of<Reals, Bits>(odd.second);
    }
    t.next_trial += batch;
    t.cursor = 0;
}

/// A partner beyond the nearest eight, by bisection of the cumulative weight; share in [0, 2^32).
LANTHORN_INLINE std::uint32_t far_partner(Tables const& tables, FarRange range, double share)
{
    std::uint32_t low = range.first, high = range.last - 1;
    while (low < high) {
        std::uint32_t const middle = low + (high - low) / 2;
        if (double(tables.far_until[middle]) <= share)
            low = middle + 1;
        else
            high = middle;
    }
    return tables.far_who[low];
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
        (double(high) - beyond + (double(std::uint32_t(draw)) + 0.5) * 0x1p-32) / (1 - beyond * 0x1p-32);
    return far_partner(tables, tables.far_range[row], share);
}

LANTHORN_INLINE void count(Trajectory& trajectory, std::uint32_t channel, double t)
{
    Slot& slot = trajectory.slots[channel];
    ++slot.events;
    slot.time_s += t;
}

/// What an ion and a couple do together, if they are in the levels of a channel; y is uniform below most[class][lane].
/// Returns the number of events, 0 or 1.
[[gnu::noinline]] int cooperate(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory,
                                std::uint32_t ion, std::uint32_t lane, Couple couple, double y, double t)
{
    std::uint16_t* const cls = trajectory.cls;
    std::size_t const row = std::size_t(lane - tables.pair_lanes) * tables.classes + cls[ion];
    for (std::uint32_t m = tables.triple_first[row]; m < tables.triple_first[row + 1]; ++m) {
        TripleRow const& triple = tables.triple_rows[m];
        if (triple.donor_from != cls[couple.donor] || triple.acceptor_from != cls[couple.acceptor]) continue;
        if (y >= triple.coefficient) {
            y -= triple.coefficient;
            continue;
        }
        cls[ion] = triple.to;
        cls[couple.donor] = triple.donor_to;
        cls[couple.acceptor] = triple.acceptor_to;
        count(trajectory, triple.channel, t);
        set_from(trajectory.tree, 0, ion, bound(tables, one, ion, triple.to));
        set_from(trajectory.tree, 0, couple.donor, bound(tables, one, couple.donor, triple.donor_to));
        set_from(trajectory.tree, 0, couple.acceptor,
                 bound(tables, one, couple.acceptor, triple.acceptor_to));
        if (trajectory.observer)
            trajectory.observer->seen(trajectory.observer->context, t, ion, couple.acceptor, couple.donor,
                                      triple.channel);
        return 1;
    }
    return 0;
}

Outcome advance(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory, double& time_s,
                double end_s, std::int64_t most_trials)
{
    Tree& tree = trajectory.tree;
    std::uint32_t const lanes_of_ion = tables.lanes;
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
            double const* until = tree.until[level] + i * fan;
            int k = count_reached(until, r);
            if (k == fan) [[unlikely]]
                k = fan - 1;  // a rounding error beyond the last sum
            r -= k > 0 ? until[k - 1] : 0.0;
            i = i * fan + std::size_t(k);
        }
        std::uint32_t const ion = std::uint32_t(i);
        if (ion >= tables.ions) [[unlikely]]
            continue;
        std::uint16_t const donor = cls[ion];

        double const own = one.total[donor];
        if (r < own) {
            std::uint32_t m = one.first[donor];
            std::uint32_t const last = one.first[donor + 1] - 1;
            while (m < last && one.rows[m].until <= r) ++m;
            OneSiteRow const& row = one.rows[m];
            cls[ion] = row.to;
            count(trajectory, row.channel, t);
            ++events;
            set_from(tree, 0, ion, bound(tables, one, ion, row.to));
            if (trajectory.observer) [[unlikely]]
                trajectory.observer->seen(trajectory.observer->context, t, ion, ion, ion, row.channel);
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
                    count(trajectory, extra.channel[m], t);
                    ++events;
                    set_from(tree, 0, ion, bound(tables, one, ion, extra.to[m]));
                    if (trajectory.observer) [[unlikely]]
                        trajectory.observer->seen(trajectory.observer->context, t, ion, ion, ion,
                                                  extra.channel[m]);
                    done = true;
                    break;
                }
                r -= extra.rate[m];
            }
            if (done) continue;
        }

        // the lane of the partner
        double const* weight = tables.weight + std::size_t(ion) * lanes_of_ion;
        double const* most = tables.most + std::size_t(donor) * lanes_of_ion;
        std::uint32_t s = 0;
        for (; s + 1 < lanes_of_ion; ++s) {
            double const share = weight[s] * most[s];
            if (r < share) break;
            r -= share;
        }
        if (!(weight[s] * most[s] > 0)) continue;  // a rounding error beyond the last share

        std::uint32_t const partner =
            choose_partner(tables, std::size_t(ion) * lanes_of_ion + s, trajectory.partner[n]);
        double const y = trajectory.accept[n] * most[s];
        if (s >= tables.pair_lanes) [[unlikely]] {
            events += cooperate(tables, one, trajectory, ion, s, tables.couples[partner], y, t);
            continue;
        }
        std::uint16_t const acceptor = cls[partner];
        std::size_t const states = tables.law_begins[s] + donor * classes + acceptor;
        if (y >= tables.between[states]) continue;
        std::uint32_t m = tables.pair_first[states];
        std::uint32_t const last = tables.pair_first[states + 1] - 1;
        while (m < last && tables.pair_rows[m].until <= y) ++m;
        PairRow const& row = tables.pair_rows[m];

        cls[ion] = row.donor_to;
        cls[partner] = row.acceptor_to;
        count(trajectory, row.channel, t);
        ++events;
        set_two(tree, ion, bound(tables, one, ion, row.donor_to), partner,
                bound(tables, one, partner, row.acceptor_to));
        if (trajectory.observer) [[unlikely]]
            trajectory.observer->seen(trajectory.observer->context, t, ion, partner, ion, row.channel);
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
