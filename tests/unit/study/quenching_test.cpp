#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/outside.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/quenchers.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"
#include "lanthorn/study/quenching.hpp"

#include "support/statistics.hpp"
#include "tiny.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace lanthorn;

namespace {

Settings const wet{{"surroundings.medium", "\"water\""}, {"surroundings.ligand", "\"none\""}};

Assembly assembled(Settings const& settings)
{
    return assemble(recipe_of(with(parse_toml(tiny_recipe, "test.toml"), settings)));
}

Settings both(Settings first, Settings const& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// Extra rates of a step of each ion, by its site.
std::map<SiteId, double> rates(Assembly const& a, std::string const& element, std::string const& by,
                               LevelId from, LevelId to)
{
    std::map<SiteId, double> found;
    for (auto const& extra : a.network.extra) {
        auto const& c = a.network.one_site[extra.channel];
        if (a.network.species[c.species.value].name == element && c.source.where == by && c.from == from &&
            c.to == to)
            found[a.network.site[extra.ion.value]] += extra.rate_per_s;
    }
    return found;
}

bool says(std::vector<std::string> const& sentences, std::string const& words)
{
    return std::ranges::any_of(sentences,
                               [&](std::string const& s) { return s.find(words) != std::string::npos; });
}

}  // namespace

TEST(Quenching, OfYtterbiumInWaterIsTheClosedForm)
{
    Assembly const a = assembled(wet);
    auto const groups = groups_of_medium(library_document("media.toml"), "water").value();
    Quenchers const quenchers = quenchers_from(library_document("quenchers.toml"));
    Ion const yb = ion_from(library_document("ions/Yb.toml"));
    auto const sinks =
        vibrational_sinks(yb, a.optics.back(), a.manifolds.back(), quenchers.spectrum(groups.spectrum));
    ASSERT_EQ(sinks.size(), 1u);
    auto const found = rates(a, "Yb", "medium water", {1}, {0});
    EXPECT_GT(found.size(), 5u);
    double const radius_nm = 1.25;
    for (auto const& [site, rate] : found) {
        double const r2 = dot(a.crystal.position_nm[site.value], a.crystal.position_nm[site.value]);
        double const outside =
            4 * constants::pi / 3 * std::pow(radius_nm, 3) / std::pow(radius_nm * radius_nm - r2, 3);
        EXPECT_NEAR(rate, sinks[0].coefficient_nm6_per_s * groups.density.value * outside, 1e-9 * rate);
    }
}

TEST(Quenching, FallsWithTheThirdPowerOfTheShell)
{
    Settings const shell{{"crystal.shell[0].host", "\"beta-NaYF4\""},
                         {"crystal.shell[0].thickness", "\"2 nm\""}};
    Settings const large = both(wet, {{"crystal.diameter", "\"9 nm\""}, {"crystal.shape", "\"cube\""}});
    auto const bare = rates(assembled(large), "Yb", "medium water", {1}, {0});
    Assembly const covered = assembled(both(large, shell));
    int compared = 0;
    for (auto const& [site, rate] : rates(covered, "Yb", "medium water", {1}, {0})) {
        // A site has another number with a shell around it; the core's ions stay where they are.
        Vec3 const p = covered.crystal.position_nm[site.value];
        double const face_nm = 4.5 - std::max({std::abs(p.x), std::abs(p.y), std::abs(p.z)});
        double const next_nm = [&] {
            std::array<double, 3> x{std::abs(p.x), std::abs(p.y), std::abs(p.z)};
            std::ranges::sort(x);
            return 4.5 - x[1];
        }();
        if (face_nm > 0.4 || next_nm < 3.5) continue;
        double const expected_bare = rate * std::pow((2.25 + face_nm) / (0.25 + face_nm), 3);
        double nearest = 1e300;
        for (auto const& [other, strong] : bare)
            if (std::abs(strong / expected_bare - 1) < std::abs(nearest / expected_bare - 1))
                nearest = strong;
        EXPECT_NEAR(nearest / expected_bare, 1, 0.2);
        ++compared;
    }
    EXPECT_GT(compared, 3);
    double sum_bare = 0, sum_covered = 0;
    for (auto const& [site, rate] : bare) sum_bare += rate;
    for (auto const& [site, rate] : rates(covered, "Yb", "medium water", {1}, {0})) sum_covered += rate;
    EXPECT_GT(sum_bare, 20 * sum_covered);
}

TEST(Quenching, OfALayerAndWhatIsBeyondAddsUp)
{
    // Groups of the same kind and number in ligand and medium: the border between them does not count.
    Settings const chains{{"surroundings.medium", "\"oleate\""}, {"surroundings.ligand", "\"oleate\""}};
    auto const total = [&](std::string const& thickness) {
        Assembly const a = assembled(both(chains, {{"surroundings.ligand_thickness", thickness}}));
        double sum = 0;
        for (auto const& [site, rate] : rates(a, "Yb", "ligand oleate", {1}, {0})) sum += rate;
        for (auto const& [site, rate] : rates(a, "Yb", "medium oleate", {1}, {0})) sum += rate;
        return sum;
    };
    EXPECT_NEAR(total("\"0.5 nm\"") / total("\"2 nm\""), 1, 1e-3);
}

TEST(Quenching, BelongsToSurfacesThatAreThere)
{
    auto const extras = [](Settings const& s) { return assembled(s).network.extra.size(); };
    EXPECT_GT(extras({}), 0u);
    EXPECT_EQ(extras({{"surroundings.medium", "\"bulk\""}}), 0u);
    EXPECT_EQ(extras({{"surroundings.medium", "\"vacuum\""}}), 0u);
    EXPECT_GT(extras({{"surroundings.medium", "\"vacuum\""}, {"surroundings.ligand", "\"oleate\""}}), 0u);
    EXPECT_EQ(extras({{"surroundings.quenching", "false"}}), 0u);
    EXPECT_TRUE(says(assembled({{"surroundings.quenching", "false"}}).left_out, "switched off"));
    EXPECT_TRUE(
        says(assembled({{"surroundings.medium", "\"vacuum\""}}).left_out, "without ligands in vacuum"));
    EXPECT_TRUE(says(assembled({}).assumed, "without detailed balance"));
    EXPECT_FALSE(says(assembled({}).left_out, "ligands"));
}

TEST(Quenching, NamesItsMechanismsAndParameters)
{
    Assembly const a = assembled({{"surroundings.hydroxyl", "\"0.5 nm^-2\""}});
    std::map<std::string, int> mechanisms;
    for (auto const& c : a.network.one_site) {
        if (c.process != Process::quenching) continue;
        ++mechanisms[c.source.where];
        auto const& energy = a.network.species[c.species.value].energy_per_cm;
        EXPECT_EQ(c.k0_per_s, 0);
        EXPECT_FALSE(c.detailed_balance);
        EXPECT_EQ(c.photon_per_cm, 0);
        EXPECT_EQ(c.heat_per_cm, energy[c.from.value] - energy[c.to.value]);
    }
    EXPECT_EQ(mechanisms.size(), 3u);
    for (auto const* name : {"ligand oleate", "surface OH", "medium cyclohexane"})
        EXPECT_GT(mechanisms[name], 1) << name;
    auto const has = [&](std::string const& name) {
        return std::ranges::count(a.parameters, name, &ParameterRow::name) == 1;
    };
    EXPECT_TRUE(has("thickness of the layer of oleate"));
    EXPECT_TRUE(has("C-H groups in cyclohexane"));
    EXPECT_TRUE(has("O-H groups in the surface"));
    EXPECT_TRUE(has("from the outline to the first vibrating groups"));
}

// One ytterbium ion with its sinks alone, excited at the start: it decays with the sum of its rates.
TEST(Quenching, MakesOneIonDecayWithTheSumOfItsRates)
{
    Assembly const a = assembled(both(wet, {{"surroundings.hydroxyl", "\"0.2 nm^-2\""}}));
    Network lone;
    std::size_t const species = a.network.species.size() - 1;
    ASSERT_EQ(a.network.species[species].name, "Yb");
    std::size_t const ion =
        std::size_t(std::ranges::find(a.network.species_of, SpeciesId{std::uint32_t(species)}) -
                    a.network.species_of.begin());
    lone.species = a.network.species;
    lone.species_of = {a.network.species_of[ion]};
    lone.position_nm = {a.network.position_nm[ion]};
    lone.one_site = a.network.one_site;
    lone.lasers = a.network.lasers;
    double radiative = 0, quenching = 0;
    for (auto const& c : lone.one_site)
        if (c.species.value == species && c.from.value == 1) radiative += c.k0_per_s;
    for (auto const& extra : a.network.extra)
        if (extra.ion.value == ion) {
            lone.extra.push_back({{0}, extra.channel, extra.rate_per_s});
            quenching += extra.rate_per_s;
        }
    ASSERT_EQ(lone.extra.size(), 2u);
    double const decay = radiative + quenching;
    EXPECT_GT(quenching, 0.3 * radiative);
    ObservablePlan plan;
    plan.end_s = 20 / decay;
    plan.snapshot_at_s = {0.5 / decay, 1 / decay};
    plan.count_until_s = {plan.end_s};
    Tally const tally =
        run(lone, {.segments = {{.irradiance_W_per_cm2 = {0}}}}, {.level = {{1}}, .excited = {}}, plan,
            {.seed = {test_seed()}, .first = 0, .count = 40000});
    std::size_t const classes = lone.classes(), excited = lone.first_class()[species] + 1;
    EXPECT_GT(p_of_mean(tally.snapshot[excited], std::exp(-0.5)), false_alarm);
    EXPECT_GT(p_of_mean(tally.snapshot[classes + excited], std::exp(-1.0)), false_alarm);
    EXPECT_LT(p_of_mean(tally.snapshot[classes + excited], std::exp(-0.95)), false_alarm);
    for (auto const& extra : lone.extra)
        EXPECT_GT(p_of_mean(tally.counts[extra.channel], extra.rate_per_s / decay), false_alarm);
}

TEST(Vacancies, AreSinksOfTheirNeighbours)
{
    Settings const dry{{"surroundings.quenching", "false"}};
    Assembly a = assembled(dry);
    ASSERT_TRUE(a.network.extra.empty());  // sites that are vacant by nature are no sinks
    std::string const yttrium = "Y";
    auto const sites = sites_of(a.crystal, std::span(&yttrium, 1));
    SiteId const gone[] = {sites[sites.size() / 2], sites[sites.size() / 3]};
    for (SiteId s : gone) a.crystal.occupant[s.value] = 0;
    Recipe recipe = recipe_of(with(parse_toml(tiny_recipe, "test.toml"), dry));
    recipe.quenching.vacancy_nm6_per_s = 321;
    recipe.quenching.contact_per_s = 77;
    recipe.quenching.contact_radius_nm = 0.6;
    add_quenching(recipe, {}, a);

    std::vector<double> wanted(a.network.ions(), 0.0);
    int contacts = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        for (SiteId s : gone) {
            double const d = norm(a.network.position_nm[i] - a.crystal.position_nm[s.value]);
            if (d < a.network.interaction_radius_nm) wanted[i] += 321 / std::pow(d, 6);
            if (d < 0.6) wanted[i] += 77, ++contacts;
        }
    EXPECT_GT(contacts, 0);
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> found;  // ion, level
    for (auto const& extra : a.network.extra) {
        auto const& c = a.network.one_site[extra.channel];
        EXPECT_EQ(c.source.where, "vacancies");
        EXPECT_EQ(c.to.value, 0u);
        EXPECT_TRUE(found.emplace(std::pair(extra.ion.value, c.from.value), extra.rate_per_s).second);
    }
    for (auto const& [key, rate] : found) EXPECT_NEAR(rate, wanted[key.first], 1e-12 * rate);
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
        bool const yb = a.network.species[a.network.species_of[i].value].name == "Yb";
        if (yb && wanted[i] > 1) {
            EXPECT_TRUE(found.contains({i, 1}));
        }
    }
    EXPECT_TRUE(says(a.assumed, "which nobody has measured"));
    EXPECT_EQ(std::ranges::find(a.parameters, "C6 of an excited ion to a vacancy", &ParameterRow::name)
                  ->value.source.kind,
              Kind::assumed);
}

