#pragma once

#include "lanthorn/base/moments.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace lanthorn {

/// Every statistical check of the suite compares its p-value with this one number.
/// 500 checks a night, fresh seeds: 500 * 1e-6 * 365 = one false alarm in five years.
inline constexpr double false_alarm = 1e-6;

/// Seed of all statistical checks: the first 16 hex digits of the commit, so that each commit tries other
/// numbers and each can be tried again. LANTHORN_TEST_SEED (hex) overrides; without git it is a constant. A
/// failing test program prints it.
std::uint64_t test_seed();

/// Draws that see a relative shift of the mean with 99.9 % power, for sigma = cv * mean.
int draws_to_see(double shift, double cv = 1);

/// Smallest shift that `checks` simultaneous checks see with 99.9 % power, in units of the standard error's
/// unit.
double visible_shift(double standard_error, std::size_t checks = 1);

/// Two-sided p-value of a standard normal deviate.
double p_of_normal(double z);

/// "The mean is mu", known sigma of one draw.
double p_of_mean(std::span<double const> x, double mu, double sigma);

/// "The mean is mu", standard error from the draws themselves (many draws: normal, not Student's t).
/// No spread at all gives 1 where the mean is mu, else 0.
double p_of_mean(Moments const& x, double mu);

/// "Both have the same mean", each with its standard error; 0 = exact.
double p_of_means(double a, double error_a, double b, double error_b);

/// Chi-square, two-sided: too large is a wrong distribution, too small is not random.
double p_of_chi_square(double chi_square, double degrees_of_freedom);

/// "The counts have these probabilities", which sum to 1. Neighbouring cells are pooled until each
/// expects 10.
double p_of_cells(std::span<std::int64_t const> counts, std::span<double const> probability);

/// Kolmogorov-Smirnov: "the draws have this distribution function". Source: Stephens 1970.
double p_of_distribution(std::vector<double> x, std::function<double(double)> const& cdf);

/// Kolmogorov-Smirnov: "both samples have one distribution".
double p_of_samples(std::vector<double> x, std::vector<double> y);

/// "k of n with probability p", exact, twice the smaller tail (so that it errs to the quiet side).
double p_of_binomial(std::int64_t k, std::int64_t n, double p);

/// "k with mean mu", exact Poisson, twice the smaller tail.
double p_of_poisson(std::int64_t k, double mu);

/// "Numbers >= 0 per trajectory (ions, events) have this mean". Where they are rare the normal law fails:
/// then their sum, divided by variance/mean of one (at least 1), is compared with a Poisson number, which
/// errs to the quiet side.
double p_of_total(Moments const& x, double mu);
/// The same with a second series in place of the mean: the sums share the events as a binomial number does.
double p_of_totals(Moments const& x, Moments const& y);

/// p-value of the smallest of several (Bonferroni), whatever their correlation.
double p_of_all(std::span<double const> p);

/// Regularised incomplete gamma functions P(a, x) and Q = 1 - P, a > 0, x >= 0. Source: DLMF 8.7.1, 8.9.2
///.
double gamma_p(double a, double x);
double gamma_q(double a, double x);

/// Regularised incomplete beta function I_x(a, b). Source: DLMF 8.17.22.
double beta_i(double x, double a, double b);

}  // namespace lanthorn
