#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/luminescence/peer.hpp"

#include "support/csv.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace lanthorn;

namespace {

using Integers = std::vector<std::int64_t>;
using Doubles = std::vector<double>;
using Texts = std::vector<std::string>;

/// Two species, three sites; rows of one and two sites in turn.
struct Databases {
    Tree np, state;

    Databases()
    {
        Tree& species = np.group("species");
        species.put("species_id", Integers{0, 1});
        species.put("degrees_of_freedom", Integers{2, 3});
        Tree& sites = np.group("sites");
        sites.put("site_id", Integers{0, 1, 2});
        sites.put("x", Doubles{0, 1, 0}, "1");
        sites.put("y", Doubles{0, 0, 2}, "1");
        sites.put("z", Doubles{0, 0, 0}, "1");
        sites.put("species_id", Integers{0, 1, 0});
        Tree& rows = np.group("interactions");
        rows.put("interaction_id", Integers{0, 1, 2, 3});
        rows.put("number_of_sites", Integers{2, 1, 2, 1});
        rows.put("species_id_1", Integers{0, 1, 1, 0});
        rows.put("species_id_2", Integers{1, -1, 0, -1});
        rows.put("left_state_1", Integers{1, 2, 1, 1});
        rows.put("left_state_2", Integers{0, -1, 0, -1});
        rows.put("right_state_1", Integers{0, 1, 0, 0});
        rows.put("right_state_2", Integers{2, -1, 1, -1});
        rows.put("rate", Doubles{500, 20, 30, 40}, "1");
        rows.put("interaction_type", Texts{"ET", "NR", "ET", "Rad"});
        Tree& initial = state.group("initial_state");
        initial.put("site_id", Integers{0, 1, 2});
        initial.put("degree_of_freedom", Integers{1, 2, 0});
        Tree& factors = state.group("factors");
        factors.put("one_site_interaction_factor", Doubles{2}, "1");
        factors.put("two_site_interaction_factor", Doubles{0.5}, "1");
        factors.put("interaction_radius_bound", Doubles{2.5}, "1");
        factors.put("distance_factor_type", Texts{"inverse_cubic"});
    }

    PeerJob job() const { return peer_job_from(np, state, "np.sqlite", "state.sqlite"); }

    template <class T>
    void set(std::string_view table, std::string_view column, std::size_t row, T value)
    {
        for (Tree* tree : {&np, &state})
            if (auto const found = tree->groups.find(table); found != tree->groups.end())
                std::get<std::vector<T>>(found->second.arrays.find(column)->second.values).at(row) = value;
    }

    std::vector<Finding> findings() const
    {
        try {
            (void)job();
        }
        catch (InputError const& error) {
            return error.findings();
        }
        return {};
    }
};

void expect_one(std::vector<Finding> const& findings, std::string const& file, std::string const& key,
                std::string const& says)
{
    ASSERT_EQ(findings.size(), 1u) << (findings.empty() ? "nothing was wrong" : findings[1].problem);
    EXPECT_EQ(findings[0].place.file, file);
    EXPECT_EQ(findings[0].key, key);
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_NE(findings[0].problem.find(says), std::string::npos) << findings[0].problem;
}

}  // namespace

TEST(PeerJob, HasTheNetworkOfBothDatabases)
{
    PeerJob const job = Databases().job();
    Network const& network = job.network;
    EXPECT_NO_THROW(validate(network));
    ASSERT_EQ(network.species.size(), 2u);
    EXPECT_EQ(network.species[1].name, "1");
    EXPECT_EQ(network.species[1].levels, (Texts{"0", "1", "2"}));
    EXPECT_TRUE(network.species[1].energy_per_cm.empty());
    EXPECT_EQ(network.position_nm[2], (Vec3{0, 2, 0}));
    EXPECT_EQ(network.species_of, (std::vector<SpeciesId>{{0}, {1}, {0}}));
    EXPECT_EQ(network.interaction_radius_nm, 2.5);
    EXPECT_EQ(network.lasers, 0u);
    EXPECT_EQ(job.initial.level, (std::vector<LevelId>{{1}, {2}, {0}}));

    ASSERT_EQ(network.one_site.size(), 2u);
    ASSERT_EQ(network.pair.size(), 2u);
    EXPECT_EQ(network.one_site[0].species, SpeciesId{1});
    EXPECT_EQ(network.one_site[0].from, LevelId{2});
    EXPECT_EQ(network.one_site[0].to, LevelId{1});
    EXPECT_EQ(network.one_site[0].k0_per_s, 40);
    EXPECT_EQ(network.one_site[1].k0_per_s, 80);
    EXPECT_EQ(network.one_site[0].process, Process::other);
    EXPECT_EQ(network.pair[0].donor, SpeciesId{0});
    EXPECT_EQ(network.pair[0].acceptor, SpeciesId{1});
    EXPECT_EQ(network.pair[0].donor_from, LevelId{1});
    EXPECT_EQ(network.pair[0].donor_to, LevelId{0});
    EXPECT_EQ(network.pair[0].acceptor_from, LevelId{0});
    EXPECT_EQ(network.pair[0].acceptor_to, LevelId{2});
    EXPECT_EQ(network.pair[0].coefficient, 250);
    EXPECT_EQ(network.pair[1].coefficient, 15);
    EXPECT_EQ(network.pair[0].law, DistanceLaw::inverse_sixth);
    EXPECT_EQ(job.interaction_type, (Texts{"ET", "NR", "ET", "Rad"}));
    EXPECT_EQ(job.channel_of_interaction, (std::vector<std::size_t>{2, 0, 3, 1}));
}

