#include "lanthorn/data/schema.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/reading.hpp"
#include "lanthorn/luminescence/user_network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

using Need = Reading::Need;

/// A level of a species, found.
struct Where {
    SpeciesId species;
    LevelId level;
};

class UserNetworkReading {
public:
    explicit UserNetworkReading(Document const& document) : document_(document), in_(document) {}

    UserNetwork read()
    {
        Node const& root = document_.root;
        in_.known_keys(root, "",
                       {"title", "source", "where", "kind", "recalled", "note", "host", "site_density",
                        "species", "laser", "absorption", "decay", "transfer", "band"});
        user_.title = in_.text(root, "title", "", Need::optional).value_or("");
        user_.host = in_.text(root, "host", "", Need::optional).value_or("");
        default_source_ = {.key = "user", .where = document_.name, .kind = Kind::assumed};
        if (root.find("source") != nullptr) default_source_ = in_.source(root, "").value_or(default_source_);
        user_.site_density_per_nm3 =
            quantity(root, "site_density", "", Dimension::number_density, Need::optional);
        each("species", Need::required, &UserNetworkReading::species);
        if (user_.network.species.empty() || !in_.clean()) in_.done();
        each("laser", Need::optional, &UserNetworkReading::laser);
        user_.network.lasers = user_.lasers.size();
        each("absorption", Need::optional, &UserNetworkReading::absorption);
        each("decay", Need::optional, &UserNetworkReading::decay);
        each("transfer", Need::optional, &UserNetworkReading::transfer);
        each("band", Need::optional, &UserNetworkReading::band);
        check_fractions();
        in_.done();
        return std::move(user_);
    }

private:
    using One = void (UserNetworkReading::*)(Node const&, std::string const&);

    void each(char const* name, Need need, One read_one)
    {
        Node const* list = in_.array(document_.root, name, "", need);
        if (list == nullptr) return;
        for (std::size_t i = 0; i < list->array().size(); ++i) {
            Node const& node = list->array()[i];
            std::string const path = fmt::format("{}[{}]", name, i);
            if (node.is_table())
                (this->*read_one)(node, path);
            else
                in_.problem(node.place, path, fmt::format("a table [[{}]] is wanted here", name));
        }
    }

    /// "393 s^-1" of the file's source, or a table with a source of its own.
    std::optional<Sourced<double>> quantity(Node const& table, char const* name, std::string const& path,
                                            Dimension dimension, Need need)
    {
        Node const* node = in_.field(table, name, path, need);
        if (node == nullptr) return std::nullopt;
        std::string const key = path.empty() ? name : fmt::format("{}.{}", path, name);
        if (node->is_table()) {
            auto const value = in_.sourced(table, name, path, dimension, need);
            return value && not_negative(*node, key, value->value) ? value : std::nullopt;
        }
        Conversion converted;
        if (node->is_text())
            converted = to_house(node->text(), dimension);
        else if (node->is_number() && dimension == Dimension::none)
            converted.house = node->number();
        else
            converted.problem =
                fmt::format("{} is to be a text of number and unit, for example \"{} {}\"", name,
                            node->is_number() ? node->number() : 1, house_unit(dimension));
        if (!converted.house) {
            in_.problem(node->place, key, converted.problem);
            return std::nullopt;
        }
        if (!not_negative(*node, key, *converted.house)) return std::nullopt;
        return Sourced<double>{*converted.house, 0, default_source_};
    }

    bool not_negative(Node const& node, std::string const& key, double value)
    {
        if (value >= 0 && std::isfinite(value)) return true;
        in_.problem(node.place, key, fmt::format("{:g} is negative, which this cannot be", value));
        return false;
    }

