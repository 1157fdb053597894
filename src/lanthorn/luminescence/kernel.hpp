#pragma once

#include <cstddef>
#include <cstdint>

/// The inner loop of transfer Monte Carlo, compiled once per instruction-set level from kernel_body.hpp. Plain data
/// and pointers only: nothing here may instantiate a template that the linker could share between the variants.
namespace lanthorn::kernel {

inline constexpr int fan = 16;         ///< children of a node of the rate tree
inline constexpr int most_levels = 8;  ///< of that tree: 16^8 ions
inline constexpr int batch = 32;       ///< trials whose random numbers are made at once
inline constexpr int near = 8;         ///< partners of an ion that lie in one cache line

/// The eight partners of greatest weight of one ion in one lane: thresholds of the cumulative weight
/// (2^32 = all, stored with the sign bit flipped), and who they are: ions, or couples in a lane of triples.
struct alignas(64) Nearest {
    std::int32_t threshold[near];
    std::uint32_t who[near];
};

/// The partners beyond the nearest eight: [first, last) of the far arrays; empty where there are none.
struct FarRange {
    std::uint32_t first, last;
};

struct OneSiteRow {
    double until;  ///< rates of the rows up to here, summed [1/s]
    std::uint32_t channel;
    std::uint16_t to;  ///< class
};

struct PairRow {
    double until;  ///< coefficients of the rows up to here, summed
    std::uint32_t channel;
    std::uint16_t donor_to, acceptor_to;  ///< classes
};

/// The other two ions of a cooperative event: the second donor and the acceptor.
struct Couple {
    std::uint32_t donor, acceptor;
};

/// A cooperative channel as its first donor sees it.
struct TripleRow {
    double coefficient;
    std::uint32_t channel;
    std::uint16_t donor_from, acceptor_from;  ///< classes in which the couple must be
    std::uint16_t to, donor_to, acceptor_to;  ///< classes after the event
};

/// Rates that a change of irradiance changes.
struct OneSiteTables {
    double const* total;         ///< (classes) sum of the class's rows [1/s]
    std::uint32_t const* first;  ///< (classes + 1)
    OneSiteRow const* rows;
};

/// Per-ion rates on top of those.
struct ExtraTables {
    std::uint32_t const* first;  ///< (ions + 1); null = there are none
    std::uint16_t const* from;   ///< class in which the row acts
    double const* rate;
    std::uint32_t const* channel;
    std::uint16_t const* to;
};

/// What never changes during a run. A lane is one kind of partner: the ions of one species under one distance law,
/// or, after all lanes of pairs, the couples of one kind of triple. An ion in class c proposes events of lane s at the
/// rate weight[ion][s] * most[c][s], of which the share between[law of s][c][class of the partner]/most[c][s] is
/// accepted (theory: transfer-monte-carlo.5).
struct Tables {
    std::uint32_t ions, lanes, pair_lanes, classes;
    double const* weight;             ///< (ions x lanes) sum of g(d) over partners
    double const* most;               ///< (classes x lanes) greatest coefficient
    std::size_t const* law_begins;    ///< (pair lanes) where the lane's law begins in the next two
    double const* between;            ///< (laws x classes x classes) sum of pair coefficients
    std::uint32_t const* pair_first;  ///< (laws x classes x classes + 1)
    PairRow const* pair_rows;
    Nearest const* nearest;          ///< (ions x lanes)
    FarRange const* far_range;       ///< (ions x lanes)
    std::uint32_t const* far_until;  ///< cumulative share of the far weight, 2^32 = all (capped at 2^32 - 1)
    std::uint32_t const* far_who;
    Couple const* couples;
    std::uint32_t const* triple_first;  ///< ((lanes - pair lanes) x classes + 1)
    TripleRow const* triple_rows;
    ExtraTables extra;
};

/// Events of one channel in the present stretch, and the sum of their times: from both follow the time integrals of
/// all populations, so that an event touches one cache line of statistics.
struct Slot {
    std::int64_t events;
    double time_s;
};

/// The rate tree: nodes of 16 children, `rate` the children's totals and `until` their running sums within the node.
/// Every node is recomputed from its children whenever one changes, so that nothing drifts.
struct Tree {
    int levels;
    double* rate[most_levels];
    double* until[most_levels];
    double total;
};

struct Observer {
    /// @param second_donor  of a cooperative event, else the ion itself
    void (*seen)(void* context, double time_s, std::uint32_t ion, std::uint32_t partner,
                 std::uint32_t second_donor, std::uint32_t channel);
    void* context;
};

/// One trajectory on its way.
struct Trajectory {
    std::uint16_t* cls;  ///< (ions) present class
    Slot* slots;         ///< (channels)
    Tree tree;
    std::uint32_t key[2];
    std::uint64_t index;
    std::uint64_t next_trial;  ///< trials whose numbers have been made
    int cursor;                ///< next of the batch; == batch: make more
    std::int64_t events, trials;
    Observer const* observer;        ///< null: nobody
    alignas(64) double wait[batch];  ///< exponential, mean 1
    alignas(64) double site[batch];
    alignas(64) double accept[batch];
    alignas(64) std::uint64_t partner[batch];
};

enum class Outcome {
    reached,  ///< the end of the stretch
    paused,   ///< after the trials allowed
};

/// Fills the tree from the classes.
using Refresh = void (*)(Tables const&, OneSiteTables const&, Trajectory&);
/// Runs a stretch of constant irradiance from `time_s` (counted from its beginning) to `end_s`, or for `most_trials`.
/// A stretch in which nothing can happen ends at once.
using Advance = Outcome (*)(Tables const&, OneSiteTables const&, Trajectory&, double& time_s, double end_s,
                            std::int64_t most_trials);

struct Kernel {
    Refresh refresh;
    Advance advance;
};

extern Kernel const baseline, v3, v4;

}  // namespace lanthorn::kernel
