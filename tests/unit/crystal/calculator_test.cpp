#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/calculator.hpp"
#include "lanthorn/crystal/topology.hpp"

#include "hosts.hpp"

#include <cmath>

namespace lanthorn {
namespace {

using testing::data_file;
using testing::host;
using testing::sphere;

AtomicMasses masses() { return AtomicMasses::from(read_toml(data_file("elements.toml"))); }

TEST(AtomicMasses, AreKnownForEveryIonOfEveryHost)
{
    AtomicMasses const m = masses();
    EXPECT_NEAR(m["Yb"].value, 173.05, 0.01);
    EXPECT_EQ(m["F"].source.key, "iupac2021");
    for (auto const& name : testing::all_hosts())
        for (auto const& position : host(name).positions)
            for (auto const& share : position.shares) EXPECT_GT(m[share.occupant.element].value, 0);
    try {
        m["Xx"];
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_NE(error.first().problem.find("Xx"), std::string::npos);
    }
}

TEST(Figures, OfALargeParticleAreThoseOfTheBulk)
{
    ParticleFigures const f = figures_of(build(sphere(host("beta-NaYF4"), 16, {{"Yb", 0.2}}), {}), masses());
    double const cell_g_per_mol = 1.5 * (22.990 + 4 * 18.998 + 0.8 * 88.906 + 0.2 * 173.05);
    double const cell_nm3 = host("beta-NaYF4").cell.volume_nm3();
    double const density = cell_g_per_mol / constants::avogadro_per_mol / (cell_nm3 * 1e-21);
    EXPECT_NEAR(f.density_g_per_cm3, density, 0.01 * density);
    EXPECT_NEAR(f.volume_nm3, constants::pi * 16 * 16 * 16 / 6, 0.01 * f.volume_nm3);
    EXPECT_NEAR(f.sphere_diameter_nm, 16, 0.05);
    EXPECT_NEAR(double(f.rare_earth_ions), 13.75 * f.volume_nm3, 0.01 * double(f.rare_earth_ions));
    EXPECT_EQ(f.elements.at("Yb").ions + f.elements.at("Y").ions, f.rare_earth_ions);
    EXPECT_EQ(f.vacancies, 0);
    EXPECT_NEAR(double(f.natural_vacancies), f.volume_nm3 / cell_nm3, 0.01 * double(f.natural_vacancies));
    EXPECT_NEAR(f.mass_g, f.volume_nm3 * 1e-21 * density, 0.01 * f.mass_g);
    EXPECT_LT(std::abs(double(f.net_charge)), 0.05 * double(f.rare_earth_ions));
}

TEST(Figures, CountEachRegion)
{
    Particle plan = sphere(host("beta-NaGdF4"), 5, {{"Yb", 0.49}});
    plan.regions[0].vacancy_fraction = 0.02;
    plan.regions.push_back({.host = host("beta-NaYF4"), .shape = {}, .size_nm = 8});
    Crystal const crystal = build(plan, {});
    ParticleFigures const f = figures_of(crystal, masses());
    auto const& yb = f.elements.at("Yb");
    EXPECT_EQ(yb.ions_of_region[0], yb.ions);
    EXPECT_EQ(yb.ions_of_region[1], 0);
    EXPECT_EQ(f.elements.at("Gd").ions_of_region[1], 0);
    EXPECT_EQ(f.elements.at("Y").ions_of_region[0], 0);
    EXPECT_GT(f.vacancies, 0);
    EXPECT_EQ(f.net_charge, net_charge(crystal));
    EXPECT_NEAR(*yb.density_distance_nm, std::cbrt(f.volume_of_region_nm3[0] / double(yb.ions)), 1e-12);
    Tree const tree = to_tree(f);
    EXPECT_EQ(tree.integer("ions/Yb"), yb.ions);
    EXPECT_EQ(tree.integer("regions/shell 1/ions/Y"), f.elements.at("Y").ions);
    EXPECT_EQ(tree.number("nearest_distance/Yb"), *yb.nearest_nm);
}

TEST(Figures, OfFullOccupationHaveTheNearestLatticeDistance)
{
    ParticleFigures const f = figures_of(build(sphere(host("CaF2"), 6, {{"Yb", 1.0}}), {}), masses());
    EXPECT_NEAR(*f.elements.at("Yb").nearest_nm, 0.5462 / std::sqrt(2.0), 1e-9);
    // Surface: at a fluorite cube of n cells all but the inner sites; here a sphere, so between zero and one.
    EXPECT_GT(f.surface_fraction, 0.1);
    EXPECT_LT(f.surface_fraction, 0.6);
    EXPECT_EQ(f.surface_fraction, f.surface_rare_earth_fraction);
}

TEST(Surface, OfACubeIsItsOutermostLayer)
{
    // A perovskite cube of 9 x 9 x 9 lead sites has 7 x 7 x 7 inside.
    Particle const plan{
        .regions = {{.host = host("CsPbBr3"), .shape = {ShapeKind::cube}, .size_nm = 8 * 0.595}}};
    Crystal const crystal = build(plan, {});
    ParticleFigures const f = figures_of(crystal, masses());
    EXPECT_EQ(f.elements.at("Pb").ions, 729);
    EXPECT_DOUBLE_EQ(f.surface_fraction, (729 - 343) / 729.0);
    std::size_t at_surface = 0;
    for (std::uint8_t s : surface_sites(crystal)) at_surface += s;
    EXPECT_EQ(at_surface, 729u - 343u);
}

TEST(LatticeMap, FindsEachSiteAndNoOther)
{
    Crystal const crystal = build(sphere(host("beta-NaYF4"), 4), {});
    LatticeMap const map(crystal);
    for (std::uint32_t s = 0; s < crystal.size(); ++s) EXPECT_EQ(map.find(crystal.lattice[s]), SiteId{s});
    EXPECT_FALSE(map.find({1000, 0, 0, 0}));
    EXPECT_FALSE(map.find({0, 0, 0, 99}));
}

TEST(Concentration, IsConvertedThereAndBack)
{
    // A particle of 1e6 g/mol at 1 mg/mL is 1 umol/L.
    EXPECT_DOUBLE_EQ(nM_of(1, 1e6), 1000);
    EXPECT_DOUBLE_EQ(mg_per_mL_of(nM_of(3.7, 2.2e6), 2.2e6), 3.7);
}

TEST(NearestDistance, IsThatOfFewAndManyPoints)
{
    EXPECT_FALSE(mean_nearest_distance_nm({}));
    EXPECT_FALSE(mean_nearest_distance_nm({{1, 2, 3}}));
    EXPECT_DOUBLE_EQ(*mean_nearest_distance_nm({{0, 0, 0}, {0, 0, 2}}), 2);
    EXPECT_DOUBLE_EQ(*mean_nearest_distance_nm({{0, 0, 0}, {0, 0, 2}, {0, 0, 102}}), (2 + 2 + 100) / 3.0);
    EXPECT_DOUBLE_EQ(*mean_nearest_distance_nm({{1, 1, 1}, {1, 1, 1}}), 0);
}

}  // namespace
}  // namespace lanthorn