TEST(Vacancies, OfTheRecipeQuench)
{
    Assembly const a = assembled({{"surroundings.quenching", "false"}, {"crystal.vacancies.bulk", "0.05"}});
    EXPECT_FALSE(a.network.extra.empty());
    EXPECT_TRUE(assembled({{"surroundings.quenching", "false"},
                           {"crystal.vacancies.bulk", "0.05"},
                           {"defects.vacancy.coefficient", "\"0 nm^6/s\""}})
                    .network.extra.empty());
}

TEST(PseudoIons, LieBelowTheSurfaceAndOnlyAccept)
{
    Settings const some{
        {"crystal.diameter", "\"3 nm\""},
        {"surroundings.pseudo_ions", "{ kind = \"Surface4\", fraction = 0.3, depth = \"0.5 nm\" }"}};
    Assembly const a = assembled(some);
    std::size_t const pseudo = a.network.species.size() - 1;
    EXPECT_EQ(a.network.species[pseudo].name, "Surface4");
    EXPECT_EQ(a.optics.size(), a.network.species.size());
    std::size_t candidates = 0, taken = 0;
    for (std::size_t i = 0; i < a.crystal.size(); ++i)
        candidates += a.crystal.at({std::uint32_t(i)}).element == "Y" && norm(a.crystal.position_nm[i]) > 1;
    for (std::size_t i = 0; i < a.network.ions(); ++i) {
        if (a.network.species_of[i].value != pseudo) continue;
        ++taken;
        EXPECT_EQ(a.crystal.at(a.network.site[i]).element, "Y");
        EXPECT_GT(norm(a.network.position_nm[i]), 1);
    }
    EXPECT_EQ(taken, std::size_t(std::llround(0.3 * double(candidates))));
    std::size_t accepting = 0;
    for (auto const& c : a.network.pair) {
        EXPECT_NE(c.donor.value, pseudo);
        accepting += c.acceptor.value == pseudo;
    }
    EXPECT_GT(accepting, 20u);
    for (auto const& c : a.network.one_site)
        if (c.species.value == pseudo) {
            EXPECT_EQ(c.process, Process::multiphonon);
        }
    EXPECT_TRUE(says(a.assumed, "no such ions exist"));

    // Other seeds, other sites; the ions of the crystal are not touched by how many there are.
    auto const sites = [](Assembly const& b) {
        return std::vector(b.network.site.end() - 5, b.network.site.end());
    };
    EXPECT_EQ(sites(assembled(some)), sites(a));
    EXPECT_NE(sites(assembled(both(some, {{"seed", "2"}}))), sites(a));

    Assembly const none = assembled(
        {{"surroundings.pseudo_ions", "{ kind = \"Surface4\", fraction = 0, depth = \"0.5 nm\" }"}});
    EXPECT_EQ(std::ranges::count(none.warnings, "surroundings.pseudo_ions", &Finding::key), 1);
}

