#include "lanthorn/files/sqlite.hpp"

#include "lanthorn/luminescence/peer.hpp"

#include "fuzz/targets.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace lanthorn::fuzz {

void sqlite(std::string_view bytes)
{
    auto const path = std::filesystem::temp_directory_path() / ("lanthorn-fuzz-" + std::to_string(getpid()));
    std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
    // One database in both roles: tables that the other role has are not looked at.
    accepted([&] {
        Tree const tables = read_sqlite(path);
        validate(peer_job_from(tables, tables, "np", "state").network);
    });
    promise(std::filesystem::file_size(path) == bytes.size(), "reading writes nothing");
    std::filesystem::remove(path);
}

}  // namespace lanthorn::fuzz
