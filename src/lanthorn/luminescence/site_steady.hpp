#pragma once

#include "lanthorn/luminescence/site_rates.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// |gain - loss| / (gain + loss) of the state where that is largest.
/// @param gain, loss  (states) per second
double largest_imbalance(SiteRates const& rates, SiteRates::OneSite const& one_site,
                         std::span<double const> y, std::span<double const> u);

/// dy/dt in fields u.
void site_derivative(SiteRates const& rates, SiteRates::OneSite const& one_site, std::span<double const> y,
                     std::span<double const> u, std::span<double> dy);

struct SiteSteady {
    std::vector<double> y;  ///< (states)
    double residual = 0;
    int iterations = 0;
};

/// The steady state that the light leads to from `start`, by implicit steps that grow and Newton's method for the
/// populations that ions take in one another's fields (theory: rate-equations.15, 16).
/// @param near  whether `start` is a steady state at another irradiance, to be followed by Newton's method alone
/// @throws NumericsError
SiteSteady site_steady_state(SiteRates const& rates, std::span<double const> irradiance_W_per_cm2,
                             std::span<double const> start, bool near);

}  // namespace lanthorn
