#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/stream.hpp"
#include "lanthorn/luminescence/kernel_choice.hpp"
#include "lanthorn/luminescence/migration.hpp"

#include <algorithm>

namespace lanthorn {

namespace {

/// Random numbers: the kernel's trials begin at block 0 of a trajectory, its looks at exchange at 2^63.
constexpr std::uint64_t first_block = std::uint64_t{1} << 62;

}  // namespace

/// One trajectory on its way.
class Migration::Walk {
public:
    Walk(Migration const& migration, kernel::Trajectory& trajectory, LoneExcitation& lone)
        : m_(migration), one_(m_.one_), trajectory_(trajectory), lone_(lone)
    {}

    void step(double& t, double end_s)
    {
        ++trajectory_.trials;
        if (lone_.ion == LoneExcitation::nobody) {
            Draws const u = draws();
            t = std::min(end_s, t + waiting(u.first) / m_.absorption_per_s_);
            if (t < end_s) absorb(share(u.second) * m_.absorption_per_s_, t);
            return;
        }
        std::uint16_t const cls = trajectory_.cls[lone_.ion];
        std::uint8_t const number = m_.cluster_of_[cls];
        if (number == no_cluster) {
            Draws const u = draws();
            double const sum = m_.exits_per_s(lone_.ion, cls) + m_.absorption_per_s_;
            t = std::min(end_s, t + waiting(u.first) / sum);
            if (t < end_s) leave(share(u.second) * sum, t);
            return;
        }
        walk(m_.clusters_[number], cls, t, end_s);
    }

private:
    struct Draws {
        std::uint64_t first, second;
    };

    Draws draws()
    {
        std::uint64_t const block = first_block + lone_.blocks++;
        Words const w = philox({std::uint32_t(block), std::uint32_t(block >> 32),
                                std::uint32_t(trajectory_.index), std::uint32_t(trajectory_.index >> 32)},
                               {trajectory_.key[0], trajectory_.key[1]});
        return {std::uint64_t{w[0]} << 32 | w[1], std::uint64_t{w[2]} << 32 | w[3]};
    }

    /// Exponential, mean 1.
    static double waiting(std::uint64_t draw)
    {
        return -portable_log(to_uniform(std::uint32_t(draw >> 32), std::uint32_t(draw)));
    }
    static double share(std::uint64_t draw) { return double(draw >> 11) * 0x1p-53; }

    void put(std::uint32_t ion, std::uint16_t cls, double t)
    {
        trajectory_.cls[ion] = cls;
        if (m_.is_exchanged(cls)) trajectory_.seen_at[ion] = t;
    }

    void count(std::uint32_t channel, double t)
    {
        kernel::Slot& slot = trajectory_.slots[channel];
        ++slot.events;
        slot.time_s += t;
        ++trajectory_.events;
    }

    /// All hops up to the end of the walk, or to the end of the stretch.
    void walk(Cluster const& cluster, std::uint16_t cls, double& t, double end_s)
    {
        std::size_t const slots = cluster.classes.size();
        std::size_t slot = 0;
        while (cluster.classes[slot] != cls) ++slot;
        std::uint32_t const node = cluster.first_node[slot] + m_.rank_[lone_.ion];
        Draws const u = draws();
        double const time = waiting(u.first) * cluster.residence_s[node];
        bool const ends = t + time < end_s;
        double const spent = ends ? time : end_s - t;
        if (slots > 1) {
            for (std::size_t k = 0; k < slots; ++k)
                spend(cluster.classes[k], spent * cluster.share[node * slots + k]);
            spend(cls, -spent);
        }
        std::size_t const channels = cluster.channels.size();
        for (std::size_t h = 0; h < channels; ++h)
            lone_.hops[cluster.channels[h]] += spent * cluster.hops_per_s[node * channels + h];
        t = ends ? t + time : end_s;
        if (!ends) return;

        std::uint32_t const end = kernel::from_alias_table(&cluster.ends[std::size_t(node) * cluster.nodes()],
                                                           cluster.nodes(), share(u.second));
        while (cluster.first_node[slot + 1] <= end) ++slot;
        while (cluster.first_node[slot] > end) --slot;
        std::uint16_t const there = cluster.classes[slot];
        trajectory_.cls[lone_.ion] = m_.lowest_[cls];
        lone_.ion = cluster.ion[end];
        trajectory_.cls[lone_.ion] = there;
        for (std::uint32_t channel : m_.ways_[std::size_t(cls) * m_.tables_.classes + there])
            count(channel, t);
        Draws const then = draws();
        leave(share(then.first) * (m_.exits_per_s(lone_.ion, there) + m_.absorption_per_s_), t);
    }

