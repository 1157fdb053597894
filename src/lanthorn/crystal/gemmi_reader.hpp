#pragma once

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What gemmi finds in a CIF, as plain values. Its headers are not C++20 for clang, so the file behind this one,
/// and hence this one, is C++17; nothing else includes gemmi.
namespace lanthorn::gemmi_reader {

struct Site {
    std::string label;
    std::string type_symbol;
    std::string element;  ///< empty where the type symbol is none
    int charge = 0;       ///< 0 = not stated
    double occupancy = 1;
    std::array<double, 3> fractional{};
};

struct Structure {
    std::string block;
    std::string space_group;  ///< as the file names it, may be empty
    bool space_group_known = false;
    bool has_cell = false;
    std::array<double, 6> cell{};  ///< a, b, c [angstrom], alpha, beta, gamma [degree]
    std::vector<Site> sites;       ///< all of one cell; empty without cell or space group
};

/// The text is no CIF; what() is "name:line:column(offset): sentence".
struct SyntaxError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A block that is a CIF but no structure.
struct BlockError : std::runtime_error {
    BlockError(std::string block_name, std::string const& what)
        : std::runtime_error(what), block(std::move(block_name))
    {}

    std::string block;
};

/// The first block that has atoms, or none.
/// @throws SyntaxError, BlockError
std::optional<Structure> first_structure(std::string_view text, std::string const& file_name);

/// "hexagonal", or none where the space group is unknown.
std::optional<std::string> crystal_system(std::string const& space_group);

/// All images of a fractional position, not brought back into the cell, with repetitions.
std::vector<std::array<double, 3>> images(std::string const& space_group, std::array<double, 3> fractional);

}  // namespace lanthorn::gemmi_reader
