#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/study/run.hpp"

#include "tiny.hpp"
#include "unit/files/folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>

using namespace lanthorn;

namespace {

/// What a run needs beside its options.
struct Case {
    Recipe recipe;
    Assembly assembly = assemble(recipe);
    Schedule schedule = schedule_of(recipe, assembly.network);
    std::vector<Band> bands = assembly.bands();
    MonteCarlo engine{assembly.network};

    explicit Case(Settings const& settings = {})
        : recipe(recipe_of(with(parse_toml(tiny_recipe, "test.toml"), settings)))
    {}

    RunResult run(RunOptions const& options = {}) const
    {
        return simulate(recipe, engine, schedule, bands, options);
    }
};

/// Two hundred trajectories in four chunks.
Settings const four_chunks{{"luminescence.trajectories", "200"},
                           {"luminescence.burn_in", "\"1 us\""},
                           {"luminescence.duration", "\"20 us\""}};
/// An error that takes several rounds.
Settings const rounds{{"luminescence.trajectories", ""},
                      {"luminescence.wanted_error", "0.02"},
                      {"luminescence.bands", "[\"Yb:2F5/2->2F7/2\"]"},
                      {"luminescence.burn_in", "\"1 us\""},
                      {"luminescence.duration", "\"10 us\""}};

}  // namespace

TEST(Run, IsTheSameForAnyNumberOfThreads)
{
    for (auto const& settings : {four_chunks, rounds}) {
        Case const job(settings);
        RunResult const one = job.run({.threads = 1});
        ASSERT_TRUE(one.finished);
        ASSERT_GE(one.chunks, 4u);
        for (unsigned threads : {2u, 3u, 7u}) {
            RunResult const more = job.run({.threads = threads});
            EXPECT_TRUE(more.tally == one.tally);
            EXPECT_EQ(more.chunks, one.chunks);
        }
    }
}

TEST(Run, MakesAsManyTrajectoriesAsAsked)
{
    for (auto const* count : {"1", "64", "65"})
        EXPECT_EQ(std::to_string(Case({{"luminescence.trajectories", count},
                                       {"luminescence.burn_in", "\"1 us\""},
                                       {"luminescence.duration", "\"1 us\""}})
                                     .run()
                                     .tally.trajectories),
                  count);
}

TEST(Run, ReachesTheWantedError)
{
    Case const job(rounds);
    RunResult const result = job.run({.threads = 2});
    EXPECT_TRUE(result.reached_error);
    EXPECT_LE(result.worst_error, 0.02);
    EXPECT_GT(result.chunks, 4u);  // the first round did not do
    auto const rate = result.tally.observables.front().linear(
        Schedule::weights(named_bands(job.recipe, job.bands).front()));
    EXPECT_DOUBLE_EQ(rate.standard_error / rate.value, result.worst_error);
}

TEST(Run, StopsAtTheEventLimit)
{
    Settings settings = rounds;
    settings.emplace_back("luminescence.event_limit", "2e4");
    settings[1].second = "1e-4";
    Case const job(settings);
    RunResult const result = job.run({.threads = 2});
    EXPECT_TRUE(result.finished);
    EXPECT_FALSE(result.reached_error);
    EXPECT_LT(double(result.tally.events), 4e4);
    Tree const record = record_of(job.recipe, job.assembly, job.schedule, job.bands, result);
    auto const& warnings = record.find_group("notes")->texts("warnings");
    EXPECT_TRUE(std::ranges::any_of(
        warnings, [](auto const& w) { return w.find("event limit") != std::string::npos; }));
}

TEST(Run, KeepsFinishedChunksWhenStopped)
{
    Case const job(four_chunks);
    RunResult const whole = job.run();
    Folder const folder;
    std::atomic<bool> stop{false};
    auto const stop_after_two = [&](ProgressReport const& report) { stop = report.done >= 2; };
    RunResult const part = job.run(
        {.progress = stop_after_two, .stop = StopToken(stop), .checkpoints = folder.path(), .identity = "a"});
    EXPECT_FALSE(part.finished);
    EXPECT_EQ(folder.names(), (std::vector<std::string>{"chunk-000000.h5", "chunk-000001.h5"}));

    std::set<std::int64_t> done;
    RunResult const rest = job.run({.progress = [&](auto const& report) { done.insert(report.done); },
                                    .checkpoints = folder.path(),
                                    .identity = "a"});
    EXPECT_TRUE(rest.finished);
    EXPECT_TRUE(rest.tally == whole.tally);
    EXPECT_FALSE(done.contains(1)) << "the first chunks were made again";
}

