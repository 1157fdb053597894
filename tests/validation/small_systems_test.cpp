#include "support/compare.hpp"
#include "support/csv.hpp"
#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace lanthorn;

namespace {

TrajectoryRange trajectories(std::uint64_t count)
{
    return {.seed = {test_seed()}, .first = 0, .count = count};
}

/// Mean ions in each class over [begin, end], one number per trajectory.
Tally occupation(Network const& network, PumpProgram const& pump, double begin_s, double end_s,
                 std::uint64_t count)
{
    ObservablePlan plan;
    plan.end_s = end_s;
    plan.window_edges_s = {begin_s, end_s};
    return run(network, pump, {}, plan, trajectories(count));
}

}  // namespace

// Three sensitisers and an activator: ions of one pair are correlated, so that rate equations per ion are
// wrong by factors (0.0234 for 0.1433), and the average over a long time must be that of the master equation.
TEST(FourCoupledIons, HaveTheExactLongTimeAverage)
{
    Network const network = cluster_of_four();
    MasterEquation const exact(network);
    std::vector<double> const truth = exact.class_populations(exact.steady());
    EXPECT_NEAR(truth[3], 0.143314085469, 1e-12);
    EXPECT_NEAR(truth[4], 0.120599513415, 1e-12);

    Tally const tally = occupation(network, {}, 0.05, 0.35, 40);
    for (std::size_t c = 0; c < network.classes(); ++c) {
        EXPECT_GT(p_of_mean(tally.occupation[c], truth[c]), false_alarm) << "class " << c;
        std::printf("four ions, class %zu: %.6f +- %.6f, exact %.6f, sees a change of %.2g\n", c,
                    tally.occupation[c].mean(), tally.occupation[c].standard_error(), truth[c],
                    visible_shift(tally.occupation[c].standard_error()) / truth[c]);
    }

    Network wrong = network;
    wrong.pair[2].coefficient *= 3;  // back transfer
    Tally const sabotaged = occupation(wrong, {}, 0.05, 0.35, 40);
    EXPECT_LT(p_of_mean(sabotaged.occupation[3], truth[3]), false_alarm);
}

TEST(FourCoupledIons, FollowTheMasterEquationFromTheStart)
{
    Comparison const all =
        compare_with_exact(cluster_of_four(), {}, {.level = {{1}, {0}, {1}, {2}}, .excited = {}},
                           {1e-5, 1e-4, 1e-3, 2e-3}, 4000);
    EXPECT_GT(all.p(), false_alarm) << all.worst();
}

TEST(Counts, BeginWhenThePlanSays)
{
    Network const network = upconverting_pair(300, 500, 2000, 1000);
    std::vector<double> const from_and_until{2e-3, 3e-3, 5e-3};
    ObservablePlan plan;
    plan.end_s = 5e-3;
    plan.count_from_s = 2e-3;
    plan.count_until_s = {3e-3, 5e-3};
    Tally const tally = run(network, {}, {}, plan, trajectories(20000));
    ExactCourse const exact = exact_course(network, {}, {}, from_and_until);
    Comparison all, from_the_start;
    for (std::size_t k : {0, 1})
        for (std::size_t c = 0; c < network.channels(); ++c) {
            Moments const& seen = tally.counts[k * network.channels() + c];
            all.add(fmt::format("channel {}", c), seen, exact.counts[k + 1][c] - exact.counts[0][c]);
            from_the_start.add(fmt::format("channel {}", c), seen, exact.counts[k + 1][c]);
        }
    EXPECT_GT(all.p(), false_alarm) << all.worst();
    EXPECT_LT(from_the_start.p(), false_alarm);
}

