#include "lanthorn/base/constants.hpp"
#include "lanthorn/data/unit.hpp"

using namespace lanthorn;

namespace {

struct Known {
    char const* text;
    Dimension dimension;
    double house;  // of 1 unit
};

Known const known[] = {
    {"nm", Dimension::length, 1},
    {"Å", Dimension::length, 0.1},
    {"angstrom", Dimension::length, 0.1},
    {"um", Dimension::length, 1e3},
    {"\u00b5m", Dimension::length, 1e3},
    {"\u03bcm", Dimension::length, 1e3},
    {"mm", Dimension::length, 1e6},
    {"cm", Dimension::length, 1e7},
    {"m", Dimension::length, 1e9},
    {"s", Dimension::time, 1},
    {"ms", Dimension::time, 1e-3},
    {"us", Dimension::time, 1e-6},
    {"\u00b5s", Dimension::time, 1e-6},
    {"ns", Dimension::time, 1e-9},
    {"min", Dimension::time, 60},
    {"h", Dimension::time, 3600},
    {"s^-1", Dimension::rate, 1},
    {"1/s", Dimension::rate, 1},
    {"ms^-1", Dimension::rate, 1e3},
    {"s-1", Dimension::rate, 1},
    {"W/cm^2", Dimension::irradiance, 1},
    {"W/cm2", Dimension::irradiance, 1},
    {"W / cm^2", Dimension::irradiance, 1},
    {"W cm^-2", Dimension::irradiance, 1},
    {"W/cm²", Dimension::irradiance, 1},
    {"mW/cm^2", Dimension::irradiance, 1e-3},
    {"kW/cm^2", Dimension::irradiance, 1e3},
    {"W/m^2", Dimension::irradiance, 1e-4},
    {"mW/mm^2", Dimension::irradiance, 0.1},
    {"MW/cm^2", Dimension::irradiance, 1e6},
    {"W", Dimension::power, 1},
    {"mW", Dimension::power, 1e-3},
    {"K", Dimension::temperature, 1},
    {"degC", Dimension::temperature, 274.15},
    {"°C", Dimension::temperature, 274.15},
    {"cm^-1", Dimension::energy, 1},
    {"1/cm", Dimension::energy, 1},
    {"cm⁻¹", Dimension::energy, 1},
    {"eV", Dimension::energy, constants::eV_in_per_cm},
    {"meV", Dimension::energy, constants::eV_in_per_cm / 1e3},
    {"J", Dimension::energy, 1 / constants::photon_J_cm},
    {"cm^2", Dimension::area, 1},
    {"m^2", Dimension::area, 1e4},
    {"pm^2", Dimension::area, 1e-20},
    {"cm", Dimension::inverse_energy, 1},
    {"eV^-1", Dimension::inverse_energy, 1 / constants::eV_in_per_cm},
    {"nm^-3", Dimension::number_density, 1},
    {"cm^-3", Dimension::number_density, 1e-21},
    {"g/cm^3", Dimension::mass_density, 1},
    {"kg/m^3", Dimension::mass_density, 1e-3},
    {"g/mol", Dimension::molar_mass, 1},
    {"nm^6/s", Dimension::transfer_sixth, 1},
    {"nm^6 s^-1", Dimension::transfer_sixth, 1},
    {"cm^6/s", Dimension::transfer_sixth, 1e42},
    {"A^6/s", Dimension::transfer_sixth, 1e-6},
    {"Å^6/s", Dimension::transfer_sixth, 1e-6},
    {"nm^8/s", Dimension::transfer_eighth, 1},
    {"cm⁸/s", Dimension::transfer_eighth, 1e56},
    {"A^10/s", Dimension::transfer_tenth, 1e-10},
    {"nm¹⁰ s⁻¹", Dimension::transfer_tenth, 1},
    {"bohr^2", Dimension::area, 5.29177210903e-9 * 5.29177210903e-9},
    {"deg", Dimension::angle, constants::pi / 180},
    {"rad", Dimension::angle, 1},
    {"nm^-2", Dimension::areal_density, 1},
    {"cm^-2", Dimension::areal_density, 1e-14},
    {"%", Dimension::none, 0.01},
    {"mol%", Dimension::none, 0.01},
    {"mol %", Dimension::none, 0.01},
    {"", Dimension::none, 1},
};

}  // namespace

