#include "lanthorn/study/schedule.hpp"

#include "support/networks.hpp"
#include "tiny.hpp"

#include <gtest/gtest.h>

using namespace lanthorn;

namespace {

/// An ion of three levels that decays at 100 /s from the second and 1000 /s in all from the third.
Network ladder()
{
    Network network = network_of({3}, {{0, 0, 0}}, {0});
    network.species[0].name = "X";
    network.species[0].energy_per_cm = {0, 6000, 10000};
    auto const emission = [](Step step, double rate, double photon_per_cm, Process process) {
        OneSiteChannel channel = one_site(0, step, rate);
        channel.process = process;
        channel.photon_per_cm = photon_per_cm;
        return channel;
    };
    network.one_site = {emission({1, 0}, 100, 6000, Process::magnetic_dipole),
                        emission({2, 0}, 600, 10000, Process::electric_dipole),
                        emission({2, 0}, 200, 10000, Process::magnetic_dipole),
                        emission({2, 1}, 150, 4000, Process::electric_dipole),
                        emission({2, 1}, 50, 0, Process::multiphonon)};
    network.lasers = 2;
    return network;
}

std::vector<EmissionLine> one_line(SpeciesId, LevelId, LevelId) { return {{6000, 1, 200}}; }

ExcitationRecipe laser(double irradiance)
{
    return {.wavelength_nm = 980, .irradiance_W_per_cm2 = irradiance, .pulse = {}};
}

ExcitationRecipe laser(double irradiance, double width_s, double period_s)
{
    return {.wavelength_nm = 980, .irradiance_W_per_cm2 = irradiance, .pulse = {{width_s, period_s}}};
}

Recipe light(std::vector<ExcitationRecipe> excitations)
{
    Recipe recipe;
    recipe.excitations = std::move(excitations);
    return recipe;
}

using Irradiances = std::vector<double>;

}  // namespace

TEST(LongestLifetime, IsOfTheSlowestExcitedLevel)
{
    EXPECT_DOUBLE_EQ(longest_lifetime_s(ladder()), 1e-2);
    EXPECT_EQ(longest_lifetime_s(network_of({2}, {{0, 0, 0}}, {0})), 0);
}

TEST(LongestLifetime, IsOfTheIonQuenchedLeast)
{
    Network network = network_of({2}, {{0, 0, 0}, {1, 0, 0}}, {0, 0});
    network.one_site = {one_site(0, {1, 0}, 100), one_site(0, {1, 0}, 0)};
    network.extra = {{{0}, 1, 900}};
    EXPECT_DOUBLE_EQ(longest_lifetime_s(network), 1e-2);  // the other ion knows no quencher
    network.extra.push_back({{1}, 1, 100});
    network.extra.push_back({{1}, 1, 200});
    EXPECT_DOUBLE_EQ(longest_lifetime_s(network), 1 / 400.0);
    network.one_site[0].k0_per_s = 0;  // nothing but the quenchers
    EXPECT_DOUBLE_EQ(longest_lifetime_s(network), 1 / 300.0);
}

TEST(Schedule, TakesBurnInAndDurationFromLifetimes)
{
    Schedule const s = schedule_of(light({laser(1)}), ladder());
    EXPECT_DOUBLE_EQ(s.burn_in_s, 0.05);
    EXPECT_DOUBLE_EQ(s.duration_s, 0.2);
    EXPECT_DOUBLE_EQ(s.plan.end_s, 0.25);
    EXPECT_EQ(s.plan.window_edges_s, (std::vector{s.burn_in_s, s.burn_in_s + s.duration_s}));
    EXPECT_EQ(s.plan.count_from_s, s.burn_in_s);
}

TEST(Schedule, IsLongerInWeakLight)
{
    Network network = ladder();
    network.one_site.push_back(one_site(0, {0, 2}, 0, {3, 1}));
    network.one_site.push_back(one_site(0, {1, 2}, 0, {1e6}));  // not from the lowest level
    EXPECT_DOUBLE_EQ(schedule_of(light({laser(1), laser(2)}), network).duration_s, 20);  // 100 of 5 /s
    EXPECT_DOUBLE_EQ(schedule_of(light({laser(1e3), laser(0)}), network).duration_s, 0.2);
    EXPECT_DOUBLE_EQ(schedule_of(light({laser(1e-9), laser(0)}), network).duration_s, 1e4);
    Recipe recipe = light({laser(1), laser(2)});
    recipe.luminescence.duration_s = 2;
    EXPECT_EQ(schedule_of(recipe, network).duration_s, 2);
    EXPECT_DOUBLE_EQ(schedule_of(light({laser(1, 1e-3, 4e-3), laser(2)}), network).duration_s, 0.2);
}

