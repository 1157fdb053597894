#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Names that a recipe takes from the library.
namespace lanthorn {

std::vector<std::string> host_names();    ///< "beta-NaYF4", …
std::vector<std::string> medium_names();  ///< "bulk" first, then those of media.toml

std::vector<std::string> ligand_names();  ///< "none" first, then those of quenchers.toml
/// The ligand of a recipe that names none: oleate in media that have vibrations themselves.
std::string usual_ligand(std::string_view medium);

/// Whether a host is a CIF file rather than a name.
bool is_cif(std::string_view host);

/// What is wrong with a name that is not among them, with the nearest that is.
std::string no_such_host(std::string_view name);
std::string no_such_medium(std::string_view name);
std::string no_such_ligand(std::string_view name);

}  // namespace lanthorn
