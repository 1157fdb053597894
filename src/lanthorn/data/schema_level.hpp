#pragma once

#include "lanthorn/data/schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// The keys of a schema as the tree of tables that they stand in, in the order of declaration.
struct SchemaLevel {
    std::string name;          ///< of the key that leads here; empty for the root
    Key const* key = nullptr;  ///< where this is (also) a value
    bool list = false;         ///< "excitation[]": a list of tables
    bool required = false;     ///< a table that has to be there
    std::string heading;       ///< as it is written, "[[excitation]]"; empty for the root
    std::vector<SchemaLevel> children;

    SchemaLevel const* find(std::string_view child_name) const;
    std::vector<std::string> names() const;
};

/// The result points into `schema`.
SchemaLevel levels_of(Schema const& schema);

}  // namespace lanthorn
