#include "support/compare.hpp"
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

constexpr double sensitiser_per_s = 500, activator_per_s = 2e5;
constexpr std::uint32_t triads = 200;

/// Two sensitisers beside an activator, again and again, each triad too far from the next to know of it. Cooperation
/// is a tenth as fast as one sensitiser decays.
Network many_triads(double pump_per_s)
{
    std::vector<Vec3> places;
    std::vector<std::uint32_t> species;
    for (std::uint32_t k = 0; k < triads; ++k) {
        double const x = 10.0 * k;
        places.insert(places.end(), {{x, 0, 0}, {x + 0.4, 0, 0}, {x, 0.5, 0}});
        species.insert(species.end(), {1, 0, 0});
    }
    Network network = network_of({2, 2}, places, species);
    network.one_site = {one_site(0, {1, 0}, sensitiser_per_s), one_site(1, {1, 0}, activator_per_s),
                        one_site(0, {0, 1}, pump_per_s)};
    network.triple = {
        cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 1}, sensitiser_per_s / 10 * std::pow(0.4 * 0.5, 6))};
    return network;
}

/// Three or four ions of two species, with donors alike, donors in two levels of one species, donors of two species,
/// an acceptor of the donors' species, rows of the same levels, and pairs by two laws.
Network mixed_triples(std::size_t ions)
{
    std::vector<Vec3> places{{0, 0, 0}, {0.6, 0, 0}, {0, 0.7, 0}, {0.5, 0.5, 0.4}};
    std::vector<std::uint32_t> species{0, 0, 1, 0};
    places.resize(ions);
    species.resize(ions);
    Network network = network_of({3, 3}, places, species, 2);
    network.one_site = {one_site(0, {1, 0}, 400), one_site(0, {0, 1}, 2500), one_site(0, {2, 1}, 1500),
                        one_site(0, {1, 2}, 900), one_site(1, {1, 0}, 600),  one_site(1, {2, 0}, 1200),
                        one_site(1, {0, 1}, 700)};
    network.pair = {transfer(0, {1, 0}, 1, {0, 1}, 30),
                    transfer(0, {1, 0}, 0, {0, 1}, 20, DistanceLaw::inverse_eighth)};
    network.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 2}, 30),
                      cooperation({0, {2, 1}}, {0, {1, 0}}, 1, {0, 2}, 40),
                      cooperation({0, {2, 0}}, {0, {2, 1}}, 1, {1, 2}, 50),
                      cooperation({0, {1, 0}}, {1, {1, 0}}, 0, {0, 2}, 60),
                      cooperation({0, {1, 0}}, {0, {1, 0}}, 0, {1, 2}, 35),
                      cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 2}, 12),
                      cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 1}, 25)};
    return network;
}

}  // namespace

TEST(Cooperation, FollowsTheMasterEquation)
{
    std::vector<double> const at{1e-4, 8e-4, 4e-3};
    for (std::size_t ions : {3u, 4u}) {
        Network const network = mixed_triples(ions);
        InitialState initial{.level = {{1}, {2}, {0}}, .excited = {}};
        if (ions == 4) initial.level.push_back({1});
        Tally const tally = run(network, {}, initial, plan_at(at), trajectories(20000));
        Comparison const all = compare(network, tally, exact_course(network, {}, initial, at), at);
        EXPECT_GT(all.p(), false_alarm) << ions << " ions: " << all.worst();
        std::size_t const channels = network.channels();
        for (std::size_t m = channels - network.triple.size(); m < channels; ++m) {
            if (ions == 4 || m + 3 != channels) {
                EXPECT_GT(tally.counts[2 * channels + m].mean(), 0.005) << m;
            }
        }

        for (std::size_t m = 0; m < network.triple.size(); ++m) {
            if (tally.counts[2 * channels + channels - network.triple.size() + m].mean() == 0) continue;
            Network wrong = network;
            wrong.triple[m].coefficient *= 2;
            EXPECT_LT(compare(network, tally, exact_course(wrong, {}, initial, at), at).p(), false_alarm)
                << "each pair of donors twice, channel " << m;
        }
    }
}

// Three like donors and an acceptor make three couples, each one event whatever the order of the ions.
TEST(Cooperation, CountsEachPairOfLikeDonorsOnce)
{
    std::vector<Vec3> const places{{0, 0, 0}, {0.5, 0, 0}, {0, 0.5, 0}, {0, 0, 0.5}};
    double const each_per_s = 100, coefficient = each_per_s * std::pow(0.5, 12);
    for (std::size_t acceptor = 0; acceptor < 4; ++acceptor) {
        std::vector<Vec3> turned = places;
        std::swap(turned[0], turned[acceptor]);
        std::vector<std::uint32_t> species(4, 0);
        InitialState initial{.level = std::vector<LevelId>(4, {1}), .excited = {}};
        species[acceptor] = 1;
        initial.level[acceptor] = {0};
        Network network = network_of({3, 2}, turned, species);
        network.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 1}, coefficient)};
        std::vector<double> time_s;
        auto const observe = [&](Event const& e) {
            time_s.push_back(e.time_s);
            EXPECT_EQ(e.partner.value, acceptor);
            EXPECT_NE(e.ion, e.second_donor);
            EXPECT_NE(e.second_donor, e.partner);
        };
        ObservablePlan plan{.end_s = 1};
        plan.snapshot_at_s = {1};
        Tally const tally = MonteCarlo(network).run({}, initial, plan, trajectories(4000), {}, observe);
        EXPECT_EQ(tally.events, 4000);
        EXPECT_EQ(tally.snapshot[0].mean(), 2);
        EXPECT_EQ(tally.snapshot[1].mean(), 1);
        EXPECT_EQ(tally.snapshot[4].mean(), 1);
        auto const after = [](double rate) { return [=](double t) { return -std::expm1(-rate * t); }; };
        EXPECT_GT(p_of_distribution(time_s, after(3 * each_per_s)), false_alarm);
        EXPECT_LT(p_of_distribution(time_s, after(6 * each_per_s)), false_alarm);

        // With other ends for the two donors both orders are events.
        network.triple[0].b_to = {2};
        time_s.clear();
        MonteCarlo(network).run({}, initial, plan, trajectories(4000), {}, observe);
        EXPECT_GT(p_of_distribution(time_s, after(6 * each_per_s)), false_alarm);
        EXPECT_LT(p_of_distribution(time_s, after(3 * each_per_s)), false_alarm);
    }
}

