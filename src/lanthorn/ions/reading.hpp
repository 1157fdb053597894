#pragma once

#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"
#include "lanthorn/data/unit.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// Reads the data files of ions and hosts, and gathers all that is wrong with them. Paths are for messages.
/// A reader of a missing or wrong field returns nothing, having said so.
class Reading {
public:
    enum class Need { required, optional };

    explicit Reading(Document const& document) : document_(&document) {}

    void problem(Place const& place, std::string key, std::string sentence);
    /// Complains about keys that are none of `known`, with the nearest.
    void known_keys(Node const& table, std::string const& path, std::vector<std::string> const& known);

    Node const* field(Node const& table, std::string_view name, std::string const& path, Need need);
    Node const* table(Node const& table, std::string_view name, std::string const& path, Need need);
    Node const* array(Node const& table, std::string_view name, std::string const& path, Need need);
    std::optional<std::string> text(Node const& table, std::string_view name, std::string const& path,
                                    Need need);
    std::optional<double> number(Node const& table, std::string_view name, std::string const& path,
                                 Need need);
    /// The numbers of an array.
    std::optional<std::vector<double>> numbers(Node const& table, std::string_view name,
                                               std::string const& path);
    /// House units per unit of the field `unit` of a table, which must be of this dimension.
    std::optional<double> unit(Node const& table, std::string const& path, Dimension dimension);
    std::optional<Sourced<double>> sourced(Node const& table, std::string_view name, std::string const& path,
                                           Dimension dimension, Need need);
    std::optional<Source> source(Node const& table, std::string const& path);

    bool clean() const { return findings_.empty(); }
    /// @throws InputError if there was any problem
    void done();

private:
    Document const* document_;
    std::vector<Finding> findings_;
};

}  // namespace lanthorn
