#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/microscopic.hpp"
#include "lanthorn/luminescence/peer.hpp"
#include "lanthorn/study/assemble.hpp"

#include "support/csv.hpp"
#include "support/networks.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace lanthorn {
namespace {

void expect_populations(Microscopic const& engine, std::vector<double> const& occupation)
{
    auto const& first = engine.first_state();
    for (std::size_t i = 0; i + 1 < first.size(); ++i) {
        double sum = 0;
        for (std::size_t k = first[i]; k < first[i + 1]; ++k) {
            EXPECT_GE(occupation[k], 0);
            sum += occupation[k];
        }
        EXPECT_NEAR(sum, 1, 1e-12);
    }
}

// tests/data/npmc/yb10tm2: 81 Yb and 17 Tm, every two of which interact; populations from equations solved by another
// program, steady ones to 1e-12.
PeerJob ytterbium_thulium(std::string const& power)
{
    return peer_job_from(read_sqlite(test_data("npmc/yb10tm2/np_" + power + ".sqlite")),
                         read_sqlite(test_data("npmc/yb10tm2/initial_state.sqlite")), "np", "initial_state");
}

std::vector<std::string> const powers{"10", "1000", "100000"};

TEST(Microscopic, EveryIonOfAnotherProgramsParticleInItsSteadyState)
{
    auto const table = read_test_csv(test_data("npmc/yb10tm2/steady.csv"));
    auto const power = table.numbers("power_W_per_cm2"), site = table.numbers("site"),
               level = table.numbers("level"), expected = table.numbers("occupation");
    std::size_t compared = 0;
    for (auto const& at : powers) {
        Microscopic const engine(ytterbium_thulium(at).network);
        auto const steady = engine.steady({});
        EXPECT_LT(steady.residual, 1e-12);
        expect_populations(engine, steady.occupation);
        for (std::size_t r = 0; r < power.size(); ++r) {
            if (power[r] != std::stod(at)) continue;
            double const y =
                steady.occupation[engine.first_state()[std::size_t(site[r])] + std::size_t(level[r])];
            // 3P0 is never filled.
            if (expected[r] == 0)
                EXPECT_EQ(y, 0);
            else
                EXPECT_NEAR(y / expected[r], 1, 1e-9) << at << " site " << site[r] << " level " << level[r];
            ++compared;
        }
        // Continuation from it stays there.
        auto const again = engine.steady({}, steady);
        for (std::size_t k = 0; k < steady.occupation.size(); ++k)
            EXPECT_NEAR(again.occupation[k], steady.occupation[k], 1e-11 * steady.occupation[k]);
    }
    EXPECT_EQ(compared, 945u);
}

TEST(Microscopic, AnotherProgramsParticleInTime)
{
    auto const table = read_test_csv(test_data("npmc/yb10tm2/sums.csv"));
    auto const power = table.numbers("power_W_per_cm2"), time = table.numbers("time_s"),
               species = table.numbers("species"), level = table.numbers("level"),
               expected = table.numbers("ions");
    std::vector<double> const at_s{1e-4, 1e-3, 1e-2, 0.3};
    for (auto const& at : powers) {
        Microscopic const engine(ytterbium_thulium(at).network);
        std::vector<double> last;
        auto const tally = engine.run({}, {}, {.end_s = 0.3, .snapshot_at_s = at_s}, {}, {}, &last);
        expect_populations(engine, last);
        for (std::size_t r = 0; r < power.size(); ++r) {
            if (power[r] != std::stod(at)) continue;
            auto const t = std::size_t(std::ranges::find(at_s, time[r]) - at_s.begin());
            double const n = tally.snapshot[t * 11 + std::size_t(2 * species[r] + level[r])].mean();
            // Below 1e-15 ions the other program's tolerances tell: ours change by 4e-6 there from 1e-8 to 1e-11.
            EXPECT_NEAR(n, expected[r], (expected[r] > 1e-15 ? 1e-5 : 1e-4) * expected[r])
                << at << " W/cm^2, " << time[r] << " s, level " << level[r];
        }
        auto const steady = engine.steady({});
        for (std::size_t k = 0; k < last.size(); ++k)
            EXPECT_NEAR(last[k], steady.occupation[k], 1e-6 * steady.occupation[k]);
    }
}

// tests/data/exact: what these equations give for four ions, and what is true.
TEST(Microscopic, AClusterOfFourAsUncorrelatedEquationsHaveIt)
{
    auto const table = read_test_csv(test_data("exact/cluster4_exact_steady_state.csv"));
    std::map<std::string, std::string> value;
    for (std::size_t r = 0; r < table.texts("quantity").size(); ++r)
        value[table.texts("quantity")[r].substr(0, 8)] = table.texts("value")[r];
    auto const of = [&](std::string const& name) { return std::stod(value.at(name)); };
    Microscopic const engine(cluster_of_four());
    auto const y = engine.steady({}).occupation;
    std::vector<std::pair<std::string, double>> const rows{
        {"micro_S0", y[1]}, {"micro_S1", y[3]}, {"micro_S2", y[5]}, {"micro_A1", y[7]}, {"micro_A2", y[8]}};
    for (auto const& [name, seen] : rows) EXPECT_NEAR(seen / of(name), 1, 1e-9) << name;
    EXPECT_NEAR(y[8], 0.1856, 5e-5);
    EXPECT_NEAR(y[7], 0.0234, 5e-5);
    EXPECT_NEAR(y[1], 0.0159, 5e-5);
    EXPECT_GT(y[8] / of("P(A=2)"), 1.5);  // pairs are correlated
}

TEST(Microscopic, OverestimatesUpconversionOfAPairAsTheMeanFieldDoes)
{
    auto const table = read_test_csv(test_data("exact/pair_ETU_exact_vs_meanfield.csv"));
    auto const R = table.numbers("pump_R_s-1"), A1 = table.numbers("A1_s-1"), A2 = table.numbers("A2_s-1"),
               W = table.numbers("W_ETU_s-1"), n1 = table.numbers("mf_n1"),
               n2 = table.numbers("mean_field_n2_per_ion");
    for (std::size_t r = 0; r < R.size(); ++r) {
        Microscopic const engine(upconverting_pair(R[r], A1[r], A2[r], W[r]));
        auto const y = engine.steady({}).occupation;
        for (std::size_t i : {0u, 3u}) {
            EXPECT_NEAR(y[i + 1] / n1[r], 1, 1e-9);
            EXPECT_NEAR(y[i + 2] / n2[r], 1, 1e-9);
        }
    }
}

/// A crystal without end whose dopable sites all hold ions: every `activator`-th of species 1, or all of species 0.
Network full_lattice(std::string const& structure)
{
    std::vector<Vec3> places;
    std::vector<std::uint32_t> species;
    double radius_nm = 0;
    std::vector<Vec3> period;
    if (structure == "fluorite") {
        // Cations of CaF2 stand on a face-centred cube; in layers along one axis, every second of them of another kind.
        double const a = 0.5463;
        for (int x = 0; x < 2; ++x)
            for (int y = 0; y < 2; ++y)
                for (int z = 0; z < 2; ++z)
                    for (Vec3 p : {Vec3{0, 0, 0}, Vec3{0, .5, .5}, Vec3{.5, 0, .5}, Vec3{.5, .5, 0}}) {
                        places.push_back(Vec3{x + p.x, y + p.y, z + p.z} * a);
                        species.push_back(p.z == 0 ? 0 : 1);
                    }
        period = {Vec3{2 * a, 0, 0}, Vec3{0, 2 * a, 0}, Vec3{0, 0, 2 * a}};
        radius_nm = 1.05;
    }
    else {
        // Y of LiYF4, I4_1/a 4a, in half the cell's oblique vectors.
        double const a = 0.5164, c = 1.0741;
        for (int x = 0; x < 2; ++x)
            for (int y = 0; y < 2; ++y)
                for (Vec3 p : {Vec3{0, 0, 0}, Vec3{0, .5, .25}, Vec3{.5, .5, .5}, Vec3{.5, 0, .75}}) {
                    places.push_back({(x + p.x) * a, (y + p.y) * a, p.z * c});
                    species.push_back(0);
                }
        period = {Vec3{2 * a, 0, 0}, Vec3{0, 2 * a, 0}, Vec3{a, 0, c}};
        radius_nm = 1;
    }
    Network network = network_of({4, 4}, places, species, radius_nm);
    network.period_nm = period;
    network.lasers = 1;
    for (std::uint32_t s : {0u, 1u}) {
        network.one_site.insert(network.one_site.end(),
                                {one_site(s, {0, 1}, 0, {2.0 + s}), one_site(s, {1, 0}, 300, {1.0}),
                                 one_site(s, {2, 1}, 4000), one_site(s, {2, 0}, 700),
                                 one_site(s, {1, 2}, 0, {0.1}), one_site(s, {3, 0}, 2000),
                                 one_site(s, {3, 2}, 500)});
        for (std::uint32_t t : {0u, 1u})
            network.pair.insert(network.pair.end(),
                                {transfer(s, {1, 0}, t, {0, 1}, 9), transfer(s, {1, 0}, t, {1, 2}, 2),
                                 transfer(s, {1, 0}, t, {2, 3}, 3, DistanceLaw::inverse_eighth),
                                 transfer(s, {3, 2}, t, {0, 1}, 1)});
    }
    network.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 0, {0, 2}, 1e-3),
                      cooperation({0, {1, 0}}, {0, {2, 1}}, 0, {0, 3}, 2e-3)};
    network.triple_radius_nm = 0.6;
    return network;
}

