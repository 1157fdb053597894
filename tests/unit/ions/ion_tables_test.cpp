#include "lanthorn/files/library.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/calculated_strengths.hpp"
#include "lanthorn/ions/free_ion_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace lanthorn {
namespace {

TEST(IonTables, AreThoseOfTheirHamiltonians)
{
    auto const published = free_ion_data_from(library_document("free_ions.toml"));
    ASSERT_EQ(published.size(), 13u);
    for (FreeIonData const& data : published) {
        Ion const ion = ion_from(library_document("ions/" + data.symbol + ".toml"));
        EXPECT_EQ(ion.f_electrons, data.f_electrons);
        FreeIon const calculated = free_ion(data.f_electrons, without_magnetic_pairs(data.parameters));
        auto const match = matched_levels(ion, calculated);
        for (std::size_t i = 0; i < match.size(); ++i) {
            FreeIonLevel const& level = calculated.levels[match[i]];
            EXPECT_EQ(ion.levels[i].J, level.J);
            ASSERT_TRUE(ion.levels[i].energy_calculated_per_cm);
            EXPECT_NEAR(*ion.levels[i].energy_calculated_per_cm, level.energy_per_cm, 0.1)
                << data.symbol << i;
            EXPECT_NEAR(ion.levels[i].energy_per_cm.value, level.energy_per_cm, 450) << data.symbol << i;
        }
        std::size_t listed = 0;
        for (Transition const& t : calculated_transitions(ion, calculated, 0)) {
            Transition const* const committed = ion.between(t.upper, t.lower);
            listed += committed != nullptr ? 1 : 0;
            EXPECT_NEAR(committed != nullptr ? committed->U2 : 0, t.U2, 1e-5);
            EXPECT_NEAR(committed != nullptr ? committed->U4 : 0, t.U4, 1e-5);
            EXPECT_NEAR(committed != nullptr ? committed->U6 : 0, t.U6, 1e-5);
            EXPECT_NEAR(committed != nullptr ? committed->S_MD : 0, t.S_MD, 1e-5);
        }
        EXPECT_EQ(listed, ion.transitions.size());
    }
}

TEST(IonTables, RefuseMoreLevelsThanThereAre)
{
    FreeIon const yb = free_ion(13, {.zeta = 2928});
    Ion ion = ion_from(library_document("ions/Yb.toml"));
    ion.levels.push_back(ion.levels.back());
    EXPECT_THROW(matched_levels(ion, yb), InputError);
}

std::string free_ions(std::string const& ion, std::string const& ratios = "[0.5, 0.3]")
{
    return "unit = \"cm^-1\"\nsource = \"carnall1989\"\nwhere = \"Table I\"\nkind = \"fitted\"\nM_ratios = " +
           ratios + "\nP_ratios = [0.5, 0.1]\n[[ion]]\nsymbol = \"Er\"\n" + ion;
}

TEST(FreeIonData, IsRead)
{
    auto const data = free_ion_data_from(parse_toml(
        free_ions(
            "f_electrons = 11\nfree = { F2 = 9, M0 = 2, P2 = 10 }\ncrystal_field = { B20 = 7, B66 = -1 }\n"),
        "f.toml"));
    ASSERT_EQ(data.size(), 1u);
    EXPECT_EQ(data[0].parameters,
              (FreeIonParameters{.F2 = 9, .M0 = 2, .M2 = 1, .M4 = 0.6, .P2 = 10, .P4 = 5, .P6 = 1}));
    ASSERT_EQ(data[0].crystal_field.size(), 2u);
    EXPECT_EQ(data[0].crystal_field[1].k, 6);
    EXPECT_EQ(data[0].crystal_field[1].q, 6);
    EXPECT_EQ(data[0].crystal_field[1].B_per_cm, -1.0);
}

TEST(FreeIonData, SaysWhatIsWrong)
{
    auto const finding = [](std::string const& text) {
        try {
            free_ion_data_from(parse_toml(text, "f.toml"));
        }
        catch (InputError const& error) {
            return error.first();
        }
        return Finding{};
    };
    EXPECT_EQ(finding(free_ions("f_electrons = 14\nfree = {}\n")).key, "ion[0].f_electrons");
    EXPECT_EQ(finding(free_ions("f_electrons = 14\nfree = {}\n")).place.line, 9);
    EXPECT_EQ(finding(free_ions("f_electrons = 11\nfree = { F3 = 1 }\n")).key, "ion[0].free.F3");
    EXPECT_EQ(finding(free_ions("f_electrons = 11\nfree = {}\ncrystal_field = { B22 = 1, B23 = 1 }\n")).key,
              "ion[0].crystal_field.B23");
    EXPECT_EQ(finding(free_ions("f_electrons = 11\nfree = {}\n", "[1]")).key, "M_ratios");
}

}  // namespace
}  // namespace lanthorn
