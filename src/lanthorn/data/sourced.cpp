#include "lanthorn/data/sourced.hpp"

#include "lanthorn/data/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace lanthorn {

namespace {

constexpr Kind kinds[] = {Kind::measured, Kind::calculated, Kind::fitted, Kind::estimated, Kind::assumed};

/// Reads the fields of one table and gathers what is wrong with them.
class Fields {
public:
    Fields(Document const& document, Node const& node, std::string_view value_of)
        : document_(document), node_(node), value_of_(value_of)
    {}

    void problem(Place const& place, std::string_view sentence)
    {
        findings_.push_back({.severity = Severity::error,
                             .place = place,
                             .key = std::string(value_of_),
                             .problem = fmt::format("{}: {}", value_of_, sentence),
                             .excerpt = document_.excerpt(place)});
    }

    /// A text, or nothing; complains where it is no text, is empty, or is missing though required.
    std::optional<std::string> text(std::string_view name, std::string_view why_required = {})
    {
        Node const* field = node_.find(name);
        if (field == nullptr) {
            if (!why_required.empty()) problem(node_.place, fmt::format("no {}; {}", name, why_required));
            return std::nullopt;
        }
        if (!field->is_text() || field->text().empty()) {
            problem(field->place, fmt::format("{} is to be a text", name));
            return std::nullopt;
        }
        return field->text();
    }

    std::optional<double> number(std::string_view name)
    {
        Node const* field = node_.find(name);
        if (field == nullptr) return std::nullopt;
        if (!field->is_number() || !std::isfinite(field->number())) {
            problem(field->place, fmt::format("{} is to be a finite number", name));
            return std::nullopt;
        }
        return field->number();
    }

    Source source()
    {
        Source source;
        source.key = text("source", "a number without a source does not load").value_or("");
        source.where = text("where").value_or("");
        source.note = text("note").value_or("");
        auto const kind = text("kind", "say measured, calculated, fitted, estimated or assumed");
        if (kind) {
            std::vector<std::string> names;
            for (Kind k : kinds) names.emplace_back(to_text(k));
            auto const found = std::ranges::find(names, *kind);
            if (found != names.end())
                source.kind = kinds[found - names.begin()];
            else {
                auto const near = nearest(*kind, names);
                problem(
                    node_.find("kind")->place,
                    fmt::format("kind \"{}\" is none of measured, calculated, fitted, estimated, assumed{}",
                                *kind, near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
            }
        }
        if (Node const* recalled = node_.find("recalled")) {
            if (auto const* flag = std::get_if<bool>(&recalled->value))
                source.recalled = *flag;
            else
                problem(recalled->place, "recalled is to be true or false");
        }
        return source;
    }

    void done()
    {
        if (!findings_.empty()) throw InputError(std::move(findings_));
    }

private:
    Document const& document_;
    Node const& node_;
    std::string_view value_of_;
    std::vector<Finding> findings_;
};

}  // namespace

std::string_view to_text(Kind kind)
{
    switch (kind) {
    case Kind::measured:
        return "measured";
    case Kind::calculated:
        return "calculated";
    case Kind::fitted:
        return "fitted";
    case Kind::estimated:
        return "estimated";
    default:
        return "assumed";
    }
}

Sourced<double> sourced_from(Document const& document, Node const& node, std::string_view value_of,
                             Dimension dimension)
{
    Fields fields(document, node, value_of);
    std::string const example =
        fmt::format("{{ value = …, unit = \"{}\", source = …, where = …, kind = … }}", house_unit(dimension));
    if (!node.is_table()) {
        fields.problem(node.place, "a number without a source does not load; write " + example);
        fields.done();
    }
    std::vector<std::string> const known{"value", "unit", "sigma",    "source",
                                         "where", "kind", "recalled", "note"};
    for (auto const& [name, field] : node.table()) {
        if (std::ranges::find(known, name) != known.end()) continue;
        auto const near = nearest(name, known);
        fields.problem(field.key_place,
                       fmt::format("unknown field \"{}\"{}", name,
                                   near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
    }

    Sourced<double> result;
    auto const value = fields.number("value");
    if (node.find("value") == nullptr) fields.problem(node.place, "no value; write " + example);
    auto const sigma = fields.number("sigma");
    if (sigma && *sigma < 0) fields.problem(node.find("sigma")->place, "sigma is negative");
    std::optional<std::string> unit;
    if (dimension == Dimension::none && node.find("unit") == nullptr)
        unit = "1";
    else
        unit = fields.text("unit", "write " + example);
    if (unit) {
        auto const conversion = to_house(value.value_or(1), *unit, dimension);
        if (!conversion.house)
            fields.problem(node.find("unit") ? node.find("unit")->place : node.place, conversion.problem);
        else {
            result.value = *conversion.house;
            result.sigma = sigma.value_or(0) * unit_from(*unit, dimension)->factor;
        }
    }
    result.source = fields.source();
    fields.done();
    return result;
}

Source source_from(Document const& document, Node const& node, std::string_view value_of)
{
    Fields fields(document, node, value_of);
    if (!node.is_table()) fields.problem(node.place, "a table with source and kind is wanted");
    Source const source = fields.source();
    fields.done();
    return source;
}

}  // namespace lanthorn
