#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/microscopic.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/networks.hpp"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace lanthorn {
namespace {

/// Places of ions in a cube, not nearer than 0.3 nm to one another.
std::vector<Vec3> scattered(std::size_t ions, double edge_nm, unsigned seed)
{
    std::mt19937 random(seed);
    auto const along = [&] { return edge_nm * double(random()) / 4294967296.0; };
    std::vector<Vec3> places;
    while (places.size() < ions) {
        Vec3 const p{along(), along(), along()};
        if (std::ranges::all_of(places, [&](Vec3 q) { return norm(p - q) > 0.3; })) places.push_back(p);
    }
    return places;
}

/// All that a network can hold: laws, triples of all kinds, rates of single ions.
Network everything()
{
    Network network =
        network_of({3, 4}, scattered(14, 1.3, 5), {0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1}, 1.1);
    network.lasers = 1;
    network.one_site = {one_site(0, {1, 0}, 400), one_site(0, {0, 1}, 10, {30}),  one_site(0, {2, 1}, 1500),
                        one_site(0, {1, 2}, 5),   one_site(1, {1, 0}, 600),       one_site(1, {2, 0}, 1200),
                        one_site(1, {0, 1}, 7),   one_site(1, {3, 2}, 900, {20}), one_site(0, {1, 0}, 0),
                        one_site(1, {3, 0}, 100)};
    network.extra = {{{0}, 8, 300}, {{3}, 8, 700}, {{3}, 0, 20}, {{4}, 5, 1000}};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 20, DistanceLaw::inverse_eighth),
                    transfer(0, {1, 0}, 1, {0, 1}, 30),
                    transfer(0, {1, 0}, 1, {2, 3}, 12),
                    transfer(1, {1, 0}, 0, {0, 1}, 6, DistanceLaw::linear),
                    transfer(1, {2, 1}, 0, {0, 1}, 500, DistanceLaw::exponential, 0.3),
                    transfer(1, {1, 0}, 1, {1, 2}, 40),
                    transfer(1, {1, 0}, 1, {1, 2}, 2, DistanceLaw::inverse_tenth)};
    network.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 2}, 3),
                      cooperation({0, {2, 1}}, {0, {1, 0}}, 1, {0, 3}, 4),
                      cooperation({0, {1, 0}}, {1, {1, 0}}, 0, {0, 2}, 6),
                      cooperation({1, {1, 0}}, {1, {1, 0}}, 1, {1, 2}, 3.5)};
    network.triple_radius_nm = 0.8;
    return network;
}

/// Fluxes of all channels from their definition, and what they do to the populations.
struct Definition {
    std::vector<double> fluxes, derivative;

