#pragma once

#include "lanthorn/crystal/particle.hpp"

#include <array>
#include <optional>
#include <vector>

namespace lanthorn {

/// The displacement rule of `build`: where a point of the core's lattice, continued without end, comes to lie
/// in a particle whose shells have cells of their own, and to which region it belongs.
///
/// With D_k the map of the core's lattice vectors to those of region k and t the parameter of the ray t r, a
/// ray runs straight, x = t r, up to the core's outline at t_0, then x = x_0 + D_1 (t - t_0) r up to the
/// outline of region 1 at t_1, and so on; r itself lies at t = 1 (theory: crystals.3).
class Placement {
public:
    struct Place {
        std::size_t region;
        Vec3 position_nm;
    };

    explicit Placement(Particle const& plan);

    /// Empty where the point lies outside all regions.
    std::optional<Place> place(Vec3 reference_nm) const;
    /// Half the width [nm] along x, y, z of a box that holds all reference points which lie inside.
    Vec3 reference_extent_nm() const { return extent_nm_; }

private:
    struct Layer {
        Shape shape;
        double size_nm;
        std::array<Vec3, 3> rows; ///< of D
        bool undistorted;
        Vec3 stretched(Vec3 v) const { return {dot(rows[0], v), dot(rows[1], v), dot(rows[2], v)}; }
    };

    static double crossing(Layer const& layer, Vec3 from, Vec3 step);

    std::vector<Layer> layers_;
    bool undistorted_ = true;
    double reject_ = 0; ///< no point inside lies on an outline larger than this times the size of its region
    Vec3 extent_nm_;
};

} // namespace lanthorn