TEST(UpconvertingPair, IsNotItsMeanField)
{
    Csv const csv = read_test_csv(test_data("exact/pair_ETU_exact_vs_meanfield.csv"));
    auto const pump = csv.numbers("pump_R_s-1"), a1 = csv.numbers("A1_s-1"), a2 = csv.numbers("A2_s-1");
    auto const w = csv.numbers("W_ETU_s-1"), p2 = csv.numbers("exact_P2_per_ion"),
               n1 = csv.numbers("exact_n1");
    auto const mean_field = csv.numbers("mean_field_n2_per_ion");
    for (std::size_t r = 0; r < pump.size(); ++r) {
        double const trials_per_s = 2 * n1[r] * w[r] + pump[r], total_s = 4e6 / trials_per_s;
        if (2 * p2[r] * a2[r] * total_s < 500) continue;  // too rare for a quick test
        Network const network = upconverting_pair(pump[r], a1[r], a2[r], w[r]);
        Tally const tally = occupation(network, {}, 0.05, 0.05 + total_s / 200, 200);
        EXPECT_GT(p_of_mean(tally.occupation[1], 2 * n1[r]), false_alarm) << r;
        EXPECT_GT(p_of_mean(tally.occupation[2], 2 * p2[r]), false_alarm) << r;
        std::printf("pair, pump %g/s, W %g/s: sees a change of %.2g\n", pump[r], w[r],
                    visible_shift(tally.occupation[2].standard_error()) / tally.occupation[2].mean());
        if (w[r] > 1000) {
            EXPECT_LT(p_of_mean(tally.occupation[2], 2 * mean_field[r]), false_alarm) << r;
        }
    }
}

// n2 = R/(R(1 + g_l/g_u) + 1/tau) with 8 lower and 6 upper states and equal cross-sections per pair of
// states, so that light alone cannot put more than 6/14 of the ions into the upper level.
TEST(TwoLevels, SaturateAtTheirDegeneracies)
{
    double const up = 0.05, decay = 640;
    Network network = network_of({2}, {{0, 0, 0}}, {0});
    network.lasers = 1;
    network.one_site = {one_site(0, {0, 1}, 0, {up}), one_site(0, {1, 0}, decay),
                        one_site(0, {1, 0}, 0, {up * 8 / 6})};
    for (double irradiance : {1e3, 1e4, 1e5, 1e9}) {
        double const r = up * irradiance, expected = r / (r * (1 + 8. / 6) + decay);
        PumpProgram const pump{
            .segments = {{.irradiance_W_per_cm2 = {irradiance}}}, .repeats = false, .pulses = {}};
        double const cycle_s = 1 / (r + decay);
        Tally const tally = occupation(network, pump, 20 * cycle_s, 220 * cycle_s, 1000);
        EXPECT_GT(p_of_mean(tally.occupation[1], expected), false_alarm) << irradiance;
        EXPECT_LT(p_of_mean(tally.occupation[1], r / (r + decay)), false_alarm)
            << "without stimulated emission";
        if (irradiance == 1e9) {
            EXPECT_NEAR(expected, 6. / 14, 1e-5);
        }
    }
}

// Two ions, one excited: it decays or hands over, 1000/s each, so the first event comes after 1/2000 s on
// average and is a transfer every second time. A program that counts transfers twice at the start has 1/3000
// s and two thirds.
TEST(ExcitedStart, HasEachTransferOnce)
{
    Network network = network_of({2}, {{0, 0, 0}, {1, 0, 0}}, {0, 0});
    network.one_site = {one_site(0, {1, 0}, 1000)};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 1000)};
    std::vector<double> first;
    std::int64_t transfers = 0;
    ObservablePlan plan;
    plan.end_s = 1;
    int const n = draws_to_see(0.04);
    MonteCarlo const engine(network);
    Tally const tally = engine.run({}, {.level = {{1}, {0}}, .excited = {}}, plan,
                                   trajectories(std::uint64_t(n)), {}, [&](Event const& e) {
                                       if (e.step != 0) return;
                                       first.push_back(e.time_s);
                                       transfers += e.channel == 1;
                                   });
    ASSERT_EQ(first.size(), std::size_t(n));
    EXPECT_GT(p_of_mean(first, 1. / 2000, 1. / 2000), false_alarm);
    EXPECT_LT(p_of_mean(first, 1. / 3000, 1. / 3000), false_alarm);
    EXPECT_GT(p_of_distribution(first, [](double t) { return -std::expm1(-2000 * t); }), false_alarm);
    EXPECT_GT(p_of_binomial(transfers, n, 0.5), false_alarm);
    Moments events;
    for (std::int64_t k : tally.events_of) events.add(double(k));
    EXPECT_EQ(events.count(), n);
    EXPECT_GT(p_of_mean(events, 2), false_alarm);  // k transfers with probability 2^-(k+1), then decay
}

