#pragma once

#include "lanthorn/luminescence/network.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lanthorn {

/// A linear functional of one trajectory in one time window: sum of weight * (mean number of ions in a class)
/// + sum of weight * (events of a channel per second). Photon rates are Einstein coefficients times occupation.
struct Observable {
    std::string name;  ///< "Er:4S3/2->4I15/2", "absorbed"
    std::string unit;  ///< "1/s"
    std::vector<std::pair<std::size_t, double>> per_class;
    std::vector<std::pair<std::size_t, double>> per_channel;
};

/// What an engine gathers while it runs; there is no event log. What is taken at a time at which the light switches or a
/// pulse comes is taken before it.
struct ObservablePlan {
    double end_s = 0;                     ///< a trajectory runs over [0, end]
    std::vector<double> snapshot_at_s;    ///< ascending, <= end: ions in each class at these times
    double count_from_s = 0;              ///< events are counted from here on
    std::vector<double> count_until_s;    ///< ascending, > count_from, <= end: events of each channel up to t
    std::vector<double> window_edges_s;   ///< ascending, <= end: mean ions in each class between edges
    std::vector<Observable> observables;  ///< evaluated in each window, with their covariance
    /// What is asked for are averages of the steady state: when single events happen within an excitation's life does
    /// not matter (see MonteCarlo::solve_migration).
    bool steady = false;

    std::size_t windows() const { return window_edges_s.empty() ? 0 : window_edges_s.size() - 1; }
};

}  // namespace lanthorn
