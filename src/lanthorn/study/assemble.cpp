#include "lanthorn/study/assemble.hpp"

#include "lanthorn/files/library.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/ions/cooperative.hpp"
#include "lanthorn/ions/peer_rates.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/study/names.hpp"
#include "lanthorn/study/overrides.hpp"
#include "lanthorn/study/own_network.hpp"
#include "lanthorn/study/quenching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lanthorn {

namespace {

Host host_named(RegionRecipe const& region, std::string const& key)
{
    if (is_cif(region.host)) return host_from_cif(read_text(region.host), region.host, region.dopable);
    auto const file = "hosts/" + region.host + ".toml";
    if (!library_has(file)) throw InputError({}, key + ".host", no_such_host(region.host));
    return host_from(library_document(file));
}

std::string table_of(std::size_t region)
{
    return region == 0 ? std::string("crystal") : fmt::format("crystal.shell[{}]", region - 1);
}

/// The key of a recipe that a finding of the crystal builder, as "shell 1.size", is about.
std::string recipe_key(std::string const& key, std::size_t regions)
{
    for (std::size_t k = 0; k < regions; ++k) {
        if (!key.starts_with(region_name(k) + ".")) continue;
        auto const what = key.substr(region_name(k).size() + 1);
        if (what == "size") return table_of(k) + (k == 0 ? ".diameter" : ".thickness");
        if (what == "vacancies") return "crystal.vacancies.bulk";
        if (what == "aspect_ratio" || what == "rounding" || what == "cation_order") return "crystal." + what;
        return table_of(k) + "." + what;
    }
    return key;
}

/// Elements without 4f levels.
bool is_dark(std::string const& element)
{
    static std::set<std::string> const dark{"Sc", "Y", "La", "Lu"};
    return dark.contains(element) || !is_rare_earth(element);
}

Sourced<double> index_of_medium(std::string const& name)
{
    Document const media = library_document("media.toml");
    for (Node const& medium : media.root.find("medium")->array()) {
        if (medium.find("name")->text() == name)
            return sourced_from(media, *medium.find("refractive_index"),
                                "medium \"" + name + "\": refractive_index", Dimension::none);
    }
    throw InputError({}, "surroundings.medium", no_such_medium(name));
}

Crystal crystal_of_structure(Recipe const& recipe, std::uint32_t structure)
{
    Particle const particle = particle_of(recipe);
    try {
        return build(particle, {.seed = recipe.seed, .structure = structure});
    }
    catch (InputError const& error) {
        auto findings = error.findings();
        for (auto& finding : findings) finding.key = recipe_key(finding.key, recipe.regions.size());
        throw InputError(std::move(findings));
    }
}

class Assembler {
public:
    Assembler(Recipe const& recipe, std::uint32_t structure) : recipe_(recipe), structure_(structure)
    {
        a_.crystal = crystal_of_structure(recipe, structure);
    }

    Assembly assembly()
    {
        surroundings();
        for (auto const& e : recipe_.excitations)
            conditions_.laser_per_cm.push_back(wavenumber_per_cm(e.wavelength_nm));
        conditions_.temperature_K = recipe_.temperature_K;
        conditions_.local_field = recipe_.local_field;
        conditions_.multipoles = recipe_.luminescence.multipoles;
        a_.network.lasers = recipe_.excitations.size();
        a_.network.interaction_radius_nm = recipe_.luminescence.interaction_radius_nm;
        species();
        ions();
        add_pseudo_ions(recipe_, structure_, [this](Host const& host) { return optics_of(host); }, a_);
        channels();
        make_pseudo_ions_passive(a_);
        add_quenching(recipe_, conditions_, a_);
        if (!recipe_.luminescence.network.empty()) use_own_network(recipe_, a_);
        check_absorption();
        check_overrides();
        say_what_is_left_out();
        return std::move(a_);
    }

private:
    void surroundings()
    {
        if (recipe_.medium == "bulk" && !recipe_.refractive_index) return;
        Sourced<double> index;
        if (recipe_.refractive_index)
            index = {*recipe_.refractive_index,
                     0,
                     {.key = "recipe", .where = "surroundings.refractive_index", .kind = Kind::assumed}};
        else
            index = index_of_medium(recipe_.medium);
        conditions_.medium_index = a_.medium_index = index.value;
        a_.parameters.push_back({fmt::format("refractive index of the surroundings ({})",
                                             recipe_.refractive_index ? "as given" : recipe_.medium),
                                 index, "1"});
    }

