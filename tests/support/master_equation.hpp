#pragma once

#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/pump_program.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// The probability of each joint state of a few ions, solved without random numbers: dp/dt = p Q, where Q
/// holds the rate of every event between every two states. What the Monte Carlo samples, and written from the
/// definition of a Network alone.
///
/// States are numbered with the last ion fastest; their number is the product of the level counts.
/// Irradiances are constant; `exact_course` chains several for a pump program.
class MasterEquation {
public:
    /// @param irradiance_W_per_cm2  (lasers)
    explicit MasterEquation(Network const& network, std::span<double const> irradiance_W_per_cm2 = {});

    std::size_t states() const { return exit_per_s_.size(); }
    std::size_t state_of(std::span<LevelId const> levels) const;
    std::vector<LevelId> levels_of(std::size_t state) const;

    /// Probabilities of the start: the levels, then each excitation in turn, ion by ion.
    std::vector<double> start(InitialState const& initial) const;
    /// Each ion of the species in level `from` goes to `to` with the probability, independently.
    void excite(std::vector<double>& p, Excite const& how) const;

    /// Steady state by the elimination of Grassmann, Taksar and Heyman 1985: no subtractions,
    /// so every probability has small relative error. O(states^3).
    /// @throws NumericsError where a state other than those that lead back to state 0 is absorbing
    std::vector<double> steady() const;

    /// Probabilities after a time and their integral over it [s], by uniformisation: relative error about
    /// 1e-10. Work is states * channels * largest exit rate * time. Source: Jensen 1953.
    struct Course {
        std::vector<double> p, integral_s;
    };
    Course after(std::vector<double> p, double time_s) const;

    /// Mean number of ions in each class (level l of species s is class first_class()[s] + l).
    std::vector<double> class_populations(std::span<double const> p) const;
    /// Probability of each level of one ion.
    std::vector<double> ion_populations(std::span<double const> p, IonId ion) const;
    /// Events of each channel per second at probabilities p; with `integral_s` for p, expected counts.
    std::vector<double> channel_rates(std::span<double const> p) const;
    /// Largest |dp/dt| of any state [1/s].
    double residual(std::span<double const> p) const;
    /// Sum of all rates out of a state [1/s].
    double exit_rate(std::size_t state) const { return exit_per_s_[state]; }

private:
    struct Jump {
        std::size_t from, to;
        double rate_per_s;
    };
    void add(std::size_t from, std::size_t to, double rate_per_s);
    void add_events_of(std::size_t state);

    Network const network_;
    std::vector<double> irradiance_;
    std::vector<std::size_t> stride_;  // (ions)
    std::vector<Jump> jumps_;
    std::vector<double> exit_per_s_;                                            // (states)
    std::vector<std::vector<std::pair<std::size_t, double>>> rate_of_channel_;  // (channels) state, rate
};

/// What an engine gathers, exactly, at each of some ascending times.
struct ExactCourse {
    std::vector<std::vector<double>> population;    ///< (times)(classes) mean ions
    std::vector<std::vector<double>> population_s;  ///< (times)(classes) its integral over [0, t]
    std::vector<std::vector<double>> counts;        ///< (times)(channels) mean events over [0, t]
};
ExactCourse exact_course(Network const& network, PumpProgram const& pump, InitialState const& initial,
                         std::span<double const> at_s);

}  // namespace lanthorn
