#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lanthorn {

/// What any result file holds: groups, arrays and attributes. Ordered by name, so that the
/// same content is the same bytes. `files` turns it into HDF5 or JSON.
struct Tree {
    using Attribute =
        std::variant<std::string, double, std::int64_t, std::vector<double>, std::vector<std::string>>;
    using Attributes = std::map<std::string, Attribute, std::less<>>;

    struct Array {
        std::vector<std::size_t> shape;  ///< empty = scalar
        std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>> values;
        Attributes attributes;  ///< "units" first of all

        bool operator==(Array const&) const = default;
    };

    Attributes attributes;
    std::map<std::string, Array, std::less<>> arrays;
    std::map<std::string, Tree, std::less<>> groups;

    /// The group of a path "a/b/c", made where missing.
    Tree& group(std::string_view path);
    Tree const* find_group(std::string_view path) const;
    Array const* find_array(std::string_view path) const;

    void put(std::string name, std::vector<double> values, std::string unit);
    void put(std::string name, std::vector<std::int64_t> values, std::string unit = "1");
    void put(std::string name, std::vector<std::string> values);
    void put(std::string name, double value, std::string unit);
    void put(std::string name, std::int64_t value, std::string unit = "1");
    void put(std::string name, std::string value);
    /// Values over a shape; product(shape) == values.size().
    void put(std::string name, std::vector<double> values, std::vector<std::size_t> shape, std::string unit);

    // Reading back; a missing name or wrong type is an InputError that names it.
    std::vector<double> const& doubles(std::string_view path) const;
    std::vector<std::int64_t> const& integers(std::string_view path) const;
    std::vector<std::string> const& texts(std::string_view path) const;
    double number(std::string_view path) const;
    std::int64_t integer(std::string_view path) const;
    std::string const& text(std::string_view path) const;

    bool operator==(Tree const&) const = default;
};

}  // namespace lanthorn
