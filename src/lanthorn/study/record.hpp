#pragma once

#include "lanthorn/crystal/crystal.hpp"
#include "lanthorn/data/tree.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/solve.hpp"

#include <string>
#include <vector>

namespace lanthorn {

/// Everything a run depends on, as one hash (16 hex digits): the recipe with its defaults, data files, code version.
std::string run_identity(Recipe const& recipe);

/// The record of a run: everything it found out, as a tree. record.h5, summary.json, the CSV files and the report
/// are made from it alone; it depends on recipe, seed, data files and code version and on nothing else.
///
/// Layout (units in the attribute "units"; `x_error` is the standard error of `x`, which rate equations lack):
///
///     attributes            title, version, git, recipe_hash, data_hash, notation, excitation
///     recipe/toml           the recipe, all defaults filled in
///     particle/             ions/<element>, figures of the particle calculator
///       sites/              position (n,3) nm, element (n), region (n): every cation, for the view
///     spectrum/             wavelength (n), photon_rate (n) [1/s/nm], photon_rate_error
///     bands/<name>/         photon_rate, quantum_yield, wavelength, from, to, ion, main (1 = heads the report);
///                           lifetimes where a decay was asked for; `slope` d ln rate / d ln irradiance where
///                           rate equations were in a steady state (several lasers: slope_1, slope_2 …)
///     decay/<name>/         time_from, time_to, intensity, intensity_error [1/s]
///     populations/          species, region, level, energy, fraction, fraction_error (one row per class)
///     flux/                 label, process, rate, rate_error [1/s] (one row per channel that fired)
///     balance/              absorbed, emitted, heat, stored, residual [cm^-1/s]; absorbed_photons, emitted_photons [1/s]
///     levels/<ion>/         label (n), energy (n), emission (n x n photons/s, row = upper level)
///     parameters/           name, value, unit, sigma, source, where, kind, recalled: one row per number used
///     sources/              key, citation, bibtex
///     notes/                assumed, left_out, warnings: sentences
///     engine/               name, chosen_by ("recipe" or "auto"), why
///       comparison/<engine>/  band (n), ratio (n) of its rate to that of Monte Carlo, ratio_error; undecided (bands
///                           that the sample does not know); trajectories, events, burn_in, duration of the sample;
///                           memory: the share of a difference that its burn-in may have left
///     sampling/             of several structures: structures, trajectories_each, work_per_structure and
///                           work_per_trajectory [trials], control_structures (0 = no control variate)
///       bands/<name>/       between, within [1/s^2] variances of the photon rate, best_trajectories per structure
///                           (absent where structures do not differ), uncontrolled_rate, variance_reduction by the
///                           control
///     statistics/           trajectories, chunks, chunk_size, events, trials, burn_in, duration, worst_error; of rate
///                           equations residual, iterations, steps and, under pulses, burn_in and duration
Tree record_of(Recipe const& recipe, Answer const& answer);

/// The same of a run by Monte Carlo.
Tree record_of(Recipe const& recipe, Assembly const& assembly, Schedule const& schedule,
               std::vector<Band> const& bands, RunResult const& result);

/// The figures of the summary table under stable names, each { value, error, unit, kind }.
Tree summary_of(Tree const& record);

}  // namespace lanthorn
