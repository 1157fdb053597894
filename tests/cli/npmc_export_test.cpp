#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"
#include "lanthorn/luminescence/peer.hpp"
#include "lanthorn/luminescence/peer_export.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"

#include "support/statistics.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>

using namespace lanthorn;

// `lanthorn rates --npmc` writes what the engine runs, and `lanthorn npmc` runs it to the same averages.

namespace {

constexpr char const *particle = "NaYF4:Yb20,Er10 (3 nm) @ NaYF4:Yb10 (0.5 nm)",
                     *light = "980 nm, 1e5 W/cm^2; 808 nm, 2e4 W/cm^2";
constexpr std::int64_t trajectories = 1500;
constexpr double end_s = 2e-4;

class NpmcExport : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        folder() = std::filesystem::temp_directory_path() /
                   fmt::format("lanthorn-npmc-export-{}-{:x}", ::getpid(), test_seed());
        std::filesystem::create_directories(folder());
        exit_status() =
            program(fmt::format("rates '{}' --at '{}' --set surroundings.medium=bulk --npmc {} > {}",
                                particle, light, (folder() / "job").string(), (folder() / "said").string()));
    }
    void SetUp() override { ASSERT_EQ(exit_status(), 0); }
    static void TearDownTestSuite() { std::filesystem::remove_all(folder()); }

    static int& exit_status()
    {
        static int status = -1;
        return status;
    }
    static std::filesystem::path& folder()
    {
        static std::filesystem::path path;
        return path;
    }
    static std::string np() { return (folder() / "job/np.sqlite").string(); }
    static std::string state() { return (folder() / "job/initial_state.sqlite").string(); }
    static int program(std::string const& arguments)
    {
        return std::system(fmt::format("'{}' {}", LANTHORN_PROGRAM, arguments).c_str());
    }

    static Recipe const& recipe()
    {
        static Recipe const r = [] {
            std::vector<Finding> warnings;
            Recipe bulk = recipe_from(
                parse_toml(recipe_from_notation(particle) + "\n" + excitation_from_notation(light), "test"),
                warnings);
            bulk.medium = "bulk";
            return bulk;
        }();
        return r;
    }
    static Assembly const& assembly()
    {
        static Assembly const a = assemble(recipe());
        return a;
    }
    static PeerJob const& job()
    {
        static PeerJob const j = peer_job_from(read_sqlite(np()), read_sqlite(state()), np(), state());
        return j;
    }
    static std::vector<double> irradiance()
    {
        std::vector<double> values;
        for (auto const& e : recipe().excitations) values.push_back(e.irradiance_W_per_cm2);
        return values;
    }
    /// What runs here, without any file.
    static Tally direct(double light_factor = 1)
    {
        std::vector<double> light_now = irradiance();
        for (double& I : light_now) I *= light_factor;
        PumpProgram pump;
        pump.segments.push_back({.irradiance_W_per_cm2 = light_now});
        return run(assembly().network, pump, {},
                   {.end_s = end_s, .snapshot_at_s = {end_s}, .count_until_s = {end_s}},
                   {{.seed = test_seed()}, 0, std::uint64_t(trajectories)});
    }
};

double rate_of(OneSiteChannel const& c, std::vector<double> const& irradiance)
{
    double rate = c.k0_per_s;
    for (std::size_t l = 0; l < c.per_irradiance.size(); ++l) rate += c.per_irradiance[l] * irradiance[l];
    return rate;
}

/// Means of the lists `interactions` or `levels` of the JSON of `lanthorn npmc`, at its only time.
std::vector<Moments> moments_of(std::string const& json, std::string const& list)
{
    std::size_t const from = json.find("\"" + list + "\": ["), to = json.find("\n  ]", from);
    std::string const part = json.substr(from, to - from);
    std::regex const row(R"re("mean": \[([^\]]*)\], "se": \[([^\]]*)\])re");
    std::vector<Moments> all;
    double const n = double(trajectories);
    for (std::sregex_iterator at(part.begin(), part.end(), row), end; at != end; ++at) {
        double const error = std::stod((*at)[2]);
        all.push_back(Moments::from_state(trajectories, std::stod((*at)[1]), error * error * n * (n - 1)));
    }
    return all;
}

}  // namespace

