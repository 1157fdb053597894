#include "lanthorn/study/recipe.hpp"

#include "lanthorn/data/key_path.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/names.hpp"

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
constexpr std::array field_names{std::pair{"virtual-cavity", LocalField::virtual_cavity},
                                 std::pair{"real-cavity", LocalField::real_cavity}};
constexpr std::array multipole_names{std::pair{"dipole", Multipoles::dipole},
                                     std::pair{"up-to-quadrupole", Multipoles::up_to_quadrupole}};
constexpr std::array rule_names{std::pair{"lanthorn", RateRules::lanthorn},
                                std::pair{"nanoparticletools", RateRules::nanoparticletools}};
constexpr std::array kind_names{std::pair{"measured", Kind::measured},
                                std::pair{"calculated", Kind::calculated}, std::pair{"fitted", Kind::fitted},
                                std::pair{"estimated", Kind::estimated}, std::pair{"assumed", Kind::assumed}};
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

/// Reads what the schema did not refuse and says what makes no sense in it. The recipe is whole where there are no
/// errors; what was refused has no value (numbers are NaN, so that no comparison of theirs holds).
class RecipeReader {
public:
    RecipeReader(Document const& document, std::vector<Finding> refused)
        : findings(std::move(refused)), document_(document), read_(document, recipe_schema())
    {
        for (auto const& finding : findings) refused_.push_back(finding.key);
    }

    Recipe recipe()
    {
        Recipe r;
        r.title = text("title");
        r.seed = std::uint64_t(integer("seed").value_or(0));
        crystal(r);
        r.temperature_K = number("temperature.value");
        r.medium = text("surroundings.medium");
        if (auto const media = medium_names();
            !r.medium.empty() && std::ranges::find(media, r.medium) == media.end())
            add("surroundings.medium", no_such_medium(r.medium));
        r.refractive_index = optional_number("surroundings.refractive_index");
        r.local_field = choice("surroundings.local_field", field_names).value_or(LocalField::virtual_cavity);
        for (std::size_t k = 0; k < read_.count("override"); ++k) r.overrides.push_back(override_of(k));
        quenching(r);
        for (std::size_t l = 0; l < read_.count("excitation"); ++l) r.excitations.push_back(excitation(l));
        luminescence(r);
        return r;
    }

    std::vector<Finding> findings;

private:
    /// Whether the schema had nothing against this key, what it stands in and what stands in it.
    bool sound(std::string_view path) const
    {
        auto const within = [](std::string_view inner, std::string_view outer) {
            if (!inner.starts_with(outer)) return false;
            inner.remove_prefix(outer.size());
            return inner.empty() || inner.front() == '.' || inner.front() == '[';
        };
        return std::ranges::none_of(refused_,
                                    [&](auto const& key) { return within(key, path) || within(path, key); });
    }

    std::string text(std::string_view path) const
    {
        return sound(path) ? read_.optional_text(path).value_or("") : std::string();
    }
    std::optional<double> optional_number(std::string_view path) const
    {
        return sound(path) ? read_.optional_number(path) : std::nullopt;
    }
    double number(std::string_view path) const { return optional_number(path).value_or(std::nan("")); }
    std::optional<std::int64_t> integer(std::string_view path) const
    {
        return optional_number(path) ? std::optional(read_.integer(path)) : std::nullopt;
    }
    template <class Value, std::size_t n>
    std::optional<Value> choice(std::string_view path,
                                std::array<std::pair<char const*, Value>, n> const& names) const
    {
        auto const name = sound(path) ? read_.optional_text(path) : std::nullopt;
        return name ? std::optional(value_of(*name, names)) : std::nullopt;
    }

    void add(std::string_view path, std::string problem, Severity severity = Severity::error)
    {
        findings.push_back(read_.finding(path, std::move(problem), severity));
    }

    void crystal(Recipe& r)
    {
        r.doping = choice("crystal.doping", doping_names).value_or(Doping::exact);
        r.cation_order = choice("crystal.cation_order", order_names).value_or(CationOrder::random);
        double const vacancies = number("crystal.vacancies.bulk");
        r.regions.push_back(region("crystal", "diameter", vacancies));
        if (!r.regions.front().shape) r.regions.front().shape = Shape{};
        for (std::size_t k = 0; k < read_.count("crystal.shell"); ++k)
            r.regions.push_back(region(fmt::format("crystal.shell[{}]", k), "thickness", vacancies));
    }

