#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/stream.hpp"
#include "lanthorn/crystal/outside.hpp"

#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace lanthorn;

namespace {

struct OutsideSums {
    double volume_per_nm3 = 0, sheet_per_nm4 = 0;
};

OutsideSums sums(Shape const& shape, double size_nm, Vec3 point_nm)
{
    Outside const outside(shape, size_nm);
    return {outside.volume_per_nm3(point_nm), outside.sheet_per_nm4(point_nm)};
}

constexpr double pi = constants::pi;

struct Face {
    Vec3 normal;
    double distance_nm;
};

std::vector<Face> faces_of(Shape const& shape, double size_nm)
{
    std::vector<Face> faces;
    auto const add = [&](Vec3 n, double h) {
        faces.push_back({n, h});
        faces.push_back({n * -1, h});
    };
    if (shape.kind == ShapeKind::cube)
        for (Vec3 n : {Vec3{1, 0, 0}, Vec3{0, 1, 0}, Vec3{0, 0, 1}}) add(n, size_nm / 2);
    else {
        for (double angle : {30.0, 90.0, 150.0})
            add({std::cos(angle * pi / 180), std::sin(angle * pi / 180), 0}, size_nm / 4 * std::sqrt(3.0));
        add({0, 0, 1}, size_nm / 2 * shape.aspect_ratio);
    }
    return faces;
}

/// Corners of a face of the convex body, counterclockwise around its normal, by cutting a large square.
std::vector<Vec3> corners_of(std::size_t face, std::vector<Face> const& faces)
{
    Vec3 const n = faces[face].normal;
    Vec3 const any = std::abs(n.z) > 0.5 ? Vec3{1, 0, 0} : Vec3{0, 0, 1};
    Vec3 u = cross(any, n);
    u = u * (1 / norm(u));
    Vec3 const v = cross(n, u), at = n * faces[face].distance_nm;
    std::vector<Vec3> polygon{at + (u + v) * 1e4, at + (v - u) * 1e4, at - (u + v) * 1e4, at + (u - v) * 1e4};
    for (std::size_t k = 0; k < faces.size(); ++k) {
        if (k == face) continue;
        std::vector<Vec3> cut;
        for (std::size_t i = 0; i < polygon.size(); ++i) {
            Vec3 const p = polygon[i], q = polygon[(i + 1) % polygon.size()];
            double const a = dot(faces[k].normal, p) - faces[k].distance_nm,
                         b = dot(faces[k].normal, q) - faces[k].distance_nm;
            if (a <= 0) cut.push_back(p);
            if ((a < 0) != (b < 0)) cut.push_back(p + (q - p) * (a / (a - b)));
        }
        polygon = cut;
    }
    return polygon;
}

/// Both integrals face by face: integral of cos^3 over the solid angle of a face, as a sum of integrals along
/// its edges of (1 - cos^4)/4 over the angle around the foot of the perpendicular.
OutsideSums exactly(Shape const& shape, double size_nm, Vec3 point)
{
    auto const faces = faces_of(shape, size_nm);
    OutsideSums sums;
    for (std::size_t f = 0; f < faces.size(); ++f) {
        double const h = faces[f].distance_nm - dot(faces[f].normal, point);
        Vec3 const foot = point + faces[f].normal * h;
        auto const corners = corners_of(f, faces);
        double integral = 0;
        for (std::size_t i = 0; i < corners.size(); ++i) {
            Vec3 const p = corners[i] - foot, q = corners[(i + 1) % corners.size()] - foot;
            double const turn = dot(faces[f].normal, cross(p, q - p));
            // The integrand peaks where the edge is nearest to the foot: the substitution s = near + w sinh t.
            double const length2 = dot(q - p, q - p);
            double const near = -dot(p, q - p) / length2;
            double const w = std::sqrt((dot(p, p) - near * near * length2 + h * h) / length2);
            double const from = std::asinh(-near / w), to = std::asinh((1 - near) / w);
            int const steps = 4000;
            for (int k = 0; k < steps; ++k) {
                double const t = from + (to - from) * (k + 0.5) / steps;
                Vec3 const x = p + (q - p) * (near + w * std::sinh(t));
                double const x2 = dot(x, x), cos2 = h * h / (h * h + x2);
                // (1 - cos^4)/x^2 without a difference of near numbers
                integral += turn * (1 + cos2) / (4 * (h * h + x2)) * w * std::cosh(t) * (to - from) / steps;
            }
        }
        sums.volume_per_nm3 += integral / (3 * h * h * h);
        sums.sheet_per_nm4 += integral / (h * h * h * h);
    }
    return sums;
}

void expect_near(OutsideSums const& is, OutsideSums const& wanted, double relative, std::string const& what)
{
    EXPECT_NEAR(is.volume_per_nm3, wanted.volume_per_nm3, relative * wanted.volume_per_nm3) << what;
    EXPECT_NEAR(is.sheet_per_nm4, wanted.sheet_per_nm4, relative * wanted.sheet_per_nm4) << what;
}

Shape const cube{.kind = ShapeKind::cube};
Shape const prism{.kind = ShapeKind::hexagonal_prism, .aspect_ratio = 1.4};

Shape rounded(double rounding)
{
    return {.kind = ShapeKind::rounded_cube, .aspect_ratio = 1, .rounding = rounding};
}

}  // namespace

