#pragma once

#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"
#include "lanthorn/study/recipe.hpp"

#include <vector>

namespace lanthorn {

/// Puts the numbers of a recipe's overrides in the place of calculated ones, as far as they concern this ion or host.
///
/// A line strength replaces that of one transition. Branching ratios share out the level's calculated radiative rate
/// anew: what they leave of 1 goes to the transitions not named, in their old proportions. A lifetime is that of the
/// level alone in the bulk host at this temperature: what light does not explain of its inverse becomes relaxation to
/// the next level below. A relaxation is that rate itself. A transfer replaces or scales one process.
/// @throws InputError with the key of the override: an unknown level, or a number that no rate can give
void apply_overrides(std::vector<OverrideRecipe> const& overrides, double temperature_K, Ion& ion,
                     HostOptics& host);

/// The transfers among the overrides, for the host of every species.
std::vector<TransferOverride> transfer_overrides(std::vector<OverrideRecipe> const& overrides);

}  // namespace lanthorn
