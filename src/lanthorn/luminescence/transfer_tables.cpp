#include "lanthorn/luminescence/transfer_tables.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/crystal/cell_grid.hpp"
#include "lanthorn/luminescence/kernel_bound.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace lanthorn {

namespace {

bool same_law(PairChannel const& a, PairChannel const& b)
{
    return a.law == b.law && (a.law != DistanceLaw::exponential || a.range_nm == b.range_nm);
}

/// Appends what is not there yet; where it stands.
template <class T, class Same>
std::size_t number_of(std::vector<T>& known, T const& x, Same same)
{
    auto const found = std::ranges::find_if(known, [&](T const& k) { return same(k, x); });
    if (found != known.end()) return std::size_t(found - known.begin());
    known.push_back(x);
    return known.size() - 1;
}

/// Running totals of counts that stand one place further on.
void accumulate(std::vector<std::uint32_t>& first)
{
    for (std::size_t k = 1; k < first.size(); ++k) first[k] += first[k - 1];
}

double inverse_sixth(double d2_nm2) { return 1 / (d2_nm2 * d2_nm2 * d2_nm2); }

/// Second donors around each acceptor of triples, with their d^-6: those of an ion are [first[ion], first[ion + 1]).
struct Surroundings {
    std::vector<std::size_t> first{0};
    std::vector<PartnerLists::Partner> donors;
};

template <class Lanes>
Surroundings donors_around(Network const& network, Lanes const& lanes, CellGrid const& near)
{
    std::size_t const species = network.species.size();
    std::vector<char> wanted(species * species, 0), accepts(species, 0);
    for (auto const& lane : lanes) {
        wanted[lane.acceptor.value * species + lane.donor.value] = 1;
        accepts[lane.acceptor.value] = 1;
    }
    Surroundings around;
    for (std::size_t c = 0; c < network.ions(); ++c) {
        std::size_t const row = network.species_of[c].value * species;
        if (accepts[network.species_of[c].value])
            near.visit(c, [&](std::uint32_t b, double d2) {
                if (wanted[row + network.species_of[b].value])
                    around.donors.push_back({inverse_sixth(d2), b});
            });
        around.first.push_back(around.donors.size());
    }
    return around;
}

}  // namespace

TransferTables::TransferTables(Network const& network, Accelerators use)
    : ions_(std::uint32_t(network.ions())), classes_(std::uint32_t(network.classes())),
      first_class_(network.first_class())
{
    LANTHORN_EXPECT(network.classes() < 0xffff);
    number_lanes(network);
    sum_pair_coefficients(network);
    sort_triples(network);
    list_partners(network);
    sort_extra_rates(network);
    find_absorbers(network);
    if (!use.group_absorbers) std::ranges::fill(asleep_, 0);
    if (use.fast_exchange) find_exchange(network);
    sum_changes(network);
}

std::uint32_t TransferTables::class_of(SpeciesId species, LevelId level) const
{
    return std::uint32_t(first_class_[species.value] + level.value);
}

/// Lanes of one law stand in the order of their acceptors.
void TransferTables::number_lanes(Network const& network)
{
    for (auto const& channel : network.pair)
        if (channel.coefficient > 0) {
            std::size_t const law = number_of(laws_, channel, same_law);
            number_of(pair_lane_, {law, channel.acceptor}, std::equal_to{});
        }
    std::ranges::sort(pair_lane_, {},
                      [](PairLane const& lane) { return std::pair(lane.law, lane.acceptor); });
    for (auto const& lane : pair_lane_) law_begins_.push_back(lane.law * classes_ * classes_);
    for (auto const& channel : network.triple)
        if (channel.coefficient > 0)
            number_of(triple_lane_, {channel.donor_b, channel.acceptor, has_like_donors(channel)},
                      std::equal_to{});
    pair_lanes_ = std::uint32_t(pair_lane_.size());
    // One lane at least, in which nothing happens: the kernel looks at one before it counts them.
    lanes_ = std::max(1u, pair_lanes_ + std::uint32_t(triple_lane_.size()));
    most_.assign(std::size_t(classes_) * lanes_, 0.0);
}