    void spend(std::uint16_t cls, double time)
    {
        lone_.elsewhere_s[cls] += time;
        lone_.elsewhere_s[m_.lowest_[cls]] -= time;
    }

    /// Another ion absorbs; nothing happens where it is the excited one that was drawn.
    void absorb(double x, double t)
    {
        std::size_t k = 0;
        while (k + 1 < m_.absorbers_.size() && x >= m_.absorbers_[k].count * m_.absorbers_[k].rate_per_s) {
            x -= m_.absorbers_[k].count * m_.absorbers_[k].rate_per_s;
            ++k;
        }
        Absorbers const& a = m_.absorbers_[k];
        std::uint32_t const place = std::min(a.count - 1, std::uint32_t(x / a.rate_per_s));
        std::uint32_t const ion = m_.tables_.ions_by_species[a.first + place];
        if (ion == lone_.ion) return;
        change(ion,
               kernel::row_at(one_.rows, one_.first[a.cls], one_.first[a.cls + 1], x - place * a.rate_per_s),
               t);
        (lone_.ion == LoneExcitation::nobody ? lone_.ion : lone_.other) = ion;
    }

    void change(std::uint32_t ion, kernel::OneSiteRow const& row, double t)
    {
        put(ion, row.to, t);
        count(row.channel, t);
    }

    /// The excitation does something but hop, or another ion absorbs; x is uniform below the rates of both.
    void leave(double x, double t)
    {
        kernel::Tables const& tables = m_.tables_;
        if (x < m_.absorption_per_s_) return absorb(x, t);
        x -= m_.absorption_per_s_;
        std::uint32_t const ion = lone_.ion;
        std::uint16_t const cls = trajectory_.cls[ion];
        auto const alone = [&](kernel::OneSiteRow const& row) {
            change(ion, row, t);
            if (row.to == m_.lowest_[cls]) lone_.ion = LoneExcitation::nobody;
        };
        if (x < one_.total[cls])
            return alone(kernel::row_at(one_.rows, one_.first[cls], one_.first[cls + 1], x));
        x -= one_.total[cls];
        if (tables.extra.base) {
            std::uint32_t const state = tables.extra.base[ion] + cls;
            if (x < tables.extra.total[state])
                return alone(kernel::row_at(tables.extra.rows, tables.extra.first[state],
                                            tables.extra.first[state + 1], x));
            x -= tables.extra.total[state];
        }
        if (auto const chosen = m_.row_at(ion, cls, false, x); chosen.row)
            transfer(kernel::choose_partner(tables, chosen.list, draws().first), *chosen.row, t);
    }

    void transfer(std::uint32_t partner, kernel::PairRow const& pair, double t)
    {
        std::uint32_t const ion = lone_.ion;
        bool const stays = pair.donor_to != m_.lowest_[pair.donor_to],
                   wakes = pair.acceptor_to != m_.lowest_[pair.acceptor_to];
        put(ion, pair.donor_to, t);
        put(partner, pair.acceptor_to, t);
        count(pair.channel, t);
        if (wakes) (stays ? lone_.other : lone_.ion) = partner;
        if (!stays && !wakes) lone_.ion = LoneExcitation::nobody;
    }

    Migration const& m_;
    kernel::OneSiteTables const& one_;
    kernel::Trajectory& trajectory_;
    LoneExcitation& lone_;
};

bool Migration::carries(kernel::Trajectory const& trajectory, LoneExcitation const& lone) const
{
    return lone.ion == LoneExcitation::nobody ||
           (lone.other == LoneExcitation::nobody && !is_exchanged(trajectory.cls[lone.ion]));
}

void Migration::advance(kernel::Trajectory& trajectory, LoneExcitation& lone, double& time_s, double end_s,
                        std::int64_t most_steps) const
{
    Walk walk(*this, trajectory, lone);
    for (std::int64_t n = 0; n < most_steps && time_s < end_s && carries(trajectory, lone); ++n)
        walk.step(time_s, end_s);
}

}  // namespace lanthorn
