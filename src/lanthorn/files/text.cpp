#include "lanthorn/files/text.hpp"

#include "lanthorn/files/replace_file.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <system_error>

namespace lanthorn {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

[[noreturn]] void fail(std::filesystem::path const& path)
{
    throw std::system_error(errno, std::generic_category(), path.string());
}

} // namespace

std::string read_text(std::filesystem::path const& path)
{
    File const file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) fail(path);
    std::string text;
    std::array<char, 65536> block;
    for (std::size_t n; (n = std::fread(block.data(), 1, block.size(), file.get())) > 0;)
        text.append(block.data(), n);
    if (std::ferror(file.get())) fail(path);
    return text;
}

void write_text(std::filesystem::path const& path, std::string_view text)
{
    replace_file(path, [&](std::filesystem::path const& beside) {
        File file(std::fopen(beside.c_str(), "wb"), &std::fclose);
        if (!file) fail(path);
        bool const written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
        if (std::fclose(file.release()) != 0 || !written) fail(path);
    });
}

std::string exact(double value)
{
    std::array<char, 32> text;
    auto const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

} // namespace lanthorn
