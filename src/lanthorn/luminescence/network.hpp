#pragma once

#include "lanthorn/base/index.hpp"
#include "lanthorn/base/vec3.hpp"
#include "lanthorn/ions/channel.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lanthorn {

/// A kind of ion in a network: one element in one region of a particle (so that populations come per shell).
struct Species {
    std::string name;                   ///< "Er", or the number of the species in a peer's file
    std::string region;                 ///< "core", "shell 1"; empty where there is no crystal
    std::vector<std::string> levels;    ///< (levels) labels, 0 = ground level
    std::vector<double> energy_per_cm;  ///< (levels); empty where unknown
};

/// A rate of one ion alone, on top of what its species does: it adds to one of the one-site channels (whose own rate may
/// be zero), and events are counted there. Sinks by surface, ligand, vacancy are of this kind.
struct ExtraRate {
    IonId ion;
    std::size_t channel = 0;  ///< index into Network::one_site, of the ion's species
    double rate_per_s = 0;
};

/// Everything an engine needs to know of one particle: where its active ions are and what they can do.
/// A value that never changes. Buildable without a crystal, e.g. from a peer's file.
///
/// Channels are numbered as they stand: one_site first, then pair, then triple. Rows with the same states are separate channels.
struct Network {
    std::vector<Species> species;
    std::vector<Vec3> position_nm;      ///< (ions)
    std::vector<SpeciesId> species_of;  ///< (ions)
    std::vector<SiteId> site;           ///< (ions) site of the crystal; empty without one
    std::vector<OneSiteChannel> one_site;
    std::vector<PairChannel> pair;  ///< of any distance laws
    std::vector<TripleChannel> triple;
    std::vector<ExtraRate> extra;
    double interaction_radius_nm = 3;  ///< pairs at d < radius interact (strict)
    double triple_radius_nm = 1;       ///< cooperative donors sit at d < radius from their acceptor (strict)
    std::size_t lasers = 0;
    /// Three vectors by which the ions repeat without end, for a crystal instead of a particle; none = a particle. An ion
    /// stands for all its images; rate equations alone can do that.
    std::vector<Vec3> period_nm;

    std::size_t ions() const { return position_nm.size(); }
    std::size_t channels() const { return one_site.size() + pair.size() + triple.size(); }
    std::size_t levels_of(SpeciesId s) const { return species[s.value].levels.size(); }

    /// Populations are arrays over "classes": level l of species s is class first_class()[s] + l.
    std::vector<std::size_t> first_class() const;  ///< (species + 1)
    std::size_t classes() const { return first_class().back(); }
    std::string class_name(std::size_t c) const;  ///< "Er core 4I13/2"
};

/// g of a channel at squared distance [nm^2] below the radius, in the unit that makes coefficient * g a rate;
/// the same bytes on every CPU (theory: transfer-monte-carlo.1).
double distance_factor(PairChannel const& channel, double d2_nm2, double interaction_radius_nm);

/// Whether both donors of a channel do the same, so that each unordered pair of donors is one event.
bool has_like_donors(TripleChannel const& channel);

/// Refuses indices out of range, negative or non-finite rates, pumps of lasers that are not there, exponential laws
/// without a range, radii that are not > 0, two
/// ions at one place and periods so short that an ion would act on its own image.
/// @throws InputError that names the row
void validate(Network const& network);

/// Pairs of ions within the interaction radius, each once.
std::size_t pair_count(Network const& network);

}  // namespace lanthorn
