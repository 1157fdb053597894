#include "lanthorn/files/text.hpp"
#include "lanthorn/study/notation.hpp"
#include "lanthorn/study/recipe_files.hpp"
#include "lanthorn/study/sweep.hpp"
#include "lanthorn/study/sweep_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace lanthorn {

std::vector<LocalSlope> local_slopes(std::span<double const> x, std::span<double const> y,
                                     std::span<double const> y_error)
{
    std::size_t const n = x.size();
    std::vector<LocalSlope> slopes(n, {std::nan(""), std::nan("")});
    for (std::size_t i = 0; i < n && n > 1; ++i) {
        // Derivative of the parabola through three points, of the line through two at the ends.
        std::size_t const first = i == 0 ? 0 : i - 1, last = std::min(i + 1, n - 1);
        std::vector<double> weight(last - first + 1);
        if (weight.size() == 2) {
            double const h = std::log(x[last] / x[first]);
            weight = {-1 / h, 1 / h};
        }
        else {
            double const h1 = std::log(x[i] / x[first]), h2 = std::log(x[last] / x[i]);
            weight = {-h2 / (h1 * (h1 + h2)), (h2 - h1) / (h1 * h2), h1 / (h2 * (h1 + h2))};
        }
        double value = 0, variance = 0;
        for (std::size_t k = first; k <= last; ++k) {
            value += weight[k - first] * std::log(y[k] > 0 ? y[k] : std::nan(""));
            variance += std::pow(weight[k - first] * y_error[k] / y[k], 2);
        }
        slopes[i] = {value, std::sqrt(variance)};
    }
    return slopes;
}

namespace {

double const absent = std::nan("");

double number_or(Tree const* tree, std::string const& name, double otherwise)
{
    return tree != nullptr && tree->find_array(name) ? tree->number(name) : otherwise;
}

Tree const* band_in(Tree const& record, std::string const& name)
{
    Tree const* bands = record.find_group("bands");
    if (bands == nullptr) return nullptr;
    auto const found = bands->groups.find(name);
    return found == bands->groups.end() ? nullptr : &found->second;
}

/// Main bands of any point, the bluest first, those of levels without energies last.
std::vector<std::string> bands_of_points(std::vector<Tree> const& records)
{
    std::vector<std::pair<double, std::string>> found;
    for (auto const& record : records)
        if (Tree const* bands = record.find_group("bands"))
            for (auto const& [name, band] : bands->groups)
                if (band.integer("main") == 1) found.emplace_back(number_or(&band, "wavelength", 1e9), name);
    std::ranges::sort(found);
    std::vector<std::string> names;
    for (auto const& [nm, name] : found)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    return names;
}

class SweepTable {
public:
    SweepTable(Recipe const& recipe, std::vector<SweepPoint> const& points, std::vector<Tree> const& records)
        : recipe_(recipe), points_(points), records_(records)
    {}

    Tree table()
    {
        Tree sweep;
        std::vector<std::string> keys, engines;
        for (auto const& s : recipe_.sweeps) keys.push_back(s.key);
        for (auto const& record : records_) engines.push_back(record.text("engine/name"));
        sweep.put("key", std::move(keys));
        sweep.put("engine", std::move(engines));
        for (std::size_t k = 0; k < recipe_.sweeps.size(); ++k) values(sweep.group("value"), k);
        for (auto const& name : bands_of_points(records_)) band(sweep.groups["bands"].groups[name], name);
        return sweep;
    }

private:
    void values(Tree& into, std::size_t k) const
    {
        Key const& key = *swept_key(key_path_from(recipe_.sweeps[k].key));
        std::vector<double> numbers;
        std::vector<std::string> texts;
        for (auto const& point : points_) {
            Node const& value = point.values[k];
            if (auto const number = house_number(key, value))
                numbers.push_back(*number);
            else if (value.is_text())
                texts.push_back(value.text());
            else
                texts.emplace_back(std::get<bool>(value.value) ? "true" : "false");
        }
        std::string const unit(key.type == KeyType::quantity ? house_unit(key.dimension) : "1");
        if (texts.empty())
            into.put(std::to_string(k), std::move(numbers), unit.empty() ? "1" : unit);
        else
            into.put(std::to_string(k), std::move(texts));
    }

