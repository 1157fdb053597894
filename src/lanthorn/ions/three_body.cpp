#include "lanthorn/ions/tensor_operators.hpp"
#include "lanthorn/numerics/angular_momentum.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace lanthorn::f_shell {

namespace {

// c = sign * sqrt(square) of t_i in
// t_i = sum_(h,i,j distinct) sum_(k k' k'') c(k k' k'') sqrt((2k+1)(2k'+1)(2k''+1)) {u^(k) u^(k') u^(k'')}^(0).
struct Coefficient {
    int sign;
    double numerator, denominator;

    double value() const { return sign * std::sqrt(numerator / denominator); }
};

struct Row {
    std::array<int, 3> k;
    int orders;                    // different orders of the three ranks
    std::array<Coefficient, 6> t;  // t2, t3, t4, t6, t7, t8
};

// Judd 1966, Table VII.
constexpr Row table[] = {
    {{2, 2, 2},
     1,
     {{{1, 605, 5292},
       {1, 32761, 889056},
       {1, 3575, 889056},
       {-1, 1573, 8232},
       {1, 264407, 823200},
       {1, 21879, 274400}}}},
    {{2, 2, 4},
     3,
     {{{-1, 6760, 43659},
       {1, 33, 1372},
       {-1, 325, 37044},
       {-1, 15028, 305613},
       {1, 28717, 2778300},
       {-1, 37349, 926100}}}},
    {{2, 4, 4},
     3,
     {{{-1, 1805, 391314},
       {-1, 4, 33957},
       {-1, 54925, 373527},
       {1, 4693, 12326391},
       {-1, 1273597, 28014525},
       {1, 849524, 9338175}}}},
    {{2, 4, 6},
     6,
     {{{-1, 4160, 754677},
       {-1, 13, 264},
       {1, 625, 26136},
       {1, 1568, 107811},
       {1, 841, 1960200},
       {-1, 17, 653400}}}},
    {{4, 4, 4},
     1,
     {{{1, 55016, 717409},
       {1, 49972, 622545},
       {1, 92480, 1369599},
       {-1, 297680, 5021863},
       {-1, 719104, 2282665},
       {-1, 73644, 2282665}}}},
    {{4, 4, 6},
     3,
     {{{-1, 195, 204974},
       {1, 52, 1089},
       {1, 529, 11979},
       {-1, 49, 395307},
       {-1, 1369, 35937},
       {1, 68, 11979}}}},
    {{2, 6, 6},
     3,
     {{{1, 1625, 143748},
       {1, 325, 199584},
       {1, 6889, 2195424},
       {-1, 1, 223608},
       {1, 625, 81312},
       {1, 1377, 27104}}}},
    {{4, 6, 6},
     3,
     {{{1, 88400, 1185921},
       {-1, 442, 12705},
       {-1, 10880, 251559},
       {-1, 174080, 8301447},
       {-1, 8704, 3773385},
       {-1, 103058, 1257795}}}},
    {{6, 6, 6},
     1,
     {{{1, 29393, 790614},
       {1, 205751, 784080},
       {-1, 79135, 1724976},
       {1, 79135, 175692},
       {1, 15827, 319440},
       {-1, 8379, 106480}}}},
};

using Three = std::array<int, 3>;

Three three_orbitals(Determinant d)
{
    Three result{};
    for (int& orbital : result) {
        orbital = std::countr_zero(d);
        d = Determinant(d & (d - 1));
    }
    return result;
}

constexpr std::array<Three, 6> orders{{{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 2, 1}, {2, 1, 0}, {1, 0, 2}}};

// weight * (k k' k''; q q' q'').
class Weighted {
public:
    Weighted(Three const& ranks, double weight) : k(ranks)
    {
        for (int q = -6; q <= 6; ++q)
            for (int r = -6; r <= 6; ++r)
                value_[index(q, r)] =
                    weight * wigner_3j(2 * k[0], 2 * k[1], 2 * k[2], 2 * q, 2 * r, -2 * (q + r));
    }

    double operator()(Three const& q) const { return value_[index(q[0], q[1])]; }

    Three k;

private:
    static std::size_t index(int q, int r) { return std::size_t((q + 6) * 13 + r + 6); }

    std::array<double, 169> value_{};
};

// <m|u^(k)_(m-n)|n>, k = 2, 4, 6.
class UnitTensors {
public:
    UnitTensors()
    {
        for (int k = 2; k <= 6; k += 2)
            for (int m = -3; m <= 3; ++m)
                for (int n = -3; n <= 3; ++n)
                    u_[index(k, m, n)] =
                        ((3 - m) % 2 == 0 ? 1 : -1) * wigner_3j(6, 2 * k, 6, -2 * m, 2 * (m - n), 2 * n);
    }

    double operator()(int k, int m, int n) const { return u_[index(k, m, n)]; }

private:
    static std::size_t index(int k, int m, int n)
    {
        return std::size_t(((k / 2 - 1) * 7 + 3 - m) * 7 + 3 - n);
    }

    std::array<double, 147> u_{};
};

double element(Three const& to, Three const& from, std::vector<Weighted> const& terms, UnitTensors const& u)
{
    double sum = 0;
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j) {
            Three a{}, b{}, q{};
            bool same_spins = true;
            for (std::size_t e = 0; e < 3; ++e) {
                a[e] = to[std::size_t(orders[i][e])];
                b[e] = from[std::size_t(orders[j][e])];
                q[e] = m_of(a[e]) - m_of(b[e]);
                same_spins &= twice_spin_of(a[e]) == twice_spin_of(b[e]);
            }
            if (!same_spins) continue;
            double product = 0;
            for (Weighted const& term : terms) {
                double x = term(q);
                for (std::size_t e = 0; x != 0 && e < 3; ++e) x *= u(term.k[e], m_of(a[e]), m_of(b[e]));
                product += x;
            }
            sum += (i < 3) == (j < 3) ? product : -product;
        }
    return sum;
}

int sum_of_m(Three const& t) { return m_of(t[0]) + m_of(t[1]) + m_of(t[2]); }
int sum_of_spins(Three const& t) { return twice_spin_of(t[0]) + twice_spin_of(t[1]) + twice_spin_of(t[2]); }

}  // namespace

ManyBody three_body(ThreeBodyParameters const& T)
{
    std::array<double, 6> const value{T.T2, T.T3, T.T4, T.T6, T.T7, T.T8};
    ManyBody result;
    if (std::ranges::all_of(value, [](double t) { return t == 0; })) return result;
    std::vector<Weighted> terms;
    for (Row const& row : table) {
        double weight = 0;
        for (std::size_t i = 0; i < 6; ++i) weight += value[i] * row.t[i].value();
        for (int const k : row.k) weight *= std::sqrt(2 * k + 1.0);
        terms.emplace_back(row.k, weight * row.orders);
    }
    UnitTensors const u;
    for (Determinant const f : determinants(3)) {
        Three const from = three_orbitals(f);
        std::vector<ManyBody::Element> elements;
        for (Determinant const t : determinants(3)) {
            Three const to = three_orbitals(t);
            if (sum_of_m(to) != sum_of_m(from) || sum_of_spins(to) != sum_of_spins(from)) continue;
            if (double const x = element(to, from, terms, u); x != 0) elements.push_back({t, x});
        }
        result.columns.emplace_back(f, std::move(elements));
    }
    return result;
}

}  // namespace lanthorn::f_shell
