#pragma once

#include "lanthorn/crystal/cell_grid.hpp"
#include "lanthorn/luminescence/kernel.hpp"
#include "lanthorn/luminescence/network.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace lanthorn {

/// The network as the kernel reads it, apart from what irradiance changes.
class TransferTables {
public:
    explicit TransferTables(Network const& network);

    kernel::Tables view() const;
    std::size_t bytes() const;

    /// What one event of a channel does to the populations: (class, change), no zeros.
    using Change = std::vector<std::pair<std::uint32_t, std::int64_t>>;
    Change const& change(std::size_t channel) const { return changes_[channel]; }

private:
    void sum_coefficients(Network const& network);
    void reserve_far_partners(Network const& network, CellGrid const& grid, std::vector<char> const& accepts);
    void weigh_partners(Network const& network);
    void sort_extra_rates(Network const& network);

    std::uint32_t ions_, species_, classes_;
    std::vector<std::size_t> first_class_;
    std::vector<double> most_, between_, weight_;
    std::vector<std::uint32_t> pair_first_;
    std::vector<kernel::PairRow> pair_rows_;
    std::vector<kernel::Nearest> nearest_;
    std::vector<kernel::FarRange> far_range_;
    std::vector<std::uint32_t> far_until_, far_ion_;
    std::vector<std::uint32_t> extra_first_, extra_channel_;
    std::vector<std::uint16_t> extra_from_, extra_to_;
    std::vector<double> extra_rate_;
    std::vector<Change> changes_;
};

/// One-site rates at one irradiance, the most frequent row of each class first.
class OneSiteRates {
public:
    OneSiteRates(Network const& network, std::vector<double> const& irradiance_W_per_cm2);

    kernel::OneSiteTables view() const { return {total_.data(), first_.data(), rows_.data()}; }

private:
    std::vector<double> total_;
    std::vector<std::uint32_t> first_;
    std::vector<kernel::OneSiteRow> rows_;
};

/// Memory of one rate tree, padded so that a descent can never leave it.
class RateTree {
public:
    explicit RateTree(std::size_t leaves);

    kernel::Tree view();

private:
    struct alignas(64) Line { double x[8]; };
    std::vector<std::vector<Line>> rate_, until_;
};

}  // namespace lanthorn
