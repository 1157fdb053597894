#pragma once

#include "lanthorn/base/index.hpp"
#include "lanthorn/base/stream.hpp"
#include "lanthorn/base/vec3.hpp"
#include "lanthorn/crystal/particle.hpp"
#include "lanthorn/data/tree.hpp"

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// Where a site lies on the topology: cell indices and position within the cell.
struct LatticeIndex {
    std::int32_t i = 0, j = 0, k = 0;
    std::uint16_t position = 0;

    auto operator<=>(LatticeIndex const&) const = default;
};

/// The item number of a site in random access streams: 18 bits each for i, j, k, 10 for the position. It
/// depends on nothing but the lattice, so a site keeps its numbers when the particle around it changes.
/// @pre |i|, |j|, |k| < 2^17, position < 2^10
std::uint64_t site_key(LatticeIndex site);

/// A finite crystal, atom by atom: one topology of positions, an occupant on each.
///
/// Sites are ordered by lattice index; sites that are vacant by nature (the empty half of the 2h column of
/// the beta phase) are sites like others, so that diffusion can fill them.
///
/// Core and shells share the topology of the core, which stands undistorted; how a shell with another cell is
/// laid on it is told at `build`.
struct Crystal {
    std::vector<Occupant> occupants;        ///< kinds; index 0 is the vacancy
    std::vector<std::string> region_names;  ///< "core", "shell 1", …
    std::vector<Host> region_hosts;         ///< (regions)

    // One entry per site.
    std::vector<LatticeIndex> lattice;
    std::vector<Vec3> position_nm;
    std::vector<std::uint8_t> occupant;  ///< index into occupants
    std::vector<std::uint8_t> region;    ///< index into region_hosts
    std::vector<std::uint8_t> cation;    ///< 1 = a cation position (of any kind)

    std::size_t size() const { return occupant.size(); }
    Occupant const& at(SiteId site) const { return occupants[occupant[site.value]]; }
};

/// Builds a crystal of a plan, centred on the origin of a cell. The same plan and seed give the same crystal.
///
/// Random numbers belong to lattice sites (streams dopants, vacancies, cell_content): a site keeps its number
/// when doping or shells change. Of the dopable cations of a region first the vacancies are taken, then each
/// dopant, in alphabetical order, takes a fraction of all that are not vacant. A count is filled with the
/// sites of the smallest numbers, so that more of a dopant keeps the sites of less.
///
/// Mixed sites: `exact` and `binomial` give each share its rounded number within the region; `independent`
/// draws each site. Alternating order puts the shares of a column along c in turn, from a start drawn per
/// column. Split sites are filled alike in all cells of a column along c (drawn per column), so that no two
/// sodium ions come nearer than c.
///
/// Displacement rule for shells of another cell. Let D map the core's lattice vectors to those of the shell's
/// cell. Along each ray from the centre, a site's position beyond the interface is that of the interface plus
/// D times its distance from there on the core's lattice: spacings outwards are those of the shell's own
/// cell, positions are continuous, rows along the interface stay coherent with the core there and
/// approach their own spacing further out. Elastic relaxation, dislocations and a response of
/// the core are not modelled, nor are the shell's own fluorine coordinates (those of the core are used).
///
/// Every position inside the outline is filled; surfaces are not neutralised by ligands or charge balance,
/// and a dopant of another charge has no compensation. The net charge is reported by `figures_of`.
///
/// @throws InputError where the regions do not share one topology, a region is empty, a dopant is unknown or
///         fractions are out of range; keys are "core.host", "shell 1.dopants.Yb", …
Crystal build(Particle const& plan, StreamSeed seed);

/// Sites that hold one of these elements, ascending.
std::vector<SiteId> sites_of(Crystal const& crystal, std::span<std::string const> elements);
/// 1 for each site whose position can hold the dopable cation and which lacks a site of its first cation
/// shell, occupied or vacant: the surface of the lattice.
std::vector<std::uint8_t> surface_sites(Crystal const& crystal);
/// Sum of the formal charges [e].
std::int64_t net_charge(Crystal const& crystal);

/// Extended XYZ (OVITO, ASE) [angstrom] with columns species, pos, region (0 = core), site (SiteId), charge.
/// Vacancies are left out.
std::string to_xyz(Crystal const& crystal, std::string_view comment = {});
/// CIF, P1, one atom per ion in a box that leaves 1 nm around the particle. Vacancies are left out.
std::string to_cif(Crystal const& crystal, std::string_view name);
/// Everything: crystal_from(to_tree(c)) is c.
Tree to_tree(Crystal const& crystal);
/// @throws InputError where something is missing or inconsistent
Crystal crystal_from(Tree const& tree);

}  // namespace lanthorn
