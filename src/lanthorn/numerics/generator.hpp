#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lanthorn {

/// A small continuous-time Markov chain, dp/dt = p Q: its stationary distribution and linear solves with Q, by the
/// elimination of Grassmann, Taksar and Heyman. Without subtractions of rates, so that every probability has a small
/// relative error, whatever powers of ten lie between rates; none is negative.
///
/// Source: Grassmann, Taksar, Heyman, Oper. Res. 33, 1107 (1985) [grassmann1985].
class Generator {
public:
    /// Eliminates all states but the root, in place. States that cannot leave and that nothing enters get probability 0.
    /// @param rate  (n x n) row by row: from the state of the row to that of the column, per second; the diagonal is
    ///              not looked at. Kept by reference, and overwritten with the factors.
    /// @param root  a state that can be reached from all that are visited
    /// @return the state where the chain stays for ever without having reached the root, else n
    static std::size_t eliminate(std::span<double> rate, std::size_t n, std::size_t root);

    /// @param factors  of `eliminate`
    Generator(std::span<double const> factors, std::size_t n, std::size_t root)
        : q_(factors.data()), n_(n), root_(root)
    {}

    /// p Q = 0, sum of p = 1.
    void stationary(std::span<double> p) const;
    /// x Q = -(w - (sum of w) e_root), sum of x = sum; in place of w.
    /// @param p  the stationary distribution
    void solve(std::span<double const> p, double sum, std::span<double> w) const;

private:
    double const* q_;
    std::size_t n_, root_;
};

}  // namespace lanthorn