TEST(Schedule, IsOfTheSteadyStateAfterALongBurnIn)
{
    Recipe recipe = light({laser(1)});
    EXPECT_TRUE(schedule_of(recipe, ladder()).plan.steady);
    recipe.luminescence.burn_in_s = 0.039;
    EXPECT_FALSE(schedule_of(recipe, ladder()).plan.steady);
    recipe.luminescence.burn_in_s = 0.041;
    EXPECT_TRUE(schedule_of(recipe, ladder()).plan.steady);
    recipe.luminescence.decay =
        DecayRecipe{.after = DecayRecipe::After::switch_off, .duration_s = 0.1, .points = 10};
    EXPECT_FALSE(schedule_of(recipe, ladder()).plan.steady);
    EXPECT_FALSE(schedule_of(light({laser(1, 1e-3, 4e-3)}), ladder()).plan.steady);
}

TEST(Schedule, DoesAsTheRecipeSays)
{
    Recipe recipe = light({laser(3), laser(5)});
    recipe.luminescence.burn_in_s = 0.5;
    recipe.luminescence.duration_s = 2;
    Schedule const s = schedule_of(recipe, ladder());
    EXPECT_EQ(s.burn_in_s, 0.5);
    EXPECT_EQ(s.duration_s, 2);
    EXPECT_EQ(s.plan.end_s, 2.5);
    EXPECT_EQ(s.pump.irradiance_at(0, 2), (Irradiances{3, 5}));
    EXPECT_EQ(s.pump.irradiance_at(2.4, 2), (Irradiances{3, 5}));
}

TEST(Schedule, RoundsUpToWholePulsePeriods)
{
    Recipe recipe = light({laser(3, 1e-3, 4e-3), laser(5)});
    recipe.luminescence.burn_in_s = 9e-3;
    recipe.luminescence.duration_s = 13e-3;
    Schedule const s = schedule_of(recipe, ladder());
    EXPECT_DOUBLE_EQ(s.burn_in_s, 12e-3);
    EXPECT_DOUBLE_EQ(s.duration_s, 16e-3);
    for (double start_s : {0.0, 4e-3, 24e-3}) {
        EXPECT_EQ(s.pump.irradiance_at(start_s + 0.5e-3, 2), (Irradiances{3, 5}));
        EXPECT_EQ(s.pump.irradiance_at(start_s + 1.5e-3, 2), (Irradiances{0, 5}));
    }
    EXPECT_NEAR(s.pump.fluence_until(28e-3, 2)[0], 7 * 3e-3, 1e-12);
}

TEST(Schedule, TakesWholePeriodsForWhole)
{
    for (double period_s : {1e-4, 100 * 1e-6, 1e-4 * (1 - 1e-12)})
        for (int periods : {1, 2, 3, 7, 1000}) {
            Recipe recipe = light({laser(3, period_s / 2, period_s)});
            recipe.luminescence.burn_in_s = periods * 1e-4;
            recipe.luminescence.duration_s = 2e-4;
            Schedule const s = schedule_of(recipe, ladder());
            EXPECT_NEAR(s.burn_in_s / period_s, periods, 1e-6);
            EXPECT_NEAR(s.duration_s / period_s, 2, 1e-6);
        }
    Recipe recipe = light({laser(3, 5e-5, 1e-4)});
    recipe.luminescence.burn_in_s = 0;
    EXPECT_EQ(schedule_of(recipe, ladder()).burn_in_s, 0);
    recipe.luminescence.burn_in_s = 2.001e-4;
    EXPECT_NEAR(schedule_of(recipe, ladder()).burn_in_s, 3e-4, 1e-12);
}

TEST(Schedule, RefusesPulsesTooManyToFollow)
{
    Recipe recipe = light({laser(3, 1e-7, 1e-6)});
    try {
        schedule_of(recipe, ladder());
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().key, "excitation[0].pulse.period");
    }
    recipe.luminescence.burn_in_s = 1e-3;
    recipe.luminescence.duration_s = 1e-3;
    EXPECT_NO_THROW(schedule_of(recipe, ladder()));
}

