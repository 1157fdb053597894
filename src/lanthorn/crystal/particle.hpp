#pragma once

#include "lanthorn/base/quantity.hpp"
#include "lanthorn/crystal/host.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lanthorn {

enum class ShapeKind { sphere, cube, rounded_cube, hexagonal_prism };

/// The outline of a region. `size` is the diameter of a sphere, the edge of a cube, the corner-to-corner
/// width of a hexagonal prism's base.
struct Shape {
    ShapeKind kind = ShapeKind::sphere;
    double aspect_ratio = 1;  ///< height over width, hexagonal prism only
    double rounding = 0.25;   ///< radius of a rounded cube's edges over half its edge, 0 = cube, 1 = sphere

    /// Whether a point lies within the outline of this size, centred at the origin, c axis along z.
    bool contains(Vec3 point_nm, double size_nm) const;
};

/// How many dopants a region gets.
enum class Doping {
    exact,        ///< the rounded number of the region, at random sites
    independent,  ///< each site by itself, so that numbers scatter binomially
};

/// Whether Na and the rare earth on the half-occupied column of the beta phase are random or alternate along c.
enum class CationOrder { random, alternating };

/// Plan of one region, core or shell.
struct Region {
    Host host;
    Shape shape;
    double size_nm = 0;  ///< outer size of this region (core size plus twice the shells up to here)
    std::vector<std::pair<std::string, double>> dopants;  ///< element -> fraction of the dopable site
    double vacancy_fraction = 0;  ///< of dopable cations, at random sites
};

/// Plan of a particle, from the inside out. A value; `build` makes a crystal of it.
struct Particle {
    std::vector<Region> regions;
    Doping doping = Doping::exact;
    CationOrder cation_order = CationOrder::random;
};

}  // namespace lanthorn
