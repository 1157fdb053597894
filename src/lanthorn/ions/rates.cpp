#include "lanthorn/ions/rates.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/ions/multiphonon.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/ions/stark_band.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

Source calculated(Source const& from, std::string where)
{
    return {.key = from.key,
            .where = std::move(where),
            .kind = Kind::calculated,
            .recalled = from.recalled,
            .note = {}};
}

/// The channels of one ion, gathered process by process.
class OneSite {
public:
    OneSite(SpeciesId species, Ion const& ion, HostOptics const& host, RateConditions const& conditions)
        : species_(species), ion_(ion), host_(host), conditions_(conditions),
          manifolds_(ion, host, conditions.temperature_K), n_(host.refractive_index.value),
          phonons_(host.phonons())
    {
        if (conditions.medium_index) medium_ = medium_factors(n_, *conditions.medium_index);
    }

    std::vector<OneSiteChannel> all()
    {
        for (Transition const& t : ion_.transitions) add_emission(t);
        for (std::size_t u = 1; u < ion_.levels.size(); ++u) add_multiphonon(LevelId{std::uint32_t(u)});
        for (std::size_t laser = 0; laser < conditions_.laser_per_cm.size(); ++laser) {
            for (Transition const& t : ion_.transitions) add_light(t, laser);
            add_tables_without_strength(laser);
        }
        return std::move(channels_);
    }

private:
    double energy(LevelId l) const { return manifolds_.energy_per_cm(l); }
    double g(LevelId l) const { return manifolds_.degeneracy(l); }

    void add_emission(Transition const& t)
    {
        double const nu = energy(t.upper) - energy(t.lower);
        auto const band = stark_band(manifolds_, host_, t.lower, t.upper);
        double const photon = band ? band->emission_centroid_per_cm() : nu;
        auto const add = [&](double rate, Process process, Source source) {
            if (rate < negligible::slowest_per_s) return;
            channels_.push_back({.species = species_,
                                 .from = t.upper,
                                 .to = t.lower,
                                 .k0_per_s = rate,
                                 .per_irradiance = {},
                                 .process = process,
                                 .photon_per_cm = photon,
                                 .heat_per_cm = nu - photon,
                                 .source = std::move(source)});
        };
        auto const S = electric_line_strength_cm2(ion_, t, host_);
        add(electric_dipole_rate_per_s(nu, S.value, g(t.upper), n_, conditions_.local_field) *
                medium_.electric_emission,
            Process::electric_dipole, calculated(S.source, "electric dipole"));
        add(magnetic_dipole_rate_per_s(nu, t.S_MD, g(t.upper), n_) * medium_.magnetic_emission,
            Process::magnetic_dipole, calculated(t.source, "magnetic dipole"));
    }

    void add_multiphonon(LevelId upper)
    {
        LevelId const lower{upper.value - 1};
        double const gap = energy(upper) - energy(lower), T = conditions_.temperature_K;
        double down = multiphonon_down_per_s(phonons_, gap, T);
        Source source = calculated(host_.gap_law_W0_per_s.source, "energy-gap law");
        for (RelaxationOverride const& o : host_.relaxations)
            if (o.ion == ion_.symbol && o.level == ion_.levels[upper.value].label) {
                down = o.rate_per_s.value * phonon_sideband(phonons_, 0, gap, T);
                source = o.rate_per_s.source;
            }
        auto const add = [&](LevelId from, LevelId to, double rate, double heat) {
            if (rate < negligible::slowest_per_s) return;
            channels_.push_back({.species = species_,
                                 .from = from,
                                 .to = to,
                                 .k0_per_s = rate,
                                 .per_irradiance = {},
                                 .process = Process::multiphonon,
                                 .photon_per_cm = 0,
                                 .heat_per_cm = heat,
                                 .detailed_balance = true,
                                 .source = source});
        };
        double const free = manifolds_.free_energy_per_cm(upper) - manifolds_.free_energy_per_cm(lower);
        add(upper, lower, down, gap);
        add(lower, upper, down * g(upper) / g(lower) * boltzmann_factor(free, T), -gap);
    }

    CrossSectionTable const* table_of(LevelId lower, LevelId upper) const
    {
        for (CrossSectionTable const& table : host_.cross_sections)
            if (table.ion == ion_.symbol && table.from == ion_.levels[lower.value].label &&
                table.to == ion_.levels[upper.value].label)
                return &table;
        return nullptr;
    }

