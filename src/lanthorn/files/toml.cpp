#include "lanthorn/files/toml.hpp"

#include "lanthorn/files/text.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

class Reading {
public:
    explicit Reading(Document const& document) : document_(document) {}

    Node node(toml::node const& from)
    {
        Place const here = place(from.source());
        if (auto const* table = from.as_table()) return Node(entries(*table), here);
        if (auto const* array = from.as_array()) {
            Node::Array items;
            for (auto const& item : *array) items.push_back(node(item));
            return Node(std::move(items), here);
        }
        if (auto const* text = from.as_string()) return Node(text->get(), here);
        if (auto const* integer = from.as_integer()) return Node(std::int64_t{integer->get()}, here);
        if (auto const* number = from.as_floating_point()) return Node(number->get(), here);
        if (auto const* flag = from.as_boolean()) return Node(flag->get(), here);
        findings_.push_back(
            {.severity = Severity::error,
             .place = here,
             .key = {},
             .problem = "a date or time has no meaning here; write a text in quotes, for example \"2 min\"",
             .excerpt = document_.excerpt(here)});
        return Node(std::string{}, here);
    }

    void done()
    {
        if (!findings_.empty()) throw InputError(std::move(findings_));
    }

    Place place(toml::source_region const& source) const
    {
        return {document_.name, int(source.begin.line), int(source.begin.column)};
    }

private:
    /// toml++ keeps tables by name; the order of the file comes back from the places of the keys.
    Node::Table entries(toml::table const& from)
    {
        Node::Table table;
        for (auto const& [key, value] : from) {
            Node entry = node(value);
            entry.key_place = place(key.source());
            table.emplace_back(std::string(key.str()), std::move(entry));
        }
        std::ranges::stable_sort(table, {}, [](Node::Table::value_type const& entry) {
            return std::pair(entry.second.key_place.line, entry.second.key_place.column);
        });
        return table;
    }

    Document const& document_;
    std::vector<Finding> findings_;
};

