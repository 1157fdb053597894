// The body of the kernel, included by kernel_<level>.cpp with LANTHORN_KERNEL_NAME set. Everything is static or
// always inlined, so that no code made for one instruction set can be linked into another. The arithmetic is the
// same IEEE operations in the same order on every level: same bytes.

#include "lanthorn/base/elementary.hpp"
#include "lanthorn/luminescence/kernel_bound.hpp"
#include "lanthorn/luminescence/kernel_choice.hpp"
#include "lanthorn/luminescence/kernel_draws.hpp"
#include "lanthorn/luminescence/kernel_groups.hpp"

namespace lanthorn::kernel {

namespace {

/// The group in which an ion of a class waits.
LANTHORN_INLINE unsigned group_of(Tables const& tables, OneSiteTables const& one, Groups const& groups,
                                  std::uint32_t ion, std::uint16_t cls)
{
    if (tables.asleep[cls]) return no_group;
    return group_at(bound(tables, one, ion, cls), groups.lowest);
}

void refresh(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory)
{
    Groups& groups = trajectory.groups;
    groups.total = 0;
    groups.awake = 0;
    for (std::uint32_t& n : groups.count) n = 0;
    for (int k = 0; k < fan; ++k) {
        groups.before_node[k] = 0;
        for (int j = 0; j < fan; ++j) groups.before[k][j] = 0;
    }
    for (std::uint32_t i = 0; i < tables.ions; ++i) {
        groups.of[i] = no_group;
        unsigned const group = group_of(tables, one, groups, i, trajectory.cls[i]);
        if (group != no_group) insert(groups, i, group);
    }
}

void regroup_one(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory, std::uint32_t ion)
{
    regroup(trajectory.groups, ion, group_of(tables, one, trajectory.groups, ion, trajectory.cls[ion]));
}

LANTHORN_INLINE void count(Trajectory& trajectory, std::uint32_t channel, double t)
{
    Slot& slot = trajectory.slots[channel];
    ++slot.events;
    slot.time_s += t;
}

/// An ion with a mate: in which of the two levels it is now. Exchange goes on by itself from the level in which it was
/// seen last, whatever happens elsewhere, hence its state is drawn when somebody asks.
[[gnu::noinline]] void look(Tables const& tables, Trajectory& trajectory, std::uint32_t ion, double t)
{
    ExchangeTables const& exchange = tables.exchange;
    std::uint16_t const cls = trajectory.cls[ion], mate = exchange.mate[cls];
    double const sum = exchange.rate[cls] + exchange.rate[mate], share = exchange.rate[cls] / sum;
    double const since = t - trajectory.seen_at[ion], gone = 1 - portable_exp(-sum * since);
    trajectory.seen_at[ion] = t;
    trajectory.with_mate[cls] += share * (since - gone / sum);
    Bits const block = Bits{} + (std::uint64_t{1} << 63 | trajectory.looks++);
    Draws const draws = philox_lanes(block, trajectory);
    if (uniform_of<double, std::uint64_t>(draws.first[0]) >= share * gone) return;
    trajectory.cls[ion] = mate;
    count(trajectory, exchange.channel[cls], t);
    if (trajectory.observer)
        trajectory.observer->seen(trajectory.observer->context, t, ion, ion, ion, exchange.channel[cls]);
}

LANTHORN_INLINE bool has_mate(Tables const& tables, std::uint16_t cls)
{
    return tables.exchange.mate && tables.exchange.mate[cls] != no_class;
}

LANTHORN_INLINE std::uint16_t class_now(Tables const& tables, Trajectory& trajectory, std::uint32_t ion,
                                        double t)
{
    if (has_mate(tables, trajectory.cls[ion])) [[unlikely]]
        look(tables, trajectory, ion, t);
    return trajectory.cls[ion];
}

LANTHORN_INLINE void set_class(Tables const& tables, Trajectory& trajectory, std::uint32_t ion,
                               std::uint16_t cls, double t)
{
    trajectory.cls[ion] = cls;
    if (has_mate(tables, cls)) [[unlikely]]
        trajectory.seen_at[ion] = t;
}

/// At the end of a stretch everybody is seen; the next one counts its time from 0.
[[gnu::noinline]] void look_at_all(Tables const& tables, Trajectory& trajectory, double end_s)
{
    for (std::uint32_t i = 0; i < tables.ions; ++i) {
        if (!has_mate(tables, trajectory.cls[i])) continue;
        look(tables, trajectory, i, end_s);
        trajectory.seen_at[i] = 0;
    }
}

/// What an ion and a couple do together, if they are in the levels of a channel; y is uniform below most[class][lane].
/// Returns the number of events, 0 or 1.
[[gnu::noinline]] int cooperate(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory,
                                std::uint32_t ion, std::uint32_t lane, Couple couple, double y, double t)
{
    std::uint16_t const donor = class_now(tables, trajectory, couple.donor, t);
    std::uint16_t const acceptor = class_now(tables, trajectory, couple.acceptor, t);
    std::size_t const row = std::size_t(lane - tables.pair_lanes) * tables.classes + trajectory.cls[ion];
    for (std::uint32_t m = tables.triple_first[row]; m < tables.triple_first[row + 1]; ++m) {
        TripleRow const& triple = tables.triple_rows[m];
        if (triple.donor_from != donor || triple.acceptor_from != acceptor) continue;
        if (y >= triple.coefficient) {
            y -= triple.coefficient;
            continue;
        }
        set_class(tables, trajectory, ion, triple.to, t);
        set_class(tables, trajectory, couple.donor, triple.donor_to, t);
        set_class(tables, trajectory, couple.acceptor, triple.acceptor_to, t);
        count(trajectory, triple.channel, t);
        Groups& groups = trajectory.groups;
        regroup(groups, ion, group_of(tables, one, groups, ion, triple.to));
        regroup(groups, couple.donor, group_of(tables, one, groups, couple.donor, triple.donor_to));
        regroup(groups, couple.acceptor, group_of(tables, one, groups, couple.acceptor, triple.acceptor_to));
        if (trajectory.observer)
            trajectory.observer->seen(trajectory.observer->context, t, ion, couple.acceptor, couple.donor,
                                      triple.channel);
        return 1;
    }
    return 0;
}

/// An ion changes its level by itself.
LANTHORN_INLINE void change_alone(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory,
                                  std::uint32_t ion, OneSiteRow const& row, double t)
{
    set_class(tables, trajectory, ion, row.to, t);
    count(trajectory, row.channel, t);
    regroup(trajectory.groups, ion, group_of(tables, one, trajectory.groups, ion, row.to));
    if (trajectory.observer) [[unlikely]]
        trajectory.observer->seen(trajectory.observer->context, t, ion, ion, ion, row.channel);
}

__extension__ typedef unsigned __int128 Wide;

/// Whom a trial concerns, and a number uniform below the bound with which it was drawn [1/s]; infinite where nothing
/// happens, because the absorber that was drawn is awake.
struct Chosen {
    std::uint32_t ion;
    double rest;
};

constexpr double part_of_eight[8] = {1.0 / 9,  1.0 / 10, 1.0 / 11, 1.0 / 12,
                                     1.0 / 13, 1.0 / 14, 1.0 / 15, 1.0 / 16};

LANTHORN_INLINE Chosen choose_ion(Tables const& tables, Groups const& groups, std::uint16_t const* cls,
                                  std::uint64_t draw)
{
    // The upper half of the product is uniform below the total; the lower half is what is left of the draw.
    Wide const product = Wide(draw) * std::uint64_t(groups.total + groups.absorbers_total);
    std::int64_t x = std::int64_t(product >> 64);
    double const fraction = double(std::uint64_t(product) >> 12) * 0x1p-52;
    if (x < groups.absorbers_total) [[unlikely]] {
        Absorbers const* a = groups.absorbers;
        while (x >= a->count * a->step) {
            x -= a->count * a->step;
            ++a;
        }
        std::int64_t const place = x / a->step;
        std::uint32_t const ion = tables.ions_by_species[a->first + place];
        if (cls[ion] != a->cls) return {ion, __builtin_inf()};
        return {ion, (double(x - place * a->step) + fraction) * groups.unit};
    }
    x -= groups.absorbers_total;
    unsigned const node = last_reached(groups.before_node, x);
    x -= groups.before_node[node];
    unsigned const within = last_reached(groups.before[node], x);
    x -= groups.before[node][within];
    unsigned const group = node * fan + within;
    std::int64_t const step = step_of(group);
    std::int64_t place = std::int64_t(double(x) * part_of_eight[group % 8] *
                                      __builtin_bit_cast(double, std::uint64_t(1023 - group / 8) << 52));
    x -= place * step;
    if (x < 0) [[unlikely]] {  // the quotient was rounded
        x += step;
        --place;
    }
    else if (x >= step) [[unlikely]] {
        x -= step;
        ++place;
    }
    return {groups.members[groups.begins[group] + place], (double(x) + fraction) * groups.unit};
}

Outcome advance(Tables const& tables, OneSiteTables const& one, Trajectory& trajectory, double& time_s,
                double end_s, std::int64_t most_trials, std::int32_t few)
{
    Groups& groups = trajectory.groups;
    std::uint32_t const lanes_of_ion = tables.lanes;
    std::size_t const classes = tables.classes;
    std::uint16_t const* const cls = trajectory.cls;
    double t = time_s;
    std::int64_t trials = 0, events = 0;
    Outcome outcome = Outcome::reached;

    for (;;) {
        std::int64_t const total = groups.total + groups.absorbers_total;
        if (total == 0) {
            t = end_s;
            break;
        }
        if (groups.awake <= few && events > 0) [[unlikely]] {
            outcome = Outcome::few;
            break;
        }
        if (trials == most_trials) {
            outcome = Outcome::paused;
            break;
        }
        if (trajectory.cursor == batch) make_batch(trajectory);
        int const n = trajectory.cursor++;
        t += trajectory.wait[n] / (double(total) * groups.unit);
        if (t >= end_s) {
            t = end_s;
            break;
        }
        ++trials;

        auto [ion, r] = choose_ion(tables, groups, cls, trajectory.what[n]);
        std::uint16_t const donor = class_now(tables, trajectory, ion, t);
        double const own = one.total[donor];
        if (r < own) {
            change_alone(tables, one, trajectory, ion,
                         row_at(one.rows, one.first[donor], one.first[donor + 1], r), t);
            ++events;
            continue;
        }
        r -= own;
        if (tables.extra.base) {
            std::uint32_t const state = tables.extra.base[ion] + donor;
            double const extra = tables.extra.total[state];
            if (r < extra) {
                change_alone(
                    tables, one, trajectory, ion,
                    row_at(tables.extra.rows, tables.extra.first[state], tables.extra.first[state + 1], r),
                    t);
                ++events;
                continue;
            }
            r -= extra;
        }

        // the lane of the partner; beyond the last one lies what the ion's group has more than the ion
        double const* weight = tables.weight + std::size_t(ion) * lanes_of_ion;
        double const* most = tables.most + std::size_t(donor) * lanes_of_ion;
        std::uint32_t s = 0;
        for (; s < lanes_of_ion; ++s) {
            double const share = weight[s] * most[s];
            if (r < share) break;
            r -= share;
        }
        if (s == lanes_of_ion) continue;

        std::uint32_t const partner =
            choose_partner(tables, std::size_t(ion) * lanes_of_ion + s, trajectory.partner[n]);
        if (s >= tables.pair_lanes) [[unlikely]] {
            events += cooperate(tables, one, trajectory, ion, s, tables.couples[partner], r / weight[s], t);
            continue;
        }
        std::uint16_t const acceptor = class_now(tables, trajectory, partner, t);
        std::size_t const states = tables.law_begins[s] + donor * classes + acceptor;
        if (r >= tables.between[states] * weight[s]) continue;
        std::uint32_t m = tables.pair_first[states];
        std::uint32_t const last = tables.pair_first[states + 1] - 1;
        while (m < last && tables.pair_rows[m].until * weight[s] <= r) ++m;
        PairRow const& row = tables.pair_rows[m];

        set_class(tables, trajectory, ion, row.donor_to, t);
        set_class(tables, trajectory, partner, row.acceptor_to, t);
        count(trajectory, row.channel, t);
        ++events;
        regroup(groups, ion, group_of(tables, one, groups, ion, row.donor_to), partner,
                group_of(tables, one, groups, partner, row.acceptor_to));
        if (trajectory.observer) [[unlikely]]
            trajectory.observer->seen(trajectory.observer->context, t, ion, partner, ion, row.channel);
    }

    if (tables.exchange.mate && outcome == Outcome::reached) look_at_all(tables, trajectory, end_s);
    time_s = t;
    trajectory.trials += trials;
    trajectory.events += events;
    return outcome;
}

#undef LANTHORN_INLINE

}  // namespace

extern Kernel const LANTHORN_KERNEL_NAME;
Kernel const LANTHORN_KERNEL_NAME = {&refresh, &regroup_one, &advance};

}  // namespace lanthorn::kernel
