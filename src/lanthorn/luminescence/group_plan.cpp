#include "lanthorn/luminescence/group_plan.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/luminescence/kernel_bound.hpp"

#include <algorithm>
#include <bit>
#include <bitset>
#include <cmath>

namespace lanthorn {

namespace {

/// Visits the bound of each ion in each class of its species at each irradiance.
template <class Visit>
void visit_bounds(Network const& network, kernel::Tables const& tables,
                  std::vector<OneSiteRates> const& one_site, Visit visit)
{
    auto const first = network.first_class();
    for (OneSiteRates const& rates : one_site) {
        kernel::OneSiteTables const one = rates.view();
        for (std::uint32_t i = 0; i < tables.ions; ++i) {
            std::size_t const s = network.species_of[i].value;
            for (std::size_t c = first[s]; c < first[s + 1]; ++c)
                visit(i, c, kernel::bound(tables, one, i, std::uint16_t(c)));
        }
    }
}

}  // namespace

GroupPlan::GroupPlan(Network const& network, TransferTables const& transfer,
                     std::vector<OneSiteRates> const& one_site)
    : begins_(kernel::groups_in_all + 1), absorbers_(one_site.size())
{
    kernel::Tables const tables = transfer.view();
    double greatest = 0;
    visit_bounds(network, tables, one_site,
                 [&](std::uint32_t, std::size_t, double bound) { greatest = std::max(greatest, bound); });
    LANTHORN_EXPECT(std::isfinite(greatest));
    if (greatest > 0) {
        std::int64_t const octave = kernel::key_of(greatest) / 8 - (kernel::octaves - 1);
        lowest_ = std::max<std::int64_t>(octave, 4) * 8;
        // Group 0 ends at 9 units: an eighth above the power of two at which it begins.
        unit_ = std::bit_cast<double>(std::uint64_t(lowest_ / 8) << 52) / 8;
    }

    // Room for every ion in each group that it can come into.
    std::vector<std::uint32_t> room(kernel::groups_in_all, 0);
    std::vector<std::bitset<kernel::groups_in_all>> comes(tables.ions);
    visit_bounds(network, tables, one_site, [&](std::uint32_t i, std::size_t c, double bound) {
        unsigned const group = kernel::group_at(bound, lowest_);
        if (tables.asleep[c] || group == kernel::no_group || comes[i][group]) return;
        comes[i][group] = true;
        ++room[group];
    });
    for (unsigned g = 0; g < kernel::groups_in_all; ++g) begins_[g + 1] = begins_[g] + room[g];

    std::vector<std::uint32_t> ions(network.species.size(), 0);
    for (SpeciesId s : network.species_of) ++ions[s.value];
    auto const first = network.first_class();
    for (std::size_t p = 0; p < one_site.size(); ++p) {
        std::uint32_t before = 0;
        for (std::size_t s = 0; s < ions.size(); before += ions[s++]) {
            double const rate = one_site[p].view().total[first[s]];
            if (tables.asleep[first[s]] && rate > 0)
                absorbers_[p].push_back({.first = before,
                                         .count = ions[s],
                                         .cls = std::uint16_t(first[s]),
                                         .step = kernel::step_of(kernel::group_at(rate, lowest_))});
        }
    }
}

void GroupPlan::apply(kernel::Groups& groups, std::size_t irradiance) const
{
    groups.lowest = lowest_;
    groups.unit = unit_;
    groups.begins = begins_.data();
    groups.absorbers = absorbers_[irradiance].data();
    groups.absorbers_total = 0;
    for (auto const& a : absorbers_[irradiance]) groups.absorbers_total += a.count * a.step;
}

GroupMemory::GroupMemory(GroupPlan const& plan, std::size_t ions)
    : members_(plan.members()), place_(ions), of_(ions)
{}

void GroupMemory::lend(kernel::Groups& groups)
{
    groups.members = members_.data();
    groups.place = place_.data();
    groups.of = of_.data();
}

}  // namespace lanthorn
