#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/particle.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace lanthorn {

namespace {

double const cos30 = std::sqrt(3.0) / 2;

/// Half the edge of the rounded cube through a point: the cube of half edge q h widened by a ball of (1 - q)
/// h. With m coordinates beyond q h the sum over them of (x - q h)^2 is ((1 - q) h)^2, a quadratic for h.
double rounded_cube_half_edge(Vec3 point, double rounding)
{
    std::array<double, 3> x{std::abs(point.x), std::abs(point.y), std::abs(point.z)};
    std::ranges::sort(x, std::greater{});
    double const q = 1 - rounding;
    double sum = 0, squares = 0;
    for (int m = 1; m <= 3; ++m) {
        sum += x[std::size_t(m) - 1];
        squares += x[std::size_t(m) - 1] * x[std::size_t(m) - 1];
        double const b = q * sum;
        double const discriminant = b * b - (m * q * q - rounding * rounding) * squares;
        double const h = m == 1 ? x[0] : squares / (b + std::sqrt(std::max(discriminant, 0.0)));
        if (m == 3 || x[std::size_t(m)] <= q * h) return h;
    }
    return 0;
}

}  // namespace

double Shape::size_through(Vec3 p) const
{
    switch (kind) {
    case ShapeKind::sphere:
        return 2 * norm(p);
    case ShapeKind::cube:
        return 2 * std::max({std::abs(p.x), std::abs(p.y), std::abs(p.z)});
    case ShapeKind::rounded_cube:
        return p == Vec3{} ? 0 : 2 * rounded_cube_half_edge(p, rounding);
    case ShapeKind::hexagonal_prism:
        break;
    }
    double const tilted = cos30 * std::abs(p.x) + std::abs(p.y) / 2;
    double const base = 2 * std::max(std::abs(p.y), tilted) / cos30;
    return std::max(base, 2 * std::abs(p.z) / aspect_ratio);
}

bool Shape::contains(Vec3 point_nm, double size_nm) const
{
    // Sites on a face must not be in or out by the last bit of their coordinates.
    return size_through(point_nm) <= size_nm * (1 + 1e-9);
}

Vec3 Shape::half_extent_nm(double size_nm) const
{
    double const h = size_nm / 2;
    if (kind == ShapeKind::hexagonal_prism) return {h, h * cos30, h * aspect_ratio};
    return {h, h, h};
}

std::string region_name(std::size_t region)
{
    return region == 0 ? "core" : "shell " + std::to_string(region);
}

bool encloses(Shape const& outer, double outer_size_nm, Shape const& inner, double inner_size_nm)
{
    for (int i = -8; i <= 8; ++i)
        for (int j = -8; j <= 8; ++j)
            for (int k = -8; k <= 8; ++k) {
                Vec3 const direction{double(i), double(j), double(k)};
                if (direction == Vec3{}) continue;
                Vec3 const surface = direction * (inner_size_nm / inner.size_through(direction));
                if (outer.size_through(surface) > outer_size_nm * (1 + 1e-12)) return false;
            }
    return true;
}

std::pair<Shape, double> grown(Shape shape, double size_nm, double thickness_nm)
{
    if (shape.kind != ShapeKind::hexagonal_prism) return {shape, size_nm + 2 * thickness_nm};
    double const height_nm = shape.aspect_ratio * size_nm + 2 * thickness_nm;
    double const width_nm = size_nm + 2 * thickness_nm / cos30;
    shape.aspect_ratio = height_nm / width_nm;
    return {shape, width_nm};
}

}  // namespace lanthorn
