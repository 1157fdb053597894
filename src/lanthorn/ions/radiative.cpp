#include "lanthorn/ions/radiative.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

using namespace constants;

constexpr double e2 = elementary_charge_esu * elementary_charge_esu;
constexpr double bohr2 = bohr_magneton_erg_per_G * bohr_magneton_erg_per_G;
constexpr double emission = 64 * pi * pi * pi * pi / (3 * planck_erg_s);
constexpr double absorption = 8 * pi * pi * pi / (3 * planck_erg_s * light_cm_per_s);

}  // namespace

double field_squared(LocalField field, double n)
{
    double const n2 = n * n;
    double const factor = field == LocalField::virtual_cavity ? (n2 + 2) / 3 : 3 * n2 / (2 * n2 + 1);
    return factor * factor;
}

double electric_dipole_rate_per_s(double nu_per_cm, double S_ED_cm2, double g, double n, LocalField field)
{
    LANTHORN_EXPECT(nu_per_cm > 0 && S_ED_cm2 >= 0 && g >= 1 && n >= 1);
    return emission * e2 * (nu_per_cm * nu_per_cm * nu_per_cm) * n * field_squared(field, n) * S_ED_cm2 / g;
}

double magnetic_dipole_rate_per_s(double nu_per_cm, double S_MD, double g, double n)
{
    LANTHORN_EXPECT(nu_per_cm > 0 && S_MD >= 0 && g >= 1 && n >= 1);
    return emission * bohr2 * (nu_per_cm * nu_per_cm * nu_per_cm) * (n * n * n) * S_MD / g;
}

double electric_dipole_absorption_cm(double nu_per_cm, double S_ED_cm2, double g, double n, LocalField field)
{
    LANTHORN_EXPECT(nu_per_cm > 0 && S_ED_cm2 >= 0 && g >= 1 && n >= 1);
    return absorption * e2 * nu_per_cm * field_squared(field, n) / n * S_ED_cm2 / g;
}

double magnetic_dipole_absorption_cm(double nu_per_cm, double S_MD, double g, double n)
{
    LANTHORN_EXPECT(nu_per_cm > 0 && S_MD >= 0 && g >= 1 && n >= 1);
    return absorption * bohr2 * nu_per_cm * n * S_MD / g;
}

MediumFactors medium_factors(double n, double n_medium)
{
    LANTHORN_EXPECT(n >= 1 && n_medium >= 1);
    double const screening = 3 * n_medium * n_medium / (2 * n_medium * n_medium + n * n);
    double const ratio = n_medium / n;
    return {.electric_emission = ratio * screening * screening,
            .electric_absorption = screening * screening / ratio,
            .magnetic_emission = ratio * ratio * ratio,
            .magnetic_absorption = ratio};
}

double gaussian_cm(double distance_per_cm, double fwhm_per_cm)
{
    LANTHORN_EXPECT(fwhm_per_cm > 0);
    double const four_log2 = 4 * portable_log(2.0);
    double const x = distance_per_cm / fwhm_per_cm;
    return std::sqrt(four_log2 / pi) / fwhm_per_cm * portable_exp(-four_log2 * x * x);
}

double sideband_shape_cm(double detuning_per_cm, double fwhm_per_cm, PhononLaw const& law,
                         double temperature_K)
{
    double const distance = std::abs(detuning_per_cm);
    double const lattice_gives = detuning_per_cm < 0 ? boltzmann_factor(distance, temperature_K) : 1.0;
    return gaussian_cm(0, fwhm_per_cm) * phonon_sideband(law, law.alpha_cm, distance, temperature_K) *
           lattice_gives;
}

double absorption_shape_cm(double detuning_per_cm, double fwhm_per_cm, PhononLaw const& law,
                           double temperature_K)
{
    return std::max(gaussian_cm(detuning_per_cm, fwhm_per_cm),
                    sideband_shape_cm(detuning_per_cm, fwhm_per_cm, law, temperature_K));
}

}  // namespace lanthorn
