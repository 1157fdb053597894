#include "lanthorn/luminescence/migration.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/stream.hpp"
#include "lanthorn/crystal/cell_grid.hpp"
#include "lanthorn/luminescence/kernel_choice.hpp"
#include "lanthorn/numerics/lu.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lanthorn {

namespace {

constexpr std::uint32_t most_nodes = 4096;

/// Whether only an excited ion can begin anything.
bool begins_with_excited(Network const& network, kernel::Tables const& tables,
                         kernel::OneSiteTables const& one)
{
    auto const first = network.first_class();
    for (SpeciesId s : network.species_of) {
        if (!tables.asleep[first[s.value]]) return false;
        for (std::size_t c = first[s.value] + 1; c < first[s.value + 1]; ++c)
            if (!(one.total[c] > 0)) return false;  // an ion could stay there unseen
    }
    return std::ranges::none_of(network.triple,
                                [](auto const& t) { return t.a_from.value == 0 || t.b_from.value == 0; });
}

}  // namespace

std::unique_ptr<Migration const> Migration::of(Network const& network, TransferTables const& transfer,
                                               OneSiteRates const& rates, StopToken stop)
{
    if (!begins_with_excited(network, transfer.view(), rates.view())) return nullptr;
    std::unique_ptr<Migration> migration(new Migration(network, transfer, rates));
    if (migration->clusters_.empty()) return nullptr;
    migration->find_ways(network);
    for (Cluster& cluster : migration->clusters_)
        if (!migration->solve(network, cluster, stop)) return nullptr;
    return migration;
}

Migration::Migration(Network const& network, TransferTables const& transfer, OneSiteRates const& rates)
    : rates_(rates), tables_(transfer.view()), one_(rates_.view()), rank_(network.ions())
{
    auto const first = network.first_class();
    for (std::uint32_t lane = 0; lane < tables_.pair_lanes; ++lane)
        lowest_of_lane_.push_back(std::uint16_t(first[transfer.acceptor_of(lane).value]));
    std::vector<std::uint32_t> ions(network.species.size(), 0);
    for (std::size_t i = 0; i < network.ions(); ++i) rank_[i] = ions[network.species_of[i].value]++;
    std::uint32_t before = 0;
    for (std::size_t s = 0; s < ions.size(); before += ions[s++]) {
        auto const lowest = std::uint16_t(first[s]);
        for (std::size_t c = first[s]; c < first[s + 1]; ++c) lowest_.push_back(lowest);
        if (ions[s] == 0 || one_.total[lowest] == 0) continue;
        absorbers_.push_back(
            {.first = before, .count = ions[s], .cls = lowest, .rate_per_s = one_.total[lowest]});
        absorption_per_s_ += ions[s] * one_.total[lowest];
    }
    if (absorption_per_s_ == 0) return;
    find_clusters(network);
    keep_those_that_pay();
}

std::size_t Migration::bytes() const
{
    std::size_t sum = 0;
    for (Cluster const& c : clusters_)
        sum += bytes_of(c.ends) + bytes_of(c.share) + bytes_of(c.hops_per_s) + bytes_of(c.residence_s);
    return sum;
}

template <class Visit>
void Migration::visit_rows(std::uint16_t cls, std::uint32_t lane, Visit visit) const
{
    std::size_t const states =
        tables_.law_begins[lane] + std::size_t(cls) * tables_.classes + lowest_of_lane_[lane];
    double until = 0;
    for (std::uint32_t m = tables_.pair_first[states]; m < tables_.pair_first[states + 1]; ++m) {
        kernel::PairRow const& row = tables_.pair_rows[m];
        visit(row, row.until - until);
        until = row.until;
    }
}

double Migration::coefficient(std::uint16_t cls, std::uint32_t lane, bool of_hops) const
{
    double sum = 0;
    visit_rows(cls, lane, [&](kernel::PairRow const& row, double coefficient) {
        if (is_hop(cls, row) == of_hops) sum += coefficient;
    });
    return sum;
}

