#include "lanthorn/study/own_network.hpp"

#include "lanthorn/crystal/lattice_sums.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/luminescence/user_network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace lanthorn {

namespace {

Node const& species_node(Document const& document, std::string const& name)
{
    for (Node const& species : document.root.find("species")->array())
        if (species.find("name")->text() == name) return *species.find("name");
    return document.root;
}

void check_species(Document const& document, UserNetwork const& user, Recipe const& recipe,
                   Assembly const& assembly)
{
    std::set<std::string> here, there;
    for (auto const& s : assembly.network.species)
        if (!recipe.pseudo_ions || s.name != recipe.pseudo_ions->kind) here.insert(s.name);
    for (auto const& s : user.network.species) there.insert(s.name);
    std::vector<Finding> findings;
    for (auto const& name : there) {
        if (here.contains(name)) continue;
        Place const place = species_node(document, name).place;
        findings.push_back(
            {.place = place,
             .key = "species",
             .problem = fmt::format("the particle has no active {} on which these rates could act; dope it "
                                    "with {} (crystal.dopants) or take this species and its rates out",
                                    name, name),
             .excerpt = document.excerpt(place)});
    }
    for (auto const& name : here)
        if (!there.contains(name))
            findings.push_back(
                {.key = "crystal.dopants",
                 .problem = fmt::format("the network {} says nothing about {}, with which the particle is "
                                        "doped; give it a species {} with levels and rates, or leave {} out",
                                        document.name, name, name, name)});
    if (!findings.empty()) throw InputError(std::move(findings));
}

/// Of the hosts of all species, in their order.
std::vector<LatticeSums> lattices_of(Assembly const& assembly)
{
    std::map<std::string, LatticeSums> of_region;
    std::vector<LatticeSums> sums;
    for (auto const& s : assembly.network.species) {
        auto known = of_region.find(s.region);
        if (known == of_region.end()) {
            auto const& names = assembly.crystal.region_names;
            std::size_t const region = std::size_t(std::ranges::find(names, s.region) - names.begin());
            known = of_region.emplace(s.region, lattice_sums(assembly.crystal.region_hosts[region])).first;
        }
        sums.push_back(known->second);
    }
    return sums;
}

/// Numbers of the file, each once.
std::vector<ParameterRow> parameters_of(UserNetwork const& user)
{
    std::vector<ParameterRow> rows;
    auto const step = [&](SpeciesId s, LevelId from, LevelId to) {
        Species const& species = user.network.species[s.value];
        return fmt::format("{} {}->{}", species.name, species.levels[from.value], species.levels[to.value]);
    };
    for (auto const& c : user.network.one_site) {
        auto const what = fmt::format("network: {}, {}", step(c.species, c.from, c.to), to_text(c.process));
        if (c.k0_per_s > 0) rows.push_back({what, {c.k0_per_s, 0, c.source}, "s^-1"});
        for (std::size_t l = 0; l < c.per_irradiance.size(); ++l)
            if (c.per_irradiance[l] > 0)
                rows.push_back(
                    {fmt::format("{} at {:g} nm", what, user.lasers[l].wavelength_nm),
                     {c.per_irradiance[l] * photon_energy_J(wavenumber_per_cm(user.lasers[l].wavelength_nm)),
                      0, c.source},
                     "cm^2"});
    }
    for (std::size_t m = 0; m < user.network.pair.size(); ++m) {
        auto const& c = user.network.pair[m];
        auto const what = fmt::format("network: {} + {}", step(c.donor, c.donor_from, c.donor_to),
                                      step(c.acceptor, c.acceptor_from, c.acceptor_to));
        auto const& k = user.macroscopic_cm3_per_s[m];
        rows.push_back({what,
                        {k ? *k : c.coefficient, 0, c.source},
                        k ? "cm^3/s" : fmt::format("nm^{}/s", power_of(c.law))});
    }
    return rows;
}

}  // namespace

bool has_energies(Network const& network)
{
    return std::ranges::all_of(network.species, [](Species const& s) { return !s.energy_per_cm.empty(); });
}

void use_own_network(Recipe const& recipe, Assembly& a)
{
    std::string const path = recipe.luminescence.network;
    Document const document = parse_toml(read_text(path), path);
    UserNetwork const user = user_network_from(document);
    check_species(document, user, recipe, a);
    std::vector<double> wavelength_nm;
    for (auto const& e : recipe.excitations) wavelength_nm.push_back(e.wavelength_nm);
    UserRates made = with_user_rates(a.network, user, lattices_of(a), wavelength_nm);
    a.network = std::move(made.network);
    for (auto const& s : user.network.species) a.given.insert(s.name);

    // What is left of the calculated rates is quenching; without it nothing of the ions' own data counts.
    bool const quenched = std::ranges::any_of(a.network.one_site,
                                              [](auto const& c) { return c.process == Process::quenching; });
    if (!quenched)
        std::erase_if(a.parameters, [&](ParameterRow const& row) {
            auto const of = [&](std::string const& name) { return row.name.starts_with(name + ": "); };
            return std::ranges::any_of(a.ions,
                                       [&](Ion const& ion) {
                                           return of(ion.symbol) || row.name.starts_with(ion.symbol + " ");
                                       }) ||
                   std::ranges::any_of(a.optics, [&](HostOptics const& host) { return of(host.name); });
        });
    std::ranges::move(parameters_of(user), std::back_inserter(a.parameters));

    std::string const title =
        user.title.empty() ? std::filesystem::path(document.name).filename().string() : user.title;
    a.assumed.push_back(
        fmt::format("levels and rates are those of the network \"{}\"; what the recipe says of temperature, "
                    "medium and rates "
                    "changes none of them, and where the ions are is the crystal's, not the file's, matter",
                    title));
    if (std::ranges::any_of(user.macroscopic_cm3_per_s, [](auto const& k) { return k.has_value(); }))
        a.assumed.emplace_back(
            "macroscopic coefficients of the network are made coefficients of pairs with the "
            "sums of the infinite lattice of the donor's host");
    std::vector<std::string> resting;
    for (std::uint32_t s = 0; s < user.network.species.size(); ++s)
        if (std::ranges::none_of(user.network.pair, [s](PairChannel const& c) {
                return c.donor.value == s && c.acceptor.value == s && c.donor_from == c.acceptor_to &&
                       c.donor_to == c.acceptor_from;
            }))
            resting.push_back(user.network.species[s].name);
    if (!resting.empty())
        a.assumed.push_back(fmt::format("the network moves no excitation from {} to an ion of the same kind, "
                                        "so that each stays where it is; "
                                        "constants fitted to well-mixed equations hide migration, and a "
                                        "particle needs it as transfers of its "
                                        "own",
                                        fmt::join(resting, " or from ")));
    std::vector<std::string> without;
    for (auto const& s : user.network.species)
        if (s.energy_per_cm.empty()) without.push_back(s.name);
    if (!without.empty())
        a.left_out.push_back(fmt::format("wavelengths, spectrum and balance of energy: the network \"{}\" "
                                         "gives the levels of {} no energies, so "
                                         "that photons are counted but have no place on an axis",
                                         title, fmt::join(without, " and ")));
    std::ranges::move(made.left_out, std::back_inserter(a.left_out));
    for (std::size_t k = 0; k < recipe.overrides.size(); ++k)
        a.warnings.push_back({.severity = Severity::warning,
                              .key = fmt::format("override[{}]", k),
                              .problem =
                                  "rates are those of luminescence.network, so that this number counts "
                                  "nowhere; change it in that file"});
}

}  // namespace lanthorn