TEST(Schedule, SwitchesOffForTheDecay)
{
    Recipe recipe = light({laser(3), laser(5)});
    recipe.luminescence.burn_in_s = 0.5;
    recipe.luminescence.duration_s = 2;
    recipe.luminescence.decay =
        DecayRecipe{.after = DecayRecipe::After::switch_off, .duration_s = 0.1, .points = 10};
    Schedule const s = schedule_of(recipe, ladder());
    EXPECT_EQ(s.decay_start_s, 2.5);
    ASSERT_EQ(s.plan.window_edges_s.size(), 12u);
    for (std::size_t k = 0; k <= 10; ++k)
        EXPECT_NEAR(s.plan.window_edges_s[k + 1], 2.5 + 0.1 * double(k * k) / 100, 1e-12);
    EXPECT_NEAR(s.plan.end_s, 2.6, 1e-12);
    EXPECT_EQ(s.pump.irradiance_at(2.4999, 2), (Irradiances{3, 5}));
    EXPECT_EQ(s.pump.irradiance_at(2.5001, 2), (Irradiances{0, 0}));
    EXPECT_EQ(s.plan.count_until_s, std::vector{2.5});  // events of the dark do not count

    recipe.luminescence.decay->duration_s.reset();
    EXPECT_NEAR(schedule_of(recipe, ladder()).plan.end_s, 2.5 + 5e-2, 1e-12);
}

TEST(Schedule, FollowsOnePulseIntoTheDark)
{
    Recipe recipe = light({laser(3, 1e-3, 5e-3), laser(7)});
    recipe.luminescence.burn_in_s = 5e-3;
    recipe.luminescence.duration_s = 10e-3;
    recipe.luminescence.decay =
        DecayRecipe{.after = DecayRecipe::After::pulse, .duration_s = {}, .points = 5};
    Schedule const s = schedule_of(recipe, ladder());
    EXPECT_NEAR(s.decay_start_s, 16e-3, 1e-12);
    EXPECT_EQ(s.pump.irradiance_at(15.5e-3, 2), (Irradiances{3, 7}));  // the pulse before the decay
    EXPECT_EQ(s.pump.irradiance_at(16.5e-3, 2), (Irradiances{0, 7}));  // continuous light stays on
    EXPECT_NEAR(s.plan.end_s, 20e-3, 1e-12);                           // up to the next pulse
    EXPECT_NEAR(s.plan.window_edges_s.at(2), 16e-3, 1e-12);            // average, pulse, then the decay
}

TEST(Schedule, StartsTheDecayAfterTheLongestPulse)
{
    Recipe recipe = light({laser(3, 2e-3, 5e-3), laser(7, 1e-3, 5e-3)});
    recipe.luminescence.burn_in_s = 5e-3;
    recipe.luminescence.duration_s = 5e-3;
    recipe.luminescence.decay =
        DecayRecipe{.after = DecayRecipe::After::pulse, .duration_s = {}, .points = 5};
    for (int order = 0; order < 2; ++order) {
        Schedule const s = schedule_of(recipe, ladder());
        EXPECT_NEAR(s.decay_start_s, 12e-3, 1e-12);
        std::size_t const longer = order == 0 ? 0 : 1;
        EXPECT_GT(s.pump.irradiance_at(11.5e-3, 2)[longer], 0);
        EXPECT_EQ(s.pump.irradiance_at(11.5e-3, 2)[1 - longer], 0);
        EXPECT_EQ(s.pump.irradiance_at(12.5e-3, 2), (Irradiances{0, 0}));
        EXPECT_NEAR(s.plan.end_s, 15e-3, 1e-12);
        std::swap(recipe.excitations[0], recipe.excitations[1]);
    }
}

TEST(Bands, SumTheChannelsOfALine)
{
    auto const bands = bands_of(ladder(), one_line);
    ASSERT_EQ(bands.size(), 3u);
    EXPECT_EQ(bands[0].name, "X:2->0");
    EXPECT_EQ(bands[0].energy_per_cm, 10000);
    ASSERT_EQ(bands[0].per_class.size(), 1u);
    EXPECT_EQ(bands[0].per_class[0], std::pair(std::size_t{2}, 800.0));
    EXPECT_EQ(bands[1].name, "X:1->0");
    EXPECT_EQ(bands[2].name, "X:2->1");
    EXPECT_EQ(bands[2].per_class[0].second, 150.0);  // without what phonons do
}

TEST(Bands, SumTheRegionsOfAParticle)
{
    Network network = ladder();
    network.species.push_back(network.species[0]);
    network.species[1].region = "shell 1";
    for (OneSiteChannel c : ladder().one_site) {
        c.species = {1};
        network.one_site.push_back(c);
    }
    auto const bands = bands_of(network, one_line);
    ASSERT_EQ(bands.size(), 3u);
    EXPECT_EQ(bands[0].per_class, (std::vector<std::pair<std::size_t, double>>{{2, 800}, {5, 800}}));
}
