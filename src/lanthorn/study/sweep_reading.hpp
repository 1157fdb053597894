#pragma once

#include "lanthorn/data/key_path.hpp"
#include "lanthorn/study/recipe.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lanthorn {

/// At most so many points of a sweep.
inline constexpr std::size_t most_points = 10'000;

/// The declared key that a sweep varies: that of the path itself, or the table of fractions that it is an entry of.
/// Null where there is none.
Key const* swept_key(KeyPath const& path);

/// The number of a value of a key in the house unit; nothing where it is no number.
std::optional<double> house_number(Key const& key, Node const& value);

/// The sweeps of a document whose [[sweep]] tables passed `check`.
/// @param findings  what is wrong with them is added
std::vector<SweepRecipe> sweeps_from(Document const& document, std::vector<Finding>& findings);

}  // namespace lanthorn
