#include "lanthorn/study/notation.hpp"

#include "tiny.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>

using namespace lanthorn;

namespace {

std::string const light = "980 nm, 10 W/cm^2";

Recipe particle(std::string const& notation)
{
    return recipe_of(recipe_from_notation(notation) + "\n" + excitation_from_notation(light));
}

using Dopants = std::vector<std::pair<std::string, double>>;

/// Column and words of what is wrong with a notation.
std::pair<int, std::string> complaint(std::string const& notation)
{
    try {
        particle(notation);
    }
    catch (InputError const& error) {
        return {error.first().place.column, error.first().problem};
    }
    return {0, ""};
}

std::pair<int, std::string> complaint_about_light(std::string const& notation)
{
    try {
        excitation_from_notation(notation);
    }
    catch (InputError const& error) {
        return {error.first().place.column, error.first().problem};
    }
    return {0, ""};
}

}  // namespace

TEST(Notation, ReadsCoreAndShells)
{
    Recipe const r = particle("NaYF4:Yb20,Er2 (8 nm) @ NaYF4:Yb10 (1.5 nm) @ NaGdF4 (2 nm)");
    ASSERT_EQ(r.regions.size(), 3u);
    EXPECT_EQ(r.regions[0].host, "beta-NaYF4");
    EXPECT_EQ(r.regions[0].size_nm, 8);
    EXPECT_EQ(r.regions[0].dopants, (Dopants{{"Er", 0.02}, {"Yb", 0.2}}));
    EXPECT_EQ(r.regions[1].size_nm, 1.5);
    EXPECT_EQ(r.regions[1].dopants, (Dopants{{"Yb", 0.1}}));
    EXPECT_EQ(r.regions[2].host, "beta-NaGdF4");
    EXPECT_TRUE(r.regions[2].dopants.empty());
}

TEST(Notation, TakesNumbersAsMolPerCentOfTheRareEarthSite)
{
    EXPECT_EQ(particle("NaYF4:Yb0.5 (4 nm)").regions[0].dopants, (Dopants{{"Yb", 0.005}}));
    EXPECT_EQ(particle("NaYF4:Yb 20%, Er 2 % (4 nm)").regions[0].dopants,
              (Dopants{{"Er", 0.02}, {"Yb", 0.2}}));
    EXPECT_EQ(particle("NaYF4:Yb4.1 (4 nm)").regions[0].dopants, (Dopants{{"Yb", 0.041}}));
    EXPECT_EQ(particle("NaYF4:Yb100 (4 nm)").regions[0].dopants, (Dopants{{"Yb", 1.0}}));
}

TEST(Notation, KnowsPhases)
{
    EXPECT_EQ(particle("NaYF4 (4 nm)").regions[0].host, "beta-NaYF4");
    EXPECT_EQ(particle("α-NaYF4 (4 nm)").regions[0].host, "alpha-NaYF4");
    EXPECT_EQ(particle("β-NaYF4 (4 nm)").regions[0].host, "beta-NaYF4");
    EXPECT_EQ(particle("alpha-NaYF4 (4 nm)").regions[0].host, "alpha-NaYF4");
    EXPECT_EQ(particle("CaF2 (4 nm)").regions[0].host, "CaF2");
}

TEST(Notation, FillsNaYF4WhereAHostHasNoFileOfItsPhase)
{
    RegionRecipe const yb = particle("NaYbF4:Er2 (8 nm)").regions[0];
    EXPECT_EQ(yb.host, "beta-NaYF4");
    EXPECT_EQ(yb.dopants, (Dopants{{"Er", 0.02}, {"Yb", 0.98}}));
    EXPECT_EQ(particle("NaErF4 (8 nm)").regions[0].dopants, (Dopants{{"Er", 1.0}}));
    EXPECT_EQ(particle("NaYbF4:Er100 (8 nm)").regions[0].dopants, (Dopants{{"Er", 1.0}}));
    EXPECT_EQ(particle("alpha-NaYbF4:Er2 (8 nm)").regions[0].host, "alpha-NaYbF4");
}

