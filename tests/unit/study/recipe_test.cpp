#include "lanthorn/study/names.hpp"
#include "lanthorn/study/recipe.hpp"

#include "tiny.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>

using namespace lanthorn;

namespace {

template <class Container>
auto one_of(Container const& values)
{
    return values[*rc::gen::inRange<std::size_t>(0, std::size(values))];
}

/// Any double of a range, in logarithmic steps that hit odd last digits.
double between(double least, double most)
{
    double const u = *rc::gen::inRange(0, 1'000'000) / 1e6;
    return std::min(most, std::max(least, least * std::pow(most / least, u)));
}

Shape any_shape()
{
    Shape shape{.kind = one_of(std::array{ShapeKind::sphere, ShapeKind::cube, ShapeKind::rounded_cube,
                                          ShapeKind::hexagonal_prism})};
    if (shape.kind == ShapeKind::hexagonal_prism) shape.aspect_ratio = between(0.05, 20);
    if (shape.kind == ShapeKind::rounded_cube) shape.rounding = between(1e-3, 1);
    return shape;
}

/// Any recipe that can be written.
Recipe any_recipe()
{
    Recipe r;
    if (*rc::gen::arbitrary<bool>()) r.title = *rc::gen::string<std::string>();
    std::erase(r.title, '\0');
    // Text of a recipe is UTF-8.
    std::erase_if(r.title, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    r.seed = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 53);
    r.doping = one_of(std::array{Doping::exact, Doping::binomial, Doping::independent});
    r.cation_order = one_of(std::array{CationOrder::random, CationOrder::alternating});
    double const vacancies = *rc::gen::arbitrary<bool>() ? 0 : between(1e-5, 0.5);
    int const regions = *rc::gen::inRange(1, 4);
    for (int k = 0; k < regions; ++k) {
        RegionRecipe region;
        if (k == 0 || *rc::gen::inRange(0, 3) == 0) region.shape = any_shape();
        region.host = one_of(host_names());
        if (*rc::gen::inRange(0, 4) == 0) {
            region.host = LANTHORN_SOURCE_DIR "/tests/data/cif/beta.cif";
            region.dopable = "La";
        }
        region.size_nm = between(0.5, 100);
        region.vacancies = vacancies;
        for (auto const* element : {"Er", "Gd", "Tm", "Yb"})
            if (*rc::gen::arbitrary<bool>()) region.dopants.emplace_back(element, between(1e-6, 0.24));
        r.regions.push_back(std::move(region));
    }
    r.temperature_K = between(1, 2000);
    r.medium = one_of(medium_names());
    if (*rc::gen::arbitrary<bool>()) r.refractive_index = between(1, 4);
    if (*rc::gen::arbitrary<bool>()) r.local_field = LocalField::real_cavity;
    QuenchingRecipe& q = r.quenching;
    q.surroundings = *rc::gen::arbitrary<bool>();
    q.ligand = one_of(ligand_names());
    if (q.ligand != "none" && *rc::gen::arbitrary<bool>()) q.ligand_thickness_nm = between(0.05, 20);
    q.standoff_nm = between(0.05, 5);
    q.hydroxyl_per_nm2 = between(1e-3, 50);
    q.vacancy_nm6_per_s = between(1e-3, 1e8);
    q.contact_per_s = between(1e-3, 1e12);
    q.contact_radius_nm = between(0.1, 5);
    if (r.medium != "bulk" && *rc::gen::arbitrary<bool>())
        r.pseudo_ions = {one_of(std::array{"Surface", "Surface6"}), between(1e-6, 1), between(0.05, 100)};
    double const period_s = between(1e-6, 1);
    int const lasers = *rc::gen::inRange(1, 4);
    bool pulsed = false;
    for (int l = 0; l < lasers; ++l) {
        ExcitationRecipe e{
            .wavelength_nm = between(150, 6000), .irradiance_W_per_cm2 = between(1e-6, 1e10), .pulse = {}};
        if (*rc::gen::arbitrary<bool>()) e.pulse = {between(1e-9, period_s / 2), period_s};
        pulsed |= e.pulse.has_value();
        r.excitations.push_back(e);
    }
    LuminescenceRecipe& l = r.luminescence;
    l.wanted_error = 0.05;
    if (*rc::gen::arbitrary<bool>())
        l.trajectories = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
    else
        l.wanted_error = between(1e-4, 1);
    l.event_limit = between(1e3, 1e15);
    if (*rc::gen::arbitrary<bool>()) l.burn_in_s = between(1e-9, 1e4);
    if (*rc::gen::arbitrary<bool>()) l.duration_s = between(1e-9, 1e4);
    if (*rc::gen::arbitrary<bool>()) l.bands = {"Er:4S3/2->4I15/2", "odd \"name\""};
    l.interaction_radius_nm = between(0.3, 50);
    if (*rc::gen::arbitrary<bool>()) l.multipoles = Multipoles::up_to_quadrupole;
    if (*rc::gen::arbitrary<bool>()) l.cooperative = {"Yb+Yb->Tb", "Yb+Er->Tm"};
    if (*rc::gen::arbitrary<bool>()) l.cooperative_nm12_per_s = between(1e-9, 1e12);
    l.cooperative_radius_nm = between(0.3, 3);
    if (*rc::gen::arbitrary<bool>()) l.rules = RateRules::nanoparticletools;
    l.max_energy_per_cm = between(100, 1e5);
    if (*rc::gen::arbitrary<bool>()) l.max_levels = *rc::gen::inRange<std::int64_t>(2, 401);
    if (*rc::gen::arbitrary<bool>()) {
        l.decay = DecayRecipe{.after = pulsed ? DecayRecipe::After::pulse : DecayRecipe::After::switch_off,
                              .duration_s = {},
                              .points = *rc::gen::inRange<std::int64_t>(5, 2001)};
        if (*rc::gen::arbitrary<bool>()) l.decay->duration_s = between(1e-9, period_s / 2);
    }
    return r;
}

std::vector<Finding> findings_of(std::string const& toml)
{
    try {
        recipe_of(toml);
    }
    catch (InputError const& error) {
        return error.findings();
    }
    return {};
}

}  // namespace

