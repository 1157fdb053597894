#include "lanthorn/crystal/calculator.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/neighbours.hpp"
#include "lanthorn/crystal/topology.hpp"
#include "lanthorn/data/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

AtomicMasses AtomicMasses::from(Document const& document)
{
    std::vector<Finding> findings;
    AtomicMasses masses;
    Node const* list = document.root.find("element");
    if (!list || !list->is_array())
        throw InputError({document.name, 0, 0}, "element", "a list of tables [[element]] is wanted");
    for (std::size_t n = 0; n < list->array().size(); ++n) {
        Node const& node = list->array()[n];
        std::string const key = fmt::format("element[{}]", n);
        Node const* symbol = node.find("symbol");
        Node const* mass = node.find("mass");
        if (!symbol || !symbol->is_text() || !mass) {
            findings.push_back({Severity::error, node.place, key, key + ": symbol and mass are wanted",
                                document.excerpt(node.place)});
            continue;
        }
        try {
            auto const value = sourced_from(document, *mass, key + ".mass", Dimension::molar_mass);
            if (!masses.mass_g_per_mol_.emplace(symbol->text(), value).second)
                findings.push_back({Severity::error, symbol->place, key,
                                    fmt::format("{}: {} is given twice", key, symbol->text()),
                                    document.excerpt(symbol->place)});
        }
        catch (InputError const& error) {
            findings.insert(findings.end(), error.findings().begin(), error.findings().end());
        }
    }
    if (!findings.empty()) throw InputError(std::move(findings));
    return masses;
}

Sourced<double> const& AtomicMasses::operator[](std::string_view element) const
{
    auto const found = mass_g_per_mol_.find(element);
    if (found != mass_g_per_mol_.end()) return found->second;
    throw InputError({}, "element",
                     fmt::format("no atomic mass of \"{}\" is known; add it to elements.toml", element));
}

std::optional<double> mean_nearest_distance_nm(std::vector<Vec3> const& position_nm)
{
    if (position_nm.size() < 2) return std::nullopt;
    Vec3 low = position_nm[0], high = position_nm[0];
    for (Vec3 const p : position_nm) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
    double const diagonal = norm(high - low);
    if (diagonal == 0) return 0.0;
    double radius = 0.5 * diagonal / std::cbrt(double(position_nm.size()));
    for (;; radius *= 1.5) {
        auto const list = neighbours(position_nm, radius);
        double sum = 0;
        bool all = true;
        for (std::size_t n = 0; n < list.size() && all; ++n) {
            auto const distances = list.distances(n);
            all = !distances.empty();
            if (all) sum += *std::ranges::min_element(distances);
        }
        if (all) return sum / double(position_nm.size());
    }
}

