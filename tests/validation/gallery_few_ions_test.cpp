#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/microscopic.hpp"

#include "support/compare.hpp"
#include "support/gallery.hpp"
#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace lanthorn {
namespace {

TrajectoryRange trajectories(std::uint64_t count)
{
    return {.seed = {test_seed()}, .first = 0, .count = count};
}

PumpProgram light(double irradiance_W_per_cm2)
{
    return {.segments = {{.irradiance_W_per_cm2 = {irradiance_W_per_cm2}}}, .repeats = false, .pulses = {}};
}

/// Mean ions in each class between two times.
Tally occupation(Network const& network, PumpProgram const& pump, double begin_s, double end_s,
                 std::uint64_t count)
{
    ObservablePlan plan;
    plan.end_s = end_s;
    plan.window_edges_s = {begin_s, end_s};
    return run(network, pump, {}, plan, trajectories(count));
}

}  // namespace

// n2 = R/(R (1 + g_l/g_u) + 1/tau): ytterbium's 8 and 6 states in one flat band, so that light alone puts no more than
// 6/14 of the ions into the upper level; without stimulated emission it would be all of them.
TEST(Gallery, TwoLevelSaturation)
{
    double const s = 0.0284857, decay = 642, ions = 5;  // 285/s at 10 kW/cm^2
    Network network =
        network_of({2}, {{0, 0, 0}, {9, 0, 0}, {18, 0, 0}, {27, 0, 0}, {36, 0, 0}}, {0, 0, 0, 0, 0});
    network.lasers = 1;
    network.one_site = {one_site(0, {0, 1}, 0, {s}), one_site(0, {1, 0}, decay),
                        one_site(0, {1, 0}, 0, {s * 8 / 6})};
    MeanField const mean_field(network);
    Microscopic const microscopic(network);
    auto const exact = [&](double I) { return s * I / (s * I * (1 + 8. / 6) + decay); };
    Figure figure("two_levels", "Two levels saturate at their degeneracies",
                  {.label = "irradiance / W cm⁻²", .log = true},
                  {.label = "share of ions in the upper level"});
    std::vector<double> const fine = log_spaced(30, 3e8, 141);
    std::vector<double> with, without;
    for (double I : fine) {
        with.push_back(exact(I));
        without.push_back(s * I / (s * I + decay));
    }
    figure.curve("R / (R (1 + g₀/g₁) + 1/τ)", fine, with);
    figure.dashed("no stimulated emission", fine, without);
    Figure::Points drawn, averaged, of_sites;
    std::vector<double> p;
    for (double I : log_spaced(100, 1e8, 13)) {
        double const cycle_s = 1 / (s * I + decay);
        Tally const tally = occupation(network, light(I), 20 * cycle_s, 220 * cycle_s, 600);
        Moments const& upper = tally.occupation[1];
        drawn.add(I, upper.mean() / ions, upper.standard_error() / ions, exact(I));
        p.push_back(p_of_total(upper, ions * exact(I)));
        averaged.add(I, mean_field.steady(std::vector{I}).amount[1] / ions, 0, exact(I));
        auto const sites = microscopic.steady(std::vector{I});
        of_sites.add(I, microscopic.amounts(sites.occupation)[1] / ions, 0, exact(I));
    }
    EXPECT_GT(p_of_all(p), false_alarm);
    EXPECT_LT(averaged.largest_left(), 1e-12);
    EXPECT_LT(of_sites.largest_left(), 1e-10);
    figure.seen("Monte Carlo", drawn);
    figure.seen("mean field", averaged);
    figure.seen("microscopic", of_sites);
    figure.show();
}

