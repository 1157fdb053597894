#pragma once

#include "lanthorn/data/document.hpp"
#include "lanthorn/data/unit.hpp"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

enum class KeyType {
    text,
    choice,    ///< one of `choices`
    integer,   ///< 1000 or 1e3
    number,    ///< pure number
    quantity,  ///< "8 nm": a string of number and unit, of `dimension`
    flag,
    fractions,  ///< table name -> number in [0, 1], together at most 1, e.g. dopants; any name
    schedule,   ///< list of [quantity, time] pairs, times ascending
    list,       ///< list of texts
    series,     ///< list of values of another key, or { from, to, per_decade } or { from, to, steps }
};

/// One input key, declared once by the module that reads it. Parser, check, `lanthorn explain`, the JSON
/// schema and the manual's reference come from this declaration.
struct Key {
    std::string path;  ///< "crystal.diameter"; arrays of tables as "excitation[].irradiance"
    KeyType type = KeyType::number;
    std::string sentence;  ///< what it is, one sentence
    Dimension dimension = Dimension::none;
    double least = -std::numeric_limits<double>::infinity();  ///< in the house unit, inclusive
    double most = std::numeric_limits<double>::infinity();
    std::string default_text;  ///< as one would write it, quotes left out; empty = none
    bool required = false;     ///< wherever its table is present
    std::vector<std::string> choices;
    /// Wrong names that people use for this key, e.g. {"power", ...}; each with what to say.
    struct Mistake {
        std::string name;
        std::string advice;
    };
    std::vector<Mistake> mistaken_for;
};

struct Schema {
    std::vector<Key> keys;
    std::vector<std::string> required_tables;  ///< "crystal", "excitation[]"

    Key const* find(std::string_view declared_path) const;
    void add(std::vector<Key> more);
};

/// Everything wrong with a document by its schema alone: unknown keys (with the nearest known one), wrong
/// types, wrong units, values out of range, missing required keys of tables that are present, missing
/// required tables. Sorted by place. Empty = nothing wrong.
std::vector<Finding> check(Document const& document, Schema const& schema);

/// Reads values of a document that `check` has passed, defaults filled in. Paths are concrete
/// ("excitation[1].wavelength"). Reading a key that the schema does not declare is a bug of ours.
class Reader {
public:
    Reader(Document const& document, Schema const& schema) : document_(&document), schema_(&schema) {}

    bool has(std::string_view path) const;           ///< a key or table, written in the document
    std::size_t count(std::string_view path) const;  ///< entries of an array of tables, 0 where absent
    std::string text(std::string_view path) const;
    std::optional<std::string> optional_text(std::string_view path) const;
    double number(std::string_view path) const;  ///< number, integer or quantity, in the house unit
    std::optional<double> optional_number(std::string_view path) const;
    std::int64_t integer(std::string_view path) const;
    bool flag(std::string_view path) const;
    std::vector<std::pair<std::string, double>> fractions(std::string_view path) const;
    /// (value in the house unit, time [s]) of each step
    std::vector<std::pair<double, double>> schedule(std::string_view path) const;
    std::vector<std::string> list(std::string_view path) const;
    Node const* node(std::string_view path) const;  ///< null where it is not written
    /// A finding about a key, with its place and excerpt.
    Finding finding(std::string_view path, std::string problem, Severity severity = Severity::error) const;

private:
    Document const* document_;
    Schema const* schema_;
};

/// The candidate nearest to a mistyped word (Damerau-Levenshtein, at most a third of its letters wrong).
std::optional<std::string> nearest(std::string_view word, std::vector<std::string> const& candidates);

/// JSON Schema (draft 2020-12) text for editors.
std::string json_schema(Schema const& schema);

}  // namespace lanthorn
