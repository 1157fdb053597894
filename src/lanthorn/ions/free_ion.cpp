#include "lanthorn/ions/free_ion.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/ions/tensor_operators.hpp"
#include "lanthorn/numerics/angular_momentum.hpp"
#include "lanthorn/numerics/eigen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <span>

namespace lanthorn {

using namespace f_shell;

namespace {

constexpr char letters[] = "SPDFGHIKLMNOQ";  // no term of 4f^n goes beyond L = 12

std::vector<CoupledPair> pairs_of(FreeIonParameters const& p)
{
    std::vector<CoupledPair> pairs;
    auto const coulomb = [&](int k, double F) { return orbital_scalar(k, F * reduced_C(k) * reduced_C(k)); };
    pairs.push_back(coulomb(2, p.F2));
    pairs.push_back(coulomb(4, p.F4));
    pairs.push_back(coulomb(6, p.F6));
    // Per pair i < j: L^2 = 168 u1.u1 + const, G(G2) = (3 u1.u1 + 11 u5.u5)/2 + const,
    // G(R7) = 2 (3 u1.u1 + 7 u3.u3 + 11 u5.u5)/5 + const.
    pairs.push_back(orbital_scalar(1, 168 * p.alpha + 1.5 * p.beta + 1.2 * p.gamma));
    pairs.push_back(orbital_scalar(3, 2.8 * p.gamma));
    pairs.push_back(orbital_scalar(5, 5.5 * p.beta + 4.4 * p.gamma));
    auto const append = [&](std::vector<CoupledPair> const& more) {
        pairs.insert(pairs.end(), more.begin(), more.end());
    };
    double const M[] = {p.M0, p.M2, p.M4}, P[] = {p.P2, p.P4, p.P6};
    for (int i = 0; i < 3; ++i) {
        append(spin_spin(2 * i, M[i]));
        append(spin_other_orbit(2 * i, M[i]));
        append(correlated_spin_orbit(2 * i + 2, P[i]));
    }
    std::erase_if(pairs, [](CoupledPair const& pair) { return pair.coefficient == 0; });
    return pairs;
}

OneBody scaled(OneBody operation, double factor)
{
    for (auto& row : operation)
        for (double& x : row) x *= factor;
    return operation;
}

// The block of one M_J and the operators that act within it.
class Block {
public:
    Block(int electrons, int twice_M) : n_(electrons), basis_(determinants(electrons, twice_M)) {}

    std::vector<Determinant> const& basis() const { return basis_; }

    Matrix hamiltonian(FreeIonParameters const& p) const
    {
        Matrix H = zero();
        include(many_body(scaled(spin_orbit(), p.zeta)), H);
        include(two_body(pairs_of(p)), H);
        include(three_body({.T2 = p.T2, .T3 = p.T3, .T4 = p.T4, .T6 = p.T6, .T7 = p.T7, .T8 = p.T8}), H);
        return H;
    }

    // c_L L^2 + c_S S^2.
    Matrix L2_and_S2(double c_L, double c_S) const
    {
        Matrix result = zero();
        include(two_body({orbital_scalar(1, 168 * c_L), spin_scalar(3 * c_S)}), result);
        for (std::size_t i = 0; i < basis_.size(); ++i) result(i, i) += n_ * (12 * c_L + 0.75 * c_S);
        return result;
    }

    Matrix J2() const
    {
        Matrix result = L2_and_S2(1, 1);
        include(many_body(scaled(spin_orbit(), 2)), result);
        // 2 L.S of different electrons; [t^(1) x 1][1 x u^(1)], 1 = sqrt(2) t^(0) = sqrt(7) u^(0).
        include(
            two_body({{.a = {1, 0}, .b = {0, 1}, .K = 1, .coefficient = 2 * std::sqrt(84 * 1.5 * 2 * 7)}}),
            result);
        return result;
    }

private:
    // s(i).s(j) summed over pairs i < j, times `coefficient` / 1.5.
    static CoupledPair spin_scalar(double coefficient)
    {
        return {.a = {1, 0}, .b = {1, 0}, .K = 0, .coefficient = -coefficient * 7 * std::sqrt(3.0) / 2};
    }

    Matrix zero() const { return {basis_.size(), basis_.size()}; }
    void include(ManyBody const& operation, Matrix& matrix) const { add(operation, basis_, basis_, matrix); }

