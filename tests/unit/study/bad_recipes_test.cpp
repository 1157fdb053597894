#include "lanthorn/study/run.hpp"
#include "lanthorn/study/sweep.hpp"

#include "tiny.hpp"

#include <gtest/gtest.h>

#include <filesystem>

using namespace lanthorn;

namespace {

/// A line "# expect: LINE:COLUMN key | words" at the top of a bad recipe, or warn: or note:; "-" for no key.
struct Expectation {
    Severity severity;
    std::string place, key, words;
};

std::vector<Expectation> expectations(std::string const& text)
{
    std::vector<Expectation> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line) && line.starts_with("# ");) {
        std::istringstream parts(line.substr(2));
        std::string kind, place, key, bar;
        parts >> kind >> place >> key >> bar;
        Severity const severity = kind == "expect:" ? Severity::error
                                  : kind == "warn:" ? Severity::warning
                                                    : Severity::note;
        found.push_back({severity, place, key == "-" ? "" : key, line.substr(line.find(" | ") + 3)});
    }
    return found;
}

/// The errors of some work, with the places where the document has their keys.
template <class Work>
std::vector<Finding> placed(Document const& document, Work const& work)
{
    try {
        work();
        return {};
    }
    catch (InputError const& error) {
        auto findings = error.findings();
        for (auto& f : findings) f = Reader(document, recipe_schema()).finding(f.key, f.problem, f.severity);
        return findings;
    }
}

/// Everything that is found wrong before a run begins. Places of what is found after reading are those of the program.
std::vector<Finding> findings_of(std::string const& text, std::string const& name)
{
    std::vector<Finding> findings;
    try {
        Document const document = parse_toml(text, name);
        Recipe const recipe = recipe_from(document, findings);
        Assembly const assembly = assemble(recipe);
        findings.insert(findings.end(), assembly.warnings.begin(), assembly.warnings.end());
        schedule_of(recipe, assembly.network);
        named_bands(recipe, assembly.bands());
        if (!recipe.sweeps.empty())
            for (auto& found : placed(document, [&] { points_of(recipe, findings); }))
                findings.push_back(found);
    }
    catch (InputError const& error) {
        findings = error.findings();
    }
    return findings;
}

}  // namespace

TEST(BadRecipes, GiveTheirMessages)
{
    std::size_t files = 0;
    for (auto const& entry :
         std::filesystem::directory_iterator(LANTHORN_SOURCE_DIR "/tests/data/bad_recipes")) {
        if (entry.path().extension() != ".toml") continue;
        ++files;
        std::string const name = entry.path().filename(), text = file_text(entry.path().string());
        auto const wanted = expectations(text);
        auto const found = findings_of(text, name);
        std::string all;
        for (auto const& finding : found) all += to_text(finding) + "\n";
        ASSERT_FALSE(wanted.empty()) << name;
        ASSERT_EQ(found.size(), wanted.size()) << name << "\n" << all;
        for (std::size_t k = 0; k < found.size(); ++k) {
            EXPECT_EQ(found[k].severity, wanted[k].severity) << name << "\n" << all;
            EXPECT_EQ(found[k].key, wanted[k].key) << name << "\n" << all;
            EXPECT_NE((found[k].problem + found[k].excerpt).find(wanted[k].words), std::string::npos)
                << name << "\n"
                << all;
            if (found[k].place.file.empty()) continue;
            EXPECT_EQ(found[k].place.file, name);
            EXPECT_EQ(std::to_string(found[k].place.line) + ":" + std::to_string(found[k].place.column),
                      wanted[k].place)
                << name << "\n"
                << all;
            EXPECT_EQ(found[k].excerpt.empty(), found[k].place.line == 0) << name << "\n" << all;
        }
    }
    EXPECT_GE(files, 20u);
}
