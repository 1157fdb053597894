#include "lanthorn/luminescence/layers.hpp"
#include "lanthorn/study/solve.hpp"

#include "tiny.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

using namespace lanthorn;

namespace {

Recipe tiny_with(Settings const& settings)
{
    return recipe_of(with(parse_toml(tiny_recipe, "test.toml"), settings));
}

Settings const mean_field{{"luminescence.engine", "\"mean-field\""}, {"luminescence.comparison", "0"}};

Settings both(Settings first, Settings const& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// Paths of all arrays whose names end like this.
std::vector<std::string> arrays_ending(Tree const& tree, std::string_view end, std::string const& path = {})
{
    std::vector<std::string> found;
    for (auto const& [name, array] : tree.arrays)
        if (name.ends_with(end)) found.push_back(path + name);
    for (auto const& [name, group] : tree.groups)
        for (auto const& inner : arrays_ending(group, end, path + name + "/")) found.push_back(inner);
    return found;
}

std::map<std::string, double> sums_by_region(Tree const& record)
{
    std::map<std::string, double> sums;
    Tree const& p = *record.find_group("populations");
    for (std::size_t k = 0; k < p.texts("species").size(); ++k)
        sums[p.texts("species")[k] + " " + p.texts("region")[k]] += p.doubles("fraction")[k];
    return sums;
}

Comparison compared(std::vector<Comparison::Row> rows, std::vector<std::string> undecided = {})
{
    Comparison comparison;
    comparison.rows = std::move(rows);
    comparison.undecided = std::move(undecided);
    return comparison;
}

/// Ions so few that most have no or one neighbour.
constexpr std::string_view dilute = R"(
[crystal]
host = "beta-NaYF4"
diameter = "5 nm"
dopants = { Yb = 0.005, Er = 0.005 }
[[crystal.shell]]
host = "beta-NaYF4"
thickness = "1 nm"
[[excitation]]
wavelength = "980 nm"
irradiance = "1e4 W/cm^2"
[luminescence]
wanted_error = 0.1
event_limit = 1e4
comparison = 1e6
burn_in = "5 ms"
duration = "20 ms"
bands = ["Er:4S3/2->4I15/2", "Yb:2F5/2->2F7/2"]
)";

constexpr std::string_view concentrated = R"(
[crystal]
host = "beta-NaYF4"
diameter = "2 nm"
dopants = { Yb = 1.0 }
[[crystal.shell]]
host = "beta-NaYF4"
thickness = "1 nm"
[[excitation]]
wavelength = "980 nm"
irradiance = "1e5 W/cm^2"
[luminescence]
wanted_error = 0.1
event_limit = 1e5
comparison = 5e6
burn_in = "5 ms"
duration = "20 ms"
bands = ["Yb:2F5/2->2F7/2"]
)";

}  // namespace

TEST(MeanFieldRecord, HasEverythingButErrors)
{
    Settings const decay{
        {"luminescence.decay", "{ after = \"switch-off\", duration = \"2 ms\", points = 40 }"}};
    Tree const exact = record_of(tiny_with(decay)), r = record_of(tiny_with(both(mean_field, decay)));
    for (auto const& [name, group] : exact.groups) EXPECT_TRUE(r.groups.contains(name)) << name;
    for (auto const& path : arrays_ending(r, "_error"))
        EXPECT_TRUE(path.ends_with("lifetime_error")) << path << " of what has no scatter";
    EXPECT_EQ(r.text("engine/name"), "mean-field");
    EXPECT_EQ(r.text("engine/chosen_by"), "recipe");
    EXPECT_LT(r.number("statistics/residual"), 1e-10);
    EXPECT_GT(r.integer("statistics/steps"), 0);
    EXPECT_FALSE(r.find_array("statistics/trajectories"));
    double const absorbed = r.number("balance/absorbed");
    EXPECT_GT(absorbed, 0);
    EXPECT_NEAR(r.number("balance/residual") / absorbed, 0, 1e-10);
    EXPECT_NEAR(r.number("balance/stored") / absorbed, 0, 1e-9);
    for (auto const& [who, sum] : sums_by_region(r)) EXPECT_NEAR(sum, 1, 1e-12) << who;
    Tree const& yb = r.find_group("bands")->groups.at("Yb:2F5/2->2F7/2");
    Tree const& curve = r.find_group("decay")->groups.at("Yb:2F5/2->2F7/2");
    EXPECT_NEAR(curve.doubles("intensity").front() / yb.number("photon_rate"), 1, 0.05);
    EXPECT_LT(curve.doubles("intensity").back(), 0.5 * curve.doubles("intensity").front());
    EXPECT_GT(yb.number("lifetime"), 0);
    Tree const summary = summary_of(r);
    EXPECT_EQ(std::get<std::string>(summary.attributes.at("engine")), "mean-field");
    Tree const& figure = summary.groups.at("bands").groups.at("Yb:2F5/2->2F7/2").groups.at("photon_rate");
    EXPECT_EQ(figure.number("value"), yb.number("photon_rate"));
    EXPECT_FALSE(figure.find_array("error"));
}

