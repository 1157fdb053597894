#pragma once

#include "lanthorn/base/stop_token.hpp"
#include "lanthorn/luminescence/observable_plan.hpp"
#include "lanthorn/luminescence/pump_program.hpp"
#include "lanthorn/luminescence/rate_system.hpp"
#include "lanthorn/luminescence/tally.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// How precisely rate equations are followed in time: local relative error of every class of more than
/// `empty` of its group (theory: rate-equations.9).
struct CourseTolerance {
    double relative = 1e-8;
    double empty = 1e-25;
};

/// The amounts in time under a pump program, with all that a plan asks for, as the tally of one trajectory without
/// variance: groups are species, classes their levels, terms channels. Switching times and delta pulses are met
/// exactly; integrals (windows, counts) are those of the interpolating polynomials. Amounts are not negative.
/// `events` and `trials` of the tally are steps and factored Jacobians.
/// @param start  (classes) not negative, with the totals of the groups
/// @throws NumericsError
Tally course(RateSystem const& system, PumpProgram const& pump, std::span<double const> start,
             ObservablePlan const& plan, CourseTolerance tolerance = {}, StopToken stop = {});

/// Moves the share of a level that a pulse excites.
void excite(RateSystem const& system, Excite const& how, std::span<double> amount);

/// The state at the beginning of each period, once nothing changes from one to the next.
struct PeriodicState {
    std::vector<double> amount;  ///< (classes)
    double residual = 0;         ///< largest relative change of a class over the last period
    int periods = 0;             ///< that were followed
};

/// Repeats a program of segments until its state is periodic, with Anderson's acceleration between periods
/// (theory: rate-equations.11).
/// @param pump  repeats; its delta pulses are taken as belonging to each period
/// @throws NumericsError where the change does not fall below `wanted` within 300 periods
PeriodicState periodic_state(RateSystem const& system, PumpProgram const& pump, std::span<double const> start,
                             double wanted = 1e-6, CourseTolerance tolerance = {}, StopToken stop = {});

}  // namespace lanthorn
