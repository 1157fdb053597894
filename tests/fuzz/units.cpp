#include "lanthorn/data/unit.hpp"

#include "fuzz/targets.hpp"

#include <cmath>

namespace lanthorn::fuzz {

void units(std::string_view bytes)
{
    for (auto dimension = Dimension::none; dimension <= Dimension::areal_density;
         dimension = Dimension(int(dimension) + 1)) {
        Conversion const c = to_house(bytes, dimension);
        promise(c.house.has_value() == c.problem.empty(), "either a value or a sentence");
        if (c.house) promise(std::isfinite(*c.house), "a value is finite");
        if (auto const unit = unit_from(bytes, dimension))
            promise(std::isfinite(unit->factor) && unit->factor > 0, "a unit scales by a positive number");
    }
}

}  // namespace lanthorn::fuzz
