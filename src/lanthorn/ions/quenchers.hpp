#pragma once

#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"
#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"
#include "lanthorn/ions/manifolds.hpp"
#include "lanthorn/ions/radiative.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// Absorption by vibrations, as a sum of Gaussian bands: those of a liquid of known number of groups (or molecules)
/// per volume, so that each group has the cross-section mu/density.
struct VibrationalSpectrum {
    struct Band {
        double centre_per_cm, fwhm_per_cm;
        double peak_per_cm;  ///< naperian absorption coefficient at the centre [1/cm]
        Source source;
    };

    std::string name;                 ///< "O-H"
    Sourced<double> density_per_nm3;  ///< groups per volume of the liquid that was measured
    std::vector<Band> bands;

    double absorption_per_cm(double nu_per_cm) const;  ///< mu of the liquid, naperian [1/cm]
    double cross_section_cm2(double nu_per_cm) const;  ///< of one group
};

/// C6 [nm^6/s] from a spontaneous electric-dipole emission to one group, 3/(64 pi^5 n^4) A integral g sigma/nu^4 dnu
/// with the emission a unit-area Gaussian: dexter_transfer_sixth of each band, nu_D^3 nu_band in place of nu^4
/// below the integral. One-way: a vibration relaxes in picoseconds.
/// @param A_per_s  in the bulk of the host, without the screening by what is around the particle
/// Theory: quenching.1, quenching.2. Source: Dexter 1953, Eq. 17 [dexter1953]; Rabouw 2018 [rabouw2018].
double vibrational_sixth(double A_per_s, double nu_per_cm, double fwhm_per_cm, double n,
                         VibrationalSpectrum const& spectrum);

/// What one group does to an ion: upper -> lower with C6/d^6.
struct VibrationalSink {
    LevelId upper, lower;
    double energy_per_cm = 0;  ///< that the group takes
    double coefficient_nm6_per_s = 0;
};

/// The sinks of all electric-dipole emissions of an ion in a host that overlap with the spectrum, line by line where
/// the Stark components are known.
/// @throws InputError as electric_line_strength_cm2
std::vector<VibrationalSink> vibrational_sinks(Ion const& ion, HostOptics const& host,
                                               Manifolds const& manifolds,
                                               VibrationalSpectrum const& spectrum,
                                               LocalField local_field = LocalField::virtual_cavity);

/// How many groups there are, per nm^3 or nm^2.
struct GroupDensity {
    std::string spectrum;
    Sourced<double> density;
};

/// A layer of ligands: its length, the groups that fill it and those that bind to the surface.
struct Ligand {
    std::string name;  ///< "oleate"
    Sourced<double> thickness_nm;
    GroupDensity chain;   ///< [nm^-3]
    GroupDensity anchor;  ///< [nm^-2]
};

/// The contents of data/quenchers.toml.
struct Quenchers {
    std::vector<VibrationalSpectrum> spectra;
    std::vector<Ligand> ligands;
    GroupDensity hydroxyl;  ///< the spectrum of surface OH; groups per OH

    VibrationalSpectrum const& spectrum(std::string_view name) const;  ///< @pre there is one
    Ligand const* ligand(std::string_view name) const;                 ///< null where there is none
};

/// @throws InputError with everything that is wrong, spectra that are named and not there among it
Quenchers quenchers_from(Document const& document);

/// The vibrating groups of a medium, from the fields `spectrum` and `groups` of its entry in data/media.toml; nothing
/// where it has none (vacuum).
/// @throws InputError
std::optional<GroupDensity> groups_of_medium(Document const& media, std::string_view name);

}  // namespace lanthorn
