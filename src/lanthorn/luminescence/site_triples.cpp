#include "lanthorn/crystal/cell_grid.hpp"
#include "lanthorn/luminescence/site_rates.hpp"

#include <algorithm>

namespace lanthorn {

/// Where sums over couples go: arrays of (all) fields or changes, and which of the three roles are wanted.
struct SiteRates::TripleTargets {
    std::span<double> sum;
    enum class Of { fields, changes } of;
    bool a, b, c;
};

void SiteRates::find_donors()
{
    if (donors_.empty()) return;
    CellGrid const grid(network_.position_nm, network_.triple_radius_nm, network_.period_nm);
    for (auto& list : donors_) {
        auto const& around = blocks_[list.around];
        for (std::size_t k = 0; k < around.ions; ++k) {
            grid.visit(order_[around.first_ion + k], [&](std::uint32_t j, double d2) {
                if (network_.species_of[j].value != list.of) return;
                list.who.push_back(rank_[j]);
                list.weight.push_back(1 / (d2 * d2 * d2));
            });
            list.first.push_back(std::uint32_t(list.who.size()));
        }
    }
}

// No couple of a donor with itself, and nothing subtracted for it: each donor takes the sums before and after it.
void SiteRates::triple_sums(Triple const& t, std::span<double const> ya, std::span<double const> yb,
                            std::span<double const> yc, TripleTargets const& into) const
{
    auto const& channel = t.channel;
    auto const &a = blocks_[channel.donor_a.value], &b = blocks_[channel.donor_b.value],
               &c = blocks_[channel.acceptor.value];
    auto const &near_a = donors_[t.donors_a], &near_b = donors_[t.donors_b];
    bool const fields = into.of == TripleTargets::Of::fields;
    auto const target = [&](Block const& block, std::size_t rank, std::size_t field,
                            std::size_t change) -> double& {
        return fields ? into.sum[block.first_field + rank * block.fields + field]
                      : into.sum[block.first_change + rank * block.changes + change];
    };
    auto const population = [](std::span<double const> y, Block const& block, std::size_t rank,
                               LevelId level) {
        return y[block.first_state + rank * block.levels + level.value];
    };
    std::vector<double> others_a, others_b;  // of each donor around one acceptor
    for (std::size_t k = 0; k < c.ions; ++k) {
        double const xc = population(yc, c, k, channel.acceptor_from);
        std::size_t const first_a = near_a.first[k], last_a = near_a.first[k + 1];
        std::size_t const first_b = near_b.first[k], last_b = near_b.first[k + 1];
        double couples = 0, sum_a = 0, sum_b = 0;
        auto const add_a = [&](std::size_t n) {
            return near_a.weight[n] * population(ya, a, near_a.who[n], channel.a_from);
        };
        auto const add_b = [&](std::size_t n) {
            return near_b.weight[n] * population(yb, b, near_b.who[n], channel.b_from);
        };
        if (&near_a != &near_b) {
            for (std::size_t n = first_a; n < last_a; ++n) sum_a += add_a(n);
            for (std::size_t n = first_b; n < last_b; ++n) sum_b += add_b(n);
            couples = sum_a * sum_b;
            others_a.assign(last_b - first_b, sum_a);
            others_b.assign(last_a - first_a, sum_b);
        }
        else {
            others_a.resize(last_a - first_a);
            others_b.resize(last_a - first_a);
            for (std::size_t n = first_a; n < last_a; ++n) {
                double const xa = add_a(n), xb = add_b(n);
                others_a[n - first_a] = sum_a;
                others_b[n - first_a] = sum_b;
                couples += xa * sum_b + xb * sum_a;
                sum_a += xa;
                sum_b += xb;
            }
            sum_a = sum_b = 0;
            for (std::size_t n = last_a; n-- > first_a;) {
                others_a[n - first_a] += sum_a;
                others_b[n - first_a] += sum_b;
                sum_a += add_a(n);
                sum_b += add_b(n);
            }
        }
        if (into.c) target(c, k, t.field_c, t.change_c) += t.like ? 0.5 * couples : couples;
        if (into.a)
            for (std::size_t n = first_a; n < last_a; ++n)
                target(a, near_a.who[n], t.field_a, t.change_a) +=
                    near_a.weight[n] * xc * others_b[n - first_a];
        if (into.b && !t.like)
            for (std::size_t n = first_b; n < last_b; ++n)
                target(b, near_b.who[n], t.field_b, t.change_b) +=
                    near_b.weight[n] * xc * others_a[n - first_b];
    }
}

void SiteRates::find_triple_fields(std::span<double const> y, std::span<double> u) const
{
    for (auto const& t : triples_)
        triple_sums(t, y, y, y, {.sum = u, .of = TripleTargets::Of::fields, .a = true, .b = true, .c = true});
}

void SiteRates::find_triple_changes(std::span<double const> y, std::span<double const> v,
                                    std::span<double> du) const
{
    if (triples_.empty()) return;
    std::vector<double> all(states_);
    for (auto const& b : blocks_)
        for (std::size_t i = 0; i < b.ions; ++i) {
            double const* const excited = v.data() + b.first_excited + i * (b.levels - 1);
            double* const of_ion = all.data() + b.first_state + i * b.levels;
            of_ion[0] = 0;
            for (std::size_t l = 1; l < b.levels; ++l) {
                of_ion[l] = excited[l - 1];
                of_ion[0] -= excited[l - 1];
            }
        }
    auto const changes = TripleTargets::Of::changes;
    for (auto const& t : triples_) {
        triple_sums(t, all, y, y, {.sum = du, .of = changes, .a = false, .b = true, .c = true});
        triple_sums(t, y, all, y, {.sum = du, .of = changes, .a = true, .b = false, .c = true});
        triple_sums(t, y, y, all, {.sum = du, .of = changes, .a = true, .b = true, .c = false});
    }
}

}  // namespace lanthorn
