#pragma once

#include "lanthorn/ions/channel.hpp"
#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"
#include "lanthorn/ions/rates.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace lanthorn {

/// The constants of NanoParticleTools as it is delivered, for every ion and host.
/// Source: default settings of its spectral kinetics [nanoparticletools].
struct PeerConstants {
    double refractive_index = 1.5;
    double line_width_per_cm = 400;  ///< FWHM of every band
    double phonon_per_cm = 450;
    double W0_per_s = 1e7;
    double alpha_cm = 3.5e-3;
    double stokes_shift_per_cm = 150;
    double slowest_pump_per_s = 1e-4;   ///< absorption slower than this at `irradiance` makes no channel
    double irradiance_W_per_cm2 = 1e4;  ///< none of its defaults: that of the run
    double slowest_transfer = 0.1;      ///< C6 times both concentrations, cm^6/s cm^-3 cm^-3
    double site_volume_nm3 = 0.0723946667;
    /// Share of the sites, by symbol, which decides what transfer is slow; of an ion that is not named, all is kept.
    std::map<std::string, double> site_fraction;
};

/// Rates by the rules of another program, so that results can be compared with its own.
///
/// Energies, degeneracies and line strengths are those given; temperature, medium, Stark components, measured
/// cross-sections and overrides of the host are not looked at. What differs from our rates, and what that changes, is in
/// the manual's page on compatibility. Theory: transfer.16, transfer.17.
/// Source: its functions for rates of one site and of pairs [nanoparticletools].
class PeerRates {
public:
    explicit PeerRates(PeerConstants constants = {});

    /// Emission of electric and magnetic dipoles, relaxation to the next level (the gap shortened by the Stokes shift),
    /// its way back as exp(-alpha gap) below three phonons, and absorption with equal sidebands on both sides. There is
    /// no stimulated emission, and magnetic dipoles do not absorb.
    std::vector<OneSiteChannel> one_site_channels(SpeciesId species, Ion const& ion, HostOptics const& host,
                                                  RateConditions const& conditions) const;

    /// Dipole-dipole transfer: eps + Stokes shift takes the place of eps; a Gaussian down to the energy gap where that of
    /// absorption would meet its sideband, exp(-beta |eps|) beyond, a step of 11 %; no Boltzmann factor; nothing that is
    /// uphill by more than beta FWHM^2/(2 ln 2), nothing beyond 8 phonons.
    /// @param dropped  counts what these cuts and slowest_transfer leave out; may be null
    std::vector<PairChannel> pair_channels(SpeciesId donor, Ion const& donor_ion,
                                           HostOptics const& donor_host, SpeciesId acceptor,
                                           Ion const& acceptor_ion, HostOptics const& acceptor_host,
                                           RateConditions const& conditions,
                                           std::size_t* dropped = nullptr) const;

    /// C6 [nm^6/s] of one step; 0 where it is cut off.
    double transfer_sixth(double S_D_cm2, double S_A_cm2, double g_i, double g_k,
                          double mismatch_per_cm) const;

private:
    PeerConstants constants_;
    double beta_cm_, transfer_edge_per_cm_;
};

}  // namespace lanthorn
