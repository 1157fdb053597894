#pragma once

#include "lanthorn/data/tree.hpp"

namespace lanthorn {

/// The record of a run: everything it found out, as a tree. record.h5, summary.json, the CSV files and the report
/// are made from it alone; it depends on recipe, seed, data files and code version and on nothing else.
///
/// Layout (g = group, units in the attribute "units"; `x_error` is the standard error of `x`):
///
///     attributes            title, version, git, recipe_hash, data_hash, notation
///     recipe/toml           the recipe, all defaults filled in
///     particle/             ions/<element> (counts), regions/{name, host, outer_size}, mass, molar_mass,
///                           rare_earth_sites, vacancies, surface_fraction, mean_YbYb_distance, sphere_diameter …
///       sites/              position (n,3) nm, element (n), region (n): every cation and dopant, for the view
///     spectrum/             wavelength (n), photon_rate (n) [1/s/nm], photon_rate_error
///     bands/<name>/         photon_rate, quantum_yield, wavelength, from, to, ion; lifetime where a decay was asked for
///     decay/<name>/         time_from, time_to, intensity, intensity_error (photons/s), fit results
///     populations/          species, region, level, energy, fraction, fraction_error (one row per class)
///     flux/                 label, process, rate, rate_error (events/s, one row per channel that fired)
///     balance/              absorbed, emitted, heat, stored, residual [cm^-1/s], each with _error
///     levels/<species>/     label (n), energy (n), emission (n x n photons/s) for the level diagram
///     parameters/           name, value, unit, sigma, source, where, kind, recalled: one row per number used
///     sources/              key, citation, bibtex
///     notes/                assumed (n), left_out (n), warnings (n): sentences
///     statistics/           trajectories, chunks, events, trials, duration, burn_in
using RecordTree = Tree;

}  // namespace lanthorn
