#pragma once

#include "lanthorn/base/stop_token.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/rate_course.hpp"

#include <memory>
#include <span>
#include <vector>

namespace lanthorn {

class SiteRates;

/// A state of all ions in which nothing changes any more.
struct SiteSteadyState {
    std::vector<double> occupation;  ///< (states) >= 0, of each ion summing to 1
    /// Largest |gain - loss| / (gain + loss) of any level of any ion.
    double residual = 0;
    int iterations = 0;  ///< linear systems solved
};

/// Microscopic rate equations: the population of every level of every ion, each ion in the mean fields of its own
/// neighbours, at their distances. A state is the population of one level of one ion; those of ion i are
/// [first_state()[i], first_state()[i + 1]).
///
/// Exact for excitations that migrate, decay and are quenched without meeting one another. Where they meet
/// (upconversion, cross relaxation, blocking) it takes <y_i y_j> as y_i y_j: good where excitations move faster than
/// they meet, wrong by up to a factor of hundreds for isolated pairs. An ion does not act on itself through others.
/// Memory grows with pairs of ions (12 bytes each way) and with levels^2 times ions.
/// Theory: rate-equations.12 to 16.
class Microscopic {
public:
    /// @throws InputError where the network is not valid (see validate)
    explicit Microscopic(Network network);

    Network const& network() const;
    std::vector<std::size_t> const& first_state() const { return first_state_; }  ///< (ions + 1)

    /// From the ground level into which the light leads, or from the state at another irradiance.
    /// @throws NumericsError with the residual reached, where there is no steady state or it depends on the start
    SiteSteadyState steady(std::span<double const> irradiance_W_per_cm2) const;
    SiteSteadyState steady(std::span<double const> irradiance_W_per_cm2, SiteSteadyState const& near) const;

    /// Ions in each class, as of the mean field.
    std::vector<double> amounts(std::span<double const> occupation) const;
    /// Events of each channel per second.
    std::vector<double> fluxes(std::span<double const> occupation,
                               std::span<double const> irradiance_W_per_cm2) const;
    /// d occupation / dt [1/s].
    std::vector<double> derivative(std::span<double const> occupation,
                                   std::span<double const> irradiance_W_per_cm2) const;

    std::vector<double> occupations_of(InitialState const& initial) const;

    /// As MeanField::run: the tally of one trajectory without variance.
    /// @param last_occupation  (states) at the end of the plan, where it is not null
    Tally run(PumpProgram const& pump, InitialState const& initial, ObservablePlan const& plan,
              CourseTolerance tolerance = {}, StopToken stop = {},
              std::vector<double>* last_occupation = nullptr) const;
    /// From a state of all ions.
    /// @param occupation  (states) not negative, of each ion summing to 1; the state at the end of the plan is put in its
    ///                    place
    Tally run_from(std::vector<double>& occupation, PumpProgram const& pump, ObservablePlan const& plan,
                   CourseTolerance tolerance = {}, StopToken stop = {}) const;

private:
    std::vector<double> inside(std::span<double const> occupation) const;
    std::vector<double> outside(std::span<double const> y) const;

    std::shared_ptr<SiteRates const> rates_;
    std::vector<std::size_t> first_state_;
};

}  // namespace lanthorn
