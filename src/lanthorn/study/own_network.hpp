#pragma once

#include "lanthorn/study/assemble.hpp"

namespace lanthorn {

/// Puts levels and rates of a file (luminescence.network) in the place of those calculated for the ions that it names,
/// on the sites of the crystal; see with_user_rates. The fractions of the file do not count, the dopants of the crystal
/// do. Numbers of the file and sentences on what is left out go with them.
/// @pre the assembly is complete but for warnings; the recipe names a file
/// @throws InputError where the file is malformed, names ions that the particle has not, or lacks ions or lasers that it
///         has, with place and cure; std::system_error where it cannot be read
void use_own_network(Recipe const& recipe, Assembly& assembly);

/// Whether all levels of a network have energies.
bool has_energies(Network const& network);

}  // namespace lanthorn
