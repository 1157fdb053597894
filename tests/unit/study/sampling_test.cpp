#include "lanthorn/base/moments.hpp"
#include "lanthorn/study/ensemble.hpp"

#include "tiny.hpp"
#include "unit/files/folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <random>

using namespace lanthorn;

namespace {

class Normal {
public:
    explicit Normal(std::uint32_t seed) : engine_(seed) {}
    double operator()() { return normal_(engine_); }

private:
    std::mt19937 engine_;
    std::normal_distribution<double> normal_;
};

/// Few erbium ions under strong light: hardly two structures are alike.
constexpr std::string_view dilute = R"(
[crystal]
host = "beta-NaYF4"
diameter = "2.5 nm"
dopants = { Yb = 0.1, Er = 0.03 }
[[excitation]]
wavelength = "980 nm"
irradiance = "1e6 W/cm^2"
[luminescence]
burn_in = "0.1 ms"
duration = "0.1 ms"
bands = ["Yb:2F5/2->2F7/2"]
)";

Recipe dilute_with(Settings const& settings)
{
    return recipe_of(with(parse_toml(dilute, "test.toml"), settings));
}

Settings const wanted{{"luminescence.structures", "8"},
                      {"luminescence.wanted_error", "0.02"},
                      {"luminescence.event_limit", "1e8"}};
Settings const ten{{"luminescence.structures", "10"}, {"luminescence.trajectories", "3"}};

std::string first_problem(Settings const& settings)
{
    try {
        dilute_with(settings);
    }
    catch (InputError const& error) {
        return error.first().key + ": " + error.first().problem;
    }
    return {};
}

}  // namespace

TEST(TwoLevels, AreWhatTheNumbersSay)
{
    // Means 1, 3, 8 have the variance 13; the pooled variance is (1*4 + 1*6 + 3*2)/5 = 3.2.
    std::vector<StructureSample> const structures{{2, 1, 4}, {2, 3, 6}, {4, 8, 2}};
    TwoLevels const levels = two_levels(structures);
    EXPECT_DOUBLE_EQ(levels.mean, 4);
    EXPECT_DOUBLE_EQ(levels.within, 3.2);
    EXPECT_DOUBLE_EQ(levels.between, 13 - 3.2 * (0.5 + 0.5 + 0.25) / 3);
    EXPECT_DOUBLE_EQ(levels.standard_error, std::sqrt(13 / 3.0));
    EXPECT_EQ(two_levels(std::vector<StructureSample>{{2, 1, 4}, {2, 1.1, 4}}).between, 0);
    TwoLevels const single = two_levels(std::vector<StructureSample>{{1, 1, 0}, {1, 3, 0}});
    EXPECT_EQ(single.within, 0);
    EXPECT_DOUBLE_EQ(single.between, 2);
}

TEST(TwoLevels, HaveNoBias)
{
    Normal normal(1);
    double const between = 4, within = 9;
    Moments of_between, of_within, square;
    for (int repeat = 0; repeat < 4000; ++repeat) {
        std::vector<StructureSample> structures;
        for (int s = 0; s < 20; ++s) {
            double const own = 2 * normal();
            Moments trajectories;
            for (int k = 0; k < 3; ++k) trajectories.add(own + 3 * normal());
            structures.push_back({3, trajectories.mean(), trajectories.variance()});
        }
        TwoLevels const levels = two_levels(structures);
        of_between.add(levels.between);
        of_within.add(levels.within);
        square.add(levels.mean * levels.mean - levels.standard_error * levels.standard_error);
    }
    EXPECT_NEAR(of_between.mean(), between, 4 * of_between.standard_error());
    EXPECT_NEAR(of_within.mean(), within, 4 * of_within.standard_error());
    EXPECT_NEAR(square.mean(), 0, 4 * square.standard_error()) << "the error is that of the mean";
    EXPECT_LT(of_between.standard_error(), 0.05);
}

