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

constexpr double nm6_per_cm6 = 1e42;
constexpr double e2 = elementary_charge_esu * elementary_charge_esu;
constexpr double kushida = 8 * pi * pi * e2 * e2 / (3 * planck_erg_s * planck_erg_s * light_cm_per_s);

constexpr double field(double n) { return (n * n + 2) * (n * n + 2) / (9 * n * n); }

}  // namespace

double dipole_transfer_sixth(double S_D_cm2, double S_A_cm2, double g_i, double g_k, double n_D, double n_A,
                             double overlap_cm)
{
    LANTHORN_EXPECT(S_D_cm2 >= 0 && S_A_cm2 >= 0 && g_i >= 1 && g_k >= 1 && overlap_cm >= 0);
    // Products of a pair first, so that exchanging donor and acceptor gives the same bits.
    double const strengths = S_D_cm2 * S_A_cm2 * (nm6_per_cm6 * kushida);
    return strengths * (field(n_D) * field(n_A)) * overlap_cm / (g_i * g_k);
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

double phonon_assisted_overlap_cm(double fwhm_D_per_cm, double fwhm_A_per_cm, double mismatch_per_cm,
                                  PhononLaw const& law, double temperature_K)
{
    double const distance = std::abs(mismatch_per_cm);
    double const resonant = gaussian_overlap_cm(fwhm_D_per_cm, fwhm_A_per_cm, 0);
    return std::max(gaussian_overlap_cm(fwhm_D_per_cm, fwhm_A_per_cm, distance),
                    resonant * phonon_sideband(law, transfer_slope_cm(law), distance, temperature_K));
}

}  // namespace lanthorn
