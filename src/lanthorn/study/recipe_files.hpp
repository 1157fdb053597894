#pragma once

#include "lanthorn/study/recipe.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lanthorn {

/// Visits every file name in a recipe, with the key that it stands at: CIF hosts and luminescence.network, also as
/// values of sweeps.
void visit_files(Recipe& recipe, std::function<void(std::string const& key, std::string& path)> const& visit);

/// A file that a recipe names: beside the recipe's own file, else in the folder in which the program runs.
/// @return the path as it can be opened from here; as it was given where there is no such file
std::string file_beside(std::string const& recipe_file, std::string const& path);

/// Each file that a recipe names, once.
std::vector<std::string> files_of(Recipe recipe);

/// The recipe that names its files as copies in a folder `inputs` beside it: the same wherever they came from. This is
/// what a run folder holds and what a record says.
/// @throws InputError where two different files have one name
Recipe with_inputs(Recipe recipe);

}  // namespace lanthorn