    RegionRecipe region(std::string const& table, std::string_view size, double vacancies)
    {
        RegionRecipe region;
        region.host = text(table + ".host");
        region.dopable = text(table + ".dopable");
        host(table, region);
        region.size_nm = number(fmt::format("{}.{}", table, size));
        region.shape = shape(table);
        region.vacancies = vacancies;
        auto const path = table + ".dopants";
        if (Node const* dopants = read_.node(path); dopants && dopants->is_table())
            for (auto const& [element, node] : dopants->table()) dopant(path, element, node);
        if (sound(path)) region.dopants = read_.fractions(path);
        std::ranges::sort(region.dopants);
        return region;
    }

    std::optional<Shape> shape(std::string const& table)
    {
        auto const kind = choice(table + ".shape", shape_names);
        bool const understood = kind || !read_.has(table + ".shape");
        if (understood && kind != ShapeKind::hexagonal_prism && read_.has(table + ".aspect_ratio"))
            add(table + ".aspect_ratio", "only a hexagonal prism has an aspect ratio; set shape = "
                                         "\"hexagonal-prism\" or leave it out");
        if (understood && kind != ShapeKind::rounded_cube && read_.has(table + ".rounding"))
            add(table + ".rounding",
                "only a rounded cube is rounded; set shape = \"rounded-cube\" or leave it out");
        if (!kind) return std::nullopt;
        return Shape{.kind = *kind,
                     .aspect_ratio = number(table + ".aspect_ratio"),
                     .rounding = number(table + ".rounding")};
    }

    void host(std::string const& table, RegionRecipe const& region)
    {
        auto const known = host_names();
        if (!sound(table + ".host") || !read_.has(table + ".host")) return;
        if (is_cif(region.host)) {
            if (region.dopable.empty())
                add(table + ".dopable",
                    fmt::format(
                        "which cation of {} dopants replace has to be said, for example dopable = \"Y\"",
                        region.host));
        }
        else if (std::ranges::find(known, region.host) == known.end())
            add(table + ".host", no_such_host(region.host));
        else if (!region.dopable.empty())
            add(table + ".dopable",
                fmt::format("{} is of the library, which says what dopants replace; leave dopable out",
                            region.host));
    }