void TransferTables::sum_pair_coefficients(Network const& network)
{
    struct Row {
        std::size_t states;
        double coefficient;
        kernel::PairRow row;
    };
    std::vector<Row> rows;
    for (std::size_t m = 0; m < network.pair.size(); ++m) {
        auto const& p = network.pair[m];
        if (p.coefficient == 0) continue;
        std::size_t const law = number_of(laws_, p, same_law);
        rows.push_back(
            {(law * classes_ + class_of(p.donor, p.donor_from)) * classes_ +
                 class_of(p.acceptor, p.acceptor_from),
             p.coefficient,
             {0, std::uint32_t(network.one_site.size() + m), std::uint16_t(class_of(p.donor, p.donor_to)),
              std::uint16_t(class_of(p.acceptor, p.acceptor_to))}});
    }
    std::ranges::stable_sort(rows, [](Row const& a, Row const& b) {
        return a.states != b.states ? a.states < b.states : a.coefficient > b.coefficient;
    });

    between_.assign(laws_.size() * classes_ * classes_, 0.0);
    pair_first_.assign(between_.size() + 1, 0);
    for (auto& r : rows) {
        r.row.until = between_[r.states] += r.coefficient;
        ++pair_first_[r.states + 1];
        pair_rows_.push_back(r.row);
    }
    accumulate(pair_first_);
    for (std::size_t c = 0; c < classes_; ++c)
        for (std::size_t s = 0; s < pair_lanes_; ++s) {
            std::uint32_t const acceptor = pair_lane_[s].acceptor.value;
            double& most = most_[c * lanes_ + s];
            for (std::size_t u = first_class_[acceptor]; u < first_class_[acceptor + 1]; ++u)
                most = std::max(most, between_[law_begins_[s] + c * classes_ + u]);
        }
}

void TransferTables::sort_triples(Network const& network)
{
    struct Row {
        std::size_t donor;  // (triple lanes x classes)
        kernel::TripleRow row;
    };
    std::vector<Row> rows;
    for (std::size_t m = 0; m < network.triple.size(); ++m) {
        auto const& t = network.triple[m];
        if (t.coefficient == 0) continue;
        std::size_t const lane =
            number_of(triple_lane_, {t.donor_b, t.acceptor, has_like_donors(t)}, std::equal_to{});
        rows.push_back({lane * classes_ + class_of(t.donor_a, t.a_from),
                        {.coefficient = t.coefficient,
                         .channel = std::uint32_t(network.one_site.size() + network.pair.size() + m),
                         .donor_from = std::uint16_t(class_of(t.donor_b, t.b_from)),
                         .acceptor_from = std::uint16_t(class_of(t.acceptor, t.acceptor_from)),
                         .to = std::uint16_t(class_of(t.donor_a, t.a_to)),
                         .donor_to = std::uint16_t(class_of(t.donor_b, t.b_to)),
                         .acceptor_to = std::uint16_t(class_of(t.acceptor, t.acceptor_to))}});
    }
    std::ranges::stable_sort(rows, [](Row const& a, Row const& b) {
        return a.donor != b.donor ? a.donor < b.donor : a.row.coefficient > b.row.coefficient;
    });
    triple_first_.assign(triple_lane_.size() * classes_ + 1, 0);
    for (Row const& r : rows) {
        ++triple_first_[r.donor + 1];
        triple_rows_.push_back(r.row);
    }
    accumulate(triple_first_);
    // Rows of the same levels can happen in one state; the greatest of their sums bounds them.
    for (std::size_t donor = 0; donor + 1 < triple_first_.size(); ++donor)
        for (std::size_t m = triple_first_[donor]; m < triple_first_[donor + 1]; ++m) {
            double sum = 0;
            for (std::size_t k = triple_first_[donor]; k < triple_first_[donor + 1]; ++k)
                if (triple_rows_[k].donor_from == triple_rows_[m].donor_from &&
                    triple_rows_[k].acceptor_from == triple_rows_[m].acceptor_from)
                    sum += triple_rows_[k].coefficient;
            double& most = most_[donor % classes_ * lanes_ + pair_lanes_ + donor / classes_];
            most = std::max(most, sum);
        }
}

