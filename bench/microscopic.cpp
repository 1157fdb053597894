#include "lanthorn/luminescence/microscopic.hpp"

#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace {

using namespace lanthorn;

/// The innermost ions of a particle, so many of each species, all of which act on one another.
Network innermost(Network network, std::vector<std::size_t> const& ions_of_species)
{
    std::vector<std::pair<double, std::size_t>> by_radius;
    for (std::size_t i = 0; i < network.ions(); ++i)
        by_radius.emplace_back(dot(network.position_nm[i], network.position_nm[i]), i);
    std::ranges::sort(by_radius);
    std::vector<std::size_t> left = ions_of_species;
    std::vector<Vec3> position;
    std::vector<SpeciesId> species;
    for (auto const& [d2, i] : by_radius) {
        SpeciesId const s = network.species_of[i];
        if (left.at(s.value) == 0) continue;
        --left[s.value];
        position.push_back(network.position_nm[i]);
        species.push_back(s);
    }
    if (std::ranges::any_of(left, [](std::size_t n) { return n > 0; }))
        throw std::runtime_error("too few ions");
    network.position_nm = std::move(position);
    network.species_of = std::move(species);
    network.site.clear();
    network.extra.clear();
    network.interaction_radius_nm = 1000;
    return network;
}

Network ytterbium_thulium(std::string const& particle, int levels, std::size_t yb, std::size_t tm)
{
    std::vector<Finding> warnings;
    std::string const text = recipe_from_notation(particle) + "\n" +
                             excitation_from_notation("980 nm, 100 W/cm^2") +
                             "\n[luminescence.levels]\ncount = " + std::to_string(levels) + "\n";
    Network network = assemble(recipe_from(parse_toml(text, "bench"), warnings)).network;
    bool const yb_first = network.species.front().name == "Yb";
    return innermost(std::move(network), yb_first ? std::vector{yb, tm} : std::vector{tm, yb});
}

double peak_memory_MB()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmHWM:") {
            double kB = 0;
            status >> kB;
            return kB / 1024;
        }
    return 0;
}

/// From the dark to the steady state; the network is there, what the engine needs of it is made.
void steady(benchmark::State& state, std::string const& particle, int levels, std::size_t yb, std::size_t tm)
{
    Network const network = ytterbium_thulium(particle, levels, yb, tm);
    std::size_t states = 0;
    double residual = 0;
    for (auto _ : state) {
        Microscopic const engine(network);
        residual = engine.steady(std::vector{100.0}).residual;
        states = engine.first_state().back();
    }
    state.counters["ions"] = double(network.ions());
    state.counters["states"] = double(states);
    state.counters["interactions"] = double(2 * pair_count(network));
    state.counters["residual"] = residual;
    state.counters["peak_MB"] = peak_memory_MB();
}
BENCHMARK_CAPTURE(steady, 261_ions, "NaYF4:Yb20,Tm5 (6 nm)", 5, 205, 56)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steady, 288_ions, "NaYF4:Tm40 (6 nm)", 9, 0, 288)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steady, 1161_ions, "NaYF4:Yb20,Tm5 (9.6 nm)", 5, 909, 252)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steady, 2400_ions, "NaYF4:Yb20,Tm5 (12 nm)", 5, 1900, 500)->Unit(benchmark::kMillisecond);

/// Eight irradiances over seven decades, each from the one before.
void series(benchmark::State& state)
{
    Network const network = ytterbium_thulium("NaYF4:Yb20,Tm5 (6 nm)", 5, 205, 56);
    double residual = 0;
    for (auto _ : state) {
        Microscopic const engine(network);
        SiteSteadyState at;
        for (double irradiance = 0.01; irradiance < 2e5; irradiance *= 10) {
            at = at.occupation.empty() ? engine.steady(std::vector{irradiance})
                                       : engine.steady(std::vector{irradiance}, at);
            residual = std::max(residual, at.residual);
        }
    }
    state.counters["residual"] = residual;
}
BENCHMARK(series)->Unit(benchmark::kMillisecond);

/// 1 ms from the dark, with counts of all channels.
void course(benchmark::State& state)
{
    Microscopic const engine(ytterbium_thulium("NaYF4:Yb20,Tm5 (6 nm)", 5, 205, 56));
    PumpProgram const pump{.segments = {{.irradiance_W_per_cm2 = {100}}}};
    ObservablePlan const plan{.end_s = 1e-3, .snapshot_at_s = {1e-3}, .count_until_s = {1e-3}};
    std::int64_t steps = 0, factorizations = 0;
    for (auto _ : state) {
        auto const tally = engine.run(pump, {}, plan);
        steps = tally.events;
        factorizations = tally.trials;
    }
    state.counters["steps"] = double(steps);
    state.counters["factorizations"] = double(factorizations);
}
BENCHMARK(course)->Unit(benchmark::kMillisecond);

}  // namespace
