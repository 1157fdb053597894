#include "lanthorn/ions/transfer.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/ions/radiative.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

using namespace constants;

constexpr double e2 = elementary_charge_esu * elementary_charge_esu;
/// (2 pi/hbar) e^4 per overlap in energy, 1/(h c) of that in wavenumbers.
constexpr double golden = 4 * pi * pi * e2 * e2 / (planck_erg_s * planck_erg_s * light_cm_per_s);
constexpr double dipole_dipole = 2.0 / 3, quadrupole_quadrupole = 14.0 / 5;
constexpr double nm6_per_cm6 = 1e42, nm8_per_cm8 = 1e56, nm10_per_cm10 = 1e70;

}  // namespace

double transfer_field(double n, LocalField field) { return field_squared(field, n) / (n * n); }

double dipole_transfer_sixth(double S_D_cm2, double S_A_cm2, double g_i, double g_k, double n_D, double n_A,
                             double overlap_cm)
{
    LANTHORN_EXPECT(S_D_cm2 >= 0 && S_A_cm2 >= 0 && g_i >= 1 && g_k >= 1 && overlap_cm >= 0);
    // Products of a pair first, so that exchanging donor and acceptor gives the same bits.
    double const strengths = S_D_cm2 * S_A_cm2 * (nm6_per_cm6 * dipole_dipole * golden);
    return strengths * (transfer_field(n_D) * transfer_field(n_A)) * overlap_cm / (g_i * g_k);
}

double quadrupole_strength_cm4(double r2_cm2, double U2)
{
    LANTHORN_EXPECT(r2_cm2 > 0 && U2 >= 0);
    return 28.0 / 15 * r2_cm2 * r2_cm2 * U2;
}

double dipole_quadrupole_transfer_eighth(double S_cm2, double Q_cm4, double g_i, double g_k, double n_dipole,
                                         double overlap_cm)
{
    LANTHORN_EXPECT(S_cm2 >= 0 && Q_cm4 >= 0 && g_i >= 1 && g_k >= 1 && overlap_cm >= 0);
    return S_cm2 * Q_cm4 * (nm8_per_cm8 * golden) * transfer_field(n_dipole) * overlap_cm / (g_i * g_k);
}

double quadrupole_transfer_tenth(double Q_D_cm4, double Q_A_cm4, double g_i, double g_k, double overlap_cm)
{
    LANTHORN_EXPECT(Q_D_cm4 >= 0 && Q_A_cm4 >= 0 && g_i >= 1 && g_k >= 1 && overlap_cm >= 0);
    return Q_D_cm4 * Q_A_cm4 * (nm10_per_cm10 * quadrupole_quadrupole * golden) * overlap_cm / (g_i * g_k);
}

double dexter_transfer_sixth(double A_D_per_s, double sigma_A_cm, double n, double J_cm5)
{
    LANTHORN_EXPECT(A_D_per_s >= 0 && sigma_A_cm >= 0 && n >= 1 && J_cm5 >= 0);
    return 3 / (64 * pi * pi * pi * pi * pi * n * n * n * n) * A_D_per_s * sigma_A_cm * J_cm5 * nm6_per_cm6;
}

double gaussian_overlap_cm(double fwhm_D_per_cm, double fwhm_A_per_cm, double mismatch_per_cm)
{
    return gaussian_cm(mismatch_per_cm,
                       std::sqrt(fwhm_D_per_cm * fwhm_D_per_cm + fwhm_A_per_cm * fwhm_A_per_cm));
}

double transfer_slope_cm(PhononLaw const& law)
{
    return law.alpha_cm - portable_log(2.0) / law.effective_per_cm;
}

PhononAssistedOverlap::PhononAssistedOverlap(double fwhm_D_per_cm, double fwhm_A_per_cm, PhononLaw const& law,
                                             double temperature_K)
    : log_resonant_(portable_log(gaussian_overlap_cm(fwhm_D_per_cm, fwhm_A_per_cm, 0))),
      curvature_cm2_(4 * portable_log(2.0) / (fwhm_D_per_cm * fwhm_D_per_cm + fwhm_A_per_cm * fwhm_A_per_cm)),
      // The sideband is exponential in its energy; one phonon is enough to know its slope.
      slope_cm_(
          portable_log(phonon_sideband(law, transfer_slope_cm(law), law.effective_per_cm, temperature_K)) /
          law.effective_per_cm)
{}

double PhononAssistedOverlap::log_at(double mismatch_per_cm) const
{
    double const distance = std::abs(mismatch_per_cm);
    return log_resonant_ + std::max(-curvature_cm2_ * distance * distance, slope_cm_ * distance);
}

double phonon_assisted_overlap_cm(double fwhm_D_per_cm, double fwhm_A_per_cm, double mismatch_per_cm,
                                  PhononLaw const& law, double temperature_K)
{
    return portable_exp(
        PhononAssistedOverlap(fwhm_D_per_cm, fwhm_A_per_cm, law, temperature_K).log_at(mismatch_per_cm));
}

PhononLaw mean_of(PhononLaw const& a, PhononLaw const& b)
{
    auto const mean = [](double x, double y) { return (x + y) / 2; };
    return {.W0_per_s = mean(a.W0_per_s, b.W0_per_s),
            .alpha_cm = mean(a.alpha_cm, b.alpha_cm),
            .highest_per_cm = mean(a.highest_per_cm, b.highest_per_cm),
            .effective_per_cm = mean(a.effective_per_cm, b.effective_per_cm),
            .reference_K = mean(a.reference_K, b.reference_K)};
}

}  // namespace lanthorn
