#include "lanthorn/base/constants.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/manifolds.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/microscopic.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/gallery.hpp"
#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace lanthorn;

namespace {

HostOptics host() { return host_optics_from(library_document("hosts/beta-NaYF4.toml")); }

/// Six ions of one kind that exchange energy, with every process that has a way back.
Network in_the_dark(Ion const& ion, HostOptics const& optics, double temperature_K)
{
    Network network;
    Manifolds const manifolds(ion, optics, temperature_K);
    Species species{.name = ion.symbol};
    for (std::uint32_t l = 0; l < ion.levels.size(); ++l) {
        species.levels.push_back(ion.levels[l].label);
        species.energy_per_cm.push_back(manifolds.energy_per_cm({l}));
    }
    network.species = {species};
    for (int i = 0; i < 6; ++i) {
        network.position_nm.push_back({0.9 * (i % 3), 0.9 * (i / 3), 0.1 * i});
        network.species_of.push_back({0});
    }
    RateConditions const conditions{.temperature_K = temperature_K};
    for (auto& channel : one_site_channels({0}, ion, optics, conditions))
        if (channel.detailed_balance) network.one_site.push_back(std::move(channel));
    for (auto& channel : pair_channels({0}, ion, optics, {0}, ion, optics, conditions))
        if (channel.detailed_balance) network.pair.push_back(std::move(channel));
    return network;
}

std::vector<double> boltzmann(Ion const& ion, HostOptics const& optics, double temperature_K)
{
    Manifolds const manifolds(ion, optics, temperature_K);
    std::vector<double> p;
    double Z = 0;
    for (std::uint32_t l = 0; l < ion.levels.size(); ++l) {
        p.push_back(manifolds.degeneracy({l}) * std::exp(-manifolds.free_energy_per_cm({l}) /
                                                         (constants::boltzmann_per_cm_K * temperature_K)));
        Z += p.back();
    }
    for (double& x : p) x /= Z;
    return p;
}

/// How often each level is found at the end of many trajectories that all began in the dark's ground state. In
/// equilibrium ions are independent of one another, so that all six of a trajectory are draws.
std::vector<std::int64_t> found(Network const& network, double time_s, std::uint64_t trajectories)
{
    Tally const tally = run(network, {}, {}, {.end_s = time_s, .snapshot_at_s = {time_s}},
                            {.seed = {test_seed()}, .first = 0, .count = trajectories});
    std::vector<std::int64_t> count;
    for (auto const& moments : tally.snapshot)
        count.push_back(std::llround(moments.mean() * double(trajectories)));
    return count;
}

Ion ladder()
{
    Ion ion{.symbol = "X", .f_electrons = 3};
    char const* const names[] = {"L0", "L1", "L2", "L3", "L4"};
    double const J[] = {4.5, 0.5, 2.5, 1.5, 3.5};
    for (std::uint32_t l = 0; l < 5; ++l)
        ion.levels.push_back({.label = names[l], .J = J[l], .energy_per_cm = {.value = 210.0 * l}});
    for (std::uint32_t u = 1; u < 5; ++u)
        for (std::uint32_t l = 0; l < u; ++l)
            ion.transitions.push_back({.upper = {u}, .lower = {l}, .U2 = 0.3, .U4 = 0.2, .U6 = 0.1});
    ion.r2_cm2 = Sourced<double>{.value = 2e-17};
    return ion;
}

}  // namespace

// Gaps of about kT, phonons and transfer at once.
TEST(Boltzmann, IsReachedOnALadder)
{
    HostOptics optics = host();
    optics.judd_ofelt["X"] = {.omega_cm2 = {1e-20, 1e-20, 1e-20}};
    double const T = 300;
    Network const network = in_the_dark(ladder(), optics, T);
    EXPECT_GT(network.pair.size(), 60u);
    auto const count = found(network, 2e-6, 8000);
    EXPECT_GT(p_of_cells(count, boltzmann(ladder(), optics, T)), false_alarm);
    // Five per cent of the temperature would be seen.
    EXPECT_LT(p_of_cells(count, boltzmann(ladder(), optics, 1.05 * T)), false_alarm);
    // Without the transfer the answer is the same.
    Network phonons = network;
    phonons.pair.clear();
    EXPECT_GT(p_of_cells(found(phonons, 2e-6, 8000), boltzmann(ladder(), optics, T)), false_alarm);
}