bool TransferTables::donates(SpeciesId species, std::size_t lane) const
{
    for (std::size_t c = first_class_[species.value]; c < first_class_[species.value + 1]; ++c)
        if (most_[c * lanes_ + lane] > 0) return true;
    return false;
}

/// Counts first: these lists are nearly all of the memory.
void TransferTables::list_partners(Network const& network)
{
    std::size_t const species = network.species.size();
    // Lanes by the species of donor and acceptor; an ion that can never be a donor in a lane needs no partners there.
    std::vector<std::vector<std::size_t>> pair_lanes(species * species), triple_lanes(species * species);
    for (std::uint32_t s = 0; s < species; ++s) {
        for (std::size_t k = 0; k < pair_lane_.size(); ++k)
            if (donates({s}, k)) pair_lanes[s * species + pair_lane_[k].acceptor.value].push_back(k);
        for (std::size_t k = 0; k < triple_lane_.size(); ++k)
            if (donates({s}, pair_lanes_ + k))
                triple_lanes[s * species + triple_lane_[k].acceptor.value].push_back(k);
    }
    double const radius_nm = network.interaction_radius_nm;
    std::optional<CellGrid> grid, near;
    if (!pair_lane_.empty()) grid.emplace(network.position_nm, radius_nm);
    if (!triple_lane_.empty()) near.emplace(network.position_nm, network.triple_radius_nm);
    Surroundings const around = near ? donors_around(network, triple_lane_, *near) : Surroundings{};

    auto const visit_pairs = [&](std::size_t i, auto visit) {
        auto const* lanes = &pair_lanes[network.species_of[i].value * species];
        if (grid)
            grid->visit(i, [&](std::uint32_t j, double d2) {
                for (std::size_t lane : lanes[network.species_of[j].value]) visit(lane, j, d2);
            });
    };
    auto const visit_couples = [&](std::size_t i, auto visit) {
        auto const* lanes = &triple_lanes[network.species_of[i].value * species];
        auto const with_acceptor = [&](std::uint32_t c, double d2) {
            for (std::size_t lane : lanes[network.species_of[c].value])
                for (std::size_t k = around.first[c]; k < around.first[c + 1]; ++k) {
                    auto const [weight, b] = around.donors[k];
                    TripleLane const& of = triple_lane_[lane];
                    if (network.species_of[b] != of.donor || b == i || (of.once && b < i)) continue;
                    visit(pair_lanes_ + lane, kernel::Couple{b, c}, inverse_sixth(d2) * weight);
                }
        };
        if (near) near->visit(i, with_acceptor);
    };

    std::size_t far = 0, couples = 0;
    std::vector<std::size_t> count(lanes_);
    for (std::size_t i = 0; i < ions_; ++i) {
        std::ranges::fill(count, 0);
        visit_pairs(i, [&](std::size_t lane, std::uint32_t, double) { ++count[lane]; });
        visit_couples(i, [&](std::size_t lane, kernel::Couple, double) {
            ++count[lane];
            ++couples;
        });
        for (std::size_t n : count) far += n > kernel::near ? n - kernel::near : 0;
    }
    LANTHORN_EXPECT(far < 0xffffffff && couples < 0xffffffff);
    partners_.reserve(std::size_t(ions_) * lanes_, far);
    couples_.reserve(couples);

    std::vector<std::vector<PartnerLists::Partner>> list(lanes_);
    for (std::size_t i = 0; i < ions_; ++i) {
        for (auto& l : list) l.clear();
        visit_pairs(i, [&](std::size_t lane, std::uint32_t j, double d2) {
            double const g = distance_factor(laws_[pair_lane_[lane].law], d2, radius_nm);
            if (g > 0) list[lane].push_back({g, j});
        });
        visit_couples(i, [&](std::size_t lane, kernel::Couple couple, double weight) {
            list[lane].push_back({weight, std::uint32_t(couples_.size())});
            couples_.push_back(couple);
        });
        for (std::size_t lane = 0; lane < lanes_; ++lane) partners_.set(i * lanes_ + lane, list[lane]);
    }
}

