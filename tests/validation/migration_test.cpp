#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/master_equation.hpp"
#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

using namespace lanthorn;

namespace {

// Channels of the cluster below.
enum Channel : std::size_t {
    pump,
    decay,
    pump_1,
    fall_21,
    fall_20,
    fall_10,
    fall_30,
    fall_31,
    lift_23,
    decay_2,
    hop_00,
    hop_01,
    hop_10,
    hop_00_exchange,
    hop_12,
    hop_21,
    hop_11_low,
    upconvert,
    upconvert_low,
    cross,
    lose,
    channels
};

/// Seven ions: sensitisers, activators with a resonant level, an immobile one below it and one above, and a third
/// species that can be reached by way of the activators alone. Two excitations meet in upconversion, one makes two
/// in cross relaxation. Sinks differ from ion to ion.
Network cluster_of_seven(double pump_per_s)
{
    Network network = network_of(
        {2, 4, 2},
        {{0, 0, 0}, {.42, 0, 0}, {0, .45, 0}, {.42, .47, 0.05}, {.84, .1, 0}, {0.1, 0, .5}, {.8, .4, .45}},
        {0, 0, 0, 0, 1, 1, 2});
    network.one_site = {
        one_site(0, {0, 1}, pump_per_s), one_site(0, {1, 0}, 200), one_site(1, {0, 2}, 0.5 * pump_per_s),
        one_site(1, {2, 1}, 300),        one_site(1, {2, 0}, 100), one_site(1, {1, 0}, 150),
        one_site(1, {3, 0}, 400),        one_site(1, {3, 1}, 200), one_site(1, {2, 3}, 40),
        one_site(2, {1, 0}, 500)};
    for (std::uint32_t i = 0; i < 4; ++i) network.extra.push_back({{i}, decay, 150.0 * i * i});
    network.extra.push_back({{5}, fall_20, 700});
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 25),
                    transfer(0, {1, 0}, 1, {0, 2}, 70),
                    transfer(1, {2, 0}, 0, {0, 1}, 50),
                    transfer(0, {1, 0}, 0, {0, 1}, 3e4, DistanceLaw::exponential, 0.2),
                    transfer(1, {2, 0}, 2, {0, 1}, 120),
                    transfer(2, {1, 0}, 1, {0, 2}, 60),
                    transfer(1, {1, 0}, 1, {0, 1}, 3000),
                    transfer(0, {1, 0}, 1, {2, 3}, 60),
                    transfer(0, {1, 0}, 1, {1, 3}, 8),
                    transfer(1, {3, 1}, 0, {0, 1}, 20),
                    transfer(1, {2, 1}, 2, {0, 0}, 3)};
    return network;
}

/// Mean ions in each class, then events of each channel per second, then what was followed, one row of each trajectory.
using Sample = std::vector<std::vector<double>>;

enum class Hops { followed, solved };

MonteCarlo engine_of(Network const& network, Hops hops, PumpProgram const& light = {})
{
    MonteCarlo engine(network);
    if (hops == Hops::solved) engine.solve_migration(light);
    return engine;
}

Sample sample(Network const& network, Hops hops, double seconds, std::size_t trajectories)
{
    MonteCarlo const engine = engine_of(network, hops);
    ObservablePlan plan{.end_s = 0.1 + seconds,
                        .count_from_s = 0.1,
                        .count_until_s = {0.1 + seconds},
                        .window_edges_s = {0.1},
                        .steady = true};
    plan.window_edges_s.push_back(plan.end_s);
    Sample rows;
    for (std::uint64_t n = 0; n < trajectories; ++n) {
        Tally const tally = engine.run({}, {}, plan, {.seed = {test_seed()}, .first = n, .count = 1});
        auto& row = rows.emplace_back();
        for (auto const& ions : tally.occupation) row.push_back(ions.mean());
        for (auto const& count : tally.counts) row.push_back(count.mean() / seconds);
        row.push_back(double(tally.events) / plan.end_s);
    }
    return rows;
}

Moments moments(Sample const& rows, auto value)
{
    Moments m;
    for (auto const& row : rows) m.add(value(row));
    return m;
}

