#include "lanthorn/luminescence/microscopic.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/luminescence/site_course.hpp"
#include "lanthorn/luminescence/site_steady.hpp"

namespace lanthorn {

Microscopic::Microscopic(Network network)
{
    validate(network);
    rates_ = std::make_shared<SiteRates const>(std::move(network));
    first_state_ = {0};
    for (SpeciesId s : this->network().species_of)
        first_state_.push_back(first_state_.back() + this->network().levels_of(s));
}

Network const& Microscopic::network() const { return rates_->network(); }

std::vector<double> Microscopic::inside(std::span<double const> occupation) const
{
    LANTHORN_EXPECT(occupation.size() == first_state_.back());
    std::vector<double> y;
    y.reserve(occupation.size());
    for (std::size_t const i : rates_->order())
        y.insert(y.end(), occupation.begin() + std::ptrdiff_t(first_state_[i]),
                 occupation.begin() + std::ptrdiff_t(first_state_[i + 1]));
    return y;
}

std::vector<double> Microscopic::outside(std::span<double const> y) const
{
    std::vector<double> occupation(first_state_.back());
    std::size_t from = 0;
    for (std::size_t const i : rates_->order())
        for (std::size_t k = first_state_[i]; k < first_state_[i + 1]; ++k) occupation[k] = y[from++];
    return occupation;
}

SiteSteadyState Microscopic::steady(std::span<double const> irradiance) const
{
    auto const found = site_steady_state(*rates_, irradiance, inside(occupations_of({})), false);
    return {outside(found.y), found.residual, found.iterations};
}

SiteSteadyState Microscopic::steady(std::span<double const> irradiance, SiteSteadyState const& near) const
{
    auto const found = site_steady_state(*rates_, irradiance, inside(near.occupation), true);
    return {outside(found.y), found.residual, found.iterations};
}

std::vector<double> Microscopic::amounts(std::span<double const> occupation) const
{
    LANTHORN_EXPECT(occupation.size() == first_state_.back());
    auto const first = network().first_class();
    std::vector<double> amounts(first.back(), 0.0);
    for (std::size_t i = 0; i < network().ions(); ++i)
        for (std::size_t k = first_state_[i]; k < first_state_[i + 1]; ++k)
            amounts[first[network().species_of[i].value] + k - first_state_[i]] += occupation[k];
    return amounts;
}

std::vector<double> Microscopic::fluxes(std::span<double const> occupation,
                                        std::span<double const> irradiance) const
{
    auto const y = inside(occupation);
    std::vector<double> u(rates_->fields()), products(rates_->products());
    rates_->find_fields(y, u);
    rates_->find_products(y, u, products);
    return rates_->events(products, irradiance);
}

std::vector<double> Microscopic::derivative(std::span<double const> occupation,
                                            std::span<double const> irradiance) const
{
    auto const y = inside(occupation);
    std::vector<double> u(rates_->fields()), dy(y.size());
    rates_->find_fields(y, u);
    site_derivative(*rates_, rates_->one_site_at(irradiance), y, u, dy);
    return outside(dy);
}

std::vector<double> Microscopic::occupations_of(InitialState const& initial) const
{
    std::vector<double> occupation(first_state_.back(), 0.0);
    LANTHORN_EXPECT(initial.level.empty() || initial.level.size() == network().ions());
    for (std::size_t i = 0; i < network().ions(); ++i) {
        std::size_t const level = initial.level.empty() ? 0 : initial.level[i].value;
        LANTHORN_EXPECT(first_state_[i] + level < first_state_[i + 1]);
        occupation[first_state_[i] + level] = 1;
        for (auto const& how : initial.excited) {
            if (how.species != network().species_of[i]) continue;
            double const moved = how.probability * occupation[first_state_[i] + how.from.value];
            occupation[first_state_[i] + how.from.value] -= moved;
            occupation[first_state_[i] + how.to.value] += moved;
        }
    }
    return occupation;
}

Tally Microscopic::run(PumpProgram const& pump, InitialState const& initial, ObservablePlan const& plan,
                       CourseTolerance tolerance, StopToken stop, std::vector<double>* last_occupation) const
{
    std::vector<double> occupation = occupations_of(initial);
    Tally tally = run_from(occupation, pump, plan, tolerance, stop);
    if (last_occupation != nullptr) *last_occupation = std::move(occupation);
    return tally;
}

Tally Microscopic::run_from(std::vector<double>& occupation, PumpProgram const& pump,
                            ObservablePlan const& plan, CourseTolerance tolerance, StopToken stop) const
{
    SiteCourse course(*rates_, tolerance);
    std::vector<double> y = inside(occupation);
    Tally tally = follow(course, pump, y, plan, tolerance, stop);
    occupation = outside(y);
    return tally;
}

}  // namespace lanthorn