TEST_F(NpmcExport, HasTheSameParticle)
{
    Network const &ours = assembly().network, &theirs = job().network;
    ASSERT_EQ(theirs.ions(), ours.ions());
    EXPECT_EQ(theirs.position_nm, ours.position_nm);
    EXPECT_EQ(theirs.species_of, ours.species_of);
    ASSERT_EQ(theirs.species.size(), ours.species.size());
    for (std::size_t s = 0; s < ours.species.size(); ++s)
        EXPECT_EQ(theirs.species[s].levels.size(), ours.species[s].levels.size());
    EXPECT_EQ(theirs.interaction_radius_nm, ours.interaction_radius_nm);
    for (LevelId level : job().initial.level) EXPECT_EQ(level, LevelId{0});
}

TEST_F(NpmcExport, HasTheSameChannelsInTheirOrder)
{
    Network const &ours = assembly().network, &theirs = job().network;
    std::size_t row = 0;
    for (OneSiteChannel const& c : ours.one_site) {
        double const rate = rate_of(c, irradiance());
        if (rate == 0) continue;
        ASSERT_LT(row, theirs.one_site.size());
        OneSiteChannel const& read = theirs.one_site[row];
        EXPECT_EQ(read.k0_per_s, rate);
        EXPECT_EQ(std::tuple(read.species, read.from, read.to), std::tuple(c.species, c.from, c.to));
        std::string const type = job().interaction_type[row];
        if (c.process == Process::multiphonon) {
            EXPECT_EQ(type, "NR");
        }
        else {
            EXPECT_EQ(type, c.process == Process::magnetic_dipole ? "MD" : "Rad");
        }
        if (c.process == Process::absorption) {
            EXPECT_GT(read.to, read.from);
        }
        ++row;
    }
    EXPECT_EQ(row, theirs.one_site.size());
    ASSERT_EQ(theirs.pair.size(), ours.pair.size());
    for (std::size_t m = 0; m < ours.pair.size(); ++m) {
        PairChannel const &a = ours.pair[m], &b = theirs.pair[m];
        EXPECT_EQ(a.coefficient, b.coefficient);
        EXPECT_EQ(b.law, DistanceLaw::inverse_sixth);
        EXPECT_EQ(std::tuple(a.donor, a.donor_from, a.donor_to, a.acceptor, a.acceptor_from, a.acceptor_to),
                  std::tuple(b.donor, b.donor_from, b.donor_to, b.acceptor, b.acceptor_from, b.acceptor_to));
        EXPECT_EQ(job().interaction_type[row + m], "ET");
    }
}

TEST_F(NpmcExport, FilesAreThoseOfTheTables)
{
    PeerTables const tables = peer_tables_from(assembly().network, irradiance());
    Tree const np_read = read_sqlite(np()), state_read = read_sqlite(state());
    for (auto const& [read, made] : {std::pair(&np_read, &tables.np), std::pair(&state_read, &tables.state)})
        for (auto const& [table, columns] : made->groups)
            for (auto const& [column, array] : columns.arrays) {
                auto const* found = read->find_array(table + "/" + column);
                ASSERT_NE(found, nullptr) << table << "." << column;
                EXPECT_EQ(found->values, array.values) << table << "." << column;
            }
    for (char const* table : {"trajectories", "interrupt_state", "interrupt_cutoff"}) {
        ASSERT_NE(state_read.find_group(table), nullptr) << table;
        EXPECT_TRUE(state_read.integers(std::string(table) + "/seed").empty()) << table;
    }
}

