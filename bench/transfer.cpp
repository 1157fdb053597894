#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"
#include "lanthorn/study/run.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace lanthorn;

Recipe recipe_of(std::string const& particle, std::string const& light)
{
    std::vector<Finding> warnings;
    return recipe_from(
        parse_toml(recipe_from_notation(particle) + "\n" + excitation_from_notation(light), "bench"),
        warnings);
}

/// Crystal, channels and tables from a recipe: what a user waits for before the first event.
void set_up(benchmark::State& state)
{
    Recipe const recipe =
        recipe_of("NaYF4:Yb20,Er2 (" + std::to_string(state.range(0)) + " nm)", "980 nm, 100 W/cm^2");
    std::size_t ions = 0;
    for (auto _ : state) {
        Assembly assembly = assemble(recipe);
        MonteCarlo const engine(std::move(assembly.network));
        ions = engine.network().ions();
    }
    state.counters["ions"] = double(ions);
}
BENCHMARK(set_up)->Arg(4)->Arg(8)->Arg(20)->Unit(benchmark::kMillisecond);

/// Time per event from the dark, by particle diameter.
void events(benchmark::State& state, Accelerators use)
{
    Recipe const recipe =
        recipe_of("NaYF4:Yb20,Er2 (" + std::to_string(state.range(0)) + " nm)", "980 nm, 100 kW/cm^2");
    Assembly assembly = assemble(recipe);
    Schedule const schedule = schedule_of(recipe, assembly.network);
    MonteCarlo const engine(std::move(assembly.network), use);
    ObservablePlan const plan{.end_s = state.range(0) > 12 ? 2e-4 : 1e-3};
    std::int64_t done = 0, trials = 0;
    std::uint64_t trajectory = 0;
    for (auto _ : state) {
        Tally const tally = engine.run(schedule.pump, {}, plan, {{.seed = 1}, trajectory++, 1});
        done += tally.events;
        trials += tally.trials;
    }
    state.SetItemsProcessed(done);
    state.counters["acceptance"] = double(done) / double(trials);
    state.counters["ns_per_event"] =
        benchmark::Counter(double(done) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["ions"] = double(engine.network().ions());
}
BENCHMARK_CAPTURE(events, as_usual, {})->Arg(4)->Arg(8)->Arg(12)->Arg(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(events, absorbers_listed, {.group_absorbers = false})
    ->Arg(8)
    ->Arg(20)
    ->Unit(benchmark::kMillisecond);

/// Simulated time per CPU second in weak light (tenths of a W/cm^2), hop by hop or with the walks of a lone excitation
/// solved; that solution is not in the time.
void simulated(benchmark::State& state, char const* particle, bool solved)
{
    Recipe const recipe =
        recipe_of(particle, "980 nm, " + std::to_string(double(state.range(0)) / 10) + " W/cm^2");
    Assembly assembly = assemble(recipe);
    Schedule const schedule = schedule_of(recipe, assembly.network);
    MonteCarlo engine(std::move(assembly.network), {.fast_exchange = true});
    if (solved) engine.solve_migration(schedule.pump);
    double const end_s = 50.0 / double(state.range(0));
    ObservablePlan plan{.end_s = end_s,
                        .count_from_s = end_s / 2,
                        .count_until_s = {end_s},
                        .window_edges_s = {end_s / 2, end_s},
                        .steady = true};
    std::uint64_t trajectory = 0;
    std::int64_t events = 0;
    for (auto _ : state) events += engine.run(schedule.pump, {}, plan, {{.seed = 1}, trajectory++, 1}).events;
    double const seconds = double(trajectory) * end_s;
    state.counters["simulated_s"] = benchmark::Counter(seconds, benchmark::Counter::kIsRate);
    state.counters["events_per_s"] = double(events) / seconds;
    state.counters["ions"] = double(engine.network().ions());
}

constexpr char const* dense = "NaYF4:Yb98,Er2 (8 nm)";
constexpr char const* shelled = "NaYF4:Yb20,Er2 (8 nm) @ NaYF4 (2 nm)";
BENCHMARK_CAPTURE(simulated, NaYbF4_hop_by_hop, dense, false)->Arg(10)->Arg(100)->Arg(10000);
BENCHMARK_CAPTURE(simulated, NaYbF4_solved, dense, true)->Arg(10)->Arg(100)->Arg(10000);
BENCHMARK_CAPTURE(simulated, Yb20_shell_hop_by_hop, shelled, false)->Arg(1)->Arg(10)->Arg(100);
BENCHMARK_CAPTURE(simulated, Yb20_shell_solved, shelled, true)->Arg(1)->Arg(10)->Arg(100);

}  // namespace