TEST(Outside, OfASphereIsTheSumOfItsShells)
{
    double const a = 4;
    for (double r : {0.0, 1.0, 2.5, 3.7}) {
        auto const shell = [&](double radius) {
            return r == 0 ? 4 * pi / std::pow(radius, 4)
                          : pi * radius / (2 * r) * (std::pow(radius - r, -4) - std::pow(radius + r, -4));
        };
        double volume = 0;
        int const steps = 400000;  // over radius = a/s
        for (int k = 0; k < steps; ++k) {
            double const s = (k + 0.5) / steps;
            volume += shell(a / s) * a / (s * s) / steps;
        }
        expect_near(sums({}, 2 * a, {r * 0.6, 0, -r * 0.8}), {volume, shell(a)}, 1e-6, std::to_string(r));
    }
}

TEST(Outside, BeforeAPlaneIsTheHalfSpaceAndTheSheet)
{
    for (double d : {0.25, 0.5, 1.0})
        for (Shape const& shape : {cube, prism, rounded(0.3)})
            expect_near(sums(shape, 4000, {0, 0, 2000 * (shape.kind == prism.kind ? 1.4 : 1) - d}),
                        {pi / (6 * d * d * d), pi / (2 * d * d * d * d)}, 4e-4, std::to_string(d));
}

TEST(Outside, OfPolyhedraIsWithinAThousandth)
{
    Stream stream({1, 2}, 3);
    double worst = 0;
    for (Shape const& shape : {cube, prism})
        for (int k = 0; k < 60; ++k) {
            double const size_nm = 10;
            Vec3 p{stream.uniform() - 0.5, stream.uniform() - 0.5, stream.uniform() - 0.5};
            // Half of the points near the surface, corners among them.
            double const share = k % 2 ? 1 - 0.1 * stream.uniform() : stream.uniform();
            p = p * (size_nm * share / shape.size_through(p));
            auto const is = sums(shape, size_nm, p), wanted = exactly(shape, size_nm, p);
            worst = std::max({worst, std::abs(is.volume_per_nm3 / wanted.volume_per_nm3 - 1),
                              std::abs(is.sheet_per_nm4 / wanted.sheet_per_nm4 - 1)});
            expect_near(is, wanted, 1e-3, std::to_string(k));
        }
    std::printf("polyhedra: worst relative error %.1e\n", worst);
    EXPECT_GT(worst, 1e-9);
}

