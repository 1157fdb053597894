#pragma once

#include "lanthorn/ions/channel.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// How a level of one ion decays in the dark, alone in its host.
struct LevelDecay {
    double radiative_per_s = 0;    ///< photons, electric and magnetic
    double multiphonon_per_s = 0;  ///< heat, down and up
    double total_per_s = 0;        ///< all channels out of the level
    /// Levels that decay together with this one, itself included, ascending: an ion that steps there comes back
    /// with a probability of 10/11 or more before it reaches the ground level, and it does so at least once in ten
    /// excitations.
    std::vector<LevelId> coupled;
    /// What a decay measurement sees [s]: the mean time that an ion put into the level spends there and in all levels
    /// it comes back from, before it leaves them. 1/total where there are none. Feeding from above is not
    /// counted (theory: rates.17).
    double lifetime_s = 0;
};

/// @param channels  of one species, as one_site_channels gives them; their light-driven part is ignored
LevelDecay level_decay(std::span<OneSiteChannel const> channels, LevelId level);

}  // namespace lanthorn
