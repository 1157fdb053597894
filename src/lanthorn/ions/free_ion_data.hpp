#pragma once

#include "lanthorn/data/document.hpp"
#include "lanthorn/data/sourced.hpp"
#include "lanthorn/ions/crystal_field.hpp"
#include "lanthorn/ions/free_ion.hpp"

#include <string>
#include <vector>

namespace lanthorn {

/// Fitted Hamiltonian of an ion in one crystal.
struct FreeIonData {
    std::string symbol;  ///< "Er"
    int f_electrons = 0;
    FreeIonParameters parameters;
    std::vector<CrystalFieldParameter> crystal_field;
    Source source;
};

/// Reads data/free_ions.toml: one table of parameters per ion, in one unit and of one source. M2, M4 and P4, P6
/// follow from M0 and P2 by the ratios that the fit held fixed.
/// @throws InputError with everything that is wrong
std::vector<FreeIonData> free_ion_data_from(Document const& document);

}  // namespace lanthorn
