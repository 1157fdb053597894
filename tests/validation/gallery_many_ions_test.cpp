#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/microscopic.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/gallery.hpp"
#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lanthorn {
namespace {

using std::numbers::pi;

std::vector<Vec3> grid(int nx, int ny, int nz, double spacing_nm)
{
    std::vector<Vec3> all;
    for (int i = 0; i < nx; ++i)
        for (int j = 0; j < ny; ++j)
            for (int k = 0; k < nz; ++k) all.push_back(Vec3{double(i), double(j), double(k)} * spacing_nm);
    return all;
}

/// Mean ions in each class, over trajectories that share about so many events.
Tally averages(MonteCarlo const& engine, std::vector<double> irradiance, double burn_s, double length_s,
               std::uint64_t trajectories)
{
    PumpProgram const pump{.segments = {{.irradiance_W_per_cm2 = std::move(irradiance)}}};
    return engine.run(pump, {}, {.end_s = burn_s + length_s, .window_edges_s = {burn_s, burn_s + length_s}},
                      {.seed = {test_seed()}, .first = 0, .count = trajectories});
}

/// Upconversion 1 + 1 -> 0 + 2 among 1000 ions with migration, lasers in units of the pump rate.
Network upconverting_crowd()
{
    Network network = network_of({3}, grid(10, 10, 10, 0.5), std::vector<std::uint32_t>(1000, 0));
    network.lasers = 1;
    network.one_site = {one_site(0, {0, 1}, 0, {1.0}), one_site(0, {1, 0}, 500), one_site(0, {2, 0}, 2000)};
    network.pair = {transfer(0, {1, 0}, 0, {1, 2}, 50), transfer(0, {1, 0}, 0, {0, 1}, 200)};
    return network;
}

/// An avalanche among ions that all see each other alike: linear law of a range far beyond them.
struct Avalanche {
    double W1 = 100, W2 = 1000, b = 0.3, s = 2000, R1 = 0.5;
    int ions = 150;

    Network network() const
    {
        Network n =
            network_of({3}, grid(5, 5, 6, 0.01), std::vector<std::uint32_t>(std::size_t(ions), 0), 1e4);
        n.lasers = 2;
        n.one_site = {one_site(0, {1, 0}, W1), one_site(0, {2, 1}, b * W2), one_site(0, {2, 0}, (1 - b) * W2),
                      one_site(0, {0, 1}, 0, {1.0}), one_site(0, {1, 2}, 0, {0.0, 1.0})};
        n.pair = {transfer(0, {2, 1}, 0, {0, 1}, s / double(ions - 1), DistanceLaw::linear)};
        return n;
    }
    double threshold() const { return W1 * (W2 + s) / (s - (1 - b) * W2); }
    /// Share of ions in level 2 of the three rate equations with n0 = 1 - n1 - n2, on the branch that light leads to.
    double upper(double R1_per_s, double R2_per_s) const
    {
        auto const change = [&](double n2) {  // of n1, where dn2/dt = 0
            // R2 n1 = (W2 + s n0) n2 with n0 = 1 - n1 - n2
            double const n1 = n2 * (W2 + s * (1 - n2)) / (R2_per_s + s * n2), n0 = 1 - n1 - n2;
            return R1_per_s * n0 - (R2_per_s + W1) * n1 + (b * W2 + 2 * s * n0) * n2;
        };
        double low = 1e-14, high = 1;  // + below, - above
        for (int k = 0; k < 200; ++k) {
            double const middle = std::sqrt(low * high);
            (change(middle) > 0 ? low : high) = middle;
        }
        return low;
    }
};

}  // namespace

