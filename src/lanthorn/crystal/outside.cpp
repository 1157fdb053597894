#include "lanthorn/crystal/outside.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace lanthorn {

namespace {

/// Rings of equal area, each turned from the last by the golden angle. The turns are multiplied up because sine
/// and cosine of C libraries differ in their last bits.
std::vector<Vec3> fibonacci_lattice(std::size_t n)
{
    constexpr double cosine = -0.7373688780783197, sine = -0.6754902942615237;  // of pi (1 + sqrt 5)
    std::vector<Vec3> lattice;
    lattice.reserve(n);
    double x = 1, y = 0;
    for (std::size_t i = 0; i < n; ++i) {
        double const z = 1 - 2 * (double(i) + 0.5) / double(n), ring = std::sqrt(1 - z * z);
        lattice.push_back({ring * x, ring * y, z});
        double const turned = x * cosine - y * sine;
        y = x * sine + y * cosine;
        x = turned;
    }
    return lattice;
}

/// Gradient of half the edge of the rounded cube through a point; see rounded_cube_half_edge.
Vec3 gradient(Vec3 p, double rounding, double half_nm)
{
    double const q = 1 - rounding, flat_nm = q * half_nm;
    auto const beyond = [&](double x) { return std::max(std::abs(x) - flat_nm, 0.0); };
    Vec3 const d{beyond(p.x), beyond(p.y), beyond(p.z)};
    double const scale = 1 / (q * (d.x + d.y + d.z) + rounding * rounding * half_nm);
    return {std::copysign(d.x, p.x) * scale, std::copysign(d.y, p.y) * scale,
            std::copysign(d.z, p.z) * scale};
}

}  // namespace

Outside::Outside(Shape const& shape, double size_nm) : shape_(shape), size_nm_(size_nm)
{
    LANTHORN_EXPECT(size_nm > 0);
    if (shape.kind == ShapeKind::rounded_cube && shape.rounding >= 1) shape_.kind = ShapeKind::sphere;
    if (shape.kind == ShapeKind::rounded_cube && shape.rounding <= 0) shape_.kind = ShapeKind::cube;
    if (shape_.kind == ShapeKind::sphere) return;
    double const half_nm = size_nm / 2, cos30 = std::sqrt(3.0) / 2;
    if (shape_.kind == ShapeKind::hexagonal_prism)
        axes_ = {{{0, 1, 0}, half_nm * cos30, {}, {}},
                 {{cos30, 0.5, 0}, half_nm * cos30, {}, {}},
                 {{cos30, -0.5, 0}, half_nm * cos30, {}, {}},
                 {{0, 0, 1}, half_nm * shape.aspect_ratio, {}, {}}};
    else
        axes_ = {{{1, 0, 0}, half_nm, {}, {}}, {{0, 1, 0}, half_nm, {}, {}}, {{0, 0, 1}, half_nm, {}, {}}};
    auto const of_volume = fibonacci_lattice(volume_directions),
               of_sheet = fibonacci_lattice(sheet_directions);
    for (Axis& axis : axes_) {
        for (Vec3 const& direction : of_volume) axis.volume_cosine.push_back(dot(axis.normal, direction));
        for (Vec3 const& direction : of_sheet) axis.sheet_cosine.push_back(dot(axis.normal, direction));
    }
}

double Outside::volume_per_nm3(Vec3 point_nm) const
{
    LANTHORN_EXPECT(shape_.size_through(point_nm) < size_nm_);
    if (shape_.kind == ShapeKind::sphere) {
        double const a2 = size_nm_ * size_nm_ / 4, gap = a2 - dot(point_nm, point_nm);
        return 4 * constants::pi / 3 * a2 * std::sqrt(a2) / (gap * gap * gap);
    }
    double sum = 0;
    if (shape_.kind == ShapeKind::rounded_cube)
        for (std::size_t i = 0; i < volume_directions; ++i) {
            double const per_rho = ray(point_nm, {axes_[0].volume_cosine[i], axes_[1].volume_cosine[i],
                                                  axes_[2].volume_cosine[i]})
                                       .per_rho;
            sum += per_rho * per_rho * per_rho;
        }
    else
        sum = volume_of_faces(point_nm);
    return sum / 3 * 4 * constants::pi / double(volume_directions);
}

double Outside::sheet_per_nm4(Vec3 point_nm) const
{
    LANTHORN_EXPECT(shape_.size_through(point_nm) < size_nm_);
    if (shape_.kind == ShapeKind::sphere) {
        double const a2 = size_nm_ * size_nm_ / 4, r2 = dot(point_nm, point_nm), gap = a2 - r2;
        return 4 * constants::pi * a2 * (a2 + r2) / (gap * gap * gap * gap);
    }
    double sum = 0;
    if (shape_.kind == ShapeKind::rounded_cube)
        for (std::size_t i = 0; i < sheet_directions; ++i) {
            auto const [per_rho, cosine] =
                ray(point_nm, {axes_[0].sheet_cosine[i], axes_[1].sheet_cosine[i], axes_[2].sheet_cosine[i]});
            sum += per_rho * per_rho * per_rho * per_rho / cosine;
        }
    else
        sum = sheet_of_faces(point_nm);
    return sum * 4 * constants::pi / double(sheet_directions);
}

