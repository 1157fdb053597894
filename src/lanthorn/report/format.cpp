#include "lanthorn/report/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lanthorn {

namespace {

int exponent10(double x) { return static_cast<int>(std::floor(std::log10(x))); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

struct Term {
    std::size_t length = 0;  ///< 0 = none here
    std::string_view multiplicity, letter, index, J;
};

Term term_at(std::string_view text, std::size_t at)
{
    auto const peek = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
    if (!is_digit(peek(at)) || (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.'))) return {};
    char const letter = peek(at + 1);
    if (std::string_view("SPDFGHIKLMNOQ").find(letter) == std::string_view::npos) return {};
    std::size_t i = at + 2;
    if (peek(i) == '(' && is_digit(peek(i + 1)) && peek(i + 2) == ')') i += 3;
    std::size_t const J = i;
    while (is_digit(peek(i))) ++i;
    if (i == J) return {};
    if (peek(i) == '/' && peek(i + 1) == '2') i += 2;
    if (is_word(peek(i))) return {};
    return {i - at, text.substr(at, 1), text.substr(at + 1, 1), text.substr(at + 2, J - at - 2),
            text.substr(J, i - J)};
}

/// Length of "^-1" or "^2" at a place; 0 = none there.
std::size_t power_at(std::string_view text, std::size_t at)
{
    if (at >= text.size() || text[at] != '^') return 0;
    std::size_t end = at + 1;
    if (end < text.size() && text[end] == '-') ++end;
    std::size_t const digits = end;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end > digits ? end - at : 0;
}

}  // namespace

std::string with_error(double value, double error)
{
    if (!std::isfinite(value)) return "–";
    if (!std::isfinite(error) || error <= 0) return number_text(value);

    int last = exponent10(error);
    if (std::round(error / std::pow(10.0, last) * 10) < 20) --last;
    int top = exponent10(std::max(std::abs(value), error));
    if (std::abs(value) >= std::pow(10.0, top + 1) - 0.5 * std::pow(10.0, last)) ++top;
    last = std::max(last, top - 14);
    double const quantum = std::max(1.0, std::round(error / std::pow(10.0, last)));

    if (std::abs(value) < 0.5 * std::pow(10.0, last)) value = 0;  // not "-0"
    if (top >= -4 && top <= 2 && last <= 0) return fmt::format("{:.{}f}({:.0f})", value, -last, quantum);
    int const decimals = std::max(0, top - last);
    return fmt::format("{:.{}f}({:.0f})e{}", value / std::pow(10.0, top), decimals, quantum, top);
}

std::string number_text(double value)
{
    if (!std::isfinite(value)) return "–";
    if (value == std::round(value) && std::abs(value) < 1e6) return fmt::format("{:.0f}", value + 0.0);
    std::string text = fmt::format("{:.4g}", value);
    std::size_t const e = text.find('e');
    if (e == std::string::npos) return text;
    return text.substr(0, e) + fmt::format("e{}", std::stoi(text.substr(e + 1)));
}

std::string count_text(std::int64_t count)
{
    std::string const digits = std::to_string(count);
    std::size_t const sign = count < 0 ? 1 : 0;
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        bool const apart = i > sign && (digits.size() - i) % 3 == 0 && digits.size() - sign > 4;
        if (apart) out += "\u202f";
        out += digits[i];
    }
    return out;
}

std::string time_text(double value_s, double error_s)
{
    struct Scale {
        double seconds;
        char const* name;
    };
    static constexpr std::array<Scale, 4> scales{{{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}}};
    if (!std::isfinite(value_s)) return "–";
    auto const fits = [&](Scale const& s) { return std::abs(value_s) >= 0.1 * s.seconds; };
    auto const found = std::find_if(scales.begin(), scales.end(), fits);
    Scale const scale = value_s == 0 ? scales.front() : found == scales.end() ? scales.back() : *found;
    return fmt::format("{} {}", with_error(value_s / scale.seconds, error_s / scale.seconds), scale.name);
}

std::string html(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string term_html(std::string_view text)
{
    std::string out;
    std::size_t i = 0;
    while (i < text.size()) {
        if (Term const term = term_at(text, i); term.length > 0) {
            out += fmt::format("<sup>{}</sup>{}{}<sub>{}</sub>", term.multiplicity, term.letter, term.index,
                               term.J);
            i += term.length;
        }
        else if (text.substr(i, 2) == "->") {
            bool const spaced = i > 0 && text[i - 1] == ' ';
            out += spaced ? "→" : "&thinsp;→&thinsp;";
            i += 2;
        }
        else if (std::size_t const length = power_at(text, i); length > 0) {
            out += unit_html(text.substr(i, length));
            i += length;
        }
        else if (text[i] == ':' && term_at(text, i + 1).length > 0) {
            out += "&nbsp;";
            ++i;
        }
        else {
            out += html(text.substr(i, 1));
            ++i;
        }
    }
    return out;
}

std::string unit_html(std::string_view unit)
{
    if (unit == "1") return {};
    if (unit.starts_with("1/")) {
        std::string powers;
        for (std::size_t at = 1; at < unit.size();) {
            std::size_t const end = std::min(unit.find('/', at + 1), unit.size());
            powers += (powers.empty() ? "" : " ") + std::string(unit.substr(at + 1, end - at - 1)) + "^-1";
            at = end;
        }
        return unit_html(powers);
    }
    std::string out;
    for (std::size_t i = 0; i < unit.size();) {
        std::size_t const length = power_at(unit, i);
        if (length == 0) {
            out += html(unit.substr(i++, 1));
            continue;
        }
        std::string power(unit.substr(i + 1, length - 1));
        if (power.starts_with('-')) power.replace(0, 1, "−");
        out += "<sup>" + power + "</sup>";
        i += length;
    }
    return out;
}

}  // namespace lanthorn
