#include "lanthorn/luminescence/site_rates.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/crystal/cell_grid.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace lanthorn {

namespace {

/// Neighbours whose changes an ion takes up at once.
constexpr std::size_t near_neighbours = 16;

/// Adds weight * x of the neighbours, each with `Levels` numbers.
template <std::size_t Levels>
void gather(std::span<std::uint32_t const> who, double const* weight, double const* x, double* sum)
{
    constexpr std::size_t lanes = Levels == 1 ? 4 : Levels == 2 ? 2 : 1;
    double part[lanes][Levels] = {};
    std::size_t k = 0;
    for (; k + lanes <= who.size(); k += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            double const g = weight[k + lane];
            double const* const other = x + std::size_t(who[k + lane]) * Levels;
            for (std::size_t l = 0; l < Levels; ++l) part[lane][l] += g * other[l];
        }
    for (; k < who.size(); ++k)
        for (std::size_t l = 0; l < Levels; ++l)
            part[0][l] += weight[k] * x[std::size_t(who[k]) * Levels + l];
    for (std::size_t lane = 0; lane < lanes; ++lane)
        for (std::size_t l = 0; l < Levels; ++l) sum[l] += part[lane][l];
}

void gather_any(std::span<std::uint32_t const> who, double const* weight, double const* x, std::size_t levels,
                double* sum)
{
    for (std::size_t k = 0; k < who.size(); ++k) {
        double const* const other = x + std::size_t(who[k]) * levels;
        for (std::size_t l = 0; l < levels; ++l) sum[l] += weight[k] * other[l];
    }
}

void gather(std::span<std::uint32_t const> who, double const* weight, double const* x, std::size_t levels,
            double* sum)
{
    switch (levels) {
    case 0:
        return;
    case 1:
        return gather<1>(who, weight, x, sum);
    case 2:
        return gather<2>(who, weight, x, sum);
    case 3:
        return gather<3>(who, weight, x, sum);
    case 4:
        return gather<4>(who, weight, x, sum);
    case 5:
        return gather<5>(who, weight, x, sum);
    case 6:
        return gather<6>(who, weight, x, sum);
    case 7:
        return gather<7>(who, weight, x, sum);
    case 8:
        return gather<8>(who, weight, x, sum);
    case 9:
        return gather<9>(who, weight, x, sum);
    case 10:
        return gather<10>(who, weight, x, sum);
    default:
        return gather_any(who, weight, x, levels, sum);
    }
}

}  // namespace

SiteRates::SiteRates(Network network) : network_(std::move(network))
{
    LANTHORN_EXPECT(network_.ions() < 0xffffffffu);
    place_ions();
    place_pairs();
    place_triples();
    for (auto& b : blocks_) {
        b.first_field = fields_;
        b.first_change = changes_;
        fields_ += b.ions * b.fields;
        changes_ += b.ions * b.changes;
        first_product_.push_back(products_);
        products_ += b.levels * b.fields;
    }
    for (std::size_t m = 0; m < network_.pair.size(); ++m) {
        auto const& c = network_.pair[m];
        auto const field = neighbours_[product_of_[m]].field + c.acceptor_from.value;
        product_of_[m] =
            first_product_[c.donor.value] + c.donor_from.value * blocks_[c.donor.value].fields + field;
    }
    for (auto const& t : triples_) {
        auto const s = t.channel.acceptor.value;
        product_of_.push_back(first_product_[s] + t.channel.acceptor_from.value * blocks_[s].fields +
                              t.field_c);
    }
    std::vector<std::uint32_t> first_class{0};
    for (auto const& b : blocks_) {
        first_class.push_back(first_class.back() + std::uint32_t(b.levels - 1));
        class_of_change_.emplace_back(b.changes, none);
    }
    for (auto const& n : neighbours_)
        for (std::uint32_t l = 0; l + 1 < blocks_[n.of].levels; ++l)
            class_of_change_[n.to][n.change + l] = first_class[n.of] + l;
    sort_entries();
    find_neighbours();
    find_near();
    find_donors();
}

