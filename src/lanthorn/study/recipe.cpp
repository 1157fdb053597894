#include "lanthorn/study/recipe.hpp"

#include "lanthorn/data/key_path.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace lanthorn {

namespace {

constexpr std::array elements{"La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb",
                              "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y",  "Sc"};

/// Irradiance above which fluorides are damaged within seconds; said as a warning only.
constexpr double damage_W_per_cm2 = 1e7;

constexpr std::array shape_names{std::pair{"sphere", ShapeKind::sphere}, std::pair{"cube", ShapeKind::cube},
                                 std::pair{"rounded-cube", ShapeKind::rounded_cube},
                                 std::pair{"hexagonal-prism", ShapeKind::hexagonal_prism}};
constexpr std::array doping_names{std::pair{"exact", Doping::exact}, std::pair{"binomial", Doping::binomial},
                                  std::pair{"independent", Doping::independent}};
constexpr std::array order_names{std::pair{"random", CationOrder::random},
                                 std::pair{"alternating", CationOrder::alternating}};
constexpr std::array after_names{std::pair{"switch-off", DecayRecipe::After::switch_off},
                                 std::pair{"pulse", DecayRecipe::After::pulse}};

template <class Value, std::size_t n>
Value value_of(std::string const& name, std::array<std::pair<char const*, Value>, n> const& names)
{
    return std::ranges::find_if(names, [&](auto const& known) { return known.first == name; })->second;
}

template <class Value, std::size_t n>
std::string name_of(Value value, std::array<std::pair<char const*, Value>, n> const& names)
{
    return std::ranges::find_if(names, [&](auto const& known) { return known.second == value; })->first;
}

class RecipeReader {
public:
    RecipeReader(Document const& document) : document_(document), read_(document, recipe_schema()) {}

    Recipe recipe()
    {
        Recipe r;
        r.title = read_.optional_text("title").value_or("");
        r.seed = std::uint64_t(read_.integer("seed"));
        crystal(r);
        r.temperature_K = read_.number("temperature.value");
        r.medium = read_.text("surroundings.medium");
        r.refractive_index = read_.optional_number("surroundings.refractive_index");
        for (std::size_t l = 0; l < read_.count("excitation"); ++l) r.excitations.push_back(excitation(l));
        if (r.excitations.empty())
            error("", "there is no light: add an [[excitation]] table with wavelength and irradiance");
        luminescence(r);
        return r;
    }

    std::vector<Finding> findings;

private:
    void error(std::string_view path, std::string problem)
    {
        findings.push_back(read_.finding(path, std::move(problem)));
    }
    void warn(std::string_view path, std::string problem)
    {
        findings.push_back(read_.finding(path, std::move(problem), Severity::warning));
    }

    void crystal(Recipe& r)
    {
        r.shape.kind = value_of(read_.text("crystal.shape"), shape_names);
        r.shape.aspect_ratio = read_.number("crystal.aspect_ratio");
        r.shape.rounding = read_.number("crystal.rounding");
        if (read_.has("crystal.aspect_ratio") && r.shape.kind != ShapeKind::hexagonal_prism)
            error("crystal.aspect_ratio", "only a hexagonal prism has an aspect ratio; set shape = "
                                          "\"hexagonal-prism\" or leave it out");
        if (read_.has("crystal.rounding") && r.shape.kind != ShapeKind::rounded_cube)
            error("crystal.rounding",
                  "only a rounded cube is rounded; set shape = \"rounded-cube\" or leave it out");
        r.doping = value_of(read_.text("crystal.doping"), doping_names);
        r.cation_order = value_of(read_.text("crystal.cation_order"), order_names);
        if (!read_.has("crystal"))
            return error("", "there is no [crystal] table, so there is nothing to build");
        double const vacancies = read_.number("crystal.vacancies.bulk");
        r.regions.push_back(region("crystal", "diameter", vacancies));
        for (std::size_t k = 0; k < read_.count("crystal.shell"); ++k)
            r.regions.push_back(region(fmt::format("crystal.shell[{}]", k), "thickness", vacancies));
    }

    RegionRecipe region(std::string const& table, std::string_view size, double vacancies)
    {
        RegionRecipe region;
        region.host = read_.text(table + ".host");
        region.dopable = read_.optional_text(table + ".dopable").value_or("");
        region.size_nm = read_.number(fmt::format("{}.{}", table, size));
        region.vacancies = vacancies;
        region.dopants = read_.fractions(table + ".dopants");
        std::ranges::sort(region.dopants);
        double sum = 0;
        for (auto const& [element, fraction] : region.dopants) {
            dopant(table + ".dopants", element);
            sum += fraction;
        }
        if (sum > 1 + 1e-12)
            error(table + ".dopants",
                  fmt::format("the dopants sum to {:g}, more than the whole rare-earth site (1)", sum));
        return region;
    }

