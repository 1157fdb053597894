#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/crystal/host.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/luminescence/user_network.hpp"
#include "lanthorn/study/notation.hpp"

#include "commands.hpp"
#include "json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace lanthorn::app {

namespace {

struct NetworkOptions {
    std::string file, at, from, to;
    int per_decade = 2;
    bool json = false;
};

/// One irradiance of a series and what the bands do there.
struct Point {
    std::vector<double> irradiance_W_per_cm2;
    SteadyState steady;
    struct Band {
        double photons_per_s;  ///< per site
        double slope;          ///< d ln / d ln of the first laser's irradiance
    };
    std::vector<Band> bands;
};

class WellMixed {
public:
    WellMixed(UserNetwork user, std::optional<LatticeSums> const& lattice)
        : user_(std::move(user)), lattice_(lattice),
          system_(well_mixed(user_, lattice_ ? &*lattice_ : nullptr))
    {}

    UserNetwork const& user() const { return user_; }
    RateSystem const& system() const { return system_; }

    Point at(std::vector<double> irradiance, SteadyState const* near = nullptr) const
    {
        Point point;
        point.steady = steady_state(system_, irradiance, near != nullptr ? near->amount : system_.ground());
        auto const flux = system_.fluxes(point.steady.amount, irradiance);
        auto const slopes = system_.lasers() > 0 && irradiance[0] > 0
                                ? steady_slopes(system_, irradiance, point.steady, 0)
                                : std::vector<double>(system_.size(), 0.0);
        for (auto const& band : user_.bands) {
            double photons = 0, weighted = 0;
            for (std::size_t m : band.channels) {
                photons += flux[m];
                weighted += flux[m] * slopes[system_.terms()[m].from[0]];
            }
            point.bands.push_back({photons, photons > 0 ? weighted / photons : 0});
        }
        point.irradiance_W_per_cm2 = std::move(irradiance);
        return point;
    }

private:
    UserNetwork user_;
    std::optional<LatticeSums> lattice_;
    RateSystem system_;
};

WellMixed read(NetworkOptions const& o)
{
    Document const document = read_toml(o.file);
    UserNetwork user = user_network_from(document);
    std::optional<LatticeSums> lattice;
    if (!user.host.empty()) {
        auto const file = "hosts/" + user.host + ".toml";
        Node const* node = document.root.find("host");
        if (!library_has(file)) {
            Finding finding{.place = node->place, .key = "host", .excerpt = document.excerpt(node->place)};
            finding.problem = fmt::format("there is no host \"{}\" in the library", user.host);
            throw InputError({std::move(finding)});
        }
        lattice = lattice_sums(host_from(library_document(file)));
    }
    try {
        return {std::move(user), lattice};
    }
    catch (InputError const& error) {
        auto findings = error.findings();
        for (auto& finding : findings) finding.place.file = document.name;
        throw InputError(std::move(findings));
    }
}

double in_house(std::string const& text, Dimension dimension, char const* option)
{
    auto const value = to_house(text, dimension);
    if (!value.house) throw InputError({}, option, fmt::format("{}: {}", option, value.problem));
    return *value.house;
}

/// Irradiances of the network's lasers from "980 nm, 100 W/cm^2; …".
std::vector<double> light_of(std::string const& at, UserNetwork const& user)
{
    std::vector<double> irradiance(user.lasers.size(), 0.0);
    if (at.empty()) {
        if (!irradiance.empty()) irradiance[0] = 100;
        return irradiance;
    }
    Document const light = parse_toml(excitation_from_notation(at), "--at");
    for (Node const& one : light.root.find("excitation")->array()) {
        if (one.find("pulse") != nullptr)
            throw InputError({}, "--at", "--at: a steady state has no pulses; leave them out");
        double const nm = in_house(one.find("wavelength")->text(), Dimension::length, "--at");
        auto const laser = std::ranges::find_if(
            user.lasers, [&](UserNetwork::Laser const& l) { return std::abs(l.wavelength_nm - nm) <= 1; });
        if (laser == user.lasers.end())
            throw InputError(
                {}, "--at",
                user.lasers.empty()
                    ? "--at: the network has no laser"
                    : fmt::format("--at: the network has no laser at {:g} nm; its first is at {:g} nm", nm,
                                  user.lasers.front().wavelength_nm));
        irradiance[std::size_t(laser - user.lasers.begin())] =
            in_house(one.find("irradiance")->text(), Dimension::irradiance, "--at");
    }
    return irradiance;
}

std::vector<Point> series_of(WellMixed const& mixed, NetworkOptions const& o, std::vector<double> light)
{
    if (o.from.empty() != o.to.empty())
        throw InputError({}, "--from", "--from and --to belong together: give both, or neither");
    if (o.from.empty()) return {};
    if (light.empty()) throw InputError({}, "--from", "--from: the network has no laser");
    double const from = in_house(o.from, Dimension::irradiance, "--from"),
                 to = in_house(o.to, Dimension::irradiance, "--to");
    if (!(from > 0 && to > from))
        throw InputError({}, "--to", "--to: the series runs from an irradiance above 0 to a higher one");
    int const steps = std::max(1, int(std::lround(std::log10(to / from) * o.per_decade)));
    std::vector<Point> series;
    for (int k = 0; k <= steps; ++k) {
        light[0] = from * portable_pow(to / from, double(k) / steps);
        series.push_back(mixed.at(light, series.empty() ? nullptr : &series.back().steady));
    }
    return series;
}

std::string light_text(UserNetwork const& user, std::vector<double> const& irradiance)
{
    std::string text;
    for (std::size_t l = 0; l < irradiance.size(); ++l)
        text += fmt::format("{}{:g} nm, {:g} W/cm^2", l > 0 ? "; " : "", user.lasers[l].wavelength_nm,
                            irradiance[l]);
    return text.empty() ? "no light" : text;
}

void print(WellMixed const& mixed, Point const& point, std::vector<Point> const& series)
{
    UserNetwork const& user = mixed.user();
    fmt::print("{}\nsteady state at {}, well mixed\n\n", user.title,
               light_text(user, point.irradiance_W_per_cm2));
    fmt::print("{:<24} {:>14} {:>14}\n", "level", "of the sites", "of the ions");
    std::size_t c = 0;
    for (std::size_t s = 0; s < user.network.species.size(); ++s)
        for (auto const& level : user.network.species[s].levels) {
            fmt::print("{:<24} {:>14.6e} {:>14.6e}\n", user.network.species[s].name + " " + level,
                       point.steady.amount[c],
                       user.fraction[s].value > 0 ? point.steady.amount[c] / user.fraction[s].value : 0);
            ++c;
        }
    if (!user.bands.empty()) fmt::print("\n{:<24} {:>14} {:>14}\n", "band", "photons/s", "slope");
    for (std::size_t b = 0; b < user.bands.size(); ++b)
        fmt::print("{:<24} {:>14.6e} {:>14.3f}\n", user.bands[b].name, point.bands[b].photons_per_s,
                   point.bands[b].slope);
    auto const slowest =
        relaxation_rates(mixed.system(), point.irradiance_W_per_cm2, point.steady.amount).front().real();
    fmt::print("\nrates as the file has them: no detailed balance\nphotons per site of the lattice; slope d "
               "ln(band)/d ln(irradiance of the first laser)\n");
    fmt::print("residual {:.1e}; {}, slowest time {:.3g} s\n", point.steady.residual,
               slowest < 0 ? "stable" : "UNSTABLE", -1 / slowest);
    if (series.empty()) return;
    fmt::print("\n{:<14}", "W/cm^2");
    for (auto const& band : user.bands) fmt::print(" {:>12} {:>7}", band.name, "slope");
    fmt::print("\n");
    for (auto const& p : series) {
        fmt::print("{:<14.4g}", p.irradiance_W_per_cm2[0]);
        for (auto const& band : p.bands) fmt::print(" {:>12.4e} {:>7.3f}", band.photons_per_s, band.slope);
        fmt::print("\n");
    }
}

std::string bands_json(UserNetwork const& user, Point const& point)
{
    std::vector<std::string> bands;
    for (std::size_t b = 0; b < user.bands.size(); ++b)
        bands.push_back(JsonObject()
                            .text("name", user.bands[b].name)
                            .number("photon_rate", point.bands[b].photons_per_s)
                            .number("slope", point.bands[b].slope)
                            .line());
    return json_lines(bands);
}

std::string json(WellMixed const& mixed, Point const& point, std::vector<Point> const& series)
{
    UserNetwork const& user = mixed.user();
    JsonObject document;
    document.text("network", user.title);
    document.json("units", JsonObject()
                               .text("irradiance", "W cm^-2")
                               .text("wavelength", "nm")
                               .text("fraction", "of the sites")
                               .text("occupation", "of the ions")
                               .text("photon_rate", "s^-1 per site")
                               .text("relaxation", "s^-1")
                               .line());
    std::vector<std::string> lasers, levels;
    for (std::size_t l = 0; l < user.lasers.size(); ++l)
        lasers.push_back(JsonObject()
                             .text("name", user.lasers[l].name)
                             .number("wavelength", user.lasers[l].wavelength_nm)
                             .number("irradiance", point.irradiance_W_per_cm2[l])
                             .line());
    std::size_t c = 0;
    for (std::size_t s = 0; s < user.network.species.size(); ++s)
        for (auto const& level : user.network.species[s].levels) {
            JsonObject row;
            row.text("ion", user.network.species[s].name).text("level", level);
            row.number("fraction", point.steady.amount[c]);
            if (user.fraction[s].value > 0)
                row.number("occupation", point.steady.amount[c] / user.fraction[s].value);
            levels.push_back(row.line());
            ++c;
        }
    document.json("lasers", json_lines(lasers));
    document.number("residual", point.steady.residual).integer("iterations", point.steady.iterations);
    document.number(
        "relaxation",
        -relaxation_rates(mixed.system(), point.irradiance_W_per_cm2, point.steady.amount).front().real());
    document.json("levels", json_lines(levels)).json("bands", bands_json(user, point));
    if (series.empty()) return document.document();
    std::vector<std::string> points;
    for (auto const& p : series)
        points.push_back(JsonObject()
                             .number("irradiance", p.irradiance_W_per_cm2[0])
                             .number("residual", p.steady.residual)
                             .json("bands", bands_json(user, p))
                             .line());
    return document.json("series", json_lines(points)).document();
}

void run_network(NetworkOptions const& o)
{
    WellMixed const mixed = read(o);
    auto const light = light_of(o.at, mixed.user());
    Point const point = mixed.at(light);
    auto const series = series_of(mixed, o, light);
    if (o.json)
        fmt::print("{}", json(mixed, point, series));
    else
        print(mixed, point, series);
}

}  // namespace

void add_network(CLI::App& app)
{
    auto* command = app.add_subcommand(
        "network",
        "Solve levels and rates of your own, given in a file, as well-mixed rate equations: steady state, "
        "bands and their slopes");
    auto o = std::make_shared<NetworkOptions>();
    command->add_option("file", o->file, "Network file (.toml), see the guide")->required();
    command->add_option("--at", o->at,
                        "Light, \"980 nm, 100 W/cm^2\", several lasers separated by ;; left out: 100 W/cm^2 "
                        "of the first laser of the file");
    command->add_option("--from", o->from,
                        "Irradiance of the first laser at which a series begins, with --to");
    command->add_option("--to", o->to, "Irradiance at which the series ends");
    command->add_option("--per-decade", o->per_decade, "Points of the series per decade")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_flag("--json", o->json, "Print JSON");
    command->callback([o] { run_network(*o); });
}

}  // namespace lanthorn::app