    void species(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"name", "fraction", "levels"});
        Species species;
        species.name = in_.text(node, "name", path, Need::required).value_or("");
        for (auto const& other : user_.network.species)
            if (other.name == species.name)
                in_.problem(node.find("name")->place, path + ".name",
                            fmt::format("species \"{}\" stands here for the second time", species.name));
        auto const fraction = quantity(node, "fraction", path, Dimension::none, Need::required);
        if (fraction && !(fraction->value <= 1))
            in_.problem(node.find("fraction")->place, path + ".fraction",
                        fmt::format("fraction {:g} of the sites is above 1; per cent are written \"18 %\"",
                                    fraction->value));
        if (Node const* levels = in_.array(node, "levels", path, Need::required)) {
            std::size_t with_energy = 0;
            for (std::size_t l = 0; l < levels->array().size(); ++l)
                with_energy += level(levels->array()[l], fmt::format("{}.levels[{}]", path, l), species);
            if (species.levels.empty())
                in_.problem(levels->place, path + ".levels", "a species has at least one level, the ground");
            if (with_energy != 0 && with_energy != species.levels.size())
                in_.problem(levels->place, path + ".levels",
                            "give the energies of all levels of a species, or of none");
            if (with_energy == 0) species.energy_per_cm.clear();
        }
        user_.network.species.push_back(std::move(species));
        user_.fraction.push_back(fraction.value_or(Sourced<double>{}));
    }

    /// "4I13/2" or { label = "4I13/2", energy = "6500 cm^-1" }; whether there is an energy.
    bool level(Node const& node, std::string const& path, Species& species)
    {
        std::string label;
        std::optional<Sourced<double>> energy;
        if (node.is_text())
            label = node.text();
        else if (node.is_table()) {
            in_.known_keys(node, path, {"label", "energy"});
            label = in_.text(node, "label", path, Need::required).value_or("");
            energy = quantity(node, "energy", path, Dimension::energy, Need::optional);
        }
        else
            in_.problem(node.place, path, "a level is a label, or { label = …, energy = … }");
        if (std::ranges::find(species.levels, label) != species.levels.end())
            in_.problem(
                node.place, path,
                fmt::format("level \"{}\" stands here for the second time; labels are unique", label));
        if (energy && !species.energy_per_cm.empty() && energy->value < species.energy_per_cm.front())
            in_.problem(node.place, path + ".energy",
                        "the ground level, which comes first, is to be the lowest");
        species.levels.push_back(label);
        species.energy_per_cm.push_back(energy ? energy->value : 0);
        return energy.has_value();
    }

    std::optional<SpeciesId> species_named(Node const& node, std::string const& key)
    {
        std::vector<std::string> names;
        for (auto const& s : user_.network.species) names.push_back(s.name);
        auto const found = std::ranges::find(names, node.text());
        if (found != names.end()) return SpeciesId{std::uint32_t(found - names.begin())};
        in_.problem(node.place, key, unknown("species", node.text(), names));
        return std::nullopt;
    }

    std::optional<LevelId> level_named(SpeciesId s, std::string const& label, Place const& place,
                                       std::string const& key)
    {
        auto const& labels = user_.network.species[s.value].levels;
        auto const found = std::ranges::find(labels, label);
        if (found != labels.end()) return LevelId{std::uint32_t(found - labels.begin())};
        in_.problem(place, key, unknown("level of " + user_.network.species[s.value].name, label, labels));
        return std::nullopt;
    }

    static std::string unknown(std::string const& what, std::string const& word,
                               std::vector<std::string> const& known)
    {
        auto const near = nearest(word, known);
        return near ? fmt::format("there is no {} \"{}\"; did you mean \"{}\"?", what, word, *near)
                    : fmt::format("there is no {} \"{}\"; there are {}", what, word, fmt::join(known, ", "));
    }

    std::optional<Where> level_of(Node const& node, SpeciesId s, char const* name, std::string const& path)
    {
        auto const label = in_.text(node, name, path, Need::required);
        if (!label) return std::nullopt;
        auto const level = level_named(s, *label, node.find(name)->place, fmt::format("{}.{}", path, name));
        if (!level) return std::nullopt;
        return Where{s, *level};
    }

    std::optional<SpeciesId> ion_of(Node const& node, std::string const& path)
    {
        if (!in_.text(node, "ion", path, Need::required)) return std::nullopt;
        return species_named(*node.find("ion"), path + ".ion");
    }

    double rise_per_cm(SpeciesId s, LevelId from, LevelId to) const
    {
        auto const& energy = user_.network.species[s.value].energy_per_cm;
        return energy.empty() ? 0 : energy[to.value] - energy[from.value];
    }

    bool has_energies(SpeciesId s) const { return !user_.network.species[s.value].energy_per_cm.empty(); }

    void laser(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"name", "wavelength"});
        UserNetwork::Laser laser;
        laser.name = in_.text(node, "name", path, Need::required).value_or("");
        auto const nm = quantity(node, "wavelength", path, Dimension::length, Need::required);
        if (nm && !(nm->value > 0))
            in_.problem(node.find("wavelength")->place, path + ".wavelength", "a wavelength is above 0");
        laser.wavelength_nm = nm ? nm->value : 0;
        user_.lasers.push_back(std::move(laser));
    }

    void absorption(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"laser", "ion", "from", "to", "cross_section", "stimulated"});
        auto const name = in_.text(node, "laser", path, Need::required);
        auto const s = ion_of(node, path);
        if (!s || !name) return;
        auto const from = level_of(node, *s, "from", path), to = level_of(node, *s, "to", path);
        auto const sigma = quantity(node, "cross_section", path, Dimension::area, Need::required);
        auto const stimulated = quantity(node, "stimulated", path, Dimension::area, Need::optional);
        auto const found = std::ranges::find(user_.lasers, *name, &UserNetwork::Laser::name);
        if (found == user_.lasers.end()) {
            std::vector<std::string> names;
            for (auto const& l : user_.lasers) names.push_back(l.name);
            in_.problem(node.find("laser")->place, path + ".laser", unknown("laser", *name, names));
            return;
        }
        if (!from || !to || !sigma || !(found->wavelength_nm > 0)) return;
        if (from->level == to->level)
            return in_.problem(node.find("to")->place, path + ".to", "from and to are one level");
        double const photon_per_cm = wavenumber_per_cm(found->wavelength_nm);
        auto const add = [&](LevelId a, LevelId b, Sourced<double> const& area, Process process) {
            double const sign = process == Process::absorption ? -1 : 1;
            std::vector<double> per_irradiance(user_.lasers.size(), 0.0);
            per_irradiance[std::size_t(found - user_.lasers.begin())] =
                area.value * photon_flux_per_irradiance(photon_per_cm);
            user_.network.one_site.push_back(
                {.species = *s,
                 .from = a,
                 .to = b,
                 .per_irradiance = std::move(per_irradiance),
                 .process = process,
                 .photon_per_cm = sign * photon_per_cm,
                 .heat_per_cm = has_energies(*s) ? -sign * photon_per_cm - rise_per_cm(*s, a, b) : 0,
                 .source = area.source});
        };
        add(from->level, to->level, *sigma, Process::absorption);
        if (stimulated) add(to->level, from->level, *stimulated, Process::stimulated_emission);
    }

    void decay(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"ion", "from", "to", "rate", "radiative"});
        auto const s = ion_of(node, path);
        auto const rate = quantity(node, "rate", path, Dimension::rate, Need::required);
        bool radiative = false;
        if (Node const* flag = in_.field(node, "radiative", path, Need::optional)) {
            if (auto const* yes = std::get_if<bool>(&flag->value))
                radiative = *yes;
            else
                in_.problem(flag->place, path + ".radiative", "radiative is to be true or false");
        }
        if (!s) return;
        auto const from = level_of(node, *s, "from", path);
        Node const* to = in_.field(node, "to", path, Need::required);
        if (!from || !rate || to == nullptr) return;
        std::vector<std::pair<LevelId, double>> branches;
        if (to->is_text()) {
            if (auto const level = level_named(*s, to->text(), to->place, path + ".to"))
                branches.emplace_back(*level, 1.0);
        }
        else if (to->is_table()) {
            double sum = 0;
            for (auto const& [label, share] : to->table()) {
                auto const level = level_named(*s, label, share.key_place, path + ".to");
                auto const part = quantity(*to, label.c_str(), path + ".to", Dimension::none, Need::required);
                if (!level || !part) return;
                branches.emplace_back(*level, part->value);
                sum += part->value;
            }
            if (!(std::abs(sum - 1) < 1e-6))
                in_.problem(to->place, path + ".to",
                            fmt::format("branching ratios sum to {:g}, not to 1", sum));
        }
        else
            in_.problem(to->place, path + ".to",
                        "to is a level, or a table of levels with their branching ratios");
        for (auto const& [level, share] : branches) {
            if (level == from->level) {
                in_.problem(to->place, path + ".to", "from and to are one level");
                continue;
            }
            double const released = -rise_per_cm(*s, from->level, level);
            if (radiative && has_energies(*s) && !(released > 0)) {
                in_.problem(to->place, path + ".to",
                            "a photon cannot be emitted to a level that is not lower");
                continue;
            }
            user_.network.one_site.push_back(
                {.species = *s,
                 .from = from->level,
                 .to = level,
                 .k0_per_s = rate->value * share,
                 .process = radiative ? Process::electric_dipole : Process::multiphonon,
                 .photon_per_cm = radiative ? released : 0,
                 .heat_per_cm = radiative ? 0 : released,
                 .source = rate->source});
        }
    }

    /// ["Er", "4I15/2", "4I11/2"]
    std::optional<std::pair<Where, LevelId>> jump(Node const& node, char const* name, std::string const& path)
    {
        Node const* list = in_.array(node, name, path, Need::required);
        if (list == nullptr) return std::nullopt;
        return jump(*list, fmt::format("{}.{}", path, name));
    }

    std::optional<std::pair<Where, LevelId>> jump(Node const& list, std::string const& key)
    {
        if (!list.is_array() || list.array().size() != 3 ||
            !std::ranges::all_of(list.array(), &Node::is_text)) {
            in_.problem(list.place, key, "[ion, level before, level after] is wanted here");
            return std::nullopt;
        }
        auto const& parts = list.array();
        auto const s = species_named(parts[0], key);
        if (!s) return std::nullopt;
        auto const from = level_named(*s, parts[1].text(), parts[1].place, key);
        auto const to = level_named(*s, parts[2].text(), parts[2].place, key);
        if (!from || !to) return std::nullopt;
        return std::pair(Where{*s, *from}, *to);
    }

    void transfer(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"donor", "acceptor", "coefficient"});
        auto const donor = jump(node, "donor", path), acceptor = jump(node, "acceptor", path);
        Node const* value = in_.field(node, "coefficient", path, Need::required);
        if (value == nullptr) return;
        bool const macroscopic = dimension_of(*value) == Dimension::transfer_volume;
        auto const coefficient =
            quantity(node, "coefficient", path,
                     macroscopic ? Dimension::transfer_volume : Dimension::transfer_sixth, Need::required);
        if (!donor || !acceptor || !coefficient) return;
        auto const& [d, d_to] = *donor;
        auto const& [a, a_to] = *acceptor;
        double const heat =
            has_energies(d.species) && has_energies(a.species)
                ? -rise_per_cm(d.species, d.level, d_to) - rise_per_cm(a.species, a.level, a_to)
                : 0;
        user_.network.pair.push_back({.donor = d.species,
                                      .acceptor = a.species,
                                      .donor_from = d.level,
                                      .donor_to = d_to,
                                      .acceptor_from = a.level,
                                      .acceptor_to = a_to,
                                      .coefficient = macroscopic ? 0 : coefficient->value,
                                      .heat_per_cm = heat,
                                      .source = coefficient->source});
        user_.macroscopic_cm3_per_s.push_back(macroscopic ? std::optional(coefficient->value) : std::nullopt);
    }

    /// What the unit of a coefficient says it is.
    static Dimension dimension_of(Node const& value)
    {
        std::optional<Unit> unit;
        if (value.is_text()) {
            if (auto const parts = split_number(value.text()))
                unit = unit_from(parts->unit, Dimension::transfer_volume);
        }
        else if (Node const* text = value.find("unit"); text != nullptr && text->is_text())
            unit = unit_from(text->text(), Dimension::transfer_volume);
        return unit ? unit->dimension : Dimension::transfer_sixth;
    }

    void band(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"name", "transitions"});
        UserNetwork::Band band;
        band.name = in_.text(node, "name", path, Need::required).value_or("");
        Node const* list = in_.array(node, "transitions", path, Need::required);
        if (list == nullptr) return;
        for (std::size_t i = 0; i < list->array().size(); ++i) {
            std::string const key = fmt::format("{}.transitions[{}]", path, i);
            auto const step = jump(list->array()[i], key);
            if (!step) continue;
            std::size_t const before = band.channels.size();
            for (std::size_t m = 0; m < user_.network.one_site.size(); ++m) {
                auto const& c = user_.network.one_site[m];
                if (c.process == Process::electric_dipole && c.species == step->first.species &&
                    c.from == step->first.level && c.to == step->second)
                    band.channels.push_back(m);
            }
            if (band.channels.size() == before)
                in_.problem(list->array()[i].place, key,
                            "no decay with radiative = true makes this transition, so it has no photons");
        }
        user_.bands.push_back(std::move(band));
    }

    void check_fractions()
    {
        double sum = 0;
        for (auto const& f : user_.fraction) sum += f.value;
        if (sum > 1 + 1e-9)
            in_.problem(document_.root.find("species")->place, "species",
                        fmt::format("the fractions of all species sum to {:g}, more than all sites", sum));
    }

    Document const& document_;
    Reading in_;
    UserNetwork user_;
    Source default_source_;
};

}  // namespace

UserNetwork user_network_from(Document const& document) { return UserNetworkReading(document).read(); }

}  // namespace lanthorn
