#pragma once

#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>

namespace lanthorn {

/// Judd-Ofelt intensity parameters of an ion in a host.
struct JuddOfelt {
    std::array<double, 3> omega_cm2{};  ///< Omega_2, Omega_4, Omega_6 [cm^2]
    Source source;
};

/// What an ion feels of its host: refractive index, phonons, gap law, intensity parameters.
struct HostOptics {
    std::string name;
    Sourced<double> refractive_index;
    Sourced<double> phonon_effective_per_cm;  ///< hw_eff of the occupation number
    Sourced<double> phonon_max_per_cm;        ///< hw_max of the modified gap law
    Sourced<double> gap_law_W0_per_s;         ///< W(E) = W0 exp(-alpha (E - 2 hw_max)) at gap_law_temperature
    Sourced<double> gap_law_alpha_cm;
    Sourced<double> gap_law_temperature_K;    ///< where W0 and alpha hold
    Sourced<double> line_width_per_cm;        ///< FWHM of a J-J' band
    std::map<std::string, JuddOfelt> judd_ofelt;                 ///< by ion symbol
    std::map<std::string, Sourced<double>> line_strength_cm2;    ///< "Yb": S_ED where no fit is possible
};

/// Reads the [optics] part of a host's data file.
/// @throws InputError with everything that is wrong
HostOptics host_optics_from(Document const& document);

}  // namespace lanthorn
