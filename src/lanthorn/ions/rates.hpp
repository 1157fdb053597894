#pragma once

#include "lanthorn/ions/channel.hpp"
#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/ions/transfer.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace lanthorn {

/// What rates depend on beside ion and host.
struct RateConditions {
    double temperature_K = 295;  ///< > 0
    /// Index of the medium around the particle; none = bulk crystal.
    std::optional<double> medium_index;
    LocalField local_field = LocalField::virtual_cavity;
    std::vector<double> laser_per_cm;            ///< (lasers) wavenumber of each excitation
    Multipoles multipoles = Multipoles::dipole;  ///< of transfer
};

/// Channels that cannot be noticed are left out: spontaneous ones and phonon steps slower than
/// `slowest_per_s`, light that does less than that at `strongest_W_per_cm2`, and transfers slower than
/// `slowest_transfer_per_s` at `nearest_nm`, below any distance of two rare earths in these hosts.
namespace negligible {
inline constexpr double slowest_per_s = 1e-12;
inline constexpr double strongest_W_per_cm2 = 1e9;
inline constexpr double slowest_transfer_per_s = 1e-6;
inline constexpr double nearest_nm = 0.35;
}  // namespace negligible

/// Electric-dipole line strength of a transition in a host [cm^2]: the ion's own override, else the host's
/// line strength of the ion, else sum_k Omega_k U_k.
/// @throws InputError where the host knows neither parameters nor strength of this ion
Sourced<double> electric_line_strength_cm2(Ion const& ion, Transition const& transition,
                                           HostOptics const& host);

/// Every channel of a single ion: emission (electric and magnetic dipole), multiphonon relaxation down and
/// up between neighbouring levels, absorption and stimulated emission of every laser between every pair of
/// levels, excited-state absorption included. Light of different lasers comes as channels of its own, so that
/// the photon of a channel is known.
///
/// Boltzmann factors are of the free energies of `Manifolds`. Where the Stark components of both levels are known
/// the band is resolved (StarkBand) and stimulated emission is McCumber's; elsewhere a band is one Gaussian, flat
/// in this respect. In a medium (RateConditions::medium_index) the factors of MediumFactors apply to emission and
/// absorption, and irradiance is that of the medium. Not modelled: one multiphonon process over several gaps,
/// dispersion, polarisation, bands broader for one ion than another. Theory: rates.10.
std::vector<OneSiteChannel> one_site_channels(SpeciesId species, Ion const& ion, HostOptics const& host,
                                              RateConditions const& conditions);

/// Every channel of transfer from a donor to an acceptor species (directed), as PairLaw has it: dipole-dipole, and with
/// RateConditions::multipoles also the laws of quadrupoles, phonon-assisted where off resonance, each a channel of its
/// own distance law. Rates follow the mismatch of free energies, so that forward and backward channel are in detailed
/// balance; the heat of an event is that of the barycentres, where the levels of a network stand, so that energies add
/// up.
///
/// A TransferOverride of the donor's host goes before one of the acceptor's. A coefficient takes the place of the
/// calculated one of its multipole only; a factor scales what is calculated; an exchange is a channel beside them. The
/// way back of each follows by detailed balance unless some host has an entry for it, in which case neither way counts
/// as balanced. An entry that is its own way back (migration) holds downhill where two hosts are not in resonance.
/// Channels are left out law by law, at negligible::nearest_nm. Theory: transfer.7, transfer.8, transfer.12, transfer.13.
/// @param dropped  counts the channels left out as negligible; may be null
/// @throws InputError as PairLaw
std::vector<PairChannel> pair_channels(SpeciesId donor, Ion const& donor_ion, HostOptics const& donor_host,
                                       SpeciesId acceptor, Ion const& acceptor_ion,
                                       HostOptics const& acceptor_host, RateConditions const& conditions,
                                       std::size_t* dropped = nullptr);

}  // namespace lanthorn
