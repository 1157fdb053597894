#pragma once

#include "lanthorn/crystal/lattice_sums.hpp"
#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/rate_system.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lanthorn {

/// Levels and rates as somebody brings them, instead of those calculated from line strengths.
struct UserNetwork {
    struct Laser {
        std::string name;
        double wavelength_nm = 0;
    };
    struct Band {
        std::string name;
        std::vector<std::size_t> channels;  ///< one-site channels whose photons count
    };

    std::string title;
    std::string host;  ///< whose lattice the sites form; empty where the file names none
    std::optional<Sourced<double>> site_density_per_nm3;
    std::vector<Sourced<double>> fraction;  ///< (species) of the sites
    std::vector<Laser> lasers;
    std::vector<Band> bands;
    /// Species and channels, no ions. The coefficient of a pair channel is 0 where the file gives a macroscopic one.
    Network network;
    std::vector<std::optional<double>> macroscopic_cm3_per_s;  ///< (pair channels)
};

/// Reads such a file (manual: networks). Every number has a unit; its source is its own, or that of the file, or the
/// file itself.
/// @throws InputError with everything that is wrong
UserNetwork user_network_from(Document const& document);

/// Microscopic coefficient [nm^6/s] of a macroscopic one: both give an ion in a lattice of sites that are filled at
/// random the same mean rate, C6 = k n / G6 (theory: rate-equations.3).
double microscopic_nm6_per_s(double macroscopic_cm3_per_s, LatticeSums const& lattice);

/// Well-mixed rate equations: amounts are fractions of the sites, terms are the channels of the file's network. A pair
/// runs at k D x_donor x_acceptor.
/// @param lattice  for microscopic coefficients, and for the density where the file gives none; may be null
/// @throws InputError where one of them is needed and not there
RateSystem well_mixed(UserNetwork const& user, LatticeSums const* lattice);

/// The network of a particle with the rates of a file in place of those calculated.
struct UserRates {
    Network network;
    std::vector<std::string> left_out;  ///< what was calculated and has no levels any more
};

/// Species of a particle that the file names, in every region, get its levels and all its channels; macroscopic
/// coefficients are converted with the infinite lattice of the donor's host. Kept of what was calculated: channels
/// between two species that the file does not name; transfer between one that it names and one that it does not, and
/// one-way quenching of ions that it names (surface, vacancies), where their levels' labels are in the file.
/// @param lattice       (species of the calculated network) of the host of each
/// @param wavelength_nm (lasers of the calculated network)
/// @throws InputError where no species is in the file, or a laser is not (within 1 nm)
UserRates with_user_rates(Network const& calculated, UserNetwork const& user,
                          std::span<LatticeSums const> lattice, std::span<double const> wavelength_nm);

}  // namespace lanthorn
