#pragma once

#include "lanthorn/crystal/crystal.hpp"
#include "lanthorn/luminescence/network.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// Distance from each ion of a network to the nearest site of the crystal's surface (see surface_sites) [nm];
/// 0 for an ion that is on it.
std::vector<double> depths_nm(Network const& network, Crystal const& crystal);

/// The network with each species split into layers of about equal numbers of ions by their depth: regions become
/// "core layer 1" (outermost), "core layer 2", … . Ions of one depth stay together; layers that get no ion are left
/// out. Ions keep their order, channels are repeated for each combination of layers, so that nothing changes but
/// what is told apart.
/// @param depth_nm  (ions)
/// @param layers    of each species, at least 1
Network layered(Network const& network, std::span<double const> depth_nm, std::size_t layers);

/// The species of `network` that each species of `split`, made of it by `layered`, is a layer of.
std::vector<std::size_t> species_of_layers(Network const& network, Network const& split);

}  // namespace lanthorn