TEST(NextPlan, ExtendsWhatIsCheaper)
{
    EXPECT_DOUBLE_EQ(best_trajectories(9, 1, 400, 100), 6);
    EXPECT_EQ(best_trajectories(1, 9, 1, 100), 1);
    EXPECT_TRUE(std::isinf(best_trajectories(9, 0, 400, 100)));

    // One structure is like another: trajectories alone.
    EXPECT_EQ(next_plan({10, 5}, 9, 0, 0.125, 400, 100), (SamplingPlan{10, 8}));
    EXPECT_EQ(next_plan({10, 2}, 9, 0, 0.001, 400, 100), (SamplingPlan{10, 8})) << "fourfold at most";
    // All scatter is between: structures alone.
    EXPECT_EQ(next_plan({10, 2}, 0, 4, 0.2, 400, 100), (SamplingPlan{20, 2}));
    EXPECT_EQ(next_plan({10, 2}, 0, 4, 1e-3, 400, 100), (SamplingPlan{40, 2}));
    // Six trajectories are best: (1 + 9/6)/0.125 structures.
    EXPECT_EQ(next_plan({10, 2}, 9, 1, 0.125, 400, 100), (SamplingPlan{20, 6}));
    // Ten trajectories would do without a structure more, but cost more than structures do.
    EXPECT_EQ(next_plan({10, 2}, 9, 1, 0.19, 400, 100), (SamplingPlan{14, 6}));
    // Three do, and are cheaper.
    EXPECT_EQ(next_plan({10, 2}, 9, 1, 0.4, 400, 100), (SamplingPlan{10, 3}));
}

TEST(NextPlan, BestNumberCostsLeast)
{
    double const within = 9, between = 1, structure = 400, trajectory = 100, variance = 0.01;
    auto const work = [&](double n) {
        return (between + within / n) / variance * (structure + n * trajectory);
    };
    double const best = best_trajectories(within, between, structure, trajectory);
    for (double n : {best / 2, best - 0.5, best + 0.5, 2 * best}) EXPECT_LT(work(best), work(n));
}

TEST(Controlled, LowersTheVarianceByTheCorrelation)
{
    Normal normal(2);
    double const rho = 0.9;
    std::size_t const structures = 40, more = 4000;
    Moments mean, plain, claimed;
    for (int repeat = 0; repeat < 1500; ++repeat) {
        std::vector<double> y, m, others;
        for (std::size_t s = 0; s < structures; ++s) {
            double const x = normal();
            m.push_back(5 + 2 * x);
            y.push_back(7 + rho * x + std::sqrt(1 - rho * rho) * normal());
        }
        for (std::size_t s = 0; s < more; ++s) others.push_back(5 + 2 * normal());
        Controlled const c = controlled(y, m, others);
        mean.add(c.mean);
        plain.add(c.plain_error * c.plain_error);
        claimed.add(c.standard_error * c.standard_error);
    }
    EXPECT_NEAR(mean.mean(), 7, 4 * mean.standard_error()) << "no bias";
    double const n = double(structures), all = double(structures + more);
    // Of a regression with a random control: (1 - rho^2)/n (n-2)/(n-3), and what the mean of all controls scatters.
    double const expected = (1 - rho * rho) / n * (n - 2) / (n - 3) + rho * rho / all;
    double const spread = std::sqrt(2.0 / 1500);
    EXPECT_NEAR(mean.variance() / expected, 1, 4 * spread);
    EXPECT_NEAR(claimed.mean() / expected, 1, 0.05) << "the error that is given";
    EXPECT_NEAR(claimed.mean() / plain.mean(), 1 - rho * rho, 0.02);
}

TEST(Controlled, IsExactWhereTheControlIs)
{
    std::vector<double> const m{1, 2, 4, 3, 7, 5, 8, 6}, more{2, 7, 4, 6};
    std::vector<double> y;
    for (double v : m) y.push_back(3 + 2 * v);
    Controlled const c = controlled(y, m, more);
    EXPECT_NEAR(c.coefficient, 2, 1e-12);
    EXPECT_NEAR(c.mean, 3 + 2 * 55.0 / 12, 1e-12) << "y at the mean of all controls";
    Moments all;
    for (double v : {1., 2., 4., 3., 7., 5., 8., 6., 2., 7., 4., 6.}) all.add(v);
    EXPECT_NEAR(c.standard_error, 2 * all.standard_error(), 1e-6);
}

TEST(Controlled, IsLeftOutWhereItDoesNotHelp)
{
    std::vector<double> const y{1, -1, 1, -1, 1, -1, 1, -1}, m{1, 1, -1, -1, 1, 1, -1, -1}, more{0, 1, -1};
    EXPECT_EQ(controlled(y, m, more).coefficient, 0);
    EXPECT_EQ(controlled(y, m, more).standard_error, controlled(y, m, more).plain_error);
    std::vector<double> const seven(y.begin(), y.end() - 1);
    EXPECT_EQ(controlled(seven, seven, more).coefficient, 0) << "too few";
    EXPECT_EQ(controlled(y, std::vector<double>(8, 3.0), more).coefficient, 0) << "all alike";
}

