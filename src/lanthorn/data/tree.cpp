#include "lanthorn/data/tree.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"

#include <functional>
#include <numeric>

namespace lanthorn {

namespace {

/// The first name of a path and what follows it.
std::pair<std::string_view, std::string_view> first_step(std::string_view path)
{
    std::size_t const slash = path.find('/');
    if (slash == std::string_view::npos) return {path, {}};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

template <class T>
Tree::Array make_array(std::vector<T> values, std::vector<std::size_t> shape, std::string unit)
{
    Tree::Array array{.shape = std::move(shape), .values = std::move(values), .attributes = {}};
    if (!unit.empty()) array.attributes["units"] = std::move(unit);
    return array;
}

[[noreturn]] void fail(std::string_view path, std::string_view problem)
{
    throw InputError({}, std::string(path), "\"" + std::string(path) + "\" " + std::string(problem));
}

template <class T>
std::vector<T> const& values_of(Tree const& tree, std::string_view path, std::string_view wanted)
{
    Tree::Array const* array = tree.find_array(path);
    if (array == nullptr) fail(path, "is missing from the tree");
    auto const* values = std::get_if<std::vector<T>>(&array->values);
    if (values == nullptr) fail(path, "does not hold " + std::string(wanted));
    return *values;
}

template <class T>
T const& scalar_of(Tree const& tree, std::string_view path, std::string_view wanted)
{
    auto const& values = values_of<T>(tree, path, wanted);
    if (values.size() != 1)
        fail(path, "holds " + std::to_string(values.size()) + " values where one is wanted");
    return values.front();
}

}  // namespace

Tree& Tree::group(std::string_view path)
{
    if (path.empty()) return *this;
    auto const [name, rest] = first_step(path);
    return groups[std::string(name)].group(rest);
}

Tree const* Tree::find_group(std::string_view path) const
{
    if (path.empty()) return this;
    auto const [name, rest] = first_step(path);
    auto const found = groups.find(name);
    return found == groups.end() ? nullptr : found->second.find_group(rest);
}

Tree::Array const* Tree::find_array(std::string_view path) const
{
    std::size_t const slash = path.rfind('/');
    Tree const* tree = slash == std::string_view::npos ? this : find_group(path.substr(0, slash));
    if (tree == nullptr) return nullptr;
    auto const found = tree->arrays.find(slash == std::string_view::npos ? path : path.substr(slash + 1));
    return found == tree->arrays.end() ? nullptr : &found->second;
}

void Tree::put(std::string name, std::vector<double> values, std::string unit)
{
    std::size_t const n = values.size();
    arrays[std::move(name)] = make_array(std::move(values), {n}, std::move(unit));
}

void Tree::put(std::string name, std::vector<std::int64_t> values, std::string unit)
{
    std::size_t const n = values.size();
    arrays[std::move(name)] = make_array(std::move(values), {n}, std::move(unit));
}

void Tree::put(std::string name, std::vector<std::string> values)
{
    std::size_t const n = values.size();
    arrays[std::move(name)] = make_array(std::move(values), {n}, {});
}

void Tree::put(std::string name, double value, std::string unit)
{
    arrays[std::move(name)] = make_array(std::vector{value}, {}, std::move(unit));
}

void Tree::put(std::string name, std::int64_t value, std::string unit)
{
    arrays[std::move(name)] = make_array(std::vector{value}, {}, std::move(unit));
}

void Tree::put(std::string name, std::string value)
{
    arrays[std::move(name)] = make_array(std::vector{std::move(value)}, {}, {});
}

void Tree::put(std::string name, std::vector<double> values, std::vector<std::size_t> shape, std::string unit)
{
    LANTHORN_EXPECT(std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>()) ==
                    values.size());
    arrays[std::move(name)] = make_array(std::move(values), std::move(shape), std::move(unit));
}

std::vector<double> const& Tree::doubles(std::string_view path) const
{
    return values_of<double>(*this, path, "floating-point numbers");
}
std::vector<std::int64_t> const& Tree::integers(std::string_view path) const
{
    return values_of<std::int64_t>(*this, path, "integers");
}
std::vector<std::string> const& Tree::texts(std::string_view path) const
{
    return values_of<std::string>(*this, path, "text");
}
double Tree::number(std::string_view path) const
{
    return scalar_of<double>(*this, path, "a floating-point number");
}
std::int64_t Tree::integer(std::string_view path) const
{
    return scalar_of<std::int64_t>(*this, path, "an integer");
}
std::string const& Tree::text(std::string_view path) const
{
    return scalar_of<std::string>(*this, path, "a text");
}

}  // namespace lanthorn