    void dopant(std::string const& path, std::string const& element, Node const& node)
    {
        std::vector<std::string> const known(elements.begin(), elements.end());
        if (std::ranges::find(known, element) != known.end()) return;
        std::string bare = element;
        std::erase_if(
            bare, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) || c == '+' || c == '^'; });
        auto const meant =
            std::ranges::find(known, bare) != known.end() ? std::optional(bare) : nearest(element, known);
        findings.push_back(
            {.place = node.key_place,
             .key = path + "." + element,
             .problem = fmt::format("\"{}\" is no rare-earth element{}", element,
                                    meant ? fmt::format("; did you mean \"{}\"?", *meant) : ""),
             .excerpt = document_.excerpt(node.key_place)});
    }

    void quenching(Recipe& r)
    {
        QuenchingRecipe& q = r.quenching;
        q.surroundings = !sound("surroundings.quenching") || read_.flag("surroundings.quenching");
        q.ligand = read_.has("surroundings.ligand") ? text("surroundings.ligand") : usual_ligand(r.medium);
        if (auto const known = ligand_names();
            !q.ligand.empty() && std::ranges::find(known, q.ligand) == known.end())
            add("surroundings.ligand", no_such_ligand(q.ligand));
        q.ligand_thickness_nm = optional_number("surroundings.ligand_thickness");
        if (q.ligand == "none" && read_.has("surroundings.ligand_thickness"))
            add("surroundings.ligand_thickness", "there is no ligand whose thickness this could be; name one "
                                                 "with surroundings.ligand or leave the thickness out");
        q.standoff_nm = number("surroundings.standoff");
        q.hydroxyl_per_nm2 = number("surroundings.hydroxyl");
        q.vacancy_nm6_per_s = number("defects.vacancy.coefficient");
        q.contact_per_s = number("defects.vacancy.contact_rate");
        q.contact_radius_nm = number("defects.vacancy.contact_radius");
        if (!read_.has("surroundings.pseudo_ions")) return;
        r.pseudo_ions = {text("surroundings.pseudo_ions.kind"), number("surroundings.pseudo_ions.fraction"),
                         number("surroundings.pseudo_ions.depth")};
        if (r.medium == "bulk")
            add("surroundings.pseudo_ions",
                "a bulk crystal has no surface below which pseudo-ions could lie; "
                "choose a medium or leave them out");
    }

    ExcitationRecipe excitation(std::size_t l)
    {
        std::string const table = fmt::format("excitation[{}]", l);
        ExcitationRecipe e;
        e.wavelength_nm = number(table + ".wavelength");
        e.irradiance_W_per_cm2 = number(table + ".irradiance");
        if (e.irradiance_W_per_cm2 > damage_W_per_cm2)
            add(table + ".irradiance",
                fmt::format("{:g} W/cm^2 is beyond what fluoride particles are known to survive (about {:g} "
                            "W/cm^2); is the "
                            "unit right?",
                            e.irradiance_W_per_cm2, damage_W_per_cm2),
                Severity::warning);
        if (read_.has(table + ".pulse")) {
            e.pulse = {number(table + ".pulse.width"), number(table + ".pulse.period")};
            if (e.pulse->width_s >= e.pulse->period_s)
                add(table + ".pulse.width",
                    "the pulse is not shorter than its period; leave the pulse out for continuous light");
        }
        return e;
    }

    std::vector<std::string> list(std::string const& path) const
    {
        return sound(path) ? read_.list(path) : std::vector<std::string>();
    }

    OverrideRecipe override_of(std::size_t k)
    {
        std::string const table = fmt::format("override[{}]", k);
        OverrideRecipe o;
        o.ion = text(table + ".ion");
        o.level = text(table + ".level");
        o.to = text(table + ".to");
        o.line_strength_cm2 = optional_number(table + ".line_strength");
        o.lifetime_s = optional_number(table + ".lifetime");
        o.relaxation_per_s = optional_number(table + ".relaxation");
        if (sound(table + ".branching")) o.branching = read_.fractions(table + ".branching");
        o.donor = list(table + ".donor");
        o.acceptor = list(table + ".acceptor");
        o.coefficient_nm6_per_s = optional_number(table + ".coefficient");
        o.factor = optional_number(table + ".factor");
        o.exchange_per_s = optional_number(table + ".exchange");
        o.range_nm = optional_number(table + ".range");
        o.at_nm = optional_number(table + ".at");
        o.source = text(table + ".source");
        o.kind = choice(table + ".kind", kind_names).value_or(Kind::measured);
        check_override(table, o);
        return o;
    }

    void check_override(std::string const& table, OverrideRecipe const& o)
    {
        if (!sound(table)) return;
        std::size_t const of_level = o.lifetime_s.has_value() + o.relaxation_per_s.has_value() +
                                     !o.branching.empty() + o.line_strength_cm2.has_value();
        std::size_t const of_transfer =
            o.coefficient_nm6_per_s.has_value() + o.factor.has_value() + o.exchange_per_s.has_value();
        if (of_level + of_transfer != 1)
            add(table, "an override has one number: line_strength, lifetime, relaxation, branching, "
                       "coefficient, factor "
                       "or exchange");
        else if (of_transfer == 1 && (o.donor.size() != 3 || o.acceptor.size() != 3))
            add(table, "a transfer is told by donor = [\"Yb\", \"2F5/2\", \"2F7/2\"] and acceptor likewise: "
                       "ion, level "
                       "before, level after");
        else if (o.exchange_per_s.has_value() != (o.range_nm && o.at_nm))
            add(table,
                "exchange has a rate, a range and the distance at which the rate holds, as in exchange = "
                "\"1e6 s^-1\", range = \"0.05 nm\", at = \"0.353 nm\"");
        else if (of_level == 1 && (o.ion.empty() || o.level.empty()))
            add(table, "which ion and level this number is of has to be said, as in ion = \"Er\", level = "
                       "\"4I11/2\"");
        else if (o.line_strength_cm2 && o.to.empty())
            add(table, "a line strength is of a transition; say which with to = \"4I15/2\"");
    }

    void luminescence(Recipe& r)
    {
        LuminescenceRecipe& l = r.luminescence;
        l.wanted_error = number("luminescence.wanted_error");
        l.trajectories = integer("luminescence.trajectories");
        if (read_.has("luminescence.trajectories") && read_.has("luminescence.wanted_error"))
            add("luminescence.trajectories",
                "give either a number of trajectories or a wanted error, not both");
        l.event_limit = number("luminescence.event_limit");
        l.burn_in_s = optional_number("luminescence.burn_in");
        l.duration_s = optional_number("luminescence.duration");
        if (sound("luminescence.bands")) l.bands = read_.list("luminescence.bands");
        l.interaction_radius_nm = number("luminescence.interaction_radius");
        l.multipoles = choice("luminescence.multipoles", multipole_names).value_or(Multipoles::dipole);
        l.cooperative = list("luminescence.cooperative");
        for (std::size_t k = 0; k < l.cooperative.size(); ++k)
            if (!cooperative_from(l.cooperative[k]))
                add(fmt::format("luminescence.cooperative[{}]", k),
                    fmt::format("\"{}\" is to be of the form \"Yb+Yb->Tb\"", l.cooperative[k]));
        if (read_.has("luminescence.cooperative_strength"))
            l.cooperative_nm12_per_s = optional_number("luminescence.cooperative_strength");
        l.cooperative_radius_nm = number("luminescence.cooperative_radius");
        l.rules = choice("luminescence.rates", rule_names).value_or(RateRules::lanthorn);
        l.max_energy_per_cm = number("luminescence.levels.max_energy");
        l.max_levels = integer("luminescence.levels.count");
        if (read_.has("luminescence.decay")) decay(r);
        ExcitationRecipe const* first = nullptr;
        for (std::size_t k = 0; k < r.excitations.size(); ++k) {
            if (!r.excitations[k].pulse) continue;
            if (first == nullptr) first = &r.excitations[k];
            if (std::abs(r.excitations[k].pulse->period_s - first->pulse->period_s) > 0)
                add(fmt::format("excitation[{}].pulse.period", k),
                    "pulsed lasers must share one period, which this one does not");
        }
    }

    void decay(Recipe& r)
    {
        DecayRecipe decay;
        auto const after = choice("luminescence.decay.after", after_names);
        decay.after = after.value_or(DecayRecipe::After::switch_off);
        decay.duration_s = optional_number("luminescence.decay.duration");
        decay.points = integer("luminescence.decay.points").value_or(0);
        auto const pulsed =
            std::ranges::find_if(r.excitations, [](auto const& e) { return e.pulse.has_value(); });
        if (after == DecayRecipe::After::pulse && pulsed == r.excitations.end() && sound("excitation"))
            add("luminescence.decay.after",
                "a decay after a pulse is asked for, but no excitation has a pulse; add "
                "pulse = { width = \"…\", period = \"…\" } or set after = "
                "\"switch-off\"");
        if (after == DecayRecipe::After::pulse && pulsed != r.excitations.end() && decay.duration_s) {
            double dark_s = pulsed->pulse->period_s;
            for (auto const& e : r.excitations)
                if (e.pulse) dark_s = std::min(dark_s, e.pulse->period_s - e.pulse->width_s);
            if (*decay.duration_s > dark_s)
                add("luminescence.decay.duration",
                    fmt::format("the decay is longer than the {:g} s between the end of a pulse and the next",
                                dark_s));
        }
        r.luminescence.decay = decay;
    }

    Document const& document_;
    Reader read_;
    std::vector<std::string> refused_;
};

}  // namespace

