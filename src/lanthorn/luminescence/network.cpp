#include "lanthorn/luminescence/network.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/crystal/cell_grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

std::vector<std::size_t> Network::first_class() const
{
    std::vector<std::size_t> first{0};
    for (auto const& s : species) first.push_back(first.back() + s.levels.size());
    return first;
}

std::string Network::class_name(std::size_t c) const
{
    for (auto const& s : species) {
        if (c < s.levels.size()) return s.name + (s.region.empty() ? "" : " " + s.region) + " " + s.levels[c];
        c -= s.levels.size();
    }
    throw ContractError("no such class");
}

double distance_factor(PairChannel const& channel, double d2_nm2, double interaction_radius_nm)
{
    switch (channel.law) {
    case DistanceLaw::inverse_sixth:
        return 1 / (d2_nm2 * d2_nm2 * d2_nm2);
    case DistanceLaw::inverse_eighth:
        return 1 / (d2_nm2 * d2_nm2 * d2_nm2 * d2_nm2);
    case DistanceLaw::inverse_tenth:
        return 1 / (d2_nm2 * d2_nm2 * d2_nm2 * d2_nm2 * d2_nm2);
    case DistanceLaw::exponential:
        return portable_exp(-2 * std::sqrt(d2_nm2) / channel.range_nm);
    case DistanceLaw::linear:
        return 1 - std::sqrt(d2_nm2) / interaction_radius_nm;
    }
    throw ContractError("no such distance law");
}

bool has_like_donors(TripleChannel const& channel)
{
    return channel.donor_a == channel.donor_b && channel.a_from == channel.b_from &&
           channel.a_to == channel.b_to;
}

namespace {

class Validation {
public:
    explicit Validation(Network const& network) : network_(network) {}

    void refuse(std::string problem)
    {
        findings_.push_back({.key = "network", .problem = std::move(problem)});
    }

    void level(std::string const& row, SpeciesId species, std::initializer_list<LevelId> levels)
    {
        if (species.value >= network_.species.size())
            return refuse(fmt::format("{}: species {} of {}", row, species.value, network_.species.size()));
        for (LevelId l : levels)
            if (l.value >= network_.levels_of(species))
                refuse(fmt::format("{}: level {} of species {}, which has {}", row, l.value,
                                   network_.species[species.value].name, network_.levels_of(species)));
    }

    void rate(std::string const& row, double rate)
    {
        if (!(rate >= 0) || !std::isfinite(rate))
            refuse(fmt::format("{}: rate {} is not a finite number >= 0", row, rate));
    }

    void throw_if_any()
    {
        if (!findings_.empty()) throw InputError(std::move(findings_));
    }

private:
    Network const& network_;
    std::vector<Finding> findings_;
};

void check_period(Network const& network, Validation& check)
{
    auto const& period = network.period_nm;
    if (period.empty()) return;
    if (period.size() != 3)
        return check.refuse(fmt::format("{} period vectors, three are wanted", period.size()));
    double const volume = std::abs(dot(period[0], cross(period[1], period[2])));
    if (!(volume > 0) || !std::isfinite(volume)) return check.refuse("its period vectors span no volume");
    double const reach =
        std::max(network.interaction_radius_nm, network.triple.empty() ? 0 : network.triple_radius_nm);
    // An image nearer than `reach` lies on one of the planes next to the origin, which are this far apart.
    auto const planes = [&](Vec3 u, Vec3 v) {
        double const n = std::ceil(reach * norm(cross(u, v)) / volume);
        return n < 100 ? int(n) : 100;
    };
    int const na = planes(period[1], period[2]), nb = planes(period[2], period[0]),
              nc = planes(period[0], period[1]);
    double shortest = reach;
    for (int i = -na; i <= na; ++i)
        for (int j = -nb; j <= nb; ++j)
            for (int k = -nc; k <= nc; ++k)
                if (i != 0 || j != 0 || k != 0)
                    shortest = std::min(shortest, norm(period[0] * double(i) + period[1] * double(j) +
                                                       period[2] * double(k)));
    if (shortest < reach)
        check.refuse(fmt::format("it repeats after {:.6g} nm, within the {:.6g} nm at which ions interact",
                                 shortest, reach));
}

}  // namespace

