#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/microscopic.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/csv.hpp"
#include "support/gallery.hpp"
#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <Eigen/Sparse>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>

namespace lanthorn {
namespace {

using std::numbers::pi;

/// Donors with acceptors of their own at random in the continuum, too far apart to see each other.
Network donors_in_a_continuum(DistanceLaw law, double coefficient, double decay_per_s, double per_nm3,
                              double radius_nm, int donors, Stream& u)
{
    Network network = network_of({2, 2}, {}, {}, radius_nm);
    double const expected = per_nm3 * 4 * pi / 3 * std::pow(radius_nm, 3);
    for (int d = 0; d < donors; ++d) {
        Vec3 const centre{d * 3.1 * radius_nm, 0, 0};
        network.position_nm.push_back(centre);
        network.species_of.push_back({0});
        // A Poisson number, then places that are even in the ball.
        for (double sum = -std::log(u.uniform()); sum < expected; sum -= std::log(u.uniform())) {
            double const r = radius_nm * std::cbrt(u.uniform()), z = 2 * u.uniform() - 1;
            double const phi = 2 * pi * u.uniform(), rho = std::sqrt(1 - z * z);
            network.position_nm.push_back(centre + Vec3{rho * std::cos(phi), rho * std::sin(phi), z} * r);
            network.species_of.push_back({1});
        }
    }
    network.one_site = {one_site(0, {1, 0}, decay_per_s)};
    network.pair = {transfer(0, {1, 0}, 1, {0, 1}, coefficient, law)};
    return network;
}

/// phi = exp(-t/tau - (4 pi/3) N Gamma(1 - 3/s) (C t)^(3/s)).
double inokuti_hirayama(double t_s, double tau_s, double per_nm3, double coefficient, int s)
{
    return std::exp(-t_s / tau_s -
                    4 * pi / 3 * per_nm3 * std::tgamma(1 - 3. / s) * std::pow(coefficient * t_s, 3. / s));
}

/// One site per nm^3, on a simple cubic lattice or at random with 0.15 nm between neighbours: donors within a cube, of
/// which a share are acceptors, and acceptors of the same share also 5 nm around it.
struct Sites {
    enum class Place { lattice, random };
    static constexpr int inner = 12, margin = 5;
    static constexpr double radius_nm = 5, share = 0.02;

    static std::vector<Vec3> places(Place place, Stream& u)
    {
        std::vector<Vec3> all;
        int const side = inner + 2 * margin;
        std::map<std::array<int, 3>, std::vector<Vec3>> near;  // cells of 1 nm
        auto const free = [&](Vec3 at, std::array<int, 3> cell) {
            for (int i = -1; i <= 1; ++i)
                for (int j = -1; j <= 1; ++j)
                    for (int k = -1; k <= 1; ++k) {
                        auto const found = near.find({cell[0] + i, cell[1] + j, cell[2] + k});
                        if (found == near.end()) continue;
                        for (Vec3 other : found->second)
                            if (norm(at - other) < 0.15) return false;
                    }
            return true;
        };
        for (int n = 0; n < side * side * side; ++n) {
            if (place == Place::lattice) {
                all.push_back({n / (side * side) + 0.5, n / side % side + 0.5, n % side + 0.5});
                continue;
            }
            for (;;) {
                Vec3 const at{side * u.uniform(), side * u.uniform(), side * u.uniform()};
                std::array const cell{int(at.x), int(at.y), int(at.z)};
                if (!free(at, cell)) continue;
                near[cell].push_back(at);
                all.push_back(at);
                break;
            }
        }
        return all;
    }

