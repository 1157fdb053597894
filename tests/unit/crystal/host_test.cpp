#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/topology.hpp"

#include "hosts.hpp"

#include <cmath>
#include <map>

namespace lanthorn {
namespace {

using testing::all_hosts;
using testing::host;

bool rare_earth(Occupant const& o) { return is_rare_earth(o.element); }
bool fluorine(Occupant const& o) { return o.element == "F"; }

std::size_t position_of(Host const& h, std::string const& label)
{
    for (std::size_t p = 0; p < h.positions.size(); ++p)
        if (h.positions[p].label == label) return p;
    throw std::out_of_range(label);
}

TEST(Hosts, AllLoadAndAreNeutral)
{
    auto const names = all_hosts();
    ASSERT_GE(names.size(), 10u);
    for (auto const& name : names) {
        Host const h = host(name);
        EXPECT_EQ(h.name, name);
        double charge = 0;
        for (auto const& position : h.positions)
            for (auto const& share : position.shares) charge += share.fraction * share.occupant.charge;
        EXPECT_NEAR(charge, 0, 1e-12) << name;
        EXPECT_GT(h.dopable_per_cell(), 0) << name;
        EXPECT_GE(h.sources.size(), 3u) << name;
        for (auto const& [key, source] : h.sources) EXPECT_FALSE(source.key.empty()) << name << " " << key;
    }
}

TEST(Hosts, HaveTheContentOfTheirCells)
{
    std::map<std::string, std::pair<std::size_t, double>> const expected{
        {"beta-NaYF4", {10, 1.5}}, {"beta-NaGdF4", {10, 1.5}}, {"beta-NaLuF4", {10, 1.5}},
        {"alpha-NaYF4", {12, 2}},  {"alpha-NaYbF4", {12, 2}},  {"CaF2", {12, 4}},
        {"CsPbBr3", {5, 1}},
    };
    for (auto const& [name, cell] : expected) {
        Host const h = host(name);
        EXPECT_EQ(h.positions.size(), cell.first) << name;
        EXPECT_DOUBLE_EQ(h.dopable_per_cell(), cell.second) << name;
    }
}

TEST(Hosts, OfOneTopologyShareTheirPositions)
{
    for (auto const& first : all_hosts())
        for (auto const& second : all_hosts()) {
            Host const a = host(first), b = host(second);
            if (a.topology != b.topology) continue;
            ASSERT_EQ(a.positions.size(), b.positions.size());
            for (std::size_t p = 0; p < a.positions.size(); ++p) {
                EXPECT_EQ(a.positions[p].label, b.positions[p].label) << first << " " << second;
                EXPECT_LT(norm(a.positions[p].fractional - b.positions[p].fractional), 0.02)
                    << first << " " << second;
            }
        }
}

// Target P03.
TEST(Neighbours, OfFluoriteAreThoseOfTheCell)
{
    Host const h = host("alpha-NaYF4");
    std::size_t const cation = position_of(h, "4a");
    auto const anions = neighbour_shells(h, cation, fluorine, 0.5);
    EXPECT_NEAR(anions[0].distance_nm, 0.2385, 0.2385e-3);
    EXPECT_EQ(anions[0].sites, 8);
    EXPECT_NEAR(anions[1].distance_nm, 0.4566, 0.4566e-3);
    EXPECT_EQ(anions[1].sites, 24);
    auto const cations = neighbour_shells(h, cation, [](Occupant const& o) { return o.charge > 0; }, 0.7);
    EXPECT_NEAR(cations[0].distance_nm, 0.3894, 0.3894e-3);
    EXPECT_EQ(cations[0].sites, 12);
    EXPECT_DOUBLE_EQ(cations[0].occupied, 12);
    EXPECT_EQ(cations[1].sites, 6);
    EXPECT_EQ(cations[2].sites, 24);
    EXPECT_NEAR(h.dopable_per_cell() / h.cell.volume_nm3(), 11.98, 11.98e-3);
}

// Target P03.
TEST(Neighbours, OfTheBetaPhaseIncludeThePairAlongC)
{
    Host const h = host("beta-NaYF4");
    auto const cations = neighbour_shells(h, position_of(h, "1a"), rare_earth, 0.6);
    ASSERT_EQ(cations.size(), 3u);
    EXPECT_NEAR(cations[0].distance_nm, 0.3530, 0.3530e-3);
    EXPECT_EQ(cations[0].sites, 2);
    EXPECT_NEAR(cations[1].distance_nm, 0.3874, 0.3874e-3);
    EXPECT_EQ(cations[1].sites, 6);
    EXPECT_DOUBLE_EQ(cations[1].occupied, 3);
    EXPECT_NEAR(cations[2].distance_nm, 0.59738, 1e-4);
    EXPECT_EQ(cations[2].sites, 6);
    EXPECT_NEAR(h.dopable_per_cell() / h.cell.volume_nm3(), 13.75, 13.75e-3);

    auto const sodium =
        neighbour_shells(h, position_of(h, "1a"), [](Occupant const& o) { return o.element == "Na"; }, 0.43);
    ASSERT_EQ(sodium.size(), 3u);
    EXPECT_NEAR(sodium[0].distance_nm, 0.362, 0.002);
    EXPECT_EQ(sodium[0].sites, 6);
    EXPECT_NEAR(sodium[2].distance_nm, 0.422, 0.002);
    EXPECT_EQ(sodium[2].sites, 6);
}

TEST(Neighbours, OfBothRareEarthSitesOfTheBetaPhaseAreNineFluorines)
{
    Host const h = host("beta-NaYF4");
    for (std::string const label : {"1a", "1f"}) {
        auto const anions = neighbour_shells(h, position_of(h, label), fluorine, 0.30);
        int sites = 0;
        for (auto const& shell : anions) sites += shell.sites;
        EXPECT_EQ(sites, 9) << label;
        EXPECT_GT(anions.front().distance_nm, 0.230) << label;
        EXPECT_LT(anions.back().distance_nm, 0.237) << label;
    }
}

TEST(Neighbours, OfTheFirstCationShellAre12And8And6)
{
    auto const of = [](std::string const& name, std::string const& label) {
        Host const h = host(name);
        return first_cation_shell(h)[position_of(h, label)].size();
    };
    EXPECT_EQ(of("alpha-NaYF4", "4a"), 12u);
    EXPECT_EQ(of("alpha-NaYF4", "8c"), 0u);
    EXPECT_EQ(of("beta-NaYF4", "1a"), 8u);
    EXPECT_EQ(of("beta-NaYF4", "1f"), 8u);
    EXPECT_EQ(of("beta-NaYF4", "2h"), 0u);
    EXPECT_EQ(of("CsPbBr3", "1a"), 6u);
}

TEST(Cell, HasTheVolumeOfItsVectors)
{
    EXPECT_NEAR(Cell::cubic(0.5).volume_nm3(), 0.125, 1e-15);
    EXPECT_NEAR(Cell::hexagonal(0.6, 0.35).volume_nm3(), 0.36 * 0.35 * std::sqrt(3.0) / 2, 1e-15);
    double const d = constants::pi / 180;
    Cell const triclinic{0.5, 0.6, 0.7, 80 * d, 95 * d, 105 * d};
    double const ca = std::cos(80 * d), cb = std::cos(95 * d), cg = std::cos(105 * d);
    EXPECT_NEAR(triclinic.volume_nm3(), 0.21 * std::sqrt(1 - ca * ca - cb * cb - cg * cg + 2 * ca * cb * cg),
                1e-14);
    auto const [a, b, c] = triclinic.vectors_nm();
    EXPECT_NEAR(dot(a, c) / (norm(a) * norm(c)), cb, 1e-14);
    EXPECT_NEAR(dot(b, c) / (norm(b) * norm(c)), ca, 1e-14);
}

std::string const good = R"(name = "salt"
formula = "CaF2"
topology = "fluorite"
dopable = "Ca"
[structure]
space_group = "F m -3 m"
source = "x"
kind = "measured"
[cell]
a = { value = 5.4, unit = "angstrom", source = "x", kind = "measured" }
[[site]]
label = "4a"
x = "0"
y = "0"
z = "0"
content = [{ ion = "Ca", share = "1" }]
source = "x"
kind = "measured"
)";

std::string replaced(std::string text, std::string const& what, std::string const& by)
{
    std::size_t const at = text.find(what);
    EXPECT_NE(at, text.npos) << what;
    return text.replace(at, what.size(), by);
}

Finding refusal(std::string const& text)
{
    try {
        host_from(parse_toml(text, "salt.toml"));
    }
    catch (InputError const& error) {
        return error.first();
    }
    ADD_FAILURE() << "was taken:\n" << text;
    return {};
}

TEST(HostFile, IsTakenWhereItIsRight)
{
    EXPECT_EQ(host_from(parse_toml(good, "salt.toml")).positions.size(), 4u);
}

TEST(HostFile, IsRefusedWithPlaceAndKey)
{
    auto const expect = [](std::string const& text, std::string const& key, int line) {
        Finding const f = refusal(text);
        EXPECT_EQ(f.key, key) << f.problem;
        EXPECT_EQ(f.place.line, line) << f.problem;
        EXPECT_EQ(f.place.file, "salt.toml");
        EXPECT_FALSE(f.excerpt.empty());
    };
    expect(replaced(good, "dopable = \"Ca\"", "dopable = \"Ca2+\""), "dopable", 4);
    expect(replaced(good, "dopable = \"Ca\"", "dopable = \"Y\""), "dopable", 4);
    expect(replaced(good, "F m -3 m", "F m m m m"), "structure.space_group", 6);
    expect(replaced(good, "a = { value = 5.4, unit = \"angstrom\", source = \"x\", kind = \"measured\" }",
                    "a = 0.54"),
           "cell.a", 10);
    expect(replaced(good, "a = {", "b = {"), "cell.b", 10);
    expect(replaced(good, "unit = \"angstrom\"", "unit = \"eV\""), "cell.a", 10);
    expect(replaced(good, "z = \"0\"", "z = \"half\""), "site[0].z", 15);
    expect(replaced(good, "z = \"0\"", "z = 0.25"), "site[0].z", 15);
    expect(replaced(good, "share = \"1\"", "share = \"3/2\""), "site[0].content", 16);
    expect(replaced(good, "label = ", "lable = "), "site[0].lable", 12);
    expect(replaced(good, "formula = ", "formulae = "), "formulae", 2);
    expect(replaced(good, "z = \"0\"\n", "z = \"0\"\nsplit = true\n"), "site[0].split", 11);
}

TEST(HostFile, LeavesTablesOfOthersAlone)
{
    EXPECT_NO_THROW(host_from(parse_toml(good + "[optics]\nindex = 1.4\n", "salt.toml")));
}

TEST(HostFile, TellsAllMistakesAtOnce)
{
    try {
        host_from(parse_toml(replaced(replaced(good, "name = ", "nam = "), "z = \"0\"", "z = \"half\""),
                             "salt.toml"));
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.findings().size(), 3u);  // unknown nam, missing name, bad z
    }
}

TEST(FormalCharge, IsThatOfTheGroup)
{
    EXPECT_EQ(formal_charge("Yb"), 3);
    EXPECT_EQ(formal_charge("Ca"), 2);
    EXPECT_EQ(formal_charge("Na"), 1);
    EXPECT_EQ(formal_charge("F"), -1);
    EXPECT_EQ(formal_charge("Yb3+"), std::nullopt);
    EXPECT_TRUE(is_rare_earth("Y"));
    EXPECT_FALSE(is_rare_earth("Ca"));
}

}  // namespace
}  // namespace lanthorn
