#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/luminescence/layers.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/study/assemble.hpp"

#include "support/csv.hpp"
#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace lanthorn {
namespace {

Network small_particle(char const* more = "")
{
    std::string const recipe = std::string(R"(
[crystal]
host = "beta-NaYF4"
diameter = "3 nm"
dopants = { Yb = 0.2, Er = 0.1 }
)") + more + R"(
[[excitation]]
wavelength = "980 nm"
irradiance = "100 W/cm^2"
)";
    std::vector<Finding> warnings;
    return assemble(recipe_from(parse_toml(recipe, "test.toml"), warnings)).network;
}

void expect_conserved(MeanField const& engine, std::vector<double> const& amount)
{
    for (std::size_t g = 0; g < engine.system().groups(); ++g) {
        double sum = 0;
        for (std::size_t c = engine.system().first_class()[g]; c < engine.system().first_class()[g + 1];
             ++c) {
            EXPECT_GE(amount[c], 0);
            sum += amount[c];
        }
        EXPECT_NEAR(sum / engine.system().total()[g], 1, 1e-10);
    }
}

// tests/data/exact: two ions, upconversion on both with W each; the file's column of mean field.
TEST(MeanField, OverestimatesUpconversionOfAPairAsItDoes)
{
    auto const table = read_test_csv(test_data("exact/pair_ETU_exact_vs_meanfield.csv"));
    auto const R = table.numbers("pump_R_s-1"), A1 = table.numbers("A1_s-1"), A2 = table.numbers("A2_s-1"),
               W = table.numbers("W_ETU_s-1"), n1 = table.numbers("mf_n1"),
               n2 = table.numbers("mean_field_n2_per_ion"), exact = table.numbers("exact_P2_per_ion");
    double worst = 0;
    for (std::size_t i = 0; i < R.size(); ++i) {
        MeanField const engine(upconverting_pair(R[i], A1[i], A2[i], W[i]));
        auto const steady = engine.steady({});
        expect_conserved(engine, steady.amount);
        EXPECT_NEAR(steady.amount[1] / 2 / n1[i], 1, 1e-9);
        EXPECT_NEAR(steady.amount[2] / 2 / n2[i], 1, 1e-9);
        worst = std::max(worst, steady.amount[2] / 2 / exact[i]);
    }
    EXPECT_GT(worst, 170);
}

TEST(MeanField, TwoLevelsSaturateAtTheirDegeneracies)
{
    Network network = network_of({2}, {{0, 0, 0}}, {0});
    double const tau_s = 1e-3, s = 0.5;
    network.lasers = 1;
    network.one_site = {one_site(0, {1, 0}, 1 / tau_s), one_site(0, {0, 1}, 0, {s}),
                        one_site(0, {1, 0}, 0, {s * 8 / 6})};
    MeanField const engine(network);
    for (double irradiance : {1e-3, 1.0, 1e3, 1e6}) {
        double const R = s * irradiance;
        auto const steady = engine.steady(std::vector{irradiance});
        EXPECT_NEAR(steady.amount[1] / (R / (R * (1 + 8.0 / 6) + 1 / tau_s)), 1, 1e-12);
    }
    EXPECT_NEAR(engine.steady(std::vector{1e12}).amount[1], 6.0 / 14, 1e-8);
    EXPECT_EQ(engine.steady(std::vector{0.0}).amount, (std::vector{1.0, 0.0}));
    // What is left at one irradiance is a start for another, also for none.
    auto const bright = engine.steady(std::vector{1e3});
    EXPECT_LT(engine.steady(std::vector{0.0}, bright).amount[1], 1e-12);
}

/// Three levels under an avalanche: R1 on the ground level, R2 on level 1, cross relaxation s of level 2.
struct Avalanche {
    double W1 = 100, W2 = 1000, b = 0.3, s = 2000;

