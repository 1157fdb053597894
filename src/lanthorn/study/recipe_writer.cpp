#include "lanthorn/data/key_path.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/recipe_names.hpp"

#include <fmt/format.h>

namespace lanthorn {

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
    void values(std::string const& path, std::vector<Node> const& nodes) { put(path, nodes); }
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
    w.text("luminescence.engine", name_of(l.engine, engine_names));
    w.integer("luminescence.layers", l.layers);
    w.number("luminescence.comparison", l.comparison_events);
    w.text("luminescence.start", name_of(l.start, start_names));
    if (l.trajectories)
        w.integer("luminescence.trajectories", *l.trajectories);
    else
        w.number("luminescence.wanted_error", l.wanted_error);
    if (l.structures > 1) w.integer("luminescence.structures", l.structures);
    if (l.control) w.text("luminescence.control", name_of(*l.control, control_names));
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
    if (!l.network.empty()) w.text("luminescence.network", l.network);
    w.quantity("luminescence.levels.max_energy", l.max_energy_per_cm, "cm^-1");
    if (l.max_levels) w.integer("luminescence.levels.count", *l.max_levels);
    if (l.decay) {
        w.text("luminescence.decay.after", name_of(l.decay->after, after_names));
        if (l.decay->duration_s) w.quantity("luminescence.decay.duration", *l.decay->duration_s, "s");
        w.integer("luminescence.decay.points", l.decay->points);
    }
    for (std::size_t k = 0; k < recipe.sweeps.size(); ++k) {
        w.text(fmt::format("sweep[{}].key", k), recipe.sweeps[k].key);
        w.values(fmt::format("sweep[{}].values", k), recipe.sweeps[k].values);
    }
    return w.toml();
}

}  // namespace lanthorn
