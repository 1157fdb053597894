#include "lanthorn/files/sqlite.hpp"

#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/replace_file.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace lanthorn {

namespace {

using std::filesystem::path;

struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

[[noreturn]] void bad_input(path const& file, std::string key, std::string problem)
{
    throw InputError(Place{file.string(), 0, 0}, std::move(key), std::move(problem));
}

[[noreturn]] void fail(path const& file, int code, std::string_view message)
{
    auto const system = [&](std::errc error) {
        throw std::system_error(std::make_error_code(error), fmt::format("{}: {}", file.string(), message));
    };
    switch (code & 0xff) {
    case SQLITE_NOTADB:
        bad_input(file, {}, "this is no sqlite database");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        system(std::errc::device_or_resource_busy);
        break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        system(std::errc::permission_denied);
        break;
    case SQLITE_FULL:
        system(std::errc::no_space_on_device);
        break;
    case SQLITE_NOMEM:
        system(std::errc::not_enough_memory);
        break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        system(std::errc::io_error);
        break;
    default:
        break;
    }
    bad_input(file, {}, fmt::format("the database cannot be read: {}", message));
}

/// "file:" URI of a path, everything but plain characters escaped.
std::string uri(path const& file, std::string_view options)
{
    std::string text = "file:";
    for (unsigned char c : std::filesystem::absolute(file).string()) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '/' || c == '.' || c == '_' || c == '-';
        text += plain ? std::string(1, char(c)) : fmt::format("%{:02X}", c);
    }
    return text + std::string(options);
}

/// @throws std::system_error where there is no such file or it cannot be opened
void require_file(path const& file)
{
    if (std::filesystem::is_directory(file))
        throw std::system_error(std::make_error_code(std::errc::is_a_directory), file.string());
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const opened(std::fopen(file.c_str(), "rb"),
                                                                 &std::fclose);
    if (!opened) throw std::system_error(errno, std::generic_category(), file.string());
}

class Connection {
public:
    Connection(path file, std::string_view options, int flags) : file_(std::move(file))
    {
        require_file(file_);
        sqlite3* opened = nullptr;
        int const code =
            sqlite3_open_v2(uri(file_, options).c_str(), &opened, flags | SQLITE_OPEN_URI, nullptr);
        database_.reset(opened);
        if (code != SQLITE_OK) lanthorn::fail(file_, code, opened ? sqlite3_errmsg(opened) : "out of memory");
        sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    }

    Statement prepare(std::string const& sql) const
    {
        sqlite3_stmt* statement = nullptr;
        int const code = sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr);
        if (code != SQLITE_OK) fail(code);
        return Statement(statement);
    }

    /// True while there are rows.
    bool step(Statement const& statement) const
    {
        int const code = sqlite3_step(statement.get());
        if (code != SQLITE_ROW && code != SQLITE_DONE) fail(code);
        return code == SQLITE_ROW;
    }

    void execute(std::string const& sql) const
    {
        Statement const statement = prepare(sql);
        while (step(statement)) {
        }
    }

    bool try_execute(char const* sql) const
    {
        return sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }

    path const& file() const { return file_; }

private:
    [[noreturn]] void fail(int code) const { lanthorn::fail(file_, code, sqlite3_errmsg(database_.get())); }

    path file_;
    Database database_;
};

std::string text_of(Statement const& statement, int column)
{
    auto const* text = reinterpret_cast<char const*>(sqlite3_column_text(statement.get(), column));
    return text == nullptr ? std::string()
                           : std::string(text, std::size_t(sqlite3_column_bytes(statement.get(), column)));
}