    void species()
    {
        Crystal const& crystal = a_.crystal;
        std::map<std::pair<std::size_t, std::string>, SpeciesId> known;
        std::map<std::string, std::int64_t> inert;
        std::map<std::pair<std::size_t, std::string>, bool> has_light;
        for (std::size_t i = 0; i < crystal.size(); ++i) {
            Occupant const& occupant = crystal.occupants[crystal.occupant[i]];
            if (occupant.is_vacancy() || is_dark(occupant.element)) continue;
            if (kept(occupant.element).ion.levels.size() == 1) continue;  // Gd, below the ultraviolet
            std::pair const kind(crystal.region[i], occupant.element);
            auto known_light = has_light.find(kind);
            if (known_light == has_light.end())
                known_light =
                    has_light.emplace(kind, shines(occupant.element, crystal.region_hosts[kind.first])).first;
            if (!known_light->second) {
                ++inert[occupant.element];
                continue;
            }
            known.try_emplace(kind);
        }
        for (auto const& [element, count] : inert)
            warn("crystal.dopants", fmt::format("there are no level data or no intensity parameters for {}: "
                                                "its {} ions are taken as inert, which they are not",
                                                element, count));
        for (auto& [key, id] : known) {
            auto const& [region, element] = key;
            id = {std::uint32_t(a_.network.species.size())};
            Host const& host = crystal.region_hosts[region];
            auto [ion, lost] = kept(element);
            for (auto const& line : lost)
                a_.left_out.push_back(fmt::format("{} {}: {}", element, crystal.region_names[region], line));
            a_.optics.push_back(optics_of(host));
            if (recipe_.luminescence.rules == RateRules::nanoparticletools) a_.optics.back().stark.clear();
            auto& transfers = a_.optics.back().transfers;
            auto const own = transfer_overrides(recipe_.overrides);
            transfers.insert(transfers.begin(), own.begin(), own.end());
            if (auto findings = unknown_labels(a_.optics.back(), whole(element)); !findings.empty())
                throw InputError(std::move(findings));
            apply_overrides(recipe_.overrides, recipe_.temperature_K, ion, a_.optics.back());
            a_.manifolds.emplace_back(ion, a_.optics.back(), recipe_.temperature_K);
            Species s{.name = element, .region = crystal.region_names[region]};
            for (std::uint32_t l = 0; l < ion.levels.size(); ++l) {
                s.levels.push_back(ion.levels[l].label);
                s.energy_per_cm.push_back(a_.manifolds.back().energy_per_cm({l}));
            }
            a_.network.species.push_back(std::move(s));
            for (auto& row : parameters_of(ion, a_.optics.back(), conditions_.multipoles))
                add_parameter(std::move(row));
            a_.ions.push_back(std::move(ion));
        }
        species_ = std::move(known);
        if (a_.network.species.empty())
            throw InputError({}, "crystal.dopants",
                             "there is no optically active ion in the particle; dope it, for example dopants "
                             "= { Yb = 0.2, Er = 0.02 }");
    }

    static Ion whole(std::string const& element)
    {
        return ion_from(library_document("ions/" + element + ".toml"));
    }

    TruncatedIon const& kept(std::string const& element)
    {
        auto const known = kept_.find(element);
        if (known != kept_.end()) return known->second;
        Ion const ion = whole(element);
        std::size_t const count = recipe_.luminescence.max_levels
                                      ? std::size_t(*recipe_.luminescence.max_levels)
                                      : ion.default_levels;
        return kept_.emplace(element, truncated(ion, count, recipe_.luminescence.max_energy_per_cm))
            .first->second;
    }

    static std::optional<HostOptics> own_optics(Host const& host)
    {
        auto const file = "hosts/" + host.name + ".toml";
        if (!library_has(file)) return std::nullopt;
        Document const document = library_document(file);
        if (document.root.find("optics") == nullptr) return std::nullopt;
        return host_optics_from(document);
    }

    // Whether there are levels of the ion, and intensities of it in the host.
    static bool shines(std::string const& element, Host const& host)
    {
        auto const own = own_optics(host);
        HostOptics const optics = own ? *own : host_optics_from(library_document("hosts/beta-NaYF4.toml"));
        return optics.judd_ofelt.contains(element) || optics.line_strength_cm2.contains(element);
    }

