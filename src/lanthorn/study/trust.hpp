#pragma once

#include "lanthorn/study/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lanthorn {

/// Rate equations beside a Monte Carlo sample of the same particle in the same light.
struct Comparison {
    struct Row {
        std::string band;
        double ratio = 0, error = 0;  ///< rate equations over Monte Carlo, and the standard error of it
    };
    Engine engine = Engine::mean_field;  ///< which rate equations
    std::vector<Row> rows;               ///< main bands of which the sample knows more than half
    std::vector<std::string> undecided;  ///< main bands of which it knows less
    std::int64_t trajectories = 0, events = 0;
    double burn_in_s = 0, duration_s = 0;
    /// What the sample's burn-in leaves of a difference between rate equations and Monte Carlo, at most.
    double memory = 0;

    /// The row that is furthest beyond `wanted_error` plus three standard errors; null where all are within.
    Row const* worst(double wanted_error) const;
    /// Whether every band is within that, and known to 10 % or the wanted error, the larger, by a sample that has
    /// forgotten its start (theory: observables.12).
    bool agrees(double wanted_error) const;
    bool forgot_its_start() const { return memory <= 0.05; }
};

/// Brings a band's rate by rate equations beside that of a Monte Carlo tally.
Comparison compare(Engine engine, std::vector<Band> const& main, Tally const& rate_tally,
                   std::vector<Band> const& monte_carlo_bands, Tally const& monte_carlo_tally);

/// A Monte Carlo sample of bounded work.
struct Sample {
    Schedule schedule;
    Tally tally;
    double events_per_s = 0;  ///< of simulated time
};

/// Trajectories that begin with the populations of rate equations, at least four for continuous light. They last 25 of
/// the mean field's slowest times, a fifth of it burn-in, or what the work allows for four. Nothing where one period of
/// pulses is too much work already.
/// @param start    populations of the rate equations
/// @param slow_s   the slowest time of the rate equations at this light
/// @param events   about how many are affordable
std::optional<Sample> sample(Recipe const& recipe, MonteCarlo const& engine, InitialState const& start,
                             double slow_s, double events, RunOptions const& options);

}  // namespace lanthorn
