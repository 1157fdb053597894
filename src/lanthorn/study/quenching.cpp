#include "lanthorn/study/quenching.hpp"

#include "lanthorn/crystal/cell_grid.hpp"
#include "lanthorn/crystal/outside.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/pseudo_ions.hpp"
#include "lanthorn/ions/quenchers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lanthorn {

namespace {

Sourced<double> of_recipe(double value, std::string key)
{
    return {value, 0, {.key = "recipe", .where = std::move(key), .kind = Kind::assumed}};
}

void add_parameter(Assembly& a, std::string name, Sourced<double> value, std::string unit)
{
    if (std::ranges::find(a.parameters, name, &ParameterRow::name) == a.parameters.end())
        a.parameters.push_back({std::move(name), std::move(value), std::move(unit)});
}

/// Matter of one spectrum, and the sum of d^-6 over its groups as each ion sees it.
struct Part {
    VibrationalSpectrum const* spectrum = nullptr;
    std::vector<double> per_nm6;  ///< (ions)
};

struct Mechanism {
    std::string name;
    std::vector<Part> parts;
};

class Quenching {
public:
    Quenching(Recipe const& recipe, LocalField local_field, Assembly& assembly)
        : recipe_(recipe), q_(recipe.quenching), local_field_(local_field), a_(assembly),
          network_(assembly.network), loss_per_s_(network_.classes(), 0.0),
          first_class_(network_.first_class()), ions_of_(network_.species.size())
    {
        for (auto const& c : network_.one_site)
            if (c.to < c.from) loss_per_s_[first_class_[c.species.value] + c.from.value] += c.k0_per_s;
        for (std::uint32_t i = 0; i < network_.ions(); ++i)
            ions_of_[network_.species_of[i].value].push_back({i});
    }

    void add()
    {
        if (recipe_.medium != "bulk") surroundings();
        vacancies();
        if (!network_.extra.empty())
            a_.assumed.emplace_back(
                "vibrations around the particle and vacancies never give energy back: these "
                "sinks are one-way, without detailed balance");
    }

private:
    void surroundings()
    {
        if (!q_.surroundings) {
            a_.left_out.emplace_back("quenching by surface, ligands and medium, switched off by "
                                     "surroundings.quenching: a particle without a shell is too bright");
            return;
        }
        if (recipe_.luminescence.rules == RateRules::nanoparticletools) {
            a_.left_out.emplace_back("quenching by surface, ligands and medium, of which the rules of "
                                     "NanoParticleTools know pseudo-ions alone");
            return;
        }
        quenchers_ = quenchers_from(library_document("quenchers.toml"));
        Ligand const* ligand = quenchers_.ligand(q_.ligand);
        auto const medium = groups_of_medium(library_document("media.toml"), recipe_.medium);
        bool const hydroxyl = q_.hydroxyl_per_nm2 > 0;
        if (ligand == nullptr && !medium && !hydroxyl) {
            a_.left_out.push_back(
                fmt::format("quenching by the surface: without ligands in {} nothing around "
                            "the particle takes energy from it",
                            recipe_.medium));
            return;
        }
        Region const outermost = particle_of(recipe_).regions.back();
        auto const outline = [&](double distance_nm) {
            auto const [shape, size_nm] = grown(outermost.shape, outermost.size_nm, distance_nm);
            return Outside(shape, size_nm);
        };
        Outside const inner = outline(q_.standoff_nm);
        std::vector<double> beyond = of_ions([&](Vec3 p) { return inner.volume_per_nm3(p); });
        std::vector<double> const sheet = ligand != nullptr || hydroxyl
                                              ? of_ions([&](Vec3 p) { return inner.sheet_per_nm4(p); })
                                              : std::vector<double>();
        add_parameter(a_, "from the outline to the first vibrating groups",
                      of_recipe(q_.standoff_nm, "surroundings.standoff"), "nm");
        if (ligand != nullptr) {
            auto const thickness = q_.ligand_thickness_nm
                                       ? of_recipe(*q_.ligand_thickness_nm, "surroundings.ligand_thickness")
                                       : ligand->thickness_nm;
            Outside const outer = outline(q_.standoff_nm + thickness.value);
            add_parameter(a_, fmt::format("thickness of the layer of {}", ligand->name), thickness, "nm");
            std::vector<double> layer = beyond;
            beyond = of_ions([&](Vec3 p) { return outer.volume_per_nm3(p); });
            for (std::size_t i = 0; i < layer.size(); ++i) layer[i] = std::max(0.0, layer[i] - beyond[i]);
            add({"ligand " + ligand->name,
                 {part(ligand->chain, std::move(layer), "nm^-3", "the chains of " + ligand->name),
                  part(ligand->anchor, sheet, "nm^-2", "the heads of " + ligand->name)}});
            a_.assumed.push_back(fmt::format(
                "ligands cover the whole surface as an even layer of {}, {:g} nm thick, and no solvent "
                "enters it",
                ligand->name, thickness.value));
        }
        if (hydroxyl) {
            auto const given = of_recipe(q_.hydroxyl_per_nm2, "surroundings.hydroxyl");
            add_parameter(a_, "O-H of water that absorb as one OH of the surface",
                          quenchers_.hydroxyl.density, "1");
            auto per_ion = sheet;
            for (double& x : per_ion) x *= quenchers_.hydroxyl.density.value;
            add({"surface OH",
                 {part({quenchers_.hydroxyl.spectrum, given}, std::move(per_ion), "nm^-2", "the surface")}});
        }
        if (medium)
            add({"medium " + recipe_.medium, {part(*medium, std::move(beyond), "nm^-3", recipe_.medium)}});
    }