TEST_F(NpmcExport, RunsToTheAveragesOfTheDirectRun)
{
    std::string const out = (folder() / "out.json").string();
    ASSERT_EQ(program(fmt::format("npmc {} {} --trajectories {} --seed {} --time {} --json {}", np(), state(),
                                  trajectories, (test_seed() >> 1) + 1, end_s, out)),
              0);
    std::string const json = read_text(out);
    auto const counts = moments_of(json, "interactions"), levels = moments_of(json, "levels");
    Network const& network = assembly().network;
    ASSERT_EQ(levels.size(), network.classes());
    ASSERT_EQ(counts.size(), job().channel_of_interaction.size());

    std::vector<std::size_t> channel;  // (interactions) of the direct run
    for (std::size_t m = 0; m < network.channels(); ++m)
        if (m >= network.one_site.size() || rate_of(network.one_site[m], irradiance()) > 0)
            channel.push_back(m);
    ASSERT_EQ(channel.size(), counts.size());
    auto const p_of = [&](Tally const& tally) {
        std::vector<double> p;
        for (std::size_t i = 0; i < counts.size(); ++i)
            p.push_back(p_of_totals(counts[i], tally.counts[channel[i]]));
        for (std::size_t c = 0; c < levels.size(); ++c)
            p.push_back(p_of_totals(levels[c], tally.snapshot[c]));
        return p_of_all(p);
    };
    EXPECT_GT(p_of(direct()), false_alarm);
    EXPECT_LT(p_of(direct(1.1)), false_alarm);  // a tenth more light must be seen

    double events = 0, seen = 0;
    for (Moments const& m : counts) {
        events += m.mean();
        seen += m.mean() > 0.01 ? 1 : 0;
    }
    EXPECT_GT(events, 100);
    EXPECT_GT(seen, 30);
}

TEST(PeerTables, RefuseByName)
{
    Network network;
    network.species = {{.name = "Yb", .region = "core", .levels = {"2F7/2", "2F5/2"}, .energy_per_cm = {}}};
    network.position_nm = {{0, 0, 0}, {1, 0, 0}};
    network.species_of = {{0}, {0}};
    network.one_site = {{.species = {0},
                         .from = {1},
                         .to = {0},
                         .k0_per_s = 1,
                         .process = Process::quenching,
                         .source = {.where = "vacancies"}}};
    PairChannel const pair{.donor = {0},
                           .acceptor = {0},
                           .donor_from = {1},
                           .donor_to = {0},
                           .acceptor_from = {0},
                           .acceptor_to = {1},
                           .coefficient = 1};
    network.pair = {pair};
    EXPECT_NO_THROW(peer_tables_from(network, {}));
    network.extra = {{.ion = {1}, .channel = 0, .rate_per_s = 5}};
    network.pair.push_back(pair);
    network.pair.back().law = DistanceLaw::inverse_eighth;
    network.triple = {{.donor_a = {0},
                       .donor_b = {0},
                       .acceptor = {0},
                       .a_from = {1},
                       .a_to = {0},
                       .b_from = {1},
                       .b_to = {0},
                       .acceptor_from = {0},
                       .acceptor_to = {1}}};
    try {
        peer_tables_from(network, {});
        FAIL();
    }
    catch (InputError const& error) {
        ASSERT_EQ(error.findings().size(), 3u);
        EXPECT_EQ(error.findings()[0].key, "extra");
        EXPECT_NE(error.findings()[0].problem.find("1 ion has a rate"), std::string::npos);
        EXPECT_NE(error.findings()[0].problem.find("quenching by vacancies"), std::string::npos);
        EXPECT_EQ(error.findings()[1].key, "pair");
        EXPECT_NE(error.findings()[1].problem.find("1 transfer channel of law \"inverse eighth\""),
                  std::string::npos);
        EXPECT_EQ(error.findings()[2].key, "triple");
    }
}