std::optional<std::array<std::string, 3>> cooperative_from(std::string_view text)
{
    auto const plus = text.find('+'), arrow = text.find("->");
    if (plus == std::string_view::npos || arrow == std::string_view::npos || plus > arrow)
        return std::nullopt;
    std::array parts{std::string(text.substr(0, plus)), std::string(text.substr(plus + 1, arrow - plus - 1)),
                     std::string(text.substr(arrow + 2))};
    for (std::string const& part : parts)
        if (std::ranges::find(elements, part) == elements.end()) return std::nullopt;
    return parts;
}

Recipe recipe_from(Document const& document, std::vector<Finding>& warnings)
{
    RecipeReader reader(document, check(document, recipe_schema()));
    Recipe recipe = reader.recipe();
    auto& findings = reader.findings;
    std::ranges::stable_sort(findings, {},
                             [](Finding const& f) { return std::tuple(f.place.line, f.place.column); });
    if (std::ranges::any_of(findings, [](Finding const& f) { return f.severity == Severity::error; }))
        throw InputError(std::move(findings));
    warnings.insert(warnings.end(), findings.begin(), findings.end());
    return recipe;
}

namespace {

class RecipeWriter {
public:
    void text(std::string const& path, std::string value) { put(path, std::move(value)); }
    void number(std::string const& path, double value) { put(path, value); }
    void flag(std::string const& path, bool value) { put(path, value); }
    void integer(std::string const& path, std::int64_t value) { put(path, value); }
    void quantity(std::string const& path, double value, std::string_view unit)
    {
        put(path, exact(value) + " " + std::string(unit));
    }
    void shape(std::string const& path, RegionRecipe const& region)
    {
        if (!region.shape) return;
        text(path + ".shape", name_of(region.shape->kind, shape_names));
        if (region.shape->kind == ShapeKind::hexagonal_prism)
            number(path + ".aspect_ratio", region.shape->aspect_ratio);
        if (region.shape->kind == ShapeKind::rounded_cube) number(path + ".rounding", region.shape->rounding);
    }
    void dopants(std::string const& path, RegionRecipe const& region)
    {
        for (auto const& [element, fraction] : region.dopants) number(path + ".dopants." + element, fraction);
    }
    void override_of(std::string const& table, OverrideRecipe const& o)
    {
        if (!o.ion.empty()) text(table + ".ion", o.ion);
        if (!o.level.empty()) text(table + ".level", o.level);
        if (!o.to.empty()) text(table + ".to", o.to);
        if (o.line_strength_cm2) quantity(table + ".line_strength", *o.line_strength_cm2, "cm^2");
        if (o.lifetime_s) quantity(table + ".lifetime", *o.lifetime_s, "s");
        if (o.relaxation_per_s) quantity(table + ".relaxation", *o.relaxation_per_s, "s^-1");
        for (auto const& [level, share] : o.branching)
            number(fmt::format("{}.branching.{}", table, level), share);
        if (!o.donor.empty()) list(table + ".donor", o.donor);
        if (!o.acceptor.empty()) list(table + ".acceptor", o.acceptor);
        if (o.coefficient_nm6_per_s) quantity(table + ".coefficient", *o.coefficient_nm6_per_s, "nm^6/s");
        if (o.factor) number(table + ".factor", *o.factor);
        if (o.exchange_per_s) quantity(table + ".exchange", *o.exchange_per_s, "s^-1");
        if (o.range_nm) quantity(table + ".range", *o.range_nm, "nm");
        if (o.at_nm) quantity(table + ".at", *o.at_nm, "nm");
        text(table + ".source", o.source);
        text(table + ".kind", name_of(o.kind, kind_names));
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
    w.quantity("crystal.diameter", core.size_nm, "nm");
    w.shape("crystal", core);
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
        w.shape(table, shell);
        w.dopants(table, shell);
    }
    w.quantity("temperature.value", recipe.temperature_K, "K");
    w.text("surroundings.medium", recipe.medium);
    if (recipe.refractive_index) w.number("surroundings.refractive_index", *recipe.refractive_index);
    w.text("surroundings.local_field", name_of(recipe.local_field, field_names));
    for (std::size_t k = 0; k < recipe.overrides.size(); ++k)
        w.override_of(fmt::format("override[{}]", k), recipe.overrides[k]);
    QuenchingRecipe const& q = recipe.quenching;
    w.flag("surroundings.quenching", q.surroundings);
    w.text("surroundings.ligand", q.ligand);
    if (q.ligand_thickness_nm) w.quantity("surroundings.ligand_thickness", *q.ligand_thickness_nm, "nm");
    w.quantity("surroundings.standoff", q.standoff_nm, "nm");
    w.quantity("surroundings.hydroxyl", q.hydroxyl_per_nm2, "nm^-2");
    if (recipe.pseudo_ions) {
        w.text("surroundings.pseudo_ions.kind", recipe.pseudo_ions->kind);
        w.number("surroundings.pseudo_ions.fraction", recipe.pseudo_ions->fraction);
        w.quantity("surroundings.pseudo_ions.depth", recipe.pseudo_ions->depth_nm, "nm");
    }
    w.quantity("defects.vacancy.coefficient", q.vacancy_nm6_per_s, "nm^6/s");
    w.quantity("defects.vacancy.contact_rate", q.contact_per_s, "s^-1");
    w.quantity("defects.vacancy.contact_radius", q.contact_radius_nm, "nm");
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
    w.text("luminescence.multipoles", name_of(l.multipoles, multipole_names));
    if (!l.cooperative.empty()) w.list("luminescence.cooperative", l.cooperative);
    if (l.cooperative_nm12_per_s) w.number("luminescence.cooperative_strength", *l.cooperative_nm12_per_s);
    w.quantity("luminescence.cooperative_radius", l.cooperative_radius_nm, "nm");
    w.text("luminescence.rates", name_of(l.rules, rule_names));
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