    Network network() const
    {
        Network network = network_of({3}, {{0, 0, 0}, {1, 0, 0}}, {0, 0});
        network.lasers = 2;
        network.one_site = {one_site(0, {1, 0}, W1), one_site(0, {2, 1}, b * W2),
                            one_site(0, {2, 0}, (1 - b) * W2), one_site(0, {0, 1}, 0, {1.0}),
                            one_site(0, {1, 2}, 0, {0.0, 1.0})};
        // 2 + 0 -> 1 + 1 at s per ion in level 2 with both ions below: P N_0/N^2 = 1 at a distance of 1 nm.
        network.pair = {transfer(0, {2, 1}, 0, {0, 1}, s)};
        return network;
    }
    double threshold() const { return W1 * (W2 + s) / (s - (1 - b) * W2); }
};

TEST(MeanField, AvalancheBeginsAtItsThreshold)
{
    Avalanche const avalanche;
    MeanField const engine(avalanche.network());
    for (double const share : {0.9, 1.1}) {
        std::vector const light{0.0, share * avalanche.threshold()};
        auto const dark = engine.system().ground();
        auto const rates = relaxation_rates(engine.system(), light, dark);
        ASSERT_EQ(rates.size(), 2u);
        EXPECT_EQ(rates[0].real() > 0, share > 1);
        EXPECT_LT(rates[1].real(), 0);
    }
    // With next to no ground-state absorption the upper level rises by orders of magnitude across the threshold.
    double before = 0, steepest = 0;
    auto steady = engine.steady(std::vector{1e-6, 0.5 * avalanche.threshold()});
    for (double share = 0.5; share < 2; share *= 1.02) {
        std::vector const light{1e-6, share * avalanche.threshold()};
        steady = engine.steady(light, steady);
        EXPECT_LT(steady.residual, 1e-12);
        EXPECT_LT(relaxation_rates(engine.system(), light, steady.amount)[0].real(), 0);
        auto const cold = engine.steady(light);
        EXPECT_NEAR(cold.amount[2] / steady.amount[2], 1, 1e-8);
        if (before > 0) steepest = std::max(steepest, std::log(steady.amount[2] / before) / std::log(1.02));
        before = steady.amount[2];
    }
    EXPECT_GT(steepest, 50);
}

TEST(MeanField, DetailedBalanceLeadsToBoltzmann)
{
    double const kT = constants::boltzmann_per_cm_K * 300;
    std::vector const energy{0.0, 150.0, 420.0}, degeneracy{8.0, 4.0, 12.0};
    Network network = network_of({3, 3}, {{0, 0, 0}, {.4, 0, 0}, {0, .5, 0}, {.4, .5, .3}}, {0, 0, 1, 1});
    for (std::uint32_t s : {0u, 1u})
        for (std::uint32_t l : {0u, 1u}) {
            double const down = 1e3 * (s + 1) + 1e5 * l;
            double const up =
                down * degeneracy[l + 1] / degeneracy[l] * std::exp(-(energy[l + 1] - energy[l]) / kT);
            network.one_site.push_back(one_site(s, {l + 1, l}, down));
            network.one_site.push_back(one_site(s, {l, l + 1}, up));
        }
    // 1 -> 0 against 1 -> 2: uphill by 120 / cm
    double const down = 0.01, up = down * degeneracy[0] * degeneracy[2] / degeneracy[1] / degeneracy[1] *
                                   std::exp(-(energy[0] + energy[2] - 2 * energy[1]) / kT);
    for (std::uint32_t d : {0u, 1u})
        for (std::uint32_t a : {0u, 1u}) {
            network.pair.push_back(transfer(d, {1, 0}, a, {1, 2}, up));
            network.pair.push_back(transfer(a, {2, 1}, d, {0, 1}, down));
        }
    MeanField const engine(network);
    auto const steady = engine.steady({});
    double Z = 0;
    for (std::size_t l = 0; l < 3; ++l) Z += degeneracy[l] * std::exp(-energy[l] / kT);
    for (std::size_t c = 0; c < 6; ++c)
        EXPECT_NEAR(steady.amount[c] / (2 * degeneracy[c % 3] * std::exp(-energy[c % 3] / kT) / Z), 1, 1e-12);
    // From an arbitrary start too.
    InitialState const start{.level = {{2}, {0}, {1}, {1}}};
    ObservablePlan const plan{.end_s = 1, .snapshot_at_s = {1}};
    auto const tally = engine.run({}, start, plan);
    for (std::size_t c = 0; c < 6; ++c) EXPECT_NEAR(tally.snapshot[c].mean() / steady.amount[c], 1, 1e-7);
}

// Where only what has a way back in exact detailed balance is left of a real particle, nothing flows.
TEST(MeanField, ARealParticleInTheDarkIsInEquilibrium)
{
    Network network = small_particle("\n[temperature]\nvalue = \"1000 K\"\n");
    network.extra.clear();  // sinks
    std::erase_if(network.one_site, [](auto const& c) { return !c.detailed_balance; });
    std::erase_if(network.pair, [](auto const& c) { return !c.detailed_balance; });
    MeanField const engine(network);
    auto const steady = engine.steady(std::vector{0.0});
    expect_conserved(engine, steady.amount);
    EXPECT_LT(steady.residual, 1e-12);
    auto const flux = engine.system().fluxes(steady.amount, std::vector{0.0});
    std::map<std::vector<std::uint32_t>, double> net;  // of each process less its reverse, over the flow
    std::map<std::vector<std::uint32_t>, double> flow;
    for (std::size_t m = 0; m < flux.size(); ++m) {
        auto const& term = engine.system().terms()[m];
        auto from = term.from, to = term.to;
        std::ranges::sort(from);
        std::ranges::sort(to);
        if (from == to) continue;
        bool const forward = from < to;
        auto key = forward ? from : to;
        key.insert(key.end(), (forward ? to : from).begin(), (forward ? to : from).end());
        net[key] += forward ? flux[m] : -flux[m];
        flow[key] += flux[m];
    }
    EXPECT_GT(flow.size(), 100u);
    for (std::size_t c = 0; c < steady.amount.size(); ++c)
        EXPECT_GT(steady.amount[c], 0) << network.class_name(c);
    for (auto const& [key, sum] : net) EXPECT_LE(std::abs(sum), 1e-8 * flow[key]);
}

TEST(MeanField, AccountsForEnergyAndIons)
{
    MeanField const engine(small_particle());
    Network const& network = engine.network();
    for (double irradiance : {0.01, 1.0, 100.0, 1e4, 1e6}) {
        std::vector const light{irradiance};
        auto const steady = engine.steady(light);
        expect_conserved(engine, steady.amount);
        EXPECT_LT(steady.residual, 1e-12);
        auto const flow = energy_flow(network, engine.system().fluxes(steady.amount, light));
        EXPECT_GT(flow.absorbed_W, 0);
        EXPECT_GT(flow.emitted_W, 0);
        EXPECT_LT(std::abs(flow.residual()), 1e-10);
        EXPECT_LT(std::abs(flow.stored_W / flow.absorbed_W), 1e-10);
        EXPECT_LT(relaxation_rates(engine.system(), light, steady.amount)[0].real(), 0);
    }
    // Of any state at all: what comes in is stored, emitted or heat.
    std::vector<double> any = engine.system().ground();
    for (std::size_t c = 0; c < any.size(); ++c) any[c] = 1.0 + double(c % 7);
    auto const flow = energy_flow(network, engine.system().fluxes(any, std::vector{100.0}));
    EXPECT_LT(std::abs(flow.residual()), 1e-10 * std::abs(flow.stored_W / flow.absorbed_W));
    std::vector<double> change(any.size());
    engine.system().at(std::vector{100.0}).derivative(any, change);
    double scale = 0, sum = 0;
    for (double v : change) {
        scale += std::abs(v);
        sum += v;
    }
    EXPECT_LT(std::abs(sum), 1e-12 * scale);
}

TEST(MeanField, JacobianIsTheDerivative)
{
    MeanField const engine(small_particle());
    auto const equations = engine.system().at(std::vector{1e3});
    std::size_t const n = equations.size();
    std::vector<double> x(n), up(n), down(n), f_up(n), f_down(n);
    for (std::size_t c = 0; c < n; ++c) x[c] = 0.5 + double((7 * c) % 5);
    Matrix j;
    equations.jacobian(x, j);
    for (std::size_t c = 0; c < n; ++c) {
        up = down = x;
        up[c] += 1e-3;
        down[c] -= 1e-3;
        equations.derivative(up, f_up);
        equations.derivative(down, f_down);
        double scale = 0;
        for (std::size_t i = 0; i < n; ++i) scale = std::max(scale, std::abs(j(i, c)));
        for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR((f_up[i] - f_down[i]) / 2e-3, j(i, c), 1e-5 * scale);
    }
}

TEST(MeanField, LayersLoseNothing)
{
    Network network = small_particle();
    std::vector<double> depth;
    for (Vec3 p : network.position_nm) depth.push_back(1.5 - norm(p));
    network.extra = {{{0}, 0, 50.0}, {{5}, 0, 100.0}};
    // Extra rates are of the ion's own species.
    for (auto& extra : network.extra)
        for (std::size_t m = 0; m < network.one_site.size(); ++m)
            if (network.one_site[m].species == network.species_of[extra.ion.value]) extra.channel = m;
    TripleChannel triple{};
    triple.coefficient = 1e-3;
    triple.a_from = triple.b_from = {1};
    triple.acceptor = {1};
    triple.acceptor_to = {3};
    if (network.species[0].name == "Er") std::swap(triple.acceptor, triple.donor_a);
    triple.donor_b = triple.donor_a;
    network.triple = {triple};
    Network const split = layered(network, depth, 4);
    EXPECT_EQ(split.species.size(), 8u);
    EXPECT_EQ(split.species[0].region, network.species[0].region + " layer 1");
    std::vector<double> ions(8), mean_depth(8);
    for (std::size_t i = 0; i < split.ions(); ++i) {
        ++ions[split.species_of[i].value];
        mean_depth[split.species_of[i].value] += depth[i];
    }
    for (std::size_t s = 0; s < 8; ++s) {
        mean_depth[s] /= ions[s];
        if (s % 4 != 0) {
            EXPECT_GT(mean_depth[s], mean_depth[s - 1]);
        }
    }
    // Sums over layers are those of the whole, so the same state changes at the same speed.
    MeanField const whole(network), layers(split);
    auto const fold = [&](std::vector<double> const& n) {
        std::vector<double> sum(whole.system().size());
        for (std::size_t s = 0; s < 8; ++s)
            for (std::size_t l = 0; l < split.levels_of({std::uint32_t(s)}); ++l)
                sum[whole.system().first_class()[s / 4] + l] += n[layers.system().first_class()[s] + l];
        return sum;
    };
    std::vector<double> even(layers.system().size());
    for (std::size_t s = 0; s < 8; ++s) {
        std::size_t const levels = split.levels_of({std::uint32_t(s)});
        for (std::size_t l = 0; l < levels; ++l)
            even[layers.system().first_class()[s] + l] = ions[s] / double(levels);
    }
    std::vector const light{100.0};
    std::vector<double> change(even.size()), expected(whole.system().size());
    layers.system().at(light).derivative(even, change);
    whole.system().at(light).derivative(fold(even), expected);
    double scale = 0;
    for (double v : expected) scale = std::max(scale, std::abs(v));
    auto const folded = fold(change);
    for (std::size_t c = 0; c < expected.size(); ++c) EXPECT_NEAR(folded[c], expected[c], 1e-10 * scale);
    expect_conserved(layers, layers.steady(light).amount);
}

TEST(MeanField, TriplesCountEachPairOfLikeDonorsOnce)
{
    // Two donors and an acceptor in a row: rate C / (d^6 d^6), one event per second for both donors excited.
    Network network = network_of({2, 2}, {{-.5, 0, 0}, {.5, 0, 0}, {0, 0, 0}}, {0, 0, 1});
    TripleChannel triple{};
    triple.acceptor = {1};
    triple.a_from = triple.b_from = {1};
    triple.acceptor_to = {1};
    triple.coefficient = std::pow(.5, 12);
    network.triple = {triple};
    network.triple_radius_nm = 0.6;
    MeanField const engine(network);
    auto const flux = engine.system().fluxes(std::vector{0.0, 2.0, 1.0, 0.0}, {});
    ASSERT_EQ(flux.size(), 1u);
    EXPECT_NEAR(flux[0], 1, 1e-12);
}

TEST(MeanField, RefusesAStateThatDependsOnTheStart)
{
    Network network = network_of({3}, {{0, 0, 0}}, {0});
    network.one_site = {one_site(0, {0, 1}, 1), one_site(0, {0, 2}, 1)};  // two traps
    EXPECT_THROW(MeanField(network).steady({}), NumericsError);
}

TEST(MeanField, PulsesAndSwitchesAreMetExactly)
{
    Network network = network_of({2}, {{0, 0, 0}}, {0});
    network.lasers = 1;
    double const k = 1e3, s = 10;
    network.one_site = {one_site(0, {1, 0}, k), one_site(0, {0, 1}, 0, {s})};
    MeanField const engine(network);
    double const on = 1e-3, off = 3e-3, light = 50;
    PumpProgram pump{.segments = {{on, {light}}, {off, {0.0}}}, .repeats = true};
    pump.pulses = {{2e-3, {{0}, {0}, {1}, 0.25}}};
    ObservablePlan plan{.end_s = 5e-3, .snapshot_at_s = {1e-3, 2e-3, 2.5e-3, 4e-3, 5e-3}};
    plan.window_edges_s = {0, 1e-3, 2e-3};
    plan.count_until_s = {1e-3, 5e-3};
    plan.observables = {{"light", "1/s", {{1, k}}, {}}, {"decays", "1/s", {}, {{0, 1.0}}}};
    auto const tally = engine.run(pump, {}, plan);
    double const rate = k + s * light, top = s * light / rate;
    auto const upper = [&](std::size_t i) { return tally.snapshot[2 * i + 1].mean(); };
    double const at_1 = top * (1 - std::exp(-rate * on)), at_2 = at_1 * std::exp(-k * 1e-3);
    double const kicked = at_2 + 0.25 * (1 - at_2), at_4 = kicked * std::exp(-k * 2e-3);
    EXPECT_NEAR(upper(0), at_1, 1e-8);
    EXPECT_NEAR(upper(1), at_2, 1e-8);
    EXPECT_NEAR(upper(2), kicked * std::exp(-k * 0.5e-3), 1e-8);
    EXPECT_NEAR(upper(3), at_4, 1e-8);
    EXPECT_NEAR(upper(4), top + (at_4 - top) * std::exp(-rate * on), 1e-8);
    double const first = (top - at_1 / (rate * on));  // mean over the first window
    EXPECT_NEAR(tally.occupation[1].mean(), first, 1e-8);
    EXPECT_NEAR(tally.observables[0].mean(0), k * first, 1e-5);
    EXPECT_NEAR(tally.observables[0].mean(1), tally.observables[0].mean(0), 1e-8);
    EXPECT_NEAR(tally.occupation[3].mean(), at_1 * (1 - std::exp(-1.0)), 1e-8);
    EXPECT_NEAR(tally.counts[0].mean(), k * first * on, 1e-8);
    EXPECT_EQ(tally.counts[0].count(), 1);
    EXPECT_EQ(tally.counts[0].variance(), 0);

    PumpProgram const train{.segments = {{on, {light}}, {off, {0.0}}}, .repeats = true};
    auto const periodic = periodic_state(engine.system(), train, engine.system().ground(), 1e-9);
    // x = (top + (x - top) e^-a) e^-b
    double const a = std::exp(-rate * on), b = std::exp(-k * off);
    EXPECT_NEAR(periodic.amount[1], top * (1 - a) * b / (1 - a * b), 1e-8);
}

TEST(MeanField, PeriodicStateOfAParticle)
{
    MeanField const engine(small_particle());
    PumpProgram const train{.segments = {{1e-4, {1e5}}, {4e-4, {0.0}}}, .repeats = true};
    auto const periodic = periodic_state(engine.system(), train, engine.system().ground());
    EXPECT_LT(periodic.residual, 1e-6);
    // The slowest level lives for ten milliseconds, so plain repetition would take some 300 periods.
    EXPECT_LT(periodic.periods, 60);
    expect_conserved(engine, periodic.amount);
}

}  // namespace
}  // namespace lanthorn
