#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/files/text.hpp"

#include "unit/files/folder.hpp"

#include <sqlite3.h>

using namespace lanthorn;

namespace {

void make_database(std::filesystem::path const& path, std::string const& sql)
{
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_close(database);
}

Finding finding_of(std::string const& sql)
{
    Folder const folder;
    make_database(folder / "a.sqlite", sql);
    try {
        read_sqlite(folder / "a.sqlite");
    }
    catch (InputError const& error) {
        return error.first();
    }
    return {};
}

std::string const sites =
    "CREATE TABLE sites (site_id INTEGER NOT NULL PRIMARY KEY, x REAL NOT NULL, kind TEXT, n);"
    "INSERT INTO sites VALUES (2, 1.5, 'b', 7), (0, 1, 'a', 8), (1, -3e-9, '', 9.5);"
    "CREATE TABLE empty (i INTEGER, r REAL, t TEXT, u);"
    "CREATE TABLE \"odd \"\"name\" (\"a b\" INTEGER, PRIMARY KEY (\"a b\")) WITHOUT ROWID;"
    "INSERT INTO \"odd \"\"name\" VALUES (3), (1);"
    "CREATE VIEW v AS SELECT 1;";

}  // namespace

TEST(Sqlite, ReadsEveryTableAsColumns)
{
    Folder const folder;
    make_database(folder / "a b%.sqlite", sites);
    Tree const tree = read_sqlite(folder / "a b%.sqlite");
    EXPECT_EQ(tree.integers("sites/site_id"), (std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_EQ(tree.doubles("sites/x"), (std::vector{1.0, -3e-9, 1.5}));
    EXPECT_EQ(tree.texts("sites/kind"), (std::vector<std::string>{"a", "", "b"}));
    EXPECT_EQ(tree.doubles("sites/n"), (std::vector{8.0, 9.5, 7.0}));
    EXPECT_TRUE(tree.integers("empty/i").empty());
    EXPECT_TRUE(tree.doubles("empty/r").empty());
    EXPECT_TRUE(tree.texts("empty/t").empty());
    EXPECT_EQ(tree.integers("odd \"name/a b"), (std::vector<std::int64_t>{1, 3}));
    EXPECT_EQ(tree.groups.size(), 3u);
    EXPECT_EQ(read_sqlite(folder / "a b%.sqlite", {"sites", "none"}).groups.size(), 1u);
}

TEST(Sqlite, ReadingTouchesNothing)
{
    Folder const folder;
    auto const path = folder / "a.sqlite";
    make_database(path, "PRAGMA journal_mode = WAL;" + sites);
    std::string const bytes = read_text(path);
    auto const time = std::filesystem::last_write_time(path);
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    std::filesystem::permissions(folder.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_EQ(read_sqlite(path).groups.size(), 3u);
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
    EXPECT_EQ(read_text(path), bytes);
    EXPECT_EQ(std::filesystem::last_write_time(path), time);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"a.sqlite"});
}

TEST(Sqlite, NamesTableColumnAndRowOfABadValue)
{
    auto const null =
        finding_of("CREATE TABLE t (a INTEGER, b REAL); INSERT INTO t VALUES (1, 1), (2, NULL);");
    EXPECT_EQ(null.key, "t.b");
    EXPECT_EQ(null.problem, "table \"t\", column \"b\", row 2: the value is missing");
    EXPECT_EQ(std::filesystem::path(null.place.file).filename(), "a.sqlite");
    EXPECT_NE(finding_of("CREATE TABLE t (a); INSERT INTO t VALUES (1), ('x');")
                  .problem.find("row 2: the text \"x\""),
              std::string::npos);
    EXPECT_NE(
        finding_of("CREATE TABLE t (a); INSERT INTO t VALUES ('x'), (1);").problem.find("row 2: a number"),
        std::string::npos);
    EXPECT_NE(finding_of("CREATE TABLE t (a); INSERT INTO t VALUES (x'00');").problem.find("binary"),
              std::string::npos);
}

TEST(Sqlite, RefusesWhatIsNoDatabase)
{
    Folder const folder;
    EXPECT_THROW(read_sqlite(folder / "none.sqlite"), std::system_error);
    EXPECT_THROW(read_sqlite(folder.path()), std::system_error);
    write_text(folder / "text.sqlite", std::string(5000, 'x'));
    EXPECT_THROW(read_sqlite(folder / "text.sqlite"), InputError);
    write_text(folder / "empty.sqlite", "");
    EXPECT_THROW(read_sqlite(folder / "empty.sqlite"), InputError);
    make_database(folder / "a.sqlite", sites);
    std::string const bytes = read_text(folder / "a.sqlite");
    write_text(folder / "half.sqlite", bytes.substr(0, 5000));
    EXPECT_THROW(read_sqlite(folder / "half.sqlite"), InputError);
    write_text(folder / "a.sqlite-wal", "unfinished");
    EXPECT_THROW(read_sqlite(folder / "a.sqlite"), InputError);
    EXPECT_EQ(read_text(folder / "a.sqlite"), bytes);
}

TEST(Sqlite, AppendsTrajectories)
{
    Folder const folder;
    auto const path = folder / "state.sqlite";
    make_database(path, "CREATE TABLE initial_state (site_id INTEGER);");
    std::vector<PeerEvent> const events{{1, 0, 1e-6, 3, -1, 7}, {1, 1, 0.1, 2, 4, 8}};
    append_trajectories(path, events);
    append_trajectories(path, std::span(events).first(1));
    Tree const tree = read_sqlite(path);
    EXPECT_EQ(tree.integers("trajectories/step"), (std::vector<std::int64_t>{0, 1, 0}));
    EXPECT_EQ(tree.doubles("trajectories/time"), (std::vector{1e-6, 0.1, 1e-6}));
    EXPECT_EQ(tree.integers("trajectories/site_id_2"), (std::vector<std::int64_t>{-1, 4, -1}));
    EXPECT_EQ(tree.integers("trajectories/interaction_id"), (std::vector<std::int64_t>{7, 8, 7}));
    EXPECT_EQ(folder.names(), std::vector<std::string>{"state.sqlite"});
}

TEST(Sqlite, AppendsAllOrNothing)
{
    Folder const folder;
    auto const path = folder / "state.sqlite";
    make_database(path, "CREATE TABLE trajectories (seed, step CHECK (step < 1), time, site_id_1, site_id_2, "
                        "interaction_id);");
    std::vector<PeerEvent> const events{{1, 0, 1e-6, 3, -1, 7}, {1, 1, 0.1, 2, 4, 8}};
    EXPECT_THROW(append_trajectories(path, events), InputError);
    EXPECT_TRUE(read_sqlite(path).doubles("trajectories/seed").empty());
    make_database(folder / "other.sqlite", "CREATE TABLE trajectories (seed, time);");
    EXPECT_THROW(append_trajectories(folder / "other.sqlite", events), InputError);
    EXPECT_THROW(append_trajectories(folder / "none.sqlite", events), std::system_error);
    EXPECT_FALSE(std::filesystem::exists(folder / "none.sqlite"));
}

TEST(Sqlite, ReadsThePeersExample)
{
    std::filesystem::path const example = LANTHORN_SOURCE_DIR "/../shared/npmc/ex_simple";
    if (!std::filesystem::exists(example)) GTEST_SKIP() << "the peer's example is not beside the sources";
    Tree const particle = read_sqlite(example / "np.sqlite"),
               state = read_sqlite(example / "initial_state.sqlite");
    EXPECT_EQ(particle.integers("sites/site_id").size(), 5u);
    EXPECT_EQ(particle.doubles("interactions/rate").size(), 128u);
    EXPECT_EQ(particle.texts("interactions/interaction_type").front(), "NR");
    EXPECT_EQ(state.texts("factors/distance_factor_type").front(), "inverse_cubic");
    EXPECT_TRUE(state.doubles("trajectories/time").empty());
}

namespace {

Tree peer_np()
{
    Tree tables;
    Tree& species = tables.groups["species"];
    species.put("species_id", std::vector<std::int64_t>{0});
    species.put("degrees_of_freedom", std::vector<std::int64_t>{2});
    Tree& places = tables.groups["sites"];
    for (char const* column : {"site_id", "species_id"}) places.put(column, std::vector<std::int64_t>{0});
    for (char const* column : {"x", "y", "z"}) places.put(column, std::vector{-1.0 / 3}, "nm");
    Tree& interactions = tables.groups["interactions"];
    for (char const* column : {"interaction_id", "number_of_sites", "species_id_1", "species_id_2",
                               "left_state_1", "left_state_2", "right_state_1", "right_state_2"})
        interactions.put(column, std::vector<std::int64_t>{0});
    interactions.put("rate", std::vector{1e-300}, "1/s");
    interactions.put("interaction_type", std::vector<std::string>{"Rad"});
    Tree& metadata = tables.groups["metadata"];
    for (char const* column : {"number_of_species", "number_of_sites", "number_of_interactions"})
        metadata.put(column, std::vector<std::int64_t>{1});
    return tables;
}

}  // namespace

TEST(PeerDatabases, AreReadBackAsWritten)
{
    Folder const folder;
    write_peer_np(folder / "np.sqlite", peer_np());
    EXPECT_EQ(folder.names(), std::vector<std::string>{"np.sqlite"});
    Tree const read = read_sqlite(folder / "np.sqlite");
    EXPECT_EQ(read.doubles("sites/x"), std::vector{-1.0 / 3});
    EXPECT_EQ(read.doubles("interactions/rate"), std::vector{1e-300});
    EXPECT_EQ(read.texts("interactions/interaction_type"), std::vector<std::string>{"Rad"});
    EXPECT_EQ(read.groups.size(), 4u);
}

TEST(PeerDatabases, AreNotTouchedWhereWritingFails)
{
    Folder const folder;
    write_peer_np(folder / "np.sqlite", peer_np());
    auto const before = read_text(folder / "np.sqlite");
    Tree missing = peer_np(), uneven = peer_np();
    missing.groups["sites"].arrays.erase("y");
    uneven.groups["sites"].put("y", std::vector{1.0, 2.0}, "nm");
    for (Tree const& wrong : {missing, uneven}) {
        try {
            write_peer_np(folder / "np.sqlite", wrong);
            FAIL();
        }
        catch (InputError const& error) {
            EXPECT_EQ(error.first().key, "sites.y");
        }
    }
    EXPECT_EQ(read_text(folder / "np.sqlite"), before);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"np.sqlite"});
    EXPECT_THROW(write_peer_np(folder / "nowhere/np.sqlite", peer_np()), std::system_error);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"np.sqlite"});
}
