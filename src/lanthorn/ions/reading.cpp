#include "lanthorn/ions/reading.hpp"

#include "lanthorn/data/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

std::string below(std::string const& path, std::string_view name)
{
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

}  // namespace

void Reading::problem(Place const& place, std::string key, std::string sentence)
{
    findings_.push_back({.severity = Severity::error,
                         .place = place,
                         .key = std::move(key),
                         .problem = std::move(sentence),
                         .excerpt = document_->excerpt(place)});
}

void Reading::known_keys(Node const& table, std::string const& path, std::vector<std::string> const& known)
{
    for (auto const& [name, node] : table.table()) {
        if (std::ranges::find(known, name) != known.end()) continue;
        auto const near = nearest(name, known);
        problem(node.key_place, below(path, name),
                near ? fmt::format("unknown key \"{}\"; did you mean \"{}\"?", name, *near)
                     : fmt::format("unknown key \"{}\"; known are {}", name, fmt::join(known, ", ")));
    }
}

Node const* Reading::field(Node const& table, std::string_view name, std::string const& path, Need need)
{
    Node const* found = table.find(name);
    if (found == nullptr && need == Need::required)
        problem(table.place, below(path, name), fmt::format("\"{}\" is missing here", name));
    return found;
}

Node const* Reading::table(Node const& table, std::string_view name, std::string const& path, Need need)
{
    Node const* found = field(table, name, path, need);
    if (found == nullptr || found->is_table()) return found;
    problem(found->place, below(path, name), fmt::format("\"{}\" is to be a table", name));
    return nullptr;
}

Node const* Reading::array(Node const& table, std::string_view name, std::string const& path, Need need)
{
    Node const* found = field(table, name, path, need);
    if (found == nullptr || found->is_array()) return found;
    problem(found->place, below(path, name), fmt::format("\"{}\" is to be a list", name));
    return nullptr;
}

std::optional<std::string> Reading::text(Node const& table, std::string_view name, std::string const& path,
                                         Need need)
{
    Node const* found = field(table, name, path, need);
    if (found == nullptr) return std::nullopt;
    if (found->is_text() && !found->text().empty()) return found->text();
    problem(found->place, below(path, name), fmt::format("\"{}\" is to be a text", name));
    return std::nullopt;
}

std::optional<double> Reading::number(Node const& table, std::string_view name, std::string const& path,
                                      Need need)
{
    Node const* found = field(table, name, path, need);
    if (found == nullptr) return std::nullopt;
    if (found->is_number() && std::isfinite(found->number())) return found->number();
    problem(found->place, below(path, name), fmt::format("\"{}\" is to be a finite number", name));
    return std::nullopt;
}

std::optional<std::vector<double>> Reading::numbers(Node const& table, std::string_view name,
                                                    std::string const& path)
{
    Node const* list = array(table, name, path, Need::required);
    if (list == nullptr) return std::nullopt;
    std::vector<double> values;
    for (Node const& entry : list->array()) {
        if (!entry.is_number() || !std::isfinite(entry.number())) {
            problem(entry.place, below(path, name),
                    fmt::format("\"{}\" is to hold finite numbers only", name));
            return std::nullopt;
        }
        values.push_back(entry.number());
    }
    return values;
}

std::optional<double> Reading::unit(Node const& table, std::string const& path, Dimension dimension)
{
    auto const name = text(table, "unit", path, Need::required);
    if (!name) return std::nullopt;
    Conversion const one = to_house(1.0, *name, dimension);
    if (!one.house) problem(table.find("unit")->place, below(path, "unit"), one.problem);
    return one.house;
}

std::optional<Sourced<double>> Reading::sourced(Node const& table, std::string_view name,
                                                std::string const& path, Dimension dimension, Need need)
{
    Node const* found = field(table, name, path, need);
    if (found == nullptr) return std::nullopt;
    try {
        return sourced_from(*document_, *found, below(path, name), dimension);
    }
    catch (InputError const& error) {
        findings_.insert(findings_.end(), error.findings().begin(), error.findings().end());
        return std::nullopt;
    }
}

std::optional<Source> Reading::source(Node const& table, std::string const& path)
{
    try {
        return source_from(*document_, table, path);
    }
    catch (InputError const& error) {
        findings_.insert(findings_.end(), error.findings().begin(), error.findings().end());
        return std::nullopt;
    }
}

void Reading::done()
{
    if (findings_.empty()) return;
    std::ranges::stable_sort(findings_, {},
                             [](Finding const& f) { return std::pair(f.place.line, f.place.column); });
    throw InputError(std::move(findings_));
}

}  // namespace lanthorn