RC_GTEST_PROP(RecipeProperty, ReadsWhatItWrites, ())
{
    Recipe const first = any_recipe();
    std::string const text = to_toml(first);
    Recipe const second = recipe_of(text);
    RC_ASSERT(to_toml(second) == text);
    RC_ASSERT(second.title == first.title);
    RC_ASSERT(second.seed == first.seed);
    for (std::size_t k = 0; k < first.regions.size(); ++k) {
        auto const &written = first.regions[k].shape, &read = second.regions[k].shape;
        RC_ASSERT(read.has_value() == written.has_value());
        if (written) RC_ASSERT(read->kind == written->kind);
    }
    RC_ASSERT(second.doping == first.doping);
    RC_ASSERT(second.cation_order == first.cation_order);
    RC_ASSERT(second.regions.size() == first.regions.size());
    for (std::size_t k = 0; k < first.regions.size(); ++k) {
        RC_ASSERT(second.regions[k].host == first.regions[k].host);
        RC_ASSERT(second.regions[k].dopable == first.regions[k].dopable);
        RC_ASSERT(second.regions[k].size_nm == first.regions[k].size_nm);
        RC_ASSERT(second.regions[k].dopants == first.regions[k].dopants);
        RC_ASSERT(second.regions[k].vacancies == first.regions[k].vacancies);
    }
    RC_ASSERT(second.temperature_K == first.temperature_K);
    RC_ASSERT(second.medium == first.medium);
    RC_ASSERT(second.refractive_index == first.refractive_index);
    QuenchingRecipe const &p = first.quenching, &q = second.quenching;
    RC_ASSERT(q.surroundings == p.surroundings);
    RC_ASSERT(q.ligand == p.ligand);
    RC_ASSERT(q.ligand_thickness_nm == p.ligand_thickness_nm);
    RC_ASSERT(q.standoff_nm == p.standoff_nm);
    RC_ASSERT(q.hydroxyl_per_nm2 == p.hydroxyl_per_nm2);
    RC_ASSERT(q.vacancy_nm6_per_s == p.vacancy_nm6_per_s);
    RC_ASSERT(q.contact_per_s == p.contact_per_s);
    RC_ASSERT(q.contact_radius_nm == p.contact_radius_nm);
    RC_ASSERT(second.pseudo_ions.has_value() == first.pseudo_ions.has_value());
    if (first.pseudo_ions) {
        RC_ASSERT(second.pseudo_ions->kind == first.pseudo_ions->kind);
        RC_ASSERT(second.pseudo_ions->fraction == first.pseudo_ions->fraction);
        RC_ASSERT(second.pseudo_ions->depth_nm == first.pseudo_ions->depth_nm);
    }
    RC_ASSERT(second.excitations.size() == first.excitations.size());
    for (std::size_t l = 0; l < first.excitations.size(); ++l) {
        RC_ASSERT(second.excitations[l].wavelength_nm == first.excitations[l].wavelength_nm);
        RC_ASSERT(second.excitations[l].irradiance_W_per_cm2 == first.excitations[l].irradiance_W_per_cm2);
        RC_ASSERT(second.excitations[l].pulse.has_value() == first.excitations[l].pulse.has_value());
        if (!first.excitations[l].pulse) continue;
        RC_ASSERT(second.excitations[l].pulse->width_s == first.excitations[l].pulse->width_s);
        RC_ASSERT(second.excitations[l].pulse->period_s == first.excitations[l].pulse->period_s);
    }
    LuminescenceRecipe const &a = first.luminescence, &b = second.luminescence;
    RC_ASSERT(b.trajectories == a.trajectories);
    if (!a.trajectories) RC_ASSERT(b.wanted_error == a.wanted_error);
    RC_ASSERT(b.event_limit == a.event_limit);
    RC_ASSERT(b.burn_in_s == a.burn_in_s);
    RC_ASSERT(b.duration_s == a.duration_s);
    RC_ASSERT(b.bands == a.bands);
    RC_ASSERT(b.interaction_radius_nm == a.interaction_radius_nm);
    RC_ASSERT(b.max_energy_per_cm == a.max_energy_per_cm);
    RC_ASSERT(b.max_levels == a.max_levels);
    RC_ASSERT(b.multipoles == a.multipoles);
    RC_ASSERT(b.cooperative == a.cooperative);
    RC_ASSERT(b.cooperative_nm12_per_s == a.cooperative_nm12_per_s);
    RC_ASSERT(b.rules == a.rules);
    RC_ASSERT(b.decay.has_value() == a.decay.has_value());
    if (!a.decay) return;
    RC_ASSERT(b.decay->after == a.decay->after);
    RC_ASSERT(b.decay->duration_s == a.decay->duration_s);
    RC_ASSERT(b.decay->points == a.decay->points);
}