TEST(Notation, KnowsShapes)
{
    EXPECT_EQ(particle("NaYF4 (4 nm, sphere)").regions[0].shape->kind, ShapeKind::sphere);
    EXPECT_EQ(particle("NaYF4 (4 nm, cube)").regions[0].shape->kind, ShapeKind::cube);
    Recipe const prism = particle("NaYF4 (4 nm, prism 1.5)"),
                 rounded = particle("NaYF4 (4 nm, rounded cube 0.4)");
    EXPECT_EQ(prism.regions[0].shape->kind, ShapeKind::hexagonal_prism);
    EXPECT_EQ(prism.regions[0].shape->aspect_ratio, 1.5);
    EXPECT_EQ(rounded.regions[0].shape->kind, ShapeKind::rounded_cube);
    EXPECT_EQ(rounded.regions[0].shape->rounding, 0.4);
    Recipe const cased = particle("NaYF4 (4 nm) @ NaYF4 (1 nm) @ NaYF4 (2 nm, cube)");
    EXPECT_FALSE(cased.regions[1].shape);
    EXPECT_EQ(cased.regions[2].shape->kind, ShapeKind::cube);
    EXPECT_EQ(notation_of(cased), "beta-NaYF4 (4 nm) @ beta-NaYF4 (1 nm) @ beta-NaYF4 (2 nm, cube)");
    EXPECT_EQ(particle("NaYF4 (4 nm, prism)").regions[0].shape->aspect_ratio, 1);
}

TEST(Notation, SaysWhereItIsWrong)
{
    struct Case {
        std::string notation;
        int column;
        std::string words;
    };
    for (auto const& [notation, column, words] : std::vector<Case>{
             {"", 1, "a host is expected"},
             {"NaYF5 (8 nm)", 1, "did you mean \"alpha-NaYF4\" or \"beta-NaYF4\""},
             {"NaYF4", 6, "diameter is expected"},
             {"NaYF4 (8)", 8, "\"8\" has no unit"},
             {"NaYF4 (8 W)", 8, "a length is wanted"},
             {"NaYF4 (8 nm", 12, "closing parenthesis"},
             {"NaYF4:Yb (8 nm)", 7, "dopant \"Yb\""},
             {"NaYF4:Yb20,20 (8 nm)", 12, "dopant \"20\""},
             {"NaYF4:Yb20,Xy2 (8 nm)", 12, "\"Xy\" is no rare-earth element"},
             {"NaYF4:Yb20,Yb2 (8 nm)", 12, "second time"},
             {"NaYF4:Yb20,Er90 (8 nm)", 12, "sum to 110 %"},
             {"β-NaYF4:Yb20,Er90 (8 nm)", 14, "sum to 110 %"},
             {"NaYbF4:Yb20 (8 nm)", 8, "own cation"},
             {"NaYF4 (8 nm, ball)", 14, "shape \"ball\""},
             {"NaYF4 (8 nm) NaYF4 (2 nm)", 14, "\"@\" and a shell"},
             {"NaYF4 (8 nm) @ (2 nm)", 16, "a host is expected"},
             {"NaYF4 (8 nm) @ NaYF4", 21, "thickness is expected"},
         }) {
        auto const [at, problem] = complaint(notation);
        EXPECT_EQ(at, column) << notation << ": " << problem;
        EXPECT_NE(problem.find(words), std::string::npos) << notation << ": " << problem;
    }
}

