#include "lanthorn/base/errors.hpp"

#include "support/csv.hpp"
#include "support/master_equation.hpp"
#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

using namespace lanthorn;

TEST(MasterEquation, HasTheSteadyStateOfFourCoupledIons)
{
    Csv const csv = read_test_csv(test_data("exact/cluster4_exact_steady_state.csv"));
    std::map<std::string, std::string> value;
    for (std::size_t r = 0; r < csv.texts("quantity").size(); ++r)
        value[csv.texts("quantity")[r]] = csv.texts("value")[r];

    MasterEquation const exact(cluster_of_four());
    EXPECT_EQ(exact.states(), 24u);
    std::vector<double> const p = exact.steady();
    EXPECT_NEAR(exact.ion_populations(p, {0})[1], std::stod(value.at("P(S0 excited)")), 1e-12);
    EXPECT_NEAR(exact.ion_populations(p, {1})[1], std::stod(value.at("P(S1 excited)")), 1e-12);
    EXPECT_NEAR(exact.ion_populations(p, {2})[1], std::stod(value.at("P(S2 excited)")), 1e-12);
    EXPECT_NEAR(exact.ion_populations(p, {3})[1], std::stod(value.at("P(A=1)")), 1e-12);
    EXPECT_NEAR(exact.ion_populations(p, {3})[2], std::stod(value.at("P(A=2)")), 1e-12);
    EXPECT_LT(exact.residual(p), 1e-8);
}

TEST(MasterEquation, HasTheSteadyStateOfAnUpconvertingPair)
{
    Csv const csv = read_test_csv(test_data("exact/pair_ETU_exact_vs_meanfield.csv"));
    auto const pump = csv.numbers("pump_R_s-1"), a1 = csv.numbers("A1_s-1"), a2 = csv.numbers("A2_s-1");
    auto const w = csv.numbers("W_ETU_s-1"), p2 = csv.numbers("exact_P2_per_ion"),
               n1 = csv.numbers("exact_n1");
    ASSERT_EQ(pump.size(), 12u);
    for (std::size_t r = 0; r < pump.size(); ++r) {
        MasterEquation const exact(upconverting_pair(pump[r], a1[r], a2[r], w[r]));
        std::vector<double> const ions = exact.class_populations(exact.steady());
        EXPECT_NEAR(ions[2] / 2 / p2[r], 1, 1e-9) << r;
        EXPECT_NEAR(ions[1] / 2 / n1[r], 1, 1e-9) << r;
    }
}

TEST(MasterEquation, FollowsASingleIonAsItsExponential)
{
    Network network = network_of({2}, {{0, 0, 0}}, {0});
    network.lasers = 1;
    network.one_site = {one_site(0, {0, 1}, 0, {2.0}), one_site(0, {1, 0}, 700)};
    std::vector<double> const irradiance{150};
    MasterEquation const exact(network, irradiance);
    double const up = 300, k = 1000;
    for (double t : {0.0, 1e-9, 1e-5, 1e-3, 0.1}) {
        MasterEquation::Course const course = exact.after(exact.start({}), t);
        EXPECT_NEAR(course.p[1], up / k * -std::expm1(-k * t), 1e-11);
        EXPECT_NEAR(course.integral_s[1], up / k * (t + std::expm1(-k * t) / k), 1e-12);
        EXPECT_NEAR(course.p[0] + course.p[1], 1, 1e-11);
    }
}

TEST(MasterEquation, IsAsGoodWhereRatesAreStiff)
{
    Network network = network_of({3}, {{0, 0, 0}}, {0});
    network.one_site = {one_site(0, {2, 1}, 1e8), one_site(0, {1, 0}, 1e3)};
    MasterEquation const exact(network);
    MasterEquation::Course const course = exact.after(exact.start({.level = {{2}}, .excited = {}}), 1e-3);
    EXPECT_NEAR(course.p[1], (std::exp(-1.0) - std::exp(-1e5)) * 1e8 / (1e8 - 1e3), 1e-9);
    EXPECT_NEAR(exact.channel_rates(course.integral_s)[0], 1, 1e-9);  // the first step happens once
    EXPECT_NEAR(exact.channel_rates(course.integral_s)[1], 1 - std::exp(-1.0) * 1e8 / (1e8 - 1e3), 1e-9);
}

TEST(MasterEquation, BalancesCountsAndPopulations)
{
    Network const network = cluster_of_four();
    std::vector<double> const at{1e-4, 7e-4, 3e-3};
    ExactCourse const course = exact_course(network, {}, {.level = {{1}, {0}, {1}, {2}}, .excited = {}}, at);
    for (std::size_t k = 0; k < at.size(); ++k) {
        std::vector<double> const& n = course.counts[k];
        EXPECT_NEAR(course.population[k][1], n[0] - n[1] + n[6] - n[5] - n[7] + 2,
                    1e-9);  // excited sensitisers
        EXPECT_NEAR(course.population[k][4], 1 + n[7] - n[3],
                    1e-9);  // upper level of the activator
        EXPECT_NEAR(std::accumulate(course.population[k].begin(), course.population[k].end(), 0.0), 4, 1e-10);
        EXPECT_NEAR(std::accumulate(course.population_s[k].begin(), course.population_s[k].end(), 0.0),
                    4 * at[k], 1e-12);
    }
}

TEST(MasterEquation, ChainsSegmentsRepeatsAndPulses)
{
    Network network = network_of({2}, {{0, 0, 0}}, {0});
    network.lasers = 1;
    network.one_site = {one_site(0, {0, 1}, 0, {1.0}), one_site(0, {1, 0}, 1000)};
    PumpProgram pump;
    pump.segments = {{1e-3, {500}}, {2e-3, {0}}};
    pump.repeats = true;
    pump.pulses = {{2e-3, {{0}, {0}, {1}, 0.25}}};
    std::vector<double> const at{1e-3, 2.5e-3, 3.5e-3};
    ExactCourse const course = exact_course(network, pump, {}, at);

    double const lit = 1. / 3 * -std::expm1(-1.5);
    double const pulsed = lit * std::exp(-1.0) * 0.75 + 0.25, dark = pulsed * std::exp(-1.0);
    EXPECT_NEAR(course.population[0][1], lit, 1e-11);
    EXPECT_NEAR(course.population[1][1], pulsed * std::exp(-0.5), 1e-11);
    EXPECT_NEAR(course.population[2][1], 1. / 3 + (dark - 1. / 3) * std::exp(-0.75), 1e-11);
}

TEST(MasterEquation, StopsWhereNothingCanHappen)
{
    Network network = network_of({2}, {{0, 0, 0}}, {0});
    MasterEquation const still(network);
    MasterEquation::Course const course = still.after(still.start({.level = {{1}}, .excited = {}}), 2);
    EXPECT_EQ(course.p[1], 1);
    EXPECT_EQ(course.integral_s[1], 2);
    EXPECT_THROW((void)still.steady(), NumericsError);
}

TEST(MasterEquation, NumbersStatesWithTheLastIonFastest)
{
    MasterEquation const exact(cluster_of_four());
    for (std::size_t s = 0; s < exact.states(); ++s) EXPECT_EQ(exact.state_of(exact.levels_of(s)), s);
    EXPECT_EQ(exact.levels_of(5), (std::vector<LevelId>{{0}, {0}, {1}, {2}}));
}