    Definition(Network const& network, Microscopic const& engine, std::vector<double> const& y,
               double irradiance)
        : fluxes(network.channels()), derivative(y.size())
    {
        auto const state = [&](std::size_t ion, LevelId l) { return engine.first_state()[ion] + l.value; };
        auto const is = [&](std::size_t ion, SpeciesId s) { return network.species_of[ion] == s; };
        auto const move = [&](std::size_t ion, LevelId from, LevelId to, double rate) {
            derivative[state(ion, from)] -= rate;
            derivative[state(ion, to)] += rate;
        };
        auto const distance2 = [&](std::size_t i, std::size_t j) {
            Vec3 const d = network.position_nm[i] - network.position_nm[j];
            return dot(d, d);
        };
        std::size_t const ions = network.ions();
        for (std::size_t m = 0; m < network.one_site.size(); ++m) {
            auto const& c = network.one_site[m];
            for (std::size_t i = 0; i < ions; ++i) {
                if (!is(i, c.species)) continue;
                double k = c.k0_per_s;
                for (double s : c.per_irradiance) k += s * irradiance;
                for (auto const& e : network.extra)
                    if (e.ion.value == i && e.channel == m) k += e.rate_per_s;
                double const rate = k * y[state(i, c.from)];
                fluxes[m] += rate;
                move(i, c.from, c.to, rate);
            }
        }
        for (std::size_t m = 0; m < network.pair.size(); ++m) {
            auto const& c = network.pair[m];
            for (std::size_t i = 0; i < ions; ++i)
                for (std::size_t j = 0; j < ions; ++j) {
                    double const d2 = distance2(i, j), r = network.interaction_radius_nm;
                    if (i == j || !is(i, c.donor) || !is(j, c.acceptor) || d2 >= r * r) continue;
                    double const rate = c.coefficient * distance_factor(c, d2, r) *
                                        y[state(i, c.donor_from)] * y[state(j, c.acceptor_from)];
                    fluxes[network.one_site.size() + m] += rate;
                    move(i, c.donor_from, c.donor_to, rate);
                    move(j, c.acceptor_from, c.acceptor_to, rate);
                }
        }
        for (std::size_t m = 0; m < network.triple.size(); ++m) {
            auto const& c = network.triple[m];
            double const r2 = network.triple_radius_nm * network.triple_radius_nm;
            for (std::size_t k = 0; k < ions; ++k)
                for (std::size_t a = 0; a < ions; ++a)
                    for (std::size_t b = 0; b < ions; ++b) {
                        if (a == b || a == k || b == k || (has_like_donors(c) && a > b)) continue;
                        if (!is(k, c.acceptor) || !is(a, c.donor_a) || !is(b, c.donor_b)) continue;
                        double const da = distance2(a, k), db = distance2(b, k);
                        if (da >= r2 || db >= r2) continue;
                        double const rate = c.coefficient / std::pow(da * db, 3) * y[state(a, c.a_from)] *
                                            y[state(b, c.b_from)] * y[state(k, c.acceptor_from)];
                        fluxes[network.one_site.size() + network.pair.size() + m] += rate;
                        move(a, c.a_from, c.a_to, rate);
                        move(b, c.b_from, c.b_to, rate);
                        move(k, c.acceptor_from, c.acceptor_to, rate);
                    }
        }
    }
};

TEST(MicroscopicLimits, EveryChannelIsWhatItsDefinitionSays)
{
    Network const network = everything();
    Microscopic const engine(network);
    std::mt19937 random(3);
    for (int trial = 0; trial < 5; ++trial) {
        std::vector<double> y(engine.first_state().back());
        for (std::size_t i = 0; i < network.ions(); ++i) {
            double sum = 0;
            for (std::size_t k = engine.first_state()[i]; k < engine.first_state()[i + 1]; ++k)
                sum += y[k] = double(random()) / 4294967296.0;
            for (std::size_t k = engine.first_state()[i]; k < engine.first_state()[i + 1]; ++k) y[k] /= sum;
        }
        Definition const exact(network, engine, y, 2);
        auto const fluxes = engine.fluxes(y, std::vector{2.0});
        for (std::size_t m = 0; m < fluxes.size(); ++m) {
            EXPECT_GT(fluxes[m], 0) << m;
            EXPECT_NEAR(fluxes[m] / exact.fluxes[m], 1, 1e-12) << m;
        }
        auto const derivative = engine.derivative(y, std::vector{2.0});
        double scale = 0;
        for (double v : exact.derivative) scale = std::max(scale, std::abs(v));
        for (std::size_t k = 0; k < y.size(); ++k)
            EXPECT_NEAR(derivative[k], exact.derivative[k], 1e-12 * scale);
    }
}

// Newton's method converges, and implicit steps are taken with few factorisations, only where the derivatives by all
// populations are right: those of triples and of all laws too.
TEST(MicroscopicLimits, FindsWhereTimeLeads)
{
    Network const network = everything();
    Microscopic const engine(network);
    for (double irradiance : {0.01, 1.0, 1e3}) {
        std::vector const light{irradiance};
        auto const steady = engine.steady(light);
        EXPECT_LT(steady.residual, 1e-12);
        EXPECT_LT(steady.iterations, 25);
        PumpProgram const pump{.segments = {{.irradiance_W_per_cm2 = light}}};
        std::vector<double> last;
        auto const tally = engine.run(pump, {}, {.end_s = 1, .count_until_s = {1}}, {}, {}, &last);
        EXPECT_LT(tally.trials, 150);
        for (std::size_t k = 0; k < last.size(); ++k) EXPECT_NEAR(last[k] / steady.occupation[k], 1, 1e-6);
        // What happened is what changed.
        std::vector<double> change(network.classes());
        auto const klass = [&](SpeciesId s, LevelId l) { return network.first_class()[s.value] + l.value; };
        std::size_t m = 0;
        auto const count = [&](SpeciesId s, LevelId from, LevelId to) {
            change[klass(s, from)] -= tally.counts[m].mean();
            change[klass(s, to)] += tally.counts[m].mean();
        };
        for (auto const& c : network.one_site) {
            count(c.species, c.from, c.to);
            ++m;
        }
        for (auto const& c : network.pair) {
            count(c.donor, c.donor_from, c.donor_to);
            count(c.acceptor, c.acceptor_from, c.acceptor_to);
            ++m;
        }
        for (auto const& c : network.triple) {
            count(c.donor_a, c.a_from, c.a_to);
            count(c.donor_b, c.b_from, c.b_to);
            count(c.acceptor, c.acceptor_from, c.acceptor_to);
            ++m;
        }
        auto const amounts = engine.amounts(last), before = engine.amounts(engine.occupations_of({}));
        double events = 0;
        for (auto const& c : tally.counts) events = std::max(events, c.mean());
        for (std::size_t c = 0; c < change.size(); ++c)
            EXPECT_NEAR(before[c] + change[c], amounts[c], 1e-7 * events);
    }
}

