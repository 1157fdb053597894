#include "lanthorn/base/stream.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace lanthorn;

namespace {

constexpr double end_s = 4e-4;
constexpr std::size_t trajectories = 1500;

/// A crowded block in strong light: half of the ions are excited and stand in each other's way.
Network crowded_block()
{
    std::vector<Vec3> places;
    std::vector<std::uint32_t> species;
    for (int x = 0; x < 3; ++x)
        for (int y = 0; y < 3; ++y)
            for (int z = 0; z < 3; ++z) {
                places.push_back({0.37 * x, 0.40 * y, 0.43 * z});
                species.push_back((x + 2 * y + z) % 3 == 0 ? 1 : 0);
            }
    Network network = network_of({2, 5}, places, species);
    network.one_site = {one_site(0, {0, 1}, 9000), one_site(0, {1, 0}, 3000),  one_site(1, {1, 0}, 2000),
                        one_site(1, {2, 1}, 9000), one_site(1, {3, 4}, 20000), one_site(1, {4, 3}, 30000),
                        one_site(1, {3, 0}, 9000), one_site(1, {0, 1}, 3000)};
    for (std::uint32_t i = 0; i < 9; ++i)
        network.extra.push_back({{i}, species[i] == 0 ? 1u : 3u, 3000.0 * (i + 1)});
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 120), transfer(0, {1, 0}, 1, {0, 2}, 40),
                    transfer(1, {2, 0}, 0, {0, 1}, 25),  transfer(0, {1, 0}, 1, {1, 3}, 60),
                    transfer(0, {1, 0}, 1, {1, 2}, 9),   transfer(1, {4, 2}, 0, {0, 1}, 15),
                    transfer(1, {3, 1}, 1, {0, 1}, 30),  transfer(1, {1, 0}, 1, {1, 4}, 12)};
    return network;
}

/// Events of each channel and ions in each class at the end, one row of each trajectory.
using Sample = std::vector<std::vector<double>>;

/// The direct method as it stands in the textbooks: all rates of the present state, one event, all again.
Sample direct(Network const& network)
{
    std::size_t const ions = network.ions();
    std::vector<double> g(ions * ions, 0.0);
    for (std::size_t i = 0; i < ions; ++i)
        for (std::size_t j = 0; j < ions; ++j) {
            double const d = norm(network.position_nm[i] - network.position_nm[j]);
            if (i != j && d < network.interaction_radius_nm) g[i * ions + j] = std::pow(d, -6);
        }
    struct Possible {
        std::size_t channel, ion, partner;
        double until;
    };
    auto const first = network.first_class();
    Sample sample;
    Stream u(StreamSeed{test_seed()}.key(Purpose::dopants), 1);
    for (std::size_t n = 0; n < trajectories; ++n) {
        std::vector<std::uint32_t> level(ions, 0);
        std::vector<double> row(network.channels() + network.classes(), 0.0);
        double t = 0;
        for (;;) {
            std::vector<Possible> possible;
            double sum = 0;
            for (std::size_t i = 0; i < ions; ++i) {
                for (std::size_t m = 0; m < network.one_site.size(); ++m) {
                    auto const& c = network.one_site[m];
                    if (c.species != network.species_of[i] || c.from.value != level[i]) continue;
                    double rate = c.k0_per_s;
                    for (auto const& e : network.extra)
                        if (e.ion.value == i && e.channel == m) rate += e.rate_per_s;
                    possible.push_back({m, i, i, sum += rate});
                }
                for (std::size_t m = 0; m < network.pair.size(); ++m) {
                    auto const& c = network.pair[m];
                    if (c.donor != network.species_of[i] || c.donor_from.value != level[i]) continue;
                    for (std::size_t j = 0; j < ions; ++j)
                        if (c.acceptor == network.species_of[j] && c.acceptor_from.value == level[j] &&
                            i != j)
                            possible.push_back(
                                {network.one_site.size() + m, i, j, sum += c.coefficient * g[i * ions + j]});
                }
            }
            t -= std::log(u.uniform()) / sum;
            if (t > end_s) break;
            double const r = u.uniform() * sum;
            std::size_t k = 0;
            while (k + 1 < possible.size() && possible[k].until <= r) ++k;
            auto const [channel, i, j, until] = possible[k];
            ++row[channel];
            if (channel < network.one_site.size()) {
                level[i] = network.one_site[channel].to.value;
                continue;
            }
            auto const& c = network.pair[channel - network.one_site.size()];
            level[i] = c.donor_to.value;
            level[j] = c.acceptor_to.value;
        }
        for (std::size_t i = 0; i < ions; ++i)
            ++row[network.channels() + first[network.species_of[i].value] + level[i]];
        sample.push_back(row);
    }
    return sample;
}

