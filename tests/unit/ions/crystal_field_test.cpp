#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/crystal_field.hpp"
#include "lanthorn/ions/free_ion_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lanthorn {
namespace {

FreeIonData published(std::string const& symbol)
{
    auto const data = free_ion_data_from(library_document("free_ions.toml"));
    return *std::ranges::find(data, symbol, &FreeIonData::symbol);
}

std::vector<std::size_t> all(FreeIon const& ion)
{
    std::vector<std::size_t> levels(ion.levels.size());
    std::iota(levels.begin(), levels.end(), 0);
    return levels;
}

std::vector<double> energies(std::vector<StarkState> const& states)
{
    std::vector<double> result;
    for (StarkState const& s : states) result.push_back(s.energy_per_cm);
    return result;
}

// Cubic field about a fourfold axis.
std::vector<CrystalFieldParameter> cubic(double B4, double B6)
{
    return {{4, 0, B4}, {4, 4, B4 * std::sqrt(5.0 / 14)}, {6, 0, B6}, {6, 4, -B6 * std::sqrt(3.5)}};
}

TEST(CrystalField, SplitsTheGroundLevelOfYbInACube)
{
    FreeIon const yb = free_ion(13, {.zeta = 2928});
    std::size_t const ground[] = {0};
    // Lea, Leask and Wolf: of order 4 the levels stand as -18 (2), 2 (4), 14 (2), of order 6 as -20 (2), -12 (2), 16 (4).
    auto fourth = energies(crystal_field(yb, cubic(1000, 0), ground));
    double const scale4 = fourth[0] < -std::abs(fourth[7]) ? -fourth[0] / 18 : -fourth[7] / 18;
    if (scale4 < 0) std::ranges::reverse(fourth);
    std::vector<double> const order4{-18, -18, 2, 2, 2, 2, 14, 14};
    for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(fourth[i], scale4 * order4[i], 1e-9);
    EXPECT_GT(std::abs(scale4), 1);

    auto sixth = energies(crystal_field(yb, cubic(0, 1000), ground));
    double const scale6 = std::abs(sixth[0]) > std::abs(sixth[7]) ? -sixth[0] / 20 : -sixth[7] / 20;
    if (scale6 < 0) std::ranges::reverse(sixth);
    std::vector<double> const order6{-20, -20, -12, -12, 16, 16, 16, 16};
    for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(sixth[i], scale6 * order6[i], 1e-9);
    EXPECT_GT(std::abs(scale6), 1);
}

TEST(CrystalField, KeepsBarycentreAndKramersPairs)
{
    for (char const* symbol : {"Nd", "Dy", "Yb"}) {
        FreeIonData const data = published(symbol);
        FreeIon const ion = free_ion(data.f_electrons, data.parameters);
        std::size_t const one[] = {1};
        auto const E = energies(crystal_field(ion, data.crystal_field, one));
        EXPECT_EQ(E.size(), std::size_t(2 * ion.levels[1].J + 1));
        EXPECT_NEAR(std::accumulate(E.begin(), E.end(), 0.0) / double(E.size()), ion.levels[1].energy_per_cm,
                    1e-8);
        EXPECT_GT(E.back() - E.front(), 50);
        std::size_t const two[] = {0, 1};
        auto const mixed = energies(crystal_field(ion, data.crystal_field, two));
        for (std::size_t i = 0; i < mixed.size(); i += 2) EXPECT_NEAR(mixed[i], mixed[i + 1], 1e-8);
    }
}

TEST(CrystalField, DoesNotDependOnTheAxisFromWhichAnglesCount)
{
    FreeIonData const data = published("Pr");
    FreeIon const ion = free_ion(2, data.parameters);
    auto turned = data.crystal_field;
    for (auto& p : turned) p.B_per_cm *= std::polar(1.0, 0.7 * p.q);
    auto const straight = crystal_field(ion, data.crystal_field, all(ion)),
               other = crystal_field(ion, turned, all(ion));
    ASSERT_EQ(straight.size(), 91u);
    for (std::size_t i = 0; i < straight.size(); ++i) {
        EXPECT_NEAR(straight[i].energy_per_cm, other[i].energy_per_cm, 1e-8);
        EXPECT_EQ(straight[i].level, other[i].level);
        EXPECT_GT(straight[i].weight, 0.5);
    }
}

TEST(CrystalField, IsThatOfErbiumInLanthanumFluoride)
{
    FreeIonData const data = published("Er");
    FreeIon const ion = free_ion(11, without_magnetic_pairs(data.parameters));
    auto const states = crystal_field(ion, data.crystal_field, all(ion));
    ASSERT_EQ(states.size(), 364u);
    // Carnall et al. 1989, calculated, then the measured ones.
    double const ground[] = {-22, 27, 92, 176, 193, 289, 375, 420};
    double const seen[] = {0, 51.2, 121.2, 199.7, 219.4, 313.8, 400.3, 442.9};
    for (std::size_t i = 0; i < 8; ++i) {
        double const E = states[2 * i].energy_per_cm - states[0].energy_per_cm;
        EXPECT_NEAR(E, ground[i] - ground[0], 1.5);
        EXPECT_NEAR(E, seen[i], 9);
        EXPECT_EQ(states[2 * i].level, 0u);
    }
    double const first[] = {6612, 6637, 6686, 6699, 6732, 6771, 6830};
    for (std::size_t i = 0; i < 7; ++i)
        EXPECT_NEAR(states[16 + 2 * i].energy_per_cm - states[16].energy_per_cm, first[i] - first[0], 2.5);
}

TEST(CrystalField, HasTheThermalWeightsOfBoltzmann)
{
    std::vector<double> const E{100, 300, 300};
    double const kT = 0.695034800 * 300;
    auto const w = thermal_weights(E, 300);
    EXPECT_NEAR(w[0] + w[1] + w[2], 1, 1e-15);
    EXPECT_NEAR(w[1] / w[0], std::exp(-200 / kT), 1e-8);
    EXPECT_NEAR(partition_function(E, 300), 1 + 2 * std::exp(-200 / kT), 1e-8);
    EXPECT_EQ(thermal_weights(E, 1)[0], 1);
}

}  // namespace
}  // namespace lanthorn