// Two photons: slope 2 at low power; 1 once upconversion is what empties the intermediate level (Pollnau).
TEST(Gallery, PowerLaw)
{
    Network const network = upconverting_crowd();
    MeanField const averaged(network);
    MonteCarlo const drawn(network);
    double const N = 1000, A1 = 500, A2 = 2000, hops_per_s = 200 * 450;
    Figure figure("power_law", "Upconversion among 1000 ions with migration",
                  {.label = "pump rate / s⁻¹", .log = true}, {.label = "photons per ion / s⁻¹", .log = true},
                  {.label = "d ln(light) / d ln(pump)"});
    std::vector<double> const fine = log_spaced(0.02, 2e4, 73);
    std::vector<double> slopes, two, one;
    Figure::Points by_mean, by_draw, between;  // slopes belong between two marks
    std::vector<double> near;
    for (double R : fine) {
        auto const steady = averaged.steady(std::vector{R});
        slopes.push_back(steady_slopes(averaged.system(), std::vector{R}, steady, 0)[2]);
        near.push_back(steady.amount[2] / N * A2);
        if (std::abs(std::remainder(2 * std::log10(R / 0.02), 1)) < 0.04)
            by_mean.add_beside(R, near.back(), 0, slopes.back(), 0);
    }
    double const c2 = near[0] / fine[0] / fine[0];
    for (double R : fine) {
        two.push_back(c2 * R * R);
        one.push_back(R / 2);  // every second excitation ends in level 2
    }
    EXPECT_NEAR(slopes[0], 2, 0.01);
    // Upconversion wins over emission from a few hundred per second on; near 10^4/s the ground level is empty.
    EXPECT_NEAR(slopes[std::size_t(std::ranges::lower_bound(fine, 100.0) - fine.begin())], 1, 0.1);

    struct Seen {
        double R, light, error;
    };
    std::vector<Seen> all;
    for (double R : {0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4}) {
        auto const steady = averaged.steady(std::vector{R});
        double const events_per_s = steady.amount[1] * (hops_per_s + A1) + N * R;
        double const length = 2e6 / events_per_s / 60;
        Tally const tally = averages(drawn, {R}, 8 / (A1 + R), length, 60);
        Moments const& upper = tally.occupation[2];
        all.push_back({R, upper.mean() / N * A2, upper.standard_error() / N * A2});
    }
    for (std::size_t k = 0; k + 1 < all.size(); ++k) {
        double const ratio = std::log(all[k + 1].R / all[k].R);
        double const slope = std::log(all[k + 1].light / all[k].light) / ratio;
        double const error =
            std::hypot(all[k + 1].error / all[k + 1].light, all[k].error / all[k].light) / ratio;
        double const R = std::sqrt(all[k].R * all[k + 1].R);
        by_draw.add(all[k].R, all[k].light, all[k].error);
        between.x.push_back(R);
        between.left.push_back(slope);
        between.left_error.push_back(error);
        auto const up = averaged.steady(std::vector{all[k + 1].R}),
                   down = averaged.steady(std::vector{all[k].R});
        double const mean_slope = std::log(up.amount[2] / down.amount[2]) / ratio;
        // Mean field overrates the light where pairs are rare, by less than a tenth here; slopes by a few hundredths.
        EXPECT_NEAR(slope, mean_slope, 0.05 + 5 * error) << R;
        EXPECT_NEAR(down.amount[2] / N * A2 / all[k].light, 1, 0.15 + 5 * all[k].error / all[k].light) << R;
        std::printf(
            "power law at %g/s: Monte Carlo %.4g +- %.2g, mean field %.4g; slope %.3f +- %.3f, %.3f\n",
            all[k].R, all[k].light, all[k].error, down.amount[2] / N * A2, slope, error, mean_slope);
    }
    // Each ion in the field of its own neighbours: ions at the border have fewer, so that the light is a little other.
    Microscopic const sites(network);
    Figure::Points by_site;
    for (double R : {0.1, 10.0, 1000.0}) {
        auto const n2 = [&](double pump) {
            return sites.amounts(sites.steady(std::vector{pump}).occupation)[2];
        };
        double const here = n2(R), slope = std::log(n2(1.01 * R) / here) / std::log(1.01);
        by_site.add_beside(R, here / N * A2, 0, slope, 0);
        auto const mean = averaged.steady(std::vector{R});
        EXPECT_NEAR(here / mean.amount[2], 1, 0.1) << R;
        EXPECT_NEAR(slope, steady_slopes(averaged.system(), std::vector{R}, mean, 0)[2], 0.05) << R;
    }
    figure.lower_curve(fine, slopes);
    figure.dashed("slope 2", fine, two);
    figure.dashed("slope 1, half the excitations", fine, one);
    figure.seen("Monte Carlo", by_draw);
    figure.seen("Monte Carlo", between, "-");
    figure.seen("mean field", by_mean);
    figure.seen("microscopic", by_site);
    figure.show();
}

