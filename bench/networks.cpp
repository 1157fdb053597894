// What a network costs before anything is drawn from it, and what rate equations cost; bench/peers_table.py puts it
// beside other programs.

#include "lanthorn/files/library.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/peer_rates.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace {

using namespace lanthorn;

Recipe recipe_of(std::string const& particle, std::string const& more = "")
{
    std::vector<Finding> warnings;
    return recipe_from(parse_toml(recipe_from_notation(particle) + "\n" +
                                      excitation_from_notation("980 nm, 100 W/cm^2") + "\n" + more,
                                  "bench"),
                       warnings);
}

/// Crystal, rates and channels of a particle from its description.
void network_of_particle(benchmark::State& state)
{
    Recipe const recipe = recipe_of("NaYF4:Yb20,Er2 (" + std::to_string(state.range(0)) + " nm)");
    std::size_t ions = 0;
    for (auto _ : state) ions = assemble(recipe).network.ions();
    state.counters["ions"] = double(ions);
}
BENCHMARK(network_of_particle)->Arg(8)->Arg(20)->Unit(benchmark::kMillisecond);

std::vector<std::vector<std::string>> rows_of(std::string const& name)
{
    std::ifstream file(LANTHORN_SOURCE_DIR "/tests/data/peer_rates/" + name);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);) {
        std::istringstream cells(line);
        rows.emplace_back();
        for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
    }
    rows.erase(rows.begin());
    return rows;
}

/// Yb and 34 levels of Er with the peer's own energies and line strengths.
std::array<Ion, 2> peers_ions()
{
    std::array<Ion, 2> ions{Ion{.symbol = "Yb"}, Ion{.symbol = "Er"}};
    auto const of = [&](std::string const& name) -> Ion& { return ions[name.starts_with("Er") ? 1 : 0]; };
    for (auto const& row : rows_of("levels.csv")) {
        std::string const label = row[0].substr(3);
        std::size_t const J = label[2] == '(' ? label.find(')') + 1 : 2;
        of(row[0]).levels.push_back({.label = label,
                                     .J = std::stod(label.substr(J)) / 2,
                                     .energy_per_cm = {.value = std::stod(row[1])}});
    }
    for (auto const& row : rows_of("radiative.csv")) {
        Ion& ion = of(row[0]);
        auto const [lower, upper] = std::minmax(ion.level(row[0].substr(3)), ion.level(row[1].substr(3)));
        bool known = false;
        for (auto const& t : ion.transitions) known = known || (t.upper == upper && t.lower == lower);
        if (known) continue;
        ion.transitions.push_back({.upper = upper, .lower = lower});
        ion.transitions.back().S_ED_override_cm2 = Sourced<double>{.value = std::stod(row[2])};
    }
    return ions;
}

PeerRates peers_rates()
{
    PeerConstants constants;
    constants.site_fraction = {{"Yb", 0.10}, {"Er", 0.02}};
    return PeerRates(constants);
}

/// All rates of 36 levels by the peer's rules.
void rate_matrices(benchmark::State& state)
{
    auto const ions = peers_ions();
    HostOptics const optics = host_optics_from(library_document("hosts/beta-NaYF4.toml"));
    std::size_t transfers = 0;
    for (auto _ : state) {
        PeerRates const rates = peers_rates();
        transfers = 0;
        for (std::uint32_t i = 0; i < 2; ++i) {
            benchmark::DoNotOptimize(
                rates.one_site_channels({i}, ions[i], optics, {.laser_per_cm = {10204}}));
            for (std::uint32_t j = 0; j < 2; ++j)
                transfers += rates.pair_channels({i}, ions[i], optics, {j}, ions[j], optics, {}).size();
        }
    }
    state.counters["transfers"] = double(transfers);
    state.counters["levels"] = double(ions[0].levels.size() + ions[1].levels.size());
}
BENCHMARK(rate_matrices)->Unit(benchmark::kMillisecond);

/// The ions of a 6 nm particle of Yb10Er2 with these rates.
MeanField peers_mean_field()
{
    auto const ions = peers_ions();
    HostOptics const optics = host_optics_from(library_document("hosts/beta-NaYF4.toml"));
    Network network = assemble(recipe_of("NaYF4:Yb10,Er2 (6 nm)")).network;
    network.one_site.clear();
    network.pair.clear();
    network.extra.clear();
    std::array<std::size_t, 2> const of{network.species[0].name == "Yb" ? 0U : 1U,
                                        network.species[0].name == "Yb" ? 1U : 0U};
    PeerRates const rates = peers_rates();
    for (std::uint32_t i = 0; i < 2; ++i) {
        Ion const& ion = ions[of[i]];
        network.species[i].levels.clear();
        network.species[i].energy_per_cm.clear();
        for (auto const& level : ion.levels) network.species[i].levels.push_back(level.label);
        for (auto& c : rates.one_site_channels({i}, ion, optics, {.laser_per_cm = {10204}}))
            network.one_site.push_back(std::move(c));
        for (std::uint32_t j = 0; j < 2; ++j)
            for (auto& c : rates.pair_channels({i}, ion, optics, {j}, ions[of[j]], optics, {}))
                network.pair.push_back(std::move(c));
    }
    return MeanField(std::move(network));
}

/// One steady state of mean field, from the state at half the irradiance.
void mean_field_point(benchmark::State& state)
{
    MeanField const engine = peers_mean_field();
    std::vector const light{double(state.range(0))}, less{double(state.range(0)) / 2};
    auto const near = engine.steady(less);
    double residual = 0;
    for (auto _ : state) residual = engine.steady(light, near).residual;
    state.counters["levels"] = double(engine.system().size());
    state.counters["residual"] = residual;
}
BENCHMARK(mean_field_point)->Arg(10)->Arg(100000)->Unit(benchmark::kMillisecond);

/// The same from the dark.
void mean_field_from_the_dark(benchmark::State& state)
{
    MeanField const engine = peers_mean_field();
    std::vector const light{double(state.range(0))};
    double residual = 0;
    for (auto _ : state) residual = engine.steady(light).residual;
    state.counters["residual"] = residual;
}
BENCHMARK(mean_field_from_the_dark)->Arg(10)->Arg(100000)->Unit(benchmark::kMillisecond);

}  // namespace