// Hops between ions of one kind are linear even where ions block one another, since what is blocked cancels.
TEST(MicroscopicLimits, MigrationAndQuenchingAreExact)
{
    std::size_t const ions = 12;
    double const decay = 500, hop = 40, quench = 2e4;
    Network network = network_of({2}, scattered(ions, 1.6, 11), std::vector<std::uint32_t>(ions, 0));
    network.lasers = 1;
    network.one_site = {one_site(0, {1, 0}, decay), one_site(0, {0, 1}, 0, {1.0})};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, hop)};
    network.extra = {{{3}, 0, quench}};
    Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(ions, ions);
    for (std::size_t i = 0; i < ions; ++i) {
        rates(Eigen::Index(i), Eigen::Index(i)) -= decay + (i == 3 ? quench : 0);
        for (std::size_t j = 0; j < ions; ++j) {
            if (i == j) continue;
            Vec3 const d = network.position_nm[i] - network.position_nm[j];
            double const w = hop / std::pow(dot(d, d), 3);
            rates(Eigen::Index(j), Eigen::Index(i)) += w;
            rates(Eigen::Index(i), Eigen::Index(i)) -= w;
        }
    }
    Microscopic const engine(network);
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> const eigen(rates);
    InitialState start{.level = std::vector<LevelId>(ions, {0}), .excited = {}};
    start.level[0] = start.level[7] = {1};
    Eigen::VectorXd y0 = Eigen::VectorXd::Zero(ions);
    y0(0) = y0(7) = 1;
    for (double t : {1e-7, 1e-5, 1e-4, 1e-3, 5e-3}) {
        std::vector<double> last;
        engine.run({}, start, {.end_s = t}, {}, {}, &last);
        Eigen::VectorXd const exact = eigen.eigenvectors() *
                                      (eigen.eigenvalues().array() * t).exp().matrix().asDiagonal() *
                                      eigen.eigenvectors().transpose() * y0;
        for (std::size_t i = 0; i < ions; ++i)
            EXPECT_NEAR(last[2 * i + 1] / exact(Eigen::Index(i)), 1, 1e-7) << "ion " << i << " at " << t;
    }
    // With light that also blocks: (rates - pump) y = -pump.
    for (double pump : {1e-3, 1.0, 1e4}) {
        Eigen::MatrixXd const lit = rates - pump * Eigen::MatrixXd::Identity(ions, ions);
        Eigen::VectorXd const exact = lit.partialPivLu().solve(Eigen::VectorXd::Constant(ions, -pump));
        auto const steady = engine.steady(std::vector{pump});
        for (std::size_t i = 0; i < ions; ++i)
            EXPECT_NEAR(steady.occupation[2 * i + 1] / exact(Eigen::Index(i)), 1, 1e-11);
    }
}

