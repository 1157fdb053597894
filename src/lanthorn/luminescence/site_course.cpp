#include "lanthorn/luminescence/site_course.hpp"

#include "lanthorn/luminescence/site_steady.hpp"

#include <algorithm>

namespace lanthorn {

namespace {

/// How precisely the linear systems within Newton's iterations are solved.
constexpr double linear_accuracy = 1e-4;

}  // namespace

SiteCourse::SiteCourse(SiteRates const& rates, CourseTolerance tolerance)
    : rates_(rates), least_(std::max(tolerance.empty, 1e-300) / tolerance.relative),
      one_site_(rates.one_site_at(std::vector<double>(rates.network().lasers, 0.0))), linear_(rates),
      u_(rates.fields()), p_(rates.states()), scale_(rates.states())
{}

void SiteCourse::set_irradiance(std::span<double const> irradiance)
{
    one_site_ = rates_.one_site_at(irradiance);
}

void SiteCourse::derivative(std::span<double const> y, std::span<double> dy) const
{
    rates_.find_fields(y, u_);
    site_derivative(rates_, one_site_, y, u_, dy);
}

// Predicted populations may be negative where there are next to none; rates of ions in their fields must not be.
bool SiteCourse::factor(std::span<double const> y, double c)
{
    for (std::size_t k = 0; k < y.size(); ++k) p_[k] = std::max(y[k], 0.0);
    rates_.find_fields(p_, u_);
    shift_ = 1 / c;
    if (!linear_.factor(one_site_, u_, shift_, {}, p_)) return false;
    for (std::size_t k = 0; k < y.size(); ++k) scale_[k] = std::abs(y[k]) + least_;
    linear_.respond(y, scale_);
    return true;
}

void SiteCourse::solve(std::span<double> b) const
{
    for (double& v : b) v *= shift_;
    linear_.solve_alone(b);
    linear_.solve(b, linear_accuracy, 100);
}

void SiteCourse::amounts(std::span<double const> state, std::span<double> amount) const
{
    std::ranges::fill(amount, 0.0);
    double* of_species = amount.data();
    for (auto const& b : rates_.blocks()) {
        for (std::size_t i = 0; i < b.ions; ++i)
            for (std::size_t l = 0; l < b.levels; ++l)
                of_species[l] += state[b.first_state + i * b.levels + l];
        of_species += b.levels;
    }
}

void SiteCourse::products(std::span<double const> state, std::span<double> value) const
{
    rates_.find_fields(state, u_);
    rates_.find_products(state, u_, value);
}

std::vector<double> SiteCourse::events(std::span<double const> products,
                                       std::span<double const> irradiance) const
{
    return rates_.events(products, irradiance);
}

void SiteCourse::excite(Excite const& how, std::span<double> state) const
{
    auto const& b = rates_.blocks()[how.species.value];
    for (std::size_t i = 0; i < b.ions; ++i) {
        double* const own = state.data() + b.first_state + i * b.levels;
        double const moved = how.probability * own[how.from.value];
        own[how.from.value] -= moved;
        own[how.to.value] += moved;
    }
}

}  // namespace lanthorn
