#pragma once

#include "lanthorn/crystal/host.hpp"
#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lanthorn {

/// Cell of a solid solution by Vegard's rule: each lattice parameter is the mean of those of the end members,
/// weighted with their fractions, which are to sum to 1. Ordering and bowing are not modelled.
Cell mixed_cell(std::span<std::pair<Cell, double> const> end_members);

/// The value at x of the line through two points: Vegard's rule over an ionic radius, for an end member whose
/// cell nobody measured.
double on_line(double x, std::pair<double, double> first, std::pair<double, double> second);

/// Which lattice a misfit is divided by; a misfit means little without it.
enum class MisfitOf { core, shell };

/// (a_shell - a_core) / a_core, or over a_shell; > 0 where the shell's lattice is the wider
/// (theory: crystals.9).
double misfit(double core_nm, double shell_nm, MisfitOf of = MisfitOf::core);

/// A table of misfits of shells on one core, with the convention in its heading.
struct LatticeLength {
    std::string name;
    double length_nm;
};
std::string misfit_table(LatticeLength const& core, std::span<LatticeLength const> shells,
                         MisfitOf of = MisfitOf::core);

/// Named sets of ionic radii.
class IonicRadii {
public:
    /// From a file of [[radius]] tables with set, ion, neighbours, radius.
    /// @throws InputError with everything that is wrong
    static IonicRadii from(Document const& document);

    /// @param neighbours  coordination number that the radius is for
    /// @throws InputError where the set has no such radius; the message tells for which numbers it has one
    Sourced<double> const& radius_nm(std::string_view set, std::string_view ion, int neighbours) const;

private:
    struct Entry {
        std::string set, ion;
        int neighbours;
        Sourced<double> radius_nm;
    };
    std::vector<Entry> entries_;
};

/// Goldschmidt's tolerance factor of a perovskite ABX3, t = (r_A + r_X) / (sqrt 2 (r_B + r_X)). It depends on
/// the coordination that r_A is taken for, which is to be told with it (theory: crystals.10).
double tolerance_factor(double a_nm, double b_nm, double x_nm);

/// Octahedral factor r_B / r_X.
double octahedral_factor(double b_nm, double x_nm);

} // namespace lanthorn
