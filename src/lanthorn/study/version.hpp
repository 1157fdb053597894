#pragma once

#include <string>

namespace lanthorn {

std::string version();  ///< "0.1.0"
std::string
git_hash();  ///< of the tree the program was built from, "+" behind it where that had changes; "unknown" outside git

}  // namespace lanthorn
