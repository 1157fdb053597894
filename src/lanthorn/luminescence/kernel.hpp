#pragma once

#include <cstddef>
#include <cstdint>

/// The inner loop of transfer Monte Carlo, compiled once per instruction-set level from kernel_body.hpp. Plain data
/// and pointers only: nothing here may instantiate a template that the linker could share between the variants.
namespace lanthorn::kernel {

inline constexpr int fan = 16;      ///< groups of a node, and nodes
inline constexpr int batch = 32;    ///< trials whose random numbers are made at once
inline constexpr int near = 8;      ///< partners of an ion that lie in one cache line
inline constexpr int octaves = 32;  ///< that the groups span, eight groups each
inline constexpr unsigned groups_in_all = 8 * octaves;
inline constexpr std::uint16_t no_group = 0xffff;

/// The eight partners of greatest weight of one ion in one lane: thresholds of the cumulative weight
/// (2^32 = all, stored with the sign bit flipped), and who they are: ions, or couples in a lane of triples.
struct alignas(64) Nearest {
    std::int32_t threshold[near];
    std::uint32_t who[near];
};

/// The partners beyond the nearest eight: [first, last) of the far partners; empty where there are none.
struct FarRange {
    std::uint32_t first, last;
};

/// One column of an alias table: who it is below the threshold (2^32 = all), who else above.
struct FarPartner {
    std::uint32_t until, who, otherwise;
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

/// Per-ion rates on top of those. The state of an ion in class c is base[ion] + c (modulo 2^32).
struct ExtraTables {
    std::uint32_t const* base;   ///< (ions); null = there are none
    double const* total;         ///< (states) sum of the state's rows [1/s]
    std::uint32_t const* first;  ///< (states + 1)
    OneSiteRow const* rows;
};

inline constexpr std::uint16_t no_class = 0xffff;

/// Exchange between two levels so fast that it is not followed flip by flip (theory: transfer-monte-carlo.7). A class
/// of such a level is the last one that the ion was seen in.
struct ExchangeTables {
    std::uint16_t const* mate;     ///< (classes) the other level, or no_class; null = there is none
    double const* rate;            ///< (classes) to the mate [1/s]
    std::uint32_t const* channel;  ///< (classes) to the mate
};

/// What never changes during a run. A lane is one kind of partner: the ions of one species under one distance law,
/// or, after all lanes of pairs, the couples of one kind of triple. An ion in class c proposes events of lane s at the
/// rate weight[ion][s] * most[c][s], of which the share between[law of s][c][class of the partner]/most[c][s] is
/// accepted (theory: transfer-monte-carlo.5).
struct Tables {
    std::uint32_t ions, lanes, pair_lanes, classes;
    std::uint32_t const* ions_by_species;
    unsigned char const* asleep;      ///< (classes) 1 = its ions are absorbers
    double const* weight;             ///< (ions x lanes) sum of g(d) over partners
    double const* most;               ///< (classes x lanes) greatest coefficient
    std::size_t const* law_begins;    ///< (pair lanes) where the lane's law begins in the next two
    double const* between;            ///< (laws x classes x classes) sum of pair coefficients
    std::uint32_t const* pair_first;  ///< (laws x classes x classes + 1)
    PairRow const* pair_rows;
    Nearest const* nearest;     ///< (ions x lanes)
    FarRange const* far_range;  ///< (ions x lanes)
    FarPartner const* far;
    Couple const* couples;
    std::uint32_t const* triple_first;  ///< ((lanes - pair lanes) x classes + 1)
    TripleRow const* triple_rows;
    ExtraTables extra;
    ExchangeTables exchange;
};

/// Events of one channel in the present stretch, and the sum of their times: from both follow the time integrals of
/// all populations, so that an event touches one cache line of statistics.
struct Slot {
    std::int64_t events;
    double time_s;
};

/// Ions of a species in a level in which they accept energy or light and give none: they are all alike, nobody keeps
/// a list of them. Any ion of the species is drawn, and nothing happens where it is in another level.
struct Absorbers {
    std::uint32_t first, count;  ///< all ions of the species, in ions_by_species
    std::uint16_t cls;           ///< the level
    std::int64_t step;           ///< bound of each, in units
};

/// All other ions are grouped by the bound on their rate, eight groups to a factor of two; an ion is drawn from its
/// group as if its bound were the group's upper edge. Bounds are whole numbers of `unit`, so that their sums are exact.
struct Groups {
    std::int64_t lowest;          ///< exponent and three bits of the mantissa at the lower edge of group 0
    double unit;                  ///< [1/s]
    std::uint32_t const* begins;  ///< (groups) where the members of each begin
    std::uint32_t* members;
    std::uint32_t* place;  ///< (ions) among the members of its group
    std::uint16_t* of;     ///< (ions) its group or no_group
    Absorbers const* absorbers;
    std::int64_t absorbers_total;  ///< sum of count * step
    std::int64_t total;            ///< of the groups
    std::int32_t awake;            ///< ions in them
    std::uint32_t count[groups_in_all];
    alignas(64) std::int64_t before_node[fan];  ///< sum of the nodes before
    alignas(64) std::int64_t before[fan][fan];  ///< sum of the groups before, within the node
};

/// Upper edge of a group, in units.
constexpr std::int64_t step_of(unsigned group) { return std::int64_t(9 + group % 8) << group / 8; }

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
    double* seen_at;     ///< (ions) when an ion with a mate was last seen, within the stretch [s]
    double* with_mate;   ///< (classes) time spent in the mate while counted in the class [s]
    Groups groups;
    std::uint32_t key[2];
    std::uint64_t index;
    std::uint64_t next_trial;  ///< trials whose numbers have been made
    std::uint64_t looks;       ///< at ions with a mate
    int cursor;                ///< next of the batch; == batch: make more
    std::int64_t events, trials;
    Observer const* observer;        ///< null: nobody
    alignas(64) double wait[batch];  ///< exponential, mean 1
    alignas(64) std::uint64_t what[batch];
    alignas(64) std::uint64_t partner[batch];
};

enum class Outcome {
    reached,  ///< the end of the stretch
    paused,   ///< after the trials allowed
    few,      ///< after an event that left few ions awake
};

/// Fills the groups from the classes.
using Refresh = void (*)(Tables const&, OneSiteTables const&, Trajectory&);
/// Puts an ion, whose class was changed from outside, into its group.
using Regroup = void (*)(Tables const&, OneSiteTables const&, Trajectory&, std::uint32_t ion);
/// Runs a stretch of constant irradiance from `time_s` (counted from its beginning) to `end_s`, or for `most_trials`, or
/// until an event after which not more than `few` ions are awake (< 0: never). A stretch in which nothing can happen
/// ends at once.
using Advance = Outcome (*)(Tables const&, OneSiteTables const&, Trajectory&, double& time_s, double end_s,
                            std::int64_t most_trials, std::int32_t few);

struct Kernel {
    Refresh refresh;
    Regroup regroup;
    Advance advance;
};

extern Kernel const baseline, v3, v4;

}  // namespace lanthorn::kernel
