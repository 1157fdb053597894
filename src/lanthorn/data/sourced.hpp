#pragma once

#include "lanthorn/data/document.hpp"
#include "lanthorn/data/unit.hpp"

#include <string>
#include <string_view>

namespace lanthorn {

/// How a number came to be known.
enum class Kind { measured, calculated, fitted, estimated, assumed };
std::string_view to_text(Kind kind);

/// Where a number comes from. `key` is an entry of references.bib.
struct Source {
    std::string key;
    std::string where;  ///< "Table 3", "Eq. 7"
    Kind kind = Kind::assumed;
    bool recalled = false;  ///< quoted from memory of the field, not yet compared with the source itself
    std::string note;

    bool operator==(Source const&) const = default;
};

/// A value in its house unit, with uncertainty and source.
template <class T>
struct Sourced {
    T value{};
    double sigma = 0;  ///< one standard deviation, same unit; 0 = not stated
    Source source;
};

/// Reads { value = 6500, unit = "cm^-1", sigma = 20, source = "...", where = "...", kind = "measured" }
/// (and optionally recalled = true, note = "..."). Every field is checked; a number without a source does not
/// load.
/// @param value_of  key path of the node, for messages
/// @throws InputError with all that is wrong
Sourced<double> sourced_from(Document const& document, Node const& node, std::string_view value_of,
                             Dimension dimension);

/// Source and kind alone, from a table that carries source, where, kind beside its own fields.
Source source_from(Document const& document, Node const& node, std::string_view value_of);

}  // namespace lanthorn
