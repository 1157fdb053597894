#pragma once

#include "lanthorn/numerics/matrix.hpp"

#include <array>
#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lanthorn {

/// One process of rate equations: one to three reactants change their class.
/// rate = (k0 + sum_l s_l I_l) * product of the reactants' amounts.
struct RateTerm {
    std::vector<std::uint32_t> from, to;  ///< (order) classes
    double k0 = 0;                        ///< [amount^(1 - order) / s]
    std::vector<double> per_irradiance;   ///< (lasers) or empty
};

/// Rate equations at a constant irradiance: dn/dt = f(n), a polynomial of degree three at most in the amounts n of the
/// classes, with its Jacobian (theory: rate-equations.1 and 4). Terms with the same reactants are summed.
class RateEquations {
public:
    std::size_t size() const { return size_; }
    void derivative(std::span<double const> n, std::span<double> dn) const;
    /// What comes into each class and what leaves it per second, after cancellation within a process (a hop between
    /// ions of one class is neither): derivative = gain - loss.
    void gain_and_loss(std::span<double const> n, std::span<double> gain, std::span<double> loss) const;
    void jacobian(std::span<double const> n, Matrix& j) const;

    /// Different sets of reactants; each term has one.
    std::size_t products() const { return products_.size(); }
    /// The product of the amounts of each set.
    void products(std::span<double const> n, std::span<double> value) const;

private:
    friend class RateSystem;
    struct Product {
        std::array<std::uint32_t, 3> of;  // reactants, ascending; unused ones are 0
        std::uint32_t order;
        std::uint32_t first, last;  // its entries
    };
    struct Entry {
        std::uint32_t into;
        double coefficient;
    };
    double value(Product const& product, std::span<double const> n) const;

    std::size_t size_ = 0;
    std::vector<Product> products_;
    std::vector<Entry> entries_;
};

/// A set of processes between classes. Classes come in groups (the levels of a species), within which ions move, so
/// that each group keeps its total.
class RateSystem {
public:
    /// @param first_class  (groups + 1)
    /// @param total        (groups) amount in each group: ions, or site fraction
    /// @param terms        each reactant stays in its group
    RateSystem(std::vector<std::size_t> first_class, std::vector<double> total, std::vector<RateTerm> terms,
               std::size_t lasers);

    std::size_t size() const { return first_class_.back(); }
    std::size_t groups() const { return total_.size(); }
    std::size_t lasers() const { return lasers_; }
    std::vector<std::size_t> const& first_class() const { return first_class_; }
    std::vector<double> const& total() const { return total_; }
    std::vector<RateTerm> const& terms() const { return terms_; }

    /// @param irradiance_W_per_cm2  (lasers)
    RateEquations at(std::span<double const> irradiance_W_per_cm2) const;
    /// df/dI of one laser at amounts n [amount cm^2/(W s)].
    std::vector<double> derivative_by_irradiance(std::span<double const> n, std::size_t laser) const;
    /// Events of each term that belong to values, or time integrals, of the products.
    std::vector<double> events(std::span<double const> products,
                               std::span<double const> irradiance_W_per_cm2) const;
    /// Events per second of each term.
    std::vector<double> fluxes(std::span<double const> n, std::span<double const> irradiance_W_per_cm2) const;
    /// Everything in the lowest class of its group.
    std::vector<double> ground() const;

private:
    std::vector<std::size_t> first_class_;
    std::vector<double> total_;
    std::vector<RateTerm> terms_;
    std::size_t lasers_;
    RateEquations pattern_;                       // with coefficients of the dark
    std::vector<std::uint32_t> product_of_;       // (terms)
    std::vector<std::vector<double>> per_laser_;  // (lasers)(entries) what each adds
};

/// A state in which nothing changes any more.
struct SteadyState {
    std::vector<double> amount;  ///< (classes) >= 0
    /// Largest |gain - loss| / (gain + loss) of any class.
    double residual = 0;
    int iterations = 0;  ///< Jacobians factored
};

/// The steady state that a system runs into from a start: implicit steps that grow as fast as the state allows, and
/// Newton's method with one row per group replaced by the conservation of its total (theory: rate-equations.5).
/// From a start near by (a steady state at another irradiance) it is a few iterations of Newton's method alone, which
/// follow a branch also where it is unstable (see `relaxation_rates`); from the ground level it is where the light
/// leads.
/// @param start  (classes) not negative, with the totals of the groups
/// @throws NumericsError with the residual reached, where there is no steady state to 1e-10 or it depends on the start
SteadyState steady_state(RateSystem const& system, std::span<double const> irradiance_W_per_cm2,
                         std::span<double const> start);

/// d ln n_c / d ln I at a steady state, exactly, by the implicit function theorem; 0 for empty classes.
std::vector<double> steady_slopes(RateSystem const& system, std::span<double const> irradiance_W_per_cm2,
                                  SteadyState const& steady, std::size_t laser);

/// Eigenvalues of the Jacobian where totals are kept [1/s], (classes - groups), the largest real part first: a steady
/// state is stable where all are negative, and the first is the slowest time there is.
std::vector<std::complex<double>> relaxation_rates(RateSystem const& system,
                                                   std::span<double const> irradiance_W_per_cm2,
                                                   std::span<double const> amount);

}  // namespace lanthorn
