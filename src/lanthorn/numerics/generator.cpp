#include "lanthorn/numerics/generator.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <utility>

namespace lanthorn {

namespace {

/// The root and state 0 change places.
void put_first(double* q, std::size_t n, std::size_t root)
{
    if (root == 0) return;
    std::swap_ranges(q, q + n, q + root * n);
    for (std::size_t a = 0; a < n; ++a) std::swap(q[a * n], q[a * n + root]);
}

}  // namespace

// State k > 0 goes on to j < k with probability q(k, j), was entered from i < k at q(i, k), and q(k, k) is the mean time
// of a stay in it, all of the chain watched on states up to k.
std::size_t Generator::eliminate(std::span<double> rate, std::size_t n, std::size_t root)
{
    LANTHORN_EXPECT(rate.size() == n * n && root < n);
    double* const q = rate.data();
    put_first(q, n, root);
    for (std::size_t k = n; k-- > 1;) {
        double* const out = q + k * n;
        double sum = 0;
        for (std::size_t j = 0; j < k; ++j) sum += out[j];
        if (sum == 0) {
            for (std::size_t i = 0; i < k; ++i)
                if (q[i * n + k] > 0) return k == root ? 0 : k;
            out[k] = 0;
            continue;
        }
        double const stay = out[k] = 1 / sum;
        for (std::size_t j = 0; j < k; ++j) out[j] *= stay;
        for (std::size_t i = 0; i < k; ++i) {
            double const in = q[i * n + k];
            if (in == 0) continue;
            for (std::size_t j = 0; j < k; ++j) q[i * n + j] += in * out[j];
        }
    }
    return n;
}

void Generator::stationary(std::span<double> p) const
{
    p[0] = 1;
    double sum = 1;
    for (std::size_t k = 1; k < n_; ++k) {
        double in = 0;
        for (std::size_t i = 0; i < k; ++i) in += p[i] * q_[i * n_ + k];
        sum += p[k] = in * q_[k * n_ + k];
    }
    for (std::size_t k = 0; k < n_; ++k) p[k] /= sum;
    std::swap(p[0], p[root_]);
}

void Generator::solve(std::span<double const> p, double sum, std::span<double> w) const
{
    std::swap(w[0], w[root_]);
    for (std::size_t k = n_; k-- > 1;) {
        double const wk = w[k];
        if (wk == 0) continue;
        double const* const out = q_ + k * n_;
        for (std::size_t j = 0; j < k; ++j) w[j] += wk * out[j];
    }
    w[0] = 0;
    double all = 0;
    for (std::size_t k = 1; k < n_; ++k) {
        double in = w[k];
        for (std::size_t i = 0; i < k; ++i) in += w[i] * q_[i * n_ + k];
        all += w[k] = in * q_[k * n_ + k];
    }
    std::swap(w[0], w[root_]);
    for (std::size_t k = 0; k < n_; ++k) w[k] += (sum - all) * p[k];
}

}  // namespace lanthorn
