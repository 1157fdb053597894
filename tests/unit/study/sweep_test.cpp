#include "lanthorn/study/sweep.hpp"

#include "tiny.hpp"
#include "unit/files/folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

using namespace lanthorn;

namespace {

Recipe swept(std::vector<std::pair<std::string, std::string>> const& sweeps, Settings settings = {})
{
    for (std::size_t k = 0; k < sweeps.size(); ++k) {
        settings.emplace_back("sweep[" + std::to_string(k) + "].key", "\"" + sweeps[k].first + "\"");
        settings.emplace_back("sweep[" + std::to_string(k) + "].values", sweeps[k].second);
    }
    return recipe_of(with(parse_toml(tiny_recipe, "test.toml"), settings));
}

std::vector<std::string> texts(std::vector<Node> const& values)
{
    std::vector<std::string> all;
    for (auto const& value : values)
        all.push_back(value.is_text() ? value.text() : std::to_string(value.number()));
    return all;
}

std::vector<SweepPoint> points(Recipe const& recipe)
{
    std::vector<Finding> warnings;
    return points_of(recipe, warnings);
}

std::string const light = "excitation[0].irradiance";
Settings const mean_field{{"luminescence.engine", "\"mean-field\""}, {"luminescence.comparison", "0"}};

}  // namespace

TEST(SweepValues, AreEvenAndMeetBothEnds)
{
    auto const values = [](char const* text) { return texts(swept({{light, text}}).sweeps[0].values); };
    EXPECT_EQ(values("{ from = \"0.1 W/cm^2\", to = \"100 W/cm^2\", per_decade = 1 }"),
              (std::vector<std::string>{"0.1 W/cm^2", "1 W/cm^2", "10 W/cm^2", "100 W/cm^2"}));
    EXPECT_EQ(values("{ from = \"1 W/cm^2\", to = \"1 kW/cm^2\", per_decade = 2 }"),
              (std::vector<std::string>{"1 W/cm^2", "3.16228 W/cm^2", "10 W/cm^2", "31.6228 W/cm^2",
                                        "100 W/cm^2", "316.228 W/cm^2", "1000 W/cm^2"}));
    EXPECT_EQ(values("{ from = \"0 W/cm^2\", to = \"6 W/cm^2\", steps = 3 }"),
              (std::vector<std::string>{"0 W/cm^2", "2 W/cm^2", "4 W/cm^2", "6 W/cm^2"}));
    EXPECT_EQ(values("[\"1 kW/cm^2\", \"5 mW/cm^2\"]"),
              (std::vector<std::string>{"1000 W/cm^2", "0.005 W/cm^2"}));
    EXPECT_EQ(texts(swept({{"temperature.value", "{ from = \"20 degC\", to = \"40 degC\", steps = 1 }"}})
                        .sweeps[0]
                        .values),
              (std::vector<std::string>{"293.15 K", "313.15 K"}));
}

TEST(SweepPoints, AreEveryCombination)
{
    Recipe const recipe =
        swept({{light, "[\"1 W/cm^2\", \"2 W/cm^2\"]"}, {"crystal.dopants.Er", "[0.01, 0.02, 0.03]"}});
    auto const all = points(recipe);
    ASSERT_EQ(all.size(), 6u);
    EXPECT_EQ(all[1].recipe.excitations[0].irradiance_W_per_cm2, 1);
    EXPECT_EQ(all[1].recipe.regions[0].dopants[0], (std::pair<std::string, double>{"Er", 0.02}));
    EXPECT_EQ(all[3].recipe.excitations[0].irradiance_W_per_cm2, 2);
    EXPECT_EQ(all[3].recipe.regions[0].dopants[1], (std::pair<std::string, double>{"Yb", 0.2}));
    EXPECT_EQ(label_of(recipe, all[5]), "excitation[0].irradiance = 2 W/cm^2, crystal.dopants.Er = 0.03");
    EXPECT_TRUE(all[0].recipe.sweeps.empty());
    EXPECT_EQ(all[0].recipe.luminescence.comparison_events, recipe.luminescence.comparison_events / 6);
}

TEST(SweepPoints, SurviveTheRecipeThatIsWritten)
{
    Recipe const recipe = swept({{light, "{ from = \"0.1 W/cm^2\", to = \"1e5 W/cm^2\", per_decade = 3 }"},
                                 {"surroundings.medium", "[\"water\", \"vacuum\"]"}});
    Recipe const again = recipe_of(to_toml(recipe));
    EXPECT_EQ(to_toml(again), to_toml(recipe));
    auto const one = points(recipe), other = points(again);
    ASSERT_EQ(one.size(), 38u);
    for (std::size_t n = 0; n < one.size(); ++n) EXPECT_EQ(to_toml(one[n].recipe), to_toml(other[n].recipe));
}

TEST(Workbench, ServesOtherLightButNoOtherParticle)
{
    Recipe const recipe = swept({});
    Workbench const bench(recipe);
    Recipe brighter = recipe, other = recipe, longer = recipe;
    brighter.excitations[0].irradiance_W_per_cm2 = 7;
    longer.luminescence.wanted_error = 0.01;
    other.temperature_K = 300;
    EXPECT_TRUE(bench.serves(brighter));
    EXPECT_TRUE(bench.serves(longer));
    EXPECT_FALSE(bench.serves(other));
    other = recipe;
    other.luminescence.layers = 2;
    EXPECT_FALSE(bench.serves(other));
}

