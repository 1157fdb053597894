#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/study/notation.hpp"
#include "lanthorn/study/record.hpp"
#include "lanthorn/study/run_folder.hpp"

#include "tiny.hpp"
#include "unit/files/folder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace lanthorn;

namespace {

Tree const& tiny_record()
{
    static Tree const record = record_of(
        recipe_of(with(parse_toml(tiny_recipe, "test.toml"), {{"title", "\"tiny\""},
                                                              {"luminescence.trajectories", "70"},
                                                              {"luminescence.burn_in", "\"1 ms\""},
                                                              {"luminescence.duration", "\"1 ms\""},
                                                              {"luminescence.decay.after", "\"switch-off\""},
                                                              {"luminescence.decay.duration", "\"3 ms\""}})));
    return record;
}

std::string attribute(Tree const& tree, std::string const& name)
{
    return std::get<std::string>(tree.attributes.at(name));
}

}  // namespace

TEST(Record, SurvivesHdf5)
{
    Folder const folder;
    write_hdf5(folder / "record.h5", tiny_record());
    EXPECT_TRUE(read_hdf5(folder / "record.h5") == tiny_record());
    write_hdf5(folder / "again.h5", read_hdf5(folder / "record.h5"));
    EXPECT_EQ(file_text((folder / "again.h5").string()), file_text((folder / "record.h5").string()));
}

TEST(Record, SaysWhatItRestsOn)
{
    Tree const& r = tiny_record();
    EXPECT_EQ(attribute(r, "title"), "tiny");
    EXPECT_EQ(attribute(r, "notation"), "beta-NaYF4:Yb20,Er10 (2 nm)");
    EXPECT_EQ(attribute(r, "data_hash"), library_hash());
    Recipe const again = recipe_of(r.text("recipe/toml"));
    EXPECT_EQ(run_identity(again), attribute(r, "recipe_hash"));
    EXPECT_EQ(notation_of(again), attribute(r, "notation"));
}

TEST(Record, KeepsItsBooks)
{
    Tree const& r = tiny_record();
    double photons = 0;
    for (auto const& [name, band] : r.find_group("bands")->groups) {
        double const rate = band.number("photon_rate");
        photons += rate;
        EXPECT_NEAR(band.number("quantum_yield"), rate / r.number("balance/absorbed_photons"), 1e-9) << name;
        EXPECT_GE(band.number("photon_rate_error"), 0) << name;
    }
    EXPECT_NEAR(photons / r.number("balance/emitted_photons"), 1, 1e-12);
    EXPECT_NEAR(r.number("balance/absorbed"),
                r.number("balance/emitted") + r.number("balance/heat") + r.number("balance/stored") +
                    r.number("balance/residual"),
                1e-9 * r.number("balance/absorbed"));
    EXPECT_LT(std::abs(r.number("balance/residual")), 5 * r.number("balance/residual_error"));
    double emission = 0;
    for (auto const& [ion, levels] : r.find_group("levels")->groups)
        for (double rate : levels.doubles("emission")) emission += rate;
    EXPECT_NEAR(emission / photons, 1, 1e-12);
    std::map<std::string, double> fraction;
    auto const& p = *r.find_group("populations");
    for (std::size_t k = 0; k < p.texts("species").size(); ++k)
        fraction[p.texts("species")[k]] += p.doubles("fraction")[k];
    for (auto const& [species, sum] : fraction) EXPECT_NEAR(sum, 1, 1e-12) << species;
}

TEST(Record, SpectrumHoldsThePhotonsOfItsLines)
{
    Tree const& r = tiny_record();
    auto const &nm = r.doubles("spectrum/wavelength"), &rate = r.doubles("spectrum/photon_rate");
    double all = 0, lines = 0;
    for (std::size_t k = 0; k + 1 < nm.size(); ++k) all += (rate[k] + rate[k + 1]) / 2 * (nm[k + 1] - nm[k]);
    for (auto const& [name, band] : r.find_group("bands")->groups)
        if (band.number("wavelength") < nm.back()) lines += band.number("photon_rate");
    EXPECT_NEAR(all / lines, 1, 0.02);
}

TEST(Record, DecayStartsWhereTheAverageEnds)
{
    Tree const& r = tiny_record();
    Tree const& d = r.find_group("decay")->groups.at("Yb:2F5/2->2F7/2");
    EXPECT_EQ(d.doubles("time_from").front(), 0);
    EXPECT_NEAR(d.doubles("time_to").back(), 3e-3, 1e-12);
    EXPECT_EQ(d.doubles("time_from").size(), 100u);
    Tree const& band = r.find_group("bands")->groups.at("Yb:2F5/2->2F7/2");
    double const spread = std::hypot(band.number("photon_rate_error"), d.doubles("intensity_error").front());
    EXPECT_LT(std::abs(d.doubles("intensity").front() - band.number("photon_rate")), 6 * spread);
    EXPECT_LT(d.doubles("intensity").back(), 0.1 * d.doubles("intensity").front());
    EXPECT_GT(band.number("lifetime"), 0);
}

TEST(Summary, HasFiguresUnderStableNames)
{
    Tree const& r = tiny_record();
    Tree const summary = summary_of(r);
    auto const figure = [&](std::vector<std::string> const& path) -> Tree const& {
        Tree const* at = &summary;
        for (auto const& step : path) at = &at->groups.at(step);
        return *at;
    };
    std::string const green = "Er:4S3/2->4I15/2";
    Tree const& rate = figure({"bands", green, "photon_rate"});
    EXPECT_EQ(rate.number("value"), r.find_group("bands")->groups.at(green).number("photon_rate"));
    EXPECT_EQ(rate.number("error"), r.find_group("bands")->groups.at(green).number("photon_rate_error"));
    EXPECT_EQ(rate.text("unit"), "1/s");
    EXPECT_EQ(rate.text("kind"), "calculated");
    EXPECT_EQ(figure({"bands", green, "quantum_yield"}).text("unit"), "1");
    EXPECT_EQ(figure({"bands", green, "lifetime"}).text("unit"), "s");
    EXPECT_EQ(figure({"balance", "absorbed"}).text("unit"), "cm^-1/s");
    EXPECT_EQ(figure({"crystal", "ions", "Yb"}).number("value"), double(r.integer("particle/ions/Yb")));
    EXPECT_EQ(attribute(summary, "recipe_hash"), attribute(r, "recipe_hash"));
}

