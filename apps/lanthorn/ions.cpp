#include "lanthorn/base/errors.hpp"
#include "lanthorn/data/unit.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/report/format.hpp"
#include "lanthorn/study/names.hpp"

#include "commands.hpp"
#include "ion_table.hpp"
#include "json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace lanthorn::app {

namespace {

struct IonsOptions {
    std::string ion, host = "beta-NaYF4", temperature = "295 K", max_energy;
    bool json = false, all = false;
};

/// A number without unit is in the house unit.
double quantity(std::string const& text, Dimension dimension, std::string const& option)
{
    auto const parts = split_number(text);
    auto const value = parts && parts->unit.empty()
                           ? to_house(parts->number, house_unit(dimension), dimension)
                           : to_house(text, dimension);
    if (!value.house) throw InputError({}, option, fmt::format("{}: {}", option, value.problem));
    return *value.house;
}

std::string J_text(double J)
{
    return J == std::floor(J) ? fmt::format("{:g}", J) : fmt::format("{:g}/2", 2 * J);
}

/// "measured carnall1968 (recalled)"
std::string origin(Source const& source)
{
    return fmt::format("{:<10} {}{}", to_text(source.kind), source.key, source.recalled ? " (recalled)" : "");
}

// The whole series.

std::vector<std::string> hosts_that_know(std::string const& symbol)
{
    std::vector<std::string> hosts;
    for (std::string const& host : host_names())
        if (auto const optics = optics_named(host); optics && knows(*optics, symbol)) hosts.push_back(host);
    return hosts;
}

void print_series(bool json)
{
    std::vector<std::string> rows;
    if (!json)
        fmt::print("{:<4} {:<6} {:>6} {:>6} {:>6}   {:<8} {:<9} {:>10}   {}\n", "ion", "4f^n", "levels",
                   "known", "kept", "ground", "next", "at [cm^-1]", "intensities known in");
    for (std::string const& symbol : ion_names()) {
        Ion const ion = ion_named(symbol);
        auto const hosts = hosts_that_know(symbol);
        std::size_t const levels = multiplets(ion.f_electrons);
        std::string const ground = ion.levels.front().label;
        Level const* const next = ion.levels.size() > 1 ? &ion.levels[1] : nullptr;
        if (json) {
            JsonObject row;
            row.text("ion", symbol)
                .integer("f_electrons", ion.f_electrons)
                .integer("levels", std::int64_t(levels));
            row.integer("levels_known", std::int64_t(ion.levels.size()));
            row.integer("levels_kept", std::int64_t(ion.default_levels)).text("ground", ground);
            if (next)
                row.text("first_excited", next->label)
                    .number("first_excited_energy", next->energy_per_cm.value);
            rows.push_back(row.texts("hosts", hosts).line());
        }
        else
            fmt::print("{:<4} {:<6} {:>6} {:>6} {:>6}   {:<8} {:<9} {:>10}   {}\n", symbol,
                       fmt::format("4f{}", ion.f_electrons), levels, ion.levels.size(), ion.default_levels,
                       ground, next ? next->label : "",
                       next ? fmt::format("{:.0f}", next->energy_per_cm.value) : "",
                       hosts.empty() ? "-" : fmt::format("{}", fmt::join(hosts, ", ")));
    }
    if (json)
        fmt::print("{{ \"units\": {{ \"first_excited_energy\": \"cm^-1\" }},\n  \"ions\": {} }}\n",
                   json_lines(rows));
    else
        fmt::print("\nlevels of 4f^n; of them known (energy with a source); kept in a simulation unless "
                   "luminescence.levels.count says otherwise\nmore of one ion: lanthorn ions Er\n");
}

// One ion, for machines.

std::string json_of(LevelRow const& level)
{
    JsonObject row;
    row.text("label", level.label).number("J", level.J).number("energy", level.energy_per_cm);
    if (level.sigma_per_cm > 0) row.number("sigma", level.sigma_per_cm);
    row.number("energy_calculated", level.energy_calculated_per_cm).source(level.source);
    row.flag("known", level.known).flag("kept", level.kept);
    row.number("lifetime", level.lifetime_s).number("lifetime_radiative", level.lifetime_radiative_s);
    row.number("rate_radiative", level.radiative_per_s).number("rate_multiphonon", level.multiphonon_per_s);
    if (!level.coupled.empty()) row.texts("coupled", level.coupled);
    if (!level.stark_per_cm.empty()) row.numbers("stark", level.stark_per_cm);
    return row.line();
}

std::string json_of(TransitionRow const& t, std::vector<LevelRow> const& levels)
{
    JsonObject row;
    row.text("from", levels[t.from].label).text("to", levels[t.to].label).number("energy", t.energy_per_cm);
    if (t.energy_per_cm > 0) row.number("wavelength", wavelength_nm(t.energy_per_cm));
    row.number("U2", t.U2).number("U4", t.U4).number("U6", t.U6).number("S_MD", t.S_MD);
    row.number("S_ED", t.S_ED_cm2).number("A_ED", t.A_ED_per_s).number("A_MD", t.A_MD_per_s);
    row.number("branching", t.branching).number("multiphonon", t.multiphonon_per_s);
    if (!t.source.key.empty()) row.source(t.source);
    if (t.intensity) row.text("S_ED_kind", to_text(t.intensity->kind)).text("S_ED_source", t.intensity->key);
    return row.line();
}

std::string intensities(IonTable const& table)
{
    HostOptics const optics = *optics_named(table.host);
    JsonObject o;
    if (auto const S = optics.line_strength_cm2.find(table.ion.symbol); S != optics.line_strength_cm2.end())
        return o.number("S_ED", S->second.value).source(S->second.source).line();
    JuddOfelt const& set = optics.judd_ofelt.at(table.ion.symbol);
    o.number("Omega_2", set.omega_cm2[0])
        .number("Omega_4", set.omega_cm2[1])
        .number("Omega_6", set.omega_cm2[2]);
    return o.source(set.source).line();
}

void print_json(IonTable const& table)
{
    std::vector<std::string> levels, transitions;
    for (LevelRow const& level : table.levels) levels.push_back(json_of(level));
    for (TransitionRow const& t : table.transitions) transitions.push_back(json_of(t, table.levels));
    JsonObject units;
    for (char const* key : {"energy", "energy_calculated", "sigma", "stark"}) units.text(key, "cm^-1");
    units.text("wavelength", "nm").text("lifetime", "s").text("lifetime_radiative", "s");
    units.text("rate", "s^-1").text("rate_radiative", "s^-1").text("rate_multiphonon", "s^-1");
    units.text("A_ED", "s^-1").text("A_MD", "s^-1").text("multiphonon", "s^-1").text("S_ED", "cm^2");
    units.text("S_MD", "hbar^2").text("U2", "1").text("U4", "1").text("U6", "1").text("branching", "1");
    for (char const* key : {"Omega_2", "Omega_4", "Omega_6"}) units.text(key, "cm^2");
    units.text("J", "hbar").text("temperature", "K");
    JsonObject document;
    document.text("ion", table.ion.symbol)
        .integer("f_electrons", table.ion.f_electrons)
        .text("host", table.host);
    document.number("temperature", table.temperature_K).json("units", units.line());
    if (!table.notes.empty()) document.texts("notes", table.notes);
    if (table.has_intensities) document.json("intensities", intensities(table));
    document.json("levels", json_lines(levels)).json("transitions", json_lines(transitions));
    fmt::print("{}", document.document());
}

// One ion, for readers.

/// Times as text, nothing where there is none.
std::string time_of(std::optional<double> value_s) { return value_s ? time_text(*value_s, 0) : ""; }

/// "light 83 %, phonons 17 %; one with 2H11/2"
std::string decay_of(LevelRow const& level)
{
    double const light = level.radiative_per_s.value_or(0), phonons = level.phonons_out_per_s;
    std::string text;
    if (level.lifetime_s) {
        double const percent = 100 * light / (light + phonons);
        text = percent > 99.5  ? "light"
               : percent < 0.5 ? "phonons"
                               : fmt::format("light {:.0f} %, phonons {:.0f} %", percent, 100 - percent);
    }
    std::string others;
    for (std::string const& label : level.coupled)
        if (label != level.label) others += (others.empty() ? "" : ", ") + label;
    return others.empty() ? text : fmt::format("{}; together with {}", text, others);
}

void print_head(IonTable const& table)
{
    fmt::print("{}3+ in {} at {:g} K   4f{}, {} levels, {} known, {} kept in a simulation\n",
               table.ion.symbol, table.host, table.temperature_K, table.ion.f_electrons,
               multiplets(table.ion.f_electrons), table.ion.levels.size(), table.ion.default_levels);
    for (std::string const& note : table.notes) fmt::print("note: {}\n", note);
    if (!table.has_intensities) return;
    HostOptics const optics = *optics_named(table.host);
    if (auto const S = optics.line_strength_cm2.find(table.ion.symbol); S != optics.line_strength_cm2.end())
        fmt::print("intensities: line strength {:.3g}e-20 cm^2, {}\n", S->second.value * 1e20,
                   origin(S->second.source));
    else {
        JuddOfelt const& set = optics.judd_ofelt.at(table.ion.symbol);
        fmt::print("intensities: Omega_2, _4, _6 = {:.3g}, {:.3g}, {:.3g} e-20 cm^2, {}\n",
                   set.omega_cm2[0] * 1e20, set.omega_cm2[1] * 1e20, set.omega_cm2[2] * 1e20,
                   origin(set.source));
    }
}

void print_levels(IonTable const& table, bool all)
{
    std::size_t widest = 10;
    for (LevelRow const& level : table.levels)
        if (level.known || all) widest = std::max(widest, origin(level.source).size());
    fmt::print("\n{:<10} {:>5} {:>8} {:>10} {:>11} {:>11}   {:<{}}  {}\n", "level", "J", "cm^-1",
               "calculated", "lifetime", "radiative", "energy is", widest, "decays by");
    std::size_t left_out = 0;
    for (LevelRow const& level : table.levels) {
        if (!level.known && !all) {
            ++left_out;
            continue;
        }
        std::string const line = fmt::format(
            "{:<10} {:>5} {:>8.0f} {:>10} {:>11} {:>11}   {:<{}}  {}",
            level.label + (level.known && !level.kept ? " +" : ""), J_text(level.J), level.energy_per_cm,
            level.energy_calculated_per_cm ? fmt::format("{:.0f}", *level.energy_calculated_per_cm) : "",
            time_of(level.lifetime_s), time_of(level.lifetime_radiative_s), origin(level.source), widest,
            decay_of(level));
        fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
    }
    if (std::ranges::any_of(table.levels, [](LevelRow const& l) { return l.known && !l.kept; }))
        fmt::print("+ not in a simulation unless luminescence.levels.count asks for it\n");
    if (left_out > 0) fmt::print("{} calculated levels are not shown: --all, --json\n", left_out);
}

std::string number_or_nothing(std::optional<double> x, char const* format)
{
    return x ? fmt::format(fmt::runtime(format), *x) : "";
}

/// Whether a table of bounded length has room for it.
bool is_of_interest(TransitionRow const& t, IonTable const& table)
{
    if (!table.levels[t.from].kept) return false;
    if (!table.has_intensities) return true;
    return t.branching.value_or(0) >= 0.01 || t.multiphonon_per_s.value_or(0) > 0;
}

void print_transitions(IonTable const& table, bool all)
{
    fmt::print("\n{:<10} {:<10} {:>7} {:>8} {:>7} {:>7} {:>7} {:>7} {:>9} {:>9} {:>9} {:>6} {:>11}\n", "from",
               "to", "cm^-1", "nm", "U2", "U4", "U6", "S_MD", "S_ED", "A_ED", "A_MD", "%", "multiphonon");
    std::size_t left_out = 0;
    for (TransitionRow const& t : table.transitions) {
        if (!all && !is_of_interest(t, table)) {
            ++left_out;
            continue;
        }
        fmt::print("{:<10} {:<10} {:>7.0f} {:>8.1f} {:>7} {:>7} {:>7} {:>7} {:>9} {:>9} {:>9} {:>6} {:>11}\n",
                   table.levels[t.from].label, table.levels[t.to].label, t.energy_per_cm,
                   wavelength_nm(t.energy_per_cm), number_or_nothing(t.U2, "{:.4f}"),
                   number_or_nothing(t.U4, "{:.4f}"), number_or_nothing(t.U6, "{:.4f}"),
                   number_or_nothing(t.S_MD, "{:.3f}"), number_or_nothing(t.S_ED_cm2, "{:.2e}"),
                   number_or_nothing(t.A_ED_per_s, "{:.3g}"), number_or_nothing(t.A_MD_per_s, "{:.3g}"),
                   t.branching ? fmt::format("{:.1f}", 100 * *t.branching) : "",
                   number_or_nothing(t.multiphonon_per_s, "{:.3g}"));
    }
    fmt::print(
        "S_MD in hbar^2, S_ED in cm^2, rates in s^-1, branching in per cent of the light of a level\n");
    if (left_out > 0)
        fmt::print(
            "{} transitions of less than 1 %, or of levels that are not kept, are not shown: --all, --json\n",
            left_out);
}

void limit(IonTable& table, double max_energy_per_cm)
{
    std::erase_if(table.transitions, [&](TransitionRow const& t) {
        return table.levels[t.from].energy_per_cm > max_energy_per_cm;
    });
    std::erase_if(table.levels, [&](LevelRow const& l) { return l.energy_per_cm > max_energy_per_cm; });
}

void run_ions(IonsOptions const& o)
{
    optics_named(o.host);
    double const temperature_K = quantity(o.temperature, Dimension::temperature, "--temperature");
    if (!(temperature_K > 0))
        throw InputError({}, "--temperature",
                         fmt::format("--temperature: {:g} K is not above absolute zero", temperature_K));
    double const most = o.max_energy.empty() ? std::numeric_limits<double>::infinity()
                                             : quantity(o.max_energy, Dimension::energy, "--max-energy");
    if (o.ion.empty()) return print_series(o.json);
    IonTable table = ion_table(o.ion, o.host, temperature_K);
    limit(table, most);
    if (o.json) return print_json(table);
    print_head(table);
    print_levels(table, o.all);
    print_transitions(table, o.all);
}

}  // namespace

void add_ions(CLI::App& app)
{
    auto* command = app.add_subcommand(
        "ions",
        "Print the levels of an ion, with lifetimes, branching and line strengths in a host: lanthorn ions "
        "Er --host beta-NaYF4 --temperature \"77 K\"; left out the ion: the whole series");
    auto o = std::make_shared<IonsOptions>();
    command->add_option("ion", o->ion, "Er, Yb, ...; left out: a line for each ion there is");
    command->add_option("--host", o->host, "Host of the library (lanthorn doctor lists them)")
        ->capture_default_str();
    command->add_option("--temperature", o->temperature, "As \"77 K\" or \"20 degC\"")->capture_default_str();
    command->add_option("--max-energy", o->max_energy,
                        "Levels up to this energy alone, as \"26500 cm^-1\" or \"3 eV\"");
    command->add_flag("--all", o->all,
                      "Show calculated levels and weak transitions too, as --json always does");
    command->add_flag(
        "--json", o->json,
        "Print JSON: numbers in the units of its object \"units\"; what does not exist is absent");
    command->callback([o] { run_ions(*o); });
}

}  // namespace lanthorn::app
