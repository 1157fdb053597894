#include "lanthorn/luminescence/transfer_tables.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/crystal/cell_grid.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

double distance_factor(DistanceLaw law, double d2_nm2, double radius_nm)
{
    return law == DistanceLaw::linear ? 1 - std::sqrt(d2_nm2) / radius_nm : 1 / (d2_nm2 * d2_nm2 * d2_nm2);
}

/// A share of 1 as a 32-bit threshold.
std::uint32_t threshold(double share)
{
    return std::uint32_t(std::clamp(std::nearbyint(share * 0x1p32), 0.0, double(0xffffffffu)));
}

std::int32_t flipped(std::uint32_t x) { return std::int32_t(x ^ 0x80000000u); }

template <class T>
std::size_t bytes_of(std::vector<T> const& v) { return v.capacity() * sizeof(T); }

}  // namespace

TransferTables::TransferTables(Network const& network)
    : ions_(std::uint32_t(network.ions())), species_(std::uint32_t(network.species.size())),
      classes_(std::uint32_t(network.classes())), first_class_(network.first_class())
{
    LANTHORN_EXPECT(network.classes() < 0xffff);
    sum_coefficients(network);
    weigh_partners(network);
    sort_extra_rates(network);
    for (auto const& channel : network.one_site) {
        std::size_t const first = first_class_[channel.species.value];
        Change change;
        if (channel.from != channel.to)
            change = {{std::uint32_t(first + channel.from.value), -1}, {std::uint32_t(first + channel.to.value), +1}};
        changes_.push_back(std::move(change));
    }
    for (auto const& channel : network.pair) {
        Change change;
        auto const add = [&](SpeciesId species, LevelId level, std::int64_t by) {
            auto const c = std::uint32_t(first_class_[species.value] + level.value);
            auto const known = std::ranges::find(change, c, &Change::value_type::first);
            if (known == change.end()) change.emplace_back(c, by);
            else known->second += by;
        };
        add(channel.donor, channel.donor_from, -1);
        add(channel.donor, channel.donor_to, +1);
        add(channel.acceptor, channel.acceptor_from, -1);
        add(channel.acceptor, channel.acceptor_to, +1);
        std::erase_if(change, [](auto const& c) { return c.second == 0; });
        changes_.push_back(std::move(change));
    }
}

void TransferTables::sum_coefficients(Network const& network)
{
    struct Row {
        std::uint32_t states;
        double coefficient;
        kernel::PairRow row;
    };
    std::vector<Row> rows;
    for (std::size_t m = 0; m < network.pair.size(); ++m) {
        auto const& p = network.pair[m];
        if (p.coefficient == 0) continue;
        auto const cls = [&](SpeciesId s, LevelId l) { return std::uint32_t(first_class_[s.value] + l.value); };
        rows.push_back({cls(p.donor, p.donor_from) * classes_ + cls(p.acceptor, p.acceptor_from),
                        p.coefficient,
                        {0, std::uint32_t(network.one_site.size() + m), std::uint16_t(cls(p.donor, p.donor_to)),
                         std::uint16_t(cls(p.acceptor, p.acceptor_to))}});
    }
    std::ranges::stable_sort(rows, [](Row const& a, Row const& b) {
        return a.states != b.states ? a.states < b.states : a.coefficient > b.coefficient;
    });

    between_.assign(std::size_t(classes_) * classes_, 0.0);
    most_.assign(std::size_t(classes_) * species_, 0.0);
    pair_first_.assign(std::size_t(classes_) * classes_ + 1, 0);
    for (auto& r : rows) {
        r.row.until = between_[r.states] += r.coefficient;
        ++pair_first_[r.states + 1];
        pair_rows_.push_back(r.row);
    }
    for (std::size_t k = 1; k < pair_first_.size(); ++k) pair_first_[k] += pair_first_[k - 1];
    for (std::size_t c = 0; c < classes_; ++c)
        for (std::size_t s = 0; s < species_; ++s)
            for (std::size_t u = first_class_[s]; u < first_class_[s + 1]; ++u)
                most_[c * species_ + s] = std::max(most_[c * species_ + s], between_[c * classes_ + u]);
}

