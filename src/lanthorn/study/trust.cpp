#include "lanthorn/study/trust.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

constexpr std::uint64_t least_trajectories = 4, most_trajectories = 4096, sample_chunk = 2;
constexpr std::uint64_t first_sample_trajectory = std::uint64_t{1} << 62;
/// A sample that knows a band worse than this says nothing of it.
constexpr double most_error = 0.5;

double excess(Comparison::Row const& row, double wanted_error)
{
    return std::abs(row.ratio - 1) - wanted_error - 3 * row.error;
}

}  // namespace

Comparison::Row const* Comparison::worst(double wanted_error) const
{
    Row const* found = nullptr;
    for (auto const& row : rows)
        if (excess(row, wanted_error) > std::max(0.0, found ? excess(*found, wanted_error) : 0.0))
            found = &row;
    return found;
}

bool Comparison::agrees(double wanted_error) const
{
    double const known = std::max(0.1, wanted_error);
    return forgot_its_start() && undecided.empty() && !rows.empty() && worst(wanted_error) == nullptr &&
           std::ranges::all_of(rows, [&](Row const& row) { return row.error <= known; });
}

Comparison compare(Engine engine, std::vector<Band> const& main, Tally const& rate_tally,
                   std::vector<Band> const& monte_carlo_bands, Tally const& monte_carlo_tally)
{
    Comparison comparison{.engine = engine,
                          .rows = {},
                          .undecided = {},
                          .trajectories = monte_carlo_tally.trajectories,
                          .events = monte_carlo_tally.events};
    for (auto const& band : main) {
        auto const other = std::ranges::find(monte_carlo_bands, band.name, &Band::name);
        double const rate = rate_tally.observables.front().linear(Schedule::weights(band)).value;
        auto const exact = monte_carlo_tally.observables.front().linear(Schedule::weights(*other));
        if (monte_carlo_tally.trajectories < 2 || !(exact.standard_error < most_error * exact.value)) {
            comparison.undecided.push_back(band.name);
            continue;
        }
        double const ratio = rate / exact.value;
        comparison.rows.push_back({band.name, ratio, ratio * exact.standard_error / exact.value});
    }
    return comparison;
}

std::optional<Sample> sample(Recipe const& recipe, MonteCarlo const& engine, InitialState const& start,
                             double slow_s, double events, RunOptions const& options)
{
    StreamSeed const seed{.seed = recipe.seed, .sweep_point = options.sweep_point};
    bool const pulsed =
        std::ranges::any_of(recipe.excitations, [](auto const& e) { return e.pulse.has_value(); });
    Recipe shorter = recipe;
    shorter.luminescence.decay.reset();
    double shrink = 1;
    for (;;) {
        shorter.luminescence.burn_in_s = 5 * slow_s * shrink;
        shorter.luminescence.duration_s = 20 * slow_s * shrink;
        if (pulsed) shorter.luminescence.duration_s = 0;  // one period
        Sample result{.schedule = schedule_of(shorter, engine.network()), .tally = {}};
        result.schedule.start = start;
        result.schedule.plan.steady = is_steady(shorter, result.schedule.burn_in_s, slow_s);
        double const length_s = result.schedule.burn_in_s + result.schedule.duration_s;
        double const each = std::max(
            1.0, pilot(engine, result.schedule, seed, std::int64_t(events / 20)).events_per_trajectory);
        double const affordable = events / each;
        if (affordable < double(least_trajectories) && shrink == 1) {
            shrink = pulsed ? 0 : affordable / double(least_trajectories);
            continue;
        }
        if (pulsed && affordable < double(least_trajectories)) return std::nullopt;
        auto const count =
            std::uint64_t(std::clamp(affordable, double(least_trajectories), double(most_trajectories)));
        RunOptions quiet{.threads = options.threads, .stop = options.stop};
        auto tally = run_trajectories(engine, result.schedule, {seed, first_sample_trajectory, count},
                                      sample_chunk, quiet);
        if (!tally) return std::nullopt;
        result.tally = std::move(*tally);
        result.events_per_s = each / length_s;
        return result;
    }
}

}  // namespace lanthorn
