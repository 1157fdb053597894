#pragma once

#include "lanthorn/base/stop_token.hpp"
#include "lanthorn/luminescence/kernel.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/transfer_tables.hpp"
#include "lanthorn/numerics/matrix.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace lanthorn {

/// The excitation of a particle whose other ions are all in their lowest levels.
struct LoneExcitation {
    static constexpr std::uint32_t nobody = 0xffffffff;
    std::uint32_t ion = nobody;    ///< where it is, if there is one
    std::uint32_t other = nobody;  ///< a second excited ion: the walk is over
    std::uint64_t blocks = 0;      ///< of random numbers that this trajectory's walks have taken
    /// (classes) what walks add to the time integrals of the populations beyond what the counts of channels say [s]
    std::vector<double> elsewhere_s;
    std::vector<double> hops;  ///< (channels) mean number of hops that changed nothing in the end
};

/// Residence times of a lone excitation that hops among levels of one energy, solved for all places at once, at one
/// irradiance.
///
/// While all other ions are in their lowest levels the excitation is a chain of its own: it hops until it does something
/// else, or until another ion absorbs. The resolvent of that chain tells where this happens and how long it takes
/// in the mean, in one step however many hops there are. Time averages of the steady state in constant light are those
/// of the full chain; the times at which single events within a step happen are not.
/// Theory: transfer-monte-carlo.9 to 11.
class Migration {
public:
    /// @param transfer  kept by reference
    /// @return null where a lowest level does something by itself or a level has no rate of its own; where there is
    ///         nothing to gain: about two excitations at a time or more, or as much else as hops; where there are more
    ///         than 4096 places to hop among, or rates too far apart to be solved; and where it was stopped
    static std::unique_ptr<Migration const> of(Network const& network, TransferTables const& transfer,
                                               OneSiteRates const& rates, StopToken stop = {});
    Migration(Migration const&) = delete;

    /// Whether it carries on from this state: no ion is excited, or one that is not in fast exchange between two levels.
    bool carries(kernel::Trajectory const& trajectory, LoneExcitation const& lone) const;
    /// Goes on while it carries, until `end_s` or for `most_steps`.
    void advance(kernel::Trajectory& trajectory, LoneExcitation& lone, double& time_s, double end_s,
                 std::int64_t most_steps) const;

    std::size_t bytes() const;

private:
    /// Levels of one energy, and the ions that can be in one of them.
    struct Cluster {
        std::vector<std::uint16_t> classes;
        std::vector<std::uint32_t> first_node;  // (classes here + 1)
        std::vector<std::uint32_t> ion;         // (nodes)
        std::vector<double> residence_s;        // (nodes) mean time until a walk from there ends
        std::vector<double> share;              // (nodes x classes here) of that time
        std::vector<std::uint32_t> channels;    // of hops
        std::vector<double> hops_per_s;  // (nodes x channels) that change nothing in the end, in that time
        std::vector<kernel::FarPartner> ends;  // (nodes x nodes) alias tables: where it ends

        std::uint32_t nodes() const { return std::uint32_t(ion.size()); }
    };
    struct Absorbers {
        std::uint32_t first, count;  // in ions_by_species
        std::uint16_t cls;
        double rate_per_s;
    };
    class Walk;
    static constexpr std::uint8_t no_cluster = 0xff;

    Migration(Network const& network, TransferTables const& transfer, OneSiteRates const& rates);
    void find_clusters(Network const& network);
    void keep_those_that_pay();
    double hops_first(Cluster const& cluster, std::size_t slot) const;
    double life_s(Cluster const& cluster) const;
    void find_ways(Network const& network);
    Matrix chain_of(Network const& network, Cluster const& cluster, std::vector<double> const& leaves) const;
    bool solve(Network const& network, Cluster& cluster, StopToken stop) const;
    bool is_exchanged(std::uint16_t cls) const;
    bool is_hop(std::uint16_t cls, kernel::PairRow const& row) const;
    /// What an ion does but hop within its cluster while all others are in their lowest levels; with light.
    double exits_per_s(std::uint32_t ion, std::uint16_t cls) const;
    /// Calls visit(row, coefficient) for all that a class does with ions of a lane in their lowest level.
    template <class Visit>
    void visit_rows(std::uint16_t cls, std::uint32_t lane, Visit visit) const;
    /// The coefficients of hops among them, or of all else, summed.
    double coefficient(std::uint16_t cls, std::uint32_t lane, bool of_hops) const;
    struct Chosen {
        kernel::PairRow const* row;
        std::size_t list;
    };
    Chosen row_at(std::uint32_t ion, std::uint16_t cls, bool of_hops, double x) const;

    OneSiteRates rates_;
    kernel::Tables tables_;
    kernel::OneSiteTables one_;
    std::vector<std::uint16_t> lowest_;          // (classes) the lowest class of the species
    std::vector<std::uint16_t> lowest_of_lane_;  // (pair lanes) of the acceptors
    std::vector<std::uint32_t> rank_;            // (ions) within the species
    std::vector<std::uint8_t> cluster_of_;       // (classes) or no_cluster
    std::vector<Cluster> clusters_;
    /// (classes x classes) channels by which one level of a cluster leads to another, one after the other
    std::vector<std::vector<std::uint32_t>> ways_;
    std::vector<Absorbers> absorbers_;
    double absorption_per_s_ = 0;
};

}  // namespace lanthorn
