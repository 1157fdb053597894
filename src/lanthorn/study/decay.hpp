#pragma once

#include <optional>
#include <vector>

namespace lanthorn {

/// Intensity in consecutive time bins after the light is gone.
struct Decay {
    std::vector<double> from_s, to_s, intensity, error;
};

/// Times that describe a decay without a model of it (theory: observables.8).
struct DecayTimes {
    double one_over_e_s = 0;  ///< from the maximum down to 1/e of it, linear within bins; 0 = not reached
    double amplitude_average_s = 0;  ///< int I dt / I_max, the tail beyond the record as an exponential
    double amplitude_average_error_s =
        0;                  ///< from the errors of the bins, taken as independent, and half of the tail
    double tail_share = 0;  ///< of the integral: what lies beyond the record
    double intensity_average_s = 0;  ///< int t I dt / int I dt over the record
    double maximum_s = 0;            ///< when it is brightest, > 0 where the level is fed
};

/// Nothing where there is no light. The tail beyond the record continues with the slope of the last third of its time.
std::optional<DecayTimes> decay_times(Decay const& decay);

}  // namespace lanthorn
