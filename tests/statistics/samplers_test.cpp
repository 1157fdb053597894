#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace lanthorn;

namespace {

Stream dice(std::uint64_t index) { return {StreamSeed{test_seed()}.key(Purpose::dopants), index}; }

ObservablePlan only_until(double end_s) { return {.end_s = end_s}; }

TrajectoryRange trajectories(std::uint64_t count)
{
    return {.seed = {test_seed()}, .first = 0, .count = count};
}

std::vector<double> normalised(std::vector<double> weight)
{
    double const sum = std::accumulate(weight.begin(), weight.end(), 0.0);
    for (double& w : weight) w /= sum;
    return weight;
}

/// An excited donor among acceptors of two species, at random distances in a shell.
Network crowded_donor(std::size_t acceptors, double near_nm, double far_nm)
{
    Stream u(StreamSeed{1}.key(Purpose::dopants),
             acceptors);  // the same for all seeds, as what can be seen is
    std::vector<Vec3> places{{0, 0, 0}};
    std::vector<std::uint32_t> species{0};
    while (places.size() <= acceptors) {
        Vec3 const at{far_nm * (2 * u.uniform() - 1), far_nm * (2 * u.uniform() - 1),
                      far_nm * (2 * u.uniform() - 1)};
        if (norm(at) < near_nm || norm(at) > far_nm) continue;
        places.push_back(at);
        species.push_back(places.size() % 3 == 0 ? 2 : 1);
    }
    Network network = network_of({2, 3, 2}, places, species);
    network.pair = {transfer(0, {1, 0}, 1, {0, 1}, 300), transfer(0, {1, 0}, 2, {0, 1}, 450),
                    transfer(0, {1, 0}, 1, {0, 2}, 100), transfer(0, {1, 0}, 1, {1, 2}, 800)};
    return network;
}

InitialState with_donor_excited(Network const& network, std::size_t every_nth_acceptor_too = 0)
{
    InitialState initial;
    for (std::size_t i = 0; i < network.ions(); ++i) {
        bool const excited = every_nth_acceptor_too > 0 && i % every_nth_acceptor_too == 0;
        initial.level.push_back({i == 0 || (excited && network.species_of[i].value == 1) ? 1u : 0u});
    }
    return initial;
}

/// What the only event of each trajectory was: its partner, its channel, its time.
struct FirstEvents {
    std::vector<std::int64_t> partner, channel;
    std::vector<double> time_s;
};

FirstEvents first_events(Network const& network, InitialState const& initial, std::uint64_t count)
{
    FirstEvents seen{
        std::vector<std::int64_t>(network.ions()), std::vector<std::int64_t>(network.channels()), {}};
    MonteCarlo(network).run({}, initial, only_until(10), trajectories(count), {}, [&](Event const& e) {
        EXPECT_EQ(e.step, 0);
        ++seen.partner[e.partner.value];
        ++seen.channel[e.channel];
        seen.time_s.push_back(e.time_s);
    });
    EXPECT_EQ(seen.time_s.size(), count);
    return seen;
}

/// Rates of the excited donor to each ion, with distance to the given power.
std::vector<double> transfer_rates(Network const& network, InitialState const& initial, double power = -6)
{
    std::vector<double> rate(network.ions(), 0.0);
    for (std::size_t i = 1; i < rate.size(); ++i) {
        double const d = norm(network.position_nm[i] - network.position_nm[0]);
        bool const ground = initial.level[i].value == 0;
        double const coefficient = network.species_of[i].value == 2 ? 450 : ground ? 300 + 100 : 800;
        rate[i] = coefficient * std::pow(d, power);
    }
    return rate;
}

}  // namespace