TEST(PeerJob, KnowsTheLinearLaw)
{
    Databases databases;
    databases.set<std::string>("factors", "distance_factor_type", 0, "linear");
    EXPECT_EQ(databases.job().network.pair[1].law, DistanceLaw::linear);
}

TEST(PeerJob, NeedsNoTypesNoMetadataAndNoOrderOfSites)
{
    Databases databases;
    databases.np.group("interactions").arrays.erase("interaction_type");
    databases.np.group("sites").put("site_id", Integers{2, 0, 1});
    databases.state.group("initial_state").put("site_id", Integers{1, 2, 0});
    databases.state.group("initial_state").put("degree_of_freedom", Integers{1, 0, 2});
    // positions as whole numbers, as a column of the kind INTEGER gives them
    databases.np.group("sites").put("y", Integers{0, 0, 2});
    PeerJob const job = databases.job();
    EXPECT_TRUE(job.interaction_type.empty());
    EXPECT_EQ(job.network.position_nm[1], (Vec3{0, 2, 0}));
    EXPECT_EQ(job.network.species_of, (std::vector<SpeciesId>{{1}, {0}, {0}}));
    EXPECT_EQ(job.initial.level, (std::vector<LevelId>{{2}, {1}, {0}}));
}

TEST(PeerJob, TakesAParticleWithoutInteractions)
{
    Databases databases;
    for (auto& [name, column] : databases.np.group("interactions").arrays)
        column = {{0},
                  name == "interaction_type" ? Tree::Array{{0}, Texts{}, {}}.values
                                             : Tree::Array{{0}, Doubles{}, {}}.values,
                  {}};
    PeerJob const job = databases.job();
    EXPECT_EQ(job.network.channels(), 0u);
    EXPECT_EQ(job.initial.level.size(), 3u);
}

TEST(BadDatabase, LacksATable)
{
    Databases databases;
    databases.np.groups.erase("sites");
    expect_one(databases.findings(), "np.sqlite", "sites", "right one of the two databases");
}

TEST(BadDatabase, LacksAColumn)
{
    Databases databases;
    databases.state.group("factors").arrays.erase("interaction_radius_bound");
    expect_one(databases.findings(), "state.sqlite", "factors.interaction_radius_bound", "no column");
}

TEST(BadDatabase, HasTextForNumbers)
{
    Databases databases;
    databases.np.group("interactions").put("rate", Texts{"a", "b", "c", "d"});
    expect_one(databases.findings(), "np.sqlite", "interactions.rate", "must hold numbers");
}

TEST(BadDatabase, HasASiteOfAnUnknownSpecies)
{
    Databases databases;
    databases.set<std::int64_t>("sites", "species_id", 1, 2);
    std::vector<Finding> const findings = databases.findings();
    ASSERT_GE(findings.size(), 1u);
    expect_one({findings[0]}, "np.sqlite", "sites[1].species_id",
               "row 2: site 1 is of species 2, but there are only 0 to 1");
}

TEST(BadDatabase, HasAnInteractionOfAnUnknownSpecies)
{
    Databases databases;
    databases.set<std::int64_t>("interactions", "species_id_2", 2, -1);
    expect_one(databases.findings(), "np.sqlite", "interactions[2].species_id_2", "row 3");
}

TEST(BadDatabase, HasALevelThatIsNotThere)
{
    Databases databases;
    databases.set<std::int64_t>("interactions", "right_state_2", 0, 3);
    expect_one(databases.findings(), "np.sqlite", "interactions[0].right_state_2",
               "species 1 has only levels 0 to 2");
}