    template <class Sum>
    std::vector<double> of_ions(Sum sum) const
    {
        std::vector<double> all;
        all.reserve(network_.ions());
        for (Vec3 const& p : network_.position_nm) all.push_back(sum(p));
        return all;
    }

    Part part(GroupDensity const& groups, std::vector<double> per_ion, std::string unit,
              std::string const& place)
    {
        for (double& x : per_ion) x *= groups.density.value;
        auto const& spectrum = quenchers_.spectrum(groups.spectrum);
        add_parameter(a_, fmt::format("{} groups in {}", groups.spectrum, place), groups.density,
                      std::move(unit));
        add_parameter(a_, spectrum.name + " groups in the liquid measured", spectrum.density_per_nm3,
                      "nm^-3");
        std::map<std::string, VibrationalSpectrum::Band const*> strongest;  // by source
        for (auto const& band : spectrum.bands) {
            auto const*& known = strongest[band.source.key + band.source.where];
            if (known == nullptr || band.peak_per_cm > known->peak_per_cm) known = &band;
        }
        for (auto const& [source, band] : strongest)
            add_parameter(a_,
                          fmt::format("{} absorption, strongest of its bands ({:g} cm^-1)", spectrum.name,
                                      band->centre_per_cm),
                          {band->peak_per_cm, 0, band->source}, "cm^-1");
        return {&spectrum, std::move(per_ion)};
    }

    void add(Mechanism const& mechanism)
    {
        bool recalled = false;
        for (auto const& part : mechanism.parts)
            for (auto const& band : part.spectrum->bands) recalled |= band.source.recalled;
        for (std::uint32_t s = 0; s < a_.ions.size(); ++s) {
            if (is_pseudo(a_.ions[s])) continue;
            using Step = std::pair<LevelId, LevelId>;
            std::map<Step, std::vector<double>> coefficients;  // (parts)
            for (std::size_t p = 0; p < mechanism.parts.size(); ++p)
                for (auto const& sink : vibrational_sinks(a_.ions[s], a_.optics[s], a_.manifolds[s],
                                                          *mechanism.parts[p].spectrum, local_field_)) {
                    auto& row = coefficients[{sink.upper, sink.lower}];
                    row.resize(mechanism.parts.size());
                    row[p] = sink.coefficient_nm6_per_s;
                }
            for (auto const& row : coefficients) {
                std::vector<double> const& C6 = row.second;
                sink({s}, row.first.first, row.first.second,
                     {"rabouw2018", mechanism.name, Kind::calculated, recalled, {}}, [&](IonId i) {
                         double rate = 0;
                         for (std::size_t p = 0; p < mechanism.parts.size(); ++p)
                             rate += C6[p] * mechanism.parts[p].per_nm6[i.value];
                         return rate;
                     });
            }
        }
    }