/// Counts first: these lists are nearly all of the memory, and growing them would double it.
void TransferTables::reserve_far_partners(Network const& network, CellGrid const& grid, std::vector<char> const& accepts)
{
    std::size_t far = 0;
    std::vector<std::size_t> count(species_);
    for (std::size_t i = 0; i < ions_; ++i) {
        std::ranges::fill(count, 0);
        grid.visit(i, [&](std::uint32_t j, double) { ++count[network.species_of[j].value]; });
        for (std::size_t s = 0; s < species_; ++s)
            if (accepts[s] && count[s] > kernel::near) far += count[s] - kernel::near;
    }
    far_ion_.reserve(far);
    far_until_.reserve(far);
}

void TransferTables::weigh_partners(Network const& network)
{
    weight_.assign(std::size_t(ions_) * species_, 0.0);
    nearest_.resize(std::size_t(ions_) * species_);
    far_range_.assign(std::size_t(ions_) * species_, {0, 0});
    if (network.pair.empty()) return;

    DistanceLaw const law = network.pair.front().law;
    double const radius_nm = network.interaction_radius_nm;
    // Species that are never an acceptor need no partners.
    std::vector<char> accepts(species_, 0);
    for (std::size_t k = 0; k < most_.size(); ++k) accepts[k % species_] |= most_[k] > 0;

    struct Partner {
        double weight;
        std::uint32_t ion;
    };
    std::vector<std::vector<Partner>> partners(species_);
    CellGrid const grid(network.position_nm, radius_nm);
    reserve_far_partners(network, grid, accepts);
    for (std::size_t i = 0; i < ions_; ++i) {
        for (auto& list : partners) list.clear();
        grid.visit(i, [&](std::uint32_t j, double d2) {
            std::uint32_t const s = network.species_of[j].value;
            if (accepts[s]) partners[s].push_back({distance_factor(law, d2, radius_nm), j});
        });
        for (std::size_t s = 0; s < species_; ++s) {
            auto& list = partners[s];
            std::size_t const row = i * species_ + s;
            kernel::Nearest& nearest = nearest_[row];
            std::ranges::fill(nearest.threshold, flipped(0xffffffffu));
            std::ranges::fill(nearest.ion, 0u);
            if (list.empty()) continue;
            std::size_t const close = std::min<std::size_t>(list.size(), kernel::near);
            std::ranges::partial_sort(list, list.begin() + std::ptrdiff_t(close), [](Partner a, Partner b) {
                return a.weight != b.weight ? a.weight > b.weight : a.ion < b.ion;
            });
            double far = 0;
            for (std::size_t k = close; k < list.size(); ++k) far += list[k].weight;
            double sum = 0;
            for (std::size_t k = 0; k < close; ++k) sum += list[k].weight;
            double const all = weight_[row] = sum + far;

            sum = 0;
            for (std::size_t k = 0; k < close; ++k) {
                sum += list[k].weight;
                nearest.ion[k] = list[k].ion;
                bool const last = k + 1 == list.size();
                nearest.threshold[k] = flipped(last ? 0xffffffffu : std::min(threshold(sum / all), 0xfffffffeu));
            }
            for (std::size_t k = close; k < kernel::near; ++k) nearest.ion[k] = nearest.ion[close - 1];
            far_range_[row].first = std::uint32_t(far_ion_.size());
            sum = 0;
            for (std::size_t k = close; k < list.size(); ++k) {
                sum += list[k].weight;
                far_ion_.push_back(list[k].ion);
                far_until_.push_back(threshold(sum / far));
            }
            far_range_[row].last = std::uint32_t(far_ion_.size());
        }
    }
}

void TransferTables::sort_extra_rates(Network const& network)
{
    if (network.extra.empty()) return;
    std::vector<std::size_t> order(network.extra.size());
    for (std::size_t m = 0; m < order.size(); ++m) order[m] = m;
    std::ranges::stable_sort(order, {}, [&](std::size_t m) { return network.extra[m].ion; });
    extra_first_.assign(ions_ + 1, 0);
    for (std::size_t m : order) {
        auto const& extra = network.extra[m];
        auto const& channel = network.one_site[extra.channel];
        std::size_t const first = first_class_[channel.species.value];
        extra_from_.push_back(std::uint16_t(first + channel.from.value));
        extra_to_.push_back(std::uint16_t(first + channel.to.value));
        extra_rate_.push_back(extra.rate_per_s);
        extra_channel_.push_back(std::uint32_t(extra.channel));
        ++extra_first_[extra.ion.value + 1];
    }
    for (std::size_t i = 0; i < ions_; ++i) extra_first_[i + 1] += extra_first_[i];
}

