#include "rate_table.hpp"

#include "lanthorn/crystal/cell_grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace lanthorn::app {

namespace {

constexpr double far_nm = 1.5;

std::vector<OneSiteRate> one_site_rates(Network const& network, std::vector<double> const& irradiance)
{
    std::vector<OneSiteRate> rates;
    for (std::size_t m = 0; m < network.one_site.size(); ++m) {
        OneSiteChannel const& c = network.one_site[m];
        OneSiteRate row{.channel = m, .rate_per_s = c.k0_per_s, .laser = {}};
        for (std::size_t l = 0; l < c.per_irradiance.size(); ++l) {
            if (c.per_irradiance[l] == 0) continue;
            row.rate_per_s += c.per_irradiance[l] * irradiance[l];
            row.laser = l;
        }
        rates.push_back(row);
    }
    return rates;
}

std::vector<PairRate> pair_rates(Assembly const& a, double nearest_nm)
{
    std::vector<PairRate> rates;
    for (std::size_t m = 0; m < a.network.pair.size(); ++m) {
        PairChannel const& c = a.network.pair[m];
        auto const given = [&](SpeciesId s) { return a.given.contains(a.network.species[s.value].name); };
        if (given(c.donor) || given(c.acceptor)) {  // levels are not those of the manifolds
            bool const known = !a.network.species[c.donor.value].energy_per_cm.empty() &&
                               !a.network.species[c.acceptor.value].energy_per_cm.empty();
            rates.push_back({m, rate_at(c, nearest_nm, a.network.interaction_radius_nm),
                             known ? 0.0 - c.heat_per_cm : std::nan("")});
            continue;
        }
        Manifolds const &donor = a.manifolds[c.donor.value], &acceptor = a.manifolds[c.acceptor.value];
        double const gained =
            acceptor.free_energy_per_cm(c.acceptor_to) - acceptor.free_energy_per_cm(c.acceptor_from);
        double const lost = donor.free_energy_per_cm(c.donor_from) - donor.free_energy_per_cm(c.donor_to);
        rates.push_back({m, rate_at(c, nearest_nm, a.network.interaction_radius_nm), gained - lost});
    }
    return rates;
}

std::vector<SiteRate> site_rates(Network const& network)
{
    std::map<std::size_t, SiteRate> of_channel;
    for (ExtraRate const& extra : network.extra) {
        SiteRate& row = of_channel[extra.channel];
        row.channel = extra.channel;
        ++row.ions;
        row.mean_per_s += extra.rate_per_s;
        row.largest_per_s = std::max(row.largest_per_s, extra.rate_per_s);
    }
    std::vector<SiteRate> rates;
    for (auto& [channel, row] : of_channel) {
        row.mean_per_s /= double(row.ions);
        rates.push_back(row);
    }
    return rates;
}

template <class Row>
void fastest_first(std::vector<Row>& rows, double Row::* rate)
{
    std::ranges::stable_sort(rows, std::greater<>(), rate);
}

}  // namespace

double rate_at(PairChannel const& c, double d_nm, double radius_nm)
{
    if (!(d_nm < radius_nm)) return 0;
    switch (c.law) {
    case DistanceLaw::inverse_sixth:
        return c.coefficient * std::pow(d_nm, -6);
    case DistanceLaw::inverse_eighth:
        return c.coefficient * std::pow(d_nm, -8);
    case DistanceLaw::inverse_tenth:
        return c.coefficient * std::pow(d_nm, -10);
    case DistanceLaw::exponential:
        return c.coefficient * std::exp(-2 * d_nm / c.range_nm);
    default:
        return c.coefficient * (1 - d_nm / radius_nm);
    }
}

double nearest_distance_nm(Crystal const& crystal)
{
    std::vector<Vec3> positions;
    for (std::size_t i = 0; i < crystal.size(); ++i)
        if (crystal.region_hosts[crystal.region[i]].holds_dopable(crystal.lattice[i].position))
            positions.push_back(crystal.position_nm[i]);
    double nearest2 = std::numeric_limits<double>::infinity();
    CellGrid const grid(positions, far_nm);
    for (std::size_t i = 0; i < positions.size(); ++i)
        grid.visit(i, [&](std::uint32_t, double d2) { nearest2 = std::min(nearest2, d2); });
    return std::sqrt(nearest2);
}

RateTable rate_table(Assembly const& assembly, std::vector<double> const& irradiance_W_per_cm2)
{
    Network const& network = assembly.network;
    RateTable table;
    table.nearest_nm = nearest_distance_nm(assembly.crystal);
    table.one_site = one_site_rates(network, irradiance_W_per_cm2);
    table.pairs = pair_rates(assembly, table.nearest_nm);
    for (std::size_t m = 0; m < network.triple.size(); ++m)
        table.triples.push_back({m, network.triple[m].coefficient * std::pow(table.nearest_nm, -12)});
    table.sites = site_rates(network);
    std::erase_if(table.one_site, [&](OneSiteRate const& row) {  // there for single ions alone
        return row.rate_per_s == 0 && std::ranges::count(table.sites, row.channel, &SiteRate::channel) > 0;
    });
    fastest_first(table.one_site, &OneSiteRate::rate_per_s);
    fastest_first(table.pairs, &PairRate::rate_per_s);
    fastest_first(table.triples, &TripleRate::rate_per_s);
    fastest_first(table.sites, &SiteRate::largest_per_s);
    return table;
}

}  // namespace lanthorn::app
