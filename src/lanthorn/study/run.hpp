#pragma once

#include "lanthorn/base/progress.hpp"
#include "lanthorn/base/stop_token.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"
#include "lanthorn/study/sampling.hpp"
#include "lanthorn/study/schedule.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lanthorn {

/// A unit of work: consecutive trajectories, folded in their order by one worker.
struct Job {
    std::uint64_t chunk = 0;
    TrajectoryRange range;
};

/// Trajectories of a full chunk: a constant of the record format. Where 64 would be more than a sixteenth of the event
/// limit, a run has smaller chunks; that follows from the recipe alone (see chunk_size_for).
inline constexpr std::uint64_t full_chunk = 64;
/// After so many chunks an error is looked at for the first time.
inline constexpr std::uint64_t least_chunks = 4;

struct RunOptions {
    unsigned threads = 1;
    Progress progress;
    StopToken stop;
    std::filesystem::path checkpoints;  ///< folder of finished chunks; empty = keep none
    std::string identity;               ///< what a checkpoint must have been made with (see run_identity)
    std::uint32_t sweep_point = 0;      ///< of the streams
};

struct RunResult {
    Tally tally;
    std::uint64_t chunks = 0;  ///< folded
    std::uint64_t chunk_size = full_chunk;
    bool finished = false;             ///< false: stopped on the way, finished chunks are in the folder
    bool reached_error = true;         ///< false: the event limit came first
    double worst_error = 0;            ///< relative, of the bands that count
    std::optional<Sampling> sampling;  ///< of several structures (see simulate_structures)
};

/// Events of one trajectory, extrapolated from a short one (its random numbers are not those of any result).
struct Pilot {
    double events_per_trajectory = 0;
    std::int64_t events = 0, trials = 0;  ///< of the pilot itself
};
inline constexpr std::int64_t pilot_trials = 1'000'000;
Pilot pilot(MonteCarlo const& engine, Schedule const& schedule, StreamSeed seed,
            std::int64_t trials = pilot_trials);

/// These trajectories, in chunks on threads, without checkpoints; nothing where it was stopped.
std::optional<Tally> run_trajectories(MonteCarlo const& engine, Schedule const& schedule,
                                      TrajectoryRange range, std::uint64_t chunk_size,
                                      RunOptions const& options);

/// Trajectories of a chunk of this run.
std::uint64_t chunk_size_for(Recipe const& recipe, MonteCarlo const& engine, Schedule const& schedule,
                             std::uint32_t sweep_point = 0);

/// The bands a recipe names, in its order.
/// @throws InputError with every name that is no band of the network
std::vector<Band> named_bands(Recipe const& recipe, std::vector<Band> const& bands);

/// Bands that head a report and whose error counts: those a recipe names, else the strongest line of each level that
/// makes more than 1e-4 of all photons, the eight brightest of them.
/// @throws InputError as named_bands
std::vector<Band> main_bands(Recipe const& recipe, std::vector<Band> const& bands, Tally const& tally);

/// The largest relative error of these bands in a window; 1 where a band is dark.
double relative_error(JointMoments const& window, std::vector<Band> const& bands);

/// Runs chunks until the number of trajectories, the wanted error or the event limit is reached. All decisions rest on
/// folded results at the borders of rounds, hence are the same for any number of threads and any restart
/// (theory: observables.9).
RunResult simulate(Recipe const& recipe, MonteCarlo const& engine, Schedule const& schedule,
                   std::vector<Band> const& bands, RunOptions const& options);

}  // namespace lanthorn