    /// One channel, with the rates of all ions of the species that notice it.
    template <class Rate>
    void sink(SpeciesId s, LevelId from, LevelId to, Source const& source, Rate rate_of)
    {
        double const least = std::max(negligible::slowest_per_s,
                                      negligible_quenching * loss_per_s_[first_class_[s.value] + from.value]);
        auto const& energy = network_.species[s.value].energy_per_cm;
        bool any = false;
        for (IonId i : ions_of_[s.value]) {
            double const rate = rate_of(i);
            if (rate < least) continue;
            if (!any)
                network_.one_site.push_back({.species = s,
                                             .from = from,
                                             .to = to,
                                             .k0_per_s = 0,
                                             .per_irradiance = {},
                                             .process = Process::quenching,
                                             .photon_per_cm = 0,
                                             .heat_per_cm = energy[from.value] - energy[to.value],
                                             .source = source});
            any = true;
            network_.extra.push_back({i, network_.one_site.size() - 1, rate});
        }
    }

    void vacancies()
    {
        Crystal const& crystal = a_.crystal;
        std::vector<Vec3> points = network_.position_nm;
        for (std::size_t i = 0; i < crystal.size(); ++i)
            if (is_missing(crystal, i)) points.push_back(crystal.position_nm[i]);
        std::size_t const ions = network_.ions();
        if (points.size() == ions || (q_.vacancy_nm6_per_s == 0 && q_.contact_per_s == 0)) return;
        double const radius_nm = network_.interaction_radius_nm,
                     contact2_nm2 = q_.contact_radius_nm * q_.contact_radius_nm;
        std::vector<double> rate(ions, 0.0);
        CellGrid const grid(points, std::max(radius_nm, q_.contact_radius_nm));
        for (std::size_t v = ions; v < points.size(); ++v)
            grid.visit(v, [&](std::uint32_t i, double d2) {
                if (i >= ions) return;
                if (d2 < radius_nm * radius_nm) rate[i] += q_.vacancy_nm6_per_s / (d2 * d2 * d2);
                if (d2 < contact2_nm2) rate[i] += q_.contact_per_s;
            });
        for (std::uint32_t s = 0; s < a_.ions.size(); ++s)
            for (std::uint32_t l = 1; l < a_.ions[s].levels.size() && !is_pseudo(a_.ions[s]); ++l)
                sink({s}, {l}, {0}, {"recipe", "vacancies", Kind::assumed, false, {}},
                     [&](IonId i) { return rate[i.value]; });
        add_parameter(a_, "C6 of an excited ion to a vacancy",
                      of_recipe(q_.vacancy_nm6_per_s, "defects.vacancy.coefficient"), "nm^6/s");
        if (q_.contact_per_s > 0) {
            add_parameter(a_, "rate of an excited ion to a vacancy in contact",
                          of_recipe(q_.contact_per_s, "defects.vacancy.contact_rate"), "1/s");
            add_parameter(a_, "distance of contact to a vacancy",
                          of_recipe(q_.contact_radius_nm, "defects.vacancy.contact_radius"), "nm");
        }
        a_.assumed.push_back(
            fmt::format("every excited level loses its energy to a vacancy alike, with C6 = {:g} "
                        "nm^6/s, which nobody has measured",
                        q_.vacancy_nm6_per_s));
    }

    /// Whether a dopable cation is missing, on a position that is not vacant by nature.
    static bool is_missing(Crystal const& crystal, std::size_t site)
    {
        if (!crystal.cation[site] || !crystal.occupants[crystal.occupant[site]].is_vacancy()) return false;
        Host const& host = crystal.region_hosts[crystal.region[site]];
        std::size_t const position = crystal.lattice[site].position;
        double filled = 0;
        for (auto const& share : host.positions[position].shares) filled += share.fraction;
        return host.holds_dopable(position) && filled > 1 - 1e-9;
    }

    Recipe const& recipe_;
    QuenchingRecipe const& q_;
    LocalField local_field_;
    Assembly& a_;
    Network& network_;
    std::vector<double> loss_per_s_;  ///< (classes) without the sinks
    std::vector<std::size_t> first_class_;
    std::vector<std::vector<IonId>> ions_of_;  ///< (species)
    Quenchers quenchers_;
};

/// Sites of optically inert rare earths that lie less deep than this.
std::vector<std::size_t> sites_below_the_surface(Recipe const& recipe, Assembly const& a, double depth_nm)
{
    Region const outermost = particle_of(recipe).regions.back();
    Vec3 const half_nm = outermost.shape.half_extent_nm(outermost.size_nm);
    bool const all = depth_nm >= std::min({half_nm.x, half_nm.y, half_nm.z});
    auto const [shape, size_nm] =
        all ? std::pair(outermost.shape, 0.0) : grown(outermost.shape, outermost.size_nm, -depth_nm);
    std::set<SiteId> const active(a.network.site.begin(), a.network.site.end());
    std::vector<std::size_t> sites;
    Crystal const& crystal = a.crystal;
    for (std::size_t i = 0; i < crystal.size(); ++i) {
        if (!is_rare_earth(crystal.occupants[crystal.occupant[i]].element)) continue;
        if (active.contains({std::uint32_t(i)})) continue;
        if (all || !shape.contains(crystal.position_nm[i], size_nm)) sites.push_back(i);
    }
    return sites;
}

}  // namespace

