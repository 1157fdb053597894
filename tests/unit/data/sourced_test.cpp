#include "lanthorn/data/sourced.hpp"
#include "lanthorn/files/toml.hpp"

using namespace lanthorn;

namespace {

std::vector<Finding> findings_of(std::string const& text, Dimension dimension)
{
    auto const document = parse_toml(text, "er.toml");
    try {
        sourced_from(document, *document.root.find("energy"), "level \"4I13/2\"", dimension);
    }
    catch (InputError const& error) {
        return error.findings();
    }
    return {};
}

}  // namespace

TEST(Sourced, ReadsEveryField)
{
    auto const document =
        parse_toml("e = { value = 0.8, unit = \"eV\", sigma = 0.1, source = \"a1999\", where = "
                   "\"Table 3\", kind = \"fitted\", recalled = true, note = \"n\" }",
                   "er.toml");
    auto const sourced = sourced_from(document, *document.root.find("e"), "e", Dimension::energy);
    EXPECT_NEAR(sourced.value, 6452.4351502, 1e-6);
    EXPECT_NEAR(sourced.sigma, 806.554394, 1e-6);
    EXPECT_EQ(sourced.source, (Source{"a1999", "Table 3", Kind::fitted, true, "n"}));
}

TEST(Sourced, AWrongUnitIsExplainedAtItsPlace)
{
    auto const findings = findings_of(
        "energy = { value = 1530, unit = \"nm\", source = \"x\", where = \"T\", kind = \"measured\" }",
        Dimension::energy);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].place, (Place{"er.toml", 1, 33}));
    EXPECT_EQ(findings[0].key, "level \"4I13/2\"");
    EXPECT_EQ(findings[0].problem,
              "level \"4I13/2\": unit \"nm\" where an energy is wanted (cm^-1 or eV). Did you give "
              "the wavelength?");
}

TEST(Sourced, EveryProblemIsFoundAtOnce)
{
    auto const findings = findings_of("energy = { valeu = 1, sigma = -2, kind = \"mesured\", recalled = 1 }",
                                      Dimension::energy);
    std::string all;
    for (auto const& finding : findings) all += finding.problem + "\n";
    EXPECT_EQ(findings.size(), 7u) << all;
    for (auto word : {"did you mean \"value\"", "no value", "sigma is negative", "no unit", "no source",
                      "did you mean \"measured\"", "recalled"})
        EXPECT_NE(all.find(word), std::string::npos) << word << " in\n" << all;
}

TEST(Sourced, ABareNumberDoesNotLoad)
{
    auto const findings = findings_of("energy = 6500", Dimension::energy);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_NE(findings[0].problem.find("without a source does not load"), std::string::npos);
    EXPECT_EQ(findings[0].place.column, 10);
}

TEST(Sourced, APureNumberNeedsNoUnit)
{
    EXPECT_TRUE(findings_of("energy = { value = 1.47, source = \"x\", kind = \"assumed\" }", Dimension::none)
                    .empty());
    EXPECT_FALSE(
        findings_of("energy = { value = nan, source = \"x\", kind = \"assumed\" }", Dimension::none).empty());
}