TEST(Recipe, FillsInDefaults)
{
    Recipe const r = recipe_of(tiny_recipe);
    EXPECT_EQ(r.seed, 1u);
    EXPECT_EQ(r.temperature_K, 295);
    EXPECT_EQ(r.medium, "cyclohexane");
    EXPECT_EQ(r.regions[0].shape->kind, ShapeKind::sphere);
    EXPECT_EQ(r.doping, Doping::exact);
    EXPECT_EQ(r.luminescence.interaction_radius_nm, 3);
    EXPECT_EQ(r.luminescence.wanted_error, 0.05);
    EXPECT_FALSE(r.luminescence.decay);
}

TEST(Recipe, ConvertsUnits)
{
    std::string text(tiny_recipe);
    text.replace(text.find("\"2 nm\""), 6, "\"25 Å\"");
    text.replace(text.find("\"1e5 W/cm^2\""), 12, "\"2 kW/cm^2\"");
    Recipe const r = recipe_of(text + "[temperature]\nvalue = \"25 degC\"\n");
    EXPECT_EQ(r.regions[0].size_nm, 2.5);
    EXPECT_EQ(r.excitations[0].irradiance_W_per_cm2, 2000);
    EXPECT_EQ(r.temperature_K, 298.15);
}

TEST(Recipe, ShowsErrorsOfSchemaAndSenseTogether)
{
    auto const found =
        findings_of("[crystal]\nhost = \"NaYF9\"\ndiameter = \"3 s\"\ndopants = { \"Yb3+\" = 0.1 }\n"
                    "[[excitation]]\nwavelength = \"980 nm\"\nirradiance = \"4 W/cm^2\"\n"
                    "pulse = { width = \"2 s\", period = \"1 s\" }\n");
    ASSERT_EQ(found.size(), 4u);
    EXPECT_EQ(found[0].key, "crystal.host");
    EXPECT_EQ(found[1].key, "crystal.diameter");
    EXPECT_EQ(found[2].key, "crystal.dopants.Yb3+");
    EXPECT_EQ(found[2].place, (Place{"test.toml", 4, 13}));
    EXPECT_EQ(found[3].key, "excitation[0].pulse.width");
}

// Whatever the schema refuses, the rest is read without harm.
TEST(Recipe, SurvivesAnyKeyOfTheWrongKind)
{
    for (auto const& key : recipe_schema().keys)
        for (std::string const value :
             {"true", "\"a\"", "-1e300", "nan", "[]", "[[1]]", "{}", "{ a = 1 }", "[{ a = 1 }]"}) {
            Document document = parse_toml(tiny_recipe, "test.toml");
            std::string path = key.path;
            for (auto at = path.find("[]"); at != std::string::npos; at = path.find("[]"))
                path.replace(at, 2, "[0]");
            // The key itself, and each table it stands in.
            for (;;) {
                Document changed = document;
                try {
                    set(changed.root, key_path_from(path), *parse_toml("v = " + value, "").root.find("v"));
                    recipe_of(changed);
                }
                catch (InputError const& error) {
                    for (auto const& finding : error.findings()) EXPECT_FALSE(finding.problem.empty());
                }
                auto const dot = path.rfind('.');
                if (dot == std::string::npos) break;
                path.resize(dot);
            }
        }
}

TEST(Recipe, WarnsWithoutRefusing)
{
    std::string text(tiny_recipe);
    text.replace(text.find("1e5 W"), 5, "1e8 W");
    std::vector<Finding> warnings;
    recipe_from(parse_toml(text, "test.toml"), warnings);
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].severity, Severity::warning);
    EXPECT_EQ(warnings[0].key, "excitation[0].irradiance");
}