TEST(LocalSlopes, AreExactForParabolas)
{
    std::vector<double> x{1, 2, 8, 10}, y, error(4, 0.0);
    auto const log_y = [](double u) { return 0.3 + 1.7 * u - 0.2 * u * u; };
    for (double v : x) y.push_back(std::exp(log_y(std::log(v))));
    auto const slopes = local_slopes(x, y, error);
    for (std::size_t i : {1u, 2u}) EXPECT_NEAR(slopes[i].value, 1.7 - 0.4 * std::log(x[i]), 1e-12);
    EXPECT_NEAR(slopes[0].value, std::log(y[1] / y[0]) / std::log(2.0), 1e-12);
    EXPECT_EQ(slopes[0].error, 0);
    y[3] = 0;
    EXPECT_TRUE(std::isnan(local_slopes(x, y, error)[3].value));
    EXPECT_TRUE(std::isnan(local_slopes({{3.0}}, {{1.0}}, {{0.0}})[0].value));
}

TEST(LocalSlopes, CarryTheErrorsOfTheirPoints)
{
    std::vector<double> const x{1, 10, 100}, y{1, 10, 100}, error{0.1, 2, 30};
    auto const slopes = local_slopes(x, y, error);
    double const h = std::log(10.0);
    EXPECT_NEAR(slopes[1].value, 1, 1e-12);
    EXPECT_NEAR(slopes[1].error, std::hypot(0.1, 0.3) / (2 * h), 1e-12);
    EXPECT_NEAR(slopes[0].error, std::hypot(0.1, 0.2) / h, 1e-12);
}

TEST(Sweep, RecordHoldsEachPointAndItsTable)
{
    Recipe const recipe =
        swept({{light, "{ from = \"1e3 W/cm^2\", to = \"1e5 W/cm^2\", per_decade = 1 }"}}, mean_field);
    Tree const r = record_of(recipe);
    EXPECT_EQ(r.texts("sweep/key"), std::vector<std::string>{light});
    EXPECT_EQ(r.doubles("sweep/value/0"), (std::vector<double>{1e3, 1e4, 1e5}));
    EXPECT_EQ(std::get<std::string>(r.find_group("sweep/value")->arrays.at("0").attributes.at("units")),
              "W/cm^2");
    ASSERT_EQ(r.find_group("points")->groups.size(), 3u);
    EXPECT_TRUE(r.find_group("particle/sites"));
    EXPECT_FALSE(r.find_group("points/00000/particle"));
    std::string const yb = "Yb:2F5/2->2F7/2";
    Tree const& band = r.find_group("sweep/bands")->groups.at(yb);
    EXPECT_FALSE(band.find_array("photon_rate_error"));
    EXPECT_FALSE(band.find_array("slope_error"));
    for (std::size_t n = 0; n < 3; ++n) {
        Recipe one = points(recipe)[n].recipe;
        Tree const alone = record_of(one).find_group("bands")->groups.at(yb);
        EXPECT_EQ(band.doubles("photon_rate")[n], alone.number("photon_rate"))
            << "a point is a run of its own";
        EXPECT_EQ(band.doubles("slope")[n], alone.number("slope"));
    }
    std::string const csv = sweep_csv(r);
    EXPECT_NE(csv.find("\nexcitation[0].irradiance [W/cm^2],engine,"), std::string::npos) << csv;
    EXPECT_NE(csv.find("Yb:2F5/2->2F7/2 photon_rate [1/s]"), std::string::npos);
    EXPECT_NE(csv.find("\n10000,mean-field,"), std::string::npos);
}

TEST(Sweep, MonteCarloPointsHaveStreamsOfTheirOwn)
{
    Recipe const recipe =
        swept({{"luminescence.event_limit", "[1e6, 2e6]"}}, {{"luminescence.trajectories", "3"}});
    Tree const r = record_of(recipe, 1);
    auto const& rate = r.find_group("sweep/bands")->groups.at("Yb:2F5/2->2F7/2").doubles("photon_rate");
    EXPECT_NE(rate[0], rate[1]) << "points that differ in nothing that counts";
    Tree const on_three = record_of(recipe, 3);  // compared as text, where what is absent equals itself
    EXPECT_EQ(sweep_csv(r), sweep_csv(on_three));
    EXPECT_TRUE(r.groups.at("points") == on_three.groups.at("points"));
    EXPECT_TRUE(r.find_group("sweep/bands")->groups.at("Yb:2F5/2->2F7/2").find_array("photon_rate_error"));
    EXPECT_FALSE(r.find_group("sweep/bands")->groups.at("Yb:2F5/2->2F7/2").find_array("slope"));
}

TEST(Sweep, GoesOnToTheSameRecords)
{
    Folder const folder;
    Recipe const recipe = swept({{"temperature.value", "[\"250 K\", \"300 K\", \"350 K\"]"},
                                 {light, "[\"1e4 W/cm^2\", \"1e5 W/cm^2\"]"}});
    auto const all = points(recipe);
    Workbench bench(recipe);
    auto const whole = run_points(all, bench, {});
    ASSERT_TRUE(whole);
    std::atomic<bool> stop{false};
    SweepOptions options{.stop = StopToken(stop), .folder = folder.path()};
    options.done = [&](SweepPoint const& point, Tree const&, bool) { stop = point.number == 2; };
    EXPECT_FALSE(run_points(all, bench, options));
    stop = false;
    std::size_t restored = 0;
    options.done = [&](SweepPoint const&, Tree const&, bool was_there) { restored += was_there; };
    Workbench fresh(recipe);
    auto const gone_on = run_points(all, fresh, options);
    ASSERT_TRUE(gone_on);
    EXPECT_EQ(restored, 3u);
    for (std::size_t n = 0; n < all.size(); ++n) EXPECT_TRUE((*whole)[n] == (*gone_on)[n]) << n;

    Recipe other = recipe;
    other.seed = 2;
    Workbench of_other(other);
    EXPECT_THROW(run_points(points(other), of_other, options), InputError);
}