void SiteRates::place_ions()
{
    for (auto const& s : network_.species) blocks_.push_back({.levels = s.levels.size(), .ions = 0});
    rank_.resize(network_.ions());
    for (std::size_t i = 0; i < network_.ions(); ++i)
        rank_[i] = std::uint32_t(blocks_[network_.species_of[i].value].ions++);
    std::size_t ions = 0, excited = 0;
    for (auto& b : blocks_) {
        b.first_ion = ions;
        b.first_state = states_;
        b.first_excited = excited;
        ions += b.ions;
        states_ += b.ions * b.levels;
        excited += b.ions * (b.levels - 1);
    }
    order_.resize(ions);
    for (std::size_t i = 0; i < ions; ++i)
        order_[blocks_[network_.species_of[i].value].first_ion + rank_[i]] = std::uint32_t(i);
    entries_.resize(blocks_.size());

    products_ = network_.classes();
    extra_product_.assign(network_.one_site.size(), 0);
    std::vector<std::vector<Extra>> of_ion(ions);
    for (auto const& e : network_.extra) {
        auto& product = extra_product_[e.channel];
        if (product == 0) product = products_++;
        auto const& c = network_.one_site[e.channel];
        auto const place = blocks_[c.species.value].first_ion + rank_[e.ion.value];
        of_ion[place].push_back({c.from.value, c.to.value, std::uint32_t(product), e.rate_per_s});
    }
    first_extra_.push_back(0);
    for (auto const& some : of_ion) {
        extra_.insert(extra_.end(), some.begin(), some.end());
        first_extra_.push_back(extra_.size());
    }
}

std::size_t SiteRates::law_of(PairChannel const& channel)
{
    auto const found = std::ranges::find_if(laws_, [&](PairChannel const& l) {
        return l.law == channel.law && (l.law != DistanceLaw::exponential || l.range_nm == channel.range_nm);
    });
    if (found != laws_.end()) return std::size_t(found - laws_.begin());
    laws_.push_back({.coefficient = 1, .law = channel.law, .range_nm = channel.range_nm});
    return laws_.size() - 1;
}

std::size_t SiteRates::neighbours_of(std::size_t law, std::size_t to, std::size_t of)
{
    auto const found = std::ranges::find_if(
        neighbours_, [&](auto const& n) { return n.law == law && n.to == to && n.of == of; });
    if (found != neighbours_.end()) return std::size_t(found - neighbours_.begin());
    auto& b = blocks_[to];
    neighbours_.push_back({.law = law,
                           .to = to,
                           .of = of,
                           .field = b.fields,
                           .change = b.changes,
                           .first = {0},
                           .who = {},
                           .weight = {}});
    b.fields += blocks_[of].levels;
    b.changes += blocks_[of].levels - 1;
    return neighbours_.size() - 1;
}

void SiteRates::place_pairs()
{
    auto const add = [&](std::size_t of, LevelId from, LevelId to, Neighbours const& n, LevelId partner,
                         double coefficient) {
        if (from == to || coefficient == 0) return;
        bool const ground = partner.value == 0;
        entries_[of].push_back({.from = from.value,
                                .to = to.value,
                                .field = std::uint32_t(n.field + partner.value),
                                .change = std::uint32_t(n.change + (ground ? 0 : partner.value - 1)),
                                .spans = ground ? std::uint32_t(blocks_[n.of].levels - 1) : 0,
                                .coefficient = coefficient});
    };
    for (auto const& c : network_.pair) {
        std::size_t const law = law_of(c), d = c.donor.value, a = c.acceptor.value;
        std::size_t const donor_feels = neighbours_of(law, d, a), acceptor_feels = neighbours_of(law, a, d);
        add(d, c.donor_from, c.donor_to, neighbours_[donor_feels], c.acceptor_from, c.coefficient);
        add(a, c.acceptor_from, c.acceptor_to, neighbours_[acceptor_feels], c.donor_from, c.coefficient);
        product_of_.push_back(donor_feels);
    }
}

void SiteRates::place_triples()
{
    auto const donors_around = [&](SpeciesId around, SpeciesId of) {
        auto const found = std::ranges::find_if(
            donors_, [&](auto const& d) { return d.around == around.value && d.of == of.value; });
        if (found != donors_.end()) return std::size_t(found - donors_.begin());
        donors_.push_back({.around = around.value, .of = of.value, .first = {0}, .who = {}, .weight = {}});
        return donors_.size() - 1;
    };
    for (auto const& c : network_.triple) {
        Triple t{.channel = c,
                 .like = has_like_donors(c),
                 .donors_a = donors_around(c.acceptor, c.donor_a),
                 .donors_b = donors_around(c.acceptor, c.donor_b)};
        auto const role = [&](SpeciesId s, LevelId from, LevelId to, std::size_t& field,
                              std::size_t& change) {
            auto& b = blocks_[s.value];
            field = b.fields++;
            change = b.changes++;
            if (from != to)
                entries_[s.value].push_back({.from = from.value,
                                             .to = to.value,
                                             .field = std::uint32_t(field),
                                             .change = std::uint32_t(change),
                                             .spans = 0,
                                             .coefficient = c.coefficient});
        };
        role(c.donor_a, c.a_from, c.a_to, t.field_a, t.change_a);
        if (!t.like) role(c.donor_b, c.b_from, c.b_to, t.field_b, t.change_b);
        role(c.acceptor, c.acceptor_from, c.acceptor_to, t.field_c, t.change_c);
        triples_.push_back(t);
    }
}

