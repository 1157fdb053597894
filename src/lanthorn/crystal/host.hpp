#pragma once

#include "lanthorn/base/vec3.hpp"
#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lanthorn {

/// What stands on a lattice position: an ion, or nothing. A vacancy has an empty element and charge 0.
struct Occupant {
    std::string element;  ///< "Y", "Na", "F"; never "Y3+"
    int charge = 0;       ///< formal charge [e]

    bool is_vacancy() const { return element.empty(); }
    bool operator==(Occupant const&) const = default;
};

/// Formal charge [e] that an element has in these crystals: rare earths +3, alkaline earths, Mn and Pb +2,
/// alkali metals +1, halides -1, O -2; empty for other elements.
std::optional<int> formal_charge(std::string_view element);
/// Sc, Y and La to Lu.
bool is_rare_earth(std::string_view element);

/// Lattice parameters [nm] and angles [rad].
struct Cell {
    double a_nm = 0, b_nm = 0, c_nm = 0;
    double alpha_rad = 0, beta_rad = 0, gamma_rad = 0;

    static Cell cubic(double a_nm);
    static Cell hexagonal(double a_nm, double c_nm);

    /// The three lattice vectors [nm]; a along x, b in the xy plane.
    std::array<Vec3, 3> vectors_nm() const;
    /// Cartesian position of fractional coordinates.
    Vec3 cartesian_nm(Vec3 fractional) const;
    double volume_nm3() const;

    bool operator==(Cell const&) const = default;
};

/// A host crystal: its cell, the content of its positions, and which of its cations dopants replace.
struct Host {
    struct Share {
        Occupant occupant;
        double fraction;  ///< of the position; the shares of a position sum to at most 1, the rest is vacant
    };
    struct Position {
        std::string label;  ///< crystallographic site, "1a", "1f"
        Vec3 fractional;
        std::vector<Share> shares;
        bool column = false;  ///< one per cell in a row along c, so that its shares can alternate
        bool split = false;   ///< an alternative to the other position of its label: exactly one is filled
    };
    struct NamedCell {
        std::string name;
        Cell cell;
        Source source;  ///< of a
    };

    std::string name;     ///< "beta-NaYF4"
    std::string formula;  ///< "NaYF4"
    std::string
        topology;  ///< "beta-NaREF4", "fluorite": hosts of one topology share one lattice of positions
    Cell cell;
    std::vector<Position> positions;  ///< all positions of one cell
    Occupant dopable;                 ///< the cation that dopants replace (Y3+ of NaYF4)
    Source source;                    ///< of the structure
    std::vector<std::pair<std::string, Source>>
        sources;                          ///< of every number, by its key ("cell.a", "site 2h z")
    std::vector<NamedCell> alternatives;  ///< other published cells, not used by default

    /// Dopable cations in one cell, with their occupancies.
    double dopable_per_cell() const;
    /// Whether the dopable cation, or one that replaces it, can stand on this position.
    bool holds_dopable(std::size_t position) const;
};

/// Reads a host file: name, formula, topology, dopable, [structure] with space group, [cell],
/// [[alternative]],
/// [[site]]. Coordinates are either fixed by symmetry and written as text ("2/3") or numbers with a source.
/// Tables whose name begins with "optics" belong to others and are left alone.
/// @throws InputError with everything that is wrong
Host host_from(Document const& document);

/// Any other host, from the text of a CIF file (its first block that has atoms). `dopable` names the cation
/// that dopants replace. Partly occupied sites are mixed at random; charges are those written in the file or
/// else formal ones. Each CIF is a topology of its own.
/// @throws InputError
Host host_from_cif(std::string_view cif_text, std::string_view file_name, std::string_view dopable);

}  // namespace lanthorn
