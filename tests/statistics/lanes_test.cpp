#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

using namespace lanthorn;

namespace {

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

/// Points of a ball, none too near to another or to the middle.
std::vector<Vec3> ball(std::size_t points, double near_nm, double radius_nm)
{
    Stream u(StreamSeed{2}.key(Purpose::dopants), points);  // the same for all seeds, as what can be seen is
    std::vector<Vec3> places{{0, 0, 0}};
    while (places.size() <= points) {
        Vec3 const at{radius_nm * (2 * u.uniform() - 1), radius_nm * (2 * u.uniform() - 1),
                      radius_nm * (2 * u.uniform() - 1)};
        bool free = norm(at) <= radius_nm;
        for (Vec3 other : places) free = free && norm(at - other) >= near_nm;
        if (free) places.push_back(at);
    }
    return places;
}

}  // namespace

// An excited donor among many acceptors, under five laws at once: who gets the energy and by which channel.
TEST(Lanes, ArePartnersUnderTheirLaws)
{
    std::vector<Vec3> const places = ball(80, 0.35, 1.5);
    std::vector<std::uint32_t> species(places.size(), 1);
    species[0] = 0;
    for (std::size_t i = 3; i < species.size(); i += 3) species[i] = 2;
    Network network = network_of({2, 2, 2}, places, species, 2);
    network.pair = {transfer(0, {1, 0}, 2, {0, 1}, 30),
                    transfer(0, {1, 0}, 1, {0, 1}, 6, DistanceLaw::inverse_eighth),
                    transfer(0, {1, 0}, 1, {0, 1}, 2, DistanceLaw::inverse_tenth),
                    transfer(0, {1, 0}, 2, {0, 1}, 4000, DistanceLaw::exponential, 0.6),
                    transfer(0, {1, 0}, 1, {0, 1}, 60, DistanceLaw::linear),
                    transfer(0, {1, 0}, 1, {0, 1}, 10)};
    InitialState initial{.level = std::vector<LevelId>(places.size()), .excited = {}};
    initial.level[0] = {1};
    std::size_t const ions = places.size();
    std::vector<std::int64_t> count(ions * network.pair.size());
    std::vector<double> time_s;
    MonteCarlo(network).run({}, initial, {.end_s = 10}, trajectories(200000), {}, [&](Event const& e) {
        ++count[e.channel * ions + e.partner.value];
        time_s.push_back(e.time_s);
    });

    auto const rates = [&](double wrong) {
        std::vector<double> rate(count.size(), 0.0);
        for (std::size_t m = 0; m < network.pair.size(); ++m)
            for (std::size_t j = 1; j < ions; ++j) {
                if (network.pair[m].acceptor != network.species_of[j]) continue;
                double const d = norm(places[j]);
                std::vector<double> const g{std::pow(d, -6),  std::pow(d, -8 + wrong),
                                            std::pow(d, -10), std::exp(-2 * d / 0.6),
                                            1 - d / 2,        std::pow(d, -6)};
                rate[m * ions + j] = network.pair[m].coefficient * g[m];
            }
        return rate;
    };
    std::vector<double> const rate = rates(0);
    double const total = std::accumulate(rate.begin(), rate.end(), 0.0);
    EXPECT_GT(p_of_cells(count, normalised(rate)), false_alarm);
    EXPECT_GT(p_of_distribution(time_s, [&](double t) { return -std::expm1(-total * t); }), false_alarm);
    EXPECT_LT(p_of_cells(count, normalised(rates(0.5))), false_alarm);
}

// Excited donors around several acceptors: couples beyond the nearest eight are drawn with their shares too.
TEST(Couples, AreChosenAsTheProductOfSixthPowers)
{
    std::vector<Vec3> const places = ball(26, 0.35, 0.8);
    std::vector<std::uint32_t> species(places.size(), 0);
    for (std::size_t i = 0; i < species.size(); i += 6) species[i] = 1;
    Network network = network_of({2, 2}, places, species);
    double const coefficient = 0.01;
    network.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 1}, coefficient)};
    InitialState initial;
    for (std::uint32_t s : species) initial.level.push_back({s == 0 ? 1u : 0u});

    using Couple = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
    auto const weigh = [&](double power) {
        std::map<Couple, double> weight;
        for (std::uint32_t c = 0; c < places.size(); ++c)
            for (std::uint32_t a = 0; a < places.size(); ++a)
                for (std::uint32_t b = a + 1; b < places.size(); ++b) {
                    double const ac = norm(places[a] - places[c]), bc = norm(places[b] - places[c]);
                    if (species[c] == 1 && species[a] == 0 && species[b] == 0 && ac < 1 && bc < 1)
                        weight[{a, b, c}] = std::pow(ac * bc, power);
                }
        return weight;
    };
    std::map<Couple, double> const weight = weigh(-6);
    ASSERT_GT(weight.size(), 200u);
    double sum = 0;
    for (auto const& [couple, w] : weight) sum += w;
    double const total = coefficient * sum;
    std::map<Couple, std::int64_t> count;
    std::vector<double> time_s;
    MonteCarlo(network).run({}, initial, {.end_s = 40 / total}, trajectories(100000), {},
                            [&](Event const& e) {
                                if (e.step > 0) return;
                                auto const [a, b] = std::minmax(e.ion.value, e.second_donor.value);
                                ++count[{a, b, e.partner.value}];
                                time_s.push_back(e.time_s);
                            });
    std::vector<std::int64_t> seen;
    std::vector<double> expected, wrong;
    std::int64_t counted = 0;
    std::map<Couple, double> const other = weigh(-5.5);
    for (auto const& [couple, w] : weight) {
        seen.push_back(count[couple]);
        counted += seen.back();
        expected.push_back(w);
        wrong.push_back(other.at(couple));
    }
    EXPECT_EQ(counted, 100000);
    EXPECT_GT(p_of_cells(seen, normalised(expected)), false_alarm);
    EXPECT_LT(p_of_cells(seen, normalised(wrong)), false_alarm);
    EXPECT_GT(p_of_distribution(time_s, [&](double t) { return -std::expm1(-total * t); }), false_alarm);
    EXPECT_LT(p_of_distribution(time_s, [&](double t) { return -std::expm1(-2 * total * t); }), false_alarm);
}
