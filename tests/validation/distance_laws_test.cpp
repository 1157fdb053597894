#include "support/compare.hpp"
#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace lanthorn;

namespace {

TrajectoryRange trajectories(std::uint64_t count)
{
    return {.seed = {test_seed()}, .first = 0, .count = count};
}

/// Rows of the same levels under every law, two of them exponential with ranges of their own, all of like strength at
/// 0.8 nm; and back transfer by other laws.
Network all_laws_at_once()
{
    Network network =
        network_of({2, 3}, {{0, 0, 0}, {0.6, 0, 0}, {0, 1.1, 0}, {0.6, 0.7, 0.5}}, {0, 1, 1, 0}, 2);
    network.one_site = {one_site(0, {1, 0}, 300), one_site(0, {0, 1}, 900), one_site(1, {1, 0}, 500),
                        one_site(1, {2, 1}, 2000), one_site(1, {2, 0}, 700)};
    auto const at = [](double d_nm, double power) { return 800 * std::pow(d_nm, power); };
    network.pair = {transfer(0, {1, 0}, 1, {0, 1}, at(0.8, 6)),
                    transfer(0, {1, 0}, 1, {0, 1}, at(0.8, 8), DistanceLaw::inverse_eighth),
                    transfer(0, {1, 0}, 1, {0, 1}, at(0.8, 10), DistanceLaw::inverse_tenth),
                    transfer(0, {1, 0}, 1, {0, 1}, 800 * std::exp(1.6 / 0.3), DistanceLaw::exponential, 0.3),
                    transfer(0, {1, 0}, 1, {0, 1}, 800 * std::exp(1.6 / 0.9), DistanceLaw::exponential, 0.9),
                    transfer(0, {1, 0}, 1, {0, 1}, 800 / 0.6, DistanceLaw::linear),
                    transfer(0, {1, 0}, 1, {1, 2}, at(0.8, 8), DistanceLaw::inverse_eighth),
                    transfer(1, {1, 0}, 0, {0, 1}, at(0.8, 6)),
                    transfer(1, {2, 1}, 0, {0, 1}, 2000, DistanceLaw::exponential, 0.9),
                    transfer(0, {1, 0}, 0, {0, 1}, at(0.8, 6), DistanceLaw::inverse_sixth)};
    return network;
}

std::vector<double> const at_s{2e-4, 1e-3, 5e-3};
InitialState const excited{.level = {{1}, {0}, {0}, {1}}, .excited = {}};

}  // namespace

TEST(DistanceLaws, FollowTheMasterEquationTogether)
{
    Network const network = all_laws_at_once();
    Tally const tally = run(network, {}, excited, plan_at(at_s), trajectories(20000));
    Comparison const all = compare(network, tally, exact_course(network, {}, excited, at_s), at_s);
    EXPECT_GT(all.p(), false_alarm) << all.worst();

    // Any one law taken for its neighbour, with the rate right at 0.8 nm, is seen.
    for (std::size_t m : {0u, 1u, 2u, 3u, 4u, 5u}) {
        Network wrong = network;
        PairChannel& channel = wrong.pair[m];
        bool const dipoles = channel.law == DistanceLaw::inverse_sixth;
        channel.law = dipoles ? DistanceLaw::inverse_tenth : DistanceLaw::inverse_sixth;
        channel.coefficient = 800 * std::pow(0.8, dipoles ? 10 : 6);
        EXPECT_LT(compare(network, tally, exact_course(wrong, {}, excited, at_s), at_s).p(), false_alarm)
            << to_text(network.pair[m].law);
    }
    Network range = network;
    range.pair[3].range_nm = 0.32;
    EXPECT_LT(compare(network, tally, exact_course(range, {}, excited, at_s), at_s).p(), false_alarm);
}

TEST(DistanceLaws, GoTogetherWithExtraRates)
{
    Network network = all_laws_at_once();
    network.extra = {{{0}, 0, 4000}, {{2}, 2, 900}, {{2}, 4, 3000}, {{3}, 1, 700}};
    Comparison const all = compare_with_exact(network, {}, excited, at_s, 20000);
    EXPECT_GT(all.p(), false_alarm) << all.worst();

    Network wrong = network;
    wrong.extra[0].ion = {3};
    EXPECT_LT(compare(network, run(wrong, {}, excited, plan_at(at_s), trajectories(20000)),
                      exact_course(network, {}, excited, at_s), at_s)
                  .p(),
              false_alarm);
}

