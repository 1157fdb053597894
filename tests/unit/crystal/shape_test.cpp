#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/neighbours.hpp"
#include "lanthorn/crystal/placement.hpp"

#include "hosts.hpp"
#include "support/statistics.hpp"

#include <cmath>
#include <map>

namespace lanthorn {
namespace {

using testing::host;
using testing::sphere;

std::vector<Shape> const shapes{{ShapeKind::sphere},
                                {ShapeKind::cube},
                                {ShapeKind::rounded_cube, 1, 0.3},
                                {ShapeKind::rounded_cube, 1, 0.0},
                                {ShapeKind::rounded_cube, 1, 1.0},
                                {ShapeKind::hexagonal_prism, 0.5},
                                {ShapeKind::hexagonal_prism, 3}};

double volume_of(Shape const& shape, double s)
{
    double const r = shape.rounding * s / 2, flat = s - 2 * r;
    switch (shape.kind) {
    case ShapeKind::sphere:
        return constants::pi * s * s * s / 6;
    case ShapeKind::cube:
        return s * s * s;
    case ShapeKind::rounded_cube:
        return flat * flat * flat + 6 * flat * flat * r + 3 * constants::pi * r * r * flat +
               4 * constants::pi / 3 * r * r * r;
    case ShapeKind::hexagonal_prism:
        break;
    }
    return 3 * std::sqrt(3.0) / 8 * s * s * s * shape.aspect_ratio;
}

TEST(Shape, HasItsVolume)
{
    for (Shape const& shape : shapes) {
        Vec3 const half = shape.half_extent_nm(2);
        Stream stream(StreamSeed{test_seed()}.key(Purpose::dopants), 0);
        int const n = 200000;
        int inside = 0;
        for (int i = 0; i < n; ++i) {
            Vec3 const p{(2 * stream.uniform() - 1) * half.x, (2 * stream.uniform() - 1) * half.y,
                         (2 * stream.uniform() - 1) * half.z};
            inside += shape.contains(p, 2);
        }
        double const box = 8 * half.x * half.y * half.z, p = volume_of(shape, 2) / box;
        if (p < 1 - 1e-9)
            EXPECT_GT(p_of_binomial(inside, n, p), false_alarm) << int(shape.kind);
        else
            EXPECT_EQ(inside, n);
    }
}

RC_GTEST_PROP(ShapeProperty, SizeThroughAPointIsProportionalAndConvex, ())
{
    Shape const shape = *rc::gen::elementOf(shapes);
    auto const coordinate = rc::gen::map(rc::gen::inRange(-1000, 1000), [](int n) { return n / 250.0; });
    Vec3 const a{*coordinate, *coordinate, *coordinate}, b{*coordinate, *coordinate, *coordinate};
    double const sa = shape.size_through(a), sb = shape.size_through(b);
    RC_ASSERT(std::abs(shape.size_through(a * 3) - 3 * sa) <= 1e-12 * (1 + sa));
    RC_ASSERT(shape.size_through((a + b) * 0.5) <= (sa + sb) / 2 * (1 + 1e-12) + 1e-12);
    RC_ASSERT(std::abs(shape.size_through(a * -1) - sa) <= 1e-12 * (1 + sa));
    RC_ASSERT(sa == 0 || shape.contains(a, sa));
    RC_ASSERT(sa == 0 || !shape.contains(a, sa * 0.999));
}

TEST(Shape, RoundedCubeRunsFromCubeToSphere)
{
    Vec3 const p{0.3, -0.7, 0.5};
    EXPECT_NEAR((Shape{ShapeKind::rounded_cube, 1, 0}.size_through(p)), 1.4, 1e-12);
    EXPECT_NEAR((Shape{ShapeKind::rounded_cube, 1, 1}.size_through(p)), 2 * norm(p), 1e-12);
}

TEST(Shape, PrismHasItsCornersAlongTheAAxes)
{
    Shape const prism{ShapeKind::hexagonal_prism, 2};
    EXPECT_NEAR(prism.size_through({1, 0, 0}), 2, 1e-12);
    EXPECT_NEAR(prism.size_through({-0.5, std::sqrt(3.0) / 2, 0}), 2, 1e-12);
    EXPECT_NEAR(prism.size_through({0, std::sqrt(3.0) / 2, 0}), 2, 1e-12);
    EXPECT_NEAR(prism.size_through({0, 0, 2}), 2, 1e-12);
}

TEST(Grown, MovesEveryFaceByTheThickness)
{
    auto const [prism, width] = grown({ShapeKind::hexagonal_prism, 0.5}, 10, 2);
    double const apothem = std::sqrt(3.0) / 2;
    EXPECT_NEAR(width * apothem, 10 * apothem + 4, 1e-12);
    EXPECT_NEAR(width * prism.aspect_ratio, 5 + 4, 1e-12);
    EXPECT_EQ(grown({ShapeKind::cube}, 10, 2).second, 14);
    EXPECT_EQ(grown({ShapeKind::sphere}, 10, 2).second, 14);
}

TEST(Build, FillsEachShapeToItsVolume)
{
    Host const h = host("beta-NaYF4");
    for (Shape const& shape : shapes) {
        Particle const plan{.regions = {{.host = h, .shape = shape, .size_nm = 8}}};
        double const per_nm3 = double(h.positions.size()) / h.cell.volume_nm3();
        double const expected = volume_of(shape, 8) * per_nm3;
        EXPECT_NEAR(double(build(plan, {}).size()), expected, 0.05 * expected) << int(shape.kind);
    }
}

/// Wide and narrow cells on a core, both phases, spheres and prisms.
std::vector<Particle> strained()
{
    Particle fluorite = sphere(host("alpha-NaYF4"), 6);
    fluorite.regions.push_back({.host = host("CaF2"), .shape = {}, .size_nm = 10});
    fluorite.regions.push_back({.host = host("alpha-NaYbF4"), .shape = {ShapeKind::cube}, .size_nm = 12});
    Particle beta = sphere(host("beta-NaGdF4"), 5);
    beta.regions[0].shape = {ShapeKind::hexagonal_prism, 1.5};
    auto const [one, one_nm] = grown(beta.regions[0].shape, 5, 1.5);
    auto const [two, two_nm] = grown(one, one_nm, 1.0);
    beta.regions.push_back({.host = host("beta-NaLuF4"), .shape = one, .size_nm = one_nm});
    beta.regions.push_back({.host = host("beta-NaYF4"), .shape = two, .size_nm = two_nm});
    return {fluorite, beta};
}

TEST(Displacement, IsContinuousAlongEachRay)
{
    for (Particle const& plan : strained()) {
        Placement const placement(plan);
        for (Vec3 const ray : {Vec3{1, 0, 0}, Vec3{0, 0, 1}, Vec3{0.3, -0.5, 0.8}, Vec3{-0.6, -0.7, 0.1}}) {
            Vec3 const d = ray * (1 / norm(ray));
            std::size_t region = 0;
            Vec3 before{};
            double const step = 1e-3;
            for (int n = 1; placement.place(d * (n * step)); ++n) {
                auto const here = *placement.place(d * (n * step));
                EXPECT_GE(here.region, region);
                region = here.region;
                EXPECT_NEAR(norm(here.position_nm - before), step, 0.05 * step) << "at " << n * step;
                before = here.position_nm;
            }
            EXPECT_EQ(region, 2u);
        }
    }
}

TEST(Displacement, GivesAShellItsOwnSpacingOutwards)
{
    Particle const plan = strained()[1];
    Placement const placement(plan);
    Cell const core = plan.regions[0].host.cell, shell = plan.regions[1].host.cell;
    // Along c and along a the ray is a lattice row.
    auto const spacing = [&](Vec3 row) {
        int n = 1;
        while (placement.place(row * double(n))->region == 0) ++n;
        EXPECT_EQ(placement.place(row * double(n + 1))->region, 1u);
        return norm(placement.place(row * double(n + 1))->position_nm -
                    placement.place(row * double(n))->position_nm);
    };
    EXPECT_NEAR(spacing({0, 0, core.c_nm}), shell.c_nm, 1e-9);
    EXPECT_NEAR(spacing({core.a_nm, 0, 0}), shell.a_nm, 1e-9);
}

TEST(Displacement, LeavesEqualCellsUntouched)
{
    Particle plan = sphere(host("beta-NaYF4"), 5);
    plan.regions.push_back({.host = host("beta-NaYF4"), .shape = {}, .size_nm = 8});
    Crystal const crystal = build(plan, {});
    Cell const cell = plan.regions[0].host.cell;
    for (std::size_t s = 0; s < crystal.size(); ++s) {
        LatticeIndex const at = crystal.lattice[s];
        Vec3 const f = crystal.region_hosts[0].positions[at.position].fractional +
                       Vec3{double(at.i), double(at.j), double(at.k)};
        EXPECT_LT(norm(crystal.position_nm[s] - cell.cartesian_nm(f)), 1e-12);
    }
}

TEST(Displacement, KeepsTheCationsOfAStrainedParticleApart)
{
    for (Particle const& plan : strained()) {
        Crystal const crystal = build(plan, {.seed = 1});
        std::vector<Vec3> cations;
        for (std::size_t s = 0; s < crystal.size(); ++s)
            if (crystal.region_hosts[0].holds_dopable(crystal.lattice[s].position))
                cations.push_back(crystal.position_nm[s]);
        auto const list = neighbours(cations, 0.45);
        double nearest = 1;
        for (double d : list.distance_nm) nearest = std::min(nearest, d);
        // No nearer than in the narrowest cell, less a per cent of shear at the prism's edges.
        double const narrowest =
            plan.regions[0].host.topology == "fluorite" ? 0.5452 / std::sqrt(2.0) : 0.3453;
        EXPECT_GT(nearest, 0.98 * narrowest);
    }
}

}  // namespace

TEST(Encloses, ComparesOutlinesInEveryDirection)
{
    Shape const sphere{}, cube{.kind = ShapeKind::cube};
    EXPECT_TRUE(encloses(cube, 4, sphere, 4));
    EXPECT_FALSE(encloses(cube, 3.99, sphere, 4));
    EXPECT_TRUE(encloses(sphere, 4 * 1.7321, cube, 4));
    EXPECT_FALSE(encloses(sphere, 4 * 1.7320, cube, 4));
}

}  // namespace lanthorn
