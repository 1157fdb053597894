#include "lanthorn/data/unit.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/data/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace lanthorn {

namespace {

// Exponents of length, time, energy, temperature, mass, amount, angle.
using Powers = std::array<int, 7>;

// A unit is mantissa * 10^exponent in nm, s, J, K, g, mol, rad: decimal exponents add exactly, so W/cm^2 is
// exactly 1.
struct Symbol {
    std::string_view text;
    Powers powers;
    double mantissa;
    int exponent;
};

constexpr Powers length{1}, duration{0, 1}, frequency{0, -1}, energy{0, 0, 1}, power{0, -1, 1},
    temperature{0, 0, 0, 1}, mass{0, 0, 0, 0, 1}, amount{0, 0, 0, 0, 0, 1}, angle{0, 0, 0, 0, 0, 0, 1},
    number{};

constexpr Symbol symbols[] = {
    {"nm", length, 1, 0},
    {"A", length, 1, -1},
    {"angstrom", length, 1, -1},
    {"pm", length, 1, -3},
    {"um", length, 1, 3},
    {"mm", length, 1, 6},
    {"cm", length, 1, 7},
    {"m", length, 1, 9},
    {"bohr", length, constants::bohr_radius_m * 1e11, -2},
    {"s", duration, 1, 0},
    {"ms", duration, 1, -3},
    {"us", duration, 1, -6},
    {"ns", duration, 1, -9},
    {"ps", duration, 1, -12},
    {"fs", duration, 1, -15},
    {"min", duration, 6, 1},
    {"h", duration, 36, 2},
    {"Hz", frequency, 1, 0},
    {"kHz", frequency, 1, 3},
    {"MHz", frequency, 1, 6},
    {"J", energy, 1, 0},
    {"mJ", energy, 1, -3},
    {"uJ", energy, 1, -6},
    {"W", power, 1, 0},
    {"uW", power, 1, -6},
    {"mW", power, 1, -3},
    {"kW", power, 1, 3},
    {"MW", power, 1, 6},
    {"GW", power, 1, 9},
    {"K", temperature, 1, 0},
    {"g", mass, 1, 0},
    {"mg", mass, 1, -3},
    {"kg", mass, 1, 3},
    {"mol", amount, 1, 0},
    {"rad", angle, 1, 0},
    {"mrad", angle, 1, -3},
    {"%", number, 1, -2},
    {"mol%", number, 1, -2},
    {"1", number, 1, 0},
    {"eV", energy, constants::elementary_charge_C * 1e19, -19},
    {"meV", energy, constants::elementary_charge_C * 1e19, -22},
    {"keV", energy, constants::elementary_charge_C * 1e19, -16},
    {"deg", angle, constants::pi / 1.8, -2},
};

struct Described {
    Dimension dimension;
    std::string_view name;
    std::string_view house;
    std::string_view examples;  // as a message lists them
    Powers powers;
    int exponent;  // the house unit in nm, s, J, K, g, mol, rad
};

constexpr Described described[] = {
    {Dimension::none, "pure number", "1", "no unit, or %", number, 0},
    {Dimension::length, "length", "nm", "nm, um or angstrom", length, 0},
    {Dimension::time, "time", "s", "s, ms, us or ns", duration, 0},
    {Dimension::rate, "rate", "1/s", "s^-1 or ms^-1", frequency, 0},
    {Dimension::irradiance, "irradiance", "W/cm^2", "W/cm^2", {-2, -1, 1}, -14},
    {Dimension::power, "power", "W", "W or mW", power, 0},
    {Dimension::temperature, "temperature", "K", "K or degC", temperature, 0},
    {Dimension::energy, "energy", "cm^-1", "cm^-1 or eV", {-1}, -7},
    {Dimension::area, "area", "cm^2", "cm^2 or pm^2", {2}, 14},
    {Dimension::inverse_energy, "inverse energy", "cm", "cm or eV^-1", {1}, 7},
    {Dimension::number_density, "number density", "nm^-3", "nm^-3 or cm^-3", {-3}, 0},
    {Dimension::mass_density, "mass density", "g/cm^3", "g/cm^3", {-3, 0, 0, 0, 1}, -21},
    {Dimension::molar_mass, "molar mass", "g/mol", "g/mol", {0, 0, 0, 0, 1, -1}, 0},
    {Dimension::transfer_sixth, "transfer coefficient", "nm^6/s", "nm^6/s or cm^6/s", {6, -1}, 0},
    {Dimension::transfer_eighth,
     "dipole-quadrupole transfer coefficient",
     "nm^8/s",
     "nm^8/s or cm^8/s",
     {8, -1},
     0},
    {Dimension::transfer_tenth,
     "quadrupole-quadrupole transfer coefficient",
     "nm^10/s",
     "nm^10/s or cm^10/s",
     {10, -1},
     0},
    {Dimension::transfer_volume, "macroscopic coefficient", "cm^3/s", "cm^3/s or nm^3/s", {3, -1}, 21},
    {Dimension::angle, "angle", "rad", "deg or rad", angle, 0},
    {Dimension::areal_density, "areal density", "nm^-2", "nm^-2 or cm^-2", {-2}, 0},
};

Described const& description(Dimension dimension) { return described[std::size_t(dimension)]; }

double power_of_ten(int exponent) { return std::strtod(fmt::format("1e{}", exponent).c_str(), nullptr); }

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%'; }
bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// One spelling of each sign: ASCII, exponents as ^n.
std::string plain(std::string_view text)
{
    std::string result(trimmed(text));
    constexpr std::pair<std::string_view, std::string_view> spellings[] = {
        {"\u00b5", "u"},         {"\u03bc", "u"},                            // micro sign, Greek mu
        {"\u00c5", "A"},         {"\u212b", "A"},         {"A\u030a", "A"},  // Angstrom
        {"\u00b0 C", "degC"},    {"\u00b0C", "degC"},     {"\u2103", "degC"},      {"\u00b0", "deg"},
        {"\u207b\u00b9", "^-1"}, {"\u207b\u00b2", "^-2"}, {"\u207b\u00b3", "^-3"}, {"\u00b2", "^2"},
        {"\u00b9\u2070", "^10"}, {"\u00b3", "^3"},        {"\u2076", "^6"},        {"\u2078", "^8"},
        {"\u2212", "-"},         {"\u00b7", " "},         {"\u22c5", " "},         {"*", " "},
        {"\u00a0", " "},         {"\u202f", " "},         {"mol %", "mol%"},       {"deg C", "degC"},
    };
    for (auto const& [from, to] : spellings) replace_all(result, from, to);
    return result;
}

/// Product of symbols with exponents: "nm^6/s", "W cm-2", "1/cm".
struct Product {
    Powers powers{};
    double mantissa = 1;
    int exponent = 0;
};

std::optional<Product> product_from(std::string_view text)
{
    Product product;
    int sign = 1;
    for (bool first = true; !text.empty(); first = false) {
        text = trimmed(text);
        if (!first && text.starts_with('/')) {
            if (sign < 0) return std::nullopt;  // a/b/c says two things
            sign = -1;
            text = trimmed(text.substr(1));
        }
        std::size_t end = 0;
        while (end < text.size() && is_letter(text[end])) ++end;
        if (end == 0 && text.starts_with('1')) end = 1;
        auto const* symbol = std::ranges::find(symbols, text.substr(0, end), &Symbol::text);
        if (symbol == std::end(symbols)) return std::nullopt;
        text.remove_prefix(end);
        int exponent = 1;
        bool const caret = text.starts_with('^');
        if (caret) text.remove_prefix(1);
        if (caret || (!text.empty() && (is_digit(text[0]) || text[0] == '-'))) {
            auto const [rest, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
            if (error != std::errc() || exponent == 0 || std::abs(exponent) > 10) return std::nullopt;
            text.remove_prefix(std::size_t(rest - text.data()));
        }
        exponent *= sign;
        for (std::size_t i = 0; i < product.powers.size(); ++i)
            product.powers[i] += exponent * symbol->powers[i];
        for (int i = 0; i < std::abs(exponent); ++i)
            product.mantissa =
                exponent > 0 ? product.mantissa * symbol->mantissa : product.mantissa / symbol->mantissa;
        product.exponent += exponent * symbol->exponent;
    }
    return product;
}

std::string_view article(std::string_view noun)
{
    return std::string_view("aeiou").find(noun.front()) != std::string_view::npos ? "an" : "a";
}

std::string wanted_words(Dimension wanted)
{
    auto const& d = description(wanted);
    return fmt::format("{} {} is wanted ({})", article(d.name), d.name, d.examples);
}

std::string_view advice(Dimension have, Dimension wanted)
{
    using enum Dimension;
    if (have == power && wanted == irradiance) return " Divide by the beam area.";
    if (have == irradiance && wanted == power) return " Multiply by the beam area.";
    if (have == length && wanted == energy) return " Did you give the wavelength?";
    if (have == energy && wanted == length)
        return " Did you give the energy of the photon instead of its wavelength?";
    if (have == time && wanted == rate) return " Did you give the lifetime? The rate is its inverse.";
    if (have == rate && wanted == time) return " Did you give the rate? The lifetime is its inverse.";
    if (have == length && wanted == area) return " Areas are cm^2, nm^2 or pm^2.";
    return "";
}

std::string unknown_unit(std::string_view unit, Dimension wanted)
{
    std::vector<std::string> known;
    for (auto const& d : described) known.emplace_back(d.house);
    for (auto const& s : symbols) known.emplace_back(s.text);
    known.insert(known.end(), {"degC", "mW/cm^2", "kW/cm^2", "s^-1", "ms^-1", "pm^2", "cm^-3", "cm^6/s"});
    std::string problem = fmt::format("unit \"{}\" is not known; {}.", unit, wanted_words(wanted));
    if (unit.starts_with(',')) return problem + " Write the number with a decimal point.";
    std::vector<std::string> fitting;
    for (auto const& text : known)
        if (unit_from(text, wanted)->dimension == wanted) fitting.push_back(text);
    auto near = nearest(unit, fitting);
    if (!near) near = nearest(unit, known);
    if (near) problem += fmt::format(" Did you mean \"{}\"?", *near);
    return problem;
}

}  // namespace

std::string_view to_text(Dimension dimension) { return description(dimension).name; }
std::string_view house_unit(Dimension dimension) { return description(dimension).house; }

std::optional<Unit> unit_from(std::string_view text, Dimension wanted)
{
    std::string const unit = plain(text);
    if (unit == "degC") return Unit{Dimension::temperature, 1, 273.15};
    auto const product = product_from(unit);
    if (!product) return std::nullopt;
    auto const in = [&](Described const& d) {
        return Unit{d.dimension, product->mantissa * power_of_ten(product->exponent - d.exponent), 0};
    };
    if (wanted == Dimension::inverse_energy && unit == "cm") return in(description(wanted));
    if (product->powers == energy)
        return Unit{Dimension::energy,
                    product->mantissa * power_of_ten(product->exponent) / constants::photon_J_cm, 0};
    if (product->powers == Powers{0, 0, -1})
        return Unit{Dimension::inverse_energy,
                    product->mantissa * power_of_ten(product->exponent) * constants::photon_J_cm, 0};
    for (auto const& d : described)
        if (d.powers == product->powers) return in(d);
    return std::nullopt;
}

std::optional<NumberWithUnit> split_number(std::string_view text)
{
    text = trimmed(text);
    std::size_t const first = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
    if (first >= text.size() || !(is_digit(text[first]) || text[first] == '.')) return std::nullopt;
    double number = 0;
    auto const [rest, error] =
        std::from_chars(text.data() + (text.front() == '+' ? 1 : 0), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    return NumberWithUnit{number, std::string(trimmed(text.substr(std::size_t(rest - text.data()))))};
}

Conversion to_house(double number, std::string_view unit, Dimension wanted)
{
    auto const known = unit_from(unit, wanted);
    if (!known) return {std::nullopt, unknown_unit(unit, wanted)};
    if (known->dimension != wanted)
        return {std::nullopt, fmt::format("unit \"{}\" where {}.{}", unit, wanted_words(wanted),
                                          advice(known->dimension, wanted))};
    // "50 us" is to be the double nearest to 5e-5: divided by a million, which is exact, and 1e-6 is not.
    double const parts = std::round(1 / known->factor);
    double const scaled = parts > 1 && 1 / parts == known->factor ? number / parts : number * known->factor;
    double const house = scaled + known->offset;
    if (!std::isfinite(house)) return {std::nullopt, "the number is not finite"};
    return {house, {}};
}

Conversion to_house(std::string_view text, Dimension wanted)
{
    auto const parts = split_number(text);
    std::string_view const house = house_unit(wanted);
    if (!parts)
        return {std::nullopt, fmt::format("\"{}\" is not a number with a unit; {}, for example \"10 {}\"",
                                          text, wanted_words(wanted), house)};
    if (parts->unit.empty() && wanted != Dimension::none)
        return {std::nullopt, fmt::format("\"{0}\" has no unit; {1}, for example \"{0} {2}\"", trimmed(text),
                                          wanted_words(wanted), house)};
    auto const known = unit_from(parts->unit, wanted);
    if (known && known->dimension != wanted) {
        auto const& have = description(known->dimension);
        return {std::nullopt, fmt::format("{} is {} {}; {}.{}", parts->unit, article(have.name), have.name,
                                          wanted_words(wanted), advice(have.dimension, wanted))};
    }
    return to_house(parts->number, parts->unit, wanted);
}

}  // namespace lanthorn
