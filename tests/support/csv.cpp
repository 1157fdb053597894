#include "support/csv.hpp"

#include <fstream>
#include <stdexcept>

namespace lanthorn {

namespace {

std::vector<std::string> cells(std::string const& line)
{
    std::vector<std::string> cell(1);
    bool quoted = false;
    for (char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cell.emplace_back();
        else if (c != '\r')
            cell.back() += c;
    }
    return cell;
}

}  // namespace

std::vector<double> Csv::numbers(std::string const& column) const
{
    std::vector<double> x;
    for (std::string const& text : columns.at(column)) x.push_back(std::stod(text));
    return x;
}

Csv read_test_csv(std::string const& path)
{
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) throw std::runtime_error("cannot read " + path);
    std::vector<std::string> const names = cells(line);
    Csv csv;
    while (std::getline(file, line)) {
        std::vector<std::string> const row = cells(line);
        if (row.size() != names.size()) throw std::runtime_error(path + ": odd row: " + line);
        for (std::size_t c = 0; c < row.size(); ++c) csv.columns[names[c]].push_back(row[c]);
    }
    return csv;
}

std::string test_data(std::string const& name)
{
    return std::string(LANTHORN_SOURCE_DIR "/tests/data/") + name;
}

}  // namespace lanthorn