// R2* = W1 (W2 + s)/(s - (1 - b) W2): the light of level 2 rises by orders of magnitude there.
TEST(Gallery, AvalancheThreshold)
{
    Avalanche const avalanche;
    Network const network = avalanche.network();
    MeanField const averaged(network);
    MonteCarlo const drawn(network);
    double const N = avalanche.ions, at = avalanche.threshold();
    Figure figure("avalanche", "A photon avalanche", {.label = "R₂ / R₂*"},
                  {.label = "share of ions in level 2", .log = true});
    std::vector<double> const fine = spaced(0.1, 2.5, 97);
    std::vector<double> known, faint;
    for (double share : fine) {
        known.push_back(avalanche.upper(avalanche.R1, share * at));
        faint.push_back(avalanche.upper(1e-6, share * at));
    }
    figure.curve("rate equations, R₁ = 0.5 s⁻¹", fine, known);
    figure.dashed("R₁ = 10⁻⁶ s⁻¹", fine, faint);
    Microscopic const sites(network);
    Figure::Points by_mean, by_draw, by_site;
    for (double share : {0.2, 0.4, 0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.0, 2.4}) {
        double const exact = avalanche.upper(avalanche.R1, share * at);
        auto const steady = averaged.steady(std::vector{avalanche.R1, share * at});
        by_mean.add(share, steady.amount[2] / N, 0, exact);
        auto const each = sites.steady(std::vector{avalanche.R1, share * at});
        by_site.add(share, sites.amounts(each.occupation)[2] / N, 0, exact);
        Tally const tally = averages(drawn, {avalanche.R1, share * at}, 0.6, 0.5, share < 1.05 ? 60 : 20);
        double const n2 = tally.occupation[2].mean() / N, error = tally.occupation[2].standard_error() / N;
        by_draw.add(share, n2, error, exact);
        // Fluctuations of 150 ions matter near the threshold, not far from it.
        if (share < 0.5 || share > 1.3) {
            EXPECT_NEAR(n2 / exact, 1, 0.05 + 6 * error / exact) << share;
        }
    }
    EXPECT_LT(by_mean.largest_left(), 1e-3);  // the range of the law
    EXPECT_LT(by_site.largest_left(), 1e-3);
    EXPECT_GT(avalanche.upper(1e-6, 1.02 * at) / avalanche.upper(1e-6, 0.98 * at), 1000);
    figure.seen("Monte Carlo", by_draw);
    figure.seen("mean field", by_mean);
    figure.seen("microscopic", by_site);
    figure.show();
}

