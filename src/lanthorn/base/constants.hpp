#pragma once

/// Physical constants, CODATA 2018 [codata2018]. The only place where they stand.
namespace lanthorn::constants {

inline constexpr double pi = 3.14159265358979323846;

// Exact since the SI of 2019.
inline constexpr double planck_J_s = 6.62607015e-34;
inline constexpr double light_cm_per_s = 2.99792458e10;
inline constexpr double boltzmann_J_per_K = 1.380649e-23;
inline constexpr double elementary_charge_C = 1.602176634e-19;
inline constexpr double avogadro_per_mol = 6.02214076e23;

// Measured.
inline constexpr double bohr_magneton_J_per_T = 9.2740100783e-24;
inline constexpr double bohr_radius_m = 5.29177210903e-11;

// Gaussian units, in which the formulas of the field are written.
inline constexpr double planck_erg_s = planck_J_s * 1e7;
inline constexpr double elementary_charge_esu = elementary_charge_C * light_cm_per_s / 10;
inline constexpr double bohr_magneton_erg_per_G = bohr_magneton_J_per_T * 1e3;

/// k_B/(h c), so that kT in 1/cm is this times T in K.
inline constexpr double boltzmann_per_cm_K = boltzmann_J_per_K / (planck_J_s * light_cm_per_s);

/// h c, the energy in J of one photon of one wavenumber.
inline constexpr double photon_J_cm = planck_J_s * light_cm_per_s;

inline constexpr double eV_in_per_cm = elementary_charge_C / photon_J_cm;

}  // namespace lanthorn::constants
