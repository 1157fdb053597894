#pragma once

#include "lanthorn/data/document.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace lanthorn {

/// Parses TOML text; every node knows its place.
/// @throws InputError with line, column and excerpt where the text is not TOML
Document parse_toml(std::string_view text, std::string name);

/// @throws InputError as parse_toml, std::system_error where the file cannot be read
Document read_toml(std::filesystem::path const& path);

/// TOML text of a tree; parse_toml(to_toml(n)) has the same values.
std::string to_toml(Node const& root);

}  // namespace lanthorn
