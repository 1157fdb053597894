#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lanthorn {

/// Trajectories of one random structure, as far as one number is concerned.
struct StructureSample {
    std::int64_t count = 0;
    double mean = 0, variance = 0;  ///< of one trajectory
};

/// Two levels of scatter. `within`: the pooled variance of one trajectory about its structure. `between`: the variance
/// of the structures' own means, which is what their means scatter beyond the share of `within`, not below 0. With
/// one trajectory each both cannot be told apart, and `between` holds their sum. Theory: observables.13, observables.14.
struct TwoLevels {
    double mean = 0, between = 0, within = 0;
    double standard_error = 0;  ///< of the mean over structures, nesting included
};
TwoLevels two_levels(std::span<StructureSample const> structures);

/// Trajectories per structure that give the smallest error for the work (theory: observables.15); infinite where
/// structures do not differ.
double best_trajectories(double within, double between, double work_per_structure,
                         double work_per_trajectory);

/// So many structures with so many trajectories each.
struct SamplingPlan {
    std::uint64_t structures = 0, trajectories = 0;
    bool operator==(SamplingPlan const&) const = default;
};

/// What to extend next to bring the variance of the mean down to a wanted one: trajectories where those that are
/// missing at these structures are within what is best, else structures. No number grows more than fourfold.
SamplingPlan next_plan(SamplingPlan now, double within, double between, double wanted_variance,
                       double work_per_structure, double work_per_trajectory);

/// Structures below which no control variate is used: its coefficient would be too uncertain.
inline constexpr std::size_t least_controlled = 8;

/// A mean over structures, corrected with a control variate of which more structures are known:
/// y - b (m - m_all), b by least squares (theory: observables.16, observables.17). The bias of b is of order
/// 1/structures, and none where both are Gaussian.
struct Controlled {
    double coefficient = 0;   ///< b; 0 where the control is not used, since it would not lower the error
    double inflation = 1;     ///< on the mean square of residuals, for the uncertainty of b
    double control_mean = 0;  ///< over all structures
    double mean = 0, standard_error = 0;  ///< corrected
    double plain_error = 0;               ///< without the control
};
/// @param y     (structures)
/// @param m     (structures) the control of the same structures
/// @param more  the control of structures that have no y
Controlled controlled(std::span<double const> y, std::span<double const> m, std::span<double const> more);

/// What a run says of both levels, of one band's photons per second.
struct BandSampling {
    std::string band;
    TwoLevels levels;           ///< without the control
    double best = 0;            ///< trajectories per structure (see best_trajectories)
    double standard_error = 0;  ///< of the result
};

struct Sampling {
    SamplingPlan plan;
    double work_per_structure = 0;   ///< trials: the fixed equivalent of its set-up
    double work_per_trajectory = 0;  ///< trials
    std::uint64_t more = 0;          ///< structures of which only the mean field is known; 0 = no control
    std::vector<BandSampling> bands;
    std::vector<double>
        control;  ///< (observables) of the mean field, mean over the structures with trajectories
    std::vector<std::string> warnings;
};

}  // namespace lanthorn
