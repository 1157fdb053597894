#pragma once

#include "lanthorn/base/vec3.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// "cubic", "hexagonal", "tetragonal", …; empty where there is no such space group.
std::optional<std::string> crystal_system(std::string_view space_group);

/// All distinct positions of one cell that the space group makes of a fractional position, each coordinate in
/// [0, 1). Positions nearer than 1e-4 of the cell are one. @pre the space group exists
std::vector<Vec3> equivalent_positions(std::string_view space_group, Vec3 fractional);

}  // namespace lanthorn
