#pragma once

#include "lanthorn/data/tree.hpp"
#include "lanthorn/study/recipe.hpp"

#include <filesystem>

namespace lanthorn {

/// What lies in a run's folder: the recipe and finished chunks while it runs; record.h5, summary.json, spectrum.csv,
/// decay_<band>.csv, populations.csv, particle.xyz when it is done. Of a sweep: finished points while it runs;
/// record.h5, summary.json, sweep.csv and, where all points have one particle, particle.xyz.
struct RunFolder {
    std::filesystem::path path;

    std::filesystem::path recipe() const { return path / "recipe.toml"; }
    std::filesystem::path inputs() const
    {
        return path / "inputs";
    }  ///< copies of files that the recipe names
    std::filesystem::path chunks() const { return path / "chunks"; }
    std::filesystem::path points() const { return path / "points"; }
    std::filesystem::path record() const { return path / "record.h5"; }
    std::filesystem::path report() const { return path / "report.html"; }
    bool is_complete() const { return std::filesystem::exists(record()); }
};

/// Makes the folder and writes the recipe into it, with copies of the files that it names, so that the folder can be
/// resumed from anywhere.
/// @throws InputError where it holds another run and `replace` is false, or two files of the recipe have one name
RunFolder begin_run(std::filesystem::path const& path, Recipe const& recipe, bool replace);

/// Writes everything that follows from the record, then removes the chunks.
void finish_run(RunFolder const& folder, Tree const& record, std::string const& particle_xyz);

/// The same for the record of a sweep (see sweep_record); removes the points.
void finish_sweep(RunFolder const& folder, Tree const& record, std::string const& particle_xyz);

}  // namespace lanthorn