void TransferTables::sort_extra_rates(Network const& network)
{
    if (network.extra.empty()) return;
    std::uint32_t states = 0;
    for (SpeciesId s : network.species_of) {
        extra_base_.push_back(states - std::uint32_t(first_class_[s.value]));
        states += std::uint32_t(network.levels_of(s));
    }
    struct Row {
        std::uint32_t state;
        double rate;
        kernel::OneSiteRow row;
    };
    std::vector<Row> rows;
    for (auto const& extra : network.extra) {
        auto const& channel = network.one_site[extra.channel];
        rows.push_back(
            {extra_base_[extra.ion.value] + class_of(channel.species, channel.from),
             extra.rate_per_s,
             {0, std::uint32_t(extra.channel), std::uint16_t(class_of(channel.species, channel.to))}});
    }
    std::ranges::stable_sort(rows, {}, &Row::state);
    extra_total_.assign(states, 0.0);
    extra_first_.assign(states + 1, 0);
    for (Row& r : rows) {
        r.row.until = extra_total_[r.state] += r.rate;
        ++extra_first_[r.state + 1];
        extra_rows_.push_back(r.row);
    }
    accumulate(extra_first_);
}

/// The lowest level of a species, where ions in it start no transfer and are alike.
void TransferTables::find_absorbers(Network const& network)
{
    for (std::uint32_t s = 0; s < network.species.size(); ++s)
        for (std::uint32_t i = 0; i < ions_; ++i)
            if (network.species_of[i].value == s) ions_by_species_.push_back(i);
    asleep_.assign(classes_, 0);
    for (std::size_t s = 0; s < network.species.size(); ++s) {
        double const* most = &most_[first_class_[s] * lanes_];
        asleep_[first_class_[s]] = std::all_of(most, most + lanes_, [](double m) { return m == 0; });
    }
    for (auto const& extra : network.extra) {
        auto const& channel = network.one_site[extra.channel];
        if (channel.from.value == 0) asleep_[first_class_[channel.species.value]] = 0;
    }
}

/// Two levels above the lowest between which an ion flips at least four times for each trial that it would bring
/// about by other means.
void TransferTables::find_exchange(Network const& network)
{
    std::vector<double> other(classes_, 0.0);  // mean bound, exchange apart
    std::vector<double> ions(classes_, 0.0);
    kernel::Tables const tables = view();
    std::vector<double> const dark(classes_, 0.0);
    kernel::OneSiteTables const nothing{.total = dark.data(), .first = nullptr, .rows = nullptr};
    for (std::uint32_t i = 0; i < ions_; ++i) {
        std::size_t const s = network.species_of[i].value;
        for (std::size_t c = first_class_[s]; c < first_class_[s + 1]; ++c) {
            other[c] += kernel::bound_of_level(tables, nothing, i, std::uint16_t(c));
            ++ions[c];
        }
    }
    for (std::size_t c = 0; c < classes_; ++c)
        if (ions[c] > 0) other[c] /= ions[c];
    for (auto const& channel : network.one_site)
        other[class_of(channel.species, channel.from)] += channel.k0_per_s;

    struct Pair {
        std::size_t there, back;
        double flips;
    };
    std::vector<Pair> pairs;
    for (std::size_t m = 0; m < network.one_site.size(); ++m)
        for (std::size_t n = 0; n < m; ++n) {
            auto const &a = network.one_site[m], &b = network.one_site[n];
            bool const back = a.species == b.species && a.from == b.to && a.to == b.from;
            bool const light = !a.per_irradiance.empty() || !b.per_irradiance.empty();
            if (!back || light || a.from.value == 0 || a.to.value == 0 || !(a.k0_per_s > 0) ||
                !(b.k0_per_s > 0))
                continue;
            double const flips = 2 * a.k0_per_s * b.k0_per_s / (a.k0_per_s + b.k0_per_s);
            double const rest = std::max(other[class_of(a.species, a.from)] - a.k0_per_s,
                                         other[class_of(b.species, b.from)] - b.k0_per_s);
            if (flips > 4 * rest) pairs.push_back({m, n, flips});
        }
    if (pairs.empty()) return;
    std::ranges::stable_sort(pairs, std::greater{}, &Pair::flips);
    mate_.assign(classes_, kernel::no_class);
    mate_rate_.assign(classes_, 0.0);
    mate_channel_.assign(classes_, 0);
    for (Pair const& pair : pairs) {
        auto const& there = network.one_site[pair.there];
        std::uint32_t const from = class_of(there.species, there.from),
                            to = class_of(there.species, there.to);
        if (mate_[from] != kernel::no_class || mate_[to] != kernel::no_class) continue;
        mate_[from] = std::uint16_t(to);
        mate_[to] = std::uint16_t(from);
        mate_rate_[from] = there.k0_per_s;
        mate_rate_[to] = network.one_site[pair.back].k0_per_s;
        mate_channel_[from] = std::uint32_t(pair.there);
        mate_channel_[to] = std::uint32_t(pair.back);
    }
}

