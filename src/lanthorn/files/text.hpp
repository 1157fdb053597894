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

/// CSV with "# key: value" lines of metadata, a header with units ("wavelength [nm]"), one column per axis of
/// a one-dimensional set, then value and, where known, its standard error. Bins are written as from, to.
std::string to_csv(Dataset const& dataset);

/// JSON of a tree: groups and arrays as objects and lists, numbers as numbers, names in order; an array with
/// a "units" attribute contributes it to the "units" object of its group. Not-a-number is left out.
std::string to_json(Tree const& tree, int indent = 2);

} // namespace lanthorn
