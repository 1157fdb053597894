#include "lanthorn/crystal/neighbours.hpp"

#include "hosts.hpp"

#include <cmath>
#include <map>
#include <sstream>

namespace lanthorn {
namespace {

using testing::count;
using testing::host;
using testing::sphere;

Crystal example()
{
    Particle plan = sphere(host("beta-NaGdF4"), 3, {{"Yb", 0.49}, {"Tm", 0.05}});
    plan.regions[0].vacancy_fraction = 0.05;
    plan.regions.push_back({.host = host("beta-NaYF4"), .shape = {}, .size_nm = 4});
    return build(plan, {.seed = 11});
}

std::size_t ions_of(Crystal const& crystal)
{
    std::size_t n = 0;
    for (std::uint8_t o : crystal.occupant) n += o != 0;
    return n;
}

TEST(Xyz, HoldsEachIonOnce)
{
    Crystal const crystal = example();
    std::istringstream in(to_xyz(crystal, "a \"quoted\"\ncomment"));
    std::size_t n = 0;
    std::string line;
    in >> n;
    std::getline(in, line);
    EXPECT_EQ(n, ions_of(crystal));
    std::getline(in, line);
    EXPECT_TRUE(
        line.starts_with("Properties=species:S:1:pos:R:3:region:I:1:site:I:1:charge:R:1 pbc=\"F F F\""));
    EXPECT_TRUE(line.ends_with("comment=\"a `quoted` comment\"")) << line;
    std::size_t lines = 0;
    std::int64_t charge = 0;
    std::string element;
    double x, y, z;
    std::uint32_t region, site;
    int q;
    while (in >> element >> x >> y >> z >> region >> site >> q) {
        ++lines;
        charge += q;
        ASSERT_LT(site, crystal.size());
        EXPECT_EQ(element, crystal.at({site}).element);
        EXPECT_EQ(q, crystal.at({site}).charge);
        EXPECT_EQ(region, crystal.region[site]);
        EXPECT_LT(norm(Vec3{x, y, z} - crystal.position_nm[site] * 10), 2e-6);
    }
    EXPECT_EQ(lines, n);
    EXPECT_EQ(charge, net_charge(crystal));
}

TEST(Cif, IsReadBackWithTheSameIonsAndDistances)
{
    Crystal const crystal = example();
    Host const back = host_from_cif(to_cif(crystal, "beta NaGdF4"), "particle.cif", "Yb");
    EXPECT_EQ(back.name, "beta_NaGdF4");
    EXPECT_EQ(back.positions.size(), ions_of(crystal));
    EXPECT_EQ(back.dopable_per_cell(), double(count(crystal, "Yb")));
    EXPECT_EQ(back.dopable, (Occupant{"Yb", 3}));
    auto const shortest = [](std::vector<Vec3> const& points) {
        double least = 1;
        for (double d : neighbours(points, 0.3).distance_nm) least = std::min(least, d);
        return least;
    };
    std::vector<Vec3> from_cif, built;
    for (auto const& p : back.positions) from_cif.push_back(back.cell.cartesian_nm(p.fractional));
    for (std::size_t s = 0; s < crystal.size(); ++s)
        if (crystal.occupant[s] != 0) built.push_back(crystal.position_nm[s]);
    EXPECT_NEAR(shortest(from_cif), shortest(built), 1e-7);
    EXPECT_EQ(neighbours(from_cif, 0.5).index.size(), neighbours(built, 0.5).index.size());
}

TEST(Cif, GivesAHostOfTheStructure)
{
    std::string const cif = R"(data_CaF2
_cell_length_a 5.4626
_cell_length_b 5.4626
_cell_length_c 5.4626
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Ca1 Ca2+ 0 0 0 0.75
Na1 Na1+ 0 0 0 0.25
F1 F1- 0.25 0.25 0.25 1
)";
    Host const h = host_from_cif(cif, "fluorite.cif", "Ca");
    EXPECT_EQ(h.positions.size(), 12u);
    EXPECT_DOUBLE_EQ(h.dopable_per_cell(), 3);
    EXPECT_EQ(h.formula, "Ca3Na1F8");
    EXPECT_NEAR(h.cell.a_nm, 0.54626, 1e-12);
    Crystal const crystal = build(sphere(h, 4, {{"Yb", 0.1}}), {});
    EXPECT_GT(count(crystal, "Na"), 100);
    EXPECT_NEAR(double(count(crystal, "Yb")) / double(count(crystal, "Ca") + count(crystal, "Yb")), 0.1,
                0.002);
}

std::string replaced(std::string text, std::string const& what, std::string const& by)
{
    std::size_t const at = text.find(what);
    EXPECT_NE(at, text.npos) << what;
    return text.replace(at, what.size(), by);
}

TEST(Cif, IsRefusedWithASentence)
{
    std::string const good =
        "data_x\n_cell_length_a 4\n_cell_length_b 4\n_cell_length_c 4\n_cell_angle_alpha 90\n"
        "_cell_angle_beta 90\n_cell_angle_gamma 90\n_symmetry_space_group_name_H-M 'P 1'\nloop_\n"
        "_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n"
        "_atom_site_fract_z\nY1 Y 0 0 0\nF1 F 0.5 0.5 0.5\n";
    EXPECT_EQ(host_from_cif(good, "x.cif", "Y").positions.size(), 2u);
    auto const problem = [](std::string const& text, std::string const& dopable = "Y") -> std::string {
        try {
            host_from_cif(text, "x.cif", dopable);
        }
        catch (InputError const& error) {
            EXPECT_EQ(error.first().place.file, "x.cif");
            EXPECT_EQ(error.first().key, "cif");
            return error.first().problem;
        }
        return "was taken";
    };
    auto const expect = [](std::string const& text, std::string const& words) {
        EXPECT_NE(text.find(words), text.npos) << text;
    };
    expect(problem(""), "there are no atoms");
    expect(problem("data_x\n_a 1\n"), "there are no atoms");
    expect(problem("loop_ nonsense"), "not a CIF");
    expect(problem(replaced(good, "_cell_length_a 4\n", "")), "no unit cell");
    expect(problem(replaced(good, "_symmetry_space_group_name_H-M 'P 1'\n", "")), "no space group");
    expect(problem(replaced(good, "'P 1'", "'Q 7'")), "space group \"Q 7\" is unknown");
    expect(problem(replaced(good, "Y1 Y 0", "Y1 Qq 0")), "no element");
    expect(problem(replaced(good, "Y1 Y 0", "Y1 W 0")), "charge of W");
    expect(problem(replaced(good, "Y1 Y 0 0 0", "Y1 Y ? 0 0")), "no fractional coordinates");
    expect(problem(replaced(good, "F1 F 0.5 0.5 0.5", "F1 F 0 0 0")), "one position");
    expect(problem(good, "Gd"), "no cation \"Gd\"");
    expect(problem(good, "F"), "no cation \"F\"");
    try {
        host_from_cif("data_x\nloop_\n_a\n_b\n1 2 3\n", "x.cif", "Y");
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_GT(error.first().place.line, 0) << error.what();
    }
}

TEST(CrystalTree, IsReadBackWhole)
{
    Crystal const crystal = example();
    Tree const tree = to_tree(crystal);
    Crystal const back = crystal_from(tree);
    EXPECT_TRUE(to_tree(back) == tree);
    EXPECT_EQ(back.position_nm, crystal.position_nm);
    EXPECT_EQ(back.occupant, crystal.occupant);
    EXPECT_EQ(back.occupants, crystal.occupants);
    EXPECT_EQ(back.region_hosts[1].alternatives.size(), crystal.region_hosts[1].alternatives.size());
    EXPECT_EQ(back.region_hosts[0].sources, crystal.region_hosts[0].sources);
    EXPECT_EQ(back.region_hosts[0].positions[2].split, true);
}

TEST(CrystalTree, IsRefusedWhereItIsInconsistent)
{
    Tree const good = to_tree(example());
    auto const refused = [](Tree const& tree) { EXPECT_THROW(crystal_from(tree), InputError); };
    refused({});
    Tree missing = good;
    missing.group("sites").arrays.erase("occupant");
    refused(missing);
    Tree short_column = good;
    std::get<std::vector<double>>(short_column.group("sites").arrays.at("position").values).pop_back();
    refused(short_column);
    Tree unknown_ion = good;
    std::get<std::vector<std::int64_t>>(unknown_ion.group("sites").arrays.at("occupant").values)[0] = 99;
    refused(unknown_ion);
    Tree unsorted = good;
    std::get<std::vector<std::int64_t>>(unsorted.group("sites").arrays.at("lattice").values)[0] = 1000;
    refused(unsorted);
    Tree no_host = good;
    no_host.group("regions").groups.erase("1");
    refused(no_host);
}

}  // namespace
}  // namespace lanthorn