/// Classes between which an excitation goes to and fro, each donor ending in its lowest level.
void Migration::find_clusters(Network const& network)
{
    std::size_t const n = tables_.classes;
    auto const first = network.first_class();
    std::vector<char> leads(n * n, 0);
    for (auto const& p : network.pair) {
        std::size_t const from = first[p.donor.value] + p.donor_from.value;
        std::size_t const to = first[p.acceptor.value] + p.acceptor_to.value;
        if (p.coefficient > 0 && p.donor_from.value > 0 && p.donor_to.value == 0 &&
            p.acceptor_from.value == 0 && p.acceptor_to.value > 0 && !is_exchanged(std::uint16_t(from)) &&
            !is_exchanged(std::uint16_t(to)))
            leads[from * n + to] = 1;
    }
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t a = 0; a < n; ++a)
            for (std::size_t b = 0; b < n; ++b)
                leads[a * n + b] = leads[a * n + b] || (leads[a * n + k] && leads[k * n + b]);

    cluster_of_.assign(n, no_cluster);
    for (std::size_t a = 0; a < n; ++a) {
        if (!leads[a * n + a] || cluster_of_[a] != no_cluster || clusters_.size() == no_cluster) continue;
        Cluster& cluster = clusters_.emplace_back();
        for (std::size_t b = a; b < n; ++b) {
            if (!leads[a * n + b] || !leads[b * n + a]) continue;
            cluster_of_[b] = std::uint8_t(clusters_.size() - 1);
            cluster.classes.push_back(std::uint16_t(b));
            cluster.first_node.push_back(cluster.nodes());
            for (std::uint32_t i = 0; i < network.ions(); ++i)
                if (first[network.species_of[i].value] == lowest_[b]) cluster.ion.push_back(i);
        }
        cluster.first_node.push_back(cluster.nodes());
    }
}

/// Leaves out the levels from which something else comes soon, then the clusters with which an excitation would not be
/// alone for long.
void Migration::keep_those_that_pay()
{
    for (bool changed = true; changed;) {
        changed = false;
        for (Cluster const& cluster : clusters_)
            for (std::size_t slot = 0; slot < cluster.classes.size(); ++slot) {
                std::uint16_t const cls = cluster.classes[slot];
                if (cluster_of_[cls] == no_cluster || hops_first(cluster, slot) > 0.75) continue;
                cluster_of_[cls] = no_cluster;
                changed = true;
            }
    }
    std::vector<Cluster> const all = std::exchange(clusters_, {});
    bool pays = false;
    for (Cluster const& cluster : all) {
        Cluster kept;
        for (std::size_t slot = 0; slot < cluster.classes.size(); ++slot) {
            std::uint16_t const cls = cluster.classes[slot];
            if (cluster_of_[cls] == no_cluster) continue;
            kept.classes.push_back(cls);
            kept.first_node.push_back(kept.nodes());
            for (std::uint32_t n = cluster.first_node[slot]; n < cluster.first_node[slot + 1]; ++n)
                kept.ion.push_back(cluster.ion[n]);
        }
        kept.first_node.push_back(kept.nodes());
        bool const keeps = kept.nodes() > 0 && kept.nodes() <= most_nodes;
        pays = pays || (keeps && absorption_per_s_ * life_s(kept) < 2);
        for (std::uint16_t cls : kept.classes)
            cluster_of_[cls] = keeps ? std::uint8_t(clusters_.size()) : no_cluster;
        if (keeps) clusters_.push_back(std::move(kept));
    }
    if (pays) return;
    clusters_.clear();
    std::ranges::fill(cluster_of_, no_cluster);
}

/// Probability that the next thing is a hop, in the mean of the ions in a level.
double Migration::hops_first(Cluster const& cluster, std::size_t slot) const
{
    std::uint16_t const cls = cluster.classes[slot];
    std::uint32_t const begin = cluster.first_node[slot], end = cluster.first_node[slot + 1];
    double sum = 0;
    for (std::uint32_t k = begin; k < end; ++k) {
        double hops = 0;
        for (std::uint32_t lane = 0; lane < tables_.pair_lanes; ++lane)
            hops += tables_.weight[std::size_t(cluster.ion[k]) * tables_.lanes + lane] *
                    coefficient(cls, lane, true);
        sum += hops / (hops + exits_per_s(cluster.ion[k], cls) + absorption_per_s_);
    }
    return end > begin ? sum / (end - begin) : 0;
}

/// How long an excitation stays in a cluster, where nobody absorbs: the mean of some walks, followed hop by hop.
double Migration::life_s(Cluster const& cluster) const
{
    constexpr int walks = 64, most_hops = 100'000;
    Stream u({0, 0}, 0);
    double sum = 0;
    for (int w = 0; w < walks; ++w) {
        auto const node = std::uint32_t(u.below(cluster.nodes()));
        auto const slot = std::ranges::upper_bound(cluster.first_node, node) - cluster.first_node.begin() - 1;
        std::uint32_t ion = cluster.ion[node];
        std::uint16_t cls = cluster.classes[std::size_t(slot)];
        for (int hops = 0; hops < most_hops; ++hops) {
            double const exits = exits_per_s(ion, cls);
            double rates = exits;
            for (std::uint32_t lane = 0; lane < tables_.pair_lanes; ++lane)
                rates +=
                    tables_.weight[std::size_t(ion) * tables_.lanes + lane] * coefficient(cls, lane, true);
            sum -= portable_log(u.uniform()) / rates;
            double x = u.uniform() * rates - exits;
            if (x < 0) break;
            std::uint64_t const draw = std::uint64_t(u.uniform() * 0x1p64);
            auto const hop = row_at(ion, cls, true, x);
            if (!hop.row) break;
            ion = kernel::choose_partner(tables_, hop.list, draw);
            cls = hop.row->acceptor_to;
        }
    }
    return sum / walks;
}

