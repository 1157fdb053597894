#pragma once

#include "lanthorn/data/document.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// A path to one key of a recipe, "excitation[0].irradiance". Sweeps, fits and design vary these.
struct KeyPath {
    struct Step {
        std::string key;
        std::optional<std::size_t> index;
        bool operator==(Step const&) const = default;
    };
    std::vector<Step> steps;

    bool operator==(KeyPath const&) const = default;
};

/// @throws InputError where the text is no path
KeyPath key_path_from(std::string_view text);
std::string to_text(KeyPath const& path);
/// The declared key a path belongs to: "excitation[0].irradiance" -> "excitation[].irradiance".
std::string declared_key(KeyPath const& path);

Node const* find(Node const& root, KeyPath const& path);
/// Sets a value, making tables on the way. An index may be at most one past the end of its array.
/// @throws InputError where the path runs through something that is neither table nor array
void set(Node& root, KeyPath const& path, Node value);

}  // namespace lanthorn