TEST(Record, DoesNotDependOnThreads)
{
    Recipe const recipe =
        recipe_of(with(parse_toml(tiny_recipe, "test.toml"), {{"luminescence.trajectories", "130"}}));
    EXPECT_TRUE(record_of(recipe, 1) == record_of(recipe, 3));
}

TEST(RunIdentity, ChangesWithTheContentOfACif)
{
    Folder const folder;
    auto const path = (folder / "mine.cif").string();
    std::string const cif = file_text(LANTHORN_SOURCE_DIR "/tests/data/cif/beta.cif");
    std::ofstream(path) << cif;
    Recipe const recipe =
        recipe_of(with(parse_toml(tiny_recipe, "test.toml"),
                       {{"crystal.host", "\"" + path + "\""}, {"crystal.dopable", "\"Y\""}}));
    std::string const before = run_identity(recipe);
    EXPECT_EQ(run_identity(recipe), before);
    std::ofstream(path) << cif << "# changed\n";
    EXPECT_NE(run_identity(recipe), before);
}

TEST(RunFolder, IsNotTakenFromOthers)
{
    Folder const folder;
    Recipe const recipe = recipe_of(tiny_recipe);
    begin_run(folder / "run", recipe, false);
    EXPECT_THROW(begin_run(folder / "run", recipe, false), InputError);
    EXPECT_NO_THROW(begin_run(folder / "run", recipe, true));
    std::filesystem::create_directory(folder / "other");
    std::ofstream(folder / "other/thesis.tex") << "years of work";
    EXPECT_THROW(begin_run(folder / "other", recipe, true), InputError);
    EXPECT_EQ(file_text((folder / "other/thesis.tex").string()), "years of work");
    std::ofstream(folder / "file") << "x";
    EXPECT_THROW(begin_run(folder / "file", recipe, true), InputError);
}

TEST(RunFolder, HoldsWhatFollowsFromTheRecord)
{
    Folder const folder;
    RunFolder const run = begin_run(folder / "run", recipe_of(tiny_recipe), false);
    std::ofstream(run.path / "record.h5.1.0.part") << "left by a run that was killed";
    std::ofstream(run.chunks() / "chunk-000000.h5") << "x";
    finish_run(run, tiny_record(), "xyz");
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(run.path))
        names.push_back(entry.path().filename());
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::count_if(names, [](auto const& n) { return n.starts_with("decay_"); }),
              std::ssize(tiny_record().find_group("decay")->groups));
    std::erase_if(names, [](auto const& n) { return n.starts_with("decay_"); });
    EXPECT_EQ(names, (std::vector<std::string>{"particle.xyz", "populations.csv", "recipe.toml", "record.h5",
                                               "spectrum.csv", "summary.json"}));
    EXPECT_TRUE(run.is_complete());
    EXPECT_EQ(to_toml(recipe_of(read_toml(run.recipe()))), to_toml(recipe_of(tiny_recipe)));
}

TEST(Record, NamesCooperationAndKeepsItsHeat)
{
    Recipe recipe = recipe_of(tiny_recipe);
    recipe.luminescence.trajectories = 64;
    Assembly assembly = assemble(recipe);
    Network& network = assembly.network;
    auto const species_called = [&](std::string const& name) {
        return std::uint32_t(std::ranges::find(network.species, name, &Species::name) -
                             network.species.begin());
    };
    std::uint32_t const yb = species_called("Yb"), er = species_called("Er");
    std::uint32_t const high = 3;
    TripleChannel both;
    both.donor_a = both.donor_b = {yb};
    both.acceptor = {er};
    both.a_from = both.b_from = {1};
    both.acceptor_to = {high};
    both.coefficient = 10;
    both.heat_per_cm = 2 * network.species[yb].energy_per_cm[1] - network.species[er].energy_per_cm[high];
    network.triple = {both};

    auto const run = [&] {
        Schedule const schedule = schedule_of(recipe, network);
        auto const bands = assembly.bands();
        MonteCarlo const engine(network);
        return record_of(recipe, assembly, schedule, bands,
                         simulate(recipe, engine, schedule, bands, {.threads = 1}));
    };
    Tree const r = run();
    auto const& process = r.texts("flux/process");
    auto const row = std::ranges::find(process, "cooperative") - process.begin();
    ASSERT_LT(std::size_t(row), process.size());
    EXPECT_EQ(r.texts("flux/label")[std::size_t(row)],
              "Yb 2F5/2->2F7/2 + Yb 2F5/2->2F7/2 + Er 4I15/2->" + network.species[er].levels[high]);
    double const rate = r.doubles("flux/rate")[std::size_t(row)];
    EXPECT_GT(rate, 0);
    EXPECT_LT(std::abs(r.number("balance/residual")), 5 * r.number("balance/residual_error"));

    // The same trajectories with nothing known of the energies of the triple: what it stores and heats is missing.
    double const heat = r.number("balance/heat");
    network.triple[0].heat_per_cm = 0;
    EXPECT_NEAR((heat - run().number("balance/heat")) / (rate * both.heat_per_cm), 1, 1e-9);
}
