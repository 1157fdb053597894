#include "ion_table.hpp"

#include "lanthorn/data/schema.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/calculated_strengths.hpp"
#include "lanthorn/ions/decay.hpp"
#include "lanthorn/ions/free_ion_data.hpp"
#include "lanthorn/ions/manifolds.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/study/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lanthorn::app {

namespace {

/// Strengths smaller than this are left out, as in the ions' data files.
constexpr double smallest_strength = 5e-6;

using Pair = std::pair<std::size_t, std::size_t>;  // rows of levels, upper and lower

/// "2H11/2" -> "2H(3)11/2".
std::string numbered(std::string const& label, int number)
{
    std::string const term = label.substr(0, 2);
    auto const J = label.find(')') == std::string::npos ? std::size_t{2} : label.find(')') + 1;
    return fmt::format("{}({}){}", term, number, label.substr(J));
}

std::optional<double> unless_zero(double x) { return x > 0 ? std::optional(x) : std::nullopt; }

class TableOfIon {
public:
    TableOfIon(std::string const& symbol, std::string const& host, double temperature_K)
    {
        t_.ion = ion_named(symbol);
        t_.host = host;
        t_.temperature_K = temperature_K;
        optics_ = optics_named(host);
        t_.has_intensities = optics_ && knows(*optics_, symbol);
    }

    IonTable table()
    {
        known_levels();
        calculated_levels();
        sort_levels();
        strengths();
        if (optics_) rates();
        notes();
        for (auto& [pair, row] : transitions_) t_.transitions.push_back(std::move(row));
        return std::move(t_);
    }

private:
    void known_levels()
    {
        for (std::size_t i = 0; i < t_.ion.levels.size(); ++i) {
            Level const& level = t_.ion.levels[i];
            t_.levels.push_back({.label = level.label,
                                 .J = level.J,
                                 .energy_per_cm = level.energy_per_cm.value,
                                 .sigma_per_cm = level.energy_per_cm.sigma,
                                 .energy_calculated_per_cm = level.energy_calculated_per_cm,
                                 .source = level.energy_per_cm.source,
                                 .known = true,
                                 .kept = i < t_.ion.default_levels});
        }
        if (!optics_) return;
        Manifolds const manifolds(t_.ion, *optics_, t_.temperature_K);
        for (std::size_t i = 0; i < t_.ion.levels.size(); ++i) {
            LevelId const id{std::uint32_t(i)};
            auto const components = manifolds.components_per_cm(id);
            if (components.empty()) continue;
            t_.levels[i].stark_per_cm.assign(components.begin(), components.end());
            t_.levels[i].energy_per_cm = manifolds.energy_per_cm(id);
            t_.levels[i].source = optics_->manifold(t_.ion.symbol, t_.levels[i].label)->source;
            t_.levels[i].sigma_per_cm = 0;
        }
    }

    void calculated_levels()
    {
        for (FreeIonData& data : free_ion_data_from(library_document("free_ions.toml")))
            if (data.symbol == t_.ion.symbol) hamiltonian_ = std::move(data);
        if (!hamiltonian_) return;
        calculated_ = free_ion(hamiltonian_->f_electrons, without_magnetic_pairs(hamiltonian_->parameters));
        std::set<std::string> labels;
        for (LevelRow const& row : t_.levels) labels.insert(row.label);
        for (std::size_t i : matched_levels(t_.ion, calculated_)) level_of_row_.push_back(i);
        double const ground = calculated_.levels[level_of_row_.front()].energy_per_cm;
        Source source = hamiltonian_->source;
        source.kind = Kind::calculated;
        std::set<std::size_t> const taken(level_of_row_.begin(), level_of_row_.end());
        for (std::size_t i = 0; i < calculated_.levels.size(); ++i) {
            if (taken.contains(i)) continue;
            FreeIonLevel const& level = calculated_.levels[i];
            std::string label = level.label;
            for (int n = 2; !labels.insert(label).second; ++n) label = numbered(level.label, n);
            double const energy = level.energy_per_cm - ground;
            t_.levels.push_back({.label = label,
                                 .J = level.J,
                                 .energy_per_cm = energy,
                                 .energy_calculated_per_cm = energy,
                                 .source = source});
            level_of_row_.push_back(i);
        }
    }