TEST(Partner, IsChosenAsTheSixthPowerOfItsDistance)
{
    for (std::size_t acceptors : {5, 60, 400}) {
        Network const network = crowded_donor(acceptors, 0.5, acceptors > 100 ? 1.4 : 0.8);
        InitialState const initial = with_donor_excited(network, 4);
        FirstEvents const seen = first_events(network, initial, 200000);
        std::vector<double> const rate = transfer_rates(network, initial);
        EXPECT_GT(p_of_cells(seen.partner, normalised(rate)), false_alarm) << acceptors;
        EXPECT_LT(p_of_cells(seen.partner, normalised(transfer_rates(network, initial, -5.5))), false_alarm)
            << acceptors;
        double const total = std::accumulate(rate.begin(), rate.end(), 0.0);
        EXPECT_GT(p_of_distribution(seen.time_s, [&](double t) { return -std::expm1(-total * t); }),
                  false_alarm);
        EXPECT_LT(p_of_distribution(seen.time_s, [&](double t) { return -std::expm1(-1.03 * total * t); }),
                  false_alarm);
        if (acceptors == 5) continue;

        // those beyond the nearest eight of each species, alone
        std::vector<std::int64_t> far_count;
        std::vector<double> far_rate;
        for (std::uint32_t s : {1u, 2u}) {
            std::vector<std::size_t> ions;
            for (std::size_t i = 1; i < rate.size(); ++i)
                if (network.species_of[i].value == s) ions.push_back(i);
            std::ranges::sort(ions, {}, [&](std::size_t i) { return norm(network.position_nm[i]); });
            for (std::size_t k = 8; k < ions.size(); ++k) {
                far_count.push_back(seen.partner[ions[k]]);
                far_rate.push_back(rate[ions[k]]);
            }
        }
        EXPECT_GT(p_of_cells(far_count, normalised(far_rate)), false_alarm) << acceptors;
        EXPECT_GT(std::accumulate(far_count.begin(), far_count.end(), std::int64_t{0}), 50000);
        std::ranges::rotate(far_rate, far_rate.begin() + 1);
        EXPECT_LT(p_of_cells(far_count, normalised(far_rate)), false_alarm)
            << "each gets its neighbour's share";
    }
}

TEST(TransferChannel, IsChosenAsItsCoefficient)
{
    Network const network = crowded_donor(60, 0.5, 0.8);
    InitialState const initial = with_donor_excited(network, 4);
    FirstEvents const seen = first_events(network, initial, 200000);
    std::vector<double> const rate = transfer_rates(network, initial);
    std::vector<double> expected(4, 0.0);
    for (std::size_t i = 1; i < rate.size(); ++i) {
        if (network.species_of[i].value == 2)
            expected[1] += rate[i];
        else if (initial.level[i].value == 1)
            expected[3] += rate[i];
        else {
            expected[0] += rate[i] * 3 / 4;
            expected[2] += rate[i] * 1 / 4;
        }
    }
    EXPECT_GT(p_of_cells(seen.channel, normalised(expected)), false_alarm);
    expected[2] *= 1.1;
    EXPECT_LT(p_of_cells(seen.channel, normalised(expected)), false_alarm);
}

TEST(OneSiteChannel, IsChosenAsItsRate)
{
    std::vector<double> const rate{120, 3000, 45, 1.5, 900, 120};
    Network network = network_of({4}, {{0, 0, 0}}, {0});
    network.lasers = 1;
    for (std::size_t k = 0; k < rate.size(); ++k) {
        bool const pumped = k % 2 == 1;
        network.one_site.push_back(
            one_site(0, {3, std::uint32_t(k % 3)}, pumped ? 0 : rate[k], {pumped ? rate[k] / 7 : 0}));
    }
    std::vector<std::int64_t> channel(rate.size());
    std::vector<double> time;
    InitialState const initial{.level = {{3}}, .excited = {}};
    PumpProgram const pump{.segments = {{.irradiance_W_per_cm2 = {7}}}, .repeats = false, .pulses = {}};
    MonteCarlo(network).run(pump, initial, only_until(10), trajectories(300000), {}, [&](Event const& e) {
        ++channel[e.channel];
        time.push_back(e.time_s);
    });
    double const total = std::accumulate(rate.begin(), rate.end(), 0.0);
    EXPECT_GT(p_of_cells(channel, normalised(rate)), false_alarm);
    EXPECT_GT(p_of_distribution(time, [&](double t) { return -std::expm1(-total * t); }), false_alarm);
    std::vector<double> wrong = rate;
    wrong[0] *= 1.1;
    EXPECT_LT(p_of_cells(channel, normalised(wrong)), false_alarm);
    EXPECT_LT(p_of_distribution(time, [&](double t) { return -std::expm1(-1.02 * total * t); }), false_alarm);
}

