#pragma once

#include "lanthorn/ions/multiphonon.hpp"
#include "lanthorn/ions/radiative.hpp"

namespace lanthorn {

// Energy transfer between point multipoles. Donor i -> j loses nu_D, acceptor k -> l gains nu_A; overlap: integral
// I [cm] of the two unit-area line shapes. Magnetic transitions do not transfer here.

/// Which multipoles of the two transitions interact.
enum class Multipoles {
    dipole,            ///< dipole-dipole
    up_to_quadrupole,  ///< that, dipole-quadrupole both ways, and quadrupole-quadrupole
};

/// chi = field_squared/n^2, by which the host of an ion changes the transfer of its dipole.
double transfer_field(double n, LocalField field = LocalField::virtual_cavity);

/// C6 [nm^6/s] from line strengths: 8 pi^2 e^4/(3 h^2 c) chi_D chi_A S_D S_A I/(g_i g_k).
/// Theory: transfer.3. Source: Kushida 1973, dipole-dipole term [kushida1973].
double dipole_transfer_sixth(double S_D_cm2, double S_A_cm2, double g_i, double g_k, double n_D, double n_A,
                             double overlap_cm);

/// Quadrupole strength of a transition, (<r^2> <3||C(2)||3>)^2 U2 = 28/15 <r^2>^2 U2 [cm^4].
/// Not modelled: the shielding of the 4f shell, which weakens it.
/// Theory: transfer.9. Source: Kushida 1973 [kushida1973].
double quadrupole_strength_cm4(double r2_cm2, double U2);

/// C8 [nm^8/s] of a dipole and a quadrupole, whichever of them is the donor's: 4 pi^2 e^4/(h^2 c) chi S Q I/(g_i g_k)
/// with chi of the dipole's host. Not modelled: dielectric screening on the quadrupole's side.
/// Theory: transfer.10. Source: Kushida 1973, dipole-quadrupole term [kushida1973].
double dipole_quadrupole_transfer_eighth(double S_cm2, double Q_cm4, double g_i, double g_k, double n_dipole,
                                         double overlap_cm);

/// C10 [nm^10/s] of two quadrupoles: (14/5) 4 pi^2 e^4/(h^2 c) Q_D Q_A I/(g_i g_k), without any screening.
/// Theory: transfer.11. Source: Kushida 1973, quadrupole-quadrupole term [kushida1973].
double quadrupole_transfer_tenth(double Q_D_cm4, double Q_A_cm4, double g_i, double g_k, double overlap_cm);

/// C6 [nm^6/s] from spectra: 3/(64 pi^5 n^4) A_D sigma_A J with A_D the rate of the donor's transition i -> j
/// alone [1/s], sigma_A the acceptor's integrated cross-section [cm] and J = integral g_D g_A/nu^4 d nu
/// [cm^5].
///
/// In energies this is 3 h^4 c^4 Q/(64 pi^5 n^4 tau) * integral f f/E^4 dE; with hbar in place of h the
/// denominator is 4 pi n^4, and mixing the two is wrong by (2 pi)^4 = 1558.5.
/// With J = I/(nu_D^3 nu_A) it equals dipole_transfer_sixth exactly, off resonance too.
/// Theory: transfer.4. Source: Dexter 1953, Eq. 17 [dexter1953].
double dexter_transfer_sixth(double A_D_per_s, double sigma_A_cm, double n, double J_cm5);

/// Overlap [cm] of two unit-area Gaussians whose centres are `mismatch` apart.
double gaussian_overlap_cm(double fwhm_D_per_cm, double fwhm_A_per_cm, double mismatch_per_cm);

/// beta = alpha - ln(2)/hw_eff [cm], the slope of transfer where both ions couple alike to the lattice.
/// Theory: transfer.6. Source: Miyakawa and Dexter 1970 [miyakawa1970].
double transfer_slope_cm(PhononLaw const& law);

/// F(|mismatch|) [cm], the overlap that phonons make: the Gaussian one, or the phonon sideband
/// F(0) exp(-beta |mismatch|) with its Bose factor where that is larger. Even in the mismatch: an uphill
/// process carries boltzmann_factor(mismatch) beside it, and then forward and backward rates are in exact
/// detailed balance (theory: transfer.6, transfer.7). Source: Miyakawa and Dexter 1970 [miyakawa1970].
class PhononAssistedOverlap {
public:
    PhononAssistedOverlap(double fwhm_D_per_cm, double fwhm_A_per_cm, PhononLaw const& law,
                          double temperature_K);

    /// ln(F/cm), finite for any mismatch.
    double log_at(double mismatch_per_cm) const;

private:
    double log_resonant_, curvature_cm2_, slope_cm_;
};

/// F itself; 0 where it is below the smallest number.
double phonon_assisted_overlap_cm(double fwhm_D_per_cm, double fwhm_A_per_cm, double mismatch_per_cm,
                                  PhononLaw const& law, double temperature_K);

/// The law between ions of two hosts: the mean of each constant.
PhononLaw mean_of(PhononLaw const& a, PhononLaw const& b);

}  // namespace lanthorn
