#pragma once

#include "lanthorn/base/index.hpp"
#include "lanthorn/base/stream.hpp"
#include "lanthorn/base/vec3.hpp"
#include "lanthorn/crystal/particle.hpp"
#include "lanthorn/data/tree.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// Where a site lies on the topology: cell indices and position within the cell.
struct LatticeIndex {
    std::int32_t i = 0, j = 0, k = 0;
    std::uint16_t position = 0;

    bool operator==(LatticeIndex const&) const = default;
};

/// A finite crystal, atom by atom: one topology of positions, an occupant on each.
///
/// Sites are ordered by lattice index; sites that are vacant by nature (the empty half of the 2h column of
/// the beta phase) are sites like others, so that diffusion can fill them.
///
/// Core and shells share the topology of the core. Displacement rule: … (see build).
struct Crystal {
    std::vector<Occupant> occupants;           ///< kinds; index 0 is the vacancy
    std::vector<std::string> region_names;     ///< "core", "shell 1", …
    std::vector<Host> region_hosts;            ///< (regions)

    // One entry per site.
    std::vector<LatticeIndex> lattice;
    std::vector<Vec3> position_nm;
    std::vector<std::uint8_t> occupant;        ///< index into occupants
    std::vector<std::uint8_t> region;          ///< index into region_hosts
    std::vector<std::uint8_t> cation;          ///< 1 = a cation position (of any kind)

    std::size_t size() const { return occupant.size(); }
    Occupant const& at(SiteId site) const { return occupants[occupant[site.value]]; }
};

/// Builds a crystal of a plan. The same plan and seed give the same crystal; a site keeps its random
/// number when doping or shells change (common random numbers).
/// @throws InputError where the regions do not share one topology or a region is empty
Crystal build(Particle const& plan, StreamSeed seed);

/// Extended XYZ (OVITO, ASE) [angstrom], with region, site, charge columns.
std::string to_xyz(Crystal const& crystal, std::string_view comment = {});
/// CIF, P1, one atom per ion in a box around the particle.
std::string to_cif(Crystal const& crystal, std::string_view name);
Tree to_tree(Crystal const& crystal);
Crystal crystal_from(Tree const& tree);

}  // namespace lanthorn