void SiteRates::sort_entries()
{
    for (auto& of_species : entries_) {
        auto const key = [](Entry const& e) { return std::tuple(e.from, e.to, e.field); };
        std::ranges::sort(of_species, {}, key);
        std::vector<Entry> merged;
        for (auto const& e : of_species)
            if (!merged.empty() && key(merged.back()) == key(e))
                merged.back().coefficient += e.coefficient;
            else
                merged.push_back(e);
        of_species = std::move(merged);
    }
}

void SiteRates::find_neighbours()
{
    if (neighbours_.empty()) return;
    std::vector<std::vector<std::size_t>> of_species(blocks_.size());  // among neighbours_
    for (std::size_t n = 0; n < neighbours_.size(); ++n) of_species[neighbours_[n].to].push_back(n);
    CellGrid const grid(network_.position_nm, network_.interaction_radius_nm, network_.period_nm);
    for (std::size_t const i : order_) {
        auto const& lists = of_species[network_.species_of[i].value];
        grid.visit(i, [&](std::uint32_t j, double d2) {
            for (std::size_t const n : lists) {
                auto& list = neighbours_[n];
                if (network_.species_of[j].value != list.of) continue;
                list.who.push_back(rank_[j]);
                list.weight.push_back(distance_factor(laws_[list.law], d2, network_.interaction_radius_nm));
            }
        });
        for (std::size_t const n : lists) {
            LANTHORN_EXPECT(neighbours_[n].who.size() < 0xffffffffu);
            neighbours_[n].first.push_back(std::uint32_t(neighbours_[n].who.size()));
        }
    }
    for (auto& list : neighbours_) {
        list.who.shrink_to_fit();
        list.weight.shrink_to_fit();
    }
}

void SiteRates::find_near()
{
    std::vector<std::uint32_t> chosen;
    for (auto const& n : neighbours_) {
        Near near{.to = n.to, .of = n.of, .change = n.change, .first = {0}, .who = {}, .weight = {}};
        for (std::size_t i = 0; i + 1 < n.first.size(); ++i) {
            chosen.resize(n.first[i + 1] - n.first[i]);
            std::iota(chosen.begin(), chosen.end(), n.first[i]);
            if (chosen.size() > near_neighbours) {
                std::ranges::nth_element(
                    chosen, chosen.begin() + near_neighbours, [&](std::uint32_t a, std::uint32_t b) {
                        return n.weight[a] != n.weight[b] ? n.weight[a] > n.weight[b] : n.who[a] < n.who[b];
                    });
                chosen.resize(near_neighbours);
            }
            std::ranges::sort(chosen, {}, [&](std::uint32_t k) { return n.who[k]; });
            for (std::uint32_t const k : chosen) {
                near.who.push_back(n.who[k]);
                near.weight.push_back(n.weight[k]);
            }
            near.first.push_back(std::uint32_t(near.who.size()));
        }
        near_.push_back(std::move(near));
    }
}

SiteRates::OneSite SiteRates::one_site_at(std::span<double const> irradiance) const
{
    LANTHORN_EXPECT(irradiance.size() == network_.lasers);
    OneSite rates;
    for (auto const& b : blocks_) rates.emplace_back(b.levels * b.levels, 0.0);
    for (auto const& c : network_.one_site) {
        double rate = c.k0_per_s;
        for (std::size_t l = 0; l < c.per_irradiance.size(); ++l) rate += c.per_irradiance[l] * irradiance[l];
        if (c.from != c.to)
            rates[c.species.value][c.from.value * blocks_[c.species.value].levels + c.to.value] += rate;
    }
    return rates;
}

void SiteRates::find_fields(std::span<double const> y, std::span<double> u) const
{
    LANTHORN_EXPECT(y.size() == states_ && u.size() == fields_);
    std::ranges::fill(u, 0.0);
    for (auto const& n : neighbours_) {
        auto const &to = blocks_[n.to], &of = blocks_[n.of];
        double const* const x = y.data() + of.first_state;
        double* sum = u.data() + to.first_field + n.field;
        for (std::size_t i = 0; i < to.ions; ++i, sum += to.fields)
            gather(std::span(n.who).subspan(n.first[i], n.first[i + 1] - n.first[i]),
                   n.weight.data() + n.first[i], x, of.levels, sum);
    }
    find_triple_fields(y, u);
}