// Migration is solved where nothing but averages is wanted, whatever the same bench did before.
TEST(WeakLight, IsSolvedWithTheAveragesOfHopByHop)
{
    Settings const weak{{"crystal.diameter", "\"4 nm\""},
                        {"excitation[0].irradiance", "\"3 W/cm^2\""},
                        {"luminescence.trajectories", "16"},
                        {"luminescence.burn_in", ""},
                        {"luminescence.duration", "\"40 s\""},
                        {"luminescence.comparison", "1e5"},
                        {"luminescence.bands", "[\"Yb:2F5/2->2F7/2\"]"}};
    Recipe const solved = tiny_with(weak);
    Recipe const followed = tiny_with(
        both(weak, {{"luminescence.decay", "{ after = \"switch-off\", duration = \"1 us\", points = 5 }"}}));
    Tree const a = record_of(solved), b = record_of(followed);
    EXPECT_LT(a.integer("statistics/events"), b.integer("statistics/events") / 10);
    for (char const* what : {"photon_rate", "quantum_yield"}) {
        Tree const& x = a.find_group("bands")->groups.at("Yb:2F5/2->2F7/2");
        Tree const& y = b.find_group("bands")->groups.at("Yb:2F5/2->2F7/2");
        std::string const error = std::string(what) + "_error";
        EXPECT_NEAR(x.number(what), y.number(what), 5 * std::hypot(x.number(error), y.number(error))) << what;
        EXPECT_LT(x.number(error), 0.1 * x.number(what));
    }
    EXPECT_LT(std::abs(a.number("balance/residual")), 5 * a.number("balance/residual_error"));
    EXPECT_LT(a.number("balance/residual_error"), 0.05 * a.number("balance/absorbed"));
    for (auto const& [who, sum] : sums_by_region(a)) EXPECT_NEAR(sum, 1, 1e-9) << who;

    Recipe const rates = tiny_with(both(weak, {{"luminescence.engine", "\"mean-field\""}}));
    Workbench bench(solved), fresh(rates);
    solve(solved, bench, {});
    EXPECT_TRUE(record_of(rates, solve(rates, bench, {})) == record_of(rates, solve(rates, fresh, {})));
}

TEST(MeanFieldRecord, SlopesAreThoseOfDifferences)
{
    auto const rate = [](char const* irradiance, char const* what) {
        Tree const r = record_of(tiny_with(both(mean_field, {{"excitation[0].irradiance", irradiance}})));
        return r.find_group("bands")->groups.at("Er:4S3/2->4I15/2").number(what);
    };
    double const slope =
        std::log(rate("\"1.001e5 W/cm^2\"", "photon_rate") / rate("\"0.999e5 W/cm^2\"", "photon_rate")) /
        std::log(1.001 / 0.999);
    EXPECT_NEAR(rate("\"1e5 W/cm^2\"", "slope"), slope, 1e-5);
}

TEST(MeanFieldRecord, MergesLayersInBandsAndShowsThemInPopulations)
{
    Tree const one = record_of(tiny_with(mean_field)),
               four = record_of(tiny_with(both(mean_field, {{"luminescence.layers", "4"}})));
    for (auto const& [name, band] : one.find_group("bands")->groups)
        EXPECT_TRUE(four.find_group("bands")->groups.contains(name)) << name;
    auto const regions = sums_by_region(four);
    EXPECT_TRUE(regions.contains("Yb core layer 1"));
    EXPECT_FALSE(regions.contains("Yb core"));
    for (auto const& [who, sum] : regions) EXPECT_NEAR(sum, 1, 1e-12) << who;
    EXPECT_NEAR(four.number("balance/residual") / four.number("balance/absorbed"), 0, 1e-10);
    double photons = 0;
    for (auto const& [name, band] : four.find_group("bands")->groups) photons += band.number("photon_rate");
    EXPECT_NEAR(photons / four.number("balance/emitted_photons"), 1, 1e-12);
    // Quenching at the surface is not the same everywhere.
    Tree const& p = *four.find_group("populations");
    std::map<std::string, double> excited;
    for (std::size_t k = 0; k < p.texts("species").size(); ++k)
        if (p.texts("level")[k] == "2F5/2") excited[p.texts("region")[k]] = p.doubles("fraction")[k];
    EXPECT_LT(excited.at("core layer 1"), excited.rbegin()->second);
}

