#pragma once

#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/master_equation.hpp"
#include "support/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lanthorn {

/// Many comparisons of one kind of number, judged together (Bonferroni).
class Comparison {
public:
    void add(std::string what, Moments const& seen, double exact)
    {
        what_.push_back(std::move(what));
        p_.push_back(p_of_total(seen, exact));
    }

    std::size_t size() const { return p_.size(); }
    double p() const { return p_of_all(p_); }
    std::string worst() const
    {
        std::size_t const i = std::size_t(std::ranges::min_element(p_) - p_.begin());
        return what_[i] + ": p = " + fmt::format("{:.3g}", p_[i]) + " of " + std::to_string(size()) +
               " comparisons";
    }

private:
    std::vector<std::string> what_;
    std::vector<double> p_;
};

/// Snapshots, counts and (between consecutive times, from 0) occupations at the same times, as `exact_course`
/// has them.
inline ObservablePlan plan_at(std::vector<double> const& at_s)
{
    ObservablePlan plan;
    plan.end_s = at_s.back();
    plan.snapshot_at_s = plan.count_until_s = plan.window_edges_s = at_s;
    plan.window_edges_s.insert(plan.window_edges_s.begin(), 0.0);
    return plan;
}

/// Everything that a tally of `plan_at(at_s)` holds beside its exact value.
inline Comparison compare(Network const& network, Tally const& tally, ExactCourse const& exact,
                          std::vector<double> const& at_s)
{
    Comparison all;
    std::size_t const classes = network.classes(), channels = network.channels();
    for (std::size_t k = 0; k < at_s.size(); ++k) {
        std::string const at = " at " + std::to_string(at_s[k]) + " s";
        double const length = at_s[k] - (k > 0 ? at_s[k - 1] : 0);
        for (std::size_t c = 0; c < classes; ++c) {
            all.add("ions in class " + std::to_string(c) + at, tally.snapshot[k * classes + c],
                    exact.population[k][c]);
            double const before = k > 0 ? exact.population_s[k - 1][c] : 0;
            all.add("mean ions in class " + std::to_string(c) + at, tally.occupation[k * classes + c],
                    (exact.population_s[k][c] - before) / length);
        }
        for (std::size_t c = 0; c < channels; ++c)
            all.add("events of channel " + std::to_string(c) + at, tally.counts[k * channels + c],
                    exact.counts[k][c]);
    }
    return all;
}

/// Runs trajectories and compares them with the exact course.
inline Comparison compare_with_exact(Network const& network, PumpProgram const& pump,
                                     InitialState const& initial, std::vector<double> const& at_s,
                                     std::uint64_t trajectories)
{
    Tally const tally = run(network, pump, initial, plan_at(at_s),
                            {.seed = {test_seed()}, .first = 0, .count = trajectories});
    return compare(network, tally, exact_course(network, pump, initial, at_s), at_s);
}

}  // namespace lanthorn