TEST(Outside, OfARoundedCubeRunsFromSphereToCube)
{
    Stream stream({4, 5}, 6);
    for (int k = 0; k < 30; ++k) {
        Vec3 p{stream.uniform() - 0.5, stream.uniform() - 0.5, stream.uniform() - 0.5};
        Vec3 const in_cube = p * (10 * stream.uniform() / cube.size_through(p));
        // Not even the last directions differ where the rounding is of atoms of atoms.
        expect_near(sums(rounded(1e-7), 10, in_cube), sums(cube, 10, in_cube), 1e-5, "cube");
        Vec3 const in_sphere = p * (10 * (1 - 0.2 * stream.uniform()) / Shape{}.size_through(p));
        expect_near(sums(rounded(1 - 1e-9), 10, in_sphere), sums({}, 10, in_sphere), 1e-3, "sphere");
    }
    EXPECT_EQ(sums(rounded(1), 10, {1, 2, 3}).volume_per_nm3, sums({}, 10, {1, 2, 3}).volume_per_nm3);
    EXPECT_EQ(sums(rounded(0), 10, {1, 2, 3}).sheet_per_nm4, sums(cube, 10, {1, 2, 3}).sheet_per_nm4);
}

// Molecules thrown at random into a layer around the particle, 3000 per nm^3, and summed one by one.
TEST(Outside, IsTheSumOverExplicitMolecules)
{
    double const standoff_nm = 0.25, thickness_nm = 1, size_nm = 4, density = 3000;
    Stream stream({std::uint32_t(test_seed()), std::uint32_t(test_seed() >> 32)}, 1);
    for (Shape const& shape : {Shape{}, cube, rounded(0.4), prism}) {
        auto const [inner, inner_nm] = grown(shape, size_nm, standoff_nm);
        auto const [outer, outer_nm] = grown(shape, size_nm, standoff_nm + thickness_nm);
        std::vector<Vec3> ions;
        for (double share : {0.2, 0.4, 0.5, 0.6})
            for (Vec3 d : {Vec3{1, 0.1, 0.2}, {-0.1, 1, 0.3}, {0.2, -0.3, -1}, {-1, -0.2, 0.4}, {-1, 1, 1}})
                ions.push_back(d * (share * size_nm / shape.size_through(d)));
        Vec3 const half = outer.half_extent_nm(outer_nm);
        auto const count = std::size_t(density * 8 * half.x * half.y * half.z);
        std::vector<double> sum(ions.size(), 0.0);
        for (std::size_t m = 0; m < count; ++m) {
            Vec3 const p{half.x * (2 * stream.uniform() - 1), half.y * (2 * stream.uniform() - 1),
                         half.z * (2 * stream.uniform() - 1)};
            if (inner.size_through(p) < inner_nm || outer.size_through(p) > outer_nm) continue;
            for (std::size_t i = 0; i < ions.size(); ++i) {
                double const d2 = dot(p - ions[i], p - ions[i]);
                sum[i] += 1 / (d2 * d2 * d2);
            }
        }
        double ratio = 0;
        for (std::size_t i = 0; i < ions.size(); ++i) {
            double const layer = Outside(inner, inner_nm).volume_per_nm3(ions[i]) -
                                 Outside(outer, outer_nm).volume_per_nm3(ions[i]);
            EXPECT_NEAR(sum[i] / density, layer, 0.06 * layer) << i;
            ratio += sum[i] / density / layer / double(ions.size());
        }
        EXPECT_NEAR(ratio, 1, 0.01) << int(shape.kind);
    }
}

TEST(Outside, RefusesPointsThatAreNotInside)
{
    EXPECT_THROW(Outside(cube, 2).volume_per_nm3({0, 0, 1}), ContractError);
    EXPECT_THROW(Outside({}, 2).sheet_per_nm4({0, 2, 0}), ContractError);
    EXPECT_THROW(Outside(cube, 0), ContractError);
}