void validate(Network const& network)
{
    Validation check(network);
    if (network.species_of.size() != network.ions())
        check.refuse(
            fmt::format("{} ions but {} species entries", network.ions(), network.species_of.size()));
    for (std::size_t i = 0; i < network.species_of.size(); ++i)
        check.level(fmt::format("ion {}", i), network.species_of[i], {});
    check.throw_if_any();

    for (std::size_t m = 0; m < network.one_site.size(); ++m) {
        auto const& channel = network.one_site[m];
        auto const row = fmt::format("one-site channel {}", m);
        check.level(row, channel.species, {channel.from, channel.to});
        check.rate(row, channel.k0_per_s);
        for (double s : channel.per_irradiance) check.rate(row, s);
        if (channel.per_irradiance.size() > network.lasers)
            check.refuse(fmt::format("{}: pumped by {} lasers, the network has {}", row,
                                     channel.per_irradiance.size(), network.lasers));
    }
    for (std::size_t m = 0; m < network.pair.size(); ++m) {
        auto const& channel = network.pair[m];
        auto const row = fmt::format("pair channel {}", m);
        check.level(row, channel.donor, {channel.donor_from, channel.donor_to});
        check.level(row, channel.acceptor, {channel.acceptor_from, channel.acceptor_to});
        check.rate(row, channel.coefficient);
        if (channel.law == DistanceLaw::exponential &&
            !(channel.range_nm > 0 && std::isfinite(channel.range_nm)))
            check.refuse(
                fmt::format("{}: range {} nm of its exponential law is not > 0", row, channel.range_nm));
    }
    for (std::size_t m = 0; m < network.triple.size(); ++m) {
        auto const& channel = network.triple[m];
        auto const row = fmt::format("triple channel {}", m);
        check.level(row, channel.donor_a, {channel.a_from, channel.a_to});
        check.level(row, channel.donor_b, {channel.b_from, channel.b_to});
        check.level(row, channel.acceptor, {channel.acceptor_from, channel.acceptor_to});
        check.rate(row, channel.coefficient);
    }
    for (std::size_t m = 0; m < network.extra.size(); ++m) {
        auto const& extra = network.extra[m];
        auto const row = fmt::format("extra rate {}", m);
        check.rate(row, extra.rate_per_s);
        if (extra.ion.value >= network.ions())
            check.refuse(fmt::format("{}: ion {} of {}", row, extra.ion.value, network.ions()));
        else if (extra.channel >= network.one_site.size())
            check.refuse(
                fmt::format("{}: one-site channel {} of {}", row, extra.channel, network.one_site.size()));
        else if (network.one_site[extra.channel].species != network.species_of[extra.ion.value])
            check.refuse(fmt::format("{}: channel {} is not of the ion's species", row, extra.channel));
    }
    if (!(network.interaction_radius_nm > 0))
        check.refuse(fmt::format("interaction radius {} nm is not > 0", network.interaction_radius_nm));
    if (!network.triple.empty() && !(network.triple_radius_nm > 0))
        check.refuse(fmt::format("radius of triples {} nm is not > 0", network.triple_radius_nm));
    for (std::size_t i = 0; i < network.ions(); ++i)
        if (!std::isfinite(dot(network.position_nm[i], network.position_nm[i])))
            check.refuse(fmt::format("ion {} has no finite position", i));
    check_period(network, check);
    check.throw_if_any();

    CellGrid const grid(network.position_nm, 1e-6, network.period_nm);
    for (std::size_t i = 0; i < network.ions(); ++i)
        grid.visit(i, [&](std::uint32_t j, double) {
            if (i < j) check.refuse(fmt::format("ions {} and {} stand at one place", i, j));
        });
    check.throw_if_any();
}

std::size_t pair_count(Network const& network)
{
    std::size_t ordered = 0;
    CellGrid const grid(network.position_nm, network.interaction_radius_nm, network.period_nm);
    for (std::size_t i = 0; i < network.ions(); ++i) grid.visit(i, [&](std::uint32_t, double) { ++ordered; });
    return ordered / 2;
}

}  // namespace lanthorn
