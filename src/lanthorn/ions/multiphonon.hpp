#pragma once

namespace lanthorn {

/// How relaxation falls with the gap E.
enum class GapLaw {
    modified,  ///< W0 exp(-alpha (E - 2 hw_max)), van Dijk and Schuurmans
    simple,    ///< W0 exp(-alpha E); W0 is then called B, alpha a
};

/// The phonons of a host as the energy-gap laws see them.
///
/// Constants are taken at `reference_K`, where most are measured, and carried to other temperatures by the
/// Bose factor of p equal phonons, so that nothing is corrected twice.
struct PhononLaw {
    GapLaw law = GapLaw::modified;
    double W0_per_s = 0;  ///< rate over a gap of two phonons of highest energy, or over none (simple law)
    double alpha_cm = 0;  ///< slope of the gap law
    double highest_per_cm = 0;    ///< hw_max
    double effective_per_cm = 0;  ///< hw_eff, the phonon that is counted in n(T)
    double reference_K = 0;       ///< where W0 and alpha hold
};

/// n = 1/(exp(hw/kT) - 1); 0 at T = 0.
double phonon_occupation(double phonon_per_cm, double temperature_K);

/// exp(-slope E) ((1 + n(T))/(1 + n(T_ref)))^(E/hw_eff): how much weaker a process is that gives the energy
/// E >= 0 to phonons. `slope` is alpha for relaxation and absorption, beta for transfer.
///
/// Far above room temperature (kT of the order of hw_eff / (slope hw_eff)) the law stops falling with E and
/// has lost its meaning; detailed balance does not depend on it.
/// Theory: rates.14. Source: the temperature dependence of Riseberg and Moos 1968 [riseberg1968].
double phonon_sideband(PhononLaw const& law, double slope_cm, double energy_per_cm, double temperature_K);

/// Relaxation over a gap E > 0: the gap law with the Bose factor of phonon_sideband.
///
/// Below two phonons the modified law is outside its domain (measured rates of such close levels lie below W0);
/// W = W0 is taken there. Not modelled: the nature of the two levels, and one-phonon resonances. Theory: rates.15.
/// Source: van Dijk and Schuurmans 1983 [vandijk1983]; the simple law Riseberg and Moos 1968 [riseberg1968].
double multiphonon_down_per_s(PhononLaw const& law, double gap_per_cm, double temperature_K);

/// exp(-E/kT); 0 at T = 0 for E > 0.
double boltzmann_factor(double energy_per_cm, double temperature_K);

}  // namespace lanthorn