    void sort_levels()
    {
        row_of_known_.resize(t_.ion.levels.size());
        std::vector<std::size_t> order(t_.levels.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return t_.levels[i].energy_per_cm; });
        std::vector<LevelRow> levels;
        std::vector<std::size_t> level_of_row;
        for (std::size_t row = 0; row < order.size(); ++row) {
            levels.push_back(std::move(t_.levels[order[row]]));
            if (hamiltonian_) level_of_row.push_back(level_of_row_[order[row]]);
            if (order[row] < row_of_known_.size()) row_of_known_[order[row]] = row;
        }
        t_.levels = std::move(levels);
        level_of_row_ = std::move(level_of_row);
    }

    TransitionRow& transition(std::size_t a, std::size_t b)
    {
        auto const [lower, upper] = std::minmax(a, b);
        auto const [found, made] = transitions_.try_emplace(Pair(upper, lower));
        if (made) {
            found->second.from = upper;
            found->second.to = lower;
            found->second.energy_per_cm = t_.levels[upper].energy_per_cm - t_.levels[lower].energy_per_cm;
        }
        return found->second;
    }

    void put_strengths(TransitionRow& row, Transition const& t)
    {
        row.U2 = t.U2;
        row.U4 = t.U4;
        row.U6 = t.U6;
        row.S_MD = unless_zero(t.S_MD);
        row.source = t.source;
    }

    void strengths()
    {
        for (Transition const& t : t_.ion.transitions)
            put_strengths(transition(row_of_known_[t.upper.value], row_of_known_[t.lower.value]), t);
        if (!hamiltonian_) return;
        Source source = hamiltonian_->source;
        source.kind = Kind::calculated;
        auto const squared = [&](Matrix const& reduced, std::size_t upper, std::size_t lower) {
            double const x = reduced(level_of_row_[upper], level_of_row_[lower]);
            return x * x < smallest_strength ? 0 : x * x;
        };
        for (std::size_t upper = 0; upper < t_.levels.size(); ++upper)
            for (std::size_t lower = 0; lower < upper; ++lower) {
                if (t_.levels[upper].known && t_.levels[lower].known) continue;
                Transition const t{.upper = {},
                                   .lower = {},
                                   .U2 = squared(calculated_.U2, upper, lower),
                                   .U4 = squared(calculated_.U4, upper, lower),
                                   .U6 = squared(calculated_.U6, upper, lower),
                                   .S_MD = squared(calculated_.magnetic, upper, lower),
                                   .source = source,
                                   .S_ED_override_cm2 = {}};
                if (t.U2 + t.U4 + t.U6 + t.S_MD > 0) put_strengths(transition(upper, lower), t);
            }
    }

    void rates()
    {
        Ion ion = t_.ion;
        for (Transition& t : ion.transitions) {
            if (!t_.has_intensities && !t.S_ED_override_cm2) {
                t.S_ED_override_cm2 = Sourced<double>{};  // magnetic dipoles and phonons need none
                continue;
            }
            auto const S = electric_line_strength_cm2(ion, t, *optics_);
            TransitionRow& row = transition(row_of_known_[t.upper.value], row_of_known_[t.lower.value]);
            row.S_ED_cm2 = unless_zero(S.value);
            if (row.S_ED_cm2) row.intensity = S.source;
        }
        auto const channels = one_site_channels(
            {0}, ion, *optics_, {.temperature_K = t_.temperature_K, .medium_index = {}, .laser_per_cm = {}});
        for (OneSiteChannel const& c : channels) {
            if (c.from.value < c.to.value) continue;
            TransitionRow& row = transition(row_of_known_[c.from.value], row_of_known_[c.to.value]);
            auto const add = [&](std::optional<double>& rate) { rate = rate.value_or(0) + c.k0_per_s; };
            if (c.process == Process::electric_dipole)
                add(row.A_ED_per_s);
            else if (c.process == Process::magnetic_dipole)
                add(row.A_MD_per_s);
            else if (c.process == Process::multiphonon)
                add(row.multiphonon_per_s);
        }
        for (std::size_t i = 0; i < ion.levels.size(); ++i) decay(channels, i);
    }

