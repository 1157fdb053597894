#pragma once

#include <map>
#include <string>
#include <vector>

namespace lanthorn {

/// A small table of reference values: one header line, commas, cells in double quotes where they hold commas.
struct Csv {
    std::map<std::string, std::vector<std::string>> columns;

    std::vector<double> numbers(std::string const& column) const;
    std::vector<std::string> const& texts(std::string const& column) const { return columns.at(column); }
};

/// @throws std::runtime_error where the file cannot be read or a row has another number of cells than the
/// header
Csv read_test_csv(std::string const& path);

/// Path of a file below tests/data.
std::string test_data(std::string const& name);

}  // namespace lanthorn