// Ions that flip to and fro, each at a rate of its own: events are independent draws of an ion, times a Poisson
// process. A group ends at most an eighth above the rates in it.
TEST(Ion, IsChosenAsItsRateAmongThousands)
{
    std::size_t const ions = 5000;
    std::vector<Vec3> places;
    std::vector<double> rate;
    Stream u = dice(1);
    for (std::size_t i = 0; i < ions; ++i) {
        places.push_back({double(i), 0, 0});
        rate.push_back(i % 7 == 0 ? 0 : std::pow(10, 3 * u.uniform()));
    }
    Network network = network_of({2}, places, std::vector<std::uint32_t>(ions, 0), 0.5);
    network.one_site = {one_site(0, {0, 1}, 0), one_site(0, {1, 0}, 0)};
    for (std::uint32_t i = 0; i < ions; ++i)
        for (std::size_t c : {0, 1}) network.extra.push_back({{i}, c, rate[i]});
    double const total = std::accumulate(rate.begin(), rate.end(), 0.0);

    std::vector<std::int64_t> count(ions);
    std::vector<double> wait, next_wait;
    double last = 0;
    Tally const tally =
        MonteCarlo(network).run({}, {}, only_until(2e6 / total), trajectories(1), {}, [&](Event const& e) {
            ++count[e.ion.value];
            double const now_wait = e.time_s - last;
            if (e.step % 10 < 2) (e.step % 10 == 0 ? wait : next_wait).push_back(now_wait);
            last = e.time_s;
        });
    EXPECT_LE(double(tally.trials), 1.125 * double(tally.events));
    EXPECT_GT(p_of_poisson(tally.events, 2e6), false_alarm);
    EXPECT_GT(p_of_cells(count, normalised(rate)), false_alarm);
    std::vector<double> wrong = rate;
    for (std::size_t i = 0; i < ions; i += 16) wrong[i] *= 1.1;
    EXPECT_LT(p_of_cells(count, normalised(wrong)), false_alarm);

    EXPECT_GT(p_of_distribution(wait, [&](double t) { return -std::expm1(-total * t); }), false_alarm);
    EXPECT_LT(p_of_distribution(wait, [&](double t) { return -std::expm1(-1.03 * total * t); }), false_alarm);

    // one wait knows nothing of the one before
    std::vector<std::int64_t> joint(64);
    std::size_t const pairs = std::min(wait.size(), next_wait.size());
    auto const octile = [&](double t) { return std::size_t(std::min(7.0, -8 * std::expm1(-total * t))); };
    for (std::size_t k = 0; k < pairs; ++k) ++joint[8 * octile(wait[k]) + octile(next_wait[k])];
    EXPECT_GT(p_of_cells(joint, std::vector<double>(64, 1. / 64)), false_alarm);
}

TEST(Trajectories, AreIndependentOfEachOther)
{
    Network network = network_of({2}, {{0, 0, 0}}, {0});
    network.one_site = {one_site(0, {1, 0}, 1000)};
    InitialState const initial{.level = {{1}}, .excited = {}};
    std::vector<double> time;
    MonteCarlo(network).run({}, initial, only_until(1), trajectories(100000), {},
                            [&](Event const& e) { time.push_back(e.time_s); });
    std::vector<std::int64_t> joint(64);
    auto const octile = [](double t) { return std::size_t(std::min(7.0, -8 * std::expm1(-1000 * t))); };
    for (std::size_t k = 0; k + 1 < time.size(); k += 2) ++joint[8 * octile(time[k]) + octile(time[k + 1])];
    EXPECT_GT(p_of_cells(joint, std::vector<double>(64, 1. / 64)), false_alarm);
}