    void decay(std::vector<OneSiteChannel> const& channels, std::size_t level)
    {
        if (level == 0) return;
        LevelDecay const d = level_decay(channels, {std::uint32_t(level)});
        LevelRow& row = t_.levels[row_of_known_[level]];
        row.multiphonon_per_s = unless_zero(d.multiphonon_per_s);
        if (!t_.has_intensities) return;
        row.radiative_per_s = unless_zero(d.radiative_per_s);
        if (d.radiative_per_s > 0) row.lifetime_radiative_s = 1 / d.radiative_per_s;
        if (d.lifetime_s > 0 && std::isfinite(d.lifetime_s)) row.lifetime_s = d.lifetime_s;
        for (OneSiteChannel const& c : channels)
            if (c.from.value == level && c.process == Process::multiphonon &&
                std::ranges::count(d.coupled, c.to) == 0)
                row.phonons_out_per_s += c.k0_per_s;
        if (d.coupled.size() > 1)
            for (LevelId id : d.coupled) row.coupled.push_back(ion_label(id));
        for (auto& [pair, t] : transitions_)
            if (pair.first == row_of_known_[level] && (t.A_ED_per_s || t.A_MD_per_s))
                t.branching = (t.A_ED_per_s.value_or(0) + t.A_MD_per_s.value_or(0)) / d.radiative_per_s;
    }

    std::string const& ion_label(LevelId id) const { return t_.ion.levels[id.value].label; }

    void notes()
    {
        std::size_t const calculated = t_.levels.size() - t_.ion.levels.size();
        if (!optics_)
            t_.notes.push_back(fmt::format("{} has no optical data of its own: there are no rates", t_.host));
        else if (!t_.has_intensities)
            t_.notes.push_back(
                fmt::format("intensities of {} in {} are not known (neither Judd-Ofelt parameters nor a line "
                            "strength): there are no electric-dipole rates, branching ratios and lifetimes",
                            t_.ion.symbol, t_.host));
        if (calculated > 0)
            t_.notes.push_back(
                fmt::format("{} of the {} levels of 4f^{} are calculated only; no rates are made of them",
                            calculated, t_.levels.size(), t_.ion.f_electrons));
    }

    IonTable t_;
    std::optional<HostOptics> optics_;
    std::optional<FreeIonData> hamiltonian_;
    FreeIon calculated_;
    std::vector<std::size_t> level_of_row_;  // (rows) level of calculated_
    std::vector<std::size_t> row_of_known_;  // (levels of the data file)
    std::map<Pair, TransitionRow> transitions_;
};

}  // namespace

std::vector<std::string> ion_names()
{
    std::map<std::pair<int, std::string>, std::string> names;
    for (std::string const& file : library_files("ions"))
        if (file.ends_with(".toml")) {
            Ion const ion = ion_from(library_document(file));
            names[{ion.f_electrons, ion.symbol}] = ion.symbol;
        }
    std::vector<std::string> result;
    for (auto const& [key, name] : names) result.push_back(name);
    return result;
}

Ion ion_named(std::string const& symbol)
{
    auto const file = "ions/" + symbol + ".toml";
    if (library_has(file)) return ion_from(library_document(file));
    auto const known = ion_names();
    std::optional<std::string> meant = nearest(symbol, known);
    for (std::string const& name : known) {  // "Er3+", "er"
        std::string const start = symbol.substr(0, 2);
        if (start.size() == 2 && (start[0] | 0x20) == (name[0] | 0x20) && (start[1] | 0x20) == name[1])
            meant = name;
    }
    throw InputError(
        {}, "ion",
        meant
            ? fmt::format("there are no level data of \"{}\"; did you mean \"{}\"?", symbol, *meant)
            : fmt::format("there are no level data of \"{}\"; there are {}", symbol, fmt::join(known, ", ")));
}

std::optional<HostOptics> optics_named(std::string const& host)
{
    auto const file = "hosts/" + host + ".toml";
    if (!library_has(file)) {
        std::string problem = no_such_host(host);
        if (auto const end = problem.find(", or a file"); end != std::string::npos) problem.resize(end);
        throw InputError({}, "--host", problem);
    }
    Document const document = library_document(file);
    if (document.root.find("optics") == nullptr) return std::nullopt;
    return host_optics_from(document);
}

bool knows(HostOptics const& host, std::string const& symbol)
{
    return host.judd_ofelt.contains(symbol) || host.line_strength_cm2.contains(symbol);
}

IonTable ion_table(std::string const& symbol, std::string const& host, double temperature_K)
{
    return TableOfIon(symbol, host, temperature_K).table();
}

}  // namespace lanthorn::app