    void dopant(std::string const& path, std::string const& element)
    {
        std::vector<std::string> const known(elements.begin(), elements.end());
        if (std::ranges::find(known, element) != known.end()) return;
        std::string bare = element;
        std::erase_if(
            bare, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) || c == '+' || c == '^'; });
        auto const meant =
            std::ranges::find(known, bare) != known.end() ? std::optional(bare) : nearest(element, known);
        error(path, fmt::format("\"{}\" is no rare-earth element{}", element,
                                meant ? fmt::format("; did you mean \"{}\"?", *meant) : ""));
    }

    ExcitationRecipe excitation(std::size_t l)
    {
        std::string const table = fmt::format("excitation[{}]", l);
        ExcitationRecipe e;
        e.wavelength_nm = read_.number(table + ".wavelength");
        e.irradiance_W_per_cm2 = read_.number(table + ".irradiance");
        if (e.irradiance_W_per_cm2 > damage_W_per_cm2)
            warn(table + ".irradiance", fmt::format("{:g} W/cm^2 is beyond what fluoride particles are known "
                                                    "to survive (about {:g} W/cm^2); is the unit right?",
                                                    e.irradiance_W_per_cm2, damage_W_per_cm2));
        if (read_.has(table + ".pulse")) {
            e.pulse = {read_.number(table + ".pulse.width"), read_.number(table + ".pulse.period")};
            if (e.pulse->width_s >= e.pulse->period_s)
                error(table + ".pulse.width",
                      "the pulse is as long as its period; leave the pulse out for continuous light");
        }
        return e;
    }

    void luminescence(Recipe& r)
    {
        LuminescenceRecipe& l = r.luminescence;
        l.wanted_error = read_.number("luminescence.wanted_error");
        if (read_.has("luminescence.trajectories")) {
            l.trajectories = read_.integer("luminescence.trajectories");
            if (read_.has("luminescence.wanted_error"))
                error("luminescence.trajectories",
                      "give either a number of trajectories or a wanted error, not both");
        }
        l.event_limit = read_.number("luminescence.event_limit");
        l.burn_in_s = read_.optional_number("luminescence.burn_in");
        l.duration_s = read_.optional_number("luminescence.duration");
        l.bands = read_.list("luminescence.bands");
        l.interaction_radius_nm = read_.number("luminescence.interaction_radius");
        l.max_energy_per_cm = read_.number("luminescence.levels.max_energy");
        if (read_.has("luminescence.levels.count")) l.max_levels = read_.integer("luminescence.levels.count");
        if (read_.has("luminescence.decay")) decay(r);
        for (std::size_t k = 1; k < r.excitations.size(); ++k)
            if (r.excitations[k].pulse && r.excitations[0].pulse &&
                r.excitations[k].pulse->period_s != r.excitations[0].pulse->period_s)
                error(fmt::format("excitation[{}].pulse.period", k),
                      "pulsed lasers must share one period, which this one does not");
    }

    void decay(Recipe& r)
    {
        DecayRecipe decay;
        decay.after = value_of(read_.text("luminescence.decay.after"), after_names);
        decay.duration_s = read_.optional_number("luminescence.decay.duration");
        decay.points = read_.integer("luminescence.decay.points");
        auto const pulsed =
            std::ranges::find_if(r.excitations, [](auto const& e) { return e.pulse.has_value(); });
        if (decay.after == DecayRecipe::After::pulse && pulsed == r.excitations.end())
            error("luminescence.decay.after",
                  "a decay after a pulse is asked for, but no excitation has a pulse; add pulse = { width = "
                  "\"…\", period = \"…\" } or set after = \"switch-off\"");
        if (decay.after == DecayRecipe::After::pulse && pulsed != r.excitations.end() && decay.duration_s &&
            *decay.duration_s > pulsed->pulse->period_s - pulsed->pulse->width_s)
            error("luminescence.decay.duration",
                  fmt::format("the decay is longer than the {:g} s between the end of a pulse and the next",
                              pulsed->pulse->period_s - pulsed->pulse->width_s));
        r.luminescence.decay = decay;
    }

    Document const& document_;
    Reader read_;
};

}  // namespace

Recipe recipe_from(Document const& document, std::vector<Finding>& warnings)
{
    auto findings = check(document, recipe_schema());
    auto const is_error = [](Finding const& f) { return f.severity == Severity::error; };
    Recipe recipe;
    // What the schema refuses cannot be read; what it passes may still make no sense.
    if (std::ranges::none_of(findings, is_error)) {
        RecipeReader reader(document);
        recipe = reader.recipe();
        findings.insert(findings.end(), reader.findings.begin(), reader.findings.end());
        std::ranges::stable_sort(findings, {},
                                 [](Finding const& f) { return std::tuple(f.place.line, f.place.column); });
    }
    if (std::ranges::any_of(findings, is_error)) throw InputError(std::move(findings));
    warnings.insert(warnings.end(), findings.begin(), findings.end());
    return recipe;
}