/// The row, of hops or of all else, into which x falls, and the list of its partners; null beyond the last one.
Migration::Chosen Migration::row_at(std::uint32_t ion, std::uint16_t cls, bool of_hops, double x) const
{
    Chosen chosen{nullptr, 0};
    for (std::uint32_t lane = 0; lane < tables_.pair_lanes && !chosen.row; ++lane) {
        std::size_t const list = std::size_t(ion) * tables_.lanes + lane;
        visit_rows(cls, lane, [&](kernel::PairRow const& row, double coefficient) {
            if (chosen.row || is_hop(cls, row) != of_hops) return;
            if (x < coefficient * tables_.weight[list])
                chosen = {&row, list};
            else
                x -= coefficient * tables_.weight[list];
        });
    }
    return chosen;
}

bool Migration::is_exchanged(std::uint16_t cls) const
{
    return tables_.exchange.mate && tables_.exchange.mate[cls] != kernel::no_class;
}

bool Migration::is_hop(std::uint16_t cls, kernel::PairRow const& row) const
{
    return cluster_of_[cls] != no_cluster && row.donor_to == lowest_[cls] &&
           row.acceptor_to != lowest_[row.acceptor_to] && cluster_of_[row.acceptor_to] == cluster_of_[cls];
}

double Migration::exits_per_s(std::uint32_t ion, std::uint16_t cls) const
{
    double sum = one_.total[cls];
    if (tables_.extra.base) sum += tables_.extra.total[tables_.extra.base[ion] + cls];
    for (std::uint32_t lane = 0; lane < tables_.pair_lanes; ++lane)
        sum += tables_.weight[std::size_t(ion) * tables_.lanes + lane] * coefficient(cls, lane, false);
    return sum;
}

/// For each class of a cluster and each other one, channels that lead there, one after the other: of all ways that whose
/// rarest channel is the most frequent, so that what is counted on it is what happens.
void Migration::find_ways(Network const& network)
{
    std::size_t const n = tables_.classes;
    ways_.assign(n * n, {});
    std::vector<double> flow(n * n, 0.0);
    auto const first = network.first_class();
    for (std::uint32_t i = 0; i < network.ions(); ++i) {
        std::size_t const s = network.species_of[i].value;
        for (std::size_t from = first[s] + 1; from < first[s + 1]; ++from)
            for (std::uint32_t lane = 0; lane < tables_.pair_lanes; ++lane)
                visit_rows(std::uint16_t(from), lane, [&](kernel::PairRow const& row, double coefficient) {
                    double const rate = coefficient * tables_.weight[std::size_t(i) * tables_.lanes + lane];
                    if (!is_hop(std::uint16_t(from), row) || rate == 0) return;
                    std::size_t const pair = from * n + row.acceptor_to;
                    flow[pair] += rate;
                    ways_[pair] = {row.channel};
                });
    }
    for (std::size_t via = 0; via < n; ++via)
        for (std::size_t from = 0; from < n; ++from)
            for (std::size_t to = 0; to < n; ++to) {
                double const both = std::min(flow[from * n + via], flow[via * n + to]);
                if (from == to || from == via || to == via || !(both > flow[from * n + to])) continue;
                flow[from * n + to] = both;
                auto way = ways_[from * n + via];
                way.insert(way.end(), ways_[via * n + to].begin(), ways_[via * n + to].end());
                ways_[from * n + to] = std::move(way);
            }
    for (std::size_t c = 0; c < n; ++c) ways_[c * n + c].clear();
}