    int n_;
    std::vector<Determinant> basis_;
};

Matrix columns(Matrix const& a, std::size_t first, std::size_t count)
{
    Matrix result(a.rows, count);
    for (std::size_t i = 0; i < a.rows; ++i)
        for (std::size_t j = 0; j < count; ++j) result(i, j) = a(i, first + j);
    return result;
}

// J(J+1) -> 2J.
int twice_J_of(double square) { return int(std::lround(std::sqrt(4 * square + 1))) - 1; }

struct State {
    int twice_J;
    double energy;
    std::vector<double> amplitudes;
};

// Eigenstates of H within each eigenspace of J^2, ascending energy.
std::vector<State> eigenstates(Matrix const& H, Matrix const& J2)
{
    auto const [squares, spaces] = symmetric_eigen(J2);
    std::vector<State> states;
    for (std::size_t first = 0, last = 0; first < squares.size(); first = last) {
        int const twice_J = twice_J_of(squares[first]);
        while (last < squares.size() && twice_J_of(squares[last]) == twice_J) ++last;
        Matrix const space = columns(spaces, first, last - first);
        auto const [energies, vectors] = symmetric_eigen(transposed_times(space, times(H, space)));
        Matrix const states_of_J = times(space, vectors);
        for (std::size_t j = 0; j < energies.size(); ++j) {
            states.push_back({.twice_J = twice_J, .energy = energies[j], .amplitudes = {}});
            for (std::size_t i = 0; i < H.rows; ++i) states.back().amplitudes.push_back(states_of_J(i, j));
        }
    }
    std::ranges::stable_sort(states, {}, &State::energy);
    return states;
}

// Terms by joint eigenvectors of L^2 and S^2: the eigenvalue of L^2 + 1000 S^2 tells both.
struct Terms {
    Matrix vectors;
    std::vector<TermWeight> of;  ///< of each vector, weight 0
};

Terms terms_of(Block const& block, int electrons)
{
    auto [values, vectors] = symmetric_eigen(block.L2_and_S2(1, 1000));
    Terms terms{.vectors = std::move(vectors), .of = {}};
    for (double const value : values) {
        TermWeight best;
        double distance = 1e9;
        for (int twice_S = electrons % 2; twice_S <= 7; twice_S += 2)
            for (int L = 0; L <= 12; ++L)
                if (double const off = std::abs(L * (L + 1) + 250.0 * twice_S * (twice_S + 2) - value);
                    off < distance) {
                    distance = off;
                    best = {.twice_S = twice_S, .L = L, .weight = 0};
                }
        LANTHORN_EXPECT(distance < 1e-6);
        terms.of.push_back(best);
    }
    return terms;
}

std::vector<std::vector<TermWeight>> compositions(Terms const& terms, Matrix const& states)
{
    Matrix const overlap = transposed_times(terms.vectors, states);
    std::vector<std::vector<TermWeight>> result;
    for (std::size_t level = 0; level < states.columns; ++level) {
        std::map<std::pair<int, int>, double> weight;
        for (std::size_t t = 0; t < terms.of.size(); ++t)
            weight[{terms.of[t].twice_S, terms.of[t].L}] += overlap(t, level) * overlap(t, level);
        auto& composition = result.emplace_back();
        for (auto const& [term, w] : weight)
            if (w > 1e-12) composition.push_back({term.first, term.second, w});
        std::ranges::stable_sort(composition, std::greater{}, &TermWeight::weight);
    }
    return result;
}

std::string J_text(int twice_J)
{
    return twice_J % 2 == 0 ? fmt::format("{}", twice_J / 2) : fmt::format("{}/2", twice_J);
}

// Reduced matrix elements of a tensor of rank k whose component 0 is diagonal in the determinants.
class Reduction {
public:
    struct At {
        int twice_M;
        std::span<Determinant const> basis;
        Matrix const* states;
    };

    Reduction(std::vector<int> twice_J, At low, At high) : twice_J_(std::move(twice_J)), blocks_{low, high} {}

    Matrix operator()(int k, OneBody const& component_0) const
    {
        Matrix const plain[] = {expectation(blocks_[0], component_0), expectation(blocks_[1], component_0)};
        std::size_t const n = twice_J_.size();
        Matrix result(n, n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) result(i, j) = reduced(k, i, j, plain);
        return result;
    }

private:
    static Matrix expectation(At const& block, OneBody const& component_0)
    {
        Matrix scaled = *block.states;
        for (std::size_t d = 0; d < block.basis.size(); ++d) {
            double x = 0;
            for (std::size_t i = 0; i < orbitals; ++i)
                if (block.basis[d] >> i & 1) x += component_0[i][i];
            for (std::size_t j = 0; j < scaled.columns; ++j) scaled(d, j) *= x;
        }
        return transposed_times(*block.states, scaled);
    }

    // <J M|X_0|J' M> = (-1)^(J-M) (J k J'; -M 0 M) <J||X||J'>, by the block with the larger symbol.
    double reduced(int k, std::size_t i, std::size_t j, Matrix const (&plain)[2]) const
    {
        int const a = twice_J_[i], b = twice_J_[j];
        if (std::abs(a - b) > 2 * k || a + b < 2 * k) return 0;
        double symbol[2];
        for (std::size_t m = 0; m < 2; ++m) {
            int const M = blocks_[m].twice_M;
            symbol[m] = ((a - M) / 2 % 2 == 0 ? 1 : -1) * wigner_3j(a, 2 * k, b, -M, 0, M);
        }
        std::size_t const m = std::abs(symbol[1]) > std::abs(symbol[0]) ? 1 : 0;
        LANTHORN_EXPECT(std::abs(symbol[m]) > 1e-4);
        return plain[m](i, j) / symbol[m];
    }

