#pragma once

#include "lanthorn/ions/free_ion.hpp"
#include "lanthorn/ions/ion.hpp"

#include <cstddef>
#include <vector>

namespace lanthorn {

/// The calculated level of each level of `ion`, by J and order in energy within that J, never by label: labels of
/// mixed levels swap between calculations.
/// @throws InputError where `calculated` has fewer levels of some J
std::vector<std::size_t> matched_levels(Ion const& ion, FreeIon const& calculated);

/// Line strengths between the levels of `ion` from the wave functions of `calculated`, each pair once; pairs
/// whose strengths all stay below `smallest` are left out. Their source is empty.
std::vector<Transition> calculated_transitions(Ion const& ion, FreeIon const& calculated, double smallest);

}  // namespace lanthorn
