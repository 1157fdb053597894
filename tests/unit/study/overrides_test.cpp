#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/decay.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/study/overrides.hpp"

#include "tiny.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace lanthorn;

namespace {

struct Erbium {
    Ion ion = ion_from(library_document("ions/Er.toml"));
    HostOptics host = host_optics_from(library_document("hosts/beta-NaYF4.toml"));
    double temperature_K = 295;

    void apply(OverrideRecipe o)
    {
        o.ion = "Er";
        o.source = "test";
        apply_overrides({o}, temperature_K, ion, host);
    }
    std::vector<OneSiteChannel> channels() const
    {
        return one_site_channels({0}, ion, host, {.temperature_K = temperature_K});
    }
    LevelDecay decay(char const* level) const { return level_decay(channels(), ion.level(level)); }
    /// Radiative rates by lower level.
    std::map<std::string, double> light_of(char const* level) const
    {
        std::map<std::string, double> rates;
        for (auto const& c : channels())
            if (c.from == ion.level(level) && c.photon_per_cm > 0 && c.k0_per_s > 0)
                rates[ion.levels[c.to.value].label] += c.k0_per_s;
        return rates;
    }
    InputError refused(OverrideRecipe o)
    {
        try {
            apply(std::move(o));
        }
        catch (InputError const& error) {
            return error;
        }
        ADD_FAILURE() << "nothing refused";
        return InputError({}, "", "");
    }
};

TEST(Overrides, OfALifetimeBecomeRelaxation)
{
    for (double const T : {77.0, 295.0, 400.0}) {
        Erbium er{.temperature_K = T};
        double const before = er.decay("4F9/2").radiative_per_s;
        er.apply({.level = "4F9/2", .lifetime_s = 300e-6});
        EXPECT_NEAR(er.decay("4F9/2").radiative_per_s, before, 1e-9);
        double down = 0;
        for (auto const& c : er.channels())
            if (c.from == er.ion.level("4F9/2") && c.to < c.from) down += c.k0_per_s;
        EXPECT_NEAR(down * 300e-6, 1, 1e-12) << T;
        EXPECT_EQ(er.host.relaxations.back().rate_per_s.source.where, "test");
    }
}

TEST(Overrides, OfARelaxationHoldAtTheTemperatureOfTheRecipe)
{
    Erbium er{.temperature_K = 400};
    er.apply({.level = "4S3/2", .relaxation_per_s = 26});
    for (auto const& c : er.channels())
        if (c.process == Process::multiphonon && c.from == er.ion.level("4S3/2") &&
            c.to == er.ion.level("4F9/2")) {
            EXPECT_NEAR(c.k0_per_s, 26, 1e-10);
        }
}

TEST(Overrides, OfBranchingKeepTheSum)
{
    Erbium er;
    auto const before = er.light_of("4S3/2");
    double total = 0;
    for (auto const& [level, rate] : before) total += rate;
    er.apply({.level = "4S3/2", .branching = {{"4I15/2", 0.3}, {"4I13/2", 0.5}}});
    auto const after = er.light_of("4S3/2");
    double sum = 0;
    for (auto const& [level, rate] : after) sum += rate;
    EXPECT_NEAR(sum / total, 1, 1e-12);
    EXPECT_NEAR(after.at("4I15/2") / total, 0.3, 1e-12);
    EXPECT_NEAR(after.at("4I13/2") / total, 0.5, 1e-12);
    EXPECT_NEAR(after.at("4I11/2") / after.at("4I9/2"), before.at("4I11/2") / before.at("4I9/2"), 1e-9);
}

TEST(Overrides, OfALineStrengthSetIt)
{
    Erbium er;
    er.apply({.level = "4I15/2", .to = "4S3/2", .line_strength_cm2 = 1e-20});
}

TEST(Overrides, AreRefusedWhereNoRateCanGiveThem)
{
    EXPECT_EQ(Erbium().refused({.level = "4I13/2", .lifetime_s = 1}).first().key, "override[0].lifetime");
    EXPECT_EQ(Erbium().refused({.level = "4I14/2", .lifetime_s = 1e-3}).first().key, "override[0].level");
    EXPECT_EQ(Erbium().refused({.level = "4I15/2", .lifetime_s = 1e-3}).first().key, "override[0].level");
    EXPECT_EQ(Erbium().refused({.level = "4S3/2", .to = "4X", .line_strength_cm2 = 1}).first().key,
              "override[0].to");
    EXPECT_EQ(Erbium().refused({.level = "4I11/2", .branching = {{"4S3/2", 1.0}}}).first().key,
              "override[0].branching");
    // The magnetic dipole alone gives more of 4I13/2 -> 4I15/2 than nothing.
    auto const magnetic = Erbium().refused({.level = "4I11/2", .branching = {{"4I15/2", 1.0}}});
    EXPECT_NE(magnetic.first().problem.find("magnetic-dipole"), std::string::npos)
        << magnetic.first().problem;
}

TEST(Overrides, SurviveTheRecipeThatIsWritten)
{
    Document const document = with(parse_toml(tiny_recipe, "tiny.toml"),
                                   {{"override[0].ion", "\"Er\""},
                                    {"override[0].level", "\"4S3/2\""},
                                    {"override[0].branching", "{ \"4I15/2\" = 0.7, \"4I13/2\" = 0.25 }"},
                                    {"override[0].source", "\"own fit\""},
                                    {"override[0].kind", "\"fitted\""},
                                    {"override[1].donor", "[\"Yb\", \"2F5/2\", \"2F7/2\"]"},
                                    {"override[1].acceptor", "[\"Er\", \"4I15/2\", \"4I11/2\"]"},
                                    {"override[1].factor", "0.5"},
                                    {"override[1].source", "\"guess\""}});
    Recipe const recipe = recipe_of(document);
    Recipe const again = recipe_of(to_toml(recipe));
    EXPECT_EQ(to_toml(again), to_toml(recipe));
    EXPECT_EQ(again.overrides[0].branching, recipe.overrides[0].branching);
    EXPECT_EQ(again.overrides[0].kind, Kind::fitted);
    EXPECT_EQ(again.overrides[1].donor, recipe.overrides[1].donor);
}

// The peer's rules look at neither the host's constants nor most overrides, and say so.
TEST(Overrides, CountNowhereUnderThePeersRules)
{
    Assembly const a = assemble(
        recipe_of(with(parse_toml(tiny_recipe, "tiny.toml"), {{"luminescence.rates", "\"nanoparticletools\""},
                                                              {"override[0].ion", "\"Er\""},
                                                              {"override[0].level", "\"4F9/2\""},
                                                              {"override[0].lifetime", "\"0.3 ms\""},
                                                              {"override[0].source", "\"notebook\""}})));
    EXPECT_EQ(std::ranges::count(a.warnings, "override[0]", &Finding::key), 1);
    EXPECT_EQ(std::ranges::count(a.parameters, "beta-NaYF4: gap law W0", &ParameterRow::name), 0);
    EXPECT_EQ(std::ranges::count(a.parameters, "NanoParticleTools: gap law W0", &ParameterRow::name), 1);
}

}  // namespace
