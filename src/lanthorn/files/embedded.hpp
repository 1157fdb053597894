#pragma once

#include <span>
#include <string_view>

namespace lanthorn {

/// A file of data/ as it was when the program was built.
struct EmbeddedFile {
    std::string_view name;  ///< relative to data/, "ions/Er.toml"
    std::string_view bytes;
};

/// Sorted by name. Written by cmake/EmbedData.cmake.
std::span<EmbeddedFile const> embedded_files();

}  // namespace lanthorn