// One ion before molecules at random, one in each cell of a fine grid, on a plane, in a half space and on a sphere of
// 4 nm, and what the engines make of their rates, beside the closed forms pi s C/(2 d^4), pi N C/(6 d^3) and
// C s (pi a/(2 r)) [(a - r)^-4 - (a + r)^-4].
TEST(Gallery, SurfaceClosedForms)
{
    double const C = 50, areal = 20, density = 60, a = 4;
    Stream u(StreamSeed{1}.key(Purpose::dopants), 12);  // the same places always
    Figure figure("surface", "One ion before molecules at random",
                  {.label = "distance to the surface / nm", .log = true},
                  {.label = "rate of quenching / s⁻¹", .log = true});
    Figure::Points drawn, averaged, of_sites;
    std::vector<double> p;
    auto const engines = [&](double x, double known, double rate) {
        EXPECT_NEAR(rate / known, 1, 0.01) << x;
        Network n = network_of({2}, {{0, 0, 0}}, {0});
        n.one_site = {one_site(0, {1, 0}, 0)};
        n.extra = {{{0}, 0, rate}};
        double const t = 1 / rate;
        std::uint64_t const trajectories = 20000;
        InitialState const excited{.level = {{1}}, .excited = {}};
        ObservablePlan const plan{.end_s = t, .snapshot_at_s = {t}};
        Tally const tally =
            run(n, {}, excited, plan,
                {.seed = {test_seed()}, .first = p.size() * trajectories, .count = trajectories});
        double const left = tally.snapshot[1].mean(), exact = std::exp(-1.0);
        p.push_back(p_of_binomial(std::llround(left * double(trajectories)), trajectories, exact));
        drawn.add(x, -std::log(left) / t, std::sqrt(exact * (1 - exact) / double(trajectories)) / exact / t,
                  known);
        averaged.add(x, -std::log(MeanField(n).run({}, excited, plan).snapshot[1].mean()) / t, 0, known);
        of_sites.add(x, -std::log(Microscopic(n).run({}, excited, plan).snapshot[1].mean()) / t, 0, known);
    };
    auto const sixth = [](Vec3 d) { return std::pow(dot(d, d), -3); };
    for (double d : {0.4, 0.6, 0.9, 1.3, 2.0}) {
        Vec3 const ion{0, 0, d};
        double const h = d / 20, R = 6 * d, H = d / 15, r = 4 * d;
        double sheet = 0, half = 0, sphere = 0;
        int const m = int(R / h) + 1;
        for (int i = -m; i < m; ++i)
            for (int j = -m; j < m; ++j) {
                Vec3 const at{(i + u.uniform()) * h, (j + u.uniform()) * h, 0};
                if (norm(at) < R) sheet += h * h * sixth(at - ion);
            }
        int const deep = int(r / H) + 1;
        for (int i = -deep; i < deep; ++i)
            for (int j = -deep; j < deep; ++j)
                for (int k = -deep; k < 0; ++k) {
                    Vec3 const at{(i + u.uniform()) * H, (j + u.uniform()) * H, (k + u.uniform()) * H};
                    if (norm(at - ion) < r) half += H * H * H * sixth(at - ion);
                }
        int const n = 400000;
        for (int k = 0; k < n; ++k) {
            double const z = 1 - 2 * (k + u.uniform()) / n, phi = 2.399963229728653 * (k + u.uniform());
            double const rho = std::sqrt(1 - z * z);
            sphere += 4 * pi * a * a / n *
                      sixth(Vec3{rho * std::cos(phi), rho * std::sin(phi), z} * a - Vec3{0, 0, a - d});
        }
        // What lies further out, exactly.
        sheet += pi / (2 * std::pow(d * d + R * R, 2));
        half += 2 * pi * (1 / (3 * std::pow(r, 3)) - d / (4 * std::pow(r, 4)));
        engines(d, pi * areal * C / (2 * std::pow(d, 4)), C * areal * sheet);
        engines(d, pi * density * C / (6 * std::pow(d, 3)), C * density * half);
        engines(d, C * areal * pi * a / (2 * (a - d)) * (std::pow(d, -4) - std::pow(2 * a - d, -4)),
                C * areal * sphere);
    }
    std::vector<double> const fine = log_spaced(0.35, 2.3, 41);
    std::vector<double> plane, space, shell;
    for (double d : fine) {
        plane.push_back(pi * areal * C / (2 * std::pow(d, 4)));
        space.push_back(pi * density * C / (6 * std::pow(d, 3)));
        shell.push_back(C * areal * pi * a / (2 * (a - d)) * (std::pow(d, -4) - std::pow(2 * a - d, -4)));
    }
    figure.curve("plane, 20 nm⁻²", fine, plane);
    figure.curve("half space, 60 nm⁻³", fine, space);
    figure.curve("sphere of 4 nm, 20 nm⁻²", fine, shell);
    EXPECT_GT(p_of_all(p), false_alarm);
    EXPECT_LT(averaged.largest_left(), 0.01);
    figure.seen("Monte Carlo", drawn);
    EXPECT_LT(of_sites.largest_left(), 0.01);
    figure.seen("mean field", averaged);
    figure.seen("microscopic", of_sites);
    figure.show();
}

// Rate equations know positions only by distances and ions only by species.
TEST(RateEquations, DoNotDependOnPlaceOrientationOrOrder)
{
    Network network = upconverting_crowd();
    network.interaction_radius_nm = 2.9;  // no pair on it
    Network moved = network;
    double const c = std::cos(0.7), s = std::sin(0.7);
    for (Vec3& at : moved.position_nm) {
        Vec3 const turned{c * at.x - s * at.y, s * at.x + c * at.y, at.z};
        at = Vec3{turned.x, c * turned.y - s * turned.z, s * turned.y + c * turned.z} + Vec3{-31, 17, 4};
    }
    std::ranges::reverse(moved.position_nm);
    Network stretched = network;
    for (Vec3& at : stretched.position_nm) at = at * 1.01;
    auto const here = MeanField(network).steady(std::vector{300.0});
    auto const there = MeanField(moved).steady(std::vector{300.0});
    auto const wider = MeanField(stretched).steady(std::vector{300.0});
    for (std::size_t l = 0; l < 3; ++l) {
        EXPECT_NEAR(there.amount[l] / here.amount[l], 1, 1e-10);
        if (l == 2) {
            EXPECT_GT(std::abs(wider.amount[l] / here.amount[l] - 1), 1e-3);
        }
    }

    // Of each ion, in the other order.
    auto const each = Microscopic(network).steady(std::vector{300.0}).occupation;
    auto const moved_each = Microscopic(moved).steady(std::vector{300.0}).occupation;
    std::size_t const N = network.ions();
    for (std::size_t i = 0; i < N; i += 37)
        for (std::size_t l = 0; l < 3; ++l)
            EXPECT_NEAR(moved_each[3 * (N - 1 - i) + l] / each[3 * i + l], 1, 1e-9) << i;
}

}  // namespace lanthorn