/// What leaves each place, less what comes from it to each other one.
Matrix Migration::chain_of(Network const& network, Cluster const& cluster,
                           std::vector<double> const& leaves) const
{
    auto const first = network.first_class();
    std::size_t const slots = cluster.classes.size();
    // Channels by the levels that they lead from and to.
    std::vector<std::vector<PairChannel>> hops(slots * slots);
    auto const slot_of = [&](std::size_t cls) {
        return std::size_t(std::ranges::find(cluster.classes, cls) - cluster.classes.begin());
    };
    for (std::uint32_t m : cluster.channels) {
        PairChannel const& p = network.pair[m - network.one_site.size()];
        hops[slot_of(first[p.donor.value] + p.donor_from.value) * slots +
             slot_of(first[p.acceptor.value] + p.acceptor_to.value)]
            .push_back(p);
    }
    CellGrid const grid(network.position_nm, network.interaction_radius_nm);
    Matrix chain(cluster.nodes(), cluster.nodes());
    for (std::size_t from = 0; from < slots; ++from)
        for (std::uint32_t k = cluster.first_node[from]; k < cluster.first_node[from + 1]; ++k) {
            double sum = leaves[k];
            grid.visit(cluster.ion[k], [&](std::uint32_t j, double d2) {
                for (std::size_t to = 0; to < slots; ++to) {
                    if (lowest_[cluster.classes[to]] != first[network.species_of[j].value]) continue;
                    for (PairChannel const& p : hops[from * slots + to]) {
                        double const rate =
                            p.coefficient * distance_factor(p, d2, network.interaction_radius_nm);
                        chain(k, cluster.first_node[to] + rank_[j]) -= rate;
                        sum += rate;
                    }
                }
            });
            chain(k, k) += sum;
        }
    return chain;
}

/// False where it was stopped, or where the ends of a walk do not add up.
bool Migration::solve(Network const& network, Cluster& cluster, StopToken stop) const
{
    std::size_t const slots = cluster.classes.size();
    std::uint32_t const n = cluster.nodes();
    std::vector<double> leaves(n);
    std::vector<std::vector<double>> rate;     // of each channel of hops, from the nodes of one class
    std::vector<std::size_t> slot_of_channel;  // that class
    for (std::size_t slot = 0; slot < slots; ++slot) {
        std::uint16_t const cls = cluster.classes[slot];
        std::uint32_t const begin = cluster.first_node[slot], end = cluster.first_node[slot + 1];
        for (std::uint32_t k = begin; k < end; ++k)
            leaves[k] = exits_per_s(cluster.ion[k], cls) + absorption_per_s_;
        for (std::uint32_t lane = 0; lane < tables_.pair_lanes; ++lane)
            visit_rows(cls, lane, [&](kernel::PairRow const& row, double coefficient) {
                if (!is_hop(cls, row)) return;
                cluster.channels.push_back(row.channel);
                slot_of_channel.push_back(slot);
                auto& of_node = rate.emplace_back();
                for (std::uint32_t k = begin; k < end; ++k)
                    of_node.push_back(coefficient *
                                      tables_.weight[std::size_t(cluster.ion[k]) * tables_.lanes + lane]);
            });
    }
    Matrix resolvent = chain_of(network, cluster, leaves);
    if (!invert_diagonally_dominant(resolvent, stop)) return false;

    std::size_t const channels = cluster.channels.size();
    cluster.share.assign(std::size_t(n) * slots, 0.0);
    cluster.hops_per_s.assign(std::size_t(n) * channels, 0.0);
    cluster.ends.reserve(std::size_t(n) * n);
    std::vector<PartnerLists::Partner> ends(n);
    for (std::size_t start = 0; start < slots; ++start)
        for (std::uint32_t k = cluster.first_node[start]; k < cluster.first_node[start + 1]; ++k) {
            double const* const time = &resolvent(k, 0);
            double residence = 0, all = 0;
            double* const share = &cluster.share[k * slots];
            double* const hops = &cluster.hops_per_s[k * channels];
            for (std::size_t slot = 0; slot < slots; ++slot) {
                double ends_here = 0;
                for (std::uint32_t m = cluster.first_node[slot]; m < cluster.first_node[slot + 1]; ++m) {
                    ends[m] = {std::max(0.0, time[m]) * leaves[m], m};
                    ends_here += ends[m].weight;
                    share[slot] += time[m];
                }
                residence += share[slot];
                all += ends_here;
                // Hops on the way to a class other than that of the start are counted when they come about.
                for (std::uint32_t channel :
                     ways_[std::size_t(cluster.classes[start]) * tables_.classes + cluster.classes[slot]])
                    for (std::size_t h = 0; h < channels; ++h)
                        if (cluster.channels[h] == channel) hops[h] -= ends_here;
            }
            if (!(residence > 0) || !(std::abs(all - 1) < 1e-9)) return false;
            for (std::size_t h = 0; h < channels; ++h) {
                std::uint32_t const begin = cluster.first_node[slot_of_channel[h]];
                for (std::size_t m = 0; m < rate[h].size(); ++m) hops[h] += time[begin + m] * rate[h][m];
                hops[h] /= residence;
            }
            for (std::size_t slot = 0; slot < slots; ++slot) share[slot] /= residence;
            cluster.residence_s.push_back(residence);
            append_alias_table(cluster.ends, ends);
        }
    return true;
}

}  // namespace lanthorn
