#pragma once

#include "lanthorn/base/index.hpp"
#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// A J multiplet of 4f^n. Energies are barycentres above the barycentre of the ground multiplet.
struct Level {
    std::string label;  ///< unique within the ion, "2H(2)11/2"
    double J = 0;
    Sourced<double> energy_per_cm;
    std::optional<double> energy_calculated_per_cm;  ///< of the calculation that gave the line strengths

    double degeneracy() const { return 2 * J + 1; }
};

/// Line strengths of one unordered pair of levels.
struct Transition {
    LevelId upper, lower;
    double U2 = 0, U4 = 0, U6 = 0;  ///< squared reduced matrix elements of U(k)
    double S_MD = 0;                ///< |<u||L + 2S||l>|^2 [hbar^2]
    Source source;
    std::optional<Sourced<double>> S_ED_override_cm2;  ///< replaces sum_k Omega_k U_k where given
};

/// A trivalent lanthanide ion with its levels and line strengths, whatever host it is in.
struct Ion {
    std::string symbol;  ///< "Er"
    int f_electrons = 0;
    std::size_t default_levels = 0;         ///< how many of the lowest levels a simulation takes unless told
    std::vector<Level> levels;              ///< ascending energy, 0 = ground level
    std::vector<Transition> transitions;    ///< one per unordered pair at most
    std::optional<Sourced<double>> r2_cm2;  ///< <r^2> of 4f, which quadrupoles need

    LevelId level(std::string_view label) const;            ///< @throws InputError with the nearest label
    Transition const* between(LevelId a, LevelId b) const;  ///< null where all strengths vanish
};

/// How many multiplets of this J the configuration 4f^n has, n = 0 to 14; 0 where J has the wrong parity.
std::size_t multiplets(int f_electrons, double J);
/// Of all J: 2, 13, 41, 107, 198, 295, 327, ... for n = 1, 2, ...
std::size_t multiplets(int f_electrons);

/// Reads and validates an ion's data file: unique labels, ascending energies, J of the right
/// parity, no more levels of one J than 4f^n has, one transition per pair with the upper level first, strengths >= 0
/// and none where the angular momenta forbid it (triangle rule of U(k) and L + 2S), every number with source.
/// @throws InputError with everything that is wrong
Ion ion_from(Document const& document);

/// The ion with its lowest levels only: at most `count` levels, none above `max_energy_per_cm`; the ground
/// level always stays. What ends in a dropped level is dropped; `lost` says what that was.
struct TruncatedIon {
    Ion ion;
    std::vector<std::string> lost;  ///< one line per dropped level
};
TruncatedIon truncated(Ion const& ion, std::size_t count, double max_energy_per_cm);

}  // namespace lanthorn
