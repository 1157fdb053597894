#include "lanthorn/files/replace_file.hpp"

#include <atomic>
#include <string>
#include <unistd.h>

namespace lanthorn {

void replace_file(std::filesystem::path const& path,
                  std::function<void(std::filesystem::path const&)> const& write)
{
    static std::atomic<unsigned> made{0};
    std::filesystem::path beside = path;
    beside += "." + std::to_string(getpid()) + "." + std::to_string(made++) + ".part";
    try {
        write(beside);
        std::filesystem::rename(beside, path);
    }
    catch (...) {
        std::error_code ignored;
        std::filesystem::remove(beside, ignored);
        throw;
    }
}

} // namespace lanthorn
