#include "lanthorn/ions/tensor_operators.hpp"

#include "lanthorn/numerics/angular_momentum.hpp"

#include <array>
#include <bit>
#include <cmath>

namespace lanthorn::f_shell {

namespace {

double sign(int exponent) { return exponent % 2 == 0 ? 1 : -1; }

// <k1 q1 k2 q2 | K Q> of whole numbers.
double clebsch_gordan(int k1, int q1, int k2, int q2, int K, int Q)
{
    return sign(k1 - k2 + Q) * std::sqrt(2 * K + 1.0) *
           wigner_3j(2 * k1, 2 * k2, 2 * K, 2 * q1, 2 * q2, -2 * Q);
}

// g[a b][c d], a and c of the first electron.
using PairTensor = std::vector<double>;
std::size_t at(int a, int b, int c, int d)
{
    return std::size_t(((a * orbitals + b) * orbitals + c) * orbitals + d);
}

void add_product(OneBody const& first, OneBody const& second, double factor, PairTensor& g)
{
    for (int a = 0; a < orbitals; ++a)
        for (int c = 0; c < orbitals; ++c) {
            double const x = factor * first[std::size_t(a)][std::size_t(c)];
            if (x == 0) continue;
            for (int b = 0; b < orbitals; ++b)
                for (int d = 0; d < orbitals; ++d)
                    g[at(a, b, c, d)] += x * second[std::size_t(b)][std::size_t(d)];
        }
}

void add_pair(CoupledPair const& pair, PairTensor& g)
{
    auto const [a, b, K, coefficient] = pair;
    for (int Q = -K; Q <= K; ++Q)
        for (int pi = -a.spin; pi <= a.spin; ++pi)
            for (int q = -a.orbit; q <= a.orbit; ++q) {
                int const pi2 = Q - pi, q2 = -Q - q;
                double const factor = coefficient * sign(Q) * clebsch_gordan(a.spin, pi, b.spin, pi2, K, Q) *
                                      clebsch_gordan(a.orbit, q, b.orbit, q2, K, -Q);
                if (factor != 0)
                    add_product(double_tensor(a.spin, pi, a.orbit, q),
                                double_tensor(b.spin, pi2, b.orbit, q2), factor, g);
            }
}

std::array<int, 2> two_orbitals(Determinant d)
{
    int const low = std::countr_zero(d);
    return {low, std::countr_zero(unsigned(d & (d - 1)))};
}

}  // namespace

OneBody double_tensor(int kappa, int pi, int k, int q)
{
    OneBody result{};
    for (int to = 0; to < orbitals; ++to)
        for (int from = 0; from < orbitals; ++from) {
            int const s = twice_spin_of(to), m = m_of(to);
            result[std::size_t(to)][std::size_t(from)] =
                sign((1 - s) / 2 + 3 - m) * wigner_3j(1, 2 * kappa, 1, -s, 2 * pi, twice_spin_of(from)) *
                wigner_3j(6, 2 * k, 6, -2 * m, 2 * q, 2 * m_of(from));
        }
    return result;
}

double reduced_C(int k) { return -7 * wigner_3j(6, 2 * k, 6, 0, 0, 0); }

OneBody spin_orbit()
{
    // l = sqrt(84) u^(1), s = sqrt(3/2) t^(1), s.l = sum_q (-1)^q s_q l_-q.
    OneBody result{};
    for (int q = -1; q <= 1; ++q) {
        OneBody const part = double_tensor(1, q, 1, -q);
        for (std::size_t a = 0; a < orbitals; ++a)
            for (std::size_t b = 0; b < orbitals; ++b)
                result[a][b] += sign(q) * std::sqrt(84 * 1.5) * part[a][b];
    }
    return result;
}

OneBody raising_J()
{
    OneBody result{};
    for (int to = 0; to < orbitals; ++to)
        for (int from = 0; from < orbitals; ++from) {
            int const m = m_of(from);
            bool const same_spin = twice_spin_of(to) == twice_spin_of(from);
            if (same_spin && m_of(to) == m + 1)
                result[std::size_t(to)][std::size_t(from)] = std::sqrt(12.0 - m * (m + 1));
            if (m_of(to) == m && twice_spin_of(to) > twice_spin_of(from))
                result[std::size_t(to)][std::size_t(from)] = 1;
        }
    return result;
}

ManyBody two_body(std::vector<CoupledPair> const& pairs)
{
    PairTensor g(at(orbitals, 0, 0, 0), 0.0);
    for (CoupledPair const& pair : pairs) add_pair(pair, g);
    ManyBody result;
    for (Determinant const from : determinants(2)) {
        auto const [c, d] = two_orbitals(from);
        std::vector<ManyBody::Element> elements;
        for (Determinant const to : determinants(2)) {
            auto const [a, b] = two_orbitals(to);
            double const value =
                g[at(a, b, c, d)] + g[at(b, a, d, c)] - g[at(a, b, d, c)] - g[at(b, a, c, d)];
            if (value != 0) elements.push_back({to, value});
        }
        result.columns.emplace_back(from, std::move(elements));
    }
    return result;
}

CoupledPair orbital_scalar(int k, double coefficient)
{
    // [u x u]^(0) = (-1)^k (u.u)/sqrt(2k+1); t^(0) is 1/sqrt(2); i != j counts each pair twice.
    return {.a = {0, k}, .b = {0, k}, .K = 0, .coefficient = coefficient * sign(k) * std::sqrt(2 * k + 1.0)};
}

std::vector<CoupledPair> spin_spin(int k, double M)
{
    double const root = std::sqrt((k + 1.0) * (k + 2) * (2 * k + 3) * (2 * k + 1) * (2 * k + 5) / 5);
    return {{.a = {1, k},
             .b = {1, k + 2},
             .K = 2,
             .coefficient = -6 * M * reduced_C(k) * reduced_C(k + 2) * root}};
}

std::vector<CoupledPair> spin_other_orbit(int k, double M)
{
    auto const part = [](int rank, int l_plus, int l_minus, int raised, int lower, int higher) {
        double const C = reduced_C(rank);
        return -C * C * std::sqrt(double(l_plus * l_minus * raised) * (2 * lower + 1) * (2 * higher + 1));
    };
    // 2 l = 6.
    double const outer = M * part(k, 8 + k, 6 - k, k + 1, k, k + 1);
    double const inner = M * part(k + 2, 9 + k, 5 - k, k + 2, k + 1, k + 2);
    return {{.a = {0, k}, .b = {1, k + 1}, .K = 1, .coefficient = outer},
            {.a = {0, k + 1}, .b = {1, k}, .K = 1, .coefficient = 2 * outer},
            {.a = {0, k + 2}, .b = {1, k + 1}, .K = 1, .coefficient = inner},
            {.a = {0, k + 1}, .b = {1, k + 2}, .K = 1, .coefficient = 2 * inner}};
}

std::vector<CoupledPair> correlated_spin_orbit(int k, double P)
{
    double const factor = P * reduced_C(k) * reduced_C(k) / 6;
    std::vector<CoupledPair> pairs{
        {.a = {0, k},
         .b = {1, k - 1},
         .K = 1,
         .coefficient = factor * std::sqrt((7.0 + k) * (7 - k) * k * (2 * k - 1) / (2 * k + 1))}};
    if (k < 6)
        pairs.push_back(
            {.a = {0, k},
             .b = {1, k + 1},
             .K = 1,
             .coefficient = -factor * std::sqrt((8.0 + k) * (6 - k) * (k + 1) * (2 * k + 3) / (2 * k + 1))});
    return pairs;
}

}  // namespace lanthorn::f_shell
