#pragma once

#include "lanthorn/study/solve.hpp"

#include <memory>

namespace lanthorn {

/// Trials that setting up a structure counts as, per ion that takes part: a fixed figure, near what crystal, rates and
/// tables take of a processor beside trials, so that no decision depends on time.
inline constexpr double setup_trials_per_ion = 1000;

struct EnsembleResult {
    RunResult result;  ///< one entry per structure in all moments; neither snapshots nor occupations
    /// The first structure, its network with channels that only other structures have.
    std::shared_ptr<Assembly const> assembly;
};

/// Runs random structures of one recipe, `luminescence.structures` at least, each with the same number of trajectories,
/// and extends what is cheaper until the error of the mean over structures is the wanted one. Structure k is the crystal
/// of the stream's structure k; 0 is that of `first`. Decisions rest on folded results of rounds alone, hence are the
/// same for any number of threads and any restart. The mean field of each structure, and of more without trajectories,
/// corrects the averages where recipe and light allow it (theory: observables.13 to 17).
/// @param base  the schedule of the first structure; burn-in and duration hold for all
/// @throws InputError where a structure has other kinds of ions than the first
EnsembleResult simulate_structures(Recipe const& recipe, Assembly const& first, Schedule const& base,
                                   std::vector<Band> const& bands, RunOptions const& options);

/// Whether the mean field is a control variate here: wanted, or left out and the light continuous.
bool is_controlled(Recipe const& recipe);

}  // namespace lanthorn