TEST(ToHouse, GivesTheNearestDoubleOfDecimalFractions)
{
    EXPECT_EQ(to_house("50 us", Dimension::time).house, 5e-5);
    EXPECT_EQ(to_house("100 us", Dimension::time).house, 1e-4);
    EXPECT_EQ(to_house("0.2 ms", Dimension::time).house, 2e-4);
    EXPECT_EQ(to_house("7 ns", Dimension::time).house, 7e-9);
    EXPECT_EQ(to_house("3 mW/cm^2", Dimension::irradiance).house, 3e-3);
    EXPECT_EQ(to_house("3 kW/cm^2", Dimension::irradiance).house, 3e3);
}

TEST(Unit, EveryAliasHasItsHouseValue)
{
    for (auto const& [text, dimension, house] : known) {
        auto const converted = to_house(1, text, dimension);
        ASSERT_TRUE(converted.house) << text << ": " << converted.problem;
        EXPECT_DOUBLE_EQ(*converted.house, house) << text;
        EXPECT_EQ(unit_from(text, dimension)->dimension, dimension) << text;
    }
}

TEST(Unit, AUnitOfAnotherDimensionIsNeverConverted)
{
    for (auto const& unit : known)
        for (int d = 0; d <= int(Dimension::areal_density); ++d) {
            auto const wanted = Dimension(d);
            bool const fits = wanted == unit.dimension ||
                              (std::string_view(unit.text) == "cm" &&
                               (wanted == Dimension::length || wanted == Dimension::inverse_energy));
            auto const converted = to_house(1, unit.text, wanted);
            EXPECT_EQ(converted.house.has_value(), fits) << unit.text << " as " << to_text(wanted);
            EXPECT_EQ(converted.problem.empty(), fits);
        }
}

TEST(Unit, HouseUnitsHaveFactorOneExactly)
{
    for (int d = 0; d <= int(Dimension::areal_density); ++d) {
        auto const unit = unit_from(house_unit(Dimension(d)), Dimension(d));
        ASSERT_TRUE(unit) << house_unit(Dimension(d));
        EXPECT_EQ(unit->dimension, Dimension(d));
        EXPECT_EQ(unit->factor, 1.0);
        EXPECT_EQ(unit->offset, 0.0);
    }
}

TEST(Unit, UnknownUnitsAreRefused)
{
    for (auto text : {"nn", "W//cm^2", "W/", "cm^", "cm^0", "cm^99", "/s", "nm^-1 3", "8", "W/cm^2/s", "Nm",
                      "^2", "\xff", "nm\n"})
        EXPECT_FALSE(to_house(1, text, Dimension::length).house) << text;
}

TEST(Unit, NumbersSplitFromTheirUnits)
{
    auto const split = [](std::string_view text) {
        return split_number(text).value_or(NumberWithUnit{-77, "none"});
    };
    EXPECT_EQ(split("10 W/cm^2").number, 10);
    EXPECT_EQ(split("10 W/cm^2").unit, "W/cm^2");
    EXPECT_EQ(split("1e-3s").number, 1e-3);
    EXPECT_EQ(split("1e-3s").unit, "s");
    EXPECT_EQ(split(" 25 degC ").unit, "degC");
    EXPECT_EQ(split("1eV").number, 1);
    EXPECT_EQ(split("1eV").unit, "eV");
    EXPECT_EQ(split("-.5").number, -.5);
    EXPECT_EQ(split("+5").number, 5);
    EXPECT_EQ(split("+5").unit, "");
    for (auto text : {"", "nm", "inf nm", "nan", "-", "+-5 nm", "1e999 s", " ", "e5"})
        EXPECT_FALSE(split_number(text)) << text;
}

TEST(Unit, TemperaturesHaveTheirOffset)
{
    EXPECT_DOUBLE_EQ(to_house("25 °C", Dimension::temperature).house.value(), 298.15);
    EXPECT_DOUBLE_EQ(to_house("-273.15 degC", Dimension::temperature).house.value(), 0);
}

RC_GTEST_PROP(Unit, NoTextMakesItFail, (std::string const& text))
{
    for (int d = 0; d <= int(Dimension::areal_density); ++d) {
        auto const converted = to_house(text, Dimension(d));
        RC_ASSERT(converted.house.has_value() == converted.problem.empty());
    }
}