    HostOptics optics_of(Host const& host)
    {
        if (auto own = own_optics(host)) return *own;
        a_.assumed.push_back(fmt::format("{} has no optical data of its own: refractive index, phonons and "
                                         "intensity parameters are those of beta-NaYF4",
                                         host.name));
        return host_optics_from(library_document("hosts/beta-NaYF4.toml"));
    }

    void add_parameter(ParameterRow row)
    {
        auto const same = std::ranges::find(a_.parameters, row.name, &ParameterRow::name);
        if (same == a_.parameters.end()) a_.parameters.push_back(std::move(row));
    }

    void ions()
    {
        Crystal const& crystal = a_.crystal;
        for (std::size_t i = 0; i < crystal.size(); ++i) {
            auto const found =
                species_.find({crystal.region[i], crystal.occupants[crystal.occupant[i]].element});
            if (found == species_.end()) continue;
            a_.network.position_nm.push_back(crystal.position_nm[i]);
            a_.network.species_of.push_back(found->second);
            a_.network.site.push_back({std::uint32_t(i)});
        }
    }

    void channels()
    {
        if (recipe_.luminescence.rules == RateRules::nanoparticletools) return peer_channels();
        if (!recipe_.luminescence.cooperative.empty()) triples();
        for (std::uint32_t s = 0; s < a_.ions.size(); ++s)
            std::ranges::move(one_site_channels({s}, a_.ions[s], a_.optics[s], conditions_),
                              std::back_inserter(a_.network.one_site));
        std::size_t dropped = 0;
        for (std::uint32_t d = 0; d < a_.ions.size(); ++d)
            for (std::uint32_t a = 0; a < a_.ions.size(); ++a)
                std::ranges::move(pair_channels({d}, a_.ions[d], a_.optics[d], {a}, a_.ions[a], a_.optics[a],
                                                conditions_, &dropped),
                                  std::back_inserter(a_.network.pair));
        if (dropped > 0)
            a_.left_out.push_back(
                fmt::format("{} transfer channels slower than {:g} /s between nearest neighbours", dropped,
                            negligible::slowest_transfer_per_s));
    }

    /// Triples of donors a <= b, so that each kind of pair stands once.
    void triples()
    {
        CooperativeStrength strength;
        if (recipe_.luminescence.cooperative_nm12_per_s)
            strength.C12_nm12_per_s = {*recipe_.luminescence.cooperative_nm12_per_s,
                                       0,
                                       {.key = "recipe", .where = "luminescence.cooperative_strength"}};
        a_.network.triple_radius_nm = recipe_.luminescence.cooperative_radius_nm;
        a_.parameters.push_back(
            {"cooperative transfer: C12 at resonance", strength.C12_nm12_per_s, "nm^12/s"});
        std::size_t dropped = 0;
        auto const in_host = [&](std::uint32_t s) { return IonInHost{{s}, a_.ions[s], a_.optics[s]}; };
        auto const wanted = [&](std::uint32_t a, std::uint32_t b, std::uint32_t c) {
            auto const is = [&](std::uint32_t s, std::string const& element) {
                return a_.ions[s].symbol == element;
            };
            return std::ranges::any_of(recipe_.luminescence.cooperative, [&](std::string const& text) {
                auto const [x, y, z] = *cooperative_from(text);
                return is(c, z) && ((is(a, x) && is(b, y)) || (is(a, y) && is(b, x)));
            });
        };
        for (std::uint32_t a = 0; a < a_.ions.size(); ++a)
            for (std::uint32_t b = a; b < a_.ions.size(); ++b)
                for (std::uint32_t c = 0; c < a_.ions.size(); ++c)
                    if (wanted(a, b, c))
                        std::ranges::move(triple_channels(in_host(a), in_host(b), in_host(c), conditions_,
                                                          strength, &dropped),
                                          std::back_inserter(a_.network.triple));
        a_.assumed.emplace_back(
            "cooperative transfer has no detailed balance: its way back (quantum cutting) is not "
            "modelled");
        if (dropped > 0)
            a_.left_out.push_back(
                fmt::format("{} cooperative channels slower than {:g} /s between nearest neighbours", dropped,
                            negligible::slowest_transfer_per_s));
    }

