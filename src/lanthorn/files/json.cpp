#include "lanthorn/base/contract.hpp"
#include "lanthorn/files/text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <span>

namespace lanthorn {

namespace {

std::string json_of(std::string_view text)
{
    std::string result = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            result += std::string("\\") + c;
        else if (c == '\n')
            result += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20)
            result += fmt::format("\\u{:04x}", int(c));
        else
            result += c;
    }
    return result + "\"";
}
std::string json_of(std::string const& text) { return json_of(std::string_view(text)); }
std::string json_of(std::int64_t number) { return std::to_string(number); }
std::string json_of(double number) { return std::isfinite(number) ? exact(number) : "null"; }

template <class T>
std::string json_of(std::vector<T> const& values)
{
    std::string text = "[";
    for (auto const& value : values) text += (text.size() > 1 ? ", " : "") + json_of(value);
    return text + "]";
}

/// Values of a shape from position `at` on, as nested lists.
template <class T>
std::string list(std::vector<T> const& values, std::span<std::size_t const> shape, std::size_t at)
{
    if (shape.empty()) return json_of(values[at]);
    std::size_t const stride =
        std::accumulate(shape.begin() + 1, shape.end(), std::size_t{1}, std::multiplies<>());
    std::string text = "[";
    for (std::size_t i = 0; i < shape[0]; ++i)
        text += (i > 0 ? ", " : "") + list(values, shape.subspan(1), at + i * stride);
    return text + "]";
}

bool is_absent(Tree::Array const& array)
{
    auto const* numbers = std::get_if<std::vector<double>>(&array.values);
    return array.shape.empty() && numbers != nullptr && !std::isfinite(numbers->front());
}

std::string object(Tree const& tree, int indent, int depth)
{
    std::map<std::string, std::string> members;
    for (auto const& [name, attribute] : tree.attributes) {
        auto const* number = std::get_if<double>(&attribute);
        if (number != nullptr && !std::isfinite(*number)) continue;
        members[name] = std::visit([](auto const& value) { return json_of(value); }, attribute);
    }
    Tree units;
    for (auto const& [name, array] : tree.arrays) {
        if (is_absent(array)) continue;
        std::size_t const elements =
            std::visit([](auto const& values) { return values.size(); }, array.values);
        LANTHORN_EXPECT(elements == std::accumulate(array.shape.begin(), array.shape.end(), std::size_t{1},
                                                    std::multiplies<>()));
        members[name] =
            std::visit([&](auto const& values) { return list(values, array.shape, 0); }, array.values);
        auto const unit = array.attributes.find("units");
        if (unit != array.attributes.end()) units.attributes[name] = unit->second;
    }
    for (auto const& [name, group] : tree.groups) members[name] = object(group, indent, depth + 1);
    if (!units.attributes.empty() && !members.contains("units"))
        members["units"] = object(units, indent, depth + 1);

    if (members.empty()) return "{}";
    std::string const inner(std::size_t(indent * (depth + 1)), ' '), outer(std::size_t(indent * depth), ' ');
    std::string text = "{";
    for (auto const& [name, value] : members)
        text += fmt::format("{}\n{}{}: {}", text.size() > 1 ? "," : "", inner, json_of(name), value);
    return text + "\n" + outer + "}";
}

}  // namespace

std::string to_json(Tree const& tree, int indent) { return object(tree, indent, 0) + "\n"; }

}  // namespace lanthorn
