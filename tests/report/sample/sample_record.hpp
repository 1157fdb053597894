#pragma once

#include "lanthorn/data/tree.hpp"

namespace lanthorn::testing {

/// A made-up record of a NaYF4:Yb,Er particle with every group that a report can show. The numbers are invented,
/// of the size that such a particle gives.
/// @param radius_nm  of the particle; sets the number of sites
Tree sample_record(double radius_nm = 4);

/// The sample with all that a record may lack, or hold as nought or not-a-number, and that a figure still has to
/// cope with: no errors, no regions, no energies, nothing emitted, a negative residual, one level.
Tree meagre_record();

}  // namespace lanthorn::testing
