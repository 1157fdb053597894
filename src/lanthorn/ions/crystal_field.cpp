#include "lanthorn/ions/crystal_field.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/ions/tensor_operators.hpp"
#include "lanthorn/numerics/angular_momentum.hpp"
#include "lanthorn/numerics/eigen.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

struct Substate {
    std::size_t level;
    int twice_J, twice_M;
};

std::vector<Substate> substates(FreeIon const& ion, std::span<std::size_t const> levels)
{
    std::vector<Substate> result;
    for (std::size_t const level : levels) {
        LANTHORN_EXPECT(level < ion.levels.size());
        int const J = int(std::lround(2 * ion.levels[level].J));
        for (int M = J; M >= -J; M -= 2) result.push_back({level, J, M});
    }
    return result;
}

// <J M|sum_i C^(k)_q(i)|J' M'>.
double component(FreeIon const& ion, int k, int q, Substate const& to, Substate const& from)
{
    double const symbol = wigner_3j(to.twice_J, 2 * k, from.twice_J, -to.twice_M, 2 * q, from.twice_M);
    if (symbol == 0) return 0;
    double const sign = (to.twice_J - to.twice_M) / 2 % 2 == 0 ? 1 : -1;
    return sign * symbol * f_shell::reduced_C(k) * ion.U(k)(to.level, from.level);
}

template <class T>
T coefficient(std::complex<double> B)
{
    if constexpr (std::is_same_v<T, double>)
        return B.real();
    else
        return B;
}

template <class T>
DenseMatrix<T> hamiltonian(FreeIon const& ion, std::span<CrystalFieldParameter const> field,
                           std::vector<Substate> const& basis)
{
    DenseMatrix<T> H(basis.size(), basis.size());
    for (std::size_t i = 0; i < basis.size(); ++i) H(i, i) = ion.levels[basis[i].level].energy_per_cm;
    for (auto const& [k, q, B] : field)
        for (std::size_t i = 0; i < basis.size(); ++i)
            for (std::size_t j = 0; j < basis.size(); ++j) {
                if (basis[i].twice_M == basis[j].twice_M + 2 * q)
                    H(i, j) += coefficient<T>(B) * component(ion, k, q, basis[i], basis[j]);
                if (q > 0 && basis[i].twice_M == basis[j].twice_M - 2 * q)
                    H(i, j) += (q % 2 == 0 ? 1.0 : -1.0) * coefficient<T>(std::conj(B)) *
                               component(ion, k, -q, basis[i], basis[j]);
            }
    return H;
}

template <class T>
std::vector<StarkState> assigned(Eigensystem<T> const& eigen, std::vector<Substate> const& basis)
{
    std::vector<StarkState> states;
    for (std::size_t s = 0; s < eigen.values.size(); ++s) {
        StarkState state{.energy_per_cm = eigen.values[s], .level = 0, .weight = -1};
        for (std::size_t first = 0; first < basis.size();) {
            double weight = 0;
            std::size_t last = first;
            for (; last < basis.size() && basis[last].level == basis[first].level; ++last)
                weight += std::norm(eigen.vectors(last, s));
            if (weight > state.weight) {
                state.weight = weight;
                state.level = basis[first].level;
            }
            first = last;
        }
        states.push_back(state);
    }
    return states;
}

}  // namespace

std::vector<StarkState> crystal_field(FreeIon const& ion, std::span<CrystalFieldParameter const> field,
                                      std::span<std::size_t const> levels)
{
    for (auto const& [k, q, B] : field) {
        LANTHORN_EXPECT(k == 2 || k == 4 || k == 6);
        LANTHORN_EXPECT(q >= 0 && q <= k);
        LANTHORN_EXPECT(q > 0 || B.imag() == 0);
    }
    auto const basis = substates(ion, levels);
    bool const real = std::ranges::all_of(field, [](auto const& p) { return p.B_per_cm.imag() == 0; });
    return real ? assigned(symmetric_eigen(hamiltonian<double>(ion, field, basis)), basis)
                : assigned(hermitian_eigen(hamiltonian<std::complex<double>>(ion, field, basis)), basis);
}

double partition_function(std::span<double const> energies_per_cm, double temperature_K)
{
    LANTHORN_EXPECT(temperature_K > 0 && !energies_per_cm.empty());
    double const lowest = std::ranges::min(energies_per_cm);
    double Z = 0;
    for (double const E : energies_per_cm)
        Z += portable_exp(-(E - lowest) / (constants::boltzmann_per_cm_K * temperature_K));
    return Z;
}

std::vector<double> thermal_weights(std::span<double const> energies_per_cm, double temperature_K)
{
    double const Z = partition_function(energies_per_cm, temperature_K);
    double const lowest = std::ranges::min(energies_per_cm);
    std::vector<double> weights;
    for (double const E : energies_per_cm)
        weights.push_back(portable_exp(-(E - lowest) / (constants::boltzmann_per_cm_K * temperature_K)) / Z);
    return weights;
}

}  // namespace lanthorn
