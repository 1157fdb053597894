#include "lanthorn/study/notation.hpp"

#include "lanthorn/crystal/host.hpp"
#include "lanthorn/data/key_path.hpp"
#include "lanthorn/data/unit.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>

namespace lanthorn {

namespace {

/// Reads a line from left to right; says in an error where it stands and what it expected there.
class Scanner {
public:
    Scanner(std::string_view line, std::string_view what) : line_(line), what_(what) {}

    /// @throws InputError about what stands here
    [[noreturn]] void fail(std::string const& expected) const { fail_at(at_, expected); }
    /// @throws InputError about what `until` read last
    [[noreturn]] void fail_token(std::string const& expected) const { fail_at(token_, expected); }

    bool at_end()
    {
        skip_blanks();
        return at_ == line_.size();
    }
    bool take(std::string_view token)
    {
        skip_blanks();
        if (!line_.substr(at_).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }
    void expect(std::string_view token, std::string const& expected)
    {
        if (!take(token)) fail(expected);
    }
    /// Everything up to one of these characters, trimmed.
    std::string until(std::string_view stops)
    {
        skip_blanks();
        token_ = at_;
        std::size_t const end = std::min(line_.find_first_of(stops, at_), line_.size());
        std::string text(line_.substr(at_, end - at_));
        at_ = end;
        while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
        return text;
    }

private:
    [[noreturn]] void fail_at(std::size_t at, std::string const& expected) const
    {
        // Columns count characters, of which Greek letters take two bytes.
        auto const before =
            std::ranges::count_if(line_.substr(0, at), [](char c) { return (c & 0xc0) != 0x80; });
        throw InputError(std::vector{Finding{
            .place = {.file = std::string(what_), .line = 1, .column = int(before) + 1},
            .key = std::string(what_),
            .problem = expected,
            .excerpt = "  " + std::string(line_) + "\n  " + std::string(std::size_t(before), ' ') + "^"}});
    }

    void skip_blanks()
    {
        while (at_ < line_.size() && std::isspace(static_cast<unsigned char>(line_[at_]))) ++at_;
    }

    std::string_view line_, what_;
    std::size_t at_ = 0, token_ = 0;
};

bool in_library(std::string const& host) { return library_has("hosts/" + host + ".toml"); }

struct HostName {
    std::string name;
    std::string filled_with;  ///< "Yb" where NaYbF4 is written as NaYF4 full of Yb
};

HostName host_of(std::string text, Scanner const& scanner)
{
    for (auto [greek, latin] : {std::pair{"β-", "beta-"}, std::pair{"α-", "alpha-"}, std::pair{"b-", "beta-"},
                                std::pair{"a-", "alpha-"}})
        if (text.starts_with(greek)) text = latin + text.substr(std::string_view(greek).size());
    std::string phase;
    for (std::string const known : {"beta-", "alpha-"})
        if (text.starts_with(known)) {
            phase = known;
            text = text.substr(known.size());
        }
    std::string const cation = text.size() > 4 && text.starts_with("Na") && text.ends_with("F4")
                                   ? text.substr(2, text.size() - 4)
                                   : std::string();
    for (auto const& p :
         phase.empty() ? std::vector<std::string>{"beta-", "alpha-", ""} : std::vector{phase}) {
        if (in_library(p + text)) return {p + text, ""};
        if (is_rare_earth(cation) && in_library(p + "NaYF4")) return {p + "NaYF4", cation};
    }
    scanner.fail_token(no_such_host(phase + text));
}

/// So that 4.1 % is 0.041 and not the double beside it.
double to_twelve_decimals(double fraction) { return std::round(fraction * 1e12) / 1e12; }

using Dopants = std::vector<std::pair<std::string, double>>;

/// "Yb20,Er2"
Dopants dopants_of(Scanner& scan, HostName const& host)
{
    Dopants dopants;
    double sum = 0;
    do {
        std::string const text = scan.until(",(@");
        auto const digits = text.find_first_of("0123456789.");
        auto const per_cent = digits == std::string::npos ? std::nullopt : split_number(text.substr(digits));
        std::string element = text.substr(0, digits);
        while (!element.empty() && element.back() == ' ') element.pop_back();
        if (element.empty() || !per_cent || !(per_cent->unit.empty() || per_cent->unit == "%"))
            scan.fail_token(fmt::format(
                "dopant \"{}\": an element and its mol % of the rare-earth site is wanted, as in Yb20",
                text));
        if (!is_rare_earth(element)) scan.fail_token(fmt::format("\"{}\" is no rare-earth element", element));
        if (element == host.filled_with)
            scan.fail_token(
                fmt::format("{0} is the host's own cation: it fills what the dopants leave", element));
        if (std::ranges::find(dopants, element, &Dopants::value_type::first) != dopants.end())
            scan.fail_token(fmt::format("{} stands here for the second time", element));
        dopants.emplace_back(element, to_twelve_decimals(per_cent->number / 100));
        sum += per_cent->number;
        if (sum > 100 * (1 + 1e-12))
            scan.fail_token(
                fmt::format("the dopants sum to {:g} %, more than the whole rare-earth site", sum));
    } while (scan.take(","));
    return dopants;
}

double length_nm(Scanner const& scanner, std::string const& text)
{
    auto const conversion = to_house(text, Dimension::length);
    if (!conversion.house)
        scanner.fail_token(fmt::format("\"{}\" is no length: {}", text, conversion.problem));
    return *conversion.house;
}

void shape_into(Node& root, std::string const& table, Scanner const& scanner, std::string const& text)
{
    auto const put = [&](std::string const& key, Node::Value value) {
        set(root, key_path_from(table + "." + key), Node(std::move(value)));
    };
    std::size_t const space = text.find_last_of(' ');
    bool const numbered = space != std::string::npos && split_number(text.substr(space + 1));
    std::string const name = numbered ? text.substr(0, space) : text;
    if (name == "sphere" && !numbered) return put("shape", std::string("sphere"));
    if (name == "cube" && !numbered) return put("shape", std::string("cube"));
    if (name == "rounded cube")
        put("shape", std::string("rounded-cube"));
    else if (name == "prism")
        put("shape", std::string("hexagonal-prism"));
    else
        scanner.fail_token(
            fmt::format("shape \"{}\": sphere, cube, rounded cube (with a rounding) or prism (with "
                        "an aspect ratio) is wanted",
                        text));
    if (numbered)
        put(name == "prism" ? "aspect_ratio" : "rounding", split_number(text.substr(space + 1))->number);
}

}  // namespace

std::string recipe_from_notation(std::string_view particle)
{
    Scanner scan(particle, "particle");
    Node root;
    for (std::size_t k = 0; k == 0 || scan.take("@"); ++k) {
        auto const table = k == 0 ? std::string("crystal") : fmt::format("crystal.shell[{}]", k - 1);
        auto const put = [&](std::string const& key, Node::Value value) {
            set(root, key_path_from(table + "." + key), Node(std::move(value)));
        };
        std::string const text = scan.until(":(@,");
        if (text.empty()) scan.fail("a host is expected here, as in \"NaYF4:Yb20,Er2 (8 nm)\"");
        HostName const host = host_of(text, scan);
        put("host", host.name);

        auto dopants = scan.take(":") ? dopants_of(scan, host) : Dopants{};
        if (!host.filled_with.empty()) {
            double rest = 1;
            for (auto const& [element, fraction] : dopants) rest -= fraction;
            rest = to_twelve_decimals(rest);
            if (rest > 0 && host.filled_with != "Y") dopants.emplace_back(host.filled_with, rest);
        }
        for (auto const& [element, fraction] : dopants) put("dopants." + element, fraction);

        scan.expect("(", k == 0 ? "the core's diameter is expected here, as in (8 nm)"
                                : "the shell's thickness is expected here, as in (2 nm)");
        put(k == 0 ? "diameter" : "thickness", exact(length_nm(scan, scan.until(",)"))) + " nm");
        if (scan.take(",")) shape_into(root, table, scan, scan.until(")"));
        scan.expect(")", "a closing parenthesis is expected here");
        if (scan.at_end()) return to_toml(root);
    }
    scan.fail("\"@\" and a shell, or the end, is expected here");
}

std::string excitation_from_notation(std::string_view excitation)
{
    Scanner scan(excitation, "light");
    Node root;
    std::size_t l = 0;
    do {
        auto const quantity = [&](std::string const& key, Dimension dimension, std::string_view stops,
                                  char const* expected) {
            std::string const text = scan.until(stops);
            auto const conversion = to_house(text, dimension);
            if (!conversion.house)
                scan.fail_token(fmt::format("{} is wanted; \"{}\": {}", expected, text, conversion.problem));
            set(root, key_path_from(fmt::format("excitation[{}].{}", l, key)),
                Node(Node::Value(exact(*conversion.house) + " " + std::string(house_unit(dimension)))));
        };
        quantity("wavelength", Dimension::length, ",;", "a wavelength, as in 980 nm,");
        scan.expect(",", "a comma and the irradiance are expected here, as in \"980 nm, 10 W/cm^2\"");
        quantity("irradiance", Dimension::irradiance, ",;", "an irradiance, as in 10 W/cm^2,");
        if (scan.take(",")) {
            quantity("pulse.width", Dimension::time, "/;", "a pulse width, as in 1 ms / 20 ms,");
            scan.expect("/", "a slash and the period are expected here, as in \"1 ms / 20 ms\"");
            quantity("pulse.period", Dimension::time, ";", "a pulse period");
        }
        ++l;
    } while (scan.take(";"));
    return to_toml(root);
}

namespace {

/// Behind the size; a spherical core says nothing.
std::string shape_text(std::optional<Shape> const& shape, bool is_core)
{
    if (!shape) return "";
    switch (shape->kind) {
    case ShapeKind::sphere:
        return is_core ? "" : ", sphere";
    case ShapeKind::cube:
        return ", cube";
    case ShapeKind::rounded_cube:
        return ", rounded cube " + exact(shape->rounding);
    case ShapeKind::hexagonal_prism:
        return ", prism " + exact(shape->aspect_ratio);
    }
    return "";
}

}  // namespace

std::string notation_of(Recipe const& recipe)
{
    std::string text;
    for (std::size_t k = 0; k < recipe.regions.size(); ++k) {
        auto const& region = recipe.regions[k];
        if (k > 0) text += " @ ";
        text += is_cif(region.host) ? std::filesystem::path(region.host).filename().string() : region.host;
        auto dopants = region.dopants;
        std::ranges::stable_sort(dopants, std::ranges::greater{}, &std::pair<std::string, double>::second);
        for (std::size_t d = 0; d < dopants.size(); ++d)
            text += fmt::format("{}{}{}", d == 0 ? ":" : ",", dopants[d].first,
                                exact(std::round(dopants[d].second * 1e12) / 1e10));
        text += fmt::format(" ({} nm", exact(region.size_nm));
        text += shape_text(region.shape, k == 0);
        text += ")";
    }
    return text;
}

std::string excitation_notation_of(Recipe const& recipe)
{
    std::string text;
    for (auto const& e : recipe.excitations) {
        if (!text.empty()) text += "; ";
        text += fmt::format("{} nm, {} W/cm^2", exact(e.wavelength_nm), exact(e.irradiance_W_per_cm2));
        if (e.pulse) text += fmt::format(", {} s / {} s", exact(e.pulse->width_s), exact(e.pulse->period_s));
    }
    return text;
}

}  // namespace lanthorn
