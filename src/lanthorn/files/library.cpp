#include "lanthorn/files/library.hpp"

#include "lanthorn/data/schema.hpp"
#include "lanthorn/files/embedded.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>

namespace lanthorn {

namespace {

std::optional<std::filesystem::path> own_folder()
{
    char const* folder = std::getenv("LANTHORN_DATA");
    if (folder == nullptr || *folder == '\0') return std::nullopt;
    return folder;
}

bool is_data(std::filesystem::path const& path)
{
    constexpr std::array<std::string_view, 3> endings{".toml", ".bib", ".csv"};
    return std::ranges::find(endings, path.extension().string()) != endings.end();
}

std::optional<std::filesystem::path> own_file(std::string_view name)
{
    auto const folder = own_folder();
    if (!folder || !std::filesystem::is_regular_file(*folder / name)) return std::nullopt;
    return *folder / name;
}

}  // namespace

std::vector<std::string> library_files(std::string_view folder)
{
    std::set<std::string> names;
    for (auto const& file : embedded_files()) names.emplace(file.name);
    if (auto const own = own_folder(); own && std::filesystem::is_directory(*own))
        for (auto const& entry : std::filesystem::recursive_directory_iterator(*own))
            if (entry.is_regular_file() && is_data(entry.path()))
                names.insert(entry.path().lexically_relative(*own).generic_string());
    std::vector<std::string> result;
    for (auto const& name : names)
        if (folder.empty() || (name.starts_with(folder) && name.substr(folder.size()).starts_with('/')))
            result.push_back(name);
    return result;
}

bool library_has(std::string_view name)
{
    return own_file(name) ||
           std::ranges::find(embedded_files(), name, &EmbeddedFile::name) != embedded_files().end();
}

std::string library_text(std::string_view name)
{
    if (auto const own = own_file(name)) return read_text(*own);
    auto const files = embedded_files();
    auto const found = std::ranges::find(files, name, &EmbeddedFile::name);
    if (found != files.end()) return std::string(found->bytes);
    auto const known = library_files();
    auto const near = nearest(name, known);
    throw InputError({}, std::string(name),
                     fmt::format("the data library has no \"{}\"{}", name,
                                 near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
}

Document library_document(std::string_view name)
{
    auto const own = own_file(name);
    return parse_toml(library_text(name), own ? own->string() : std::string(name));
}

std::string library_hash()
{
    // FNV-1a, 64 bits, over each name and text with a zero byte after it.
    std::uint64_t hash = 0xcbf29ce484222325u;
    auto const add = [&](std::string_view bytes) {
        for (unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001b3u;
        hash *= 0x100000001b3u;
    };
    for (auto const& name : library_files()) {
        add(name);
        add(library_text(name));
    }
    return fmt::format("{:016x}", hash);
}

}  // namespace lanthorn
