#pragma once

#include <filesystem>
#include <functional>

namespace lanthorn {

/// Lets `write` make a file beside `path` and renames it over `path`; nothing is left behind where it throws. What is
/// no regular file (/dev/stdout) is written to as it is; a link stays one.
/// @throws std::system_error, and what `write` throws
void replace_file(std::filesystem::path const& path,
                  std::function<void(std::filesystem::path const&)> const& write);

}  // namespace lanthorn