    void peer_channels()
    {
        PeerConstants constants;
        for (auto const& e : recipe_.excitations)
            constants.irradiance_W_per_cm2 = std::max(constants.irradiance_W_per_cm2, e.irradiance_W_per_cm2);
        PeerRates const peer(constants);
        for (std::uint32_t s = 0; s < a_.ions.size(); ++s)
            std::ranges::move(peer.one_site_channels({s}, a_.ions[s], a_.optics[s], conditions_),
                              std::back_inserter(a_.network.one_site));
        for (std::uint32_t d = 0; d < a_.ions.size(); ++d)
            for (std::uint32_t a = 0; a < a_.ions.size(); ++a)
                std::ranges::move(peer.pair_channels({d}, a_.ions[d], a_.optics[d], {a}, a_.ions[a],
                                                     a_.optics[a], conditions_),
                                  std::back_inserter(a_.network.pair));
        for (std::size_t k = 0; k < recipe_.overrides.size(); ++k)
            if (!recipe_.overrides[k].line_strength_cm2 && recipe_.overrides[k].branching.empty())
                warn(fmt::format("override[{}]", k), "the rules of NanoParticleTools know no lifetimes, "
                                                     "relaxation rates or transfers of others; this "
                                                     "number counts nowhere");
        if (!recipe_.luminescence.cooperative.empty())
            warn("luminescence.cooperative", "the rules of NanoParticleTools know no cooperative transfer");
        peer_parameters(constants);
        a_.assumed.emplace_back(
            "rates follow the rules of NanoParticleTools: no temperature, no stimulated emission, no "
            "detailed balance, its constants in place of the host's");
    }

    /// Its constants stand in the place of the host's, which it does not look at.
    void peer_parameters(PeerConstants const& c)
    {
        auto const of_host = [&](ParameterRow const& row) {
            return std::ranges::any_of(
                a_.optics, [&](HostOptics const& host) { return row.name.starts_with(host.name + ": "); });
        };
        std::erase_if(a_.parameters, of_host);
        auto const add = [&](char const* what, double value, char const* unit) {
            a_.parameters.push_back({fmt::format("NanoParticleTools: {}", what),
                                     {value, 0, {.key = "nanoparticletools", .where = "default settings"}},
                                     unit});
        };
        add("refractive index", c.refractive_index, "1");
        add("width of a band", c.line_width_per_cm, "cm^-1");
        add("phonon", c.phonon_per_cm, "cm^-1");
        add("gap law W0", c.W0_per_s, "s^-1");
        add("gap law alpha", c.alpha_cm, "cm");
        add("Stokes shift", c.stokes_shift_per_cm, "cm^-1");
    }

    void check_absorption()
    {
        for (std::size_t l = 0; l < recipe_.excitations.size(); ++l) {
            // Ground-state absorption is what a dark particle has.
            double strongest = 0;
            for (auto const& c : a_.network.one_site)
                if (c.process == Process::absorption && c.from.value == 0 && l < c.per_irradiance.size())
                    strongest = std::max(strongest, c.per_irradiance[l]);
            double const cross_section_cm2 = strongest * photon_energy_J(conditions_.laser_per_cm[l]);
            if (cross_section_cm2 > 1e-24) continue;
            double best_nm = 0, distance = 1e300;
            std::string who;
            for (auto const& ion : a_.ions)
                for (std::size_t k = 1; k < ion.levels.size(); ++k) {
                    double const d =
                        std::abs(ion.levels[k].energy_per_cm.value - conditions_.laser_per_cm[l]);
                    if (d < distance) {
                        distance = d;
                        best_nm = wavelength_nm(ion.levels[k].energy_per_cm.value);
                        who = ion.symbol + " " + ion.levels[k].label;
                    }
                }
            warn(fmt::format("excitation[{}].wavelength", l),
                 fmt::format("no ion absorbs at {:g} nm from its ground level (cross-section {:.1g} cm^2); "
                             "the nearest absorption is {} at {:.0f} nm",
                             recipe_.excitations[l].wavelength_nm, cross_section_cm2, who, best_nm));
        }
        if (recipe_.luminescence.interaction_radius_nm > recipe_.regions.front().size_nm)
            warn("luminescence.interaction_radius",
                 "the interaction radius is larger than the core: every ion there sees every other, which is "
                 "fine",
                 Severity::note);
    }

