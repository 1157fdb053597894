#pragma once

#include "lanthorn/data/tree.hpp"

#include <string>
#include <vector>

namespace lanthorn {

/// Rates of one band against what was varied, all else fixed.
struct SweepSeries {
    std::string name;  ///< the band, with the other values where several keys are varied
    std::vector<double> x, rate, error, slope, slope_error;  ///< (points), errors and slopes may be empty
};

struct SweepData {
    std::string name, unit;  ///< of what is varied: an irradiance before other numbers
    std::vector<SweepSeries> series;
};

/// What a record's sweep shows as curves; no series where nothing but words is varied.
SweepData sweep_data(Tree const& record);

/// A row per point: what is varied, the engine, and the rates of the bands with their slopes.
std::string sweep_html(Tree const& record);

}  // namespace lanthorn
