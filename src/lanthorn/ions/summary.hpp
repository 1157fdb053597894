#pragma once

#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"
#include "lanthorn/ions/rates.hpp"

#include <string>
#include <vector>

namespace lanthorn {

/// One number that a result rests on, for reports and citations.
struct ParameterRow {
    std::string name;  ///< "Er in beta-NaYF4: Omega_2"
    Sourced<double> value;
    std::string unit;
};

/// All parameters that the rates of an ion in a host are made of: refractive index, phonons and gap law, line
/// width, Judd-Ofelt parameters or line strength, overrides of this ion, <r^2> where quadrupoles transfer, cross-sections (their largest value
/// stands for a table), its level energies (one row per source, with the highest level's value) and its
/// strengths (one row per source, with how many pairs there are).
std::vector<ParameterRow> parameters_of(Ion const& ion, HostOptics const& host,
                                        Multipoles multipoles = Multipoles::dipole);

/// Rows of several ions, each row once, in the order of first appearance.
std::vector<ParameterRow> parameters_of(std::vector<Ion> const& ions, HostOptics const& host,
                                        Multipoles multipoles = Multipoles::dipole);

}  // namespace lanthorn
