#include "lanthorn/base/constants.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/ions/transfer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace lanthorn {
namespace {

using namespace constants;

TEST(Transfer, HasThePublishedPrefactor)
{
    // chi = 1 at n = 1.
    EXPECT_NEAR(dipole_transfer_sixth(1, 1, 1, 1, 1, 1, 1) * 1e-42 / 1.064290e6, 1, 1e-6);
}

TEST(Transfer, OverlapOfEqualGaussians)
{
    EXPECT_NEAR(gaussian_overlap_cm(400, 400, 0), 1.66071e-3, 5e-9);
    double const s = 400 / 2.3548200450309493, d = 300;
    EXPECT_NEAR(gaussian_overlap_cm(400, 400, d) / (std::exp(-d * d / (4 * s * s)) / (2 * s * std::sqrt(pi))),
                1, 1e-12);
    double sum = 0;
    for (double x = -4000; x < 4000; x += 1) sum += gaussian_cm(x, 400) * gaussian_cm(x - d, 150);
    EXPECT_NEAR(gaussian_overlap_cm(400, 150, d) / sum, 1, 1e-12);
}

TEST(Transfer, YtterbiumToYtterbium)
{
    double const C6 =
        dipole_transfer_sixth(1.5e-20, 1.5e-20, 6, 8, 1.5, 1.5, gaussian_overlap_cm(400, 400, 0));
    EXPECT_NEAR(C6, 6590, 10);
    double const tau = 1 / (586.4116 + 56.020);
    EXPECT_NEAR(std::pow(C6 * tau, 1.0 / 6), 1.474 * std::pow(tau * 586.4116, 1.0 / 6), 0.03);
}

// Numbers worked out by hand for <r^2> = 0.666 and 0.613 a0^2, U2 = 0.7 and 0.12245, S = 1e-20 cm^2, n = 1.5, g = 6, 8.
TEST(Transfer, QuadrupolesAsWorkedOutByHand)
{
    double const a02 = 5.29177210903e-9 * 5.29177210903e-9, I = 1.66071e-3;
    double const Q = quadrupole_strength_cm4(0.666 * a02, 0.7),
                 R = quadrupole_strength_cm4(0.613 * a02, 0.12245);
    EXPECT_NEAR(Q / 4.5448316688e-34, 1, 1e-10);
    EXPECT_NEAR(R / 6.7352084693e-35, 1, 1e-10);
    EXPECT_NEAR(transfer_field(1.5) / 0.89197530864, 1, 1e-10);
    EXPECT_NEAR(dipole_quadrupole_transfer_eighth(1e-20, Q, 6, 8, 1.5, I) / 22391.0551697, 1, 1e-10);
    EXPECT_NEAR(quadrupole_transfer_tenth(Q, R, 6, 8, I) / 47340.2777268, 1, 1e-10);
    // Kushida's numbers 2/3 : 1 : 14/5, which are (2a + 2b)!/((2a)! (2b)! (2a + 1) (2b + 1)) of multipoles a, b.
    double const dd = dipole_transfer_sixth(1, 1, 1, 1, 1, 1, 1) * 1e-42;
    EXPECT_NEAR(dipole_quadrupole_transfer_eighth(1, 1, 1, 1, 1, 1) * 1e-56 / dd, 3.0 / 2, 1e-12);
    EXPECT_NEAR(quadrupole_transfer_tenth(1, 1, 1, 1, 1) * 1e-70 / dd, 3.0 / 2 * 14 / 5, 1e-12);
}

// Both forms are one, off resonance too, with nu^4 = nu_D^3 nu_A.
RC_GTEST_PROP(Transfer, KushidaIsDexter, ())
{
    double const n = 1.3 + 0.001 * *rc::gen::inRange(0, 900);
    double const nu_D = *rc::gen::inRange(1000, 30000), nu_A = nu_D + *rc::gen::inRange(-900, 2000);
    double const S_D = 1e-22 * *rc::gen::inRange(1, 500), S_A = 1e-22 * *rc::gen::inRange(1, 500);
    double const g_i = *rc::gen::inRange(1, 18), g_k = *rc::gen::inRange(1, 18);
    double const I = gaussian_overlap_cm(400, 250, nu_A - nu_D);
    double const kushida = dipole_transfer_sixth(S_D, S_A, g_i, g_k, n, n, I);
    double const dexter = dexter_transfer_sixth(electric_dipole_rate_per_s(nu_D, S_D, g_i, n),
                                                electric_dipole_absorption_cm(nu_A, S_A, g_k, n), n,
                                                I / (nu_D * nu_D * nu_D * nu_A));
    RC_ASSERT(std::abs(dexter / kushida - 1) < 1e-12);
}

// P10: the rate from a donor's lifetime and spectra over energy, as papers print it.
TEST(Transfer, EnergyFormAndItsTrap)
{
    double const tau = 2e-3, Q = 3e-18 * planck_erg_s * light_cm_per_s, n = 1.5;  // Q in cm^2 erg
    double const hc = planck_erg_s * light_cm_per_s, hbar = planck_erg_s / (2 * pi);
    double J_cm5 = 0, J_erg = 0;
    for (double nu = 8000; nu <= 12500; nu += 0.5) {
        double const g = gaussian_cm(nu - 10200, 300) * gaussian_cm(nu - 10300, 400);
        J_cm5 += 0.5 * g / (nu * nu * nu * nu);
        double const E = hc * nu;
        J_erg += 0.5 * hc * (g / (hc * hc)) / (E * E * E * E);
    }
    double const c4 = std::pow(light_cm_per_s, 4);
    double const with_h =
        3 * std::pow(planck_erg_s, 4) * c4 * Q / (64 * std::pow(pi, 5) * std::pow(n, 4) * tau) * J_erg;
    double const with_hbar = 3 * std::pow(hbar, 4) * c4 * Q / (4 * pi * std::pow(n, 4) * tau) * J_erg;
    double const trap =
        3 * std::pow(hbar, 4) * c4 * Q / (64 * std::pow(pi, 5) * std::pow(n, 4) * tau) * J_erg;
    double const ours = 1e-42 * dexter_transfer_sixth(1 / tau, Q / hc, n, J_cm5);
    EXPECT_NEAR(with_h / ours, 1, 1e-10);
    EXPECT_NEAR(with_hbar / ours, 1, 1e-10);
    EXPECT_NEAR(ours / trap, 1558.5, 0.1);
}

PhononLaw const law{
    .W0_per_s = 1e7, .alpha_cm = 3.5e-3, .highest_per_cm = 450, .effective_per_cm = 450, .reference_K = 295};

TEST(Transfer, PhononsBridgeTheRest)
{
    EXPECT_NEAR(transfer_slope_cm(law), 1.96e-3, 1e-5);
    double const resonant = gaussian_overlap_cm(400, 400, 0);
    EXPECT_NEAR(phonon_assisted_overlap_cm(400, 400, 0, law, 295) / resonant, 1, 1e-14);
    EXPECT_NEAR(phonon_assisted_overlap_cm(400, 400, 100, law, 295) / gaussian_overlap_cm(400, 400, 100), 1,
                1e-14);
    EXPECT_NEAR(phonon_assisted_overlap_cm(400, 400, -1500, law, 295) / resonant,
                std::exp(-transfer_slope_cm(law) * 1500), 1e-12);
    EXPECT_GT(phonon_assisted_overlap_cm(400, 400, 1500, law, 500),
              phonon_assisted_overlap_cm(400, 400, 1500, law, 295));
}

RC_GTEST_PROP(Transfer, OverlapIsEvenAndContinuous, ())
{
    double const d = 0.1 * *rc::gen::inRange(0, 200000), T = *rc::gen::inRange(10, 800);
    double const F = phonon_assisted_overlap_cm(400, 300, d, law, T);
    RC_ASSERT(F == phonon_assisted_overlap_cm(400, 300, -d, law, T));
    RC_ASSERT(F == phonon_assisted_overlap_cm(300, 400, d, law, T));
    RC_ASSERT(std::abs(phonon_assisted_overlap_cm(400, 300, d + 0.01, law, T) / F - 1) < 2e-4);
}

}  // namespace
}  // namespace lanthorn