    void check_overrides()
    {
        auto const missing = [&](std::string const& element) {
            return !element.empty() && std::ranges::count(a_.ions, element, &Ion::symbol) == 0;
        };
        for (std::size_t k = 0; k < recipe_.overrides.size(); ++k) {
            auto const& o = recipe_.overrides[k];
            auto const of = [](auto const& step) { return step.empty() ? std::string() : step.front(); };
            for (auto const& element : {o.ion, of(o.donor), of(o.acceptor)})
                if (missing(element))
                    warn(fmt::format("override[{}]", k),
                         fmt::format(
                             "there is no active {} in the particle, so that this number counts nowhere",
                             element));
        }
    }

    void warn(std::string key, std::string problem, Severity severity = Severity::warning)
    {
        a_.warnings.push_back({.severity = severity, .key = std::move(key), .problem = std::move(problem)});
    }

    void say_what_is_left_out()
    {
        if (recipe_.luminescence.structures == 1)
            a_.left_out.emplace_back(
                "other particles of the same recipe: the errors given are those of this one "
                "arrangement of ions; its neighbours in the "
                "flask differ, most of all in upconversion (change the seed to see)");
        a_.left_out.emplace_back(
            "quenching by defects other than vacancies; reabsorption and scattering of light");
        if (recipe_.luminescence.cooperative.empty())
            a_.left_out.emplace_back(
                "cooperative transfer from two donors to one acceptor (luminescence.cooperative)");
        if (recipe_.luminescence.multipoles == Multipoles::dipole)
            a_.left_out.emplace_back(
                "transfer by quadrupoles (luminescence.multipoles): pairs closer than 0.5 nm may "
                "transfer faster than here");
        if (recipe_.medium != "bulk" || recipe_.refractive_index)
            a_.assumed.emplace_back("the particle is a sphere much smaller than the wavelength, alone in its "
                                    "medium (local field)");
        a_.assumed.emplace_back(
            "levels within a multiplet are in thermal equilibrium; each band has one width");
    }

    Recipe const& recipe_;
    std::uint32_t structure_;
    Assembly a_;
    RateConditions conditions_;
    std::map<std::string, TruncatedIon> kept_;
    std::map<std::pair<std::size_t, std::string>, SpeciesId> species_;
};

}  // namespace

std::vector<EmissionLine> Assembly::emission_lines(SpeciesId species, LevelId from, LevelId to) const
{
    if (Species const& s = network.species[species.value]; given.contains(s.name)) {
        if (s.energy_per_cm.empty()) return {};
        return {{.energy_per_cm = s.energy_per_cm[from.value] - s.energy_per_cm[to.value],
                 .share = 1,
                 .fwhm_per_cm = optics[species.value].line_width_per_cm.value}};
    }
    return lanthorn::emission_lines(manifolds[species.value], optics[species.value], from, to);
}

std::vector<Band> Assembly::bands() const
{
    return bands_of(network,
                    [this](SpeciesId s, LevelId from, LevelId to) { return emission_lines(s, from, to); });
}

Particle particle_of(Recipe const& recipe)
{
    Particle particle{.doping = recipe.doping, .cation_order = recipe.cation_order};
    Shape shape = recipe.regions.front().shape.value_or(Shape{});
    double size_nm = recipe.regions.front().size_nm;
    for (std::size_t k = 0; k < recipe.regions.size(); ++k) {
        auto const& region = recipe.regions[k];
        if (k > 0 && region.shape) {
            double const outer_nm = size_nm + 2 * region.size_nm;
            if (!encloses(*region.shape, outer_nm, shape, size_nm))
                throw InputError({}, table_of(k) + ".shape",
                                 fmt::format("an outline of this shape, {:g} nm wide, does not enclose what "
                                             "is inside; make the shell thicker or leave its shape out",
                                             outer_nm));
            std::tie(shape, size_nm) = std::pair(*region.shape, outer_nm);
        }
        else if (k > 0)
            std::tie(shape, size_nm) = grown(shape, size_nm, region.size_nm);
        particle.regions.push_back({.host = host_named(region, table_of(k)),
                                    .shape = shape,
                                    .size_nm = size_nm,
                                    .dopants = region.dopants,
                                    .vacancy_fraction = region.vacancies});
    }
    return particle;
}

Crystal crystal_of(Recipe const& recipe) { return crystal_of_structure(recipe, 0); }

Assembly assemble(Recipe const& recipe) { return assemble_structure(recipe, 0); }

Assembly assemble_structure(Recipe const& recipe, std::uint32_t structure)
{
    return Assembler(recipe, structure).assembly();
}

}  // namespace lanthorn
