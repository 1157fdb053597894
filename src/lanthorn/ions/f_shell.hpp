#pragma once

#include "lanthorn/numerics/matrix.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace lanthorn::f_shell {

/// Spin orbitals of the f shell: index 2 (3 - m) + (0 spin up, 1 spin down), m = 3 to -3.
inline constexpr int orbitals = 14;
constexpr int m_of(int orbital) { return 3 - orbital / 2; }
constexpr int twice_spin_of(int orbital) { return orbital % 2 == 0 ? 1 : -1; }

/// A Slater determinant of 4f^n: bit i is set where spin orbital i is occupied. As a product of creation
/// operators the lowest bit stands left.
using Determinant = std::uint16_t;

/// All determinants of 4f^n, or those of one 2 M_J, ascending.
std::vector<Determinant> determinants(int electrons);
std::vector<Determinant> determinants(int electrons, int twice_M);

/// Matrix of a one-electron operator in the spin orbitals, (to, from).
using OneBody = std::array<std::array<double, orbitals>, orbitals>;

/// An operator that acts on k electrons at a time is known by its matrix in 4f^k; in 4f^n, n >= k, it is
/// sum_AB <A|o|B> a+_A a_B over determinants A and B of 4f^k.
struct ManyBody {
    struct Element {
        Determinant to;
        double value;
    };
    std::vector<std::pair<Determinant, std::vector<Element>>> columns;  ///< by the determinant acted on
};

ManyBody many_body(OneBody const& operation);

/// matrix += operation, between the determinants `to` (rows) and `from` (columns), both ascending.
void add(ManyBody const& operation, std::span<Determinant const> to, std::span<Determinant const> from,
         Matrix& matrix);

}  // namespace lanthorn::f_shell