TEST(JointMoments, WidenAddsToTheErrorOfAnySum)
{
    JointMoments moments(2);
    moments.add({1, 2});
    moments.add({3, 3});
    double const before = moments.linear({{0, 1}, {1, 2}}).standard_error;
    moments.widen({4, 1, 1, 9});
    EXPECT_NEAR(std::pow(moments.linear({{0, 1}, {1, 2}}).standard_error, 2), before * before + 4 + 4 + 36,
                1e-12);
}

TEST(Structures, MeanIsThatOfRunsOneByOne)
{
    Recipe const recipe = dilute_with({{"luminescence.structures", "60"},
                                       {"luminescence.trajectories", "2"},
                                       {"luminescence.control", "\"none\""}});
    Tree const together = record_of(recipe, 2);
    Moments alone;
    for (int seed = 1000; seed < 1060; ++seed)
        alone.add(record_of(dilute_with({{"luminescence.trajectories", "2"},
                                         {"luminescence.comparison", "0"},
                                         {"seed", std::to_string(seed)}}))
                      .groups.at("bands")
                      .groups.at("Yb:2F5/2->2F7/2")
                      .number("photon_rate"));
    Tree const& band = together.groups.at("bands").groups.at("Yb:2F5/2->2F7/2");
    double const error = band.number("photon_rate_error");
    EXPECT_NEAR(band.number("photon_rate"), alone.mean(), 4 * std::hypot(error, alone.standard_error()));
    EXPECT_NEAR(error / alone.standard_error(), 1, 0.6) << "the scatter between structures is in it";
}

TEST(Structures, ControlAgreesWithoutIt)
{
    Settings const fixed{{"luminescence.structures", "40"}, {"luminescence.trajectories", "4"}};
    Settings plain = fixed;
    plain.emplace_back("luminescence.control", "\"none\"");
    Tree const with_control = record_of(dilute_with(fixed), 2), without = record_of(dilute_with(plain), 2);
    std::string const name = "Yb:2F5/2->2F7/2";
    Tree const& a = with_control.groups.at("bands").groups.at(name);
    Tree const& b = without.groups.at("bands").groups.at(name);
    Tree const& sampling = with_control.groups.at("sampling");
    EXPECT_EQ(sampling.integer("control_structures"), 120);
    EXPECT_EQ(without.groups.at("sampling").integer("control_structures"), 0);
    Tree const& of_band = sampling.groups.at("bands").groups.at(name);
    EXPECT_DOUBLE_EQ(of_band.number("uncontrolled_rate"), b.number("photon_rate"));
    EXPECT_DOUBLE_EQ(of_band.number("uncontrolled_rate_error"), b.number("photon_rate_error"));
    EXPECT_LE(a.number("photon_rate_error"), b.number("photon_rate_error"));
    EXPECT_NEAR(a.number("photon_rate"), b.number("photon_rate"), 3 * b.number("photon_rate_error"));
    EXPECT_TRUE(with_control.find_group("engine/comparison/mean-field"));
    EXPECT_FALSE(without.find_group("engine/comparison/mean-field"));
}

TEST(Structures, ReachTheWantedErrorTheSameOnAnyThreads)
{
    Recipe const recipe = dilute_with(wanted);
    Workbench bench(recipe);
    Answer const one = solve(recipe, bench, {.threads = 1});
    ASSERT_TRUE(one.result.finished);
    EXPECT_TRUE(one.result.reached_error);
    EXPECT_LE(one.result.worst_error, 0.02);
    ASSERT_TRUE(one.result.sampling);
    EXPECT_GT(one.result.sampling->plan.structures * one.result.sampling->plan.trajectories, 16u)
        << "the first round did not do";
    EXPECT_EQ(std::uint64_t(one.result.tally.trajectories),
              one.result.sampling->plan.structures * one.result.sampling->plan.trajectories);
    Tree const record = record_of(recipe, one);
    EXPECT_TRUE(record == record_of(recipe, solve(recipe, bench, {.threads = 3})));
}

