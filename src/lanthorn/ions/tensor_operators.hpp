#pragma once

#include "lanthorn/ions/f_shell.hpp"

#include <vector>

namespace lanthorn::f_shell {

/// One-electron double tensor t^(kappa)_pi u^(k)_q of unit tensors in spin and orbit,
/// <s||t^(kappa)||s> = <l||u^(k)||l> = 1, by the theorem of Wigner and Eckart. kappa is 0 or 1.
OneBody double_tensor(int kappa, int pi, int k, int q);

/// <3||C^(k)||3> = -7 (3 k 3; 0 0 0).
double reduced_C(int k);

/// The operators s.l, L+ + S+ and others that one electron at a time makes.
OneBody spin_orbit();
OneBody raising_J();

/// Ranks of one electron's tensor in spin and orbit.
struct Ranks {
    int spin, orbit;
};

/// coefficient * sum_(i != j) of the scalar
/// sum_Q (-1)^Q [t^(a.spin)(i) x t^(b.spin)(j)]^(K)_Q [u^(a.orbit)(i) x u^(b.orbit)(j)]^(K)_-Q.
struct CoupledPair {
    Ranks a, b;
    int K = 0;
    double coefficient = 0;
};

/// The sum of such scalars, which commutes with J.
ManyBody two_body(std::vector<CoupledPair> const& pairs);

/// The scalar u^(k)(i) . u^(k)(j) summed over pairs i < j, times `coefficient`.
CoupledPair orbital_scalar(int k, double coefficient);

/// Marvin's integral M^k times spin-spin and spin-other-orbit interaction, k = 0, 2, 4.
///
/// Source: Judd, Crosswhite, Crosswhite 1968 [judd1968]; tests hold their tables for 4f^2 against this.
std::vector<CoupledPair> spin_spin(int k, double M);
std::vector<CoupledPair> spin_other_orbit(int k, double M);

/// Electrostatically correlated spin-orbit interaction, P^k, k = 2, 4, 6.
///
/// Source: Judd, Crosswhite, Crosswhite 1968 [judd1968].
std::vector<CoupledPair> correlated_spin_orbit(int k, double P);

/// Judd's effective three-electron operators sum_i T^i t_i, i = 2, 3, 4, 6, 7, 8. They vanish in 4f and 4f^2.
///
/// Source: Judd 1966 [judd1966]; tests hold his table for 4f^3 against this.
struct ThreeBodyParameters {
    double T2 = 0, T3 = 0, T4 = 0, T6 = 0, T7 = 0, T8 = 0;
};
ManyBody three_body(ThreeBodyParameters const& parameters);

}  // namespace lanthorn::f_shell
