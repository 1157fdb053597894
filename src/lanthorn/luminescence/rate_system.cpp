#include "lanthorn/luminescence/rate_system.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace lanthorn {

namespace {

std::vector<std::uint32_t> reactants_of(RateTerm const& term)
{
    auto reactants = term.from;
    std::ranges::sort(reactants);
    return reactants;
}

}  // namespace

double RateEquations::value(Product const& p, std::span<double const> n) const
{
    double v = n[p.of[0]];
    if (p.order > 1) v *= n[p.of[1]];
    if (p.order > 2) v *= n[p.of[2]];
    return v;
}

void RateEquations::products(std::span<double const> n, std::span<double> values) const
{
    LANTHORN_EXPECT(n.size() == size_ && values.size() == products_.size());
    for (std::size_t p = 0; p < products_.size(); ++p) values[p] = value(products_[p], n);
}

void RateEquations::derivative(std::span<double const> n, std::span<double> dn) const
{
    LANTHORN_EXPECT(n.size() == size_ && dn.size() == size_);
    std::ranges::fill(dn, 0.0);
    for (auto const& p : products_) {
        double const v = value(p, n);
        for (std::uint32_t e = p.first; e < p.last; ++e) dn[entries_[e].into] += entries_[e].coefficient * v;
    }
}

void RateEquations::gain_and_loss(std::span<double const> n, std::span<double> gain,
                                  std::span<double> loss) const
{
    std::ranges::fill(gain, 0.0);
    std::ranges::fill(loss, 0.0);
    for (auto const& p : products_) {
        double const v = value(p, n);
        for (std::uint32_t e = p.first; e < p.last; ++e) {
            double const change = entries_[e].coefficient * v;
            (change > 0 ? gain : loss)[entries_[e].into] += std::abs(change);
        }
    }
}

void RateEquations::jacobian(std::span<double const> n, Matrix& j) const
{
    LANTHORN_EXPECT(n.size() == size_);
    if (j.rows != size_ || j.columns != size_) j = Matrix(size_, size_);
    std::ranges::fill(j.values, 0.0);
    for (auto const& p : products_) {
        for (std::uint32_t r = 0; r < p.order; ++r) {
            double v = 1;  // derivative of the product by its reactant r
            for (std::uint32_t other = 0; other < p.order; ++other)
                if (other != r) v *= n[p.of[other]];
            if (v == 0) continue;
            double* const column = j.values.data() + p.of[r];
            for (std::uint32_t e = p.first; e < p.last; ++e)
                column[entries_[e].into * size_] += entries_[e].coefficient * v;
        }
    }
}

RateSystem::RateSystem(std::vector<std::size_t> first_class, std::vector<double> total,
                       std::vector<RateTerm> terms, std::size_t lasers)
    : first_class_(std::move(first_class)), total_(std::move(total)), terms_(std::move(terms)),
      lasers_(lasers), per_laser_(lasers)
{
    LANTHORN_EXPECT(first_class_.size() == total_.size() + 1);
    pattern_.size_ = size();

    // reactants -> class -> coefficients of the dark and of each laser
    std::map<std::vector<std::uint32_t>, std::map<std::uint32_t, std::vector<double>>> sums;
    for (auto const& term : terms_) {
        LANTHORN_EXPECT(!term.from.empty() && term.from.size() <= 3 && term.to.size() == term.from.size());
        LANTHORN_EXPECT(term.per_irradiance.size() <= lasers_);
        std::map<std::uint32_t, int> change;
        for (std::size_t r = 0; r < term.from.size(); ++r) {
            --change[term.from[r]];
            ++change[term.to[r]];
        }
        std::erase_if(change, [](auto const& entry) { return entry.second == 0; });
        auto& of_product = sums[reactants_of(term)];
        for (auto const& [into, count] : change) {
            auto& coefficients = of_product.try_emplace(into, lasers_ + 1, 0.0).first->second;
            coefficients[0] += count * term.k0;
            for (std::size_t l = 0; l < term.per_irradiance.size(); ++l)
                coefficients[l + 1] += count * term.per_irradiance[l];
        }
    }
    std::map<std::vector<std::uint32_t>, std::uint32_t> number;
    for (auto const& [reactants, changes] : sums) {
        number.emplace(reactants, std::uint32_t(number.size()));
        RateEquations::Product product{.of = {},
                                       .order = std::uint32_t(reactants.size()),
                                       .first = std::uint32_t(pattern_.entries_.size()),
                                       .last = 0};
        std::ranges::copy(reactants, product.of.begin());
        for (auto const& [into, coefficients] : changes) {
            pattern_.entries_.push_back({into, coefficients[0]});
            for (std::size_t l = 0; l < lasers_; ++l) per_laser_[l].push_back(coefficients[l + 1]);
        }
        product.last = std::uint32_t(pattern_.entries_.size());
        pattern_.products_.push_back(product);
    }
    for (auto const& term : terms_) product_of_.push_back(number.at(reactants_of(term)));
}

RateEquations RateSystem::at(std::span<double const> irradiance) const
{
    LANTHORN_EXPECT(irradiance.size() == lasers_);
    RateEquations equations = pattern_;
    for (std::size_t l = 0; l < lasers_; ++l)
        for (std::size_t e = 0; e < per_laser_[l].size(); ++e)
            equations.entries_[e].coefficient += irradiance[l] * per_laser_[l][e];
    return equations;
}

std::vector<double> RateSystem::derivative_by_irradiance(std::span<double const> n, std::size_t laser) const
{
    std::vector<double> by(size(), 0.0);
    for (auto const& p : pattern_.products_) {
        double const v = pattern_.value(p, n);
        for (std::uint32_t e = p.first; e < p.last; ++e)
            by[pattern_.entries_[e].into] += per_laser_[laser][e] * v;
    }
    return by;
}

std::vector<double> RateSystem::events(std::span<double const> products,
                                       std::span<double const> irradiance) const
{
    LANTHORN_EXPECT(irradiance.size() == lasers_ && products.size() == pattern_.products());
    std::vector<double> events;
    events.reserve(terms_.size());
    for (std::size_t m = 0; m < terms_.size(); ++m) {
        double rate = terms_[m].k0;
        for (std::size_t l = 0; l < terms_[m].per_irradiance.size(); ++l)
            rate += terms_[m].per_irradiance[l] * irradiance[l];
        events.push_back(rate * products[product_of_[m]]);
    }
    return events;
}

std::vector<double> RateSystem::fluxes(std::span<double const> n, std::span<double const> irradiance) const
{
    std::vector<double> products(pattern_.products());
    pattern_.products(n, products);
    return events(products, irradiance);
}

std::vector<double> RateSystem::ground() const
{
    std::vector<double> n(size(), 0.0);
    for (std::size_t g = 0; g < groups(); ++g) n[first_class_[g]] = total_[g];
    return n;
}

}  // namespace lanthorn
