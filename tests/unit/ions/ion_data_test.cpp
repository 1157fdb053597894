#include "lanthorn/data/schema.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/free_ion.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/ions/summary.hpp"

#include "library.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <sstream>

namespace lanthorn {
namespace {

using test::ion;

TEST(IonData, IsWhatItsElectronsAllow)
{
    // Levels of 4f^n, n = 1 to 13.
    int const most[] = {2, 13, 41, 107, 198, 295, 327, 295, 198, 107, 41, 13, 2};
    for (char const* symbol : test::ions) {
        Ion const i = ion(symbol);
        EXPECT_EQ(i.symbol, symbol);
        EXPECT_LE(int(i.levels.size()), most[i.f_electrons - 1]);
        EXPECT_LE(i.default_levels, i.levels.size());
        EXPECT_GE(i.default_levels, 2u);
        for (Level const& level : i.levels) {
            ASSERT_TRUE(level.energy_calculated_per_cm);
            EXPECT_NEAR(*level.energy_calculated_per_cm, level.energy_per_cm.value, 0.06 * 34000)
                << level.label;
        }
        for (Transition const& t : i.transitions) {
            double const dJ = std::abs(i.levels[t.upper.value].J - i.levels[t.lower.value].J);
            double const sum = i.levels[t.upper.value].J + i.levels[t.lower.value].J;
            if (dJ > 2 || sum < 2) {
                EXPECT_LT(t.U2, 1e-5);
            }
            if (dJ > 4 || sum < 4) {
                EXPECT_LT(t.U4, 1e-5);
            }
            if (dJ > 6 || sum < 6) {
                EXPECT_LT(t.U6, 1e-5);
            }
            if (dJ > 1 || sum < 1) {
                EXPECT_EQ(t.S_MD, 0);
            }
        }
    }
}

TEST(IonData, KnowsTheLinesOfTheField)
{
    auto const nm = [](char const* symbol, char const* upper, char const* lower) {
        Ion const i = ion(symbol);
        return wavelength_nm(i.levels[i.level(upper).value].energy_per_cm.value -
                             i.levels[i.level(lower).value].energy_per_cm.value);
    };
    // P12: centroids, 5 nm in the visible, 10 nm in the infrared.
    EXPECT_NEAR(nm("Er", "2H11/2", "4I15/2"), 523, 5);
    EXPECT_NEAR(nm("Er", "4S3/2", "4I15/2"), 544, 5);
    EXPECT_NEAR(nm("Er", "4F9/2", "4I15/2"), 656, 5);
    EXPECT_NEAR(nm("Er", "4I13/2", "4I15/2"), 1540, 10);
    EXPECT_NEAR(nm("Yb", "2F5/2", "2F7/2"), 976, 10);
    EXPECT_NEAR(nm("Tm", "1D2", "3F4"), 450.5, 5);
    EXPECT_NEAR(nm("Tm", "1G4", "3H6"), 471.7, 5);
    EXPECT_NEAR(nm("Tm", "1G4", "3F4"), 644.2, 5);
    EXPECT_NEAR(nm("Tm", "3H4", "3H6"), 794.8, 10);
    EXPECT_NEAR(nm("Ho", "5S2", "5I8"), 541, 5);
    EXPECT_NEAR(nm("Ho", "5F5", "5I8"), 645, 5);
}

TEST(IonData, HasTheStrengthsOfIntermediateCoupling)
{
    auto const at = [](Ion const& i, char const* upper, char const* lower) {
        return *i.between(i.level(upper), i.level(lower));
    };
    Ion const yb = ion("Yb"), er = ion("Er"), tm = ion("Tm");
    Transition const t = at(yb, "2F5/2", "2F7/2");
    EXPECT_NEAR(t.U2, 6.0 / 49, 5e-6);
    EXPECT_NEAR(t.U4, 20.0 / 49, 5e-6);
    EXPECT_NEAR(t.U6, 6.0 / 7, 5e-6);
    EXPECT_NEAR(t.S_MD, 24.0 / 7, 1e-6);
    EXPECT_NEAR(at(er, "4I13/2", "4I15/2").U6, 1.4316, 5e-4);
    EXPECT_NEAR(at(er, "4I13/2", "4I15/2").S_MD, 18.83, 0.01);
    EXPECT_NEAR(at(er, "2H11/2", "4I15/2").U2, 0.7125, 0.01);
    // Levels that other calculations name the other way round: 2H9/2 (410 nm) and 1D2 (360 nm).
    EXPECT_NEAR(at(er, "2H9/2", "4I15/2").U6, 0.2256, 0.005);
    EXPECT_NEAR(at(tm, "1D2", "3H6").U4, 0.3156, 0.003);
    EXPECT_NEAR(at(tm, "1I6", "3H6").U2, 0.0106, 0.002);
    EXPECT_NEAR(at(tm, "3P0", "3H6").U6, 0.0756, 0.002);
}

TEST(IonData, EverySourceIsInTheReferences)
{
    std::set<std::string> keys;
    for (Reference const& r : references_from(library_text("references.bib"))) keys.insert(r.key);
    for (std::string const& file : library_files("hosts")) {
        Document const document = library_document(file);
        if (document.root.find("optics") == nullptr) continue;
        HostOptics const host = host_optics_from(document);
        for (char const* symbol : test::ions) {
            Ion const i = ion(symbol);
            EXPECT_TRUE(unknown_labels(host, i).empty()) << file;
            for (ParameterRow const& row : parameters_of(i, host)) {
                EXPECT_TRUE(keys.contains(row.value.source.key)) << row.name << ": " << row.value.source.key;
                EXPECT_FALSE(row.value.source.where.empty()) << row.name;
                EXPECT_FALSE(row.unit.empty());
            }
        }
    }
}

TEST(IonData, SummaryNamesEachParameterOnce)
{
    auto const rows = parameters_of({ion("Yb"), ion("Er"), ion("Yb")}, test::optics("beta-NaYF4"));
    std::set<std::string> names;
    for (ParameterRow const& row : rows) EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(names.contains("beta-NaYF4: refractive index"));
    EXPECT_TRUE(names.contains("Er in beta-NaYF4: Omega_6"));
    EXPECT_TRUE(names.contains("Yb in beta-NaYF4: line strength"));
    EXPECT_TRUE(names.contains("Yb in beta-NaYF4: cross-section 2F7/2->2F5/2, 975 to 981 nm"));
    EXPECT_TRUE(names.contains("Er: level energies, up to"));
}

TEST(Multiplets, AreCounted)
{
    std::size_t const all[] = {1, 2, 13, 41, 107, 198, 295, 327, 295, 198, 107, 41, 13, 2, 1};
    for (int n = 0; n <= 14; ++n) {
        EXPECT_EQ(multiplets(n), all[n]) << n;
        std::size_t sum = 0, states = 0;
        for (int twice_J = 0; twice_J <= 40; ++twice_J) {
            std::size_t const of_J = multiplets(n, twice_J / 2.0);
            if (twice_J % 2 != n % 2) {
                EXPECT_EQ(of_J, 0u) << n;
            }
            sum += of_J;
            states += of_J * std::size_t(twice_J + 1);
        }
        EXPECT_EQ(sum, all[n]) << n;
        double const determinants = std::tgamma(15) / std::tgamma(n + 1) / std::tgamma(15 - n);
        EXPECT_NEAR(double(states), determinants, 0.5) << n;
    }
    EXPECT_EQ(multiplets(2, 4), 3u);  // 3H4, 3F4, 1G4
}

TEST(Multiplets, AreThoseOfTheCalculation)
{
    for (int n : {1, 2, 3, 11, 12, 13}) {
        FreeIon const ion = free_ion(n, {.F2 = 70000, .F4 = 50000, .F6 = 35000, .zeta = 1000});
        std::map<double, std::size_t> of_J;
        for (FreeIonLevel const& level : ion.levels) ++of_J[level.J];
        for (auto const& [J, count] : of_J) EXPECT_EQ(count, multiplets(n, J)) << n << ", " << J;
        EXPECT_EQ(ion.levels.size(), multiplets(n));
    }
}

TEST(Ion, NamesTheNearestLevel)
{
    try {
        ion("Er").level("4I13/3");
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().key, "4I13/3");
        EXPECT_NE(error.first().problem.find("\"4I13/2\""), std::string::npos);
    }
}

TEST(Ion, IsTruncatedByCountAndByEnergy)
{
    Ion const er = ion("Er");
    double const all = std::numeric_limits<double>::infinity();
    EXPECT_EQ(truncated(er, er.levels.size(), all).ion.levels.size(), er.levels.size());
    EXPECT_TRUE(truncated(er, er.levels.size(), all).lost.empty());
    EXPECT_EQ(truncated(er, 100, 26500).ion.levels.size(), 12u);
    EXPECT_EQ(truncated(er, 0, -1).ion.levels.size(), 1u);
    TruncatedIon const few = truncated(er, 7, all);
    ASSERT_EQ(few.ion.levels.size(), 7u);
    EXPECT_EQ(few.lost.size(), er.levels.size() - 7);
    EXPECT_NE(few.lost.front().find("Er 4F7/2"), std::string::npos);
    EXPECT_EQ(few.ion.default_levels, 7u);
    for (Transition const& t : few.ion.transitions) EXPECT_LT(t.upper.value, 7u);
    EXPECT_NE(few.ion.between(few.ion.level("2H11/2"), few.ion.level("4I15/2")), nullptr);
}

// Each file says in its first line what must be found wrong: "# line, key: words of the message".
TEST(BadIons, GiveTheirMessages)
{
    std::size_t files = 0;
    for (auto const& entry :
         std::filesystem::directory_iterator(LANTHORN_SOURCE_DIR "/tests/data/bad_ions")) {
        if (entry.path().extension() != ".toml") continue;
        ++files;
        std::ifstream in(entry.path());
        std::stringstream text;
        text << in.rdbuf();
        std::string const expected = text.str().substr(2, text.str().find('\n') - 2);
        Document const document = parse_toml(text.str(), entry.path().filename().string());
        try {
            if (document.root.find("optics"))
                host_optics_from(document);
            else
                ion_from(document);
            ADD_FAILURE() << entry.path() << " was taken";
        }
        catch (InputError const& error) {
            Finding const& f = error.first();
            std::string const words = expected.substr(expected.find(": ") + 2);
            EXPECT_EQ(std::to_string(f.place.line) + ", " + f.key, expected.substr(0, expected.find(": ")))
                << f.place.file;
            EXPECT_NE(f.problem.find(words), std::string::npos) << f.place.file << ": " << f.problem;
            EXPECT_EQ(f.place.file, entry.path().filename());
            EXPECT_EQ(error.findings().size(), 1u)
                << entry.path() << ": " << to_text(error.findings().back());
            EXPECT_FALSE(f.excerpt.empty());
        }
    }
    EXPECT_GE(files, 15u);
}

TEST(BadIons, AreReportedWhole)
{
    std::string const text = "symbol = \"Xx\"\nf_electrons = 40\nlevles = 3\n";
    try {
        ion_from(parse_toml(text, "x.toml"));
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.findings().size(), 4u);  // f_electrons, levles, no levels, no strengths
    }
}

}  // namespace
}  // namespace lanthorn