void SiteRates::find_changes(std::span<double const> y, std::span<double const> v, std::span<double> du) const
{
    LANTHORN_EXPECT(v.size() == excited() && du.size() == changes_);
    std::ranges::fill(du, 0.0);
    for (auto const& n : neighbours_) {
        auto const &to = blocks_[n.to], &of = blocks_[n.of];
        double const* const x = v.data() + of.first_excited;
        double* sum = du.data() + to.first_change + n.change;
        for (std::size_t i = 0; i < to.ions; ++i, sum += to.changes)
            gather(std::span(n.who).subspan(n.first[i], n.first[i + 1] - n.first[i]),
                   n.weight.data() + n.first[i], x, of.levels - 1, sum);
    }
    find_triple_changes(y, v, du);
}

void SiteRates::rates_of(OneSite const& one_site, std::size_t species, std::size_t rank,
                         std::span<double const> u, std::span<double> rate) const
{
    auto const& b = blocks_[species];
    std::ranges::copy(one_site[species], rate.begin());
    std::size_t const ion = b.first_ion + rank;
    for (std::size_t e = first_extra_[ion]; e < first_extra_[ion + 1]; ++e)
        if (extra_[e].from != extra_[e].to) rate[extra_[e].from * b.levels + extra_[e].to] += extra_[e].rate;
    double const* const field = u.data() + b.first_field + rank * b.fields;
    for (auto const& e : entries_[species]) rate[e.from * b.levels + e.to] += e.coefficient * field[e.field];
}

void SiteRates::gains_by_changes(std::size_t species, std::span<double const> y, std::span<double> gain) const
{
    std::size_t const levels = blocks_[species].levels;
    std::ranges::fill(gain, 0.0);
    for (auto const& e : entries_[species]) {
        double const v = (e.spans > 0 ? -1 : 1) * e.coefficient * y[e.from];
        if (v == 0) continue;
        std::size_t const last = e.change + std::max(e.spans, 1u);
        for (std::size_t c = e.change; c < last; ++c) {
            gain[c * levels + e.from] -= v;
            gain[c * levels + e.to] += v;
        }
    }
}

void SiteRates::find_products(std::span<double const> y, std::span<double const> u,
                              std::span<double> value) const
{
    LANTHORN_EXPECT(value.size() == products_);
    std::ranges::fill(value, 0.0);
    double* amount = value.data();
    for (std::size_t s = 0; s < blocks_.size(); ++s) {
        auto const& b = blocks_[s];
        for (std::size_t i = 0; i < b.ions; ++i) {
            double const* const of_ion = y.data() + b.first_state + i * b.levels;
            double const* const field = u.data() + b.first_field + i * b.fields;
            for (std::size_t a = 0; a < b.levels; ++a) {
                if (of_ion[a] == 0) continue;
                amount[a] += of_ion[a];
                double* const product = value.data() + first_product_[s] + a * b.fields;
                for (std::size_t f = 0; f < b.fields; ++f) product[f] += of_ion[a] * field[f];
            }
            for (std::size_t e = first_extra_[b.first_ion + i]; e < first_extra_[b.first_ion + i + 1]; ++e)
                value[extra_[e].product] += extra_[e].rate * of_ion[extra_[e].from];
        }
        amount += b.levels;
    }
}

std::vector<double> SiteRates::events(std::span<double const> products,
                                      std::span<double const> irradiance) const
{
    LANTHORN_EXPECT(products.size() == products_ && irradiance.size() == network_.lasers);
    auto const first_class = network_.first_class();
    std::vector<double> events;
    events.reserve(network_.channels());
    for (std::size_t m = 0; m < network_.one_site.size(); ++m) {
        auto const& c = network_.one_site[m];
        double rate = c.k0_per_s;
        for (std::size_t l = 0; l < c.per_irradiance.size(); ++l) rate += c.per_irradiance[l] * irradiance[l];
        double n = rate * products[first_class[c.species.value] + c.from.value];
        if (extra_product_[m] > 0) n += products[extra_product_[m]];
        events.push_back(n);
    }
    for (std::size_t m = 0; m < network_.pair.size(); ++m)
        events.push_back(network_.pair[m].coefficient * products[product_of_[m]]);
    for (std::size_t m = 0; m < network_.triple.size(); ++m)
        events.push_back(network_.triple[m].coefficient * products[product_of_[network_.pair.size() + m]]);
    return events;
}

}  // namespace lanthorn