    /// A figure of a band at all points, with its error where any point has one.
    void column(Tree& into, std::string const& band, std::string const& name, std::string const& unit) const
    {
        std::vector<double> value, error;
        bool any_error = false;
        for (auto const& record : records_) {
            Tree const* b = band_in(record, band);
            value.push_back(number_or(b, name, b == nullptr ? 0 : absent));
            error.push_back(number_or(b, name + "_error", absent));
            any_error = any_error || (b != nullptr && b->find_array(name + "_error"));
        }
        into.put(name, std::move(value), unit);
        if (any_error) into.put(name + "_error", std::move(error), unit);
    }

    void band(Tree& into, std::string const& name) const
    {
        column(into, name, "photon_rate", "1/s");
        column(into, name, "quantum_yield", "1");
        for (std::size_t k = 0; k < recipe_.sweeps.size(); ++k)
            if (recipe_.sweeps[k].key.starts_with("excitation[") &&
                recipe_.sweeps[k].key.ends_with("].irradiance"))
                return slopes(into, name, k);
    }

    /// Along the sweep of an irradiance, all else fixed. Rate equations know them exactly.
    void slopes(Tree& into, std::string const& name, std::size_t sweep) const
    {
        std::vector<double> value(points_.size(), absent), error(points_.size(), absent);
        std::size_t stride = 1;
        for (std::size_t k = sweep + 1; k < recipe_.sweeps.size(); ++k)
            stride *= recipe_.sweeps[k].values.size();
        std::size_t const length = recipe_.sweeps[sweep].values.size();
        for (std::size_t first = 0; first < points_.size(); ++first) {
            if (first / stride % length != 0) continue;
            std::vector<std::pair<double, std::size_t>> line;
            for (std::size_t i = 0; i < length; ++i)
                line.emplace_back(irradiance(first + i * stride, sweep), first + i * stride);
            std::ranges::sort(line);
            std::erase_if(line, [](auto const& at) { return !(at.first > 0); });
            std::vector<double> x, y, y_error;
            for (auto const& [irradiance, at] : line) {
                Tree const* b = band_in(records_[at], name);
                x.push_back(irradiance);
                y.push_back(number_or(b, "photon_rate", 0));
                y_error.push_back(number_or(b, "photon_rate_error", 0));
            }
            auto const found = local_slopes(x, y, y_error);
            for (std::size_t i = 0; i < line.size(); ++i) {
                value[line[i].second] = found[i].value;
                error[line[i].second] = found[i].error;
            }
        }
        bool any_error = false;
        for (std::size_t n = 0; n < points_.size(); ++n) {
            Tree const* b = band_in(records_[n], name);
            std::string const exact =
                recipe_.excitations.size() == 1 ? "slope" : fmt::format("slope_{}", laser(sweep) + 1);
            if (b != nullptr && b->find_array(exact)) {
                value[n] = b->number(exact);
                error[n] = absent;
            }
            any_error = any_error || std::isfinite(error[n]);
        }
        into.put("slope", std::move(value), "1");
        if (any_error) into.put("slope_error", std::move(error), "1");
    }

    std::size_t laser(std::size_t sweep) const
    {
        return *key_path_from(recipe_.sweeps[sweep].key).steps.front().index;
    }
    double irradiance(std::size_t point, std::size_t sweep) const
    {
        return points_[point].recipe.excitations[laser(sweep)].irradiance_W_per_cm2;
    }

    Recipe const& recipe_;
    std::vector<SweepPoint> const& points_;
    std::vector<Tree> const& records_;
};

/// Sentences of all points; what not all say comes with the point that says it.
std::vector<std::string> sentences(Recipe const& recipe, std::vector<SweepPoint> const& points,
                                   std::vector<Tree> const& records, std::string const& name)
{
    std::map<std::string, std::size_t> count;
    for (auto const& record : records)
        for (auto const& sentence : record.texts("notes/" + name)) ++count[sentence];
    std::vector<std::string> all;
    for (std::size_t n = 0; n < records.size(); ++n)
        for (auto const& sentence : records[n].texts("notes/" + name)) {
            bool const by_all = count[sentence] == records.size();
            if (by_all && n > 0) continue;
            all.push_back(by_all ? sentence : label_of(recipe, points[n]) + ": " + sentence);
        }
    return all;
}

}  // namespace

