#pragma once

#include "lanthorn/crystal/particle.hpp"

#include <array>
#include <vector>

namespace lanthorn {

/// Integrals of d^-6 outside an outline as seen from points inside it, for the transfer of energy to what is around
/// a particle.
///
/// With rho the distance to the outline along a direction and beta the angle between the direction and the
/// outline's normal there, they are integral dOmega/(3 rho^3) over the space outside and integral
/// dOmega/(rho^4 cos beta) over the outline, for any convex one. A layer is the difference of two outlines.
/// Spheres have closed forms; other shapes are summed over directions of a Fibonacci lattice, 512 for the volume and
/// 1024 for the sheet. Before a plane the integrand does not depend on its distance but for a factor, so that points
/// near the surface need no finer lattice: near edges and corners too the volume is within 5e-4 of its value and the
/// sheet within 1e-3 (2e-3 where edges are rounded by less than a fifth). Theory: quenching.4, quenching.5.
class Outside {
public:
    /// @pre size > 0
    Outside(Shape const& shape, double size_nm);

    /// Over the space outside, per density 1 [nm^-3].
    /// @pre the point lies inside the outline and not on it
    double volume_per_nm3(Vec3 point_nm) const;
    /// Over the outline itself, per areal density 1 [nm^-4].
    /// @pre the point lies inside the outline and not on it
    double sheet_per_nm4(Vec3 point_nm) const;

private:
    static constexpr std::size_t volume_directions = 512, sheet_directions = 1024;

    struct Axis {
        Vec3 normal;
        double half_nm;                                   ///< from the centre to either face
        std::vector<double> volume_cosine, sheet_cosine;  ///< (directions of each lattice)
    };
    struct Ray {
        double per_rho, cosine;  ///< 1/rho [1/nm], cos beta
    };

    double volume_of_faces(Vec3 point_nm) const;
    double sheet_of_faces(Vec3 point_nm) const;
    Ray ray(Vec3 from_nm, Vec3 direction) const;
    Ray onto_rounding(Vec3 from_nm, Vec3 direction, Vec3 on_cube_nm) const;
    Ray by_newton(Vec3 from_nm, Vec3 direction, double rho_nm) const;

    Shape shape_;
    double size_nm_;
    std::vector<Axis> axes_;  ///< of the faces: cubes and prisms
};

}  // namespace lanthorn
