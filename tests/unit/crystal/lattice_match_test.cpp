#include "lanthorn/crystal/lattice_match.hpp"

#include "hosts.hpp"

namespace lanthorn {
namespace {

using testing::data_file;
using testing::host;

IonicRadii radii() { return IonicRadii::from(read_toml(data_file("radii.toml"))); }

// Target P01.
TEST(Vegard, GivesTheCellsOfTheSolidSolutions)
{
    Cell const y = host("alpha-NaYF4").cell, yb = host("alpha-NaYbF4").cell, er = host("alpha-NaErF4").cell;
    std::vector<std::pair<Cell, double>> const half{{y, 0.5}, {yb, 0.5}};
    EXPECT_NEAR(mixed_cell(half).a_nm, 0.54795, 1e-5);
    std::vector<std::pair<Cell, double>> const core{{y, 0.5}, {yb, 0.45}, {er, 0.05}};
    double const a = mixed_cell(core).a_nm;
    EXPECT_NEAR(a, 0.5481, 1e-5);
    EXPECT_NEAR(a, 0.5484, 5e-4);  // refined by powder diffraction
    EXPECT_EQ(mixed_cell(half).gamma_rad, y.gamma_rad);
}

TEST(Vegard, OverTheRadiusGivesTheCellOfNaErF4)
{
    IonicRadii const r = radii();
    auto const point = [&](char const* name, char const* ion) {
        return std::pair{r.radius_nm("shannon", ion, 8).value, host(name).cell.a_nm};
    };
    double const a = on_line(r.radius_nm("shannon", "Er", 8).value, point("alpha-NaYF4", "Y"),
                             point("alpha-NaYbF4", "Yb"));
    EXPECT_NEAR(a, host("alpha-NaErF4").cell.a_nm, 5e-5);
}

double published_by_yu(Host const& h)
{
    for (auto const& other : h.alternatives)
        if (other.name == "yu2025") return other.cell.a_nm;
    return 0;
}

// Target P04.
TEST(Misfit, IsThatOfTheTable)
{
    double const core = published_by_yu(host("alpha-NaYF4"));
    EXPECT_NEAR(core, 0.552, 1e-12);
    auto const per_cent = [](double a, std::string const& shell) {
        return 100 * misfit(a, host(shell).cell.a_nm);
    };
    EXPECT_NEAR(per_cent(core, "CsPbBr3"), 7.79, 0.01);
    EXPECT_NEAR(per_cent(core, "CsPbCl3"), 2.90, 0.01);
    EXPECT_NEAR(per_cent(core, "CsPbI3"), 13.77, 0.01);
    EXPECT_NEAR(per_cent(0.5484, "CaF2"), -0.40, 0.01);
    EXPECT_NEAR(per_cent(0.5484, "alpha-NaYF4"), 0.42, 0.01);
    EXPECT_NEAR(100 * misfit(core, host("CsPbBr3").cell.a_nm, MisfitOf::shell), 7.23, 0.01);
}

TEST(Misfit, TableTellsItsConvention)
{
    std::vector<LatticeLength> const shells{{"CaF2", 0.5462}, {"alpha-NaYF4", 0.5507}};
    std::string const text = misfit_table({"NaY50Yb45Er5F4", 0.5484}, shells);
    EXPECT_NE(text.find("(a_shell - a_core) / a_core"), text.npos);
    EXPECT_NE(text.find("-0.40 %"), text.npos);
    EXPECT_NE(text.find("+0.42 %"), text.npos);
    EXPECT_NE(misfit_table({"core", 0.5}, shells, MisfitOf::shell).find("/ a_shell"), text.npos);
}

// Target P05.
TEST(ToleranceFactor, DependsOnTheRadiusSet)
{
    IonicRadii const r = radii();
    auto const t = [&](int cs, char const* pb_set, char const* x) {
        return tolerance_factor(r.radius_nm("shannon", "Cs", cs).value, r.radius_nm(pb_set, "Pb", 6).value,
                                r.radius_nm("shannon", x, 6).value);
    };
    EXPECT_NEAR(t(6, "shannon", "I"), 0.807, 0.002);
    EXPECT_NEAR(t(12, "shannon", "I"), 0.851, 0.002);
    EXPECT_NEAR(t(12, "revised", "I"), 0.893, 0.002);
    EXPECT_NEAR(t(12, "shannon", "Br"), 0.862, 0.002);
    EXPECT_NEAR(t(6, "shannon", "Cl"), 0.820, 0.002);
    EXPECT_NEAR(octahedral_factor(0.119, 0.220), 0.541, 0.001);
}

TEST(Radii, TellWhichAreKnown)
{
    try {
        radii().radius_nm("shannon", "Cs", 8);
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().key, "radius");
        EXPECT_NE(error.first().problem.find("shannon with 6, shannon with 12"), std::string::npos);
    }
}

}  // namespace
}  // namespace lanthorn
