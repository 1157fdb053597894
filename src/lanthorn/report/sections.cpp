#include "lanthorn/report/sections.hpp"

#include "lanthorn/report/format.hpp"
#include "lanthorn/report/record_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace lanthorn {

namespace {

/// Names of the record as they are said, in the order in which they are shown.
constexpr std::array<std::pair<std::string_view, std::string_view>, 37> said{{
    {"wavelength", "Wavelength"},
    {"photon_rate", "Photon rate"},
    {"quantum_yield", "Quantum yield"},
    {"lifetime", "Lifetime"},
    {"lifetime_1_over_e", "Lifetime to 1/e"},
    {"lifetime_intensity_average", "Lifetime, intensity average"},
    {"time_of_maximum", "Time of maximum"},
    {"sphere_diameter", "Diameter of the sphere of equal volume"},
    {"volume", "Volume"},
    {"mass", "Mass"},
    {"molar_mass", "Molar mass of particles"},
    {"nM_of_1_mg_per_mL", "1 mg/mL is"},
    {"density", "Density"},
    {"total_ions", "Ions"},
    {"rare_earth_ions", "Rare-earth ions"},
    {"surface_fraction", "Surface share of dopable cations"},
    {"surface_rare_earth_fraction", "Surface share of rare-earth ions"},
    {"vacancies", "Vacancies"},
    {"natural_vacancies", "Sites vacant by nature"},
    {"net_charge", "Net formal charge"},
    {"trajectories", "Trajectories"},
    {"chunks", "Chunks"},
    {"chunk_size", "Trajectories per chunk"},
    {"events", "Events"},
    {"trials", "Trials"},
    {"burn_in", "Burn-in"},
    {"duration", "Duration after burn-in"},
    {"worst_error", "Largest relative error of a band asked for"},
    {"slope", "Slope d ln I / d ln P"},
    {"residual", "Residual, relative"},
    {"iterations", "Jacobians factored"},
    {"steps", "Steps in time"},
    {"structures", "Random structures"},
    {"trajectories_each", "Trajectories of each"},
    {"control_structures", "Structures of the mean field alone, as a control"},
    {"work_per_structure", "Set-up of a structure, in trials"},
    {"work_per_trajectory", "Trials per trajectory"},
}};

std::size_t rank_of(std::string_view name)
{
    auto const found =
        std::find_if(said.begin(), said.end(), [&](auto const& entry) { return entry.first == name; });
    return static_cast<std::size_t>(found - said.begin());
}

/// A name as words: "interacting_ions" is "Interacting ions".
std::string words(std::string_view name)
{
    if (std::size_t const rank = rank_of(name); rank < said.size()) return std::string(said[rank].second);
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', ' ');
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return html(text);
}

std::vector<std::string> in_order(std::vector<std::string> names)
{
    std::stable_sort(names.begin(), names.end(),
                     [](std::string const& a, std::string const& b) { return rank_of(a) < rank_of(b); });
    return names;
}

enum class Units { shown, without };

/// A number of a group with its error and unit; empty where it is missing.
std::string value_html(Tree const& tree, std::string const& name, Units units = Units::shown)
{
    auto const value = number_in(tree, name);
    if (!value) return {};
    double const error = number_in(tree, name + "_error").value_or(0);
    std::string const unit = unit_in(tree, name);
    if (unit == "s" && *value == 0 && name.starts_with("lifetime")) return {};  // not reached
    if (unit == "s") return time_text(*value, error);
    auto const count = count_in(tree, name);
    std::string const number = count && error == 0 ? count_text(*count) : with_error(*value, error);
    std::string const shown = unit_html(unit);
    return number + (shown.empty() || units == Units::without ? "" : "&nbsp;" + shown);
}

std::string list_html(std::vector<std::string> const& sentences)
{
    std::string out = "<ul>\n";
    for (std::string const& sentence : sentences) out += "<li>" + term_html(sentence) + "</li>\n";
    return out + "</ul>\n";
}

/// Two columns: name, value.
std::string facts_html(Tree const& tree, std::string_view title)
{
    std::string rows;
    for (std::string const& name : in_order(scalars_in(tree)))
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"num\">{}</td></tr>\n", words(name),
                            value_html(tree, name));
    if (rows.empty()) return {};
    return fmt::format("<table class=\"facts\"><caption>{}</caption><tbody>\n{}</tbody></table>\n", title,
                       rows);
}