    static Network network(Place place, Stream& u)
    {
        std::vector<Vec3> const all = places(place, u);
        auto const inside = [](Vec3 at) {
            auto const within = [](double x) { return x > margin && x < inner + margin; };
            return within(at.x) && within(at.y) && within(at.z);
        };
        double left = double(std::ranges::count_if(all, inside)), acceptors = std::round(share * left);
        Network n = network_of({2, 2}, {}, {}, radius_nm);
        for (Vec3 at : all) {
            bool const within = inside(at);
            bool const acceptor = u.uniform() < (within ? acceptors / left : share);
            if (within) {
                --left;
                acceptors -= acceptor;
            }
            if (!acceptor && !within) continue;
            n.position_nm.push_back(at);
            n.species_of.push_back({acceptor ? 1u : 0u});
        }
        return n;
    }
    /// sum of R^-power around a site of the lattice, within a radius
    static double sum(int power, double within_nm)
    {
        int const m = int(within_nm) + 1;
        double all = 0;
        for (int i = -m; i <= m; ++i)
            for (int j = -m; j <= m; ++j)
                for (int k = -m; k <= m; ++k) {
                    double const d = std::sqrt(double(i * i + j * j + k * k));
                    if (d > 0 && d < within_nm) all += std::pow(d, -power);
                }
        return all;
    }
};

/// Mean time to transfer of an excitation that begins on any donor, solved: A t = 1 with A of the walk and its sinks.
/// (Exclusion does not change means where all hops go both ways at one rate.)
double exact_mean_time(Network const& network, double hop, double sink)
{
    std::vector<int> of(network.ions(), -1);
    int donors = 0;
    for (std::size_t i = 0; i < network.ions(); ++i)
        if (network.species_of[i].value == 0) of[i] = donors++;
    std::vector<double> loss(std::size_t(donors), 0.0);
    std::vector<Eigen::Triplet<double>> entries;
    double const limit = network.interaction_radius_nm * network.interaction_radius_nm;
    for (std::size_t i = 0; i < network.ions(); ++i) {
        if (of[i] < 0) continue;
        for (std::size_t j = 0; j < network.ions(); ++j) {
            Vec3 const d = network.position_nm[i] - network.position_nm[j];
            double const d2 = d.x * d.x + d.y * d.y + d.z * d.z;
            if (i == j || d2 >= limit) continue;
            double const g = 1 / (d2 * d2 * d2);
            loss[std::size_t(of[i])] += (of[j] < 0 ? sink : hop) * g;
            if (of[j] >= 0) entries.emplace_back(of[i], of[j], -hop * g);
        }
    }
    for (int i = 0; i < donors; ++i) entries.emplace_back(i, i, loss[std::size_t(i)]);
    Eigen::SparseMatrix<double> A(donors, donors);
    A.setFromTriplets(entries.begin(), entries.end());
    Eigen::ConjugateGradient<Eigen::SparseMatrix<double>, Eigen::Lower | Eigen::Upper> solver(A);
    solver.setTolerance(1e-7);
    return Eigen::VectorXd(solver.solve(Eigen::VectorXd::Ones(donors))).mean();
}

double integral(std::function<double(double)> const& phi, double from_s, double to_s)
{
    // exp(-sinh) falls fast: the trapezoidal rule in ln t.
    int const n = 4000;
    double const step = std::log(to_s / from_s) / n;
    double sum = from_s;  // phi = 1 before
    for (int k = 0; k <= n; ++k) {
        double const t = from_s * std::exp(step * k);
        sum += (k == 0 || k == n ? 0.5 : 1) * step * t * phi(t);
    }
    return sum;
}

}  // namespace

// Static acceptors at random in the continuum, s = 6, 8, 10; 0.1 per nm^3, tau = 1 ms. The figures of s = 6 and the
// yields are those of tests/data/exact/closed_forms.csv.
TEST(Gallery, InokutiHirayama)
{
    Csv const csv = read_test_csv(test_data("exact/closed_forms.csv"));
    std::map<std::string, double> closed;
    for (std::size_t r = 0; r < csv.texts("quantity").size(); ++r)
        closed[csv.texts("quantity")[r]] = csv.numbers("value")[r];
    double const tau = 1e-3, per_nm3 = 0.1, radius = 4;
    auto const yield_of = [&](double c6) {
        double const x = 4. / 3 * std::pow(pi, 1.5) * per_nm3 * std::sqrt(c6 * tau) / 2;
        return 1 - std::sqrt(pi) * x * std::exp(x * x) * std::erfc(x);
    };
    for (auto const& [c6, word] : {std::pair(100.0, "1e-40"), std::pair(1000.0, "1e-39")}) {
        EXPECT_NEAR(yield_of(c6) / closed.at("IH_QY_C" + std::string(word) + "_N1e+20"), 1, 1e-12);
        for (char const* t : {"1e-05", "0.0001", "0.0005", "0.001", "0.003"})
            EXPECT_NEAR(inokuti_hirayama(std::stod(t), tau, per_nm3, c6, 6) /
                            closed.at("IH_s6_C" + std::string(word) + "_N1e+20_tau0.001_t" + t),
                        1, 1e-12);
    }

    Figure figure("inokuti_hirayama", "Static acceptors in a continuum", {.label = "time / ms"},
                  {.label = "share of donors still excited", .log = true});
    std::vector<double> const at{1e-5, 5e-5, 1e-4, 2e-4, 3.5e-4, 5e-4, 7.5e-4, 1e-3, 1.3e-3, 1.6e-3, 2e-3};
    struct Case {
        DistanceLaw law;
        int s;
        double coefficient;
        char const* label;
    };
    // Coefficients of one critical distance, 1 nm.
    for (Case const& of : {Case{DistanceLaw::inverse_sixth, 6, 1000, "dipole-dipole, s = 6"},
                           Case{DistanceLaw::inverse_eighth, 8, 1000, "dipole-quadrupole, s = 8"},
                           Case{DistanceLaw::inverse_tenth, 10, 1000, "quadrupole-quadrupole, s = 10"}}) {
        std::vector<double> const fine = spaced(0, 2.1e-3, 127);
        std::vector<double> ms, phi;
        for (double t : fine) {
            ms.push_back(1e3 * t);
            phi.push_back(inokuti_hirayama(t, tau, per_nm3, of.coefficient, of.s));
        }
        figure.curve(of.label, ms, phi);

        int const donors = 250, structures = 40;
        ObservablePlan const plan{.end_s = 20e-3, .snapshot_at_s = at, .count_until_s = {20e-3}};
        Stream u(StreamSeed{test_seed()}.key(Purpose::dopants), std::uint64_t(of.s));
        std::vector<double> alive(at.size(), 0.0);
        double light = 0;
        for (int s = 0; s < structures; ++s) {
            Network const network =
                donors_in_a_continuum(of.law, of.coefficient, 1 / tau, per_nm3, radius, donors, u);
            Tally const tally = run(network, {}, {.level = {}, .excited = {{{0}, {0}, {1}, 1.0}}}, plan,
                                    {.seed = {test_seed(), 0, std::uint32_t(s)}, .first = 0, .count = 1});
            for (std::size_t k = 0; k < at.size(); ++k) alive[k] += tally.snapshot[k * 4 + 1].mean();
            light += tally.counts[0].mean();
        }
        std::int64_t const n = std::int64_t(donors) * structures;
        Figure::Points points;
        std::vector<double> p;
        for (std::size_t k = 0; k < at.size(); ++k) {
            // What lies beyond the radius takes part of the rate, N 4 pi C/((s - 3) R^(s - 3)).
            double const beyond =
                per_nm3 * 4 * pi * of.coefficient / ((of.s - 3) * std::pow(radius, of.s - 3)) * at[k];
            double const exact =
                inokuti_hirayama(at[k], tau, per_nm3, of.coefficient, of.s) * std::exp(beyond);
            p.push_back(p_of_binomial(std::llround(alive[k]), n, exact));
            points.add(1e3 * at[k], alive[k] / double(n), std::sqrt(exact * (1 - exact) / double(n)), exact);
        }
        EXPECT_GT(p_of_all(p), false_alarm) << of.s;
        if (of.s == 6) {
            EXPECT_GT(p_of_binomial(std::llround(light), n, closed.at("IH_QY_C1e-39_N1e+20") + 0.0005),
                      false_alarm);
            EXPECT_LT(p_of_binomial(std::llround(light), n, 1.15 * closed.at("IH_QY_C1e-39_N1e+20")),
                      false_alarm);
            std::printf("gallery inokuti_hirayama: quantum yield %.4f, closed form %.4f\n", light / double(n),
                        closed.at("IH_QY_C1e-39_N1e+20"));
        }
        figure.seen("Monte Carlo", points, of.s == 6 ? "" : "-");
        // Microscopic equations of weakly excited donors are exact for each structure.
        Network const few = donors_in_a_continuum(of.law, of.coefficient, 1 / tau, per_nm3, radius, 20, u);
        Tally const weak = Microscopic(few).run({}, {.level = {}, .excited = {{{0}, {0}, {1}, 1e-9}}}, plan);
        std::vector<double> rates;
        for (std::size_t i = 0; i < few.ions(); ++i) {
            if (few.species_of[i].value == 0) {
                rates.push_back(1 / tau);
                continue;
            }
            double const d = norm(few.position_nm[i] - Vec3{double(rates.size() - 1) * 3.1 * radius, 0, 0});
            if (d < radius) rates.back() += of.coefficient * std::pow(d, -of.s);
        }
        double worst = 0;
        for (std::size_t k = 0; k < at.size(); ++k) {
            double sum = 0;
            for (double rate : rates) sum += std::exp(-rate * at[k]);
            worst = std::max(worst, std::abs(weak.snapshot[k * 4 + 1].mean() / 1e-9 / sum - 1));
        }
        EXPECT_LT(worst, 1e-6) << of.s;
        std::printf("gallery inokuti_hirayama, microscopic on one structure, s = %d: %.2g\n", of.s, worst);
    }
    figure.show();
}

// From acceptors that each donor sees for itself to acceptors that all donors share: mean rate of transfer over the
// ratio of hop to transfer. Every engine's answer is that of the solved walk; the three closed forms hold in parts:
// diffusion (Yokota and Tanimoto) where hops are weaker than a hundredth of the transfer, hopping (Burshtein) where
// donors stand at random and hop thirty times as strongly, fast migration on a lattice where they hop ten times as strongly.
// Prefactors as recalled: Yokota and Tanimoto 1967, Burshtein 1972.
TEST(Gallery, MigrationFromStaticToFast)
{
    double const sink = 1000, share = Sites::share, radius = Sites::radius_nm;
    EXPECT_NEAR(Sites::sum(6, 20) / 8.40192397, 1, 1e-4);
    double const fast = share * sink * Sites::sum(6, radius);
    double const gamma = 4. / 3 * std::pow(pi, 1.5) * share * std::sqrt(sink);
    auto const hopping = [&](double hop) {
        double const W = pi * std::pow(2 * pi / 3, 2.5) * std::sqrt(sink * hop) * share *
                         (1 - share);  // 19.9 sqrt(C C) N N
        return 1 / integral([=](double t) { return std::exp(-gamma * std::sqrt(t) - W * t); }, 1e-11, 10);
    };
    auto const diffusion = [&](double hop) {
        double const D = hop * (1 - share) * Sites::sum(4, radius) / 6;
        return 1 / integral(
                       [=](double t) {
                           double const x = D * std::pow(sink, -1. / 3) * std::pow(t, 2. / 3);
                           return std::exp(-gamma * std::sqrt(t) *
                                           std::pow((1 + 10.87 * x + 15.50 * x * x) / (1 + 8.743 * x), 0.75));
                       },
                       1e-11, 10);
    };
    Figure figure("migration", "Transfer between slow and fast migration",
                  {.label = "C(donor-donor) / C(donor-acceptor)", .log = true},
                  {.label = "mean rate of transfer / s⁻¹", .log = true},
                  {.label = "deviation from the solved walk"});
    auto const line = log_spaced(5e-4, 40, 41);
    std::vector<double> by_hops, by_diffusion;
    for (double ratio : line) {
        by_hops.push_back(hopping(ratio * sink));
        by_diffusion.push_back(diffusion(ratio * sink));
    }

    int const structures = 2;
    for (auto const place : {Sites::Place::lattice, Sites::Place::random}) {
        bool const lattice = place == Sites::Place::lattice;
        std::vector<Network> networks;
        Stream u(StreamSeed{1}.key(Purpose::dopants), lattice ? 7 : 8);  // the same particles always
        for (int s = 0; s < structures; ++s) networks.push_back(Sites::network(place, u));
        auto const with_hops = [&](int s, double hop) {
            Network network = networks[std::size_t(s)];
            network.pair = {transfer(0, {1, 0}, 0, {0, 1}, hop), transfer(0, {1, 0}, 1, {0, 1}, sink)};
            network.one_site = {one_site(1, {1, 0}, 1e10)};  // an acceptor is ready again at once
            return network;
        };
        Figure::Points drawn;
        std::vector<double> solved_at, solved, p;
        for (double ratio : lattice ? std::vector{1e-3, 1e-2, 0.03, 0.1, 0.3, 1.0, 10.0}
                                    : std::vector{0.03, 0.3, 1.0, 30.0}) {
            double exact = 0, seen = 0, variance = 0;
            bool const too_many_hops = !lattice && ratio > 2;
            for (int s = 0; s < structures; ++s) {
                Network const network = with_hops(s, ratio * sink);
                exact += exact_mean_time(network, ratio * sink, sink) / structures;
                if (too_many_hops) continue;
                MonteCarlo const engine(network);
                // Every tenth donor is excited, others in each trajectory; fewer where neighbours may be very near.
                std::uint64_t const n = 10, every = lattice ? 10 : 50;
                Moments moments;
                for (std::uint64_t k = 0; k < n; ++k) {
                    InitialState initial{.level = std::vector<LevelId>(network.ions(), LevelId{0}),
                                         .excited = {}};
                    double excited = 0;
                    for (std::size_t i = 0, d = 0; i < network.ions(); ++i)
                        if (network.species_of[i].value == 0 && d++ % every == k) {
                            initial.level[i] = {1};
                            ++excited;
                        }
                    double const end_s = 2.5;
                    Tally const tally =
                        engine.run({}, initial, {.end_s = end_s, .window_edges_s = {0, end_s}},
                                   {.seed = {test_seed(), 0, std::uint32_t(s)}, .first = k, .count = 1});
                    moments.add(tally.occupation[1].mean() * end_s / excited);
                }
                seen += moments.mean() / structures;
                variance += moments.variance() / double(n) / structures / structures;
            }
            if (!too_many_hops) {
                double const error = std::sqrt(variance);
                p.push_back(p_of_normal((seen - exact) / error / 1.8));  // of ten numbers, not of many
                drawn.add(ratio, 1 / seen, error / seen / seen, 1 / exact);
            }
            solved_at.push_back(ratio);
            solved.push_back(1 / exact);
            std::printf("migration %s, ratio %g: %.1f, hopping %.1f, diffusion %.1f, fast %.1f /s\n",
                        lattice ? "on a lattice" : "at random", ratio, 1 / exact, hopping(ratio * sink),
                        diffusion(ratio * sink), fast);
            if (lattice && ratio < 0.005) {
                EXPECT_NEAR(diffusion(ratio * sink) * exact, 1, 0.3);
            }
            if (lattice && ratio > 5) {
                EXPECT_NEAR(fast * exact, 1, 0.05);
            }
            if (!lattice && ratio > 20) {
                EXPECT_NEAR(hopping(ratio * sink) * exact, 1, 0.5);
            }
        }
        EXPECT_GT(p_of_all(p), false_alarm);
        figure.curve(lattice ? "solved walk, donors on a lattice" : "solved walk, donors at random",
                     solved_at, solved);
        figure.seen("Monte Carlo", drawn, lattice ? "" : "-");
        if (!lattice) continue;
        // Mean field is the limit of fast migration of this very particle.
        Figure::Points averaged;
        for (int s = 0; s < structures; ++s) {
            MeanField const engine(with_hops(s, sink));
            double const N = engine.system().total()[0];
            std::vector<double> weak = engine.system().ground();
            weak[1] = 1e-9;
            double const rate = engine.system().fluxes(weak, {})[2] / 1e-9;
            EXPECT_NEAR(rate * exact_mean_time(with_hops(s, 1e4 * sink), 1e4 * sink, sink), 1, 0.001) << N;
            EXPECT_NEAR(rate / fast, 1, 0.1);
            averaged.add(40, rate, 0);
        }
        // Microscopic equations are the walk itself.
        Figure::Points of_sites;
        for (double ratio : {0.1}) {
            Network const network = with_hops(0, ratio * sink);
            double const end_s = 3;
            Tally const weak = Microscopic(network).run({}, {.level = {}, .excited = {{{0}, {0}, {1}, 1e-6}}},
                                                        {.end_s = end_s, .window_edges_s = {0, end_s}});
            double const donors = double(std::ranges::count(network.species_of, SpeciesId{0}));
            double const mean_s = weak.occupation[1].mean() * end_s / 1e-6 / donors;
            double const exact_s = exact_mean_time(network, ratio * sink, sink);
            EXPECT_NEAR(mean_s / exact_s, 1, 1e-4) << ratio;
            of_sites.add(ratio, 1 / mean_s, 0, 1 / exact_s);
        }
        figure.seen("microscopic", of_sites, "microscopic, of one particle");
        figure.seen("mean field", averaged);
    }
    figure.dashed("fast migration, x C G₆", line, std::vector(line.size(), fast));
    figure.dashed("hopping", line, by_hops);
    figure.dashed("diffusion", line, by_diffusion);
    figure.show();
}

}  // namespace lanthorn
