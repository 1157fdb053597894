#pragma once

#include "lanthorn/data/dataset.hpp"
#include "lanthorn/data/tree.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace lanthorn {

/// @throws std::system_error
std::string read_text(std::filesystem::path const& path);
/// Written beside and renamed, so that a reader never sees half a file.
void write_text(std::filesystem::path const& path, std::string_view text);

/// Shortest text that reads back as the same double.
std::string exact(double value);

/// CSV of a one-dimensional set: "# key: value" lines of metadata, a header with units ("wavelength [nm]"),
/// then per value the axis, the value and, where known, its standard error. Bins are written as from, to.
/// Masked values are left out; what is not a number is written "nan".
std::string to_csv(Dataset const& dataset);

/// JSON of a tree: groups and arrays as objects and lists (nested by shape), scalars as values, attributes
/// beside them, names in order. An array with an attribute "units" contributes it to the object "units" of
/// its group. Numbers are numbers in their shortest exact form; a scalar or attribute that is not finite is
/// left out, within a list it is null.
std::string to_json(Tree const& tree, int indent = 2);

}  // namespace lanthorn
