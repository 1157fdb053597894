#pragma once

#include "lanthorn/base/constants.hpp"

namespace lanthorn {

/// Vacuum wavelength [nm] <-> wavenumber [1/cm].
constexpr double wavenumber_per_cm(double wavelength_nm) { return 1e7 / wavelength_nm; }
constexpr double wavelength_nm(double wavenumber_per_cm) { return 1e7 / wavenumber_per_cm; }

/// h c nu [J].
constexpr double photon_energy_J(double wavenumber_per_cm)
{
    return constants::photon_J_cm * wavenumber_per_cm;
}

/// Photons per cm^2 and second in 1 W/cm^2 of light: a cross-section [cm^2] times this is a pump coefficient
/// [1/s per W/cm^2].
constexpr double photon_flux_per_irradiance(double wavenumber_per_cm)
{
    return 1 / photon_energy_J(wavenumber_per_cm);
}

/// What an emitted photon has more than the pump photon, h c (1/emission - 1/pump) [eV]; < 0 below the pump.
constexpr double anti_stokes_shift_eV(double pump_nm, double emission_nm)
{
    return (wavenumber_per_cm(emission_nm) - wavenumber_per_cm(pump_nm)) / constants::eV_in_per_cm;
}

}  // namespace lanthorn
