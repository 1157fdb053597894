#include "lanthorn/files/text.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/files/replace_file.hpp"

#include <algorithm>
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

std::string one_line(std::string text)
{
    std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return text;
}

/// A name as one cell of CSV, in quotes where it needs them.
std::string cell(std::string const& name)
{
    if (name.find_first_of(",\"\n\r") == std::string::npos) return name;
    std::string quoted = "\"";
    for (char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

}  // namespace

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

std::string to_csv(Dataset const& dataset)
{
    std::size_t const n = dataset.values.size();
    bool const binned = !dataset.axes.empty() && !dataset.axes.front().edges.empty();
    LANTHORN_EXPECT(dataset.axes.size() == 1);
    Axis const& axis = dataset.axes.front();
    LANTHORN_EXPECT(binned ? axis.edges.size() == n + 1 : axis.values.size() == n);
    LANTHORN_EXPECT(dataset.sigma.empty() || dataset.sigma.size() == n);
    LANTHORN_EXPECT(dataset.mask.empty() || dataset.mask.size() == n);

    std::string text;
    for (auto const& [key, value] : dataset.metadata)
        text += "# " + one_line(key) + ": " + one_line(value) + "\n";
    auto const column = [](std::string const& name, std::string const& unit) {
        return cell(unit.empty() ? name : name + " [" + unit + "]");
    };
    text += binned ? column(axis.name + " from", axis.unit) + "," + column(axis.name + " to", axis.unit)
                   : column(axis.name, axis.unit);
    text += "," + column(dataset.name, dataset.unit);
    if (!dataset.sigma.empty()) text += "," + column(dataset.name + " error", dataset.unit);
    text += "\n";
    for (std::size_t i = 0; i < n; ++i) {
        if (!dataset.mask.empty() && dataset.mask[i] != 0) continue;
        text += binned ? exact(axis.edges[i]) + "," + exact(axis.edges[i + 1]) : exact(axis.values[i]);
        text += "," + exact(dataset.values[i]);
        if (!dataset.sigma.empty()) text += "," + exact(dataset.sigma[i]);
        text += "\n";
    }
    return text;
}

}  // namespace lanthorn