TEST(Microscopic, IsTheMeanFieldWhereAllSitesAreEquivalent)
{
    for (std::string const structure : {"fluorite", "LiYF4"}) {
        Network const network = full_lattice(structure);
        Microscopic const engine(network);
        MeanField const mean(network);
        SiteSteadyState near;
        for (double irradiance : {0.1, 10.0, 1e3, 1e5}) {
            std::vector const light{irradiance};
            near = near.occupation.empty() ? engine.steady(light) : engine.steady(light, near);
            auto const expected = mean.steady(light).amount;
            auto const amounts = engine.amounts(near.occupation);
            std::vector<double> ions{0, 0};
            for (SpeciesId s : network.species_of) ++ions[s.value];
            for (std::size_t i = 0; i < network.ions(); ++i)
                for (std::size_t l = 0; l < 4; ++l) {
                    std::uint32_t const s = network.species_of[i].value;
                    EXPECT_NEAR(near.occupation[4 * i + l] / (expected[4 * s + l] / ions[s]), 1, 1e-9)
                        << structure << " at " << irradiance;
                }
            auto const fluxes = engine.fluxes(near.occupation, light);
            auto const expected_fluxes = mean.system().fluxes(expected, light);
            for (std::size_t m = 0; m < fluxes.size(); ++m)
                EXPECT_NEAR(fluxes[m], expected_fluxes[m], 1e-9 * expected_fluxes[m]) << m;
        }
        // In time too.
        PumpProgram const pump{
            .segments = {{.duration_s = 1e-3, .irradiance_W_per_cm2 = {50}}, {.irradiance_W_per_cm2 = {0}}}};
        ObservablePlan const plan{.end_s = 2e-3,
                                  .snapshot_at_s = {1e-3, 2e-3},
                                  .count_until_s = {2e-3},
                                  .window_edges_s = {0, 2e-3}};
        auto const ours = engine.run(pump, {}, plan), theirs = mean.run(pump, {}, plan);
        auto const compare = [](auto const& a, auto const& b) {
            ASSERT_EQ(a.size(), b.size());
            for (std::size_t k = 0; k < a.size(); ++k)
                EXPECT_NEAR(a[k].mean(), b[k].mean(), 1e-7 * std::abs(b[k].mean()) + 1e-20);
        };
        compare(ours.snapshot, theirs.snapshot);
        compare(ours.counts, theirs.counts);
        compare(ours.occupation, theirs.occupation);
    }
}

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