std::vector<std::uint32_t> TransferTables::exchange_channels() const
{
    std::vector<std::uint32_t> channels;
    for (std::size_t c = 0; c < mate_.size(); ++c)
        if (mate_[c] != kernel::no_class) channels.push_back(mate_channel_[c]);
    return channels;
}

void TransferTables::sum_changes(Network const& network)
{
    auto const add = [&](SpeciesId species, LevelId from, LevelId to) {
        Change& change = changes_.back();
        for (auto const& [c, by] :
             {std::pair(class_of(species, from), -1), std::pair(class_of(species, to), 1)})
            change[number_of(change, {c, 0}, [](auto const& a, auto const& b) { return a.first == b.first; })]
                .second += by;
    };
    for (auto const& channel : network.one_site) {
        changes_.emplace_back();
        add(channel.species, channel.from, channel.to);
    }
    for (auto const& channel : network.pair) {
        changes_.emplace_back();
        add(channel.donor, channel.donor_from, channel.donor_to);
        add(channel.acceptor, channel.acceptor_from, channel.acceptor_to);
    }
    for (auto const& channel : network.triple) {
        changes_.emplace_back();
        add(channel.donor_a, channel.a_from, channel.a_to);
        add(channel.donor_b, channel.b_from, channel.b_to);
        add(channel.acceptor, channel.acceptor_from, channel.acceptor_to);
    }
    for (Change& change : changes_) std::erase_if(change, [](auto const& c) { return c.second == 0; });
}

kernel::Tables TransferTables::view() const
{
    return {.ions = ions_,
            .lanes = lanes_,
            .pair_lanes = pair_lanes_,
            .classes = classes_,
            .ions_by_species = ions_by_species_.data(),
            .asleep = asleep_.data(),
            .weight = partners_.weight.data(),
            .most = most_.data(),
            .law_begins = law_begins_.data(),
            .between = between_.data(),
            .pair_first = pair_first_.data(),
            .pair_rows = pair_rows_.data(),
            .nearest = partners_.nearest.data(),
            .far_range = partners_.far_range.data(),
            .far = partners_.far.data(),
            .couples = couples_.data(),
            .triple_first = triple_first_.data(),
            .triple_rows = triple_rows_.data(),
            .extra = {.base = extra_base_.empty() ? nullptr : extra_base_.data(),
                      .total = extra_total_.data(),
                      .first = extra_first_.data(),
                      .rows = extra_rows_.data()},
            .exchange = {.mate = mate_.empty() ? nullptr : mate_.data(),
                         .rate = mate_rate_.data(),
                         .channel = mate_channel_.data()}};
}

std::size_t TransferTables::bytes() const
{
    return partners_.bytes() + bytes_of(most_) + bytes_of(between_) + bytes_of(pair_first_) +
           bytes_of(pair_rows_) + bytes_of(couples_) + bytes_of(triple_first_) + bytes_of(triple_rows_) +
           bytes_of(extra_base_) + bytes_of(extra_first_) + bytes_of(extra_total_) + bytes_of(extra_rows_) +
           bytes_of(ions_by_species_);
}

OneSiteRates::OneSiteRates(Network const& network, std::vector<double> const& irradiance_W_per_cm2,
                           std::vector<std::uint32_t> const& left_out)
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
        if (rate == 0 || std::ranges::find(left_out, m) != left_out.end()) continue;
        std::size_t const first = first_class[channel.species.value];
        rows.push_back({first + channel.from.value,
                        rate,
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

}  // namespace lanthorn
