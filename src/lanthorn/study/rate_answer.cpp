#include "lanthorn/study/rate_answer.hpp"

#include "lanthorn/luminescence/rate_course.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

bool is_pulsed(Recipe const& recipe)
{
    return std::ranges::any_of(recipe.excitations, [](auto const& e) { return e.pulse.has_value(); });
}

/// What a plan observes where nothing changes.
JointMoments observed(ObservablePlan const& plan, std::span<double const> amount,
                      std::span<double const> flux)
{
    std::vector<double> values;
    for (auto const& observable : plan.observables) {
        double sum = 0;
        for (auto const& [c, weight] : observable.per_class) sum += weight * amount[c];
        for (auto const& [m, weight] : observable.per_channel) sum += weight * flux[m];
        values.push_back(sum);
    }
    JointMoments moments(values.size());
    moments.add(values);
    return moments;
}

Moments one(double value)
{
    Moments moments;
    moments.add(value);
    return moments;
}

/// Puts a steady state in the place of a tally's average, its first window.
void set_average(Tally& tally, Schedule const& schedule, std::span<double const> amount,
                 std::span<double const> flux)
{
    tally.trajectories = 1;
    tally.observables.resize(schedule.plan.windows());
    tally.observables.front() = observed(schedule.plan, amount, flux);
    tally.occupation.resize(schedule.plan.windows() * amount.size());
    for (std::size_t c = 0; c < amount.size(); ++c) tally.occupation[c] = one(amount[c]);
    tally.counts.clear();
    for (double rate : flux) tally.counts.push_back(one(rate * schedule.duration_s));
}

/// The schedule of light that is in its final state from the beginning.
Schedule settled(Recipe recipe, Network const& network)
{
    auto const pulsed =
        std::ranges::find_if(recipe.excitations, [](auto const& e) { return e.pulse.has_value(); });
    recipe.luminescence.burn_in_s = 0;
    recipe.luminescence.duration_s = pulsed != recipe.excitations.end() ? pulsed->pulse->period_s : 1e-3;
    return schedule_of(recipe, network);
}

/// The segments of a program's first `length_s`, for ever.
PumpProgram repeated(PumpProgram const& pump, double length_s)
{
    PumpProgram period{.segments = {}, .repeats = true, .pulses = {}};
    double end_s = 0;
    for (auto const& segment : pump.segments) {
        if (end_s > length_s * (1 - 1e-9)) break;
        period.segments.push_back(segment);
        end_s += segment.duration_s;
    }
    return period;
}

}  // namespace

std::vector<double> mean_irradiance(Recipe const& recipe)
{
    std::vector<double> mean;
    for (auto const& e : recipe.excitations)
        mean.push_back(e.irradiance_W_per_cm2 * (e.pulse ? e.pulse->width_s / e.pulse->period_s : 1));
    return mean;
}

RateAnswer answer(MeanField const& mean_field, Recipe const& recipe, StopToken stop)
{
    RateSystem const& system = mean_field.system();
    RateAnswer result{
        .schedule = settled(recipe, mean_field.network()), .tally = {}, .amount = {}, .slope = {}};
    Schedule& schedule = result.schedule;
    auto const irradiance = mean_irradiance(recipe);
    SteadyState const steady = mean_field.steady(irradiance);
    result.iterations = steady.iterations;
    if (is_pulsed(recipe)) {
        PeriodicState const state = periodic_state(system, repeated(schedule.pump, schedule.duration_s),
                                                   steady.amount, 1e-6, {}, stop);
        result.amount = state.amount;
        result.residual = state.residual;
        result.tally = course(system, schedule.pump, result.amount, schedule.plan, {}, stop);
        result.steps = result.tally.events;
        return result;
    }
    result.amount = steady.amount;
    result.residual = steady.residual;
    result.steady = true;
    for (std::size_t l = 0; l < irradiance.size(); ++l) {
        auto const slopes = steady_slopes(system, irradiance, steady, l);
        result.slope.insert(result.slope.end(), slopes.begin(), slopes.end());
    }
    if (recipe.luminescence.decay) {
        result.tally = course(system, schedule.pump, result.amount, schedule.plan, {}, stop);
        result.steps = result.tally.events;
    }
    set_average(result.tally, schedule, steady.amount, system.fluxes(steady.amount, irradiance));
    return result;
}

RateAnswer answer(Microscopic const& microscopic, Recipe const& recipe, StopToken stop)
{
    Network const& network = microscopic.network();
    auto const irradiance = mean_irradiance(recipe);
    SiteSteadyState steady = microscopic.steady(irradiance);
    auto const pulsed =
        std::ranges::find_if(recipe.excitations, [](auto const& e) { return e.pulse.has_value(); });
    RateAnswer result{.schedule = pulsed != recipe.excitations.end() ? schedule_of(recipe, network)
                                                                     : settled(recipe, network),
                      .tally = {},
                      .amount = {},
                      .slope = {}};
    Schedule& schedule = result.schedule;
    result.iterations = steady.iterations;
    if (pulsed != recipe.excitations.end()) {
        double const end_s = schedule.burn_in_s + schedule.duration_s;
        schedule.plan.snapshot_at_s = {std::max(0.0, end_s - pulsed->pulse->period_s), end_s};
        result.tally = microscopic.run_from(steady.occupation, schedule.pump, schedule.plan, {}, stop);
        result.steps = result.tally.events;
        if (stop.stop_requested()) return result;
        std::size_t const classes = network.classes();
        for (std::size_t c = 0; c < classes; ++c) {
            double const before = result.tally.snapshot[c].mean(),
                         after = result.tally.snapshot[classes + c].mean();
            result.amount.push_back(after);
            if (after > 1e-15 * double(network.ions()))
                result.residual = std::max(result.residual, std::abs(after - before) / after);
        }
        return result;
    }
    result.steady = true;
    result.amount = microscopic.amounts(steady.occupation);
    result.residual = steady.residual;
    auto const fluxes = microscopic.fluxes(steady.occupation, irradiance);
    if (recipe.luminescence.decay) {
        result.tally = microscopic.run_from(steady.occupation, schedule.pump, schedule.plan, {}, stop);
        result.steps = result.tally.events;
    }
    set_average(result.tally, schedule, result.amount, fluxes);
    return result;
}

InitialState drawn_from(Network const& network, std::span<double const> amount)
{
    InitialState start;
    auto const first = network.first_class();
    for (std::uint32_t s = 0; s < network.species.size(); ++s) {
        // Those not yet in a higher level, from the top down: sums of positive numbers lose no digits.
        double rest = amount[first[s]];
        std::vector<Excite> up;
        for (std::size_t l = network.species[s].levels.size(); l-- > 1;) {
            double const here = amount[first[s] + l];
            rest += here;
            if (here > 0)
                up.push_back({.species = {s},
                              .from = {0},
                              .to = {std::uint32_t(l)},
                              .probability = std::min(1.0, here / rest)});
        }
        start.excited.insert(start.excited.end(), up.rbegin(), up.rend());
    }
    return start;
}

}  // namespace lanthorn