// Stark components move the equilibrium, by the partition functions of the multiplets.
TEST(Boltzmann, CountsStarkComponents)
{
    HostOptics optics = host();
    optics.judd_ofelt["X"] = {.omega_cm2 = {1e-20, 1e-20, 1e-20}};
    HostOptics resolved = optics;
    resolved.stark.push_back({"X", "L0", {0, 50, 100, 250, 600}, {}});
    resolved.stark.push_back({"X", "L1", {410}, {}});
    resolved.stark.push_back({"X", "L2", {500, 620, 740}, {}});
    resolved.stark.push_back({"X", "L3", {800, 860}, {}});
    resolved.stark.push_back({"X", "L4", {950, 1000, 1100, 1200}, {}});
    auto const count = found(in_the_dark(ladder(), resolved, 300), 2e-6, 8000);
    EXPECT_GT(p_of_cells(count, boltzmann(ladder(), resolved, 300)), false_alarm);
    EXPECT_LT(p_of_cells(count, boltzmann(ladder(), optics, 300)), false_alarm);
}

// A real ion, hot enough that its levels are filled: up to 4F9/2, 15 000 1/cm.
TEST(Boltzmann, IsReachedByErbiumAt5000K)
{
    Ion const er = truncated(ion_from(library_document("ions/Er.toml")), 5, 1e9).ion;
    Network network = in_the_dark(er, host(), 5000);
    network.pair.clear();       // their law has lost its meaning here: it grows with what phonons are given
    double slowest = INFINITY;  // way down
    for (auto const& c : network.one_site)
        if (c.to < c.from) slowest = std::min(slowest, c.k0_per_s);
    auto const count = found(network, 20 / slowest, 1000);
    EXPECT_GT(p_of_cells(count, boltzmann(er, host(), 5000)), false_alarm);
    EXPECT_LT(p_of_cells(count, boltzmann(er, host(), 4000)), false_alarm);
}

// Phonons, photons and transfer in detailed balance, from the ground level; all engines, at three temperatures.
TEST(Gallery, Boltzmann)
{
    HostOptics optics = host();
    optics.judd_ofelt["X"] = {.omega_cm2 = {1e-20, 1e-20, 1e-20}};
    Figure figure("boltzmann", "A ladder of five levels in the dark", {.label = "energy / cm⁻¹"},
                  {.label = "population of one state, n / g", .log = true});
    Ion const ion = ladder();
    double const J[] = {4.5, 0.5, 2.5, 1.5, 3.5};
    for (double T : {150.0, 300.0, 600.0}) {
        auto const exact = boltzmann(ion, optics, T);
        std::vector<double> const energy = spaced(-30, 870, 2);
        std::vector<double> line;
        for (double E : energy)
            line.push_back(exact[0] / 10 * std::exp(-E / (constants::boltzmann_per_cm_K * T)));
        figure.curve("exp(-E/kT) / Z, " + std::to_string(int(T)) + " K", energy, line);
        Network const network = in_the_dark(ion, optics, T);
        std::uint64_t const trajectories = 5000;
        auto const count = found(network, 2e-6, trajectories);
        EXPECT_GT(p_of_cells(count, exact), false_alarm) << T;
        MeanField const engine(network);
        auto const steady = engine.steady({});
        Microscopic const sites(network);
        auto const each = sites.amounts(sites.steady({}).occupation);
        Figure::Points drawn, averaged, of_sites;
        double const n = 6.0 * double(trajectories);
        for (std::size_t l = 0; l < 5; ++l) {
            double const E = 210.0 * double(l), g = 2 * J[l] + 1;
            if (count[l] > 0)
                drawn.add(E, double(count[l]) / n / g, std::sqrt(exact[l] * (1 - exact[l]) / n) / g,
                          exact[l] / g);
            averaged.add(E, steady.amount[l] / 6 / g, 0, exact[l] / g);
            of_sites.add(E, each[l] / 6 / g, 0, exact[l] / g);
        }
        EXPECT_LT(averaged.largest_left(), 1e-10) << T;
        EXPECT_LT(of_sites.largest_left(), 1e-9) << T;
        figure.seen("Monte Carlo", drawn, T < 200 ? "" : "-");
        figure.seen("mean field", averaged, T < 200 ? "" : "-");
        figure.seen("microscopic", of_sites, T < 200 ? "" : "-");
    }
    figure.show();
}
