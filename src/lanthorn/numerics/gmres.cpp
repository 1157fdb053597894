#include "lanthorn/numerics/gmres.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

double dot(std::span<double const> a, std::span<double const> b)
{
    double sum[4] = {};
    std::size_t i = 0;
    for (; i + 4 <= a.size(); i += 4)
        for (std::size_t l = 0; l < 4; ++l) sum[l] += a[i + l] * b[i + l];
    for (; i < a.size(); ++i) sum[0] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void add(double factor, std::span<double const> x, std::span<double> y)
{
    for (std::size_t i = 0; i < x.size(); ++i) y[i] += factor * x[i];
}

}  // namespace

Gmres::Outcome Gmres::solve(Operator const& a, std::span<double> b, double wanted, int products)
{
    std::size_t const n = b.size();
    Outcome outcome;
    double const size = std::sqrt(dot(b, b));
    if (size == 0) return outcome;
    if (v_.size() < basis_ + 1) v_.resize(basis_ + 1);
    for (auto* v : {&x_, &r_}) v->assign(n, 0.0);
    if (h_.rows == 0) h_ = Matrix(basis_ + 1, basis_);
    for (auto* v : {&cosine_, &sine_, &g_, &y_}) v->resize(basis_ + 1);
    std::ranges::copy(b, r_.begin());
    for (;;) {
        double const beta = std::sqrt(dot(r_, r_));
        outcome.residual = beta / size;
        if (!(outcome.residual > wanted) || outcome.products >= products) break;
        std::ranges::fill(g_, 0.0);
        g_[0] = beta;
        v_[0].resize(n);
        for (std::size_t i = 0; i < n; ++i) v_[0][i] = r_[i] / beta;
        std::size_t k = 0;
        for (; k < basis_ && outcome.products < products; ++k) {
            auto& next = v_[k + 1];
            next.resize(n);
            a(v_[k], next);
            ++outcome.products;
            for (std::size_t j = 0; j <= k; ++j) {
                h_(j, k) = dot(v_[j], next);
                add(-h_(j, k), v_[j], next);
            }
            double const norm = h_(k + 1, k) = std::sqrt(dot(next, next));
            if (norm > 0)
                for (double& x : next) x /= norm;
            for (std::size_t j = 0; j < k; ++j) {
                double const t = cosine_[j] * h_(j, k) + sine_[j] * h_(j + 1, k);
                h_(j + 1, k) = cosine_[j] * h_(j + 1, k) - sine_[j] * h_(j, k);
                h_(j, k) = t;
            }
            double const length = std::sqrt(h_(k, k) * h_(k, k) + norm * norm);
            if (!(length > 0)) break;
            cosine_[k] = h_(k, k) / length;
            sine_[k] = norm / length;
            h_(k, k) = length;
            g_[k + 1] = -sine_[k] * g_[k];
            g_[k] *= cosine_[k];
            if (std::abs(g_[k + 1]) <= wanted * size || norm == 0) {
                ++k;
                break;
            }
        }
        if (k == 0) break;
        for (std::size_t i = k; i-- > 0;) {
            y_[i] = g_[i];
            for (std::size_t j = i + 1; j < k; ++j) y_[i] -= h_(i, j) * y_[j];
            y_[i] /= h_(i, i);
        }
        bool const done = std::abs(g_[k]) <= wanted * size;
        outcome.residual = std::abs(g_[k]) / size;
        for (std::size_t i = 0; i < k; ++i) add(y_[i], v_[i], x_);
        if (done) break;
        a(x_, r_);
        ++outcome.products;
        for (std::size_t i = 0; i < n; ++i) r_[i] = b[i] - r_[i];
    }
    std::ranges::copy(x_, b.begin());
    return outcome;
}

}  // namespace lanthorn
