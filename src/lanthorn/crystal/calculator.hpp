#pragma once

#include "lanthorn/crystal/crystal.hpp"
#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"
#include "lanthorn/data/tree.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// Standard atomic weights [g/mol], by symbol.
class AtomicMasses {
public:
    /// From a file of [[element]] tables with symbol and mass.
    /// @throws InputError with everything that is wrong
    static AtomicMasses from(Document const& document);

    /// @throws InputError where the element is not in the table
    Sourced<double> const& operator[](std::string_view element) const;

private:
    std::map<std::string, Sourced<double>, std::less<>> mass_g_per_mol_;
};

/// Ions of one element in a particle.
struct ElementFigures {
    std::int64_t ions = 0;
    std::vector<std::int64_t> ions_of_region;
    /// Mean distance from an ion to the nearest of its kind [nm]; empty for fewer than two ions and for
    /// elements that are not rare earths.
    std::optional<double> nearest_nm;
    /// n^(-1/3) with n the number density in the regions that hold the element [nm]; rare earths only.
    std::optional<double> density_distance_nm;
};

/// What one can say about a particle from its list of ions.
struct ParticleFigures {
    std::map<std::string, ElementFigures, std::less<>> elements;
    std::vector<std::string> regions;
    std::int64_t ions = 0;
    std::int64_t rare_earth_ions = 0;
    std::int64_t vacancies = 0;         ///< on positions that the perfect host fills
    std::int64_t natural_vacancies = 0; ///< on positions that the perfect host leaves partly empty
    std::int64_t net_charge =
        0; ///< sum of formal charges [e]; surfaces and aliovalent dopants are not balanced
    double mass_g = 0;
    double molar_mass_g_per_mol = 0; ///< of particles
    double volume_nm3 = 0;           ///< cell volume of each region times its number of cells
    std::vector<double> volume_of_region_nm3;
    double sphere_diameter_nm = 0; ///< of the sphere of equal volume
    double density_g_per_cm3 = 0;
    /// Of the cations on positions that can hold the dopable cation, the part that lacks a site of its first
    /// cation shell (see surface_sites).
    double surface_fraction = 0;
    double surface_rare_earth_fraction = 0; ///< the same of the rare-earth ions alone
};

/// The volume is that of the lattice, without the ligands and the half cells of a rough surface
/// (theory: crystals.5); mass is that of the ions alone. Sites of a region are counted against the positions
/// of a whole cell.
/// @throws InputError where an element has no mass
ParticleFigures figures_of(Crystal const& crystal, AtomicMasses const& masses);

/// Groups and numbers of the figures with units: ions/Yb, mass, …
Tree to_tree(ParticleFigures const& figures);

/// Particle concentration [nmol/L] of a mass concentration [mg/mL], and back (theory: crystals.6).
double nM_of(double mg_per_mL, double molar_mass_g_per_mol);
double mg_per_mL_of(double nM, double molar_mass_g_per_mol);

/// Mean distance from each point to its nearest other point; empty for fewer than two points.
std::optional<double> mean_nearest_distance_nm(std::vector<Vec3> const& position_nm);

} // namespace lanthorn
