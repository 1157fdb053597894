#pragma once

#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"
#include "lanthorn/ions/channel.hpp"
#include "lanthorn/ions/ion.hpp"
#include "lanthorn/ions/multiphonon.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lanthorn {

/// Judd-Ofelt intensity parameters of an ion in a host.
struct JuddOfelt {
    std::array<double, 3> omega_cm2{};  ///< Omega_2, Omega_4, Omega_6 [cm^2]
    double scatter = 0;                 ///< of published sets, as a fraction (one sigma); 0 = not stated
    Source source;
};

/// A measured absorption cross-section that replaces the calculated band between its first and last
/// wavelength; linear between points.
struct CrossSectionTable {
    std::string ion, from, to;              ///< absorbing ion, lower and upper level
    std::vector<double> wavelength_nm;      ///< (points) ascending
    std::vector<double> cross_section_cm2;  ///< (points) of the bulk crystal
    Source source;

    /// The table's value, or nothing outside its range.
    std::optional<double> at(double nm) const;
};

/// Stark components of a J multiplet in a host.
struct StarkManifold {
    std::string ion, level;
    /// Above the lowest component of the ground multiplet, ascending: 2J + 1 states, or J + 1/2 Kramers doublets.
    std::vector<double> energy_per_cm;
    Source source;
};

/// A measured multiphonon rate from a level to the next below, in place of the gap law, at the temperature of the
/// law's constants.
struct RelaxationOverride {
    std::string ion, level;
    Sourced<double> rate_per_s;
};

/// What is known better than calculated of one channel of transfer. The way back follows it by detailed balance,
/// unless it has an entry of its own.
struct TransferOverride {
    struct Step {
        std::string ion, from, to;
        bool operator==(Step const&) const = default;
    };
    /// Takes the place of the calculated coefficient of one multipole law, and of no other law.
    struct Coefficient {
        DistanceLaw law;
        Sourced<double> value;  ///< [nm^s/s]
    };
    /// Multiplies what is calculated for one multipole law, or for all of them; 0 switches the channel off.
    struct Factor {
        std::optional<DistanceLaw> law;
        Sourced<double> value;
    };
    /// A channel beside the calculated ones: rate * exp(-2 (d - at)/range).
    struct Exchange {
        Sourced<double> rate_per_s;
        Sourced<double> range_nm;  ///< L
        Sourced<double> at_nm;     ///< the distance at which the rate holds

        double at_contact_per_s() const;  ///< extrapolated to d = 0
    };

    Step donor, acceptor;
    std::variant<Coefficient, Factor, Exchange> what;
};

/// What an ion feels of its host: refractive index, phonons, gap law, intensity parameters.
struct HostOptics {
    std::string name;
    Sourced<double> refractive_index;
    Sourced<double> phonon_effective_per_cm;  ///< hw_eff of the occupation number
    Sourced<double> phonon_max_per_cm;        ///< hw_max of the modified gap law
    GapLaw gap_law = GapLaw::modified;
    Sourced<double> gap_law_W0_per_s;  ///< at gap_law_temperature
    Sourced<double> gap_law_alpha_cm;
    Sourced<double> gap_law_temperature_K;                     ///< where W0 and alpha hold
    Sourced<double> line_width_per_cm;                         ///< FWHM of a J-J' band
    std::map<std::string, JuddOfelt> judd_ofelt;               ///< by ion symbol
    std::map<std::string, Sourced<double>> line_strength_cm2;  ///< "Yb": S_ED where no fit is possible
    std::vector<StarkManifold> stark;
    std::optional<Sourced<double>> stark_width_per_cm;  ///< FWHM of a line between Stark components
    std::vector<CrossSectionTable> cross_sections;
    std::vector<RelaxationOverride> relaxations;
    std::vector<TransferOverride> transfers;

    PhononLaw phonons() const;
    /// Null where no components are known.
    StarkManifold const* manifold(std::string_view ion, std::string_view level) const;
};

/// Reads the [optics] part of a host's data file. Level labels are not known here: see unknown_labels.
/// @throws InputError with everything that is wrong
HostOptics host_optics_from(Document const& document);

/// What a host's tables and overrides say of levels that this ion, untruncated, does not have, with the
/// nearest.
std::vector<Finding> unknown_labels(HostOptics const& host, Ion const& ion);

}  // namespace lanthorn
