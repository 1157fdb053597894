#include "lanthorn/ions/manifolds.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/ions/crystal_field.hpp"

#include <fmt/format.h>

#include <numeric>

namespace lanthorn {

namespace {

double mean(std::span<double const> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

InputError wrong(HostOptics const& host, std::string problem)
{
    return InputError({.file = host.name, .line = 0, .column = 0}, "optics.stark", std::move(problem));
}

}  // namespace

Manifolds::Manifolds(Ion const& ion, HostOptics const& host, double temperature_K)
    : temperature_K_(temperature_K)
{
    LANTHORN_EXPECT(temperature_K > 0 && !ion.levels.empty());
    StarkManifold const* ground = host.manifold(ion.symbol, ion.levels.front().label);
    double const kT_per_cm = constants::boltzmann_per_cm_K * temperature_K;
    for (Level const& level : ion.levels) {
        degeneracy_.push_back(level.degeneracy());
        StarkManifold const* manifold = host.manifold(ion.symbol, level.label);
        if (manifold == nullptr) {
            energy_per_cm_.push_back(level.energy_per_cm.value);
            free_energy_per_cm_.push_back(level.energy_per_cm.value);
            components_per_cm_.emplace_back();
            weights_.emplace_back();
            continue;
        }
        auto const& components = manifold->energy_per_cm;
        if (ground == nullptr)
            throw wrong(host, fmt::format("{} {} has Stark components, but the ground level {} has none to "
                                          "count them from",
                                          ion.symbol, level.label, ion.levels.front().label));
        double const states = level.degeneracy(), given = double(components.size());
        if (given != states && 2 * given != states)
            throw wrong(host, fmt::format("{} {} has {} Stark components; {:g} states, or half as many "
                                          "doublets, are wanted",
                                          ion.symbol, level.label, given, states));
        double const Z = partition_function(components, temperature_K);
        energy_per_cm_.push_back(mean(components) - mean(ground->energy_per_cm));
        free_energy_per_cm_.push_back(components.front() - mean(ground->energy_per_cm) -
                                      kT_per_cm * portable_log(Z / given));
        components_per_cm_.push_back(components);
        weights_.push_back(thermal_weights(components, temperature_K));
    }
    for (std::size_t l = 1; l < energy_per_cm_.size(); ++l)
        if (!(energy_per_cm_[l] > energy_per_cm_[l - 1]))
            throw wrong(
                host,
                fmt::format("with these Stark components {} {} lies at {:g} cm^-1, not above {} at {:g}",
                            ion.symbol, ion.levels[l].label, energy_per_cm_[l], ion.levels[l - 1].label,
                            energy_per_cm_[l - 1]));
    double const ground_free = free_energy_per_cm_.front();
    for (double& F : free_energy_per_cm_) F -= ground_free;
}

}  // namespace lanthorn