/// The numbers of several groups side by side, one row each.
std::string grid_html(std::vector<Leaf> const& rows, std::set<std::string> const& hidden,
                      std::string_view row_title)
{
    std::vector<std::string> columns;
    for (Leaf const& row : rows) {
        for (std::string const& name : scalars_in(*row.tree)) {
            if (!hidden.contains(name) && std::find(columns.begin(), columns.end(), name) == columns.end())
                columns.push_back(name);
        }
    }
    columns = in_order(std::move(columns));
    if (columns.empty()) return {};

    auto const shared_unit = [&](std::string const& column) {
        std::set<std::string> units;
        for (Leaf const& row : rows) {
            if (number_in(*row.tree, column)) units.insert(unit_in(*row.tree, column));
        }
        return units.size() == 1 && *units.begin() != "s" ? *units.begin() : std::string{};
    };
    std::string out = fmt::format("<table class=\"grid\"><thead><tr><th scope=\"col\">{}</th>", row_title);
    std::vector<std::string> units;
    for (std::string const& column : columns) {
        units.push_back(shared_unit(column));
        std::string const unit = unit_html(units.back());
        out += fmt::format("<th scope=\"col\" class=\"num\">{}{}</th>", words(column),
                           unit.empty() ? "" : " / " + unit);
    }
    out += "</tr></thead><tbody>\n";
    for (Leaf const& row : rows) {
        std::string swatch;
        if (auto const nm = number_in(*row.tree, "wavelength"))
            swatch = fmt::format("<i class=\"swatch\" data-wavelength=\"{:.6g}\"></i>", *nm);
        out += fmt::format("<tr data-name=\"{}\"><th scope=\"row\">{}{}</th>", html(row.name), swatch,
                           term_html(row.name));
        for (std::size_t c = 0; c < columns.size(); ++c) {
            auto const value = number_in(*row.tree, columns[c]);
            double const error = number_in(*row.tree, columns[c] + "_error").value_or(0);
            std::string const cell = !value             ? "–"
                                     : units[c].empty() ? value_html(*row.tree, columns[c])
                                                        : with_error(*value, error);
            out += fmt::format("<td class=\"num\">{}</td>", cell.empty() ? "–" : cell);
        }
        out += "</tr>\n";
    }
    return out + "</tbody></table>\n";
}

/// Ions of each element: in all, in each region, and how far the next of its kind is.
std::string ions_html(Tree const& particle)
{
    Tree const& ions = group_in(particle, "ions");
    std::vector<std::string> const elements = scalars_in(ions);
    if (elements.empty()) return {};
    Tree const& regions = group_in(particle, "regions");
    Tree const& nearest = group_in(particle, "nearest_distance");
    std::string out = "<table class=\"grid\"><caption>Ions</caption><thead><tr><th scope=\"col\">Element</th>"
                      "<th scope=\"col\" class=\"num\">All</th>";
    for (auto const& [region, tree] : regions.groups)
        out += fmt::format("<th scope=\"col\" class=\"num\">{}</th>", html(region));
    if (!nearest.arrays.empty()) out += "<th scope=\"col\" class=\"num\">Nearest alike / nm</th>";
    out += "</tr></thead><tbody>\n";
    for (std::string const& element : elements) {
        out += fmt::format("<tr><th scope=\"row\"><i class=\"swatch\" data-element=\"{0}\"></i>{0}</th>"
                           "<td class=\"num\">{1}</td>",
                           html(element), value_html(ions, element));
        for (auto const& [region, tree] : regions.groups) {
            std::string const count = value_html(group_in(tree, "ions"), element);
            out += fmt::format("<td class=\"num\">{}</td>", count.empty() ? "–" : count);
        }
        if (!nearest.arrays.empty()) {
            auto const distance = number_in(nearest, element);
            out += fmt::format("<td class=\"num\">{}</td>", distance ? number_text(*distance) : "–");
        }
        out += "</tr>\n";
    }
    return out + "</tbody></table>\n";
}

std::string kind_mark(std::string const& kind)
{
    static std::set<std::string> const known{"measured", "calculated", "fitted", "estimated", "assumed"};
    return fmt::format("<span class=\"kind kind-{}\">{}</span>", known.contains(kind) ? kind : "other",
                       html(kind));
}