/// "Populations and all channels are those of the master equation in its steady state."
double p_of_steady_state(Sample const& rows, Network const& network)
{
    MasterEquation const master(network);
    auto const steady = master.steady();
    auto const ions = master.class_populations(steady), rate = master.channel_rates(steady);
    std::size_t const classes = network.classes();
    std::vector<double> p;
    for (std::size_t c = 0; c < classes; ++c)
        p.push_back(p_of_mean(moments(rows, [&](auto const& row) { return row[c]; }), ions[c]));
    for (std::size_t m = 0; m < channels; ++m)
        p.push_back(p_of_mean(moments(rows, [&](auto const& row) { return row[classes + m]; }), rate[m]));
    return p_of_all(p);
}

}  // namespace

// In weak light the excitation is nearly always alone; in strong light there are two and more for a good part of the
// time, which block each other, meet, and are followed hop by hop.
TEST(Migration, OfALoneExcitationHasTheSteadyStateOfTheMasterEquation)
{
    for (double pump_per_s : {4.0, 50.0}) {
        Network const network = cluster_of_seven(pump_per_s);
        auto const steady = MasterEquation(network).steady();
        auto const ions = MasterEquation(network).class_populations(steady);
        double const excited = double(network.ions()) - ions[0] - ions[2] - ions[6];
        EXPECT_TRUE(pump_per_s < 10 ? excited < 0.1 : excited > 0.4) << excited;

        double const seconds = pump_per_s < 10 ? 100 : 4;
        Sample const walked = sample(network, Hops::solved, seconds, 200);
        EXPECT_GT(p_of_steady_state(walked, network), false_alarm) << pump_per_s;
        Sample const hopped = sample(network, Hops::followed, 1, 20);
        auto const followed = [](auto const& row) { return row.back(); };
        EXPECT_LT(moments(walked, followed).mean() / moments(hopped, followed).mean(),
                  pump_per_s < 10 ? 0.2 : 0.8);

        for (std::size_t wrong : {hop_00, hop_01, upconvert, lose}) {
            Network other = network;
            other.pair[wrong - hop_00].coefficient *= wrong == hop_00 ? 0.1 : 2;
            if (wrong == hop_00) other.pair[hop_00_exchange - hop_00].coefficient *= 0.1;
            if (wrong == upconvert && pump_per_s < 10) continue;  // too rare there
            EXPECT_LT(p_of_steady_state(walked, other), false_alarm) << wrong << " at " << pump_per_s;
        }
    }
}

// A level that is left by other ways is no place of the walk: going there ends it, coming back begins another one.
TEST(Migration, EndsInALevelThatIsLeftByOtherWays)
{
    Network network = cluster_of_seven(4);
    network.one_site[decay_2].k0_per_s = 5e3;
    Sample const rows = sample(network, Hops::solved, 100, 200);
    EXPECT_GT(p_of_steady_state(rows, network), false_alarm);
    for (std::size_t wrong : {hop_12, hop_21}) {
        Network other = network;
        other.pair[wrong - hop_00].coefficient *= 2;
        EXPECT_LT(p_of_steady_state(rows, other), false_alarm) << wrong;
    }
}