TEST(MeanFieldRecord, FollowsThePeriodOfPulses)
{
    Tree const r = record_of(
        tiny_with(both(mean_field, {{"excitation[0].pulse", "{ width = \"20 us\", period = \"100 us\" }"},
                                    {"luminescence.decay", "{ after = \"pulse\", points = 20 }"}})));
    EXPECT_LT(r.number("statistics/residual"), 1e-6);
    EXPECT_DOUBLE_EQ(r.number("statistics/duration"), 1e-4);
    EXPECT_NEAR(r.number("balance/residual") / r.number("balance/absorbed"), 0, 1e-6);
    EXPECT_NEAR(r.number("balance/stored") / r.number("balance/absorbed"), 0, 1e-4) << "not periodic";
    EXPECT_FALSE(r.find_group("bands")->groups.at("Yb:2F5/2->2F7/2").find_array("slope"));
}

TEST(MicroscopicRecord, HasEverythingButErrorsToo)
{
    Settings const microscopic{{"luminescence.engine", "\"microscopic\""},
                               {"luminescence.comparison", "1e5"}};
    Settings const decay{
        {"luminescence.decay", "{ after = \"switch-off\", duration = \"2 ms\", points = 20 }"}};
    Tree const r = record_of(tiny_with(both(microscopic, decay)));
    EXPECT_EQ(r.text("engine/name"), "microscopic");
    EXPECT_TRUE(r.find_group("engine/comparison/microscopic"));
    EXPECT_LT(r.number("statistics/residual"), 1e-10);
    EXPECT_NEAR(r.number("balance/residual") / r.number("balance/absorbed"), 0, 1e-10);
    for (auto const& [who, sum] : sums_by_region(r)) EXPECT_NEAR(sum, 1, 1e-10) << who;
    Tree const& yb = r.find_group("bands")->groups.at("Yb:2F5/2->2F7/2");
    Tree const& curve = r.find_group("decay")->groups.at("Yb:2F5/2->2F7/2");
    EXPECT_NEAR(curve.doubles("intensity").front() / yb.number("photon_rate"), 1, 0.2);
    EXPECT_GT(curve.doubles("intensity").front(), curve.doubles("intensity").back());

    Tree const pulses = record_of(
        tiny_with(both(microscopic, {{"excitation[0].pulse", "{ width = \"20 us\", period = \"100 us\" }"},
                                     {"luminescence.burn_in", "\"2 ms\""}})));
    EXPECT_NEAR(pulses.number("statistics/burn_in"), 2e-3, 1e-12);
    EXPECT_NEAR(pulses.number("balance/residual") / pulses.number("balance/absorbed"), 0, 1e-5);
}

// Ions of a class differ: their own populations go into the decay, and into pulses, not the means of the class.
TEST(MicroscopicRecord, BeginsWithTheSteadyStateOfEachIon)
{
    Settings const microscopic{{"luminescence.engine", "\"microscopic\""},
                               {"luminescence.comparison", "0"},
                               {"luminescence.burn_in", "\"1 us\""},
                               {"luminescence.duration", "\"1 us\""}};
    Settings const decay{
        {"luminescence.decay", "{ after = \"switch-off\", duration = \"2 ms\", points = 200 }"}};
    Tree const r = record_of(tiny_with(both(microscopic, decay)));
    std::size_t compared = 0;
    for (auto const& [name, curve] : r.find_group("decay")->groups) {
        auto const intensity = curve.doubles("intensity");
        double const steady = r.find_group("bands")->groups.at(name).number("photon_rate");
        EXPECT_NEAR(intensity.front() / steady, 1, 0.01) << name;
        ++compared;
    }
    EXPECT_GE(compared, 4u);

    auto const pulsed = [&](char const* burn_in) {
        return record_of(tiny_with(
            both(microscopic, {{"excitation[0].pulse", "{ width = \"20 us\", period = \"100 us\" }"},
                               {"luminescence.burn_in", burn_in}})));
    };
    Tree const soon = pulsed("\"0.2 ms\""), late = pulsed("\"5 ms\"");
    EXPECT_NEAR(soon.number("statistics/burn_in"), 2e-4, 1e-12);
    EXPECT_NEAR(soon.number("statistics/duration"), 1e-4, 1e-12);
    EXPECT_NEAR(soon.number("balance/emitted_photons") / late.number("balance/emitted_photons"), 1, 0.05);
    EXPECT_LT(late.number("statistics/residual"), 1e-4);
    EXPECT_GT(soon.number("statistics/residual"), late.number("statistics/residual"));
}

