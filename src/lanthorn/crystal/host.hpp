#pragma once

#include "lanthorn/base/vec3.hpp"
#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// What stands on a lattice position: an ion, or nothing. A vacancy has an empty element and charge 0.
struct Occupant {
    std::string element;  ///< "Y", "Na", "F"; never "Y3+"
    int charge = 0;       ///< formal charge [e]

    bool is_vacancy() const { return element.empty(); }
    bool operator==(Occupant const&) const = default;
};

/// Lattice parameters [nm] and angles [rad].
struct Cell {
    double a_nm = 0, b_nm = 0, c_nm = 0;
    double alpha_rad = 0, beta_rad = 0, gamma_rad = 0;

    /// Cartesian position of fractional coordinates; a along x, b in the xy plane.
    Vec3 cartesian_nm(Vec3 fractional) const;
    double volume_nm3() const;
};

/// A host crystal: its cell, the content of its positions, and which of its cations dopants replace.
struct Host {
    struct Share {
        Occupant occupant;
        double fraction;  ///< of the position; the shares of a position sum to at most 1, the rest is vacant by nature
    };
    struct Position {
        std::string label;  ///< crystallographic site, "1a", "1f"
        Vec3 fractional;
        std::vector<Share> shares;
    };

    std::string name;     ///< "beta-NaYF4"
    std::string formula;  ///< "NaYF4"
    std::string topology; ///< "beta-NaREF4", "fluorite": hosts of one topology share one lattice of positions
    Cell cell;
    std::vector<Position> positions;  ///< all positions of one cell
    Occupant dopable;                 ///< the cation that dopants replace (Y3+ of NaYF4)
    Source source;

    /// Dopable cations in one cell, with their occupancies.
    double dopable_per_cell() const;
};

/// @throws InputError with everything that is wrong
Host host_from(Document const& document);

/// Any other host, from the text of a CIF file. `dopable` names the cation that dopants replace.
/// @throws InputError
Host host_from_cif(std::string_view cif_text, std::string_view file_name, std::string_view dopable);

}  // namespace lanthorn
