#include "lanthorn/report/json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace lanthorn {

namespace {

void append_number(std::string& out, double value)
{
    if (std::isfinite(value))
        fmt::format_to(std::back_inserter(out), "{:.7g}", value);
    else
        out += "null";
}

}  // namespace

void ScriptJson::next(std::string_view name)
{
    if (!first_) out_ += ',';
    first_ = false;
    if (name.empty()) return;
    quoted(name);
    out_ += ':';
}

void ScriptJson::begin_object(std::string_view name)
{
    next(name);
    out_ += '{';
    closers_ += '}';
    first_ = true;
}

void ScriptJson::begin_list(std::string_view name)
{
    next(name);
    out_ += '[';
    closers_ += ']';
    first_ = true;
}

void ScriptJson::end()
{
    out_ += closers_.back();
    closers_.pop_back();
    first_ = false;
}

void ScriptJson::number(std::string_view name, double value)
{
    next(name);
    append_number(out_, value);
}

void ScriptJson::text(std::string_view name, std::string_view value)
{
    next(name);
    quoted(value);
}

void ScriptJson::numbers(std::string_view name, std::span<double const> values)
{
    begin_list(name);
    for (double const value : values) number({}, value);
    end();
}

void ScriptJson::texts(std::string_view name, std::span<std::string const> values)
{
    begin_list(name);
    for (std::string const& value : values) text({}, value);
    end();
}

void ScriptJson::quoted(std::string_view value)
{
    out_ += '"';
    for (char const c : value) {
        if (c == '"' || c == '\\') {
            out_ += '\\';
            out_ += c;
        }
        else if (c == '<' || static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
        }
        else {
            out_ += c;
        }
    }
    out_ += '"';
}

std::string base64(std::span<unsigned char const> bytes)
{
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::size_t const present = std::min<std::size_t>(3, bytes.size() - i);
        unsigned long word = 0;
        for (std::size_t k = 0; k < 3; ++k) word = word << 8 | (k < present ? bytes[i + k] : 0U);
        for (std::size_t k = 0; k < 4; ++k) out += k <= present ? digits[word >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

}  // namespace lanthorn