TEST(Structures, StopAtTheEventLimitWithSetUpCounted)
{
    Recipe recipe = dilute_with(wanted);
    recipe.luminescence.wanted_error = 1e-3;
    recipe.luminescence.event_limit = 2e6;
    Workbench bench(recipe);
    Answer const a = solve(recipe, bench, {.threads = 2});
    EXPECT_FALSE(a.result.reached_error);
    Sampling const& s = *a.result.sampling;
    EXPECT_LE(double(s.plan.structures) *
                  (s.work_per_structure + double(s.plan.trajectories) * s.work_per_trajectory),
              4e6);
}

TEST(Structures, GoOnAfterAStop)
{
    Recipe const recipe = dilute_with(ten);
    Workbench bench(recipe);
    Answer const whole = solve(recipe, bench, {});
    Folder const folder;
    std::atomic<bool> stop{false};
    Answer const part = solve(recipe, bench,
                              {.progress = [&](ProgressReport const& report) { stop = report.done >= 12; },
                               .stop = StopToken(stop),
                               .checkpoints = folder.path(),
                               .identity = "a"});
    EXPECT_FALSE(part.result.finished);
    EXPECT_EQ(folder.names().size(), 12u);
    Answer const rest = solve(recipe, bench, {.threads = 2, .checkpoints = folder.path(), .identity = "a"});
    EXPECT_TRUE(record_of(recipe, rest) == record_of(recipe, whole));
    EXPECT_THROW(solve(recipe, bench, {.checkpoints = folder.path(), .identity = "b"}), InputError);
}

TEST(Structures, AreOtherCrystalsAndTheFirstIsTheOneShown)
{
    Recipe const recipe = dilute_with(ten);
    Assembly const first = assemble(recipe);
    EXPECT_EQ(assemble_structure(recipe, 0).network.site, first.network.site);
    EXPECT_NE(assemble_structure(recipe, 1).network.site, first.network.site);
    Tree const record = record_of(recipe);
    EXPECT_TRUE(record.groups.at("particle") == particle_group(first.crystal));
    EXPECT_NE(record.find_group("notes")->texts("left_out").front().find("10 random structures"),
              std::string::npos);
    EXPECT_EQ(summary_of(record).groups.at("sampling").groups.at("structures").number("value"), 10);
}

TEST(Structures, FluxesOfQuenchersThatSomeLackAreKept)
{
    Recipe const recipe = dilute_with({{"luminescence.structures", "12"},
                                       {"luminescence.trajectories", "2"},
                                       {"luminescence.interaction_radius", "\"0.5 nm\""},
                                       {"crystal.vacancies.bulk", "0.01"}});
    Tree const record = record_of(recipe, 2);
    Tree const& balance = record.groups.at("balance");
    EXPECT_NEAR(balance.number("residual"), 0,
                5 * balance.number("residual_error") + 1e-6 * balance.number("absorbed"));
}

TEST(Structures, AreRefusedWhereTheyMakeNoSense)
{
    Settings const many{{"luminescence.structures", "4"}};
    for (auto const* engine : {"\"auto\"", "\"mean-field\"", "\"microscopic\""}) {
        auto const said = first_problem({{"luminescence.structures", "4"}, {"luminescence.engine", engine}});
        EXPECT_TRUE(said.starts_with("luminescence.structures: ")) << said;
        EXPECT_NE(said.find("monte-carlo"), std::string::npos);
    }
    EXPECT_TRUE(first_problem({{"luminescence.structures", "0"}}).starts_with("luminescence.structures: "));
    EXPECT_TRUE(first_problem({{"luminescence.structures", "4"},
                               {"luminescence.control", "\"mean-field\""},
                               {"excitation[0].pulse", "{ width = \"20 us\", period = \"100 us\" }"}})
                    .starts_with("luminescence.control: "));
    EXPECT_EQ(first_problem(many), "");
    Recipe const recipe = dilute_with(many);
    EXPECT_EQ(to_toml(recipe_of(to_toml(recipe))), to_toml(recipe));

    // Independent doping of a small particle: some structures have no erbium.
    Recipe rare = dilute_with({{"luminescence.structures", "40"},
                               {"luminescence.trajectories", "1"},
                               {"crystal.doping", "\"independent\""},
                               {"crystal.dopants", "{ Yb = 0.1, Er = 0.01 }"},
                               {"luminescence.bands", "[]"}});
    try {
        record_of(rare);
        FAIL() << "structures without erbium were taken";
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().key, "luminescence.structures");
        EXPECT_NE(error.first().problem.find("other kinds of ions"), std::string::npos);
    }
}