TEST(Cooperation, EndsAtItsOwnRadius)
{
    for (double b_nm : {0.99, 1.0}) {
        Network network = network_of({2, 2}, {{0, 0, 0}, {0.5, 0, 0}, {0, b_nm, 0}}, {1, 0, 0}, 0.3);
        network.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 1}, 1e6)};
        InitialState const initial{.level = {{0}, {1}, {1}}, .excited = {}};
        EXPECT_EQ(run(network, {}, initial, plan_at({1}), trajectories(10)).events, b_nm < 1 ? 10 : 0);
    }
    // Donors of one another's neighbourhood do not help: both must be near the acceptor.
    Network chain = network_of({2, 2}, {{0, 0, 0}, {0.8, 0, 0}, {1.6, 0, 0}}, {1, 0, 0});
    chain.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 1}, 1e6)};
    EXPECT_EQ(
        run(chain, {}, {.level = {{0}, {1}, {1}}, .excited = {}}, plan_at({1}), trajectories(10)).events, 0);
}

// Two photons make one: at low power the activator's light goes as the square of the pump.
TEST(CooperativeSensitisation, HasSlopeTwoAtLowPower)
{
    std::vector<double> const pump_per_s{10, 20};
    std::vector<Moments> light;
    std::vector<double> exact;
    ObservablePlan plan;
    plan.end_s = 2;
    plan.window_edges_s = {0.02, 2};
    for (double pump : pump_per_s) {
        Network const network = many_triads(pump);
        light.push_back(run(network, {}, {}, plan, trajectories(400)).occupation[3]);
        Network one = network;
        one.position_nm.resize(3);
        one.species_of.resize(3);
        MasterEquation const master(one);
        exact.push_back(triads * master.class_populations(master.steady())[3]);
    }
    for (std::size_t k = 0; k < 2; ++k) EXPECT_GT(p_of_mean(light[k], exact[k]), false_alarm);
    double const slope = std::log2(light[1].mean() / light[0].mean());
    double const error =
        std::hypot(light[0].standard_error() / light[0].mean(), light[1].standard_error() / light[1].mean()) /
        std::log(2);
    EXPECT_NEAR(std::log2(exact[1] / exact[0]), 2, 0.06);
    EXPECT_GT(p_of_normal((slope - std::log2(exact[1] / exact[0])) / error), false_alarm);
    EXPECT_LT(p_of_normal((slope - 1) / error), false_alarm);
    std::printf("cooperative sensitisation: slope %.3f +- %.3f\n", slope, error);
}

// With its own level short-lived, the activator shines as long as both sensitisers are excited: 2/tau, and what
// cooperation itself takes.
TEST(CooperativeSensitisation, DecaysInHalfTheSensitisersLifetime)
{
    Network const network = many_triads(0);
    PumpProgram const pump{.segments = {}, .repeats = false, .pulses = {{0, {{0}, {0}, {1}, 0.5}}}};
    ObservablePlan plan;
    plan.end_s = 6e-3;
    plan.count_until_s = {5e-5, 1.05e-3, 2.05e-3, 6e-3};
    Tally const tally = run(network, pump, {}, plan, trajectories(3000));
    std::size_t const channels = network.channels();
    double const k_per_s = 2 * sensitiser_per_s + sensitiser_per_s / 10;
    // Activators excited by t, those that shine a little later: the short lifetime is a shift of 5 us.
    auto const lit = [&](double t) { return triads * 0.25 * 0.1 / 2.1 * -std::expm1(-k_per_s * t); };
    for (std::size_t t = 0; t < plan.count_until_s.size(); ++t) {
        Moments const& seen = tally.counts[t * channels + 3];
        EXPECT_GT(p_of_total(seen, lit(plan.count_until_s[t])), false_alarm) << plan.count_until_s[t];
    }
    auto const between = [&](std::size_t a, std::size_t b) {
        return 3000 * (tally.counts[b * channels + 1].mean() - tally.counts[a * channels + 1].mean());
    };
    double const first = between(0, 1), then = between(1, 2);
    double const rate_per_s = std::log(first / then) / 1e-3;
    double const error_per_s = std::sqrt(1 / first + 1 / then) / 1e-3;
    EXPECT_GT(p_of_normal((rate_per_s - k_per_s) / error_per_s), false_alarm);
    EXPECT_LT(p_of_normal((rate_per_s - sensitiser_per_s) / error_per_s), false_alarm);
    std::printf("cooperative sensitisation: light decays in %.3f +- %.3f of the sensitisers' lifetime\n",
                sensitiser_per_s / rate_per_s, sensitiser_per_s / rate_per_s * error_per_s / rate_per_s);
}
