#include "lanthorn/files/replace_file.hpp"

#include <atomic>
#include <string>
#include <unistd.h>

namespace lanthorn {

void replace_file(std::filesystem::path const& path,
                  std::function<void(std::filesystem::path const&)> const& write)
{
    static std::atomic<unsigned> made{0};
    auto const status = std::filesystem::status(path);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        write(path);  // a pipe or a device is written to; to rename over it would destroy it
        return;
    }
    std::filesystem::path const target =
        std::filesystem::exists(status) ? std::filesystem::canonical(path) : path;
    std::filesystem::path beside = target;
    beside += "." + std::to_string(getpid()) + "." + std::to_string(made++) + ".part";
    try {
        write(beside);
        std::filesystem::rename(beside, target);
    }
    catch (...) {
        std::error_code ignored;
        std::filesystem::remove(beside, ignored);
        throw;
    }
}

}  // namespace lanthorn
