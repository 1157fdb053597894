#include "lanthorn/study/names.hpp"
#include "lanthorn/study/recipe_files.hpp"
#include "lanthorn/study/recipe_names.hpp"
#include "lanthorn/study/sweep_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <tuple>

namespace lanthorn {

namespace {

constexpr std::array elements{"La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb",
                              "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y",  "Sc"};

/// Irradiance above which fluorides are damaged within seconds; said as a warning only.
constexpr double damage_W_per_cm2 = 1e7;

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
        if (sound("sweep")) r.sweeps = sweeps_from(document_, findings);
        visit_files(r, [this](std::string const& key, std::string& path) { find_file(key, path); });
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

    void find_file(std::string const& key, std::string& path)
    {
        path = file_beside(document_.name, path);
        if (std::error_code unknown; !std::filesystem::is_regular_file(path, unknown))
            add(key,
                fmt::format("there is no file \"{}\", neither beside the recipe nor in the folder in which "
                            "the program runs; its path is seen from either",
                            path));
    }

    void luminescence(Recipe& r)
    {
        LuminescenceRecipe& l = r.luminescence;
        engine(l);
        l.wanted_error = number("luminescence.wanted_error");
        l.trajectories = integer("luminescence.trajectories");
        if (read_.has("luminescence.trajectories") && read_.has("luminescence.wanted_error"))
            add("luminescence.trajectories",
                "give either a number of trajectories or a wanted error, not both");
        structures(r);
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
        l.network = text("luminescence.network");
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

    void engine(LuminescenceRecipe& l)
    {
        l.engine = choice("luminescence.engine", engine_names).value_or(Engine::monte_carlo);
        l.layers = integer("luminescence.layers").value_or(1);
        l.comparison_events = number("luminescence.comparison");
        l.start = choice("luminescence.start", start_names).value_or(Start::dark);
        if (l.layers > 1 && (l.engine == Engine::monte_carlo || l.engine == Engine::microscopic))
            add("luminescence.layers",
                "this engine knows each ion by itself; layers count for mean-field and auto only",
                Severity::warning);
        if (l.start != Start::dark && (l.engine == Engine::mean_field || l.engine == Engine::microscopic))
            add("luminescence.start", "rate equations have no trajectories that could begin anywhere",
                Severity::warning);
    }

    void structures(Recipe& r)
    {
        LuminescenceRecipe& l = r.luminescence;
        l.structures = integer("luminescence.structures").value_or(1);
        if (read_.has("luminescence.control")) l.control = choice("luminescence.control", control_names);
        if (l.structures > 1 && l.engine != Engine::monte_carlo)
            add("luminescence.structures",
                "means over random structures are made by Monte Carlo; take luminescence.engine = "
                "\"monte-carlo\", or a sweep over the key \"seed\" for the structures one by one");
        if (l.structures == 1 && l.control)
            add("luminescence.control",
                "one structure has no scatter between structures that a control could lower",
                Severity::warning);
        if (l.control == Control::mean_field &&
            std::ranges::any_of(r.excitations, [](auto const& e) { return e.pulse.has_value(); }))
            add("luminescence.control",
                "the mean field is a control variate in continuous light only; leave the key out or take "
                "\"none\"");
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

}  // namespace lanthorn
