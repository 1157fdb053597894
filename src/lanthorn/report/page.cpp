#include "lanthorn/report/page.hpp"

#include "lanthorn/report/bundle.hpp"
#include "lanthorn/report/format.hpp"
#include "lanthorn/report/plot_data.hpp"
#include "lanthorn/report/record_view.hpp"
#include "lanthorn/report/sections.hpp"
#include "lanthorn/report/sweep_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace lanthorn {

namespace {

struct Section {
    std::string id, title, body;
};

std::string figure_html(Figure const& figure)
{
    return fmt::format(
        "<figure id=\"{0}\" data-figure=\"{0}\">\n<div class=\"figure-head\"><h3>{1}</h3>"
        "<div class=\"controls\"></div></div>\n<div class=\"plot\"><noscript>This figure is drawn by a "
        "script.</noscript></div>\n<figcaption>{2} <button type=\"button\" class=\"csv\">Download data "
        "(CSV)</button></figcaption>\n</figure>\n",
        figure.id, figure.title, figure.caption);
}

/// The figures of those ids that the record has data for.
std::string figures_html(std::vector<Figure> const& figures, std::initializer_list<std::string_view> ids)
{
    std::string out;
    for (Figure const& figure : figures) {
        if (std::find(ids.begin(), ids.end(), figure.id) != ids.end()) out += figure_html(figure);
    }
    return out;
}

std::vector<Section> sections_of(Tree const& record)
{
    std::vector<Figure> const figures = figures_of(record);
    std::string const tables = particle_html(record);
    std::string particle = figures_html(figures, {"particle"});
    if (!tables.empty()) particle += "<div class=\"tables\">\n" + tables + "</div>\n";

    std::vector<Section> sections{
        {"sweep", "Sweep", figures_html(figures, {"sweep"}) + sweep_html(record)},
        {"light", "Light", bands_html(record) + figures_html(figures, {"spectrum", "decay"})},
        {"inside", "Inside the particle",
         figures_html(figures, {"levels", "populations", "flux", "balance"})},
        {"structure", "The particle",
         particle.empty() ? particle : "<div class=\"split\">\n" + particle + "</div>\n"},
        {"basis", "What it rests on", basis_html(record)},
        {"parameters", "Parameters", parameters_html(record)},
        {"cite", "How to cite", sources_html(record)},
        {"record", "The run", engine_html(record) + statistics_html(record) + recipe_html(record)},
    };
    std::erase_if(sections, [](Section const& section) { return section.body.empty(); });
    return sections;
}

}  // namespace

std::string page(Tree const& record)
{
    std::vector<Section> const sections = sections_of(record);
    std::string const title = text_in(record, "title");
    // No source but the page itself: whatever a record holds, nothing is fetched.
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"color-scheme\" content=\"light dark\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                      "'unsafe-inline'; "
                      "script-src 'unsafe-inline'; img-src data: blob:\">\n"
                      "<link rel=\"icon\" href=\"data:,\">\n";
    out += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
                       title.empty() ? "Lanthorn report" : html(title) + " – Lanthorn", report_css);
    out += header_html(record);
    if (sections.size() > 1) {
        out += "<nav aria-label=\"Sections\">";
        for (Section const& section : sections)
            out += fmt::format("<a href=\"#{}\">{}</a>", section.id, section.title);
        out += "</nav>\n";
    }
    out += "<main>\n" + warnings_html(record);
    for (Section const& section : sections)
        out += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", section.id, section.title,
                           section.body);
    out += "</main>\n<footer>Made by Lanthorn from the record of the run; needs no network.</footer>\n";
    out +=
        fmt::format("<script type=\"application/json\" id=\"plot-data\">{}</script>\n<script>{}</script>\n",
                    plot_json(record), report_js);
    return out + "</body>\n</html>\n";
}

}  // namespace lanthorn