Sample thinned(Network const& network, Accelerators use)
{
    MonteCarlo const engine(network, use);
    ObservablePlan plan;
    plan.end_s = end_s;
    plan.snapshot_at_s = plan.count_until_s = {end_s};
    plan.window_edges_s = {0.3 * end_s, end_s};
    Sample sample;
    for (std::uint64_t n = 0; n < trajectories; ++n) {
        Tally const tally = engine.run({}, {}, plan, {.seed = {test_seed()}, .first = n, .count = 1});
        std::vector<double> row;
        for (auto const& count : tally.counts) row.push_back(count.mean());
        for (auto const& ions : tally.snapshot) row.push_back(ions.mean());
        for (auto const& ions : tally.occupation) row.push_back(ions.mean());
        sample.push_back(row);
    }
    return sample;
}

/// "Every count has one distribution in both."
double p_of_distributions(Sample const& a, Sample const& b, std::vector<std::size_t> const& but = {})
{
    std::vector<double> p;
    for (std::size_t k = 0; k < std::min(a.front().size(), b.front().size()); ++k) {
        if (std::ranges::find(but, k) != but.end()) continue;
        std::vector<double> x, y;
        for (auto const& row : a) x.push_back(row[k]);
        for (auto const& row : b) y.push_back(row[k]);
        p.push_back(p_of_samples(x, y));
    }
    return p_of_all(p);
}

double mean_of(Sample const& sample, std::size_t k)
{
    double sum = 0;
    for (auto const& row : sample) sum += row[k];
    return sum / double(sample.size());
}

}  // namespace

// Whole distributions of the counts of all channels and of all populations, not only their means.
TEST(Accelerators, LeaveAllDistributionsAsTheDirectMethodHasThem)
{
    Network const network = crowded_block();
    Sample const plain = direct(network);
    EXPECT_GT(mean_of(plain, network.channels() + 1), 6);  // excited, of 18
    for (std::size_t m = 0; m < network.channels(); ++m) EXPECT_GT(mean_of(plain, m), 0.02) << m;
    for (bool absorbers : {true, false})
        EXPECT_GT(p_of_distributions(thinned(network, {.group_absorbers = absorbers}), plain), false_alarm)
            << absorbers;

    for (std::size_t changed : {0u, 2u}) {
        Network wrong = network;
        wrong.pair[changed].coefficient *= 1.4;
        EXPECT_LT(p_of_distributions(thinned(wrong, {}), plain), false_alarm) << "pair " << changed;
    }
}

// Exchange that is drawn when it is asked for: counts of all other channels, populations at the end and their means
// over a window have the distributions that they have flip by flip. A window's mean of the two levels is an
// expectation given what was seen; its mean is compared.
TEST(Accelerators, LeaveAllElseWhereExchangeIsNotFollowed)
{
    Network network = crowded_block();
    network.one_site[4].k0_per_s = 2e6;
    network.one_site[5].k0_per_s = 1e6;
    std::size_t const windows = network.channels() + network.classes();
    std::vector<std::size_t> const own = {4, 5, windows + 5, windows + 6};
    Sample const followed = thinned(network, {}), drawn = thinned(network, {.fast_exchange = true});
    EXPECT_LT(mean_of(drawn, 4), 0.3 * mean_of(followed, 4));
    EXPECT_GT(p_of_distributions(followed, drawn, own), false_alarm);
    auto const p_of_mean_in_window = [&](Sample const& sample, std::size_t k) {
        Moments a, b;
        for (auto const& row : followed) a.add(row[k]);
        for (auto const& row : sample) b.add(row[k]);
        EXPECT_GT(a.mean(), 0.1);
        return p_of_means(a.mean(), a.standard_error(), b.mean(), b.standard_error());
    };
    for (std::size_t k : {windows + 5, windows + 6}) EXPECT_GT(p_of_mean_in_window(drawn, k), false_alarm);
    // What is counted of exchange keeps the books: ions in level 4 are those who came less those who left.
    for (auto const& row : drawn) {
        std::size_t const pair = network.one_site.size();
        EXPECT_EQ(row[network.channels() + 6], row[4] + row[pair + 7] - row[5] - row[pair + 5]);
    }
    Network wrong = network;
    wrong.one_site[5].k0_per_s *= 1.5;
    EXPECT_LT(p_of_mean_in_window(thinned(wrong, {.fast_exchange = true}), windows + 5), false_alarm);
}