/// The digital object identifier of a BibTeX entry, or nothing.
std::string doi_of(std::string_view bibtex)
{
    std::string lower(bibtex);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::size_t at = 0;
    while ((at = lower.find("doi", at)) != std::string::npos) {
        std::size_t const equals = lower.find_first_not_of(" \t", at + 3);
        at += 3;
        if (equals == std::string::npos || lower[equals] != '=') continue;
        std::size_t const from = bibtex.find("10.", equals);
        std::size_t const to = bibtex.find_first_of("}\"\n", from);
        if (from == std::string::npos || to == std::string::npos) return {};
        return std::string(bibtex.substr(from, to - from));
    }
    return {};
}

std::string cell(std::vector<std::string> const& column, std::size_t row)
{
    return row < column.size() ? column[row] : std::string{};
}

}  // namespace

std::string header_html(Tree const& record)
{
    std::string const title = text_in(record, "title");
    std::string out = fmt::format("<header>\n<h1>{}</h1>\n", title.empty() ? "Report of a run" : html(title));
    std::string const notation = text_in(record, "notation");
    if (!notation.empty()) out += "<p class=\"notation\">" + html(notation) + "</p>\n";
    if (std::string const light = text_in(record, "excitation"); !light.empty())
        out += "<p class=\"notation\">at " + unit_html(light) + "</p>\n";
    if (!notation.empty())
        out += "<p class=\"meta\">Per cent in the notation is mol % of the rare-earth site.</p>\n";
    std::string meta;
    auto const add = [&](std::string_view label, std::string const& text) {
        if (!text.empty()) meta += fmt::format("<span>{} <code>{}</code></span>\n", label, html(text));
    };
    add("Lanthorn", text_in(record, "version"));
    add("commit", text_in(record, "git").substr(0, 12));
    add("recipe", text_in(record, "recipe_hash").substr(0, 16));
    add("data", text_in(record, "data_hash").substr(0, 16));
    if (!meta.empty()) out += "<p class=\"meta\">" + meta + "</p>\n";
    return out + "</header>\n";
}

std::string warnings_html(Tree const& record)
{
    auto const warnings = texts_in(group_in(record, "notes"), "warnings");
    if (warnings.empty()) return {};
    return "<aside class=\"warnings\" aria-label=\"Warnings\"><strong>" +
           std::string(warnings.size() == 1 ? "Warning" : "Warnings") + "</strong>\n" + list_html(warnings) +
           "</aside>\n";
}

std::string bands_html(Tree const& record)
{
    std::vector<Leaf> heads = leaves_in(group_in(record, "bands"), "photon_rate");
    std::stable_sort(heads.begin(), heads.end(), [](Leaf const& a, Leaf const& b) {
        return number_in(*a.tree, "wavelength").value_or(1e9) <
               number_in(*b.tree, "wavelength").value_or(1e9);
    });
    std::vector<Leaf> others;
    std::copy_if(heads.begin(), heads.end(), std::back_inserter(others),
                 [](Leaf const& band) { return number_in(*band.tree, "main") == 0.0; });
    if (others.size() < heads.size())
        std::erase_if(heads, [](Leaf const& band) { return number_in(*band.tree, "main") == 0.0; });
    else
        others.clear();

    std::string const table = grid_html(heads, {"main"}, "Band");
    if (table.empty()) return {};
    std::string out = "<div class=\"scroll\">" + table + "</div>\n<p class=\"note\">";
    Tree const& balance = group_in(record, "balance");
    auto const absorbed = number_in(balance, "absorbed_photons");
    auto const emitted = number_in(balance, "emitted_photons");
    if (absorbed && emitted) {
        out += fmt::format("{} photons are absorbed and {} emitted per second, in all bands",
                           value_html(balance, "absorbed_photons", Units::without),
                           value_html(balance, "emitted_photons", Units::without));
        if (number_in(balance, "quantum_yield"))
            out +=
                fmt::format(": a quantum yield of {}", value_html(balance, "quantum_yield", Units::without));
        out += ". ";
    }
    out += "Rates are of one particle. Digits in brackets are the standard error of the last digits shown. A "
           "quantum "
           "yield is photons out per photon absorbed.</p>\n";
    if (!others.empty())
        out += fmt::format(
            "<details><summary>Other bands ({})</summary>\n<div class=\"scroll\">{}</div></details>\n",
            others.size(), grid_html(others, {"main"}, "Band"));
    return out;
}