ParticleFigures figures_of(Crystal const& crystal, AtomicMasses const& masses)
{
    ParticleFigures figures;
    figures.regions = crystal.region_names;
    std::size_t const regions = crystal.region_hosts.size();
    auto const surface = surface_sites(crystal);

    std::vector<std::vector<double>> filled(regions);
    std::vector<std::int64_t> sites_of_region(regions, 0);
    for (std::size_t r = 0; r < regions; ++r)
        for (auto const& position : crystal.region_hosts[r].positions) {
            double sum = 0;
            for (auto const& share : position.shares) sum += share.fraction;
            filled[r].push_back(sum);
        }
    std::vector<std::vector<std::int64_t>> count(crystal.occupants.size(),
                                                 std::vector<std::int64_t>(regions, 0));
    std::int64_t dopable = 0, dopable_at_surface = 0, rare_earth_at_surface = 0;
    for (std::size_t s = 0; s < crystal.size(); ++s) {
        Occupant const& occupant = crystal.occupants[crystal.occupant[s]];
        std::size_t const r = crystal.region[s], p = crystal.lattice[s].position;
        ++sites_of_region[r];
        ++count[crystal.occupant[s]][r];
        figures.net_charge += occupant.charge;
        if (occupant.is_vacancy()) {
            ++(filled[r][p] < 1 - 1e-9 ? figures.natural_vacancies : figures.vacancies);
            continue;
        }
        if (is_rare_earth(occupant.element)) rare_earth_at_surface += surface[s];
        if (!crystal.region_hosts[r].holds_dopable(p)) continue;
        ++dopable;
        dopable_at_surface += surface[s];
    }

    for (std::size_t r = 0; r < regions; ++r) {
        Host const& host = crystal.region_hosts[r];
        double const cells = double(sites_of_region[r]) / double(host.positions.size());
        figures.volume_of_region_nm3.push_back(cells * host.cell.volume_nm3());
        figures.volume_nm3 += figures.volume_of_region_nm3.back();
    }
    for (std::size_t o = 0; o < crystal.occupants.size(); ++o) {
        Occupant const& occupant = crystal.occupants[o];
        std::int64_t ions = 0;
        for (std::int64_t n : count[o]) ions += n;
        if (occupant.is_vacancy() || ions == 0) continue;
        ElementFigures& element = figures.elements[occupant.element];
        element.ions += ions;
        element.ions_of_region.resize(regions);
        for (std::size_t r = 0; r < regions; ++r) element.ions_of_region[r] += count[o][r];
        figures.ions += ions;
        if (is_rare_earth(occupant.element)) figures.rare_earth_ions += ions;
        figures.molar_mass_g_per_mol += double(ions) * masses[occupant.element].value;
    }
    for (auto& [symbol, element] : figures.elements) {
        if (!is_rare_earth(symbol)) continue;
        double volume = 0;
        for (std::size_t r = 0; r < regions; ++r)
            if (element.ions_of_region[r] > 0) volume += figures.volume_of_region_nm3[r];
        element.density_distance_nm = std::cbrt(volume / double(element.ions));
        std::vector<Vec3> positions;
        for (SiteId site : sites_of(crystal, std::span(&symbol, 1)))
            positions.push_back(crystal.position_nm[site.value]);
        element.nearest_nm = mean_nearest_distance_nm(positions);
    }
    figures.mass_g = figures.molar_mass_g_per_mol / constants::avogadro_per_mol;
    figures.sphere_diameter_nm = std::cbrt(6 * figures.volume_nm3 / constants::pi);
    if (figures.volume_nm3 > 0) figures.density_g_per_cm3 = figures.mass_g / (figures.volume_nm3 * 1e-21);
    if (dopable > 0) figures.surface_fraction = double(dopable_at_surface) / double(dopable);
    if (figures.rare_earth_ions > 0)
        figures.surface_rare_earth_fraction = double(rare_earth_at_surface) / double(figures.rare_earth_ions);
    return figures;
}

Tree to_tree(ParticleFigures const& figures)
{
    Tree tree;
    for (auto const& [symbol, element] : figures.elements) {
        tree.group("ions").put(symbol, element.ions);
        for (std::size_t r = 0; r < figures.regions.size(); ++r)
            tree.group("regions")
                .group(figures.regions[r])
                .group("ions")
                .put(symbol, element.ions_of_region[r]);
        if (element.nearest_nm) tree.group("nearest_distance").put(symbol, *element.nearest_nm, "nm");
        if (element.density_distance_nm)
            tree.group("density_distance").put(symbol, *element.density_distance_nm, "nm");
    }
    for (std::size_t r = 0; r < figures.regions.size(); ++r)
        tree.group("regions")
            .group(figures.regions[r])
            .put("volume", figures.volume_of_region_nm3[r], "nm^3");
    tree.put("total_ions", figures.ions);
    tree.put("rare_earth_ions", figures.rare_earth_ions);
    tree.put("vacancies", figures.vacancies);
    tree.put("natural_vacancies", figures.natural_vacancies);
    tree.put("net_charge", figures.net_charge, "e");
    tree.put("mass", figures.mass_g, "g");
    tree.put("molar_mass", figures.molar_mass_g_per_mol, "g/mol");
    tree.put("nM_of_1_mg_per_mL", nM_of(1, figures.molar_mass_g_per_mol), "nmol/L");
    tree.put("volume", figures.volume_nm3, "nm^3");
    tree.put("sphere_diameter", figures.sphere_diameter_nm, "nm");
    tree.put("density", figures.density_g_per_cm3, "g/cm^3");
    tree.put("surface_fraction", figures.surface_fraction, "1");
    tree.put("surface_rare_earth_fraction", figures.surface_rare_earth_fraction, "1");
    return tree;
}

double nM_of(double mg_per_mL, double molar_mass_g_per_mol)
{
    // 1 mg/mL is 1 g/L.
    return mg_per_mL / molar_mass_g_per_mol * 1e9;
}

double mg_per_mL_of(double nM, double molar_mass_g_per_mol) { return nM * 1e-9 * molar_mass_g_per_mol; }

}  // namespace lanthorn
