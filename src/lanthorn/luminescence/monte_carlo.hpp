#pragma once

#include "lanthorn/base/stop_token.hpp"
#include "lanthorn/base/stream.hpp"
#include "lanthorn/luminescence/accelerators.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/observable_plan.hpp"
#include "lanthorn/luminescence/pump_program.hpp"
#include "lanthorn/luminescence/tally.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace lanthorn {

class Migration;

/// Consecutive trajectories of one family of streams.
struct TrajectoryRange {
    StreamSeed seed;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};

/// One event, as an observer sees it.
struct Event {
    std::uint64_t trajectory;
    std::int64_t step;    ///< 0-based
    double time_s;        ///< after the event
    IonId ion, partner;   ///< donor and acceptor; partner == ion for one-site events
    IonId second_donor;   ///< of cooperative events, else == ion
    std::size_t channel;  ///< numbering of the network
};
using EventObserver = std::function<void(Event const&)>;

/// Exact kinetic Monte Carlo of a network by thinning: each ion has a bound on its rate that no neighbour can
/// change, so that an event touches the ions that change and no neighbour lists.
///
/// The tables (memory of which the neighbours are nearly all) are made once and shared by any number of threads.
/// Theory: transfer-monte-carlo.5.
class MonteCarlo {
public:
    /// @throws InputError where the network is not valid (see validate)
    explicit MonteCarlo(Network network, Accelerators use = {});
    ~MonteCarlo();
    MonteCarlo(MonteCarlo&&) noexcept;
    MonteCarlo& operator=(MonteCarlo&&) noexcept;

    Network const& network() const;
    std::size_t table_bytes() const;
    /// One-site channels of which only what is left over is counted (see Accelerators::fast_exchange).
    std::vector<std::uint32_t> exchange_channels() const;

    /// Solves the walks of an excitation that is alone in the particle under the light at the beginning, where that pays
    /// (theory: transfer-monte-carlo.9). From then on `run` does not follow them hop by hop where this light is
    /// constant and the plan is for the steady state; hops are then counted with their mean number, which need not be
    /// whole, and are not among the events of a tally. Neither of the two while others run.
    void solve_migration(PumpProgram const& light, StopToken stop = {});
    void follow_migration();  ///< hop by hop again

    /// One chunk of trajectories. The same arguments give the same bytes on any thread, rank or instruction set.
    /// Stops between trajectories when asked to; the tally then says how many there are.
    /// @param observe  called for every event where not empty (slow; for the peer's output table)
    Tally run(PumpProgram const& pump, InitialState const& initial, ObservablePlan const& plan,
              TrajectoryRange range, StopToken stop = {}, EventObserver const& observe = {}) const;

private:
    struct Tables;
    std::unique_ptr<Tables const> tables_;
    std::shared_ptr<Migration const> migration_;  // null = hop by hop
    std::vector<double> migration_at_W_per_cm2_;
};

/// The engine signature of the house: makes the tables and runs one chunk.
Tally run(Network const& network, PumpProgram const& pump, InitialState const& initial,
          ObservablePlan const& plan, TrajectoryRange range, StopToken stop = {});

}  // namespace lanthorn
