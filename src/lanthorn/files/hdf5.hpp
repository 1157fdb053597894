#pragma once

#include "lanthorn/data/tree.hpp"

#include <filesystem>

namespace lanthorn {

/// Writes a tree as HDF5: same tree, same bytes (no object times, no host, the file format of HDF5 1.8).
/// Written beside and renamed. Texts are UTF-8 of fixed length, padded with zero bytes; arrays of more than
/// 1024 elements are compressed. Names hold no "/" and texts no zero byte; an array and a group of one tree
/// do not share a name.
/// A "/" in a name is written as %2F, a "%" as %25.
/// @throws std::system_error
void write_hdf5(std::filesystem::path const& path, Tree const& tree);

/// The tree that write_hdf5 wrote. Files of others may hold smaller integers and floats, and texts of either
/// kind.
/// @throws InputError where the file is no HDF5 or holds a type that a tree cannot; std::system_error
Tree read_hdf5(std::filesystem::path const& path);

}  // namespace lanthorn
