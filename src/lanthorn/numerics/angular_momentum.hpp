#pragma once

namespace lanthorn {

/// Wigner's 3j symbol (j1 j2 j3; m1 m2 m3) by Racah's sum. All arguments are doubled, so that 1/2 is 1.
/// 0 where a selection rule forbids it. Domain: j1 + j2 + j3 <= 60; relative error below 1e-14 for j <= 13.
///
/// Source: Edmonds 1957, eq. 3.6.10 and 3.7.3 [edmonds1957].
double wigner_3j(int twice_j1, int twice_j2, int twice_j3, int twice_m1, int twice_m2, int twice_m3);

/// Wigner's 6j symbol {j1 j2 j3; l1 l2 l3}, arguments doubled. 0 where a triangle does not close.
///
/// Source: Edmonds 1957, eq. 6.3.7 [edmonds1957].
double wigner_6j(int twice_j1, int twice_j2, int twice_j3, int twice_l1, int twice_l2, int twice_l3);

}  // namespace lanthorn