TEST(Microscopic, AccountsForEnergyAndIons)
{
    Microscopic const engine(small_particle());
    SiteSteadyState near;
    for (double irradiance : {0.01, 1.0, 100.0, 1e4, 1e6}) {
        std::vector const light{irradiance};
        auto const steady = engine.steady(light);
        expect_populations(engine, steady.occupation);
        EXPECT_LT(steady.residual, 1e-12);
        auto const flow = energy_flow(engine.network(), engine.fluxes(steady.occupation, light));
        EXPECT_GT(flow.emitted_W, 0);
        EXPECT_LT(std::abs(flow.residual()), 1e-10);
        EXPECT_LT(std::abs(flow.stored_W / flow.absorbed_W), 1e-10);
        if (!near.occupation.empty()) {
            auto const followed = engine.steady(light, near);
            for (std::size_t k = 0; k < followed.occupation.size(); ++k)
                EXPECT_NEAR(followed.occupation[k], steady.occupation[k], 1e-9 * steady.occupation[k]);
        }
        near = steady;
    }
}

TEST(Microscopic, ARealParticleInTheDarkIsInEquilibrium)
{
    Network network = small_particle("\n[temperature]\nvalue = \"1000 K\"\n");
    network.extra.clear();
    std::erase_if(network.one_site, [](auto const& c) { return !c.detailed_balance; });
    std::erase_if(network.pair, [](auto const& c) { return !c.detailed_balance; });
    Microscopic const engine(network);
    MeanField const mean(network);
    auto const expected = mean.steady(std::vector{0.0}).amount;
    auto const steady = engine.steady(std::vector{0.0});
    expect_populations(engine, steady.occupation);
    std::vector<double> ions(network.species.size());
    for (SpeciesId s : network.species_of) ++ions[s.value];
    // Whatever stands around them, all ions of a species are alike.
    for (std::size_t i = 0; i < network.ions(); ++i) {
        std::size_t const s = network.species_of[i].value, first = network.first_class()[s];
        for (std::size_t l = 0; l < network.levels_of({std::uint32_t(s)}); ++l)
            EXPECT_NEAR(steady.occupation[engine.first_state()[i] + l] / (expected[first + l] / ions[s]), 1,
                        1e-8);
    }
}

// Most of Tm excited, so that ions answer their neighbours with more than they get.
TEST(Microscopic, FindsItsWayWhereNearlyAllIsExcited)
{
    std::vector<Finding> warnings;
    Microscopic const engine(assemble(recipe_from(parse_toml(R"(
[crystal]
host = "beta-NaYF4"
diameter = "4 nm"
dopants = { Tm = 0.2 }

[[excitation]]
wavelength = "1064 nm"
irradiance = "1 W/cm^2"
)",
                                                             "test.toml"),
                                                  warnings))
                                 .network);
    auto const dimmer = engine.steady(std::vector{1e6}), bright = engine.steady(std::vector{1e8});
    auto const followed = engine.steady(std::vector{1e8}, dimmer);
    expect_populations(engine, bright.occupation);
    EXPECT_LT(bright.residual, 1e-12);
    EXPECT_LT(engine.amounts(bright.occupation)[0], 0.2 * double(engine.network().ions()));
    for (std::size_t k = 0; k < bright.occupation.size(); ++k)
        EXPECT_NEAR(followed.occupation[k], bright.occupation[k], 1e-9 * bright.occupation[k]);
}

}  // namespace
}  // namespace lanthorn