void add_quenching(Recipe const& recipe, RateConditions const& conditions, Assembly& assembly)
{
    Quenching(recipe, conditions.local_field, assembly).add();
}

void add_pseudo_ions(Recipe const& recipe, std::uint32_t structure,
                     std::function<HostOptics(Host const&)> const& optics_of, Assembly& assembly)
{
    if (!recipe.pseudo_ions) return;
    auto const& [kind, fraction, depth_nm] = *recipe.pseudo_ions;
    Crystal const& crystal = assembly.crystal;
    Network& network = assembly.network;
    auto sites = sites_below_the_surface(recipe, assembly, depth_nm);
    std::size_t const candidates = sites.size();
    auto const count = std::size_t(std::llround(fraction * double(candidates)));
    if (count == 0) {
        assembly.warnings.push_back(
            {.severity = Severity::warning,
             .key = "surroundings.pseudo_ions",
             .problem = fmt::format(
                 "no site becomes a pseudo-ion: {} inert rare earths lie within {:g} nm of the surface",
                 candidates, depth_nm)});
        return;
    }
    StreamKey const stream =
        StreamSeed{.seed = recipe.seed, .structure = structure}.key(Purpose::pseudo_ions);
    std::ranges::stable_sort(sites, {},
                             [&](std::size_t i) { return uniform_at(stream, site_key(crystal.lattice[i])); });
    sites.resize(count);
    std::ranges::sort(sites);

    Ion const pseudo = pseudo_ion_from(library_document("pseudo_ions.toml"), kind);
    std::map<std::size_t, SpeciesId> species;  // by region
    for (std::size_t i : sites) species.try_emplace(crystal.region[i]);
    for (auto& [region, id] : species) {
        auto const same = std::ranges::find(network.species, crystal.region_names[region], &Species::region);
        HostOptics const optics = same == network.species.end()
                                      ? optics_of(crystal.region_hosts[region])
                                      : assembly.optics[std::size_t(same - network.species.begin())];
        id = {std::uint32_t(network.species.size())};
        Species s{.name = kind, .region = crystal.region_names[region]};
        for (auto const& level : pseudo.levels) {
            s.levels.push_back(level.label);
            s.energy_per_cm.push_back(level.energy_per_cm.value);
        }
        network.species.push_back(std::move(s));
        assembly.ions.push_back(pseudo);
        assembly.optics.push_back(optics);
        assembly.manifolds.emplace_back(pseudo, optics, recipe.temperature_K);
        for (auto& row : parameters_of(pseudo, optics))
            if (row.name.find("pairs of levels") == std::string::npos)
                add_parameter(assembly, row.name, row.value, row.unit);
    }
    for (std::size_t i : sites) {
        network.position_nm.push_back(crystal.position_nm[i]);
        network.species_of.push_back(species.at(crystal.region[i]));
        network.site.push_back({std::uint32_t(i)});
    }
    assembly.assumed.push_back(
        fmt::format("{} of {} inert rare earths within {:g} nm of the surface are pseudo-ions of kind {}: "
                    "they take energy by transfer, give it to phonons and never give it back, without "
                    "detailed balance; no such ions exist",
                    count, candidates, depth_nm, kind));
}

void make_pseudo_ions_passive(Assembly& assembly)
{
    auto const pseudo = [&](SpeciesId s) { return is_pseudo(assembly.ions[s.value]); };
    std::erase_if(assembly.network.one_site, [&](OneSiteChannel const& c) {
        return pseudo(c.species) && c.process != Process::multiphonon;
    });
    std::erase_if(assembly.network.pair, [&](PairChannel const& c) { return pseudo(c.donor); });
    for (PairChannel& c : assembly.network.pair)
        if (pseudo(c.acceptor)) c.detailed_balance = false;
}

}  // namespace lanthorn