TEST(BadDatabase, HasGapsInItsSites)
{
    Databases databases;
    databases.set<std::int64_t>("sites", "site_id", 2, 3);
    std::vector<Finding> const findings = databases.findings();
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].key, "sites[2].site_id");
    EXPECT_NE(findings[0].problem.find("numbered 0 to 2"), std::string::npos) << findings[0].problem;
}

TEST(BadDatabase, HasASiteTwice)
{
    Databases databases;
    databases.set<std::int64_t>("sites", "site_id", 2, 1);
    expect_one(databases.findings(), "np.sqlite", "sites[2].site_id", "stands in row 2 already");
}

TEST(BadDatabase, HasTwoSitesAtOnePlace)
{
    Databases databases;
    databases.set<double>("sites", "y", 2, 0);
    expect_one(databases.findings(), "np.sqlite", "sites[2].x", "same place as site 0");
}

TEST(BadDatabase, HasASiteNowhere)
{
    Databases databases;
    databases.set<double>("sites", "z", 1, std::nan(""));
    expect_one(databases.findings(), "np.sqlite", "sites[1].x", "no finite position");
}

TEST(BadDatabase, HasABadRate)
{
    for (double rate : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
        Databases databases;
        databases.set<double>("interactions", "rate", 3, rate);
        expect_one(databases.findings(), "np.sqlite", "interactions[3].rate", "0 or more");
    }
}

TEST(BadDatabase, HasAnInteractionOfThreeSites)
{
    Databases databases;
    databases.set<std::int64_t>("interactions", "number_of_sites", 0, 3);
    expect_one(databases.findings(), "np.sqlite", "interactions[0].number_of_sites", "1 or 2 sites");
}

TEST(BadDatabase, HasASpeciesWithoutLevels)
{
    Databases databases;
    databases.set<std::int64_t>("species", "degrees_of_freedom", 1, 0);
    std::vector<Finding> const findings = databases.findings();
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].key, "species[1].degrees_of_freedom");
}

TEST(BadDatabase, HasAnUnknownDistanceLaw)
{
    Databases databases;
    databases.set<std::string>("factors", "distance_factor_type", 0, "cubic");
    expect_one(databases.findings(), "state.sqlite", "factors[0].distance_factor_type",
               "'cubic'. Known are 'inverse_cubic'");
}

TEST(BadDatabase, HasABadRadiusOrFactor)
{
    for (double radius : {0.0, -3.0, std::nan("")}) {
        Databases databases;
        databases.set<double>("factors", "interaction_radius_bound", 0, radius);
        expect_one(databases.findings(), "state.sqlite", "factors[0].interaction_radius_bound",
                   "radius in nm");
    }
    Databases databases;
    databases.set<double>("factors", "two_site_interaction_factor", 0, -1);
    expect_one(databases.findings(), "state.sqlite", "factors[0].two_site_interaction_factor", "0 or more");
}

TEST(BadDatabase, HasNoFactorsOrTwo)
{
    Databases databases;
    Tree& factors = databases.state.group("factors");
    factors.put("one_site_interaction_factor", Doubles{1, 1}, "1");
    factors.put("two_site_interaction_factor", Doubles{1, 1}, "1");
    factors.put("interaction_radius_bound", Doubles{3, 3}, "1");
    factors.put("distance_factor_type", Texts{"linear", "linear"});
    expect_one(databases.findings(), "state.sqlite", "factors", "2 rows where one is wanted");
}

TEST(BadDatabase, LeavesSitesWithoutAStart)
{
    Databases databases;
    databases.state.group("initial_state").put("site_id", Integers{0, 2});
    databases.state.group("initial_state").put("degree_of_freedom", Integers{0, 0});
    expect_one(databases.findings(), "state.sqlite", "initial_state",
               "1 of 3 sites have no row, the first is site 1");
}

TEST(BadDatabase, StartsASiteOrLevelThatIsNotThere)
{
    Databases databases;
    databases.set<std::int64_t>("initial_state", "site_id", 1, 7);
    expect_one(databases.findings(), "state.sqlite", "initial_state[1].site_id", "belong together");
    databases = {};
    databases.set<std::int64_t>("initial_state", "degree_of_freedom", 1, 3);
    expect_one(databases.findings(), "state.sqlite", "initial_state[1].degree_of_freedom",
               "only levels 0 to 2");
    databases.set<std::int64_t>("initial_state", "degree_of_freedom", 1, -1);
    expect_one(databases.findings(), "state.sqlite", "initial_state[1].degree_of_freedom",
               "only levels 0 to 2");
    databases = {};
    databases.set<std::int64_t>("initial_state", "site_id", 1, 2);
    databases.set<std::int64_t>("initial_state", "degree_of_freedom", 1, 0);
    std::vector<Finding> const findings = databases.findings();
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].key, "initial_state[2].site_id");
}

