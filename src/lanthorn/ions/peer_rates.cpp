#include "lanthorn/ions/peer_rates.hpp"

#include "lanthorn/base/elementary.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/ions/transfer.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

constexpr double cm6_per_nm6 = 1e-42, per_cm3_of_per_nm3 = 1e21;

/// Where a Gaussian of this width falls as steeply as exp(-slope |d|), which the peer takes for where they meet.
double edge_per_cm(double slope_cm, double fwhm_per_cm)
{
    return slope_cm * fwhm_per_cm * fwhm_per_cm / (4 * portable_log(2.0));
}

Source source(char const* where)
{
    return {
        .key = "nanoparticletools", .where = where, .kind = Kind::calculated, .recalled = false, .note = {}};
}

double gap(Ion const& ion, Transition const& t)
{
    return ion.levels[t.upper.value].energy_per_cm.value - ion.levels[t.lower.value].energy_per_cm.value;
}

}  // namespace

PeerRates::PeerRates(PeerConstants constants)
    : constants_(std::move(constants)),
      beta_cm_(constants_.alpha_cm - portable_log(2.0) / constants_.phonon_per_cm),
      transfer_edge_per_cm_(edge_per_cm(beta_cm_, constants_.line_width_per_cm))
{}

std::vector<OneSiteChannel> PeerRates::one_site_channels(SpeciesId species, Ion const& ion,
                                                         HostOptics const& host,
                                                         RateConditions const& conditions) const
{
    std::vector<OneSiteChannel> channels;
    auto const& c = constants_;
    double const n = c.refractive_index, width = c.line_width_per_cm;
    auto const add = [&](LevelId from, LevelId to, double rate, Process process, double photon, double heat,
                         char const* where) {
        if (rate > 0)
            channels.push_back({.species = species,
                                .from = from,
                                .to = to,
                                .k0_per_s = rate,
                                .per_irradiance = {},
                                .process = process,
                                .photon_per_cm = photon,
                                .heat_per_cm = heat,
                                .source = source(where)});
    };
    for (Transition const& t : ion.transitions) {
        double const nu = gap(ion, t), g = ion.levels[t.upper.value].degeneracy();
        double const S = electric_line_strength_cm2(ion, t, host).value;
        add(t.upper, t.lower, electric_dipole_rate_per_s(nu, S, g, n), Process::electric_dipole, nu, 0,
            "emission from line strength");
        add(t.upper, t.lower, magnetic_dipole_rate_per_s(nu, t.S_MD, g, n), Process::magnetic_dipole, nu, 0,
            "emission from magnetic line strength");
    }
    for (std::uint32_t u = 1; u < ion.levels.size(); ++u) {
        double const E = ion.levels[u].energy_per_cm.value - ion.levels[u - 1].energy_per_cm.value;
        double const bridged = std::max(E - c.stokes_shift_per_cm, 0.0) - 2 * c.phonon_per_cm;
        double const down = c.W0_per_s * portable_exp(-c.alpha_cm * bridged);
        add({u}, {u - 1}, down, Process::multiphonon, 0, E, "multiphonon rate");
        if (E < 3 * c.phonon_per_cm)
            add({u - 1}, {u}, down * portable_exp(-c.alpha_cm * E), Process::multiphonon, 0, -E,
                "multiphonon absorption");
    }
    double const edge = edge_per_cm(c.alpha_cm, width);
    for (std::size_t laser = 0; laser < conditions.laser_per_cm.size(); ++laser)
        for (Transition const& t : ion.transitions) {
            double const nu_laser = conditions.laser_per_cm[laser], nu = gap(ion, t);
            double const detuning = std::abs(nu_laser - nu);
            double const shape = detuning > edge
                                     ? gaussian_cm(0, width) * portable_exp(-c.alpha_cm * detuning)
                                     : gaussian_cm(detuning, width);
            double const s = shape * photon_flux_per_irradiance(nu_laser) *
                             electric_dipole_absorption_cm(nu, electric_line_strength_cm2(ion, t, host).value,
                                                           ion.levels[t.lower.value].degeneracy(), n);
            if (s * c.irradiance_W_per_cm2 <= c.slowest_pump_per_s) continue;
            std::vector<double> per_irradiance(conditions.laser_per_cm.size(), 0.0);
            per_irradiance[laser] = s;
            channels.push_back({.species = species,
                                .from = t.lower,
                                .to = t.upper,
                                .k0_per_s = 0,
                                .per_irradiance = std::move(per_irradiance),
                                .process = Process::absorption,
                                .photon_per_cm = -nu_laser,
                                .heat_per_cm = nu_laser - nu,
                                .source = source("absorption from line strength")});
        }
    return channels;
}