TEST(RandomExcitation, ExcitesEachIonWithItsProbability)
{
    Network network = network_of({3, 2}, {{0, 0, 0}, {5, 0, 0}, {0, 5, 0}}, {0, 0, 1});
    network.one_site = {one_site(0, {1, 0}, 100), one_site(0, {2, 0}, 300)};
    InitialState const initial{.level = {{0}, {1}, {0}},
                               .excited = {{{0}, {0}, {1}, 0.3}, {{0}, {1}, {2}, 0.5}}};
    Comparison const all = compare_with_exact(network, {}, initial, {1e-6, 1e-3, 1e-2}, 20000);
    EXPECT_GT(all.p(), false_alarm) << all.worst();
}

TEST(Pump, SwitchesRepeatsAndPulsesAsTheMasterEquation)
{
    Network network = cluster_of_four();
    network.lasers = 2;
    network.one_site[0] = one_site(0, {0, 1}, 20, {3, 0});
    network.one_site.push_back(one_site(1, {0, 2}, 0, {0, 40}));
    PumpProgram pump;
    pump.segments = {{3e-4, {200, 0}}, {5e-4, {0, 0}}, {1e-4, {50, 30}}};
    pump.repeats = true;
    pump.pulses = {
        {2e-4, {{0}, {0}, {1}, 0.6}}, {1.1e-3, {{1}, {0}, {1}, 0.9}}, {1.1e-3, {{1}, {1}, {2}, 0.5}}};
    std::vector<double> const at{1e-4, 2.5e-4, 6e-4, 1.15e-3, 1.3e-3};
    Comparison const all = compare_with_exact(network, pump, {}, at, 4000);
    EXPECT_GT(all.p(), false_alarm) << all.worst();

    PumpProgram once = pump;
    once.repeats = false;
    Comparison const last_goes_on = compare_with_exact(network, once, {}, at, 4000);
    EXPECT_GT(last_goes_on.p(), false_alarm) << last_goes_on.worst();

    Tally const other = run(network, once, {}, plan_at(at), trajectories(4000));
    EXPECT_LT(compare(network, other, exact_course(network, pump, {}, at), at).p(), false_alarm);
}

TEST(StillNetwork, KeepsItsPopulationsToTheEnd)
{
    Network network = network_of({3}, {{0, 0, 0}, {1, 0, 0}}, {0, 0});
    network.one_site = {one_site(0, {2, 1}, 1e6)};  // level 1 has no way out
    ObservablePlan plan;
    plan.end_s = 2;
    plan.snapshot_at_s = {0, 1, 2};
    plan.count_until_s = {2};
    plan.window_edges_s = {1, 2};
    Tally const dead = run(network, {}, {.level = {{1}, {0}}, .excited = {}}, plan, trajectories(10));
    EXPECT_EQ(dead.trajectories, 10);
    EXPECT_EQ(dead.events, 0);
    Tally const dies = run(network, {}, {.level = {{2}, {0}}, .excited = {}}, plan, trajectories(10));
    EXPECT_EQ(dies.events, 10);
    for (Tally const& tally : {dead, dies})
        for (std::size_t c = 0; c < 3; ++c) {
            double const ions = c < 2 ? 1 : 0;
            EXPECT_EQ(tally.snapshot[2 * 3 + c].mean(), ions);
            EXPECT_EQ(tally.occupation[c].mean(), ions);
            EXPECT_EQ(tally.occupation[c].variance(), 0);
        }
    EXPECT_EQ(dies.snapshot[2].mean(), 1);
    EXPECT_EQ(dies.counts[0].mean(), 1);
}

