#pragma once

#include "lanthorn/crystal/crystal.hpp"
#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"
#include "lanthorn/ions/manifolds.hpp"
#include "lanthorn/ions/stark_band.hpp"
#include "lanthorn/ions/summary.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/study/recipe.hpp"
#include "lanthorn/study/schedule.hpp"

#include <set>
#include <string>
#include <vector>

namespace lanthorn {

/// The plan of a recipe's particle, hosts taken from the library or from CIF files.
/// @throws InputError, std::system_error
Particle particle_of(Recipe const& recipe);

/// The crystal of a recipe: `build` with the stream of its seed.
Crystal crystal_of(Recipe const& recipe);

/// A recipe made into what an engine needs, with all that a reader must know of how.
struct Assembly {
    Crystal crystal;
    Network network;
    std::vector<Ion> ions;                 ///< (species) levels that are kept
    std::vector<HostOptics> optics;        ///< (species) what each species feels of its host
    std::vector<Manifolds> manifolds;      ///< (species)
    double medium_index = 0;               ///< 0 = bulk
    std::set<std::string> given;           ///< ions whose levels are those of luminescence.network
    std::vector<ParameterRow> parameters;  ///< every number used, each once
    std::vector<std::string> assumed;      ///< sentences: what nobody knows and was set
    std::vector<std::string> left_out;     ///< sentences: what the physics leaves out here
    std::vector<Finding> warnings;         ///< and notes; with the key of the recipe, without place

    /// Of a given ion one line of the host's width, none where its levels have no energies.
    std::vector<EmissionLine> emission_lines(SpeciesId species, LevelId from, LevelId to) const;
    std::vector<Band> bands() const;  ///< every emission of the network
};

/// @throws InputError where the recipe has no active ion, or a name is unknown
Assembly assemble(Recipe const& recipe);

/// The same of another random structure: 0 is the particle of `assemble`, others are as random as that.
Assembly assemble_structure(Recipe const& recipe, std::uint32_t structure);

}  // namespace lanthorn
