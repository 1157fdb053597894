#pragma once

#include "lanthorn/luminescence/rate_course.hpp"
#include "lanthorn/numerics/stiff.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// Rate equations that can be followed in time: what `course` has to know of their states. Classes and channels are those
/// of the tally.
class CourseSystem : public StiffSystem {
public:
    virtual std::size_t lasers() const = 0;
    /// From here on.
    virtual void set_irradiance(std::span<double const> irradiance_W_per_cm2) = 0;
    /// (size) total amount in the group that a state belongs to
    virtual std::vector<double> totals() const = 0;

    virtual std::size_t classes() const = 0;
    /// Amounts of classes, linear in the state.
    virtual void amounts(std::span<double const> state, std::span<double> amount) const = 0;

    virtual std::size_t channels() const = 0;
    /// What the channels' fluxes are made of at any irradiance.
    virtual std::size_t products() const = 0;
    virtual void products(std::span<double const> state, std::span<double> value) const = 0;
    /// Events of each channel that belong to time integrals of the products.
    virtual std::vector<double> events(std::span<double const> products,
                                       std::span<double const> irradiance_W_per_cm2) const = 0;

    /// Moves the share of a level that a pulse excites.
    virtual void excite(Excite const& how, std::span<double> state) const = 0;
};

/// `course` of any rate equations.
/// @param start  (size) not negative; the state at the end of the plan is put in its place
/// @throws NumericsError
Tally follow(CourseSystem& system, PumpProgram const& pump, std::vector<double>& start,
             ObservablePlan const& plan, CourseTolerance tolerance, StopToken stop);

}  // namespace lanthorn
