#pragma once

#include "lanthorn/luminescence/kernel.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/transfer_tables.hpp"

#include <cstdint>
#include <vector>

namespace lanthorn {

/// Which groups there are for a network at the irradiances it will see, and room for their members.
class GroupPlan {
public:
    /// @param one_site  one per irradiance
    GroupPlan(Network const& network, TransferTables const& transfer,
              std::vector<OneSiteRates> const& one_site);

    std::size_t members() const { return begins_.back(); }
    /// Groups without members, for one of the irradiances.
    void apply(kernel::Groups& groups, std::size_t irradiance) const;

private:
    std::int64_t lowest_ = 0;
    double unit_ = 1;
    std::vector<std::uint32_t> begins_;                      // (groups + 1)
    std::vector<std::vector<kernel::Absorbers>> absorbers_;  // (irradiances)
};

/// The memory in which the ions of one trajectory are grouped.
class GroupMemory {
public:
    GroupMemory(GroupPlan const& plan, std::size_t ions);

    void lend(kernel::Groups& groups);

private:
    std::vector<std::uint32_t> members_, place_;
    std::vector<std::uint16_t> of_;
};

}  // namespace lanthorn
