#include "tiny.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace lanthorn;

namespace {

std::string const cif = "\"" LANTHORN_SOURCE_DIR "/tests/data/cif/beta.cif\"";
std::string const infrared = "bands|Yb:2F5/2->2F7/2|";

/// A key of the recipe, a change of it, and a number of the record that moves.
struct Moves {
    std::string key;     ///< as the schema declares it
    Settings base;       ///< on top of the tiny recipe
    Settings change;     ///< of this key alone
    std::string figure;  ///< see figure_of
};

Settings const shell{{"crystal.shell[0].host", "\"beta-NaYF4\""},
                     {"crystal.shell[0].thickness", "\"0.6 nm\""}};
Settings const cif_shell{{"crystal.host", cif},
                         {"crystal.dopable", "\"Y\""},
                         {"crystal.shell[0].host", cif},
                         {"crystal.shell[0].dopable", "\"Y\""},
                         {"crystal.shell[0].thickness", "\"0.6 nm\""},
                         {"crystal.shell[0].dopants", "{ Yb = 0.5 }"}};
Settings const pulsed{{"excitation[0].pulse", "{ width = \"20 us\", period = \"100 us\" }"}};
Settings const short_error{{"luminescence.trajectories", ""},
                           {"luminescence.burn_in", "\"1 us\""},
                           {"luminescence.duration", "\"10 us\""},
                           {"luminescence.bands", "[\"Yb:2F5/2->2F7/2\"]"},
                           {"luminescence.wanted_error", "0.05"}};
Settings const mean_field{{"luminescence.engine", "\"mean-field\""}, {"luminescence.comparison", "1e5"}};
Settings const sweep{{"sweep[0].key", "\"crystal.dopants.Er\""}, {"sweep[0].values", "[0.05, 0.1]"}};
Settings const decay{
    {"luminescence.decay", "{ after = \"switch-off\", duration = \"0.2 ms\", points = 20 }"}};

std::string const green = "bands|Er:4S3/2->4I15/2|";
Settings const strength{{"override[0].ion", "\"Er\""},
                        {"override[0].level", "\"4S3/2\""},
                        {"override[0].to", "\"4I15/2\""},
                        {"override[0].line_strength", "\"1e-19 cm^2\""},
                        {"override[0].source", "\"notebook\""}};
Settings const lifetime{{"override[0].ion", "\"Yb\""},
                        {"override[0].level", "\"2F5/2\""},
                        {"override[0].lifetime", "\"100 us\""},
                        {"override[0].source", "\"notebook\""}};
Settings const relaxation{{"override[0].ion", "\"Yb\""},
                          {"override[0].level", "\"2F5/2\""},
                          {"override[0].relaxation", "\"100 s^-1\""},
                          {"override[0].source", "\"notebook\""}};
Settings const factor{{"override[0].donor", "[\"Yb\", \"2F5/2\", \"2F7/2\"]"},
                      {"override[0].acceptor", "[\"Er\", \"4I15/2\", \"4I11/2\"]"},
                      {"override[0].factor", "1"},
                      {"override[0].source", "\"notebook\""}};
Settings const exchange{{"override[0].donor", "[\"Yb\", \"2F5/2\", \"2F7/2\"]"},
                        {"override[0].acceptor", "[\"Er\", \"4I15/2\", \"4I11/2\"]"},
                        {"override[0].exchange", "\"1e5 s^-1\""},
                        {"override[0].range", "\"0.1 nm\""},
                        {"override[0].at", "\"0.353 nm\""},
                        {"override[0].source", "\"notebook\""}};
Settings const terbium{{"crystal.dopants", "{ Yb = 0.4, Tb = 0.2 }"},
                       {"luminescence.cooperative", "[\"Yb+Yb->Tb\"]"},
                       {"luminescence.cooperative_strength", "1e3"}};
Settings const branching{{"override[0].ion", "\"Er\""},
                         {"override[0].level", "\"4S3/2\""},
                         {"override[0].branching", "{ \"4I15/2\" = 0.9 }"},
                         {"override[0].source", "\"notebook\""}};
Settings const transfer{{"override[0].donor", "[\"Yb\", \"2F5/2\", \"2F7/2\"]"},
                        {"override[0].acceptor", "[\"Er\", \"4I15/2\", \"4I11/2\"]"},
                        {"override[0].coefficient", "\"20000 nm^6/s\""},
                        {"override[0].source", "\"notebook\""}};
Settings const pseudo_ions{
    {"surroundings.pseudo_ions", "{ kind = \"Surface4\", fraction = 0.2, depth = \"5 nm\" }"}};
Settings const vacancies{{"crystal.vacancies.bulk", "0.1"}};

Settings both(Settings first, Settings const& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::vector<Moves> const table{
    {"title", {}, {{"title", "\"other\""}}, "@title"},
    {"seed", {}, {{"seed", "2"}}, infrared + "photon_rate"},
    {"crystal.host", {}, {{"crystal.host", "\"beta-NaGdF4\""}}, "particle|mass"},
    {"crystal.dopable",
     {{"crystal.host", cif}, {"crystal.dopable", "\"Y\""}},
     {{"crystal.dopable", "\"Na\""}},
     "particle|ions|Yb"},
    {"crystal.shape", {}, {{"crystal.shape", "\"cube\""}}, "particle|total_ions"},
    {"crystal.diameter", {}, {{"crystal.diameter", "\"2.2 nm\""}}, "particle|total_ions"},
    {"crystal.aspect_ratio",
     {{"crystal.shape", "\"hexagonal-prism\""}},
     {{"crystal.aspect_ratio", "1.5"}},
     "particle|total_ions"},
    {"crystal.rounding",
     {{"crystal.shape", "\"rounded-cube\""}},
     {{"crystal.rounding", "0.6"}},
     "particle|total_ions"},
    {"crystal.dopants", {}, {{"crystal.dopants", "{ Yb = 0.3, Er = 0.1 }"}}, "particle|ions|Yb"},
    {"crystal.doping", {}, {{"crystal.doping", "\"independent\""}}, "particle|rare_earth_ions"},
    {"crystal.cation_order", {}, {{"crystal.cation_order", "\"alternating\""}}, "statistics|events"},
    {"crystal.vacancies.bulk", {}, {{"crystal.vacancies.bulk", "0.1"}}, "particle|vacancies"},
    {"crystal.shell[].host", shell, {{"crystal.shell[0].host", "\"beta-NaGdF4\""}}, "particle|mass"},
    {"crystal.shell[].dopable", cif_shell, {{"crystal.shell[0].dopable", "\"Na\""}}, "particle|ions|Yb"},
    {"crystal.shell[].thickness", shell, {{"crystal.shell[0].thickness", "\"1 nm\""}}, "particle|total_ions"},
    {"crystal.shell[].shape", shell, {{"crystal.shell[0].shape", "\"cube\""}}, "particle|total_ions"},
    {"crystal.shell[].aspect_ratio",
     both(shell, {{"crystal.shell[0].shape", "\"hexagonal-prism\""}}),
     {{"crystal.shell[0].aspect_ratio", "1.5"}},
     "particle|total_ions"},
    {"crystal.shell[].rounding",
     both(shell, {{"crystal.shell[0].shape", "\"rounded-cube\""}}),
     {{"crystal.shell[0].rounding", "0.9"}},
     "particle|total_ions"},
    {"crystal.shell[].dopants", shell, {{"crystal.shell[0].dopants", "{ Yb = 0.1 }"}}, "particle|ions|Yb"},
    {"temperature.value", {}, {{"temperature.value", "\"400 K\""}}, infrared + "photon_rate"},
    {"surroundings.medium", {}, {{"surroundings.medium", "\"vacuum\""}}, infrared + "photon_rate"},
    {"surroundings.refractive_index",
     {},
     {{"surroundings.refractive_index", "1.7"}},
     infrared + "photon_rate"},
    {"surroundings.local_field",
     {},
     {{"surroundings.local_field", "\"real-cavity\""}},
     infrared + "photon_rate"},
    {"override[].ion", strength, {{"override[0].ion", "\"Tm\""}}, green + "photon_rate"},
    {"override[].level", strength, {{"override[0].level", "\"2H11/2\""}}, green + "photon_rate"},
    {"override[].to", strength, {{"override[0].to", "\"4I13/2\""}}, green + "photon_rate"},
    {"override[].line_strength",
     strength,
     {{"override[0].line_strength", "\"2e-20 cm^2\""}},
     green + "photon_rate"},
    {"override[].lifetime", lifetime, {{"override[0].lifetime", "\"10 us\""}}, infrared + "photon_rate"},
    {"override[].relaxation",
     relaxation,
     {{"override[0].relaxation", "\"3e5 s^-1\""}},
     infrared + "photon_rate"},
    {"override[].branching",
     branching,
     {{"override[0].branching", "{ \"4I15/2\" = 0.3 }"}},
     green + "photon_rate"},
    {"override[].donor",
     transfer,
     {{"override[0].donor", "[\"Er\", \"4I11/2\", \"4I15/2\"]"}},
     infrared + "photon_rate"},
    {"override[].acceptor",
     transfer,
     {{"override[0].acceptor", "[\"Er\", \"4I11/2\", \"4F7/2\"]"}},
     infrared + "photon_rate"},
    {"override[].coefficient",
     transfer,
     {{"override[0].coefficient", "\"1 nm^6/s\""}},
     infrared + "photon_rate"},
    {"override[].factor", factor, {{"override[0].factor", "0"}}, infrared + "photon_rate"},
    {"override[].exchange", exchange, {{"override[0].exchange", "\"1e3 s^-1\""}}, infrared + "photon_rate"},
    {"override[].range", exchange, {{"override[0].range", "\"0.05 nm\""}}, infrared + "photon_rate"},
    {"override[].at", exchange, {{"override[0].at", "\"0.4 nm\""}}, infrared + "photon_rate"},
    {"override[].source",
     lifetime,
     {{"override[0].source", "\"another notebook\""}},
     "parameters|Yb in beta-NaYF4: relaxation of 2F5/2"},
    {"override[].kind",
     lifetime,
     {{"override[0].kind", "\"assumed\""}},
     "parameters|Yb in beta-NaYF4: relaxation of 2F5/2"},
    {"surroundings.quenching", {}, {{"surroundings.quenching", "false"}}, "statistics|channels"},
    {"surroundings.ligand", {}, {{"surroundings.ligand", "\"none\""}}, "statistics|channels"},
    {"surroundings.ligand_thickness", {}, {{"surroundings.ligand_thickness", "\"0.3 nm\""}}, "balance|heat"},
    {"surroundings.standoff", {}, {{"surroundings.standoff", "\"0.1 nm\""}}, "balance|heat"},
    {"surroundings.hydroxyl", {}, {{"surroundings.hydroxyl", "\"1 nm^-2\""}}, "statistics|channels"},
    {"surroundings.pseudo_ions.kind",
     pseudo_ions,
     {{"surroundings.pseudo_ions.kind", "\"Surface3\""}},
     "statistics|channels"},
    {"surroundings.pseudo_ions.fraction",
     pseudo_ions,
     {{"surroundings.pseudo_ions.fraction", "0.5"}},
     infrared + "photon_rate"},
    {"surroundings.pseudo_ions.depth",
     pseudo_ions,
     {{"surroundings.pseudo_ions.depth", "\"0.5 nm\""}},
     infrared + "photon_rate"},
    {"defects.vacancy.coefficient",
     vacancies,
     {{"defects.vacancy.coefficient", "\"3000 nm^6/s\""}},
     infrared + "photon_rate"},
    {"defects.vacancy.contact_rate",
     vacancies,
     {{"defects.vacancy.contact_rate", "\"1e5 s^-1\""}},
     infrared + "photon_rate"},
    {"defects.vacancy.contact_radius",
     both(vacancies, {{"defects.vacancy.contact_rate", "\"1e5 s^-1\""}}),
     {{"defects.vacancy.contact_radius", "\"0.8 nm\""}},
     infrared + "photon_rate"},
    {"excitation[].wavelength", {}, {{"excitation[0].wavelength", "\"940 nm\""}}, "balance|absorbed_photons"},
    {"excitation[].irradiance",
     {},
     {{"excitation[0].irradiance", "\"2e5 W/cm^2\""}},
     "balance|absorbed_photons"},
    {"excitation[].pulse.width",
     pulsed,
     {{"excitation[0].pulse.width", "\"40 us\""}},
     "balance|absorbed_photons"},
    {"excitation[].pulse.period",
     pulsed,
     {{"excitation[0].pulse.period", "\"200 us\""}},
     "balance|absorbed_photons"},
    {"luminescence.engine", {}, {{"luminescence.engine", "\"mean-field\""}}, infrared + "photon_rate"},
    {"luminescence.layers", mean_field, {{"luminescence.layers", "3"}}, infrared + "photon_rate"},
    {"luminescence.comparison",
     mean_field,
     {{"luminescence.comparison", "2e5"}},
     "engine|comparison|mean-field|events"},
    {"luminescence.start", {}, {{"luminescence.start", "\"mean-field\""}}, infrared + "photon_rate"},
    {"luminescence.wanted_error",
     short_error,
     {{"luminescence.wanted_error", "0.02"}},
     "statistics|trajectories"},
    {"luminescence.trajectories", {}, {{"luminescence.trajectories", "5"}}, "statistics|trajectories"},
    {"luminescence.structures", {}, {{"luminescence.structures", "2"}}, "statistics|trajectories"},
    {"luminescence.control",
     {{"luminescence.structures", "8"}},
     {{"luminescence.control", "\"none\""}},
     "sampling|control_structures"},
    {"luminescence.event_limit",
     both(short_error, {{"luminescence.wanted_error", "1e-3"}, {"luminescence.event_limit", "2e4"}}),
     {{"luminescence.event_limit", "4e4"}},
     "statistics|events"},
    {"luminescence.burn_in", {}, {{"luminescence.burn_in", "\"0.3 ms\""}}, "statistics|burn_in"},
    {"luminescence.duration", {}, {{"luminescence.duration", "\"0.3 ms\""}}, "statistics|duration"},
    {"luminescence.bands", {}, {{"luminescence.bands", "[\"Er:4S3/2->4I15/2\"]"}}, infrared + "main"},
    {"luminescence.interaction_radius",
     {},
     {{"luminescence.interaction_radius", "\"0.6 nm\""}},
     "statistics|events"},
    {"luminescence.cooperative", terbium, {{"luminescence.cooperative", "[]"}}, "count flux|rate"},
    {"luminescence.cooperative_strength",
     terbium,
     {{"luminescence.cooperative_strength", "1"}},
     "count flux|rate"},
    {"luminescence.cooperative_radius",
     terbium,
     {{"luminescence.cooperative_radius", "\"0.4 nm\""}},
     infrared + "photon_rate"},
    {"luminescence.rates", {}, {{"luminescence.rates", "\"nanoparticletools\""}}, infrared + "photon_rate"},
    {"luminescence.network",
     {},
     {{"luminescence.network", "\"" LANTHORN_SOURCE_DIR "/examples/networks/anderson2014.toml\""}},
     infrared + "photon_rate"},
    {"luminescence.multipoles",
     {},
     {{"luminescence.multipoles", "\"up-to-quadrupole\""}},
     infrared + "photon_rate"},
    {"luminescence.levels.max_energy",
     {},
     {{"luminescence.levels.max_energy", "\"15000 cm^-1\""}},
     "statistics|channels"},
    {"luminescence.levels.count", {}, {{"luminescence.levels.count", "4"}}, "statistics|channels"},
    {"luminescence.decay.after",
     both(pulsed, {{"luminescence.decay", "{ after = \"switch-off\", points = 20 }"}}),
     {{"luminescence.decay.after", "\"pulse\""}},
     "decay|Yb:2F5/2->2F7/2|intensity"},
    {"luminescence.decay.duration",
     decay,
     {{"luminescence.decay.duration", "\"0.4 ms\""}},
     "decay|Yb:2F5/2->2F7/2|time_to"},
    {"luminescence.decay.points",
     decay,
     {{"luminescence.decay.points", "30"}},
     "count decay|Yb:2F5/2->2F7/2|time_to"},
    {"sweep[].key", sweep, {{"sweep[0].key", "\"crystal.dopants.Yb\""}}, "sweep|" + infrared + "photon_rate"},
    {"sweep[].values", sweep, {{"sweep[0].values", "[0.05, 0.15]"}}, "sweep|value|0"},
};

/// A number or text of a record: "@title" is an attribute; "a|b|c" array c of group a|b, its last element where it
/// has several; "count a|b" the number of elements.
/// "measured: notebook" of a parameter of this name.
std::string parameter_of(Tree const& record, std::string const& name)
{
    auto const column = [&](char const* what) {
        return std::get<std::vector<std::string>>(record.groups.at("parameters").arrays.at(what).values);
    };
    auto const names = column("name");
    auto const row = std::ranges::find(names, name) - names.begin();
    return row == std::ssize(names)
               ? "no " + name
               : column("kind")[std::size_t(row)] + ": " + column("where")[std::size_t(row)];
}

std::string figure_of(Tree const& record, std::string figure)
{
    if (figure.starts_with("parameters|")) return parameter_of(record, figure.substr(11));
    if (figure.starts_with("@")) return std::get<std::string>(record.attributes.at(figure.substr(1)));
    bool const count = figure.starts_with("count ");
    if (count) figure = figure.substr(6);
    Tree const* tree = &record;
    for (auto bar = figure.find('|'); bar != std::string::npos; bar = figure.find('|')) {
        auto const group = tree->groups.find(figure.substr(0, bar));
        if (group == tree->groups.end()) return "no " + figure;
        tree = &group->second;
        figure = figure.substr(bar + 1);
    }
    auto const array = tree->arrays.find(figure);
    if (array == tree->arrays.end()) return "no " + figure;
    return std::visit(
        [&](auto const& values) {
            std::ostringstream text;
            text.precision(17);
            if (count)
                text << values.size();
            else
                text << values.back();
            return text.str();
        },
        array->second.values);
}

/// "excitation[].irradiance" of "excitation[0].irradiance"
std::string declared(std::string path)
{
    for (auto at = path.find("[0]"); at != std::string::npos; at = path.find("[0]")) path.erase(at + 1, 1);
    return path;
}

/// What a test list shows of a row.
void PrintTo(Moves const& row, std::ostream* out) { *out << row.key; }

class RecipeKey : public testing::TestWithParam<Moves> {};

}  // namespace

TEST_P(RecipeKey, Counts)
{
    auto const& [key, base, change, figure] = GetParam();
    ASSERT_EQ(change.size(), 1u);
    ASSERT_EQ(declared(change[0].first), key);
    Document const tiny = parse_toml(tiny_recipe, "test.toml");
    auto const figure_with = [&](Settings const& settings) {
        return figure_of(record_of(recipe_of(with(tiny, settings))), figure);
    };
    std::string const before = figure_with(base);
    EXPECT_FALSE(before.starts_with("no ")) << before;
    EXPECT_NE(figure_with(both(base, change)), before) << key << " does not move " << figure;
    EXPECT_EQ(figure_with(base), before);
}

INSTANTIATE_TEST_SUITE_P(Each, RecipeKey, testing::ValuesIn(table), [](auto const& row) {
    std::string name = row.param.key;
    std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
    std::ranges::replace(name, '.', '_');
    return name;
});

TEST(RecipeKeys, AreAllInTheTable)
{
    std::set<std::string> listed;
    for (auto const& row : table) {
        EXPECT_TRUE(listed.insert(row.key).second) << row.key << " is there twice";
        EXPECT_NE(recipe_schema().find(row.key), nullptr) << row.key << " is no key any more";
    }
    for (auto const& key : recipe_schema().keys) EXPECT_TRUE(listed.contains(key.path)) << key.path;
}
