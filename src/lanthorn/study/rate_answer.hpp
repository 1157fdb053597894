#pragma once

#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/microscopic.hpp"
#include "lanthorn/study/schedule.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lanthorn {

/// What rate equations say of a recipe's light.
struct RateAnswer {
    Schedule schedule;            ///< what was followed
    Tally tally;                  ///< of this schedule, as one trajectory without variance
    std::vector<double> amount;   ///< (classes) ions in the steady state, or where a period begins
    std::vector<double> slope;    ///< (lasers x classes) d ln n / d ln I; empty where unknown
    bool steady = false;          ///< else periodic
    double residual = 0;          ///< of the steady state, or the largest relative change over a period
    std::int64_t iterations = 0;  ///< Jacobians factored for the state
    std::int64_t steps = 0;       ///< in time
};

/// Continuous light: the steady state that the dark runs into is the average, and a decay starts from it. Pulses: the
/// periodic state, of which one period is the average and a decay follows one pulse more.
/// @throws NumericsError where there is no such state
RateAnswer answer(MeanField const& mean_field, Recipe const& recipe, StopToken stop = {});

/// Of each laser, over whole periods [W/cm^2].
std::vector<double> mean_irradiance(Recipe const& recipe);

/// The same of the microscopic equations, but that pulses are followed through the burn-in of the recipe, from the steady
/// state at the mean irradiance; `residual` tells how periodic that has become.
RateAnswer answer(Microscopic const& microscopic, Recipe const& recipe, StopToken stop = {});

/// A start in which ions are in their levels at random, each species with these populations.
/// @param amount  (classes) ions
InitialState drawn_from(Network const& network, std::span<double const> amount);

}  // namespace lanthorn
