#pragma once

#include "lanthorn/base/index.hpp"

#include <limits>
#include <vector>

namespace lanthorn {

/// Excites ions of one species in one level at random, each with the same probability.
struct Excite {
    SpeciesId species;
    LevelId from, to;
    double probability = 0;
};

/// Irradiance over time: segments of constant irradiance one after the other, then again from the first if
/// `repeats`, else the last one goes on for ever; and delta pulses at given times. Empty = dark.
struct PumpProgram {
    struct Segment {
        double duration_s = std::numeric_limits<double>::infinity();
        std::vector<double> irradiance_W_per_cm2;  ///< (lasers)
    };
    struct DeltaPulse {
        double at_s = 0;
        Excite excite;
    };

    std::vector<Segment> segments;
    bool repeats = false;
    std::vector<DeltaPulse> pulses;  ///< ascending times

    std::vector<double> irradiance_at(double t_s, std::size_t lasers) const;  ///< on [switch, next switch)
    std::vector<double> switches_until(double end_s) const;  ///< times 0 < t < end where it changes
    /// Time integral of each laser's irradiance over [0, t] [J/cm^2].
    std::vector<double> fluence_until(double t_s, std::size_t lasers) const;
};

/// How a trajectory begins: the level of every ion, then random excitations (one draw per ion concerned).
struct InitialState {
    std::vector<LevelId> level;  ///< (ions); empty = all in the ground level
    std::vector<Excite> excited;
};

}  // namespace lanthorn