// One donor, one acceptor, transfer there (W) and back (V), decays k and q: the eigenvalues of
// [[-(k + W), V], [W, -(q + V)]]. Rate equations are exact as long as next to nothing is excited.
TEST(Gallery, PairWithBackTransfer)
{
    double const k = 400, q = 900, W = 3000, V = 1200;
    Network network = network_of({2, 2}, {{0, 0, 0}, {1, 0, 0}}, {0, 1});
    network.one_site = {one_site(0, {1, 0}, k), one_site(1, {1, 0}, q)};
    network.pair = {transfer(0, {1, 0}, 1, {0, 1}, W), transfer(1, {1, 0}, 0, {0, 1}, V)};
    double const half = (k + W + q + V) / 2, root = std::sqrt(half * half - ((k + W) * (q + V) - W * V));
    double const slow = half - root, fast = half + root;
    auto const donor = [&](double t) {
        return ((fast - k - W) * std::exp(-slow * t) + (k + W - slow) * std::exp(-fast * t)) / (fast - slow);
    };
    auto const acceptor = [&](double t) {
        return W * (std::exp(-slow * t) - std::exp(-fast * t)) / (fast - slow);
    };

    std::vector<double> const at = spaced(0.1e-3, 3e-3, 13);
    ObservablePlan const plan{.end_s = at.back(), .snapshot_at_s = at};
    InitialState const whole{.level = {{1}, {0}}, .excited = {}};
    double const little = 1e-9;
    InitialState const weak{.level = {}, .excited = {{{0}, {0}, {1}, little}}};
    Tally const drawn = run(network, {}, whole, plan, trajectories(40000));
    Tally const averaged = MeanField(network).run({}, weak, plan);
    Tally const of_sites = Microscopic(network).run({}, weak, plan);
    Figure figure("pair", "One donor and one acceptor, with back transfer", {.label = "time / ms"},
                  {.label = "probability to be excited"});
    std::vector<double> const fine = spaced(0, 3.1e-3, 125);
    std::vector<double> ms, of_donor, of_acceptor;
    for (double t : fine) {
        ms.push_back(1e3 * t);
        of_donor.push_back(donor(t));
        of_acceptor.push_back(acceptor(t));
    }
    figure.curve("donor", ms, of_donor);
    figure.curve("acceptor", ms, of_acceptor);
    Figure::Points by_draw, by_mean, by_site;
    std::vector<double> p;
    for (std::size_t c : {1u, 3u})
        for (std::size_t i = 0; i < at.size(); ++i) {
            double const exact = c == 1 ? donor(at[i]) : acceptor(at[i]);
            Moments const& seen = drawn.snapshot[i * 4 + c];
            p.push_back(p_of_total(seen, exact));
            by_draw.add(1e3 * at[i], seen.mean(), seen.standard_error(), exact);
            by_mean.add(1e3 * at[i], averaged.snapshot[i * 4 + c].mean() / little, 0, exact);
            by_site.add(1e3 * at[i], of_sites.snapshot[i * 4 + c].mean() / little, 0, exact);
        }
    EXPECT_GT(p_of_all(p), false_alarm);
    EXPECT_LT(by_mean.largest_left(), 1e-6);
    EXPECT_LT(by_site.largest_left(), 1e-6);
    figure.seen("Monte Carlo", by_draw);
    figure.seen("mean field", by_mean, "mean field, weakly excited");
    figure.seen("microscopic", by_site, "microscopic, weakly excited");
    figure.show();
}

// Two ions, 1 + 1 -> 0 + 2 both ways round. Rate equations do not know that a pair that has upconverted has no two
// excitations left: (2 W + R W/A2) n^2 + (A1 + R) n = R for n of level 1.
TEST(Gallery, UpconvertingPair)
{
    double const A1 = 500, A2 = 2000, W = 1e6;
    Figure figure("upconverting_pair", "Upconversion of an isolated pair",
                  {.label = "pump rate / s⁻¹", .log = true},
                  {.label = "share of ions in the upper level", .log = true});
    auto const equations = [&](double R) {
        double const a = 2 * W + R * W / A2, b = A1 + R;
        double const n = 2 * R / (b + std::sqrt(b * b + 4 * a * R));
        return W * n * n / A2;
    };
    std::vector<double> const fine = log_spaced(0.5, 2e4, 61);
    std::vector<double> exact, uncorrelated;
    auto const master = [&](double R) {
        MasterEquation const m(upconverting_pair(R, A1, A2, W));
        return m.class_populations(m.steady());
    };
    for (double R : fine) {
        exact.push_back(master(R)[2] / 2);
        uncorrelated.push_back(equations(R));
    }
    figure.curve("master equation of nine states", fine, exact);
    figure.dashed("no correlation of the two ions", fine, uncorrelated);
    Figure::Points drawn, averaged, of_sites;
    std::vector<double> p;
    double most = 0;
    for (double R : log_spaced(1, 1e4, 13)) {
        auto const truth = master(R);
        MeanField const engine(upconverting_pair(R, A1, A2, W));
        double const mean = engine.steady({}).amount[2] / 2;
        averaged.add(R, mean, 0);
        EXPECT_NEAR(mean / equations(R), 1, 1e-10);
        Microscopic const sites(upconverting_pair(R, A1, A2, W));
        double const of_site = sites.amounts(sites.steady({}).occupation)[2] / 2;
        EXPECT_NEAR(of_site / mean, 1, 1e-9);
        of_sites.add(R, of_site);
        most = std::max(most, mean / (truth[2] / 2));
        // Trials come at 2 W n1 + 2 R, upconversions at A2 n2.
        double const total_s = 2e6 / (truth[1] * W + 2 * R);
        if (truth[2] * A2 * total_s < 300) continue;
        Tally const tally = occupation(upconverting_pair(R, A1, A2, W), {}, 0.05, 0.05 + total_s / 300, 300);
        drawn.add(R, tally.occupation[2].mean() / 2, tally.occupation[2].standard_error() / 2, truth[2] / 2);
        p.push_back(p_of_total(tally.occupation[2], truth[2]));
    }
    ASSERT_GT(p.size(), 5u);
    EXPECT_GT(p_of_all(p), false_alarm);
    EXPECT_NEAR(most, 176.8, 0.5);
    figure.seen("Monte Carlo", drawn);
    figure.seen("mean field", averaged);
    figure.seen("microscopic", of_sites);
    figure.show();
}

