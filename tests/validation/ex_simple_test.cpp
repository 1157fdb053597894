#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/luminescence/peer.hpp"

#include "support/compare.hpp"
#include "support/csv.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace lanthorn;

// The example that NPMC comes with: five ions, 800 joint states, 128 interactions, 1 ms from the ground state.
// Its master equation is solved exactly; the statistics of 2000 trajectories of NPMC itself are the second witness.

namespace {

std::vector<double> const at_s{2.5e-4, 5e-4, 7.5e-4, 1e-3};
constexpr std::uint64_t trajectories = 4000;

PeerJob const& example()
{
    static PeerJob const job = peer_job_from(read_sqlite(test_data("npmc/ex_simple/np.sqlite")),
                                             read_sqlite(test_data("npmc/ex_simple/initial_state.sqlite")),
                                             "np.sqlite", "initial_state.sqlite");
    return job;
}

ExactCourse const& exact()
{
    static ExactCourse const course = exact_course(example().network, {}, example().initial, at_s);
    return course;
}

Tally monte_carlo(Network const& network, std::uint64_t first = 0)
{
    return run(network, {}, example().initial, plan_at(at_s),
               {.seed = {test_seed()}, .first = first, .count = trajectories});
}

Tally const& ours()
{
    static Tally const tally = monte_carlo(example().network);
    return tally;
}

/// A mean with its error, of 2000 trajectories of the peer.
Moments of_peer(double mean, double standard_error)
{
    std::int64_t const n = 2000;
    return Moments::from_state(n, mean, standard_error * standard_error * double(n) * double(n - 1));
}

/// Channel and what the peer's interaction does, for messages.
struct Interaction {
    std::size_t id, channel;
    std::string what;
};

std::vector<Interaction> interactions(Csv const& csv)
{
    std::vector<Interaction> list;
    for (std::size_t r = 0; r < csv.texts("interaction_id").size(); ++r) {
        auto const of = [&](char const* column) { return csv.texts(column)[r]; };
        std::size_t const id = std::stoul(of("interaction_id"));
        std::string what = fmt::format("interaction {} {} {}:{}->{}", id, of("type"), of("species_1"),
                                       of("left_1"), of("right_1"));
        if (of("number_of_sites") == "2")
            what = fmt::format("{} {}:{}->{}", what, of("species_2"), of("left_2"), of("right_2"));
        list.push_back({id, example().channel_of_interaction[id], what});
    }
    return list;
}

/// The peer's counts and populations: each with its moments, our moments and the exact mean.
struct Witness {
    std::string what;
    Moments peer, our;
    double exact;
};

std::vector<Witness> witnesses()
{
    std::vector<Witness> all;
    std::size_t const channels = example().network.channels(), classes = example().network.classes();
    Csv const counts = read_test_csv(test_data("npmc/ex_simple/ex_simple_interactions.csv"));
    char const* const times[] = {"T4", "T2", "3T4", "T"};
    for (std::size_t k = 0; k < at_s.size(); ++k) {
        auto const mean = counts.numbers(fmt::format("mean_{}", times[k])),
                   error = counts.numbers(fmt::format("se_{}", times[k]));
        std::vector<Interaction> const list = interactions(counts);
        for (std::size_t r = 0; r < list.size(); ++r)
            all.push_back({fmt::format("{} until {} s", list[r].what, at_s[k]), of_peer(mean[r], error[r]),
                           ours().counts[k * channels + list[r].channel],
                           exact().counts[k][list[r].channel]});
    }
    Csv const levels = read_test_csv(test_data("npmc/ex_simple/ex_simple_levels.csv"));
    auto const t = levels.numbers("time_s"), species = levels.numbers("species"),
               level = levels.numbers("level");
    auto const mean = levels.numbers("mean_population"), error = levels.numbers("se");
    std::vector<std::size_t> const first = example().network.first_class();
    for (std::size_t k = 0; k < at_s.size(); ++k)
        for (std::size_t r = 0; r < t.size(); ++r) {
            if (std::abs(t[r] - at_s[k]) > 1e-9) continue;
            std::size_t const c = first[std::size_t(species[r])] + std::size_t(level[r]);
            all.push_back({fmt::format("level {} of species {} at {} s", levels.texts("level")[r],
                                       levels.texts("species")[r], at_s[k]),
                           of_peer(mean[r], error[r]), ours().snapshot[k * classes + c],
                           exact().population[k][c]});
        }
    return all;
}

}  // namespace

TEST(ExampleOfThePeer, AgreesWithItsMasterEquation)
{
    EXPECT_EQ(MasterEquation(example().network).states(), 800u);
    Comparison const all = compare(example().network, ours(), exact(), at_s);
    EXPECT_GT(all.p(), false_alarm) << all.worst();

    std::size_t const channels = example().network.channels(), last = at_s.size() - 1;
    std::size_t visible = 0;
    std::printf("example of the peer, %zu trajectories: counts in 1 ms of every interaction, smallest "
                "relative change seen\n",
                std::size_t(trajectories));
    for (std::size_t id = 0; id < channels; ++id) {
        std::size_t const c = example().channel_of_interaction[id];
        Moments const& seen = ours().counts[last * channels + c];
        double const poisson = std::sqrt(exact().counts[last][c] / double(trajectories));
        double const change =
            visible_shift(std::max(seen.standard_error(), poisson), all.size()) / exact().counts[last][c];
        if (!(change < 1)) continue;
        ++visible;
        std::printf("  %3zu %-3s  %10.4f +- %.4f  exact %10.4f  %.2g\n", id,
                    example().interaction_type[id].c_str(), seen.mean(), seen.standard_error(),
                    exact().counts[last][c], change);
    }
    EXPECT_GT(visible, 40u);
}

