#pragma once

#include "lanthorn/numerics/matrix.hpp"

#include <functional>
#include <span>
#include <vector>

namespace lanthorn {

/// A x = b for a matrix that is known by what it does to vectors: the smallest residual in growing Krylov spaces,
/// started anew after `basis` vectors. Sums run in a fixed order.
///
/// Source: Saad, Schultz, SIAM J. Sci. Stat. Comput. 7, 856 (1986) [saad1986].
class Gmres {
public:
    /// y = A x; y is not x.
    using Operator = std::function<void(std::span<double const> x, std::span<double> y)>;

    struct Outcome {
        double residual = 0;  ///< |b - A x| / |b|, Euclidean
        int products = 0;     ///< of A with a vector
    };

    explicit Gmres(std::size_t basis = 50) : basis_(basis) {}

    /// @param b         right-hand side; the solution, from 0, is put in its place
    /// @param wanted    residual at which it ends
    /// @param products  at most
    Outcome solve(Operator const& a, std::span<double> b, double wanted, int products);

private:
    std::size_t basis_;
    std::vector<std::vector<double>> v_;
    std::vector<double> x_, r_;
    Matrix h_;
    std::vector<double> cosine_, sine_, g_, y_;
};

}  // namespace lanthorn