    void add_light(Transition const& t, std::size_t laser)
    {
        double const nu_laser = conditions_.laser_per_cm[laser];
        double const nu = energy(t.upper) - energy(t.lower);
        if (auto const* table = table_of(t.lower, t.upper)) {
            if (auto const sigma = table->at(wavelength_nm(nu_laser))) {
                double const effective = *sigma * medium_.electric_absorption;
                return add_pump(t.lower, t.upper, laser, effective, effective * ratio(t, nu_laser),
                                table->source);
            }
        }
        auto const S = electric_line_strength_cm2(ion_, t, host_);
        double const sigma_cm =
            electric_dipole_absorption_cm(nu, S.value, g(t.lower), n_, conditions_.local_field) *
                medium_.electric_absorption +
            magnetic_dipole_absorption_cm(nu, t.S_MD, g(t.lower), n_) * medium_.magnetic_absorption;
        double const width = host_.line_width_per_cm.value, T = conditions_.temperature_K;
        Source source = calculated(S.source, "absorption band");
        if (auto const band = stark_band(manifolds_, host_, t.lower, t.upper)) {
            double const free =
                manifolds_.free_energy_per_cm(t.upper) - manifolds_.free_energy_per_cm(t.lower);
            double const up = sigma_cm * std::max(band->absorption_cm(nu_laser),
                                                  sideband_shape_cm(nu_laser - free, width, phonons_, T));
            return add_pump(t.lower, t.upper, laser, up, up * ratio(t, nu_laser), source);
        }
        double const flat = g(t.lower) / g(t.upper);
        add_pump(t.lower, t.upper, laser, sigma_cm * absorption_shape_cm(nu_laser - nu, width, phonons_, T),
                 flat * sigma_cm * absorption_shape_cm(nu - nu_laser, width, phonons_, T), source);
    }

    /// Stimulated emission over absorption at a wavenumber: McCumber's where the components are known, else flat.
    double ratio(Transition const& t, double nu) const
    {
        return stark_band(manifolds_, host_, t.lower, t.upper)
                   ? mccumber_ratio(manifolds_, t.lower, t.upper, nu)
                   : g(t.lower) / g(t.upper);
    }

    /// A measured band also counts between levels whose calculated strengths vanish.
    void add_tables_without_strength(std::size_t laser)
    {
        for (CrossSectionTable const& table : host_.cross_sections) {
            if (table.ion != ion_.symbol) continue;
            auto const has = [&](std::string const& label) {
                return std::ranges::count(ion_.levels, label, &Level::label) > 0;
            };
            if (!has(table.from) || !has(table.to)) continue;  // dropped by truncation
            LevelId const lower = ion_.level(table.from), upper = ion_.level(table.to);
            if (ion_.between(lower, upper) != nullptr) continue;
            if (auto const sigma = table.at(wavelength_nm(conditions_.laser_per_cm[laser]))) {
                double const effective = *sigma * medium_.electric_absorption;
                add_pump(lower, upper, laser, effective, effective * g(lower) / g(upper), table.source);
            }
        }
    }

    /// @param up, down  cross-sections of absorption and of stimulated emission
    void add_pump(LevelId lower, LevelId upper, std::size_t laser, double up, double down,
                  Source const& source)
    {
        double const nu_laser = conditions_.laser_per_cm[laser];
        double const gap = energy(upper) - energy(lower);
        bool const balanced = stark_band(manifolds_, host_, lower, upper).has_value();  // a flat band is not
        auto const add = [&](LevelId from, LevelId to, double sigma, Process process, double sign) {
            double const s = sigma * photon_flux_per_irradiance(nu_laser);
            if (s * negligible::strongest_W_per_cm2 < negligible::slowest_per_s) return;
            std::vector<double> per_irradiance(conditions_.laser_per_cm.size(), 0.0);
            per_irradiance[laser] = s;
            channels_.push_back({.species = species_,
                                 .from = from,
                                 .to = to,
                                 .k0_per_s = 0,
                                 .per_irradiance = std::move(per_irradiance),
                                 .process = process,
                                 .photon_per_cm = sign * nu_laser,
                                 .heat_per_cm = sign * (gap - nu_laser),
                                 .detailed_balance = balanced,
                                 .source = source});
        };
        add(lower, upper, up, Process::absorption, -1);
        add(upper, lower, down, Process::stimulated_emission, 1);
    }

    SpeciesId species_;
    Ion const& ion_;
    HostOptics const& host_;
    RateConditions const& conditions_;
    Manifolds manifolds_;
    double n_;
    PhononLaw phonons_;
    MediumFactors medium_;
    std::vector<OneSiteChannel> channels_;
};

}  // namespace

Sourced<double> electric_line_strength_cm2(Ion const& ion, Transition const& transition,
                                           HostOptics const& host)
{
    if (transition.S_ED_override_cm2) return *transition.S_ED_override_cm2;
    if (auto const S = host.line_strength_cm2.find(ion.symbol); S != host.line_strength_cm2.end())
        return S->second;
    auto const set = host.judd_ofelt.find(ion.symbol);
    if (set == host.judd_ofelt.end())
        throw InputError({.file = host.name, .line = 0, .column = 0}, "optics.judd_ofelt." + ion.symbol,
                         fmt::format("{} has neither Judd-Ofelt parameters nor a line strength of {}; give "
                                     "optics.judd_ofelt.{} in its data file",
                                     host.name, ion.symbol, ion.symbol));
    auto const& omega = set->second.omega_cm2;
    return {.value = omega[0] * transition.U2 + omega[1] * transition.U4 + omega[2] * transition.U6,
            .sigma = 0,
            .source = set->second.source};
}

std::vector<OneSiteChannel> one_site_channels(SpeciesId species, Ion const& ion, HostOptics const& host,
                                              RateConditions const& conditions)
{
    LANTHORN_EXPECT(conditions.temperature_K > 0);
    return OneSite(species, ion, host, conditions).all();
}

}  // namespace lanthorn
