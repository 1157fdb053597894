#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/ions/crystal_field.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/ions/stark_band.hpp"

#include "library.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace lanthorn {
namespace {

constexpr double kB = constants::boltzmann_per_cm_K;
constexpr LevelId ground{0}, excited{1};

Manifolds ytterbium(double T) { return Manifolds(test::ion("Yb"), test::optics("beta-NaYF4"), T); }

StarkBand band(double T) { return *stark_band(ytterbium(T), test::optics("beta-NaYF4"), ground, excited); }

TEST(Manifolds, AreLevelsWhereNoComponentsAreKnown)
{
    Ion const er = test::ion("Er");
    Manifolds const manifolds(er, test::optics("beta-NaYF4"), 295);
    for (std::uint32_t l = 0; l < er.levels.size(); ++l) {
        EXPECT_EQ(manifolds.energy_per_cm({l}), er.levels[l].energy_per_cm.value);
        EXPECT_EQ(manifolds.free_energy_per_cm({l}), er.levels[l].energy_per_cm.value);
        EXPECT_TRUE(manifolds.components_per_cm({l}).empty());
    }
}

// (2J + 1) exp(-F/kT) is the partition function of the multiplet, both counted from one zero.
TEST(Manifolds, HaveThePartitionFunctionsOfTheirComponents)
{
    for (double const T : {30.0, 77.0, 295.0, 1000.0}) {
        Manifolds const m = ytterbium(T);
        auto const low = m.components_per_cm(ground), high = m.components_per_cm(excited);
        double Z_low = 0, Z_high = 0;
        for (double const E : low) Z_low += 2 * std::exp(-E / (kB * T));
        for (double const E : high) Z_high += 2 * std::exp(-(E - high[0]) / (kB * T));
        double const log_ratio = std::log(Z_high / Z_low) - high[0] / (kB * T);
        EXPECT_NEAR(std::log(6.0 / 8) - m.free_energy_per_cm(excited) / (kB * T), log_ratio,
                    1e-12 * std::abs(log_ratio));
    }
    // Cold: the zero line. Hot: the barycentres.
    EXPECT_NEAR(ytterbium(1).free_energy_per_cm(excited) + kB * 1 * std::log(6.0 / 8), 10246, 0.5);
    EXPECT_NEAR(ytterbium(1e6).free_energy_per_cm(excited), ytterbium(1e6).energy_per_cm(excited), 0.1);
}

TEST(Manifolds, RefuseWhatCannotBe)
{
    auto const refused = [](auto const& change) {
        HostOptics host = test::optics("beta-NaYF4");
        change(host);
        try {
            Manifolds(test::ion("Yb"), host, 295);
        }
        catch (InputError const& error) {
            EXPECT_EQ(error.first().key, "optics.stark");
            EXPECT_EQ(error.first().place.file, "beta-NaYF4");
            return error.first().problem;
        }
        return std::string();
    };
    EXPECT_NE(refused([](HostOptics& h) { h.stark[0].energy_per_cm.push_back(900); }).find("5 Stark"),
              std::string::npos);
    EXPECT_NE(refused([](HostOptics& h) { h.stark.erase(h.stark.begin()); }).find("ground level"),
              std::string::npos);
    EXPECT_NE(refused([](HostOptics& h) { h.stark[1].energy_per_cm = {-3, -2, -1}; }).find("not above"),
              std::string::npos);
}

TEST(StarkBand, SharesSumToOne)
{
    double absorption = 0, emission = 0;
    StarkBand const b = band(295);
    for (StarkLine const& line : b.lines()) {
        absorption += line.absorption;
        emission += line.emission;
    }
    EXPECT_EQ(b.lines().size(), 12u);
    EXPECT_NEAR(absorption, 1, 1e-14);
    EXPECT_NEAR(emission, 1, 1e-14);
}

// One band, two areas of 1 and McCumber's ratio between them at every wavenumber: then the relation of Fuechtbauer
// and Ladenburg, which the total rates obey, holds for the shapes too.
TEST(StarkBand, IsMcCumbersPairOfEqualArea)
{
    for (double const T : {77.0, 295.0, 500.0}) {
        StarkBand const b = band(T);
        Manifolds const m = ytterbium(T);
        double absorption = 0, emission = 0;
        for (double nu = 8500; nu <= 12000; nu += 0.5) {
            double const a = b.absorption_cm(nu), e = b.emission_cm(nu);
            absorption += 0.5 * a;
            emission += 0.5 * e;
            if (a < 1e-9 || e < 1e-9) continue;
            double const expected = (m.free_energy_per_cm(excited) - nu) / (kB * T);
            ASSERT_NEAR(std::log(e / a), expected, 1e-9 * (1 + std::abs(expected))) << nu << " at " << T;
        }
        EXPECT_NEAR(absorption, 1, 1e-10) << T;
        EXPECT_NEAR(emission, 1, 1e-10) << T;
    }
}

// P12: zero line at 976 nm, mean of the emission at 1000 to 1015 nm, give or take 10 nm. It comes out at 995 nm.
TEST(StarkBand, PutsYtterbiumsEmissionWhereItIsSeen)
{
    StarkBand const b = band(295);
    EXPECT_NEAR(wavelength_nm(b.lines().front().energy_per_cm), 976, 0.5);
    double const centroid_nm = wavelength_nm(b.emission_centroid_per_cm());
    EXPECT_GT(centroid_nm, 990);
    EXPECT_LT(centroid_nm, 1015);
    // A good part of the light lies beyond 1000 nm, none of a single Gaussian at the barycentre's width would.
    double beyond = 0;
    for (double nu = 8000; nu < 1e4; nu += 1) beyond += b.emission_cm(nu);
    EXPECT_GT(beyond, 0.25);
}

TEST(StarkBand, CoolsTheCrystalThatItIsPumpedInTheTailOf)
{
    Ion const yb = test::ion("Yb");
    RateConditions conditions;
    conditions.laser_per_cm = {wavenumber_per_cm(1020)};
    double heat = 0;
    for (auto const& c : one_site_channels({0}, yb, test::optics("beta-NaYF4"), conditions)) {
        double const gained = (c.to == excited ? 1 : -1) * ytterbium(295).energy_per_cm(excited);
        EXPECT_NEAR(gained + c.photon_per_cm + c.heat_per_cm, 0, 1e-9) << to_text(c.process);
        if (c.process == Process::absorption || c.process == Process::electric_dipole) heat += c.heat_per_cm;
    }
    EXPECT_LT(heat, -50);  // per photon in and photon out
}

TEST(StarkBand, StimulatesByMcCumber)
{
    Ion const yb = test::ion("Yb");
    for (double const nm : {960.0, 980.0, 1010.0, 1064.0}) {
        RateConditions conditions;
        conditions.laser_per_cm = {wavenumber_per_cm(nm)};
        double up = 0, down = 0;
        for (auto const& c : one_site_channels({0}, yb, test::optics("beta-NaYF4"), conditions)) {
            if (c.process == Process::absorption) up = c.per_irradiance[0];
            if (c.process == Process::stimulated_emission) down = c.per_irradiance[0];
            EXPECT_EQ(c.detailed_balance, c.k0_per_s == 0 || c.process == Process::multiphonon);
        }
        double const expected =
            std::log(8.0 / 6) + (ytterbium(295).free_energy_per_cm(excited) - 1e7 / nm) / (kB * 295);
        EXPECT_NEAR(std::log(down / up), expected, 1e-12 * (1 + std::abs(expected))) << nm;
    }
}

// What is flat is not McCumber's, and does not say so.
TEST(StarkBand, IsNeededForTheBalanceOfLight)
{
    RateConditions conditions;
    conditions.laser_per_cm = {wavenumber_per_cm(980)};
    for (auto const& c : one_site_channels({0}, test::ion("Er"), test::optics("beta-NaYF4"), conditions))
        EXPECT_EQ(c.detailed_balance, c.process == Process::multiphonon) << to_text(c.process);
}

}  // namespace
}  // namespace lanthorn
