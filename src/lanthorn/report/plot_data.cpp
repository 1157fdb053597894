#include "lanthorn/report/plot_data.hpp"

#include "lanthorn/report/format.hpp"
#include "lanthorn/report/json.hpp"
#include "lanthorn/report/record_view.hpp"
#include "lanthorn/report/site_data.hpp"
#include "lanthorn/report/sweep_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lanthorn {

namespace {

constexpr std::array<char const*, 5> balance_terms{"absorbed", "emitted", "heat", "stored", "residual"};

bool has_finite(std::vector<double> const& values)
{
    return std::any_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

bool has_spectrum(Tree const& record)
{
    Tree const& spectrum = group_in(record, "spectrum");
    auto const wavelength = column_in(spectrum, "wavelength");
    auto const rate = column_in(spectrum, "photon_rate");
    return wavelength.size() > 1 && wavelength.size() == rate.size() && has_finite(rate);
}

std::vector<Leaf> decays_in(Tree const& record)
{
    std::vector<Leaf> decays = leaves_in(group_in(record, "decay"), "intensity");
    std::erase_if(decays, [](Leaf const& decay) {
        std::size_t const n = column_in(*decay.tree, "intensity").size();
        return n < 2 || column_in(*decay.tree, "time_from").size() != n ||
               column_in(*decay.tree, "time_to").size() != n;
    });
    return decays;
}

std::vector<Leaf> levels_in(Tree const& record)
{
    std::vector<Leaf> species = leaves_in(group_in(record, "levels"), "energy");
    std::erase_if(species, [](Leaf const& leaf) {
        std::size_t const n = texts_in(*leaf.tree, "label").size();
        return n == 0 || column_in(*leaf.tree, "energy").size() != n;
    });
    return species;
}

bool has_populations(Tree const& record)
{
    Tree const& rows = group_in(record, "populations");
    std::size_t const n = column_in(rows, "fraction").size();
    return n > 0 && texts_in(rows, "species").size() == n && texts_in(rows, "level").size() == n;
}

bool has_flux(Tree const& record)
{
    Tree const& flux = group_in(record, "flux");
    std::size_t const n = column_in(flux, "rate").size();
    return n > 0 && texts_in(flux, "label").size() == n;
}

bool has_balance(Tree const& record)
{
    return number_in(group_in(record, "balance"), "absorbed").has_value();
}

/// Only where it has as many values as its partner.
void numbers_if(ScriptJson& json, std::string_view name, std::vector<double> const& values,
                std::size_t partner)
{
    if (values.size() == partner) json.numbers(name, values);
}

void write_spectrum(ScriptJson& json, Tree const& record)
{
    Tree const& spectrum = group_in(record, "spectrum");
    auto const rate = column_in(spectrum, "photon_rate");
    json.begin_object("spectrum");
    json.numbers("wavelength", column_in(spectrum, "wavelength"));
    json.numbers("rate", rate);
    numbers_if(json, "error", column_in(spectrum, "photon_rate_error"), rate.size());
    json.begin_list("bands");
    for (Leaf const& band : leaves_in(group_in(record, "bands"), "photon_rate")) {
        auto const wavelength = number_in(*band.tree, "wavelength");
        auto const photons = number_in(*band.tree, "photon_rate");
        if (!wavelength || !photons) continue;
        json.begin_object();
        json.text("name", band.name);
        json.number("wavelength", *wavelength);
        json.number("rate", *photons);
        json.end();
    }
    json.end();
    json.end();
}

void write_decays(ScriptJson& json, Tree const& record)
{
    json.begin_list("decay");
    for (Leaf const& decay : decays_in(record)) {
        auto const intensity = column_in(*decay.tree, "intensity");
        json.begin_object();
        json.text("name", decay.name);
        json.numbers("from", column_in(*decay.tree, "time_from"));
        json.numbers("to", column_in(*decay.tree, "time_to"));
        json.numbers("intensity", intensity);
        numbers_if(json, "error", column_in(*decay.tree, "intensity_error"), intensity.size());
        json.end();
    }
    json.end();
}

void write_levels(ScriptJson& json, Tree const& record)
{
    json.begin_list("levels");
    for (Leaf const& species : levels_in(record)) {
        auto const labels = texts_in(*species.tree, "label");
        json.begin_object();
        json.text("species", species.name);
        json.texts("label", labels);
        json.numbers("energy", column_in(*species.tree, "energy"));
        numbers_if(json, "emission", column_in(*species.tree, "emission"), labels.size() * labels.size());
        json.end();
    }
    json.end();
}

void write_populations(ScriptJson& json, Tree const& record)
{
    Tree const& rows = group_in(record, "populations");
    auto const fraction = column_in(rows, "fraction");
    json.begin_object("populations");
    json.texts("species", texts_in(rows, "species"));
    json.texts("level", texts_in(rows, "level"));
    if (auto const regions = texts_in(rows, "region"); regions.size() == fraction.size())
        json.texts("region", regions);
    numbers_if(json, "energy", column_in(rows, "energy"), fraction.size());
    json.numbers("fraction", fraction);
    numbers_if(json, "error", column_in(rows, "fraction_error"), fraction.size());
    json.end();
}

void write_flux(ScriptJson& json, Tree const& record)
{
    Tree const& flux = group_in(record, "flux");
    auto const rate = column_in(flux, "rate");
    json.begin_object("flux");
    json.texts("label", texts_in(flux, "label"));
    if (auto const process = texts_in(flux, "process"); process.size() == rate.size())
        json.texts("process", process);
    json.numbers("rate", rate);
    numbers_if(json, "error", column_in(flux, "rate_error"), rate.size());
    json.end();
}

void write_balance(ScriptJson& json, Tree const& record)
{
    Tree const& balance = group_in(record, "balance");
    json.begin_list("balance");
    for (std::string const name : balance_terms) {
        auto const value = number_in(balance, name);
        if (!value) continue;
        json.begin_object();
        json.text("name", name);
        json.number("value", *value);
        if (auto const error = number_in(balance, name + "_error")) json.number("error", *error);
        json.end();
    }
    json.end();
}

void write_sweep(ScriptJson& json, SweepData const& data)
{
    json.begin_object("sweep");
    json.text("name", data.name);
    json.text("unit", data.unit);
    json.begin_list("series");
    for (auto const& series : data.series) {
        std::size_t const n = series.x.size();
        json.begin_object();
        json.text("name", series.name);
        json.numbers("x", series.x);
        json.numbers("rate", series.rate);
        numbers_if(json, "error", series.error, n);
        numbers_if(json, "slope", series.slope, n);
        numbers_if(json, "slopeError", series.slope_error, n);
        json.end();
    }
    json.end();
    json.end();
}

std::string particle_caption(SiteData const& sites)
{
    std::string caption =
        fmt::format("{} sites, as spheres. Drag to turn; after a click the wheel zooms and the arrow "
                    "keys turn. The buttons hide and show elements.",
                    count_text(static_cast<std::int64_t>(sites.count)));
    if (sites.shown() < sites.count)
        caption += fmt::format(
            " {} are drawn: the most frequent elements are thinned evenly, the others are complete.",
            count_text(static_cast<std::int64_t>(sites.shown())));
    return caption + " Positions are rounded to 1/4095 of the extent.";
}

}  // namespace

std::vector<Figure> figures_of(Tree const& record)
{
    std::vector<Figure> figures;
    if (!sweep_data(record).series.empty())
        figures.push_back(
            {"sweep", "What was varied",
             "Photons per second of one particle in each band at each point; bands are one standard error. "
             "“slopes” shows how fast they grow. Drag to zoom, double-click to see all."});
    if (has_spectrum(record))
        figures.push_back(
            {"spectrum", "Emission spectrum",
             "Photons emitted per second and nanometre by one particle, against vacuum wavelength; the "
             "band is one standard error. Drag to zoom, double-click to see all."});
    if (!decays_in(record).empty())
        figures.push_back(
            {"decay", "Decay",
             "Photons per second in each band after the excitation ends; bands are one standard error. "
             "Drag to zoom, double-click to see all."});
    if (!levels_in(record).empty())
        figures.push_back(
            {"levels", "Energy levels and emission",
             "Levels in 10<sup>3</sup> cm<sup>−1</sup>. Arrows are the strongest emissions, coloured by "
             "wavelength (nm beside them); their width is the logarithm of photons per second, over "
             "four decades."});
    if (has_populations(record))
        figures.push_back(
            {"populations", "Populations",
             "Fraction of the ions of a species and region that is in each level, averaged over time; "
             "logarithmic, whiskers are one standard error."});
    if (has_flux(record))
        figures.push_back(
            {"flux", "Strongest channels",
             "Events per second and particle of the channels that fired most; logarithmic, whiskers are "
             "one standard error. The download holds all channels."});
    if (has_balance(record))
        figures.push_back(
            {"balance", "Energy balance",
             "Energy per second of one particle in cm<sup>−1</sup> s<sup>−1</sup>, and as a share of what "
             "is absorbed; the residual is absorbed minus emitted, heat and stored, and should be zero "
             "within its error."});
    if (SiteData const sites = site_data(group_in(group_in(record, "particle"), "sites")); sites.shown() > 0)
        figures.push_back({"particle", "Cation sites", particle_caption(sites)});
    return figures;
}

std::string plot_json(Tree const& record)
{
    ScriptJson json;
    json.begin_object();
    if (SweepData const sweep = sweep_data(record); !sweep.series.empty()) write_sweep(json, sweep);
    if (has_spectrum(record)) write_spectrum(json, record);
    if (!decays_in(record).empty()) write_decays(json, record);
    if (!levels_in(record).empty()) write_levels(json, record);
    if (has_populations(record)) write_populations(json, record);
    if (has_flux(record)) write_flux(json, record);
    if (has_balance(record)) write_balance(json, record);
    if (SiteData const sites = site_data(group_in(group_in(record, "particle"), "sites")); sites.shown() > 0)
        write_sites(json, sites, group_in(group_in(record, "particle"), "regions"));
    json.end();
    return json.result();
}

}  // namespace lanthorn