std::string particle_html(Tree const& record)
{
    Tree const& particle = group_in(record, "particle");
    return ions_html(particle) + facts_html(particle, "Size and composition");
}

std::string basis_html(Tree const& record)
{
    Tree const& notes = group_in(record, "notes");
    std::string out;
    if (auto const assumed = texts_in(notes, "assumed"); !assumed.empty())
        out += "<h3>What was assumed</h3>\n" + list_html(assumed);
    if (auto const left_out = texts_in(notes, "left_out"); !left_out.empty())
        out += "<h3>What was left out</h3>\n" + list_html(left_out);
    return out;
}

std::string parameters_html(Tree const& record)
{
    Tree const& table = group_in(record, "parameters");
    auto const names = texts_in(table, "name");
    auto const values = column_in(table, "value");
    if (names.empty() || values.size() != names.size()) return {};
    auto const units = texts_in(table, "unit");
    auto const sigmas = column_in(table, "sigma");
    auto const sources = texts_in(table, "source");
    auto const places = texts_in(table, "where");
    auto const kinds = texts_in(table, "kind");
    auto const recalled = column_in(table, "recalled");
    auto const cited = texts_in(group_in(record, "sources"), "key");

    std::map<std::string, int> of_kind;
    int recalled_count = 0;
    std::string rows;
    for (std::size_t r = 0; r < names.size(); ++r) {
        std::string const kind = cell(kinds, r);
        bool const from_memory = r < recalled.size() && recalled[r] != 0;
        if (!kind.empty()) ++of_kind[kind];
        recalled_count += from_memory ? 1 : 0;
        std::string source = html(cell(sources, r));
        if (std::find(cited.begin(), cited.end(), cell(sources, r)) != cited.end())
            source = fmt::format("<a href=\"#source-{0}\">{0}</a>", source);
        if (std::string const place = cell(places, r); !place.empty()) source += ", " + html(place);
        std::string marks = kind.empty() ? "" : kind_mark(kind);
        if (from_memory)
            marks += " <span class=\"kind recalled\" title=\"Quoted from memory, not yet compared with the "
                     "source\">recalled</span>";
        rows +=
            fmt::format("<tr data-kind=\"{}\" data-recalled=\"{}\"><th scope=\"row\">{}</th>"
                        "<td class=\"num\">{}</td><td>{}</td><td class=\"kinds\">{}</td><td>{}</td></tr>\n",
                        html(kind), from_memory ? 1 : 0, term_html(names[r]),
                        with_error(values[r], r < sigmas.size() ? sigmas[r] : 0), unit_html(cell(units, r)),
                        marks, source);
    }

    std::string summary = fmt::format("{} numbers enter this run", names.size());
    std::string separator = ": ";
    for (auto const& [kind, n] : of_kind) {
        summary += fmt::format("{}{} {}", separator, n, html(kind));
        separator = ", ";
    }
    summary += ".";
    if (recalled_count > 0)
        summary +=
            fmt::format(" {} of them {} recalled: quoted from memory and not yet compared with the source.",
                        recalled_count, recalled_count == 1 ? "is" : "are");
    return fmt::format(
        "<p>{}</p>\n<div class=\"filters\" data-table=\"parameter-table\"></div>\n"
        "<div class=\"scroll tall\" tabindex=\"0\"><table class=\"grid\" id=\"parameter-table\"><thead><tr>"
        "<th scope=\"col\">Name</th><th scope=\"col\" class=\"num\">Value</th><th scope=\"col\">Unit</th>"
        "<th scope=\"col\">Kind</th><th scope=\"col\">Source</th></tr></thead><tbody>\n{}</tbody></table>"
        "</div>\n",
        summary, rows);
}

std::string sources_html(Tree const& record)
{
    Tree const& sources = group_in(record, "sources");
    auto const keys = texts_in(sources, "key");
    auto const citations = texts_in(sources, "citation");
    auto const entries = texts_in(sources, "bibtex");
    if (keys.empty()) return {};
    std::string out = "<p>A result of this run rests on these works; please cite them beside Lanthorn.</p>\n"
                      "<ol class=\"sources\">\n";
    std::string bibtex;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        std::string const entry = cell(entries, i);
        std::string const citation = cell(citations, i);
        out += fmt::format("<li id=\"source-{0}\"><code>{0}</code> {1}", html(keys[i]), html(citation));
        if (std::string const doi = doi_of(entry); !doi.empty())
            out += fmt::format(" <a rel=\"noreferrer\" href=\"https://doi.org/{0}\">doi:{0}</a>", html(doi));
        out += "</li>\n";
        if (!entry.empty()) bibtex += html(entry) + "\n\n";
    }
    out += "</ol>\n";
    if (!bibtex.empty())
        out += "<details><summary>BibTeX</summary>\n<button type=\"button\" class=\"copy\" "
               "data-copy=\"bibtex\">Copy"
               "</button>\n<pre id=\"bibtex\">" +
               bibtex + "</pre></details>\n";
    return out;
}

