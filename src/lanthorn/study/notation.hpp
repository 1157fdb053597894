#pragma once

#include "lanthorn/study/recipe.hpp"

#include <string>
#include <string_view>

namespace lanthorn {

/// A particle in the notation of the field, as the TOML of a recipe's [crystal] table:
///
///     NaYF4:Yb20,Er2 (8 nm) @ NaYF4 (2 nm)        core diameter, then shell thickness
///     beta-NaGdF4:Yb49,Tm1 (6.7 nm, prism 1.2)    hosts with their phase; shapes: sphere, cube, rounded cube, prism
///
/// Numbers behind elements are mol % of the rare-earth site. A host without its phase is the beta phase where there
/// is one. NaREF4 of a phase that the library lacks is NaYF4 of that phase full of RE: "NaYbF4:Er2" is beta-NaYF4
/// with 98 % Yb and 2 % Er.
/// @throws InputError with column and what is expected there
std::string recipe_from_notation(std::string_view particle);

/// "[[excitation]]" tables of "980 nm, 10 W/cm^2" (several separated by ";", pulses as "980 nm, 1 kW/cm^2, 1 ms / 20 ms").
/// @throws InputError
std::string excitation_from_notation(std::string_view excitation);

/// The particle of a recipe in that notation, phases written out.
std::string notation_of(Recipe const& recipe);
/// "980 nm, 10 W/cm^2"
std::string excitation_notation_of(Recipe const& recipe);

}  // namespace lanthorn