// With shells: an element in two regions is two species, and a light that lasers make.
TEST(Migration, IsTheSameAsHopByHopAmongManyIons)
{
    std::vector<Vec3> places;
    std::vector<std::uint32_t> species;
    for (int x = 0; x < 5; ++x)
        for (int y = 0; y < 5; ++y)
            for (int z = 0; z < 5; ++z) {
                places.push_back({0.40 * x, 0.43 * y, 0.46 * z});
                species.push_back((x + 2 * y + 3 * z) % 11 == 0 ? 2 : x < 2 ? 1 : 0);
            }
    Network network = network_of({2, 2, 4}, places, species);
    network.lasers = 1;
    network.one_site = {one_site(0, {0, 1}, 0, {0.3}), one_site(0, {1, 0}, 500),
                        one_site(1, {0, 1}, 0, {0.3}), one_site(1, {1, 0}, 800),
                        one_site(2, {2, 1}, 200),      one_site(2, {1, 0}, 100),
                        one_site(2, {3, 0}, 900),      one_site(2, {2, 3}, 0, {1.0}),
                        one_site(2, {3, 2}, 2e6),      one_site(2, {2, 0}, 60)};
    for (std::uint32_t donor : {0u, 1u}) {
        for (std::uint32_t acceptor : {0u, 1u})
            network.pair.push_back(transfer(donor, {1, 0}, acceptor, {0, 1}, 300));
        network.pair.push_back(transfer(donor, {1, 0}, 2, {0, 2}, 100));
        network.pair.push_back(transfer(2, {2, 0}, donor, {0, 1}, 80));
        network.pair.push_back(transfer(donor, {1, 0}, 2, {2, 3}, 200));
        network.pair.push_back(transfer(donor, {1, 0}, 2, {1, 3}, 50));
    }
    PumpProgram const light{.segments = {{.irradiance_W_per_cm2 = {4.0}}}};
    ObservablePlan plan{.end_s = 0.5,
                        .count_from_s = 0.05,
                        .count_until_s = {0.5},
                        .window_edges_s = {0.05, 0.5},
                        .steady = true};
    Tally tally[2];
    for (bool migration : {false, true}) {
        MonteCarlo const engine = engine_of(network, migration ? Hops::solved : Hops::followed, light);
        tally[migration] = engine.run(light, {}, plan, {.seed = {test_seed()}, .first = 0, .count = 64});
    }
    EXPECT_LT(tally[1].events, tally[0].events / 2);
    std::vector<double> p;
    for (std::size_t c = 0; c < network.classes(); ++c)
        p.push_back(p_of_totals(tally[0].occupation[c], tally[1].occupation[c]));
    for (std::size_t m = 0; m < network.channels(); ++m)
        p.push_back(p_of_totals(tally[0].counts[m], tally[1].counts[m]));
    EXPECT_GT(p_of_all(p), false_alarm);
    double ions = 0;
    for (auto const& mean : tally[1].occupation) ions += mean.mean();
    EXPECT_NEAR(ions, double(network.ions()), 1e-9);

    // In pieces, as threads take them: the same.
    MonteCarlo const engine = engine_of(network, Hops::solved, light);
    Tally pieces = engine.run(light, {}, plan, {.seed = {test_seed()}, .first = 0, .count = 30});
    pieces.merge(engine.run(light, {}, plan, {.seed = {test_seed()}, .first = 30, .count = 34}));
    EXPECT_EQ(pieces.events, tally[1].events);
    EXPECT_EQ(pieces.events_of, tally[1].events_of);
    for (std::size_t m = 0; m < network.channels(); ++m)
        EXPECT_NEAR(pieces.counts[m].mean(), tally[1].counts[m].mean(), 1e-9 * tally[1].counts[m].mean());
    MonteCarlo other = engine_of(network, Hops::solved, light);
    other.follow_migration();
    EXPECT_EQ(other.run(light, {}, plan, {.seed = {test_seed()}, .first = 0, .count = 64}).events,
              tally[0].events);
}

TEST(Migration, IsFollowedHopByHopWhereTimesAreAskedForOrNothingIsGained)
{
    Network const network = cluster_of_seven(50);
    ObservablePlan const steady{.end_s = 0.2,
                                .count_from_s = 0.1,
                                .count_until_s = {0.2},
                                .window_edges_s = {0.1, 0.2},
                                .steady = true};
    auto const events = [](Network const& n, PumpProgram const& light, ObservablePlan const& plan,
                           Hops hops) {
        return engine_of(n, hops, light)
            .run(light, {}, plan, {.seed = {test_seed()}, .first = 0, .count = 4})
            .events_of;
    };
    EXPECT_NE(events(network, {}, steady, Hops::solved), events(network, {}, steady, Hops::followed));
    auto const expect_hops = [&](Network const& n, PumpProgram const& light, ObservablePlan const& plan) {
        EXPECT_EQ(events(n, light, plan, Hops::solved), events(n, light, plan, Hops::followed));
    };
    ObservablePlan plan = steady;
    plan.steady = false;
    expect_hops(network, {}, plan);
    plan = steady;
    plan.snapshot_at_s = {0.2};
    expect_hops(network, {}, plan);
    PumpProgram pulse;
    pulse.pulses.push_back({.at_s = 0.15, .excite = {{0}, {0}, {1}, 0.5}});
    expect_hops(network, pulse, steady);
    expect_hops(cluster_of_seven(3000), {}, steady);  // crowded
    Network dark = network;
    dark.one_site[pump].k0_per_s = dark.one_site[pump_1].k0_per_s = 0;
    expect_hops(dark, {}, steady);
    Network slow = network;
    for (auto& p : slow.pair) p.coefficient *= 1e-3;
    expect_hops(slow, {}, steady);
    Network lazy = network;
    lazy.one_site[decay_2].k0_per_s = 0;  // it leaves by transfer alone
    expect_hops(lazy, {}, steady);
    Network awake = network;
    awake.pair.push_back(transfer(0, {0, 1}, 1, {3, 1}, 1));
    expect_hops(awake, {}, steady);
}