double Outside::volume_of_faces(Vec3 point_nm) const
{
    std::array<double, volume_directions> per_rho{};
    for (Axis const& axis : axes_) {
        double const x = dot(axis.normal, point_nm);
        double const ahead = 1 / (axis.half_nm - x), behind = -1 / (axis.half_nm + x);
        double const* const cosine = axis.volume_cosine.data();
        for (std::size_t i = 0; i < volume_directions; ++i)
            per_rho[i] = std::max(per_rho[i], cosine[i] * (cosine[i] > 0 ? ahead : behind));
    }
    double sum = 0;
    for (double reach : per_rho) sum += reach * reach * reach;
    return sum;
}

double Outside::sheet_of_faces(Vec3 point_nm) const
{
    std::array<double, sheet_directions> per_rho{}, per_face{};
    for (Axis const& axis : axes_) {
        double const x = dot(axis.normal, point_nm);
        double const ahead = 1 / (axis.half_nm - x), behind = -1 / (axis.half_nm + x);
        double const* const cosine = axis.sheet_cosine.data();
        for (std::size_t i = 0; i < sheet_directions; ++i) {
            double const per_distance = cosine[i] > 0 ? ahead : behind, reach = cosine[i] * per_distance;
            per_face[i] = reach > per_rho[i] ? std::abs(per_distance) : per_face[i];
            per_rho[i] = std::max(per_rho[i], reach);
        }
    }
    double sum = 0;
    for (std::size_t i = 0; i < sheet_directions; ++i)  // cos beta = 1/(rho per_face)
        sum += per_rho[i] * per_rho[i] * per_rho[i] * per_face[i];
    return sum;
}

/// Of a rounded cube.
Outside::Ray Outside::ray(Vec3 from_nm, Vec3 direction) const
{
    double const half_nm = size_nm_ / 2, flat_nm = (1 - shape_.rounding) * half_nm;
    auto const reach = [&](double cosine, double x) {
        return std::abs(cosine) / (half_nm - std::copysign(x, x * cosine));
    };
    double const x = reach(direction.x, from_nm.x), y = reach(direction.y, from_nm.y),
                 z = reach(direction.z, from_nm.z);
    double const most = std::max({x, y, z});
    Vec3 const p = from_nm + direction * (1 / most);
    int const beyond = (std::abs(p.x) > flat_nm) + (std::abs(p.y) > flat_nm) + (std::abs(p.z) > flat_nm);
    if (beyond > 1) return onto_rounding(from_nm, direction, p);
    return {most, std::abs(most == x ? direction.x : most == y ? direction.y : direction.z)};
}

/// Where a ray that leaves the cube around beyond the flat part of a face leaves the rounded cube: on the cylinder
/// along an edge or the ball at a corner that it seems to head for, if that is so, else by Newton's method.
/// @param on_cube_nm  where it leaves the cube
Outside::Ray Outside::onto_rounding(Vec3 from_nm, Vec3 direction, Vec3 on_cube_nm) const
{
    double const half_nm = size_nm_ / 2, radius_nm = shape_.rounding * half_nm, flat_nm = half_nm - radius_nm;
    auto const centre = [&](double x) { return std::copysign(flat_nm, x); };
    auto const beyond = [&](double x) { return std::abs(x) > flat_nm; };
    // Exit from the ball, or the cylinder along each axis where the coordinate is left out.
    auto const exit_of = [&](bool x, bool y, bool z) -> std::optional<Ray> {
        Vec3 const o{x ? from_nm.x - centre(on_cube_nm.x) : 0, y ? from_nm.y - centre(on_cube_nm.y) : 0,
                     z ? from_nm.z - centre(on_cube_nm.z) : 0};
        Vec3 const d{x ? direction.x : 0, y ? direction.y : 0, z ? direction.z : 0};
        double const a = dot(d, d), b = dot(o, d), c = dot(o, o) - radius_nm * radius_nm;
        double const discriminant = b * b - a * c;
        if (discriminant <= 0) return std::nullopt;
        double const root = std::sqrt(discriminant), rho_nm = (root - b) / a;
        Vec3 const at = from_nm + direction * rho_nm;
        auto const agrees = [&](bool rounded, double is, double on_cube) {
            return rounded ? beyond(is) && is * on_cube > 0 : !beyond(is);
        };
        if (!agrees(x, at.x, on_cube_nm.x) || !agrees(y, at.y, on_cube_nm.y) ||
            !agrees(z, at.z, on_cube_nm.z))
            return std::nullopt;
        return Ray{1 / rho_nm, root / radius_nm};  // (o + rho d) d = root
    };
    bool const x = beyond(on_cube_nm.x), y = beyond(on_cube_nm.y), z = beyond(on_cube_nm.z);
    if (auto const ray = exit_of(x, y, z)) return *ray;
    if (x && y && z) {
        if (auto const ray = exit_of(true, true, false)) return *ray;
        if (auto const ray = exit_of(true, false, true)) return *ray;
        if (auto const ray = exit_of(false, true, true)) return *ray;
    }
    return by_newton(from_nm, direction, norm(on_cube_nm - from_nm));
}

/// From outside: the half edge is convex along a ray, so that each step stays outside.
Outside::Ray Outside::by_newton(Vec3 from_nm, Vec3 direction, double rho_nm) const
{
    Vec3 normal = direction;
    for (int step = 0; step < 30; ++step) {
        Vec3 const p = from_nm + direction * rho_nm;
        double const through_nm = shape_.size_through(p) / 2;
        normal = gradient(p, shape_.rounding, through_nm);
        double const back_nm = (through_nm - size_nm_ / 2) / dot(normal, direction);
        rho_nm -= back_nm;
        if (std::abs(back_nm) < 1e-9 * rho_nm) break;
    }
    return {1 / rho_nm, dot(normal, direction) / norm(normal)};
}

}  // namespace lanthorn