kernel::Tables TransferTables::view() const
{
    return {.ions = ions_,
            .species = species_,
            .classes = classes_,
            .weight = weight_.data(),
            .most = most_.data(),
            .between = between_.data(),
            .pair_first = pair_first_.data(),
            .pair_rows = pair_rows_.data(),
            .nearest = nearest_.data(),
            .far_range = far_range_.data(),
            .far_until = far_until_.data(),
            .far_ion = far_ion_.data(),
            .extra = {.first = extra_first_.empty() ? nullptr : extra_first_.data(),
                      .from = extra_from_.data(),
                      .rate = extra_rate_.data(),
                      .channel = extra_channel_.data(),
                      .to = extra_to_.data()}};
}

std::size_t TransferTables::bytes() const
{
    return bytes_of(most_) + bytes_of(between_) + bytes_of(weight_) + bytes_of(pair_first_) + bytes_of(pair_rows_) +
           bytes_of(nearest_) + bytes_of(far_range_) + bytes_of(far_until_) + bytes_of(far_ion_) +
           bytes_of(extra_first_) + bytes_of(extra_channel_) + bytes_of(extra_from_) + bytes_of(extra_to_) +
           bytes_of(extra_rate_);
}

OneSiteRates::OneSiteRates(Network const& network, std::vector<double> const& irradiance_W_per_cm2)
{
    LANTHORN_EXPECT(irradiance_W_per_cm2.size() == network.lasers);
    auto const first_class = network.first_class();
    struct Row {
        std::size_t from;
        double rate;
        kernel::OneSiteRow row;
    };
    std::vector<Row> rows;
    for (std::size_t m = 0; m < network.one_site.size(); ++m) {
        auto const& channel = network.one_site[m];
        double rate = channel.k0_per_s;
        for (std::size_t l = 0; l < channel.per_irradiance.size(); ++l)
            rate += channel.per_irradiance[l] * irradiance_W_per_cm2[l];
        if (rate == 0) continue;
        std::size_t const first = first_class[channel.species.value];
        rows.push_back({first + channel.from.value, rate,
                        {0, std::uint32_t(m), std::uint16_t(first + channel.to.value)}});
    }
    std::ranges::stable_sort(rows, [](Row const& a, Row const& b) {
        return a.from != b.from ? a.from < b.from : a.rate > b.rate;
    });
    total_.assign(network.classes(), 0.0);
    first_.assign(network.classes() + 1, 0);
    for (auto& r : rows) {
        r.row.until = total_[r.from] += r.rate;
        ++first_[r.from + 1];
        rows_.push_back(r.row);
    }
    for (std::size_t c = 0; c < network.classes(); ++c) first_[c + 1] += first_[c];
}

RateTree::RateTree(std::size_t leaves)
{
    std::size_t children = std::max<std::size_t>(leaves, 1);
    std::vector<std::size_t> nodes;
    do {
        children = (children + kernel::fan - 1) / kernel::fan;
        nodes.push_back(children);
    } while (children > 1);
    LANTHORN_EXPECT(nodes.size() <= kernel::most_levels);
    // A level has a node for every child slot of the level above, filled or not.
    for (std::size_t level = 0; level < nodes.size(); ++level) {
        std::size_t const all = level + 1 < nodes.size() ? nodes[level + 1] * kernel::fan : 1;
        rate_.emplace_back(2 * all);
        until_.emplace_back(2 * all);
    }
}

kernel::Tree RateTree::view()
{
    kernel::Tree tree{};
    tree.levels = int(rate_.size());
    for (std::size_t level = 0; level < rate_.size(); ++level) {
        tree.rate[level] = rate_[level].front().x;
        tree.until[level] = until_[level].front().x;
    }
    return tree;
}

}  // namespace lanthorn
