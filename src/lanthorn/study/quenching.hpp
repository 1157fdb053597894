#pragma once

#include "lanthorn/ions/ion.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/study/assemble.hpp"

#include <functional>

namespace lanthorn {

/// Rates below this share of what a level loses without them are left out of the network, ion by ion.
inline constexpr double negligible_quenching = 1e-5;

/// Adds to a network what takes energy out of it for good: vibrations of ligands, surface OH and the medium, and
/// vacancies. Each mechanism has channels of its own, without a rate of their own (Process::quenching, `where` of
/// the source names the mechanism), and an extra rate per ion that feels it. Parameters and sentences go with them.
///
/// Vibrations take an ion from i to j as the emission i -> j does; vacancies take every excited level to the ground
/// level. There is no way back and hence no detailed balance. With the peer's rules nothing around the particle
/// quenches. Theory: quenching.6, quenching.7.
/// @pre the network has its channels and no extra rates yet
/// @throws InputError where data are malformed
void add_quenching(Recipe const& recipe, RateConditions const& conditions, Assembly& assembly);

/// Adds pseudo-ions (PseudoIonRecipe) as species of the regions they lie in. The crystal is left as it is. Which inert
/// ions they replace depends on seed, structure and lattice site alone (stream pseudo_ions): of n sites the rounded share with
/// the smallest numbers.
/// @param optics_of  what ions feel of a host; asked of regions that have no real ion
/// @pre the network has its ions and no channels yet
void add_pseudo_ions(Recipe const& recipe, std::uint32_t structure,
                     std::function<HostOptics(Host const&)> const& optics_of, Assembly& assembly);

/// Takes from pseudo-ions what they do not do: light, and giving energy to real ions or each other. What stays is
/// transfer to them and multiphonon relaxation.
void make_pseudo_ions_passive(Assembly& assembly);

}  // namespace lanthorn
