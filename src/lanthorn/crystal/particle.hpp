#pragma once

#include "lanthorn/base/quantity.hpp"
#include "lanthorn/crystal/host.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lanthorn {

enum class ShapeKind { sphere, cube, rounded_cube, hexagonal_prism };

/// The outline of a region, convex and centred at the origin. `size` is the diameter of a sphere, the edge of
/// a cube, the corner-to-corner width of a hexagonal prism's base, whose corners point along the a axes and
/// whose axis is c (z).
struct Shape {
    ShapeKind kind = ShapeKind::sphere;
    double aspect_ratio = 1;  ///< height over width, hexagonal prism only
    double rounding = 0.25;   ///< radius of a rounded cube's edges over half its edge, 0 = cube, 1 = sphere

    /// Whether a point lies within the outline of this size; its surface counts as inside.
    bool contains(Vec3 point_nm, double size_nm) const;
    /// The size [nm] of the outline that runs through a point; proportional to the point.
    double size_through(Vec3 point_nm) const;
    /// Half the width [nm] of the outline along x, y, z.
    Vec3 half_extent_nm(double size_nm) const;
};

/// How many dopants a region gets.
enum class Doping {
    exact,     ///< every count is fixed: rare earth and sodium of a mixed site, each dopant, vacancies, all
               ///< rounded
    binomial,  ///< the rare-earth sites of a region are fixed in number, each draws its dopant by itself
    independent,  ///< each site by itself, mixed sites too, so that the rare-earth sites scatter in number as
                  ///< well
};

/// Whether Na and the rare earth on the half-occupied column of the beta phase are random or alternate along
/// c.
enum class CationOrder { random, alternating };

/// Plan of one region, core or shell.
struct Region {
    Host host;
    Shape shape;
    double size_nm = 0;                                        ///< outer size of this region (see grown)
    std::vector<std::pair<std::string, double>> dopants = {};  ///< element -> fraction of the dopable site
    double vacancy_fraction = 0;                               ///< of dopable cations, at random sites
};

/// Plan of a particle, from the inside out. A value; `build` makes a crystal of it.
struct Particle {
    std::vector<Region> regions;
    Doping doping = Doping::exact;
    CationOrder cation_order = CationOrder::random;
};

/// "core", "shell 1", "shell 2", …
std::string region_name(std::size_t region);

/// Whether an outline lies within another, both centred; sampled along 4912 directions, corners of cubes among them.
bool encloses(Shape const& outer, double outer_size_nm, Shape const& inner, double inner_size_nm);

/// An outline with every face moved outwards by a thickness: size + 2 t for spheres and cubes (the rounding
/// of a rounded cube keeps its proportion); a prism gets 2 t of height and 2 t / cos 30° of width, so that
/// its aspect ratio changes (theory: crystals.1).
std::pair<Shape, double> grown(Shape shape, double size_nm, double thickness_nm);

}  // namespace lanthorn
