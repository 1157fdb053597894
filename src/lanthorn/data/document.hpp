#pragma once

#include "lanthorn/base/errors.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lanthorn {

/// One value of a parsed input, with the place where it stands.
class Node {
public:
    using Array = std::vector<Node>;
    using Table = std::vector<std::pair<std::string, Node>>;  ///< in the order of the file
    using Value = std::variant<bool, std::int64_t, double, std::string, Array, Table>;

    Node() : value(Table{}) {}
    Node(Value v, Place p = {}) : value(std::move(v)), place(std::move(p)), key_place(place) {}

    bool is_table() const { return std::holds_alternative<Table>(value); }
    bool is_array() const { return std::holds_alternative<Array>(value); }
    bool is_text() const { return std::holds_alternative<std::string>(value); }
    bool is_number() const
    {
        return std::holds_alternative<double>(value) || std::holds_alternative<std::int64_t>(value);
    }

    Table const& table() const { return std::get<Table>(value); }
    Table& table() { return std::get<Table>(value); }
    Array const& array() const { return std::get<Array>(value); }
    Array& array() { return std::get<Array>(value); }
    std::string const& text() const { return std::get<std::string>(value); }
    double number() const;  ///< of an integer or floating value

    /// The entry of a table, or null (also where this is no table).
    Node const* find(std::string_view key) const;
    Node* find(std::string_view key);
    /// The entry of a table, made where it is missing; this must be a table.
    Node& operator[](std::string_view key);

    Value value;
    Place place;      ///< of the value
    Place key_place;  ///< of the key before it
};

/// A parsed input: its tree and its text, from which excerpts are taken. No file system here:
/// `files` makes documents from TOML text.
struct Document {
    Node root;
    std::string name;  ///< file name for messages
    std::string text;

    /// The line of a place with carets below its column, as errors show it; empty where the place is unknown.
    /// @param caret_width  0 = as wide as the value that begins there
    std::string excerpt(Place const& place, int caret_width = 0) const;
};

}  // namespace lanthorn
