#pragma once

#include "lanthorn/data/tree.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// Reads every table of an sqlite database as a group of columns (arrays in rowid order); read-only, the file
/// is never written, not even a journal. A column with mixed or missing values is an error that names table,
/// column, row.
/// @throws InputError, std::system_error
Tree read_sqlite(std::filesystem::path const& path);

/// One event of a trajectory as the peer writes it.
struct PeerEvent {
    std::int64_t seed, step;
    double time_s;
    std::int64_t site_1, site_2; ///< site_2 = -1 for one-site events
    std::int64_t interaction;
};
/// Appends to the table `trajectories` of the peer's initial_state database, in one transaction.
void append_trajectories(std::filesystem::path const& path, std::span<PeerEvent const> events);

} // namespace lanthorn