    std::vector<int> twice_J_;
    At blocks_[2];
};

// J+ acting on states of M, divided by its eigenvalue: the same states at M + 1, or nothing where J = M.
Matrix raised(Matrix const& states, std::vector<int> const& twice_J, int M, std::span<Determinant const> from,
              std::span<Determinant const> to)
{
    Matrix raising(to.size(), from.size());
    add(many_body(raising_J()), to, from, raising);
    Matrix result = times(raising, states);
    for (std::size_t j = 0; j < twice_J.size(); ++j) {
        double const square = (twice_J[j] - M) * (twice_J[j] + M + 2) / 4.0;
        for (std::size_t i = 0; i < result.rows; ++i)
            result(i, j) = square > 0 ? result(i, j) / std::sqrt(square) : 0;
    }
    return result;
}

OneBody unit_tensor(int k)
{
    return scaled(double_tensor(0, 0, k, 0), std::sqrt(2.0));  // t^(0) is 1/sqrt(2)
}

OneBody magnetic_moment()
{
    OneBody result{};
    for (std::size_t i = 0; i < orbitals; ++i) result[i][i] = m_of(int(i)) + twice_spin_of(int(i));
    return result;
}

}  // namespace

Matrix const& FreeIon::U(int k) const
{
    LANTHORN_EXPECT(k == 2 || k == 4 || k == 6);
    return k == 2 ? U2 : k == 4 ? U4 : U6;
}

FreeIonParameters without_magnetic_pairs(FreeIonParameters p)
{
    p.M0 = p.M2 = p.M4 = 0;
    p.P2 = p.P4 = p.P6 = 0;
    return p;
}

FreeIon free_ion(int f_electrons, FreeIonParameters const& parameters)
{
    LANTHORN_EXPECT(f_electrons >= 1 && f_electrons <= 13);
    int const M = f_electrons % 2;
    Block const block(f_electrons, M);
    std::vector<State> const states = eigenstates(block.hamiltonian(parameters), block.J2());

    FreeIon ion;
    ion.f_electrons = f_electrons;
    ion.determinants = block.basis();
    ion.states = Matrix(block.basis().size(), states.size());
    std::vector<int> twice_J;
    for (std::size_t j = 0; j < states.size(); ++j) {
        twice_J.push_back(states[j].twice_J);
        for (std::size_t i = 0; i < ion.states.rows; ++i) ion.states(i, j) = states[j].amplitudes[i];
    }

    auto composition = compositions(terms_of(block, f_electrons), ion.states);
    std::map<std::string, int> seen;
    for (std::size_t j = 0; j < states.size(); ++j) {
        TermWeight const& dominant = composition[j].front();
        std::string const term = fmt::format("{}{}", dominant.twice_S + 1, letters[dominant.L]);
        std::string const J = J_text(twice_J[j]);
        int const times_seen = ++seen[term + J];
        ion.levels.push_back(
            {.label = times_seen == 1 ? term + J : fmt::format("{}({}){}", term, times_seen, J),
             .J = twice_J[j] / 2.0,
             .energy_per_cm = states[j].energy - states.front().energy,
             .composition = std::move(composition[j])});
    }

    auto const higher = determinants(f_electrons, M + 2);
    Matrix const states_above = raised(ion.states, twice_J, M, ion.determinants, higher);
    Reduction const reduce(twice_J, {.twice_M = M, .basis = ion.determinants, .states = &ion.states},
                           {.twice_M = M + 2, .basis = higher, .states = &states_above});
    ion.U2 = reduce(2, unit_tensor(2));
    ion.U4 = reduce(4, unit_tensor(4));
    ion.U6 = reduce(6, unit_tensor(6));
    ion.magnetic = reduce(1, magnetic_moment());
    return ion;
}

std::size_t term_count(int f_electrons)
{
    LANTHORN_EXPECT(f_electrons >= 1 && f_electrons <= 13);
    // A term has one state in the block of lowest |M_J| for each of its J.
    Block const block(f_electrons, f_electrons % 2);
    Terms const terms = terms_of(block, f_electrons);
    std::map<std::pair<int, int>, std::size_t> states;
    for (TermWeight const& t : terms.of) ++states[{t.twice_S, t.L}];
    std::size_t count = 0;
    for (auto const& [term, number] : states)
        count += number / std::size_t(std::min(term.first, 2 * term.second) + 1);
    return count;
}

}  // namespace lanthorn