TEST(ExampleOfThePeer, SplitsRowsOfTheSameStatesAsTheirRates)
{
    Network const& network = example().network;
    std::map<std::tuple<SpeciesId, LevelId, LevelId>, std::vector<std::size_t>> rows;
    for (std::size_t c = 0; c < network.one_site.size(); ++c)
        rows[{network.one_site[c].species, network.one_site[c].from, network.one_site[c].to}].push_back(c);
    std::size_t groups = 0;
    std::size_t const at = (at_s.size() - 1) * network.channels();
    std::vector<double> p;
    for (auto const& [states, channels] : rows) {
        double events = 0, rate = 0;
        for (std::size_t c : channels)
            events += ours().counts[at + c].mean() * double(trajectories),
                rate += network.one_site[c].k0_per_s;
        if (channels.size() < 2 || events < 100) continue;
        ++groups;
        for (std::size_t c : channels) {
            double const share = network.one_site[c].k0_per_s / rate;
            p.push_back(p_of_binomial(std::llround(ours().counts[at + c].mean() * double(trajectories)),
                                      std::llround(events), share));
            double const change = visible_shift(std::sqrt(share * (1 - share) / events)) / share;
            if (change < 1)
                std::printf(
                    "example of the peer, channel %zu: share %.5f of its states, sees a change of %.2g\n", c,
                    share, change);
        }
    }
    EXPECT_GE(groups, 3u);
    EXPECT_GT(p_of_all(p), false_alarm);
}

TEST(ExampleOfThePeer, AgreesWithThePeersOwnTrajectories)
{
    std::vector<double> of_exact, of_ours;
    std::string worst;
    double least = 1;
    for (Witness const& w : witnesses()) {
        of_exact.push_back(p_of_total(w.peer, w.exact));
        of_ours.push_back(p_of_totals(w.peer, w.our));
        if (of_exact.back() < least) {
            least = of_exact.back();
            worst = fmt::format("{}: peer {} +- {}, exact {}, ours {}", w.what, w.peer.mean(),
                                w.peer.standard_error(), w.exact, w.our.mean());
        }
    }
    EXPECT_EQ(of_exact.size(), 4u * 117 + 4 * 11);
    EXPECT_GT(p_of_all(of_exact), false_alarm) << worst;
    EXPECT_GT(p_of_all(of_ours), false_alarm) << worst;
    std::printf(
        "example of the peer: smallest p of %zu comparisons with its trajectories: exact %.2g, ours %.2g\n",
        of_exact.size(), *std::ranges::min_element(of_exact), *std::ranges::min_element(of_ours));
}

// The most telling rate is the one whose relative change moves some count or population most, in standard errors.
TEST(ExampleOfThePeer, HasAnErrorInItsMostTellingRateCaught)
{
    Network const& network = example().network;
    auto const scaled = [&](std::size_t channel, double factor) {
        Network other = network;
        if (channel < other.one_site.size())
            other.one_site[channel].k0_per_s *= factor;
        else
            other.pair[channel - other.one_site.size()].coefficient *= factor;
        return other;
    };
    // Candidates: the interactions that happen most; the rest cannot move what they hardly touch.
    std::vector<double> const& counts = exact().counts.back();
    std::vector<std::size_t> candidate(network.channels());
    for (std::size_t c = 0; c < candidate.size(); ++c) candidate[c] = c;
    std::ranges::sort(candidate, std::greater{}, [&](std::size_t c) { return counts[c]; });
    candidate.resize(6);

    std::size_t telling = 0;
    double steepest = 0;  // standard errors per relative change
    std::vector<double> const end{at_s.back()};
    for (std::size_t c : candidate) {
        ExactCourse const other = exact_course(scaled(c, 1.01), {}, example().initial, end);
        for (std::size_t m = 0; m < network.channels(); ++m) {
            Moments const& seen = ours().counts[(at_s.size() - 1) * network.channels() + m];
            if (seen.mean() * double(trajectories) < 1000) continue;
            double const slope = std::abs(other.counts[0][m] - counts[m]) / 0.01 / seen.standard_error();
            if (slope > steepest) steepest = slope, telling = c;
        }
    }
    std::size_t const checks = compare(network, ours(), exact(), at_s).size();
    double const smallest = visible_shift(1, checks) / steepest;
    std::size_t const id = std::size_t(std::ranges::find(example().channel_of_interaction, telling) -
                                       example().channel_of_interaction.begin());
    std::printf(
        "example of the peer: the most telling rate is that of interaction %zu; a change of %.2g is seen\n",
        id, smallest);
    EXPECT_LT(smallest, 0.1);

    for (double error : {2 * smallest, -2 * smallest})
        EXPECT_LT(compare(network, monte_carlo(scaled(telling, 1 + error), trajectories), exact(), at_s).p(),
                  false_alarm)
            << error;
}