TEST(Engines, SayThatTheyWereStopped)
{
    for (char const* engine : {"\"mean-field\"", "\"microscopic\"", "\"auto\"", "\"monte-carlo\""}) {
        Recipe const recipe =
            tiny_with({{"luminescence.engine", engine},
                       {"excitation[0].pulse", "{ width = \"20 us\", period = \"100 us\" }"}});
        Workbench bench(recipe);
        std::atomic<bool> const stop = true;
        EXPECT_FALSE(solve(recipe, bench, {.stop = StopToken(stop)}).result.finished) << engine;
    }
}

TEST(DrawnFrom, HasThePopulationsItIsDrawnFrom)
{
    Recipe const recipe = tiny_with({});
    Workbench bench(recipe);
    RateAnswer const rates = answer(bench.mean_field(), recipe);
    ObservablePlan plan{.end_s = 1e-15, .snapshot_at_s = {1e-15}};
    Tally const tally = bench.monte_carlo().run({}, drawn_from(bench.assembly().network, rates.amount), plan,
                                                {{.seed = 1}, 0, 4000});
    for (std::size_t c = 0; c < rates.amount.size(); ++c)
        EXPECT_LE(std::abs(tally.snapshot[c].mean() - rates.amount[c]),
                  5.5 * tally.snapshot[c].standard_error() + 3e-3)
            << bench.assembly().network.class_name(c);
}

TEST(Layers, KnowWhatTheyAreOf)
{
    Recipe const recipe = tiny_with({{"crystal.shell[0].host", "\"beta-NaYF4\""},
                                     {"crystal.shell[0].thickness", "\"0.6 nm\""},
                                     {"crystal.shell[0].dopants", "{ Yb = 0.3 }"},
                                     {"luminescence.layers", "3"}});
    Workbench bench(recipe);
    Network const &plain = bench.assembly().network, &split = bench.layered().network;
    auto const of = species_of_layers(plain, split);
    for (std::size_t i = 0; i < plain.ions(); ++i)
        EXPECT_EQ(of[split.species_of[i].value], plain.species_of[i].value);
    auto const amounts = bench.without_layers(bench.mean_field().system().ground());
    double sum = 0;
    for (double n : amounts) sum += n;
    EXPECT_DOUBLE_EQ(sum, double(plain.ions()));
}

TEST(Comparison, AgreesOnlyWhereItKnows)
{
    EXPECT_TRUE(compared({{"a", 1.04, 0.01}, {"b", 0.97, 0.01}}).agrees(0.02));
    EXPECT_FALSE(compared({{"a", 1.06, 0.01}}).agrees(0.02));
    EXPECT_TRUE(compared({{"a", 1.2, 0.08}}).agrees(0.02));
    EXPECT_FALSE(compared({{"a", 1.2, 0.2}}).agrees(0.02)) << "20 % are no knowledge";
    EXPECT_FALSE(compared({{"a", 1, 0.01}}, {"b"}).agrees(0.02));
    EXPECT_FALSE(compared({}).agrees(0.02));
    Comparison hasty = compared({{"a", 1, 0.01}});
    hasty.memory = 0.3;
    EXPECT_FALSE(hasty.agrees(0.02)) << "it remembers its start";
    EXPECT_EQ(compared({{"a", 1.5, 0.1}, {"b", 3, 0.1}}).worst(0.02)->band, "b");
    EXPECT_EQ(compared({{"a", 1.01, 0.1}}).worst(0.02), nullptr);
}