TEST(MicroscopicLimits, DetailedBalanceLeadsToBoltzmann)
{
    double const kT = constants::boltzmann_per_cm_K * 300;
    std::vector const energy{0.0, 150.0, 420.0}, degeneracy{8.0, 4.0, 12.0};
    Network network = network_of({3, 3}, scattered(6, 1.2, 2), {0, 0, 1, 1, 0, 1});
    for (std::uint32_t s : {0u, 1u})
        for (std::uint32_t l : {0u, 1u}) {
            double const down = 1e3 * (s + 1) + 1e5 * l;
            double const up =
                down * degeneracy[l + 1] / degeneracy[l] * std::exp(-(energy[l + 1] - energy[l]) / kT);
            network.one_site.push_back(one_site(s, {l + 1, l}, down));
            network.one_site.push_back(one_site(s, {l, l + 1}, up));
        }
    double const down = 0.01, up = down * degeneracy[0] * degeneracy[2] / degeneracy[1] / degeneracy[1] *
                                   std::exp(-(energy[0] + energy[2] - 2 * energy[1]) / kT);
    for (std::uint32_t d : {0u, 1u})
        for (std::uint32_t a : {0u, 1u}) {
            network.pair.push_back(transfer(d, {1, 0}, a, {1, 2}, up));
            network.pair.push_back(transfer(a, {2, 1}, d, {0, 1}, down));
        }
    Microscopic const engine(network);
    double Z = 0;
    for (std::size_t l = 0; l < 3; ++l) Z += degeneracy[l] * std::exp(-energy[l] / kT);
    std::vector<double> last;
    engine.run({}, {.level = {{2}, {0}, {1}, {1}, {2}, {0}}, .excited = {}}, {.end_s = 1}, {}, {}, &last);
    auto const steady = engine.steady({});
    for (std::size_t k = 0; k < 18; ++k) {
        double const boltzmann = degeneracy[k % 3] * std::exp(-energy[k % 3] / kT) / Z;
        EXPECT_NEAR(steady.occupation[k] / boltzmann, 1, 1e-12);
        EXPECT_NEAR(last[k] / boltzmann, 1, 1e-7);
    }
}

TEST(MicroscopicLimits, NeitherOrderNorOrientationOfIonsMatters)
{
    Network const network = everything();
    Microscopic const engine(network);
    auto const steady = engine.steady(std::vector{1.0});
    std::size_t const ions = network.ions();

    Network reversed = network;
    std::ranges::reverse(reversed.position_nm);
    std::ranges::reverse(reversed.species_of);
    for (auto& e : reversed.extra) e.ion = {std::uint32_t(ions - 1 - e.ion.value)};
    Network turned = network;
    double const c = std::cos(0.7), s = std::sin(0.7);
    for (Vec3& p : turned.position_nm) {
        p = {c * p.x - s * p.y + 3, s * p.x + c * p.y - 1, p.z};
        p = {p.x, c * p.y - s * p.z, s * p.y + c * p.z};
    }
    Microscopic const other(reversed), third(turned);
    auto const back = other.steady(std::vector{1.0}), round = third.steady(std::vector{1.0});
    for (std::size_t i = 0; i < ions; ++i)
        for (std::size_t l = 0; l < network.levels_of(network.species_of[i]); ++l) {
            double const y = steady.occupation[engine.first_state()[i] + l];
            EXPECT_NEAR(back.occupation[other.first_state()[ions - 1 - i] + l] / y, 1, 1e-11);
            EXPECT_NEAR(round.occupation[third.first_state()[i] + l] / y, 1, 1e-11);
        }
}

TEST(MicroscopicLimits, AvalanchesAsTheMeanFieldDoes)
{
    // tests/validation/mean_field_test.cpp
    double const W1 = 100, W2 = 1000, b = 0.3, s = 2000, threshold = W1 * (W2 + s) / (s - (1 - b) * W2);
    Network network = network_of({3}, {{0, 0, 0}, {1, 0, 0}}, {0, 0});
    network.lasers = 2;
    network.one_site = {one_site(0, {1, 0}, W1), one_site(0, {2, 1}, b * W2),
                        one_site(0, {2, 0}, (1 - b) * W2), one_site(0, {0, 1}, 0, {1.0}),
                        one_site(0, {1, 2}, 0, {0.0, 1.0})};
    network.pair = {transfer(0, {2, 1}, 0, {0, 1}, s)};
    Microscopic const engine(network);
    MeanField const mean(network);
    for (double share : {0.5, 0.9, 1.1, 2.0, 10.0}) {
        std::vector const light{1e-6, share * threshold};
        auto const steady = engine.steady(light);
        auto const expected = mean.steady(light).amount;
        for (std::size_t k = 0; k < 6; ++k)
            EXPECT_NEAR(2 * steady.occupation[k] / expected[k % 3], 1, 1e-9) << share;
    }
}