TEST(Notation, ReadsLight)
{
    Recipe const r =
        recipe_of(recipe_from_notation("NaYF4:Er2 (4 nm)") + "\n" +
                  excitation_from_notation("980 nm, 1 kW/cm^2, 1 ms / 20 ms; 0.8 um, 5 mW/cm^2"));
    ASSERT_EQ(r.excitations.size(), 2u);
    EXPECT_EQ(r.excitations[0].wavelength_nm, 980);
    EXPECT_EQ(r.excitations[0].irradiance_W_per_cm2, 1000);
    ASSERT_TRUE(r.excitations[0].pulse);
    EXPECT_EQ(r.excitations[0].pulse->width_s, 1e-3);
    EXPECT_EQ(r.excitations[0].pulse->period_s, 2e-2);
    EXPECT_EQ(r.excitations[1].wavelength_nm, 800);
    EXPECT_EQ(r.excitations[1].irradiance_W_per_cm2, 5e-3);
    EXPECT_FALSE(r.excitations[1].pulse);
}

TEST(Notation, SaysWhereLightIsWrong)
{
    EXPECT_EQ(complaint_about_light("980 nm"),
              (std::pair(7, std::string("a comma and the irradiance are expected here, "
                                        "as in \"980 nm, 10 W/cm^2\""))));
    EXPECT_EQ(complaint_about_light("980 nm, 10 W").first, 9);
    EXPECT_NE(complaint_about_light("980 nm, 10 W").second.find("Divide by the beam area"),
              std::string::npos);
    EXPECT_EQ(complaint_about_light("980, 10 W/cm^2").first, 1);
    EXPECT_EQ(complaint_about_light("980 nm, 10 W/cm^2, 1 ms").first, 24);
    EXPECT_EQ(complaint_about_light("980 nm, 10 W/cm^2, 1 nm / 1 s").first, 20);
}

namespace {

/// Any particle, with per cents of two decimals.
rc::Gen<std::string> any_notation()
{
    return rc::gen::exec([] {
        std::array const hosts{"beta-NaYF4", "beta-NaGdF4", "NaLuF4", "alpha-NaYF4", "CaF2", "NaErF4"};
        std::array const elements{"Yb", "Tm", "Ho", "Nd", "Gd"};
        std::array const shapes{"", ", sphere", ", cube", ", rounded cube 0.3", ", prism 0.7"};
        std::string text;
        int const regions = *rc::gen::inRange(1, 4);
        for (int k = 0; k < regions; ++k) {
            if (k > 0) text += " @ ";
            text += hosts[*rc::gen::inRange<std::size_t>(0, hosts.size())];
            int const dopants = *rc::gen::inRange(0, 4);
            for (int d = 0; d < dopants; ++d)
                text += fmt::format("{}{}{}.{}", d == 0 ? ":" : ",", elements[std::size_t(d)],
                                    *rc::gen::inRange(0, 30), *rc::gen::inRange(0, 100));
            text += fmt::format(" ({}.{} nm", *rc::gen::inRange(1, 20), *rc::gen::inRange(0, 10));
            if (k == 0) text += shapes[*rc::gen::inRange<std::size_t>(0, shapes.size())];
            text += ")";
        }
        return text;
    });
}

}  // namespace

RC_GTEST_PROP(NotationProperty, ReadsWhatItWrites, ())
{
    Recipe const first = particle(*any_notation());
    Recipe const second = particle(notation_of(first));
    RC_ASSERT(notation_of(second) == notation_of(first));
    RC_ASSERT(to_toml(second) == to_toml(first));
}

RC_GTEST_PROP(NotationProperty, LightReadsWhatItWrites, ())
{
    std::string const nm = std::to_string(*rc::gen::inRange(200, 2000)),
                      W = std::to_string(*rc::gen::inRange(0, 100000));
    std::string text = nm + " nm, " + W + " mW/cm^2";
    if (*rc::gen::arbitrary<bool>()) text += ", " + std::to_string(*rc::gen::inRange(1, 1000)) + " us / 7 ms";
    std::string const particle_toml = recipe_from_notation("NaYF4:Er2 (4 nm)") + "\n";
    Recipe const first = recipe_of(particle_toml + excitation_from_notation(text));
    Recipe const second = recipe_of(particle_toml + excitation_from_notation(excitation_notation_of(first)));
    RC_ASSERT(to_toml(second) == to_toml(first));
}