TEST(Run, GoesOnFromAnyChunksThatAreThere)
{
    Case const job(four_chunks);
    RunResult const whole = job.run();
    for (std::string const missing : {"chunk-000000.h5", "chunk-000002.h5", "chunk-000003.h5"}) {
        Folder const folder;
        job.run({.checkpoints = folder.path(), .identity = "a"});
        std::filesystem::remove(folder / missing);
        EXPECT_TRUE(job.run({.checkpoints = folder.path(), .identity = "a"}).tally == whole.tally);
    }
}

TEST(Run, RefusesChunksOfAnother)
{
    Case const job(four_chunks);
    Folder const folder;
    job.run({.checkpoints = folder.path(), .identity = "a"});
    try {
        job.run({.checkpoints = folder.path(), .identity = "b"});
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().place.file, (folder / "chunk-000000.h5").string());
    }
}

TEST(Run, RefusesUnknownBandsBeforeAnyWork)
{
    Case const job(
        Settings{{"luminescence.bands", "[\"Er:4S3/2->4I15/2\", \"Er:4S3/2->4I15/3\", \"Ho:no\"]"}});
    bool worked = false;
    try {
        job.run({.progress = [&](auto const&) { worked = true; }});
        FAIL();
    }
    catch (InputError const& error) {
        ASSERT_EQ(error.findings().size(), 2u);
        EXPECT_EQ(error.findings()[0].key, "luminescence.bands[1]");
        EXPECT_NE(error.findings()[0].problem.find("did you mean \"Er:4S3/2->4I15/2\"?"), std::string::npos);
        EXPECT_EQ(error.findings()[1].key, "luminescence.bands[2]");
    }
    EXPECT_FALSE(worked);
}

TEST(MainBands, AreTheStrongestOfEachBrightLevel)
{
    std::vector<Band> const bands{
        {.name = "X:3->0",
         .ion = "X",
         .from = "3",
         .to = "0",
         .energy_per_cm = 3e4,
         .per_class = {{3, 10.0}}},
        {.name = "X:2->0", .ion = "X", .from = "2", .to = "0", .energy_per_cm = 2e4, .per_class = {{2, 5.0}}},
        {.name = "X:1->0",
         .ion = "X",
         .from = "1",
         .to = "0",
         .energy_per_cm = 15e3,
         .per_class = {{1, 40.0}}},
        {.name = "X:2->1",
         .ion = "X",
         .from = "2",
         .to = "1",
         .energy_per_cm = 5e3,
         .per_class = {{2, 7.0}}}};
    auto const names = [&](std::vector<double> const& ions, std::vector<std::string> wanted = {}) {
        Tally tally;
        std::vector<double> x(Schedule::ledger_size, 0.0);
        x.insert(x.end(), ions.begin(), ions.end());
        tally.observables = {JointMoments(x.size())};
        tally.observables[0].add(x);
        Recipe recipe;
        recipe.luminescence.bands = std::move(wanted);
        std::vector<std::string> found;
        for (auto const& band : main_bands(recipe, bands, tally)) found.push_back(band.name);
        return found;
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(names({0, 1, 1, 1}), (Names{"X:3->0", "X:1->0", "X:2->1"}));  // in descending energy
    EXPECT_EQ(names({0, 1, 1, 1e-7}), (Names{"X:1->0", "X:2->1"}));         // 1e-6 of 52 photons is too dim
    EXPECT_EQ(names({0, 0, 0, 0}), Names{});
    EXPECT_EQ(names({0, 1, 1, 1}, {"X:2->0", "X:3->0"}),
              (Names{"X:2->0", "X:3->0"}));  // as asked, in that order
}

TEST(Pilot, DrawsNumbersOfItsOwn)
{
    Case const job({{"luminescence.burn_in", "\"1 ms\""}, {"luminescence.duration", "\"4 ms\""}});
    Pilot const p = pilot(job.engine, job.schedule, {.seed = 1});
    double const events = double(job.run().tally.events) / 4;
    EXPECT_NEAR(p.events_per_trajectory / events, 1, 0.5);
    EXPECT_EQ(chunk_size_for(job.recipe, job.engine, job.schedule), full_chunk);
}