TEST(Quenching, KeepsTheEnergyBalance)
{
    for (Settings const& settings :
         {both(wet, {{"surroundings.hydroxyl", "\"1 nm^-2\""},
                     {"crystal.vacancies.bulk", "0.05"},
                     {"luminescence.trajectories", "128"}}),
          Settings{
              {"luminescence.trajectories", "128"},
              {"surroundings.pseudo_ions", "{ kind = \"Surface5\", fraction = 0.3, depth = \"5 nm\" }"}}}) {
        Tree const record = record_of(recipe_of(with(parse_toml(tiny_recipe, "test.toml"), settings)));
        Tree const& balance = *record.find_group("balance");
        EXPECT_GT(balance.number("heat"), 0);
        // Light is counted by the mean number of ions, heat by events: equal within the scatter of both.
        EXPECT_LT(std::abs(balance.number("residual")),
                  5 * balance.number("residual_error") + 1e-9 * balance.number("absorbed"));
    }
    Tree const record = record_of(recipe_of(
        with(parse_toml(tiny_recipe, "test.toml"), both(wet, {{"crystal.dopants", "{ Yb = 0.3 }"}}))));
    auto const& labels =
        std::get<std::vector<std::string>>(record.find_group("flux")->arrays.at("label").values);
    EXPECT_NE(std::ranges::find(labels, "Yb 2F5/2->2F7/2 by medium water"), labels.end());
}
