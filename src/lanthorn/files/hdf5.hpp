#pragma once

#include "lanthorn/data/tree.hpp"

#include <filesystem>

namespace lanthorn {

/// Writes a tree as HDF5: same tree, same bytes (no object times, no host). Written beside and renamed.
/// @throws std::system_error
void write_hdf5(std::filesystem::path const& path, Tree const& tree);

/// @throws InputError where the file is no HDF5 or holds a type that a tree cannot; std::system_error
Tree read_hdf5(std::filesystem::path const& path);

} // namespace lanthorn
