#pragma once

#include "lanthorn/study/recipe.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

/// How a recipe writes its choices.
namespace lanthorn {

inline constexpr std::array shape_names{std::pair{"sphere", ShapeKind::sphere},
                                        std::pair{"cube", ShapeKind::cube},
                                        std::pair{"rounded-cube", ShapeKind::rounded_cube},
                                        std::pair{"hexagonal-prism", ShapeKind::hexagonal_prism}};
inline constexpr std::array doping_names{std::pair{"exact", Doping::exact},
                                         std::pair{"binomial", Doping::binomial},
                                         std::pair{"independent", Doping::independent}};
inline constexpr std::array order_names{std::pair{"random", CationOrder::random},
                                        std::pair{"alternating", CationOrder::alternating}};
inline constexpr std::array field_names{std::pair{"virtual-cavity", LocalField::virtual_cavity},
                                        std::pair{"real-cavity", LocalField::real_cavity}};
inline constexpr std::array multipole_names{std::pair{"dipole", Multipoles::dipole},
                                            std::pair{"up-to-quadrupole", Multipoles::up_to_quadrupole}};
inline constexpr std::array rule_names{std::pair{"lanthorn", RateRules::lanthorn},
                                       std::pair{"nanoparticletools", RateRules::nanoparticletools}};
inline constexpr std::array kind_names{
    std::pair{"measured", Kind::measured}, std::pair{"calculated", Kind::calculated},
    std::pair{"fitted", Kind::fitted}, std::pair{"estimated", Kind::estimated},
    std::pair{"assumed", Kind::assumed}};
inline constexpr std::array engine_names{
    std::pair{"monte-carlo", Engine::monte_carlo}, std::pair{"microscopic", Engine::microscopic},
    std::pair{"mean-field", Engine::mean_field}, std::pair{"auto", Engine::automatic}};
inline constexpr std::array start_names{std::pair{"dark", Start::dark},
                                        std::pair{"mean-field", Start::mean_field}};
inline constexpr std::array control_names{std::pair{"none", Control::none},
                                          std::pair{"mean-field", Control::mean_field}};
inline constexpr std::array after_names{std::pair{"switch-off", DecayRecipe::After::switch_off},
                                        std::pair{"pulse", DecayRecipe::After::pulse}};

template <class Value, std::size_t n>
Value value_of(std::string const& name, std::array<std::pair<char const*, Value>, n> const& names)
{
    return std::ranges::find_if(names, [&](auto const& known) { return known.first == name; })->second;
}

template <class Value, std::size_t n>
std::string name_of(Value value, std::array<std::pair<char const*, Value>, n> const& names)
{
    return std::ranges::find_if(names, [&](auto const& known) { return known.second == value; })->first;
}

}  // namespace lanthorn