TEST(Trust, IsolatedPairsAreFlaggedAndRefused)
{
    Recipe recipe = recipe_of(dilute);
    recipe.luminescence.engine = Engine::mean_field;
    Workbench bench(recipe);
    Answer const cheap = solve(recipe, bench, {});
    ASSERT_EQ(cheap.use.comparisons.size(), 1u);
    auto const* worst = cheap.use.comparisons.front().worst(0.1);
    ASSERT_NE(worst, nullptr);
    EXPECT_EQ(worst->band, "Er:4S3/2->4I15/2");
    EXPECT_GT(worst->ratio, 3);
    ASSERT_EQ(cheap.use.warnings.size(), 1u);
    EXPECT_NE(cheap.use.warnings[0].find("the mean field gives"), std::string::npos);

    recipe.luminescence.engine = Engine::automatic;
    Answer const chosen = solve(recipe, bench, {});
    EXPECT_EQ(chosen.use.engine, Engine::monte_carlo);
    EXPECT_TRUE(chosen.use.automatic);
    EXPECT_NE(chosen.use.why.find("no rate equations"), std::string::npos) << chosen.use.why;
    EXPECT_FALSE(chosen.use.warnings.empty());
}

TEST(Trust, ConcentratedCorePasses)
{
    Recipe recipe = recipe_of(concentrated);
    recipe.luminescence.engine = Engine::automatic;
    Workbench bench(recipe);
    Answer const one = solve(recipe, bench, {.threads = 1});
    EXPECT_EQ(one.use.engine, Engine::mean_field) << one.use.why;
    EXPECT_NE(one.use.why.find("agrees"), std::string::npos);
    EXPECT_TRUE(one.use.warnings.empty());
    EXPECT_TRUE(record_of(recipe, one) == record_of(recipe, solve(recipe, bench, {.threads = 3})));

    recipe.luminescence.event_limit = 1e7;
    recipe.luminescence.burn_in_s = 1e-4;
    recipe.luminescence.duration_s = 4e-4;
    EXPECT_EQ(solve(recipe, bench, {.threads = 2}).use.engine, Engine::monte_carlo) << "it is affordable";
}

TEST(Trust, ShortSamplesSayThatTheyRemember)
{
    Recipe recipe = recipe_of(concentrated);
    recipe.luminescence.engine = Engine::mean_field;
    recipe.luminescence.comparison_events = 2e3;
    Workbench bench(recipe);
    Answer const hasty = solve(recipe, bench, {});
    EXPECT_GT(hasty.use.comparisons.front().memory, 0.05);
    EXPECT_LT(hasty.use.comparisons.front().memory, 1);
}

TEST(Trust, MonteCarloFromTheDarkSaysThatItRemembers)
{
    Recipe recipe = recipe_of(concentrated);
    recipe.luminescence.trajectories = 4;
    recipe.luminescence.burn_in_s = 1e-6;
    recipe.luminescence.duration_s = 1e-5;
    Workbench hasty(recipe);
    EXPECT_GT(solve(recipe, hasty, {}).use.comparisons.front().memory, 0.5);
    recipe.luminescence.burn_in_s = 1;
    recipe.luminescence.trajectories = 1;
    recipe.excitations.front().irradiance_W_per_cm2 = 1e-6;
    Workbench patient(recipe);
    EXPECT_LT(solve(recipe, patient, {}).use.comparisons.front().memory, 0.05);
}

TEST(Trust, EventsNeededGoWithTheSquareOfTheError)
{
    std::vector<double> needed;
    for (double wanted : {3e-3, 3e-4}) {
        Recipe recipe = recipe_of(concentrated);
        recipe.luminescence.engine = Engine::automatic;
        recipe.luminescence.wanted_error = wanted;
        Workbench bench(recipe);
        std::string const why = solve(recipe, bench, {}).use.why, before = "would need about ";
        auto const at = why.find(before);
        ASSERT_NE(at, std::string::npos) << why;
        needed.push_back(std::stod(why.substr(at + before.size())));
    }
    EXPECT_GT(needed[1] / needed[0], 50);  // each is said to one digit
    EXPECT_LT(needed[1] / needed[0], 200);
}

TEST(Trust, MonteCarloSaysWhatTheMeanFieldIsWorth)
{
    Tree const r = record_of(tiny_with({{"luminescence.trajectories", "40"}}));
    EXPECT_EQ(r.text("engine/name"), "monte-carlo");
    Tree const& c = *r.find_group("engine/comparison/mean-field");
    EXPECT_EQ(c.integer("trajectories"), 40);
    EXPECT_EQ(c.texts("band").size() + c.texts("undecided").size(), 8u);
    EXPECT_EQ(c.texts("band").size(), c.doubles("ratio_error").size());
}
