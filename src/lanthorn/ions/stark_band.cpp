#include "lanthorn/ions/stark_band.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/ions/multiphonon.hpp"
#include "lanthorn/ions/radiative.hpp"

namespace lanthorn {

StarkBand::StarkBand(Manifolds const& manifolds, LevelId lower, LevelId upper, double fwhm_per_cm)
    : fwhm_per_cm_(fwhm_per_cm)
{
    auto const low = manifolds.components_per_cm(lower), high = manifolds.components_per_cm(upper);
    LANTHORN_EXPECT(!low.empty() && !high.empty() && fwhm_per_cm > 0);
    double const variance = fwhm_per_cm * fwhm_per_cm / (8 * portable_log(2.0));
    shift_per_cm_ = variance / (2 * constants::boltzmann_per_cm_K * manifolds.temperature_K());
    for (std::size_t a = 0; a < low.size(); ++a)
        for (std::size_t b = 0; b < high.size(); ++b)
            lines_.push_back({.energy_per_cm = high[b] - low[a],
                              .absorption = manifolds.weights(lower)[a] / double(high.size()),
                              .emission = manifolds.weights(upper)[b] / double(low.size())});
}

double StarkBand::absorption_cm(double nu_per_cm) const
{
    double sum = 0;
    for (StarkLine const& line : lines_)
        sum += line.absorption * gaussian_cm(nu_per_cm - line.energy_per_cm - shift_per_cm_, fwhm_per_cm_);
    return sum;
}

double StarkBand::emission_cm(double nu_per_cm) const
{
    double sum = 0;
    for (StarkLine const& line : lines_)
        sum += line.emission * gaussian_cm(nu_per_cm - line.energy_per_cm + shift_per_cm_, fwhm_per_cm_);
    return sum;
}

double StarkBand::emission_centroid_per_cm() const
{
    double sum = 0;
    for (StarkLine const& line : lines_) sum += line.emission * (line.energy_per_cm - shift_per_cm_);
    return sum;
}

std::optional<StarkBand> stark_band(Manifolds const& manifolds, HostOptics const& host, LevelId lower,
                                    LevelId upper)
{
    if (!host.stark_width_per_cm || manifolds.components_per_cm(lower).empty() ||
        manifolds.components_per_cm(upper).empty())
        return std::nullopt;
    return StarkBand(manifolds, lower, upper, host.stark_width_per_cm->value);
}

std::vector<EmissionLine> emission_lines(Manifolds const& manifolds, HostOptics const& host, LevelId upper,
                                         LevelId lower)
{
    auto const band = stark_band(manifolds, host, lower, upper);
    if (!band)
        return {{.energy_per_cm = manifolds.energy_per_cm(upper) - manifolds.energy_per_cm(lower),
                 .share = 1,
                 .fwhm_per_cm = host.line_width_per_cm.value}};
    std::vector<EmissionLine> lines;
    for (StarkLine const& line : band->lines())
        lines.push_back({.energy_per_cm = line.energy_per_cm - band->shift_per_cm(),
                         .share = line.emission,
                         .fwhm_per_cm = band->fwhm_per_cm()});
    return lines;
}

double mccumber_ratio(Manifolds const& manifolds, LevelId lower, LevelId upper, double nu_per_cm)
{
    double const free = manifolds.free_energy_per_cm(upper) - manifolds.free_energy_per_cm(lower);
    return manifolds.degeneracy(lower) / manifolds.degeneracy(upper) *
           boltzmann_factor(nu_per_cm - free, manifolds.temperature_K());
}

}  // namespace lanthorn
