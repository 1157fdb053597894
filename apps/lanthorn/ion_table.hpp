#pragma once

#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lanthorn::app {

/// A level of an ion in a host, with what is known of it.
struct LevelRow {
    std::string label;
    double J = 0, energy_per_cm = 0;
    double sigma_per_cm = 0;  ///< 0 = not stated
    std::optional<double> energy_calculated_per_cm;
    Source source;
    bool known =
        false;  ///< stands in the ion's data file; else it is calculated alone, and no rates are made of it
    bool kept = false;  ///< in simulations, unless they are told otherwise
    std::optional<double> lifetime_s, lifetime_radiative_s;
    std::optional<double> radiative_per_s, multiphonon_per_s;
    double phonons_out_per_s = 0;      ///< multiphonon_per_s without what goes to coupled levels
    std::vector<std::string> coupled;  ///< levels in fast thermal exchange, this one included; empty = none
    std::vector<double> stark_per_cm;  ///< components above the lowest of the ground level; empty = not known
};

/// A pair of levels. What vanishes or is not known is not there.
struct TransitionRow {
    std::size_t from = 0, to = 0;  ///< rows of levels; from is above to
    double energy_per_cm = 0;
    std::optional<double> U2, U4, U6, S_MD, S_ED_cm2;
    std::optional<double> A_ED_per_s, A_MD_per_s, branching, multiphonon_per_s;
    Source source;                    ///< of U and S_MD
    std::optional<Source> intensity;  ///< of S_ED
};

struct IonTable {
    Ion ion;  ///< as in its data file
    std::string host;
    double temperature_K = 0;
    bool has_intensities = false;  ///< whether the host knows electric-dipole strengths of the ion
    std::vector<std::string> notes;
    std::vector<LevelRow> levels;            ///< ascending energy
    std::vector<TransitionRow> transitions;  ///< by upper, then by lower level
};

/// All levels of 4f^n: those of the ion's data file, and the others from the Hamiltonian that gave its line strengths,
/// with labels unique within the ion. Lifetimes, branching and rates are those of one ion in the bulk of the host
/// (index of the crystal, no neighbours, no surface) in the dark.
IonTable ion_table(std::string const& symbol, std::string const& host, double temperature_K);

/// Names of the ions of the library by number of 4f electrons.
std::vector<std::string> ion_names();
/// @throws InputError with the nearest name
Ion ion_named(std::string const& symbol);
/// Optical data of a host of the library; none where its file has none.
/// @throws InputError with the nearest name
std::optional<HostOptics> optics_named(std::string const& host);
/// Whether line strengths of the ion are known in the host.
bool knows(HostOptics const& host, std::string const& symbol);

}  // namespace lanthorn::app