Tree sweep_record(Recipe const& recipe, std::vector<SweepPoint> const& points,
                  std::vector<Tree> const& records, Tree const& particle_of_base)
{
    Tree whole;
    whole.attributes = records.front().attributes;
    std::string varied;
    for (auto const& sweep : recipe.sweeps) varied += (varied.empty() ? "" : ", ") + sweep.key;
    whole.attributes["notation"] = notation_of(recipe);
    if (recipe.title.empty()) whole.attributes["title"] = notation_of(recipe);
    whole.attributes["excitation"] = excitation_notation_of(recipe) + "; varied: " + varied;
    whole.attributes["recipe_hash"] = run_identity(recipe);
    whole.attributes["default"] = std::string("sweep");
    whole.group("recipe").put("toml", to_toml(with_inputs(recipe)));

    Tree particle = particle_of_base, without_sites = particle;
    without_sites.groups.erase("sites");
    std::vector<std::string> shared{"parameters", "sources"};
    bool const same_particle = std::ranges::all_of(
        records, [&](Tree const& record) { return record.groups.at("particle") == without_sites; });
    if (same_particle) whole.groups["particle"] = std::move(particle);
    if (same_particle) shared.emplace_back("particle");
    for (char const* name : {"parameters", "sources"}) whole.groups[name] = records.front().groups.at(name);
    for (char const* name : {"assumed", "left_out", "warnings"})
        whole.group("notes").put(name, sentences(recipe, points, records, name));
    whole.groups["sweep"] = SweepTable(recipe, points, records).table();
    for (std::size_t n = 0; n < records.size(); ++n) {
        Tree& point = whole.groups["points"].groups[fmt::format("{:05}", n)];
        point = records[n];
        point.attributes.clear();
        for (auto const& name : shared)
            if (name == "particle" || point.groups.at(name) == whole.groups.at(name))
                point.groups.erase(name);
    }
    return whole;
}

std::string sweep_csv(Tree const& record)
{
    Tree const& sweep = *record.find_group("sweep");
    std::string text;
    for (char const* name : {"title", "notation", "excitation", "version", "git", "recipe_hash", "data_hash"})
        text += fmt::format("# {}: {}\n", name, std::get<std::string>(record.attributes.at(name)));
    struct Column {
        std::string head;
        std::vector<std::string> cells;
    };
    std::vector<Column> columns;
    auto const add = [&](std::string const& name, Tree::Array const& array) {
        auto const unit = array.attributes.find("units");
        Column column{.head = name, .cells = {}};
        if (unit != array.attributes.end() && std::get<std::string>(unit->second) != "1")
            column.head += " [" + std::get<std::string>(unit->second) + "]";
        if (auto const* texts = std::get_if<std::vector<std::string>>(&array.values)) column.cells = *texts;
        if (auto const* numbers = std::get_if<std::vector<double>>(&array.values))
            for (double x : *numbers) column.cells.push_back(std::isfinite(x) ? exact(x) : "");
        columns.push_back(std::move(column));
    };
    auto const& keys = sweep.texts("key");
    for (std::size_t k = 0; k < keys.size(); ++k)
        add(keys[k], sweep.groups.at("value").arrays.at(std::to_string(k)));
    add("engine", *sweep.find_array("engine"));
    if (Tree const* bands = sweep.find_group("bands"))
        for (auto const& [name, band] : bands->groups)
            for (char const* what : {"photon_rate", "quantum_yield", "slope"})
                for (std::string const& column : {std::string(what), std::string(what) + "_error"})
                    if (auto const* array = band.find_array(column)) add(name + " " + column, *array);
    for (std::size_t c = 0; c < columns.size(); ++c) text += (c == 0 ? "" : ",") + columns[c].head;
    text += "\n";
    for (std::size_t row = 0; row < columns.front().cells.size(); ++row) {
        for (std::size_t c = 0; c < columns.size(); ++c) text += (c == 0 ? "" : ",") + columns[c].cells[row];
        text += "\n";
    }
    return text;
}

}  // namespace lanthorn
