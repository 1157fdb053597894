#pragma once

namespace lanthorn {

/// What makes trajectories cheaper and leaves their law alone (theory: transfer-monte-carlo.6 to 8); each can be left out
/// to be compared. One more is MonteCarlo::solve_migration.
struct Accelerators {
    /// Ions in a lowest level that gives nothing are drawn by species, not listed one by one.
    bool group_absorbers = true;
    /// Exchange of two levels of an ion by phonons, where it is far faster than all else there, is drawn only when the
    /// ion is looked at. Of these two channels only what is left over is counted: events there minus events back, look
    /// by look.
    bool fast_exchange = false;
};

}  // namespace lanthorn
