#pragma once

#include "lanthorn/study/assemble.hpp"

#include <filesystem>

namespace lanthorn::app {

/// @throws InputError where the folder is a file, or holds such databases and they are not to be replaced
void check_npmc_folder(std::filesystem::path const& folder, bool overwrite);

/// Writes np.sqlite and initial_state.sqlite: the assembled particle and network in the light of the recipe.
/// @throws InputError that names everything the format cannot hold, with the key that leaves it out
void write_npmc(std::filesystem::path const& folder, Recipe const& recipe, Assembly const& assembly);

}  // namespace lanthorn::app
