#include "lanthorn/report/record_view.hpp"

#include <cmath>

namespace lanthorn {

namespace {

Tree::Array const* array_in(Tree const& tree, std::string_view name)
{
    auto const found = tree.arrays.find(name);
    return found == tree.arrays.end() ? nullptr : &found->second;
}

void collect(Tree const& tree, std::string_view marker, std::string const& path, std::vector<Leaf>& found)
{
    if (!path.empty() && tree.arrays.contains(marker)) found.push_back({path, &tree});
    for (auto const& [name, group] : tree.groups)
        collect(group, marker, path.empty() ? name : path + "/" + name, found);
}

}  // namespace

std::optional<double> number_in(Tree const& tree, std::string_view name)
{
    double value = std::nan("");
    if (auto const values = column_in(tree, name); values.size() == 1) {
        value = values.front();
    }
    else if (auto const found = tree.attributes.find(name); found != tree.attributes.end()) {
        if (auto const* real = std::get_if<double>(&found->second)) value = *real;
        if (auto const* whole = std::get_if<std::int64_t>(&found->second))
            value = static_cast<double>(*whole);
    }
    if (!std::isfinite(value)) return std::nullopt;
    return value;
}

std::optional<std::int64_t> count_in(Tree const& tree, std::string_view name)
{
    Tree::Array const* array = array_in(tree, name);
    auto const* whole = array ? std::get_if<std::vector<std::int64_t>>(&array->values) : nullptr;
    if (!whole || whole->size() != 1) return std::nullopt;
    return whole->front();
}

std::string text_in(Tree const& tree, std::string_view name)
{
    if (auto const values = texts_in(tree, name); values.size() == 1) return values.front();
    if (auto const found = tree.attributes.find(name); found != tree.attributes.end()) {
        if (auto const* text = std::get_if<std::string>(&found->second)) return *text;
    }
    return {};
}

std::vector<double> column_in(Tree const& tree, std::string_view name)
{
    Tree::Array const* array = array_in(tree, name);
    if (!array) return {};
    if (auto const* reals = std::get_if<std::vector<double>>(&array->values)) return *reals;
    if (auto const* whole = std::get_if<std::vector<std::int64_t>>(&array->values))
        return {whole->begin(), whole->end()};
    return {};
}

std::vector<std::string> texts_in(Tree const& tree, std::string_view name)
{
    Tree::Array const* array = array_in(tree, name);
    if (!array) return {};
    auto const* texts = std::get_if<std::vector<std::string>>(&array->values);
    return texts ? *texts : std::vector<std::string>{};
}

std::string unit_in(Tree const& tree, std::string_view name)
{
    Tree::Array const* array = array_in(tree, name);
    if (!array) return {};
    auto const found = array->attributes.find("units");
    if (found == array->attributes.end()) return {};
    auto const* unit = std::get_if<std::string>(&found->second);
    return unit ? *unit : std::string{};
}

Tree const& group_in(Tree const& tree, std::string_view name)
{
    static Tree const none;
    auto const found = tree.groups.find(name);
    return found == tree.groups.end() ? none : found->second;
}

std::vector<Leaf> leaves_in(Tree const& tree, std::string_view marker)
{
    std::vector<Leaf> found;
    collect(tree, marker, {}, found);
    return found;
}

std::vector<std::string> scalars_in(Tree const& tree)
{
    std::vector<std::string> names;
    for (auto const& [name, array] : tree.arrays) {
        bool const error_of_other =
            name.ends_with("_error") && tree.arrays.contains(name.substr(0, name.size() - 6));
        if (!error_of_other && number_in(tree, name)) names.push_back(name);
    }
    return names;
}

}  // namespace lanthorn
