#include "lanthorn/base/contract.hpp"
#include "lanthorn/data/key_path.hpp"
#include "lanthorn/data/schema.hpp"

#include <algorithm>
#include <cstdlib>

namespace lanthorn {

namespace {

Key const& key_of(Schema const& schema, std::string_view path)
{
    Key const* key = schema.find(declared_key(key_path_from(path)));
    LANTHORN_EXPECT(key != nullptr);
    return *key;
}

bool is_declared(Schema const& schema, std::string const& declared)
{
    return std::ranges::any_of(schema.keys, [&](Key const& key) {
        std::string_view const path = key.path;
        if (!path.starts_with(declared)) return false;
        std::string_view const rest = path.substr(declared.size());
        return rest.empty() || rest.starts_with('.') || rest.starts_with("[]");
    });
}

double house_value(Node const& node, Dimension dimension)
{
    if (node.is_number()) return node.number();
    auto const conversion = to_house(node.text(), dimension);
    LANTHORN_EXPECT(conversion.house.has_value());
    return conversion.house.value();
}

/// The texts of a default such as ["a", "b"].
std::vector<std::string> quoted_parts(std::string_view text)
{
    std::vector<std::string> parts;
    for (;;) {
        std::size_t const open = text.find('"');
        if (open == std::string_view::npos) return parts;
        std::size_t const close = text.find('"', open + 1);
        LANTHORN_EXPECT(close != std::string_view::npos);
        parts.emplace_back(text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
}

}  // namespace

Node const* Reader::node(std::string_view path) const
{
    return lanthorn::find(document_->root, key_path_from(path));
}

bool Reader::has(std::string_view path) const
{
    LANTHORN_EXPECT(is_declared(*schema_, declared_key(key_path_from(path))));
    return node(path) != nullptr;
}

std::size_t Reader::count(std::string_view path) const
{
    LANTHORN_EXPECT(is_declared(*schema_, declared_key(key_path_from(path)) + "[]"));
    Node const* found = node(path);
    return found != nullptr && found->is_array() ? found->array().size() : 0;
}

std::optional<std::string> Reader::optional_text(std::string_view path) const
{
    Key const& key = key_of(*schema_, path);
    if (Node const* found = node(path)) return found->text();
    if (key.default_text.empty()) return std::nullopt;
    return key.default_text;
}

std::string Reader::text(std::string_view path) const
{
    auto const found = optional_text(path);
    LANTHORN_EXPECT(found.has_value());
    return found.value();
}

std::optional<double> Reader::optional_number(std::string_view path) const
{
    Key const& key = key_of(*schema_, path);
    Dimension const dimension = key.type == KeyType::quantity ? key.dimension : Dimension::none;
    if (Node const* found = node(path)) return house_value(*found, dimension);
    if (key.default_text.empty()) return std::nullopt;
    return house_value(Node(key.default_text), dimension);
}

double Reader::number(std::string_view path) const
{
    auto const found = optional_number(path);
    LANTHORN_EXPECT(found.has_value());
    return found.value();
}

std::int64_t Reader::integer(std::string_view path) const
{
    if (Node const* found = node(path))
        if (auto const* value = std::get_if<std::int64_t>(&found->value)) return *value;
    return std::int64_t(number(path));
}

bool Reader::flag(std::string_view path) const
{
    Key const& key = key_of(*schema_, path);
    if (Node const* found = node(path)) return std::get<bool>(found->value);
    LANTHORN_EXPECT(key.default_text == "true" || key.default_text == "false");
    return key.default_text == "true";
}

std::vector<std::pair<std::string, double>> Reader::fractions(std::string_view path) const
{
    LANTHORN_EXPECT(key_of(*schema_, path).type == KeyType::fractions);
    std::vector<std::pair<std::string, double>> result;
    if (Node const* found = node(path))
        for (auto const& [name, fraction] : found->table()) result.emplace_back(name, fraction.number());
    return result;
}

std::vector<std::pair<double, double>> Reader::schedule(std::string_view path) const
{
    Key const& key = key_of(*schema_, path);
    LANTHORN_EXPECT(key.type == KeyType::schedule);
    std::vector<std::pair<double, double>> result;
    if (Node const* found = node(path))
        for (Node const& pair : found->array())
            result.emplace_back(house_value(pair.array().at(0), key.dimension),
                                house_value(pair.array().at(1), Dimension::time));
    return result;
}

std::vector<std::string> Reader::list(std::string_view path) const
{
    Key const& key = key_of(*schema_, path);
    LANTHORN_EXPECT(key.type == KeyType::list);
    Node const* found = node(path);
    if (found == nullptr) return quoted_parts(key.default_text);
    std::vector<std::string> result;
    for (Node const& item : found->array()) result.push_back(item.text());
    return result;
}

Finding Reader::finding(std::string_view path, std::string problem, Severity severity) const
{
    KeyPath place_of = key_path_from(path);
    Node const* found = lanthorn::find(document_->root, place_of);
    while (found == nullptr && place_of.steps.size() > 1) {  // the table that lacks it
        place_of.steps.pop_back();
        found = lanthorn::find(document_->root, place_of);
    }
    Place const place = found != nullptr ? found->place : Place{document_->name, 0, 0};
    return {.severity = severity,
            .place = place,
            .key = std::string(path),
            .problem = std::move(problem),
            .excerpt = document_->excerpt(place)};
}

}  // namespace lanthorn
