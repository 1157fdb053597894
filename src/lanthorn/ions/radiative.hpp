#pragma once

#include "lanthorn/ions/multiphonon.hpp"

namespace lanthorn {

// Symbols: nu transition wavenumber [1/cm], S_ED electric-dipole line strength without e^2 [cm^2], S_MD
// magnetic line strength |<u||L + 2S||l>|^2 [hbar^2], g = 2J + 1 of the level that the process starts from, n
// refractive index of the host, Gaussian units inside.

/// The field at an ion over that in its host.
enum class LocalField {
    virtual_cavity,  ///< (n^2 + 2)/3 (Lorentz), under which Judd-Ofelt parameters are published
    real_cavity,     ///< 3 n^2/(2 n^2 + 1), for an ion that displaces what it sits in
};

/// Square of the field factor. Theory: rates.5. Source: Glauber and Lewenstein 1991 [glauber1991].
double field_squared(LocalField field, double n);

/// Spontaneous electric-dipole emission, A = 64 pi^4 e^2/(3 h) nu^3 n field^2 S_ED/g [1/s].
/// Theory: rates.3. Source: Judd 1962 [judd1962]; Walsh 2006, section 7 [walsh2006].
double electric_dipole_rate_per_s(double nu_per_cm, double S_ED_cm2, double g, double n,
                                  LocalField field = LocalField::virtual_cavity);

/// Spontaneous magnetic-dipole emission, A = 64 pi^4 mu_B^2/(3 h) nu^3 n^3 S_MD/g [1/s]; no local field.
/// Theory: rates.4. Source: Weber 1967 [weber1967].
double magnetic_dipole_rate_per_s(double nu_per_cm, double S_MD, double g, double n);

/// Integrated absorption cross-section, 8 pi^3 e^2/(3 h c) nu field^2/n S_ED/g [cm] (theory: rates.6).
double electric_dipole_absorption_cm(double nu_per_cm, double S_ED_cm2, double g, double n,
                                     LocalField field = LocalField::virtual_cavity);

/// The same of a magnetic dipole, 8 pi^3 mu_B^2/(3 h c) nu n S_MD/g [cm] (theory: rates.7).
double magnetic_dipole_absorption_cm(double nu_per_cm, double S_MD, double g, double n);

/// What a medium of index n_medium changes for a crystal of index n much smaller than the wavelength.
///
/// The crystal keeps the local field of its bulk; the sphere around it screens the field of the light by
/// L = 3 m^2/(2 m^2 + n^2), and the modes are those of the medium. Shapes other than the sphere are not
/// modelled. Theory: rates.13. Source: Wang, Senden, Meijerink 2017 [wang2017].
struct MediumFactors {
    double electric_emission = 1;    ///< (m/n) L^2
    double electric_absorption = 1;  ///< (n/m) L^2, for the irradiance in the medium
    double magnetic_emission = 1;    ///< (m/n)^3
    double magnetic_absorption = 1;  ///< m/n
};
MediumFactors medium_factors(double n, double n_medium);

/// Gaussian of unit area [cm] at a distance from its centre.
double gaussian_cm(double distance_per_cm, double fwhm_per_cm);

/// Shape [cm] of an absorption band at `detuning` = photon energy minus band centre: a Gaussian of unit area,
/// or the phonon sideband where that is larger, g(0) sideband(|d|) above the centre and g(0) sideband(|d|)
/// exp(-|d|/kT) below, where the lattice must give the energy that the photon lacks.
///
/// The Gaussian stands for unresolved Stark structure and is not changed by temperature; the sidebands add to
/// the area. Mirrored in `detuning` this is the shape of stimulated emission: equal to absorption in the core
/// (flat band), and by exactly exp(-d/kT) apart in the sidebands (McCumber). Theory: rates.8, rates.9.
/// Source: Auzel 1976 [auzel1976], alpha_AS = alpha_S + 1/kT.
double absorption_shape_cm(double detuning_per_cm, double fwhm_per_cm, PhononLaw const& law,
                           double temperature_K);

/// The sidebands alone [cm], as in absorption_shape_cm.
double sideband_shape_cm(double detuning_per_cm, double fwhm_per_cm, PhononLaw const& law,
                         double temperature_K);

}  // namespace lanthorn