// Three sensitisers and an activator: the master equation of 24 states from the dark.
TEST(Gallery, ClusterOfFour)
{
    Network const network = cluster_of_four();
    std::vector<double> const at = log_spaced(2e-5, 0.02, 13);
    ObservablePlan const plan{.end_s = at.back(), .snapshot_at_s = at};
    Figure figure("cluster", "Three sensitisers and an activator", {.label = "time / s", .log = true},
                  {.label = "probability of the activator's level"}, {.label = "deviation / standard error"});
    std::vector<double> const fine = log_spaced(1e-5, 0.022, 40);
    std::vector<double> first, second;
    ExactCourse const smooth = exact_course(network, {}, {}, fine);
    for (auto const& population : smooth.population) {
        first.push_back(population[3]);
        second.push_back(population[4]);
    }
    figure.curve("level 1, master equation", fine, first);
    figure.curve("level 2, master equation", fine, second);
    ExactCourse const exact = exact_course(network, {}, {}, at);
    Tally const drawn = run(network, {}, {}, plan, trajectories(3000));
    Figure::Points points;
    std::vector<double> p;
    for (std::size_t c : {3u, 4u})
        for (std::size_t i = 0; i < at.size(); ++i) {
            Moments const& seen = drawn.snapshot[i * 5 + c];
            p.push_back(p_of_total(seen, exact.population[i][c]));
            if (seen.mean() > 0)
                points.add_beside(at[i], seen.mean(), seen.standard_error(),
                                  (seen.mean() - exact.population[i][c]) / seen.standard_error(), 1);
        }
    EXPECT_GT(p_of_all(p), false_alarm);
    EXPECT_NEAR(exact.population.back()[3], 0.143314, 1e-5);
    EXPECT_NEAR(exact.population.back()[4], 0.120600, 1e-5);
    figure.seen("Monte Carlo", points);
    // Without correlations both levels are wrong, by what is known of this cluster.
    Microscopic const sites(network);
    auto const steady = sites.amounts(sites.steady({}).occupation);
    EXPECT_NEAR(steady[3], 0.0234, 5e-5);
    EXPECT_NEAR(steady[4], 0.1856, 5e-5);
    EXPECT_NEAR(steady[1] / 3, 0.0159, 5e-5);
    Tally const course = sites.run({}, {}, plan);
    Figure::Points uncorrelated;
    for (std::size_t c : {3u, 4u})
        for (std::size_t i = 0; i < at.size(); ++i)
            uncorrelated.add(at[i], course.snapshot[i * 5 + c].mean());
    figure.seen("microscopic", uncorrelated, "microscopic (no correlations): level 2 above level 1");
    figure.show();
}

// Ions that all stand alike, at the corners of a cube, with migration, upconversion and back transfer: one set of
// equations for all and one set for each are the same.
TEST(Microscopic, IsMeanFieldWhereAllIonsStandAlike)
{
    std::vector<Vec3> corners;
    for (int k = 0; k < 8; ++k)
        corners.push_back(Vec3{double(k & 1), double(k >> 1 & 1), double(k >> 2)} * 0.5);
    Network network = network_of({3}, corners, std::vector<std::uint32_t>(8, 0));
    network.lasers = 1;
    network.one_site = {one_site(0, {0, 1}, 0, {1.0}), one_site(0, {1, 0}, 500), one_site(0, {2, 0}, 2000)};
    network.pair = {transfer(0, {1, 0}, 0, {1, 2}, 50), transfer(0, {2, 1}, 0, {0, 1}, 20),
                    transfer(0, {1, 0}, 0, {0, 1}, 200)};
    MeanField const averaged(network);
    Microscopic const sites(network);
    for (double R : {1e-2, 1.0, 1e2, 1e4}) {
        auto const mean = averaged.steady(std::vector{R});
        auto const each = sites.steady(std::vector{R});
        auto const all = sites.amounts(each.occupation);
        for (std::size_t l = 0; l < 3; ++l) {
            EXPECT_NEAR(all[l] / mean.amount[l], 1, 1e-9) << R;
            for (std::size_t i = 0; i < 8; ++i)
                EXPECT_NEAR(each.occupation[3 * i + l] / mean.amount[l] * 8, 1, 1e-9) << R;
        }
    }
}

}  // namespace lanthorn
