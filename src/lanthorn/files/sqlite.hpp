#pragma once

#include "lanthorn/data/tree.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// Reads the tables of an sqlite database, each as a group of columns (arrays in rowid order). Integer
/// columns become integers, REAL columns and those that mix integers and reals become doubles, TEXT becomes
/// text; a column of an empty table has its declared type. A missing value, a blob, or text among numbers is
/// an error that names table, column and row (counted from 1). The file is never written, and no journal or
/// other file appears beside it; one whose last changes are still in a journal is refused.
/// @param only  the tables to read, where they exist; empty = every table
/// @throws InputError, std::system_error
Tree read_sqlite(std::filesystem::path const& path, std::vector<std::string> const& only = {});

/// One event of a trajectory as the peer writes it.
struct PeerEvent {
    std::int64_t seed, step;
    double time_s;
    std::int64_t site_1, site_2;  ///< site_2 = -1 for one-site events
    std::int64_t interaction;
};
/// Appends to the table `trajectories` of the peer's initial_state database, made where it is missing, in one
/// transaction: all events or none.
/// @throws InputError where the file is no such database, std::system_error
void append_trajectories(std::filesystem::path const& path, std::span<PeerEvent const> events);

/// Writes the peer's databases: all of their tables, those with rows from `tables` (a group of columns each, as
/// read_sqlite gives them), the others (trajectories, interrupt_state, interrupt_cutoff) empty. Made beside `path`
/// and renamed over it.
/// @throws InputError where a table or a column is missing or of another length, std::system_error
void write_peer_np(std::filesystem::path const& path, Tree const& tables);
void write_peer_state(std::filesystem::path const& path, Tree const& tables);

}  // namespace lanthorn
