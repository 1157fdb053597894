#include "lanthorn/base/constants.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/radiative.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace lanthorn {
namespace {

// Yb with S = 1.5e-20 cm^2 at 10250 1/cm, n = 1.5, J = 5/2 <-> 7/2.
constexpr double nu = 10250, S = 1.5e-20, n = 1.5, S_MD = 24.0 / 7;

TEST(Radiative, HasThePublishedPrefactors)
{
    EXPECT_NEAR(electric_dipole_rate_per_s(1, 1, 1, 1) / 7.2354305e10, 1, 1e-8);
    EXPECT_NEAR(magnetic_dipole_rate_per_s(1, 1, 1, 1) / 2.69735e-11, 1, 3e-6);
    EXPECT_NEAR(electric_dipole_absorption_cm(1, 1, 1, 1), 0.0960293, 5e-8);
}

TEST(Radiative, GivesYtterbiumToTheDigits)
{
    EXPECT_NEAR(electric_dipole_rate_per_s(nu, S, 6, n), 586.4116, 5e-5);
    EXPECT_NEAR(magnetic_dipole_rate_per_s(nu, S_MD, 6, n), 56.020, 5e-4);
    double const sigma_cm = electric_dipole_absorption_cm(nu, S, 8, n);
    EXPECT_NEAR(sigma_cm / 2.469295e-18, 1, 2e-7);
    double const pump_nu = wavenumber_per_cm(976);
    double const sigma = sigma_cm * gaussian_cm(pump_nu - nu, 400);
    EXPECT_NEAR(sigma / 5.7977e-21, 1, 1e-5);
    EXPECT_NEAR(1e4 * sigma * photon_flux_per_irradiance(pump_nu), 284.857, 5e-4);
}

TEST(Radiative, GivesErbiumsMagneticDipole)
{
    EXPECT_NEAR(magnetic_dipole_rate_per_s(6495, 18.826, 14, 1.5), 33.54, 5e-3);
}

// A = 8 pi c n^2 nu^2 (g_l/g_u) sigma_int in bulk, and with the medium's n^2 in a small particle: emission
// and absorption see the same field.
RC_GTEST_PROP(Radiative, ObeysFuechtbauerAndLadenburg, ())
{
    double const crystal = 1.3 + 0.001 * *rc::gen::inRange(0, 1000);
    double const medium = 1 + 0.001 * *rc::gen::inRange(0, 800);
    double const at = *rc::gen::inRange(1000, 40000);
    double const g_l = 8, g_u = 6;
    MediumFactors const f = medium_factors(crystal, medium);
    auto const emitted = [&](double index, double absorption) {
        return 8 * constants::pi * constants::light_cm_per_s * index * index * at * at * g_l / g_u *
               absorption;
    };
    double const A_E = electric_dipole_rate_per_s(at, S, g_u, crystal);
    double const A_M = magnetic_dipole_rate_per_s(at, S_MD, g_u, crystal);
    double const a_E = electric_dipole_absorption_cm(at, S, g_l, crystal);
    double const a_M = magnetic_dipole_absorption_cm(at, S_MD, g_l, crystal);
    RC_ASSERT(std::abs(emitted(crystal, a_E) / A_E - 1) < 1e-12);
    RC_ASSERT(std::abs(emitted(crystal, a_M) / A_M - 1) < 1e-12);
    RC_ASSERT(std::abs(emitted(medium, a_E * f.electric_absorption) / (A_E * f.electric_emission) - 1) <
              1e-12);
    RC_ASSERT(std::abs(emitted(medium, a_M * f.magnetic_absorption) / (A_M * f.magnetic_emission) - 1) <
              1e-12);
}

TEST(Radiative, SlowsDownInAMedium)
{
    EXPECT_NEAR(medium_factors(1.475, 1.375).electric_emission, 0.845, 5e-4);
    EXPECT_NEAR(medium_factors(1.475, 1.333).electric_emission, 0.782, 5e-4);
    EXPECT_NEAR(medium_factors(1.475, 1.333).magnetic_emission, 0.738, 5e-4);
    EXPECT_DOUBLE_EQ(medium_factors(1.475, 1.475).electric_emission, 1);
    EXPECT_DOUBLE_EQ(medium_factors(1.475, 1.475).electric_absorption, 1);
}

PhononLaw const law{
    .W0_per_s = 1e7, .alpha_cm = 4.5e-3, .highest_per_cm = 450, .effective_per_cm = 360, .reference_K = 295};

TEST(AbsorptionShape, GaussianHasUnitArea)
{
    double area = 0;
    for (double d = -4000; d <= 4000; d += 1) area += gaussian_cm(d, 400);
    EXPECT_NEAR(area, 1, 1e-12);
}

TEST(AbsorptionShape, AsksTheLatticeForWhatThePhotonLacks)
{
    double const d = 1000;
    double const above = absorption_shape_cm(d, 400, law, 295),
                 below = absorption_shape_cm(-d, 400, law, 295);
    EXPECT_NEAR(std::log(below / above), -d / (constants::boltzmann_per_cm_K * 295), 1e-12);
    EXPECT_NEAR(std::log(above / absorption_shape_cm(0, 400, law, 295)), -4.5e-3 * d, 1e-12);
    // Without phonons to take, only the Gaussian remains: 1000 1/cm are 5.9 standard deviations.
    EXPECT_EQ(absorption_shape_cm(-d, 400, law, 0), gaussian_cm(d, 400));
    EXPECT_LT(absorption_shape_cm(-d, 400, law, 4) / absorption_shape_cm(0, 400, law, 4), 1e-7);
}

// What absorbs at +d emits at -d with exp(-d/kT) between them (McCumber) beyond the core, and alike within
// it.
RC_GTEST_PROP(AbsorptionShape, MirrorsIntoEmission, ())
{
    double const T = *rc::gen::inRange(50, 600);
    double const d = *rc::gen::inRange(0, 5000);
    double const absorb = absorption_shape_cm(d, 400, law, T), emit = absorption_shape_cm(-d, 400, law, T);
    double const log_ratio = std::log(emit / absorb), mccumber = -d / (constants::boltzmann_per_cm_K * T);
    RC_ASSERT(log_ratio <= 1e-12);
    RC_ASSERT(log_ratio >= mccumber * (1 + 1e-12) - 1e-12);
}

// P11: pump [nm], emission [nm], shift [meV].
TEST(Photon, AntiStokesShifts)
{
    EXPECT_NEAR(1e3 * anti_stokes_shift_eV(980, 800.3), 284, 1);
    EXPECT_NEAR(1e3 * anti_stokes_shift_eV(980, 450.0), 1490, 1);
    EXPECT_NEAR(1e3 * anti_stokes_shift_eV(980, 520.0), 1119, 1);
    EXPECT_NEAR(1e3 * anti_stokes_shift_eV(808, 470.1), 1103, 1);
    EXPECT_NEAR(1e3 * anti_stokes_shift_eV(800, 508.2), 890, 1);
    EXPECT_LT(anti_stokes_shift_eV(980, 1015), 0);
}

TEST(Multiphonon, FollowsTheGapLaw)
{
    EXPECT_NEAR(multiphonon_down_per_s(law, 3634, 295), 45.3, 0.1);
    EXPECT_NEAR(multiphonon_down_per_s(law, 2251, 295) / 2.29e4, 1, 2e-3);
    EXPECT_DOUBLE_EQ(multiphonon_down_per_s(law, 900, 295), 1e7);
    EXPECT_DOUBLE_EQ(multiphonon_down_per_s(law, 100, 295), 1e7);
    PhononLaw peer = law;
    peer.alpha_cm = 3.5e-3;
    EXPECT_NEAR(multiphonon_down_per_s(peer, 3634 - 150, 295) / 1181, 1, 1e-3);
}

TEST(Multiphonon, GrowsWithThePhononsThatAreThere)
{
    PhononLaw cold = law;
    cold.effective_per_cm = 450;
    cold.reference_K = 0;
    auto const factor = [&](double gap) {
        return multiphonon_down_per_s(cold, gap, 300) / multiphonon_down_per_s(cold, gap, 0);
    };
    EXPECT_NEAR(factor(650), 1.19, 5e-3);
    EXPECT_NEAR(factor(3634), 2.70, 5e-3);
    EXPECT_NEAR(factor(6495), 5.88, 5e-3);
}

TEST(Multiphonon, FollowsTheSimpleLawToo)
{
    PhononLaw simple = law;
    simple.law = GapLaw::simple;
    EXPECT_NEAR(std::log(multiphonon_down_per_s(simple, 2000, 295) / 1e7), -4.5e-3 * 2000, 1e-12);
    EXPECT_NEAR(std::log(multiphonon_down_per_s(simple, 100, 295) / 1e7), -4.5e-3 * 100, 1e-12);
    // The same line as the modified law beyond two phonons.
    simple.W0_per_s = 1e7 * std::exp(4.5e-3 * 900);
    EXPECT_NEAR(multiphonon_down_per_s(simple, 2500, 400) / multiphonon_down_per_s(law, 2500, 400), 1, 1e-12);
}

TEST(LocalFields, ByTheirFormulas)
{
    EXPECT_NEAR(field_squared(LocalField::virtual_cavity, 1.5), std::pow(4.25 / 3, 2), 1e-14);
    EXPECT_NEAR(field_squared(LocalField::real_cavity, 1.5), std::pow(6.75 / 5.5, 2), 1e-14);
    EXPECT_NEAR(field_squared(LocalField::real_cavity, 1), 1, 1e-15);
    // Both the emission and the absorption carry the same factor: Fuechtbauer and Ladenburg in either field.
    for (LocalField const field : {LocalField::virtual_cavity, LocalField::real_cavity}) {
        double const A = electric_dipole_rate_per_s(nu, S, 6, n, field);
        double const a = electric_dipole_absorption_cm(nu, S, 8, n, field);
        EXPECT_NEAR(8 * constants::pi * constants::light_cm_per_s * n * n * nu * nu * 8 / 6 * a / A, 1,
                    1e-12);
    }
}

}  // namespace
}  // namespace lanthorn
