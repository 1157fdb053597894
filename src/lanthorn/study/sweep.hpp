#pragma once

#include "lanthorn/data/tree.hpp"
#include "lanthorn/study/record.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lanthorn {

/// One combination of the values that a recipe's sweeps take.
struct SweepPoint {
    std::size_t number = 0;    ///< also of its random numbers
    std::vector<Node> values;  ///< (sweeps), files as the run folder holds them
    Recipe recipe;  ///< the base with these values and without sweeps; shares the events of comparison
};

/// The points in their order, the last sweep fastest. All else is as in the base recipe with its defaults filled in.
/// @param warnings  what is doubtful about a point, each sentence once
/// @throws InputError with the sweep's value that makes no sense
std::vector<SweepPoint> points_of(Recipe const& recipe, std::vector<Finding>& warnings);

/// "excitation[0].irradiance = 10 W/cm^2, temperature.value = 295 K"
std::string label_of(Recipe const& recipe, SweepPoint const& point);

struct SweepOptions {
    unsigned threads = 1;
    Progress progress;
    StopToken stop;
    std::filesystem::path folder;  ///< of finished points and chunks; empty = keep none
    /// Called with each record as it comes; `restored` where it was found in the folder.
    std::function<void(SweepPoint const& point, Tree const& record, bool restored)> done;
};

/// The records of the points, without positions of sites; nothing where it was stopped. Engines are shared by points
/// that differ in light only. No point depends on another, so that a run that goes on has the same bytes.
/// @param bench  of the base recipe
std::optional<std::vector<Tree>> run_points(std::vector<SweepPoint> const& points, Workbench& bench,
                                            SweepOptions const& options);

/// d ln y / d ln x at each point of a curve, from the point and its neighbours (theory: observables.11).
/// @param x  (n) ascending, > 0
/// @param y  (n), not a number is returned where one that is needed is not > 0
struct LocalSlope {
    double value, error;
};
std::vector<LocalSlope> local_slopes(std::span<double const> x, std::span<double const> y,
                                     std::span<double const> y_error);

/// The record of a sweep:
///
///     attributes, recipe, parameters, sources, notes   as of a run (see record_of)
///     particle/                where all points have that of the base recipe
///     sweep/key                (sweeps) what is varied
///     sweep/value/<k>          (points) its values, numbers in the house unit or texts
///     sweep/engine             (points)
///     sweep/bands/<name>/      photon_rate, quantum_yield and, where an irradiance is varied, slope (points), each
///                              with `_error` where a point has one; for main bands of any point
///     points/<number>/         the record of each point, without what is above
Tree sweep_record(Recipe const& recipe, std::vector<SweepPoint> const& points,
                  std::vector<Tree> const& records, Tree const& particle_of_base);

/// sweep.csv: one row per point.
std::string sweep_csv(Tree const& record);

}  // namespace lanthorn
