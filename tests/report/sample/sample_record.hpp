#pragma once

#include "lanthorn/data/tree.hpp"

namespace lanthorn::testing {

/// A made-up record of a NaYF4:Yb,Er particle with every group that a report can show. The numbers are invented,
/// of the size that such a particle gives.
/// @param radius_nm  of the particle; sets the number of sites
Tree sample_record(double radius_nm = 4);

}  // namespace lanthorn::testing
