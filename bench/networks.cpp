// What a network costs before anything is drawn from it, and what rate equations cost; bench/peers_table.py puts it
// beside other programs.

#include "lanthorn/files/library.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/peer_rates.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"

#include <benchmark/benchmark.h>

#include <array>

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

/// All rates of Yb and 34 levels of Er by the peer's rules.
void rate_matrices(benchmark::State& state)
{
    std::array const ions{ion_from(library_document("ions/Yb.toml")),
                          ion_from(library_document("ions/Er.toml"))};
    HostOptics const optics = host_optics_from(library_document("hosts/beta-NaYF4.toml"));
    std::size_t transfers = 0, levels = 0;
    for (auto _ : state) {
        PeerRates const rates;
        transfers = levels = 0;
        for (std::uint32_t i = 0; i < 2; ++i) {
            levels += ions[i].levels.size();
            benchmark::DoNotOptimize(
                rates.one_site_channels({i}, ions[i], optics, {.laser_per_cm = {10204}}));
            for (std::uint32_t j = 0; j < 2; ++j)
                transfers += rates.pair_channels({i}, ions[i], optics, {j}, ions[j], optics, {}).size();
        }
    }
    state.counters["transfers"] = double(transfers);
    state.counters["levels"] = double(levels);
}
BENCHMARK(rate_matrices)->Unit(benchmark::kMillisecond);

/// One steady state of mean field for Yb10Er2 with all levels, from the state at half the irradiance.
void mean_field_point(benchmark::State& state)
{
    Network network =
        assemble(recipe_of("NaYF4:Yb10,Er2 (6 nm)",
                           "[luminescence]\nlevels = { max_energy = \"1e5 cm^-1\", count = 34 }\n"))
            .network;
    MeanField const engine(std::move(network));
    std::vector const light{double(state.range(0))}, less{double(state.range(0)) / 2};
    auto const near = engine.steady(less);
    double residual = 0;
    for (auto _ : state) {
        auto const steady = engine.steady(light, near);
        residual = steady.residual;
    }
    state.counters["classes"] = double(engine.system().size());
    state.counters["residual"] = residual;
}
BENCHMARK(mean_field_point)->Arg(10)->Arg(100000)->Unit(benchmark::kMillisecond);

/// The same from the dark.
void mean_field_from_the_dark(benchmark::State& state)
{
    Network network =
        assemble(recipe_of("NaYF4:Yb10,Er2 (6 nm)",
                           "[luminescence]\nlevels = { max_energy = \"1e5 cm^-1\", count = 34 }\n"))
            .network;
    MeanField const engine(std::move(network));
    std::vector const light{double(state.range(0))};
    for (auto _ : state) benchmark::DoNotOptimize(engine.steady(light).residual);
}
BENCHMARK(mean_field_from_the_dark)->Arg(10)->Arg(100000)->Unit(benchmark::kMillisecond);

}  // namespace