TEST(MicroscopicLimits, LightOnAndOff)
{
    Microscopic const engine(everything());
    auto const dark = engine.steady(std::vector{0.0}), bright = engine.steady(std::vector{1e3});
    auto const back = engine.steady(std::vector{0.0}, bright);
    for (std::size_t k = 0; k < dark.occupation.size(); ++k)
        EXPECT_NEAR(back.occupation[k], dark.occupation[k], 1e-9 * dark.occupation[k]);
    // A delta pulse moves a share of each ion.
    auto const excited = engine.occupations_of(
        {.level = {}, .excited = {{.species = {0}, .from = {0}, .to = {2}, .probability = 0.25}}});
    PumpProgram const pulse{
        .segments = {},
        .pulses = {{.at_s = 0, .excite = {.species = {0}, .from = {0}, .to = {2}, .probability = 0.25}}}};
    std::vector<double> last;
    engine.run(pulse, {}, {.end_s = 0}, {}, {}, &last);
    EXPECT_EQ(last, excited);
    EXPECT_EQ(excited[2], 0.25);
}

TEST(MicroscopicLimits, ALevelThatNothingLeavesKeepsAll)
{
    Network network = network_of({3}, {{0, 0, 0}, {.5, 0, 0}}, {0, 0});
    network.one_site = {one_site(0, {0, 1}, 20), one_site(0, {1, 0}, 300), one_site(0, {1, 2}, 7)};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 5)};
    auto const steady = Microscopic(network).steady({});
    for (std::size_t i : {0u, 3u}) EXPECT_NEAR(steady.occupation[i + 2], 1, 1e-12);
}

TEST(MicroscopicLimits, RefusesWhatHasNoAnswer)
{
    // Two levels that nothing leaves: how much is in which depends on the start.
    Network trap = network_of({3}, {{0, 0, 0}}, {0});
    trap.one_site = {one_site(0, {0, 1}, 20), one_site(0, {0, 2}, 300)};
    EXPECT_THROW(Microscopic(trap).steady({}), NumericsError);
    // An excitation that never ends.
    Network ring = network_of({2}, {{0, 0, 0}, {.5, 0, 0}}, {0, 0});
    ring.pair = {transfer(0, {1, 0}, 0, {0, 1}, 5)};
    Microscopic const engine(ring);
    SiteSteadyState const half{.occupation = {0.5, 0.5, 0.5, 0.5}};
    try {
        engine.steady({}, half);
        ADD_FAILURE() << "found a steady state";
    }
    catch (NumericsError const& e) {
        EXPECT_NE(e.method.find("depends on the start"), std::string::npos) << e.method;
    }

    auto const problem = [](Network const& network) -> std::string {
        try {
            Microscopic const wrong(network);
        }
        catch (InputError const& e) {
            EXPECT_EQ(e.first().key, "network");
            return e.first().problem;
        }
        return "";
    };
    Network wrong = cluster_of_four();
    wrong.pair[1].coefficient = -1;
    EXPECT_NE(problem(wrong).find("pair channel 1"), std::string::npos);
    wrong = cluster_of_four();
    wrong.position_nm[2] = wrong.position_nm[1];
    EXPECT_NE(problem(wrong).find("ions 1 and 2"), std::string::npos);
    wrong = cluster_of_four();
    wrong.period_nm = {{4, 0, 0}, {0, 2.5, 0}, {0, 0, 4}};
    EXPECT_EQ(problem(wrong), "it repeats after 2.5 nm, within the 3 nm at which ions interact");
    wrong.period_nm[1].y = 3;
    EXPECT_EQ(problem(wrong), "");
    EXPECT_THROW(MonteCarlo{wrong}, InputError);
    wrong.period_nm.pop_back();
    EXPECT_EQ(problem(wrong), "2 period vectors, three are wanted");
    wrong.period_nm = {{4, 0, 0}, {0, 4, 0}, {4, 4, 0}};
    EXPECT_EQ(problem(wrong), "its period vectors span no volume");
}

}  // namespace
}  // namespace lanthorn