std::string engine_html(Tree const& record)
{
    Tree const& engine = group_in(record, "engine");
    std::string const name = text_in(engine, "name");
    if (name.empty()) return {};
    std::string out = fmt::format("<p>Solved by {}: {}.</p>\n", html(name), html(text_in(engine, "why")));
    std::string rows;
    for (auto const& [other, comparison] : group_in(engine, "comparison").groups) {
        auto const bands = texts_in(comparison, "band");
        auto const ratios = column_in(comparison, "ratio"), errors = column_in(comparison, "ratio_error");
        for (std::size_t k = 0; k < std::min({bands.size(), ratios.size(), errors.size()}); ++k)
            rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"num\">{}</td></tr>\n",
                                term_html(bands[k]), html(other), with_error(ratios[k], errors[k]));
        for (auto const& band : texts_in(comparison, "undecided"))
            rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"num\">too rare to "
                                "compare</td></tr>\n",
                                term_html(band), html(other));
    }
    for (auto const& [other, comparison] : group_in(engine, "comparison").groups)
        if (number_in(comparison, "memory").value_or(0) > 0.05)
            out += fmt::format(
                "<p class=\"note\">What is compared with {} had too short a burn-in to forget its "
                "start: the true ratios may be others. Raise luminescence.burn_in or, for a "
                "sample, luminescence.comparison.</p>\n",
                html(other));
    if (!rows.empty())
        out +=
            "<table class=\"grid\"><caption>How far rate equations may be trusted here</caption><thead><tr>"
            "<th scope=\"col\">Band</th><th scope=\"col\">Engine</th><th scope=\"col\" class=\"num\">Its "
            "rate "
            "over that of Monte Carlo</th></tr></thead><tbody>\n" +
            rows + "</tbody></table>\n";
    return out;
}

namespace {

/// Both levels of scatter, of a run of several structures.
std::string sampling_html(Tree const& record)
{
    Tree const& sampling = group_in(record, "sampling");
    if (sampling.arrays.empty()) return {};
    std::string rows;
    for (auto const& [name, band] : group_in(sampling, "bands").groups) {
        double const mean = number_in(band, "uncontrolled_rate").value_or(0);
        if (!(mean > 0)) continue;
        auto const share = [&](char const* level) {
            return fmt::format("{:.2g} %", 100 * std::sqrt(number_in(band, level).value_or(0)) / mean);
        };
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"num\">{}</td><td class=\"num\">{}</td>"
                            "<td class=\"num\">{:.2g}</td></tr>\n",
                            term_html(name), share("between"), share("within"),
                            number_in(band, "variance_reduction").value_or(1));
    }
    std::string out = facts_html(sampling, "Two levels of sampling");
    if (!rows.empty())
        out += "<table class=\"grid\"><caption>Scatter of the photon rate</caption><thead><tr><th "
               "scope=\"col\">Band</th><th scope=\"col\" class=\"num\">Between structures</th><th "
               "scope=\"col\" class=\"num\">Between trajectories</th><th scope=\"col\" class=\"num\">"
               "Variance lowered by the control, times</th></tr></thead><tbody>\n" +
               rows + "</tbody></table>\n";
    return out;
}

}  // namespace

std::string statistics_html(Tree const& record)
{
    return facts_html(group_in(record, "statistics"), "Statistics") + sampling_html(record);
}

std::string recipe_html(Tree const& record)
{
    std::string const toml = text_in(group_in(record, "recipe"), "toml");
    if (toml.empty()) return {};
    return "<details open><summary>Recipe, all defaults filled in</summary>\n<button type=\"button\" "
           "class=\"copy\" "
           "data-copy=\"recipe-text\">Copy</button>\n<pre id=\"recipe-text\">" +
           html(toml) + "</pre></details>\n";
}

}  // namespace lanthorn