TEST(BadDatabase, DoesNotHaveTheRowsOfItsMetadata)
{
    Databases databases;
    Tree& metadata = databases.np.group("metadata");
    metadata.put("number_of_species", Integers{2});
    metadata.put("number_of_sites", Integers{3});
    EXPECT_TRUE(databases.findings().empty());
    metadata.put("number_of_sites", Integers{4});
    expect_one(databases.findings(), "np.sqlite", "metadata[0].number_of_sites", "was cut short");
}

TEST(BadDatabase, ShowsAllThatIsWrongAtOnce)
{
    Databases databases;
    databases.set<std::int64_t>("interactions", "number_of_sites", 0, 3);
    databases.set<double>("interactions", "rate", 2, -4);
    databases.set<std::string>("factors", "distance_factor_type", 0, "r6");
    std::vector<Finding> const findings = databases.findings();
    ASSERT_EQ(findings.size(), 3u);
    EXPECT_EQ(findings[0].key, "interactions[0].number_of_sites");
    EXPECT_EQ(findings[1].key, "interactions[2].rate");
    EXPECT_EQ(findings[2].place.file, "state.sqlite");
}

TEST(BadDatabase, DoesNotFloodTheScreen)
{
    Databases databases;
    std::size_t const rows = 500;
    Tree& table = databases.np.group("interactions");
    for (auto& [name, column] : table.arrays) {
        if (name == "rate")
            column = {{rows}, Doubles(rows, -1), {}};
        else if (name == "interaction_type")
            column = {{rows}, Texts(rows, "NR"), {}};
        else
            column = {{rows}, Integers(rows, 1), {}};
    }
    std::vector<Finding> const findings = databases.findings();
    EXPECT_EQ(findings.size(), 20u);
    EXPECT_NE(findings.back().problem.find("480 more"), std::string::npos) << findings.back().problem;
}

namespace {

std::vector<Finding> findings_of_files(std::string const& np, std::string const& state)
{
    try {
        (void)peer_job_from(read_sqlite(test_data("bad_npmc/" + np)),
                            read_sqlite(test_data("bad_npmc/" + state)), np, state);
    }
    catch (InputError const& error) {
        return error.findings();
    }
    return {};
}

}  // namespace

TEST(BadDatabaseFile, IsRefusedWithItsReason)
{
    std::vector<Finding> found = findings_of_files("wrong_states.sqlite", "state_of_two.sqlite");
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].place.file, "wrong_states.sqlite");
    EXPECT_EQ(found[0].key, "interactions[1].species_id_2");
    EXPECT_EQ(found[1].key, "interactions[2].left_state_1");
    EXPECT_EQ(found[2].key, "interactions[3].number_of_sites");

    found = findings_of_files("missing_rate.sqlite", "state_of_two.sqlite");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].key, "interactions.rate");
    EXPECT_NE(found[0].problem.find("row 2"), std::string::npos);

    found = findings_of_files("state_of_two.sqlite", "no_factors.sqlite");  // the wrong one of the two
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].key, "species");
    EXPECT_EQ(found[1].key, "factors");

    for (std::string const name : {"cut_short.sqlite", "not_a_database.sqlite"}) {
        found = findings_of_files("wrong_states.sqlite", name);
        ASSERT_EQ(found.size(), 1u) << name;
        EXPECT_NE(found[0].place.file.find(name), std::string::npos) << found[0].problem;
    }
}

TEST(PeerJob, ReadsTheExampleOfThePeer)
{
    PeerJob const job =
        peer_job_from(read_sqlite(test_data("npmc/ex_simple/np.sqlite")),
                      read_sqlite(test_data("npmc/ex_simple/initial_state.sqlite")), "np", "state");
    EXPECT_EQ(job.network.ions(), 5u);
    EXPECT_EQ(job.network.channels(), 128u);
    EXPECT_EQ(job.network.classes(), 11u);
    EXPECT_EQ(job.interaction_type[8], "Rad");
    EXPECT_NEAR(job.network.one_site[job.channel_of_interaction[8]].k0_per_s, 284857.46681524476, 1e-9);
    EXPECT_NO_THROW(validate(job.network));
}
