#include "lanthorn/luminescence/peer_export.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

namespace lanthorn {

namespace {

using Integers = std::vector<std::int64_t>;

/// "3 rates" or "1 rate".
std::string counted(std::size_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string step(Network const& network, SpeciesId species, LevelId from, LevelId to)
{
    Species const& s = network.species[species.value];
    return fmt::format("{} {}->{}", s.name, s.levels[from.value], s.levels[to.value]);
}

std::string extra_rates(Network const& network)
{
    std::set<IonId> ions;
    std::set<std::string> causes;
    for (ExtraRate const& extra : network.extra) {
        OneSiteChannel const& c = network.one_site[extra.channel];
        ions.insert(extra.ion);
        causes.insert(c.source.where.empty() ? std::string(to_text(c.process))
                                             : fmt::format("{} by {}", to_text(c.process), c.source.where));
    }
    return fmt::format("per-site rates: {} {} of their own ({}); NPMC knows rates of a species only",
                       counted(ions.size(), "ion"), ions.size() == 1 ? "has a rate" : "have rates",
                       fmt::join(causes, ", "));
}

std::vector<Finding> findings_of(Network const& network)
{
    std::vector<Finding> findings;
    auto const refuse = [&](std::string key, std::string problem) {
        findings.push_back({.key = std::move(key), .problem = std::move(problem)});
    };
    if (!network.period_nm.empty()) refuse("period", "it repeats without end; NPMC's files hold particles");
    if (!network.extra.empty()) refuse("extra", extra_rates(network));
    std::map<DistanceLaw, std::size_t> laws;
    for (PairChannel const& c : network.pair)
        if (c.law != DistanceLaw::inverse_sixth) ++laws[c.law];
    if (!laws.empty()) {
        std::string names;
        for (auto const& [law, count] : laws)
            names += fmt::format("{}{} of law \"{}\"", names.empty() ? "" : ", ",
                                 counted(count, "transfer channel"), to_text(law));
        refuse("pair", fmt::format("distance laws: {}; NPMC's files hold d^-6 alone", names));
    }
    if (!network.triple.empty()) {
        TripleChannel const& t = network.triple.front();
        refuse("triple", fmt::format("cooperative transfer: {} of three ions, the first {} with {} to {}; "
                                     "NPMC's files hold one and two sites",
                                     counted(network.triple.size(), "channel"),
                                     step(network, t.donor_a, t.a_from, t.a_to),
                                     step(network, t.donor_b, t.b_from, t.b_to),
                                     step(network, t.acceptor, t.acceptor_from, t.acceptor_to)));
    }
    return findings;
}

std::string type_of(OneSiteChannel const& c)
{
    switch (c.process) {
    case Process::magnetic_dipole:
        return "MD";
    case Process::electric_dipole:
    case Process::absorption:
    case Process::stimulated_emission:
        return "Rad";
    default:
        return c.photon_per_cm != 0 ? "Rad" : "NR";
    }
}

/// The columns of the table interactions as they grow.
struct Interactions {
    Integers id, sites, species_1, species_2, left_1, left_2, right_1, right_2;
    std::vector<double> rate;
    std::vector<std::string> type;

    void add(OneSiteChannel const& c, double rate_per_s)
    {
        sites.push_back(1);
        first(c.species, c.from, c.to);
        for (Integers* column : {&species_2, &left_2, &right_2}) column->push_back(-1);
        finish(rate_per_s, type_of(c));
    }

    void add(PairChannel const& c)
    {
        sites.push_back(2);
        first(c.donor, c.donor_from, c.donor_to);
        species_2.push_back(c.acceptor.value);
        left_2.push_back(c.acceptor_from.value);
        right_2.push_back(c.acceptor_to.value);
        finish(c.coefficient, "ET");
    }

    Tree table() &&
    {
        Tree t;
        t.put("interaction_id", std::move(id));
        t.put("number_of_sites", std::move(sites));
        t.put("species_id_1", std::move(species_1));
        t.put("species_id_2", std::move(species_2));
        t.put("left_state_1", std::move(left_1));
        t.put("left_state_2", std::move(left_2));
        t.put("right_state_1", std::move(right_1));
        t.put("right_state_2", std::move(right_2));
        t.put("rate", std::move(rate), "1/s; nm^6/s");
        t.put("interaction_type", std::move(type));
        return t;
    }

private:
    void first(SpeciesId species, LevelId from, LevelId to)
    {
        id.push_back(std::int64_t(id.size()));
        species_1.push_back(species.value);
        left_1.push_back(from.value);
        right_1.push_back(to.value);
    }
    void finish(double row_rate, std::string row_type)
    {
        rate.push_back(row_rate);
        type.push_back(std::move(row_type));
    }
};

Tree species_table(Network const& network)
{
    Integers id, levels;
    for (Species const& s : network.species) {
        id.push_back(std::int64_t(id.size()));
        levels.push_back(std::int64_t(s.levels.size()));
    }
    Tree t;
    t.put("species_id", std::move(id));
    t.put("degrees_of_freedom", std::move(levels));
    return t;
}

Tree sites_table(Network const& network)
{
    Integers id, species;
    std::vector<double> x, y, z;
    for (std::size_t i = 0; i < network.ions(); ++i) {
        id.push_back(std::int64_t(i));
        species.push_back(network.species_of[i].value);
        x.push_back(network.position_nm[i].x);
        y.push_back(network.position_nm[i].y);
        z.push_back(network.position_nm[i].z);
    }
    Tree t;
    t.put("site_id", std::move(id));
    t.put("x", std::move(x), "nm");
    t.put("y", std::move(y), "nm");
    t.put("z", std::move(z), "nm");
    t.put("species_id", std::move(species));
    return t;
}

Tree interactions_table(Network const& network, std::span<double const> irradiance_W_per_cm2)
{
    Interactions rows;
    for (OneSiteChannel const& c : network.one_site) {
        LANTHORN_EXPECT(c.per_irradiance.size() <= irradiance_W_per_cm2.size());
        double rate = c.k0_per_s;
        for (std::size_t l = 0; l < c.per_irradiance.size(); ++l)
            rate += c.per_irradiance[l] * irradiance_W_per_cm2[l];
        if (rate > 0) rows.add(c, rate);
    }
    for (PairChannel const& c : network.pair)
        if (c.coefficient > 0) rows.add(c);
    return std::move(rows).table();
}

}  // namespace

PeerTables peer_tables_from(Network const& network, std::span<double const> irradiance_W_per_cm2)
{
    if (auto findings = findings_of(network); !findings.empty()) throw InputError(std::move(findings));
    PeerTables tables;
    tables.np.groups["species"] = species_table(network);
    tables.np.groups["sites"] = sites_table(network);
    tables.np.groups["interactions"] = interactions_table(network, irradiance_W_per_cm2);
    auto const rows = tables.np.groups["interactions"].integers("interaction_id").size();
    Tree& metadata = tables.np.groups["metadata"];
    metadata.put("number_of_species", Integers{std::int64_t(network.species.size())});
    metadata.put("number_of_sites", Integers{std::int64_t(network.ions())});
    metadata.put("number_of_interactions", Integers{std::int64_t(rows)});

    Tree& initial = tables.state.groups["initial_state"];
    initial.put("site_id", tables.np.groups["sites"].integers("site_id"));
    initial.put("degree_of_freedom", Integers(network.ions(), 0));
    Tree& factors = tables.state.groups["factors"];
    factors.put("one_site_interaction_factor", std::vector{1.0}, "1");
    factors.put("two_site_interaction_factor", std::vector{1.0}, "1");
    factors.put("interaction_radius_bound", std::vector{network.interaction_radius_nm}, "nm");
    factors.put("distance_factor_type", std::vector<std::string>{"inverse_cubic"});
    return tables;
}

}  // namespace lanthorn
