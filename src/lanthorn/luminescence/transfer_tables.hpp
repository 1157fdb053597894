#pragma once

#include "lanthorn/luminescence/accelerators.hpp"
#include "lanthorn/luminescence/kernel.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/partner_lists.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace lanthorn {

/// The network as the kernel reads it, apart from what irradiance changes.
class TransferTables {
public:
    explicit TransferTables(Network const& network, Accelerators use = {});

    kernel::Tables view() const;
    std::size_t bytes() const;

    /// What one event of a channel does to the populations: (class, change), no zeros.
    using Change = std::vector<std::pair<std::uint32_t, std::int64_t>>;
    Change const& change(std::size_t channel) const { return changes_[channel]; }

    SpeciesId acceptor_of(std::uint32_t pair_lane) const { return pair_lane_[pair_lane].acceptor; }

    /// Channels of fast exchange.
    std::vector<std::uint32_t> exchange_channels() const;

private:
    /// Acceptors of one species under one distance law. Laws are numbered by their first channel.
    struct PairLane {
        std::size_t law;
        SpeciesId acceptor;
        bool operator==(PairLane const&) const = default;
    };
    /// Couples of two species; `once`: those whose donor is numbered after the ion that proposes, so that each
    /// unordered pair of like donors comes once.
    struct TripleLane {
        SpeciesId donor, acceptor;
        bool once;
        bool operator==(TripleLane const&) const = default;
    };

    std::uint32_t class_of(SpeciesId species, LevelId level) const;
    void number_lanes(Network const& network);
    void sum_pair_coefficients(Network const& network);
    void sort_triples(Network const& network);
    bool donates(SpeciesId species, std::size_t lane) const;
    void list_partners(Network const& network);
    void sort_extra_rates(Network const& network);
    void find_absorbers(Network const& network);
    void find_exchange(Network const& network);
    void sum_changes(Network const& network);

    std::uint32_t ions_, classes_, lanes_ = 0, pair_lanes_ = 0;
    std::vector<std::size_t> first_class_;
    std::vector<PairChannel> laws_;  // the first channel of each
    std::vector<PairLane> pair_lane_;
    std::vector<TripleLane> triple_lane_;
    std::vector<std::size_t> law_begins_;
    std::vector<double> most_, between_;
    std::vector<std::uint32_t> pair_first_;
    std::vector<kernel::PairRow> pair_rows_;
    PartnerLists partners_;
    std::vector<kernel::Couple> couples_;
    std::vector<std::uint32_t> triple_first_;
    std::vector<kernel::TripleRow> triple_rows_;
    std::vector<std::uint32_t> extra_base_, extra_first_;
    std::vector<double> extra_total_;
    std::vector<kernel::OneSiteRow> extra_rows_;
    std::vector<std::uint32_t> ions_by_species_;
    std::vector<unsigned char> asleep_;  // (classes)
    std::vector<std::uint16_t> mate_;    // (classes) or empty
    std::vector<double> mate_rate_;
    std::vector<std::uint32_t> mate_channel_;
    std::vector<Change> changes_;
};

/// One-site rates at one irradiance, the most frequent row of each class first.
class OneSiteRates {
public:
    /// @param left_out  channels that are followed otherwise
    OneSiteRates(Network const& network, std::vector<double> const& irradiance_W_per_cm2,
                 std::vector<std::uint32_t> const& left_out = {});

    kernel::OneSiteTables view() const { return {total_.data(), first_.data(), rows_.data()}; }

private:
    std::vector<double> total_;
    std::vector<std::uint32_t> first_;
    std::vector<kernel::OneSiteRow> rows_;
};

}  // namespace lanthorn
