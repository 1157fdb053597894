#pragma once

#include "lanthorn/ions/manifolds.hpp"

#include <optional>
#include <vector>

namespace lanthorn {

/// One line between a component of the lower and one of the upper level.
struct StarkLine {
    double energy_per_cm = 0;
    double absorption = 0, emission = 0;  ///< shares of the band's area; each sums to 1 over the band
};

/// A band between two levels whose Stark components are known: all components of a level couple with equal line
/// strength, and each level is in thermal equilibrium within itself.
///
/// Every line is a Gaussian, in absorption s^2/(2 kT) above its centre and in emission as much below (s its
/// standard deviation). With that, absorption and emission are McCumber's pair at every wavenumber and of equal area
/// at once, so that the relation of Fuechtbauer and Ladenburg holds too. Theory: rates.11.
/// Source: McCumber 1964 [mccumber1964].
class StarkBand {
public:
    StarkBand(Manifolds const& manifolds, LevelId lower, LevelId upper, double fwhm_per_cm);

    std::vector<StarkLine> const& lines() const { return lines_; }
    double fwhm_per_cm() const { return fwhm_per_cm_; }
    /// s^2/(2 kT).
    double shift_per_cm() const { return shift_per_cm_; }
    /// Shapes of unit area [cm].
    double absorption_cm(double nu_per_cm) const;
    double emission_cm(double nu_per_cm) const;
    /// Mean wavenumber of what is emitted.
    double emission_centroid_per_cm() const;

private:
    std::vector<StarkLine> lines_;
    double fwhm_per_cm_, shift_per_cm_;
};

/// The band, where the host knows the components of both levels and the width of a line.
std::optional<StarkBand> stark_band(Manifolds const& manifolds, HostOptics const& host, LevelId lower,
                                    LevelId upper);

/// A Gaussian part of an emission band.
struct EmissionLine {
    double energy_per_cm = 0;
    double share = 0;  ///< of the band's photons; sums to 1
    double fwhm_per_cm = 0;
};

/// The lines of `stark_band`, or one of the host's width where the band is not resolved.
std::vector<EmissionLine> emission_lines(Manifolds const& manifolds, HostOptics const& host, LevelId upper,
                                         LevelId lower);

/// Cross-section of stimulated emission over that of absorption, (g_l/g_u) exp((F_u - F_l - nu)/kT) with free
/// energies F. Theory: rates.12. Source: McCumber 1964 [mccumber1964].
double mccumber_ratio(Manifolds const& manifolds, LevelId lower, LevelId upper, double nu_per_cm);

}  // namespace lanthorn