// An excited donor with one acceptor at each of three distances: events are counted where the acceptor is, and go as
// the law says.
TEST(DistanceLaws, HaveTheirRatesAtEveryDistance)
{
    struct Case {
        DistanceLaw law;
        double range_nm, (*g)(double d_nm);
    };
    for (Case const& c :
         {Case{DistanceLaw::inverse_sixth, 0, [](double d) { return std::pow(d, -6); }},
          Case{DistanceLaw::inverse_eighth, 0, [](double d) { return std::pow(d, -8); }},
          Case{DistanceLaw::inverse_tenth, 0, [](double d) { return std::pow(d, -10); }},
          Case{DistanceLaw::exponential, 0.7, [](double d) { return std::exp(-2 * d / 0.7); }},
          Case{DistanceLaw::linear, 0, [](double d) { return 1 - d / 2; }}}) {
        std::vector<double> const d{0.7, 0.9, 1.2};
        Network network = network_of(
            {2, 2}, {{0, 0, 0}, {d[0], 0, 0}, {0, d[1], 0}, {0, 0, d[2]}, {0, 0, -2}}, {0, 1, 1, 1, 1}, 2);
        network.pair = {transfer(0, {1, 0}, 1, {0, 1}, 1000, c.law, c.range_nm)};
        std::vector<std::int64_t> count(5);
        std::vector<double> time_s, rate;
        for (double d_nm : d) rate.push_back(1000 * c.g(d_nm));
        double const total = rate[0] + rate[1] + rate[2];
        ObservablePlan const plan{.end_s = 40 / total};
        MonteCarlo(network).run({}, {.level = {{1}, {0}, {0}, {0}, {0}}, .excited = {}}, plan,
                                trajectories(30000), {}, [&](Event const& e) {
                                    ++count[e.partner.value];
                                    time_s.push_back(e.time_s);
                                    EXPECT_EQ(e.second_donor, e.ion);
                                });
        EXPECT_EQ(count[0] + count[4], 0);
        for (std::size_t k = 0; k < 3; ++k)
            EXPECT_GT(p_of_binomial(count[k + 1], 30000, rate[k] / total), false_alarm) << to_text(c.law);
        EXPECT_GT(p_of_distribution(time_s, [&](double t) { return -std::expm1(-total * t); }), false_alarm);
        EXPECT_LT(p_of_distribution(time_s, [&](double t) { return -std::expm1(-1.1 * total * t); }),
                  false_alarm);
    }
}

TEST(DistanceLaws, ShareOneRadiusWhichIsStrict)
{
    Network network = network_of({2}, {{0, 0, 0}, {1.5, 0, 0}}, {0, 0}, 1.5);
    network.one_site = {one_site(0, {1, 0}, 1)};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 1e6, DistanceLaw::inverse_eighth),
                    transfer(0, {1, 0}, 0, {0, 1}, 1e6, DistanceLaw::exponential, 1)};
    EXPECT_EQ(pair_count(network), 0u);
    InitialState const initial{.level = {{1}, {0}}, .excited = {}};
    ObservablePlan const plan = plan_at({1e-3});
    Tally const cut = run(network, {}, initial, plan, trajectories(50));
    EXPECT_EQ(cut.counts[1].mean() + cut.counts[2].mean(), 0);
    network.interaction_radius_nm = std::nextafter(1.5, 2);
    EXPECT_EQ(pair_count(network), 1u);
    Tally const tally = run(network, {}, initial, plan, trajectories(50));
    EXPECT_GT(tally.counts[1].mean(), 10);
    EXPECT_GT(tally.counts[2].mean(), 10);
}

// exp(-2 d/L) of a range far below the distance is 0: nothing happens, and nothing breaks.
TEST(DistanceLaws, MayVanish)
{
    Network network = network_of({2}, {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}}, {0, 0, 0});
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 1e9, DistanceLaw::exponential, 1e-3)};
    InitialState const initial{.level = {{1}, {0}, {0}}, .excited = {}};
    EXPECT_EQ(run(network, {}, initial, plan_at({1}), trajectories(10)).events, 0);
    network.pair.push_back(transfer(0, {1, 0}, 0, {0, 1}, 100));
    Tally const tally = run(network, {}, initial, plan_at({1}), trajectories(10));
    EXPECT_EQ(tally.counts[0].mean(), 0);
    EXPECT_GT(tally.counts[1].mean(), 100);
}