std::string quoted_name(std::string_view name)
{
    std::string result = "\"";
    for (char c : name) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

/// A column as it grows; begins as integers and becomes doubles with the first real number.
class Column {
public:
    Column(std::string name, std::string declared) : name_(std::move(name))
    {
        std::ranges::transform(declared, declared.begin(),
                               [](unsigned char c) { return char(std::toupper(c)); });
        auto const says = [&](std::string_view word) { return declared.find(word) != std::string::npos; };
        if (says("CHAR") || says("TEXT") || says("CLOB"))
            array_.values = std::vector<std::string>{};
        else if (says("INT"))
            array_.values = std::vector<std::int64_t>{};
        else
            array_.values = std::vector<double>{};
    }

    void append(Connection const& connection, Statement const& row, int index, std::string const& table)
    {
        auto const bad = [&](std::string_view what) {
            bad_input(connection.file(), table + "." + name_,
                      fmt::format("table \"{}\", column \"{}\", row {}: {}", table, name_, rows_ + 1, what));
        };
        int const type = sqlite3_column_type(row.get(), index);
        if (type == SQLITE_NULL) bad("the value is missing");
        if (type == SQLITE_BLOB) bad("binary data stands where a number or a text is wanted");
        if (rows_ == 0) {
            if (type == SQLITE_TEXT)
                array_.values = std::vector<std::string>{};
            else if (type == SQLITE_FLOAT)
                array_.values = std::vector<double>{};
            else
                array_.values = std::vector<std::int64_t>{};
        }
        bool const texts = std::holds_alternative<std::vector<std::string>>(array_.values);
        if (texts && type != SQLITE_TEXT) bad("a number stands in a column of texts");
        if (!texts && type == SQLITE_TEXT)
            bad(fmt::format("the text \"{}\" stands in a column of numbers", text_of(row, index)));
        if (type == SQLITE_FLOAT)
            if (auto const* integers = std::get_if<std::vector<std::int64_t>>(&array_.values))
                array_.values = std::vector<double>(integers->begin(), integers->end());
        if (auto* values = std::get_if<std::vector<std::int64_t>>(&array_.values))
            values->push_back(sqlite3_column_int64(row.get(), index));
        else if (auto* reals = std::get_if<std::vector<double>>(&array_.values))
            reals->push_back(sqlite3_column_double(row.get(), index));
        else
            std::get<std::vector<std::string>>(array_.values).push_back(text_of(row, index));
        ++rows_;
    }

    void put_into(Tree& table)
    {
        array_.shape = {rows_};
        table.arrays[name_] = std::move(array_);
    }

private:
    std::string name_;
    std::size_t rows_ = 0;
    Tree::Array array_;
};

Tree read_table(Connection const& connection, std::string const& name)
{
    std::vector<Column> columns;
    Statement const info =
        connection.prepare("SELECT name, type FROM pragma_table_info(" + quoted_name(name) + ")");
    std::string list;
    while (connection.step(info)) {
        std::string const column = text_of(info, 0);
        list += (list.empty() ? "" : ", ") + quoted_name(column);
        columns.emplace_back(column, text_of(info, 1));
    }
    Statement const has_rowid =
        connection.prepare("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?");
    sqlite3_bind_text(has_rowid.get(), 1, name.c_str(), -1, SQLITE_TRANSIENT);
    bool const by_rowid = connection.step(has_rowid) && sqlite3_column_int(has_rowid.get(), 0) == 0;
    Statement const rows = connection.prepare("SELECT " + list + " FROM main." + quoted_name(name) +
                                              (by_rowid ? " ORDER BY rowid" : ""));
    while (connection.step(rows))
        for (std::size_t i = 0; i < columns.size(); ++i) columns[i].append(connection, rows, int(i), name);
    Tree table;
    for (auto& column : columns) column.put_into(table);
    return table;
}

std::vector<std::string> names_of(Connection const& connection, std::string const& sql)
{
    std::vector<std::string> names;
    Statement const statement = connection.prepare(sql);
    while (connection.step(statement)) names.push_back(text_of(statement, 0));
    return names;
}

}  // namespace