std::string_view trimmed(std::string_view text)
{
    std::size_t const first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view line_of(std::string_view text, int line)
{
    for (; line > 1; --line) {
        std::size_t const end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

/// What people most often get wrong, with what to write instead; empty where the line shows none of it.
std::string advice(std::string_view line)
{
    std::size_t const equals = line.find('=');
    if (equals == std::string_view::npos) return {};
    std::string_view const key = trimmed(line.substr(0, equals));
    std::string_view const value = trimmed(line.substr(equals + 1, line.find('#') - equals - 1));
    if (key.empty()) return "; the name before = is missing";
    if (value.empty()) return fmt::format("; \"{}\" has no value", key);
    char const first = value.front();
    if (first == '"' || first == '\'')
        return std::ranges::count(value, first) % 2 == 1 ? "; a quote is not closed" : "";
    if (first == '{' && value.find('}') == std::string_view::npos)
        return "; a table in braces stands on one line";
    if (first == '[' || first == '{' || value == "true" || value == "false") return {};
    if (first == '.') return fmt::format("; write {} = 0{}", key, value);
    bool const number = std::string_view("+-0123456789").find(first) != std::string_view::npos;
    if (!number) return fmt::format("; a text stands in quotes: {} = \"{}\"", key, value);
    std::size_t const unit = value.find_first_not_of("+-0123456789._ ");
    if (unit == std::string_view::npos) return {};
    if (value[unit] == ',') return "; write the number with a decimal point";
    if (value[unit] == 'e' && value.find_first_not_of("+-0123456789", unit + 1) == std::string_view::npos)
        return {};
    return fmt::format("; a number with a unit stands in quotes: {} = \"{}\"", key, value);
}

std::string sentence(toml::parse_error const& error, std::string_view line)
{
    std::string_view description = error.description();
    if (description.find("redefine") != std::string_view::npos ||
        description.find("already") != std::string_view::npos) {
        std::string_view key = trimmed(line.substr(0, line.find('=')));
        return fmt::format(
            "\"{}\" stands here for the second time; each key and each [table] is written once", key);
    }
    constexpr std::string_view preamble = "Error while parsing ";
    if (description.starts_with(preamble)) description.remove_prefix(preamble.size());
    return fmt::format("this is not TOML ({}){}", description, advice(line));
}

} // namespace

Document parse_toml(std::string_view text, std::string name)
{
    Document document{.root = {}, .name = std::move(name), .text = std::string(text)};
    try {
        toml::table const table = toml::parse(text, std::string_view(document.name));
        Reading reading(document);
        document.root = reading.node(table);
        reading.done();
    }
    catch (toml::parse_error const& error) {
        Place const place{document.name, int(error.source().begin.line), int(error.source().begin.column)};
        throw InputError({Finding{.severity = Severity::error,
                                  .place = place,
                                  .key = {},
                                  .problem = sentence(error, line_of(document.text, place.line)),
                                  .excerpt = document.excerpt(place, 1)}});
    }
    return document;
}

Document read_toml(std::filesystem::path const& path) { return parse_toml(read_text(path), path.string()); }

namespace {

std::string quoted_text(std::string_view text)
{
    std::string result = "\"";
    for (char c : text) {
        switch (c) {
        case '"':
            result += "\\\"";
            break;
        case '\\':
            result += "\\\\";
            break;
        case '\n':
            result += "\\n";
            break;
        case '\t':
            result += "\\t";
            break;
        case '\r':
            result += "\\r";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                result += fmt::format("\\u{:04x}", int(c));
            else
                result += c;
        }
    }
    return result + "\"";
}

std::string key_text(std::string_view key)
{
    bool const bare = !key.empty() && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
    return bare ? std::string(key) : quoted_text(key);
}

std::string inline_text(Node const& node)
{
    if (auto const* flag = std::get_if<bool>(&node.value)) return *flag ? "true" : "false";
    if (auto const* integer = std::get_if<std::int64_t>(&node.value)) return std::to_string(*integer);
    if (auto const* number = std::get_if<double>(&node.value)) {
        std::string text = exact(*number);
        bool const floating = text.find_first_of(".en") != std::string::npos; // "n" of inf and nan
        return floating ? text : text + ".0";
    }
    if (node.is_text()) return quoted_text(node.text());
    std::string list;
    if (node.is_array()) {
        for (Node const& item : node.array()) list += (list.empty() ? "" : ", ") + inline_text(item);
        return "[" + list + "]";
    }
    for (auto const& [key, value] : node.table())
        list += (list.empty() ? "" : ", ") + key_text(key) + " = " + inline_text(value);
    return list.empty() ? "{}" : "{ " + list + " }";
}

bool is_list_of_tables(Node const& node)
{
    return node.is_array() && !node.array().empty() && std::ranges::all_of(node.array(), &Node::is_table);
}

/// Written under a heading of its own: lists of tables, tables of the first level, and tables that hold such
/// lists.
bool has_heading(Node const& node, int depth)
{
    if (is_list_of_tables(node)) return depth < 2;
    if (!node.is_table()) return false;
    return depth == 0 || std::ranges::any_of(node.table(), [&](auto const& entry) {
               return has_heading(entry.second, depth + 1);
           });
}

void append_table(std::string& text, Node const& table, std::string const& path, int depth)
{
    for (auto const& [key, value] : table.table())
        if (!has_heading(value, depth)) text += key_text(key) + " = " + inline_text(value) + "\n";
    for (auto const& [key, value] : table.table()) {
        if (!has_heading(value, depth)) continue;
        std::string const name = path.empty() ? key_text(key) : path + "." + key_text(key);
        auto const heading = [&](std::string_view open, std::string_view close, Node const& content) {
            text += fmt::format("{}{}{}{}\n", text.empty() ? "" : "\n", open, name, close);
            append_table(text, content, name, depth + 1);
        };
        if (value.is_table())
            heading("[", "]", value);
        else
            for (Node const& item : value.array()) heading("[[", "]]", item);
    }
}

} // namespace

std::string to_toml(Node const& root)
{
    std::string text;
    append_table(text, root, {}, 0);
    return text;
}

} // namespace lanthorn