TEST(LinearLaw, FallsToZeroAtTheRadius)
{
    Network network = network_of({2}, {{0, 0, 0}, {1, 0, 0}, {2.5, 0, 0}}, {0, 0, 0}, 2);
    network.one_site = {one_site(0, {1, 0}, 300)};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 900, DistanceLaw::linear)};
    std::vector<double> const at{2e-4, 1e-3, 5e-3};
    InitialState const initial{.level = {{1}, {0}, {0}}, .excited = {}};
    Comparison const all = compare_with_exact(network, {}, initial, at, 20000);
    EXPECT_GT(all.p(), false_alarm) << all.worst();

    Network sixth = network;
    sixth.pair[0].law = DistanceLaw::inverse_sixth;
    EXPECT_LT(compare(network, run(sixth, {}, initial, plan_at(at), trajectories(20000)),
                      exact_course(network, {}, initial, at), at)
                  .p(),
              false_alarm);
}

TEST(Radius, IsStrict)
{
    for (DistanceLaw law : {DistanceLaw::inverse_sixth, DistanceLaw::linear}) {
        Network network = network_of({2}, {{0, 0, 0}, {1.5, 0, 0}}, {0, 0}, 1.5);
        network.one_site = {one_site(0, {1, 0}, 1)};
        network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 1e6, law)};
        ObservablePlan plan;
        plan.end_s = 10;
        plan.count_until_s = {10};
        InitialState const initial{.level = {{1}, {0}}, .excited = {}};
        EXPECT_EQ(run(network, {}, initial, plan, trajectories(100)).counts[1].mean(), 0);
        network.interaction_radius_nm = std::nextafter(1.5, 2);
        if (law == DistanceLaw::inverse_sixth) {
            EXPECT_GT(run(network, {}, initial, plan, trajectories(100)).counts[1].mean(), 1000);
        }
    }
}

TEST(ExtraRates, AreOfOneIonAlone)
{
    Network network = network_of({3}, {{0, 0, 0}, {0.8, 0, 0}, {0, 0.9, 0}}, {0, 0, 0});
    network.one_site = {one_site(0, {1, 0}, 200), one_site(0, {2, 1}, 1000), one_site(0, {2, 0}, 0),
                        one_site(0, {0, 1}, 150)};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 700), transfer(0, {1, 0}, 0, {1, 2}, 400)};
    network.extra = {{{1}, 0, 5000}, {{1}, 2, 3000}, {{2}, 1, 100}, {{1}, 0, 1000}};
    std::vector<double> const at{1e-4, 1e-3, 1e-2};
    InitialState const initial{.level = {{1}, {2}, {0}}, .excited = {}};
    Comparison const all = compare_with_exact(network, {}, initial, at, 20000);
    EXPECT_GT(all.p(), false_alarm) << all.worst();

    Network wrong = network;
    wrong.extra[0].ion = {0};
    EXPECT_LT(compare(network, run(wrong, {}, initial, plan_at(at), trajectories(20000)),
                      exact_course(network, {}, initial, at), at)
                  .p(),
              false_alarm);
}

TEST(RowsWithTheSameStates, AreCountedApart)
{
    Network network = network_of({3}, {{0, 0, 0}, {0.8, 0, 0}}, {0, 0});
    network.one_site = {one_site(0, {1, 0}, 100), one_site(0, {1, 0}, 900), one_site(0, {0, 1}, 400),
                        one_site(0, {2, 0}, 3000), one_site(0, {1, 0}, 30)};
    network.pair = {transfer(0, {1, 0}, 0, {1, 2}, 50), transfer(0, {1, 0}, 0, {1, 2}, 200),
                    transfer(0, {1, 0}, 0, {0, 1}, 90), transfer(0, {1, 0}, 0, {1, 2}, 10)};
    Comparison const all = compare_with_exact(network, {}, {}, {1e-3, 1e-2}, 20000);
    EXPECT_GT(all.p(), false_alarm) << all.worst();
}