double PeerRates::transfer_sixth(double S_D_cm2, double S_A_cm2, double g_i, double g_k,
                                 double mismatch_per_cm) const
{
    auto const& c = constants_;
    if (mismatch_per_cm > 2 * transfer_edge_per_cm_ || std::abs(mismatch_per_cm) > 8 * c.phonon_per_cm)
        return 0;
    double const eps = mismatch_per_cm + c.stokes_shift_per_cm, width = c.line_width_per_cm;
    double const overlap = eps > -transfer_edge_per_cm_ ? gaussian_overlap_cm(width, width, eps)
                                                        : gaussian_overlap_cm(width, width, 0) *
                                                              portable_exp(-beta_cm_ * std::abs(eps));
    return dipole_transfer_sixth(S_D_cm2, S_A_cm2, g_i, g_k, c.refractive_index, c.refractive_index, overlap);
}

std::vector<PairChannel> PeerRates::pair_channels(SpeciesId donor, Ion const& donor_ion,
                                                  HostOptics const& donor_host, SpeciesId acceptor,
                                                  Ion const& acceptor_ion, HostOptics const& acceptor_host,
                                                  RateConditions const&, std::size_t* dropped) const
{
    auto const& c = constants_;
    auto const D = c.site_fraction.find(donor_ion.symbol), A = c.site_fraction.find(acceptor_ion.symbol);
    double slowest = 0;
    if (D != c.site_fraction.end() && A != c.site_fraction.end()) {
        double const per_cm3 = per_cm3_of_per_nm3 / c.site_volume_nm3;
        slowest = c.slowest_transfer / (D->second * per_cm3) / (A->second * per_cm3) / cm6_per_nm6;
    }
    std::vector<double> S_A;
    for (Transition const& a : acceptor_ion.transitions)
        S_A.push_back(electric_line_strength_cm2(acceptor_ion, a, acceptor_host).value);
    std::vector<PairChannel> channels;
    for (Transition const& d : donor_ion.transitions) {
        double const S_D = electric_line_strength_cm2(donor_ion, d, donor_host).value;
        for (std::size_t i = 0; i < S_A.size(); ++i) {
            Transition const& a = acceptor_ion.transitions[i];
            double const mismatch = gap(acceptor_ion, a) - gap(donor_ion, d);
            double const C6 = transfer_sixth(S_D, S_A[i], donor_ion.levels[d.upper.value].degeneracy(),
                                             acceptor_ion.levels[a.lower.value].degeneracy(), mismatch);
            if (!(C6 > slowest)) {
                if (dropped != nullptr && S_D * S_A[i] > 0) ++*dropped;
                continue;
            }
            channels.push_back({.donor = donor,
                                .acceptor = acceptor,
                                .donor_from = d.upper,
                                .donor_to = d.lower,
                                .acceptor_from = a.lower,
                                .acceptor_to = a.upper,
                                .coefficient = C6,
                                .law = DistanceLaw::inverse_sixth,
                                .heat_per_cm = -mismatch,
                                .source = source("phonon-assisted energy transfer")});
        }
    }
    return channels;
}

}  // namespace lanthorn