namespace {

class RecipeWriter {
public:
    void text(std::string const& path, std::string value) { put(path, std::move(value)); }
    void number(std::string const& path, double value) { put(path, value); }
    void integer(std::string const& path, std::int64_t value) { put(path, value); }
    void quantity(std::string const& path, double value, std::string_view unit)
    {
        put(path, exact(value) + " " + std::string(unit));
    }
    void dopants(std::string const& path, RegionRecipe const& region)
    {
        for (auto const& [element, fraction] : region.dopants) number(path + ".dopants." + element, fraction);
    }
    void list(std::string const& path, std::vector<std::string> const& texts)
    {
        Node::Array array;
        for (auto const& t : texts) array.emplace_back(Node::Value(t));
        put(path, std::move(array));
    }
    std::string toml() const { return to_toml(root_); }

private:
    void put(std::string const& path, Node::Value value)
    {
        set(root_, key_path_from(path), Node(std::move(value)));
    }
    Node root_;
};

}  // namespace

std::string to_toml(Recipe const& recipe)
{
    RecipeWriter w;
    if (!recipe.title.empty()) w.text("title", recipe.title);
    w.integer("seed", std::int64_t(recipe.seed));
    RegionRecipe const& core = recipe.regions.front();
    w.text("crystal.host", core.host);
    if (!core.dopable.empty()) w.text("crystal.dopable", core.dopable);
    w.text("crystal.shape", name_of(recipe.shape.kind, shape_names));
    w.quantity("crystal.diameter", core.size_nm, "nm");
    if (recipe.shape.kind == ShapeKind::hexagonal_prism)
        w.number("crystal.aspect_ratio", recipe.shape.aspect_ratio);
    if (recipe.shape.kind == ShapeKind::rounded_cube) w.number("crystal.rounding", recipe.shape.rounding);
    w.dopants("crystal", core);
    w.text("crystal.doping", name_of(recipe.doping, doping_names));
    w.text("crystal.cation_order", name_of(recipe.cation_order, order_names));
    w.number("crystal.vacancies.bulk", core.vacancies);
    for (std::size_t k = 1; k < recipe.regions.size(); ++k) {
        RegionRecipe const& shell = recipe.regions[k];
        auto const table = fmt::format("crystal.shell[{}]", k - 1);
        w.text(table + ".host", shell.host);
        if (!shell.dopable.empty()) w.text(table + ".dopable", shell.dopable);
        w.quantity(table + ".thickness", shell.size_nm, "nm");
        w.dopants(table, shell);
    }
    w.quantity("temperature.value", recipe.temperature_K, "K");
    w.text("surroundings.medium", recipe.medium);
    if (recipe.refractive_index) w.number("surroundings.refractive_index", *recipe.refractive_index);
    for (std::size_t l = 0; l < recipe.excitations.size(); ++l) {
        auto const table = fmt::format("excitation[{}]", l);
        w.quantity(table + ".wavelength", recipe.excitations[l].wavelength_nm, "nm");
        w.quantity(table + ".irradiance", recipe.excitations[l].irradiance_W_per_cm2, "W/cm^2");
        if (auto const& pulse = recipe.excitations[l].pulse) {
            w.quantity(table + ".pulse.width", pulse->width_s, "s");
            w.quantity(table + ".pulse.period", pulse->period_s, "s");
        }
    }
    LuminescenceRecipe const& l = recipe.luminescence;
    w.text("luminescence.engine", "monte-carlo");
    if (l.trajectories)
        w.integer("luminescence.trajectories", *l.trajectories);
    else
        w.number("luminescence.wanted_error", l.wanted_error);
    w.number("luminescence.event_limit", l.event_limit);
    if (l.burn_in_s) w.quantity("luminescence.burn_in", *l.burn_in_s, "s");
    if (l.duration_s) w.quantity("luminescence.duration", *l.duration_s, "s");
    if (!l.bands.empty()) w.list("luminescence.bands", l.bands);
    w.quantity("luminescence.interaction_radius", l.interaction_radius_nm, "nm");
    w.quantity("luminescence.levels.max_energy", l.max_energy_per_cm, "cm^-1");
    if (l.max_levels) w.integer("luminescence.levels.count", *l.max_levels);
    if (l.decay) {
        w.text("luminescence.decay.after", name_of(l.decay->after, after_names));
        if (l.decay->duration_s) w.quantity("luminescence.decay.duration", *l.decay->duration_s, "s");
        w.integer("luminescence.decay.points", l.decay->points);
    }
    return w.toml();
}

}  // namespace lanthorn