Tree read_sqlite(path const& file, std::vector<std::string> const& only)
{
    // immutable: no locks, no journal, no shared memory; hence nothing that is still in a journal would be
    // seen
    Connection const connection(file, "?mode=ro&immutable=1", SQLITE_OPEN_READONLY);
    for (auto const* ending : {"-wal", "-journal"}) {
        path beside = file;
        beside += ending;
        std::error_code none;
        if (auto const size = std::filesystem::file_size(beside, none); !none && size > 0)
            bad_input(
                file, {},
                fmt::format("its last changes are still in {}; close the program that writes it, or open "
                            "and close it with sqlite3 once",
                            beside.string()));
    }
    if (std::filesystem::file_size(file) == 0)
        bad_input(file, {}, "the file is empty, not an sqlite database");
    Tree tree;
    for (auto const& name :
         names_of(connection, "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                              "'sqlite\\_%' ESCAPE '\\' ORDER BY name"))
        if (only.empty() || std::ranges::find(only, name) != only.end())
            tree.groups[name] = read_table(connection, name);
    return tree;
}

namespace {

/// A table of the peer's databases as it is declared there.
struct PeerTable {
    std::string name;
    std::vector<std::pair<std::string, std::string>> columns;  ///< name, declaration
    bool filled = true;

    std::string create(std::string_view words) const
    {
        std::string text;
        for (auto const& [column, declaration] : columns)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", column, declaration);
        return fmt::format("{} {} ({})", words, name, text);
    }
    std::vector<std::string> names() const
    {
        std::vector<std::string> result;
        for (auto const& [column, declaration] : columns) result.push_back(column);
        return result;
    }
};

constexpr char const *id = "INTEGER NOT NULL PRIMARY KEY", *whole = "INTEGER NOT NULL",
                     *real = "REAL NOT NULL", *word = "TEXT NOT NULL";

PeerTable const trajectories{"trajectories",
                             {{"seed", whole},
                              {"step", whole},
                              {"time", real},
                              {"site_id_1", whole},
                              {"site_id_2", whole},
                              {"interaction_id", whole}},
                             false};

std::vector<PeerTable> const np_tables{
    {"species", {{"species_id", id}, {"degrees_of_freedom", whole}}},
    {"sites", {{"site_id", id}, {"x", real}, {"y", real}, {"z", real}, {"species_id", whole}}},
    {"interactions",
     {{"interaction_id", id},
      {"number_of_sites", whole},
      {"species_id_1", whole},
      {"species_id_2", whole},
      {"left_state_1", whole},
      {"left_state_2", whole},
      {"right_state_1", whole},
      {"right_state_2", whole},
      {"rate", real},
      {"interaction_type", word}}},
    {"metadata",
     {{"number_of_species", whole}, {"number_of_sites", whole}, {"number_of_interactions", whole}}}};

std::vector<PeerTable> const state_tables{
    {"initial_state", {{"site_id", id}, {"degree_of_freedom", whole}}},
    {"factors",
     {{"one_site_interaction_factor", real},
      {"two_site_interaction_factor", real},
      {"interaction_radius_bound", real},
      {"distance_factor_type", word}}},
    trajectories,
    {"interrupt_state", {{"seed", whole}, {"site_id", whole}, {"degree_of_freedom", whole}}, false},
    {"interrupt_cutoff", {{"seed", whole}, {"step", whole}, {"time", real}}, false}};

void bind(Statement const& insert, int at, Tree::Array const& column, std::size_t row)
{
    if (auto const* integers = std::get_if<std::vector<std::int64_t>>(&column.values))
        sqlite3_bind_int64(insert.get(), at, (*integers)[row]);
    else if (auto const* reals = std::get_if<std::vector<double>>(&column.values))
        sqlite3_bind_double(insert.get(), at, (*reals)[row]);
    else
        sqlite3_bind_text(insert.get(), at, std::get<std::vector<std::string>>(column.values)[row].c_str(),
                          -1, SQLITE_TRANSIENT);
}

void fill(Connection const& connection, path const& file, PeerTable const& table, Tree const& tables)
{
    std::vector<Tree::Array const*> columns;
    std::string marks;
    for (auto const& [column, declaration] : table.columns) {
        columns.push_back(tables.find_array(table.name + "/" + column));
        marks += marks.empty() ? "?" : ", ?";
        if (columns.back() == nullptr)
            bad_input(file, table.name + "." + column,
                      fmt::format("table \"{}\" wants a column \"{}\"", table.name, column));
        if (columns.back()->shape != columns.front()->shape || columns.back()->shape.size() != 1)
            bad_input(file, table.name + "." + column,
                      fmt::format("column \"{}\" of table \"{}\" is of another length than the first", column,
                                  table.name));
    }
    Statement const insert = connection.prepare(fmt::format("INSERT INTO {} VALUES ({})", table.name, marks));
    for (std::size_t row = 0; row < columns.front()->shape.front(); ++row) {
        for (std::size_t c = 0; c < columns.size(); ++c) bind(insert, int(c) + 1, *columns[c], row);
        connection.step(insert);
        sqlite3_reset(insert.get());
    }
}

void write_database(path const& file, std::vector<PeerTable> const& schema, Tree const& tables)
{
    replace_file(file, [&](path const& part) {
        std::unique_ptr<std::FILE, int (*)(std::FILE*)> made(std::fopen(part.c_str(), "wb"), &std::fclose);
        if (!made) throw std::system_error(errno, std::generic_category(), part.string());
        made.reset();
        Connection const connection(part, "?mode=rw", SQLITE_OPEN_READWRITE);
        connection.execute("PRAGMA journal_mode = OFF");
        connection.execute("BEGIN");
        for (PeerTable const& table : schema) {
            connection.execute(table.create("CREATE TABLE"));
            if (table.filled) fill(connection, file, table, tables);
        }
        connection.execute("COMMIT");
    });
}

}  // namespace

void write_peer_np(path const& file, Tree const& tables) { write_database(file, np_tables, tables); }
void write_peer_state(path const& file, Tree const& tables) { write_database(file, state_tables, tables); }

void append_trajectories(path const& file, std::span<PeerEvent const> events)
{
    Connection const connection(file, "?mode=rw", SQLITE_OPEN_READWRITE);
    if (std::filesystem::file_size(file) == 0)
        bad_input(file, {}, "the file is empty, not an sqlite database");
    connection.execute("BEGIN IMMEDIATE");
    try {
        connection.execute(trajectories.create("CREATE TABLE IF NOT EXISTS"));
        std::vector<std::string> const wanted = trajectories.names();
        if (names_of(connection, "SELECT name FROM pragma_table_info('trajectories')") != wanted)
            bad_input(file, "trajectories",
                      "its table \"trajectories\" does not have the columns seed, step, time, site_id_1, "
                      "site_id_2, interaction_id");
        Statement const insert = connection.prepare("INSERT INTO trajectories VALUES (?, ?, ?, ?, ?, ?)");
        for (auto const& event : events) {
            sqlite3_bind_int64(insert.get(), 1, event.seed);
            sqlite3_bind_int64(insert.get(), 2, event.step);
            sqlite3_bind_double(insert.get(), 3, event.time_s);
            sqlite3_bind_int64(insert.get(), 4, event.site_1);
            sqlite3_bind_int64(insert.get(), 5, event.site_2);
            sqlite3_bind_int64(insert.get(), 6, event.interaction);
            connection.step(insert);
            sqlite3_reset(insert.get());
        }
        connection.execute("COMMIT");
    }
    catch (...) {
        connection.try_execute("ROLLBACK");
        throw;
    }
}

}  // namespace lanthorn
