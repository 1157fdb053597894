#include "json.hpp"

#include "lanthorn/files/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace lanthorn::app {

namespace {

std::string in_quotes(std::string_view text)
{
    std::string result = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            result += fmt::format("\\u{:04x}", int(c));
        else
            result += c;
    }
    return result + "\"";
}

}  // namespace

JsonObject& JsonObject::json(std::string_view key, std::string_view value)
{
    members_.push_back(in_quotes(key) + ": " + std::string(value));
    return *this;
}

std::string JsonObject::line() const { return fmt::format("{{ {} }}", fmt::join(members_, ", ")); }

std::string JsonObject::document() const { return fmt::format("{{ {} }}\n", fmt::join(members_, ",\n  ")); }

JsonObject& JsonObject::number(std::string_view key, std::optional<double> value)
{
    return value && std::isfinite(*value) ? json(key, exact(*value)) : *this;
}

JsonObject& JsonObject::integer(std::string_view key, std::int64_t value)
{
    return json(key, std::to_string(value));
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value)
{
    return value.empty() ? *this : json(key, in_quotes(value));
}

JsonObject& JsonObject::flag(std::string_view key, std::optional<bool> value)
{
    return value ? json(key, *value ? "true" : "false") : *this;
}

JsonObject& JsonObject::texts(std::string_view key, std::span<std::string const> values)
{
    return json(key, json_texts(values));
}

JsonObject& JsonObject::numbers(std::string_view key, std::span<double const> values)
{
    std::string list;
    for (double value : values) list += (list.empty() ? "" : ", ") + exact(value);
    return json(key, "[" + list + "]");
}

JsonObject& JsonObject::source(Source const& source)
{
    text("kind", to_text(source.kind)).text("source", source.key).text("where", source.where);
    return source.recalled ? flag("recalled", true) : *this;
}

std::string json_texts(std::span<std::string const> values)
{
    std::string list;
    for (std::string const& value : values) list += (list.empty() ? "" : ", ") + in_quotes(value);
    return "[" + list + "]";
}

std::string json_lines(std::span<std::string const> values)
{
    std::string text;
    for (std::string const& value : values) text += (text.empty() ? "\n    " : ",\n    ") + value;
    return text.empty() ? "[]" : "[" + text + " ]";
}

}  // namespace lanthorn::app
