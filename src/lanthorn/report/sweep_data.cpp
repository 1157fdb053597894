#include "lanthorn/report/sweep_data.hpp"

#include "lanthorn/report/format.hpp"
#include "lanthorn/report/record_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lanthorn {

namespace {

std::string const& at(std::vector<std::string> const& column, std::size_t row)
{
    static std::string const none;
    return row < column.size() ? column[row] : none;
}

/// Values of the k-th key as words.
std::vector<std::string> words_of(Tree const& sweep, std::size_t k)
{
    Tree const& values = group_in(sweep, "value");
    std::string const name = std::to_string(k), unit = unit_in(values, name);
    auto words = texts_in(values, name);
    for (double x : column_in(values, name))
        words.push_back(number_text(x) + (unit.empty() || unit == "1" ? "" : " " + unit));
    return words;
}

std::vector<double> picked(std::vector<double> const& column, std::vector<std::size_t> const& rows)
{
    std::vector<double> values;
    if (column.empty()) return values;
    for (std::size_t row : rows) values.push_back(row < column.size() ? column[row] : std::nan(""));
    return values;
}

}  // namespace

SweepData sweep_data(Tree const& record)
{
    Tree const& sweep = group_in(record, "sweep");
    auto const keys = texts_in(sweep, "key");
    std::size_t axis = keys.size();
    for (std::size_t k = keys.size(); k-- > 0;) {
        bool const better =
            axis == keys.size() || keys[k].ends_with(".irradiance") || !keys[axis].ends_with(".irradiance");
        if (better && !column_in(group_in(sweep, "value"), std::to_string(k)).empty()) axis = k;
    }
    if (axis == keys.size()) return {};
    auto const x = column_in(group_in(sweep, "value"), std::to_string(axis));
    SweepData data{
        .name = keys[axis], .unit = unit_in(group_in(sweep, "value"), std::to_string(axis)), .series = {}};
    if (data.unit == "1") data.unit.clear();

    std::vector<std::pair<std::string, std::vector<std::size_t>>>
        lines;  // points that differ along the axis only
    for (std::size_t n = 0; n < x.size(); ++n) {
        std::string others;
        for (std::size_t k = 0; k < keys.size(); ++k)
            if (k != axis) others += ", " + at(words_of(sweep, k), n);
        auto line =
            std::ranges::find(lines, others, &std::pair<std::string, std::vector<std::size_t>>::first);
        if (line == lines.end()) line = lines.insert(line, {others, {}});
        line->second.push_back(n);
    }
    for (auto& [others, rows] : lines) {
        std::ranges::stable_sort(rows, {}, [&](std::size_t n) { return x[n]; });
        for (auto const& [name, band] : group_in(sweep, "bands").groups)
            data.series.push_back({.name = name + others,
                                   .x = picked(x, rows),
                                   .rate = picked(column_in(band, "photon_rate"), rows),
                                   .error = picked(column_in(band, "photon_rate_error"), rows),
                                   .slope = picked(column_in(band, "slope"), rows),
                                   .slope_error = picked(column_in(band, "slope_error"), rows)});
    }
    return data;
}

std::string sweep_html(Tree const& record)
{
    Tree const& sweep = group_in(record, "sweep");
    auto const keys = texts_in(sweep, "key");
    auto const engines = texts_in(sweep, "engine");
    if (keys.empty()) return {};
    std::string out = "<div class=\"scroll\"><table class=\"grid\"><caption>Points</caption><thead><tr>";
    for (auto const& key : keys) out += fmt::format("<th scope=\"col\">{}</th>", html(key));
    out += "<th scope=\"col\">Engine</th>";
    auto const& bands = group_in(sweep, "bands").groups;
    for (auto const& [name, band] : bands) {
        out += fmt::format("<th scope=\"col\" class=\"num\">{} / s<sup>−1</sup></th>", term_html(name));
        if (!column_in(band, "slope").empty()) out += "<th scope=\"col\" class=\"num\">slope</th>";
    }
    out += "</tr></thead><tbody>\n";
    std::vector<std::vector<std::string>> words;
    for (std::size_t k = 0; k < keys.size(); ++k) words.push_back(words_of(sweep, k));
    for (std::size_t n = 0; n < engines.size(); ++n) {
        out += "<tr>";
        for (auto const& column : words)
            out += fmt::format("<th scope=\"row\">{}</th>", unit_html(at(column, n)));
        out += fmt::format("<td>{}</td>", html(engines[n]));
        for (auto const& [name, band] : bands)
            for (std::string const column : {"photon_rate", "slope"}) {
                auto const values = column_in(band, column), errors = column_in(band, column + "_error");
                if (values.empty()) continue;
                out += fmt::format(
                    "<td class=\"num\">{}</td>",
                    n < values.size() ? with_error(values[n], n < errors.size() ? errors[n] : 0) : "–");
            }
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n<p class=\"note\">A slope is d ln rate / d ln irradiance: of rate "
                 "equations "
                 "exactly, else from the neighbouring points.</p>\n";
}

}  // namespace lanthorn
