#pragma once

#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// The multiplets of an ion in a host at one temperature, each in equilibrium within itself.
///
/// Photons see barycentres, thermodynamics sees free energies: E_l - kT ln(mean over the components a of
/// exp(-(E_a - E_l)/kT)), so that (2J + 1) exp(-free energy/kT) is the partition function of the multiplet. Every
/// Boltzmann factor of every process is of differences of free energies, weighted by 2J + 1; there is no other
/// thermodynamics. A multiplet without known components has none: its free energy is its barycentre.
/// Theory: rates.1.
class Manifolds {
public:
    /// @throws InputError where components are given for some level but not for the ground level, or their number is
    ///         neither 2J + 1 nor J + 1/2
    Manifolds(Ion const& ion, HostOptics const& host, double temperature_K);

    double temperature_K() const { return temperature_K_; }
    /// Barycentre above that of the ground multiplet: of the components where they are known, else of the ion's level.
    double energy_per_cm(LevelId level) const { return energy_per_cm_[level.value]; }
    /// Above that of the ground multiplet.
    double free_energy_per_cm(LevelId level) const { return free_energy_per_cm_[level.value]; }
    double degeneracy(LevelId level) const { return degeneracy_[level.value]; }

    /// Components above the lowest of the ground multiplet, ascending; empty where not known.
    std::span<double const> components_per_cm(LevelId level) const { return components_per_cm_[level.value]; }
    /// Thermal weights of those components, which sum to 1.
    std::span<double const> weights(LevelId level) const { return weights_[level.value]; }

private:
    double temperature_K_;
    std::vector<double> energy_per_cm_, free_energy_per_cm_, degeneracy_;  // (levels)
    std::vector<std::vector<double>> components_per_cm_, weights_;         // (levels)(components)
};

}  // namespace lanthorn
