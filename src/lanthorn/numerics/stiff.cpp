#include "lanthorn/numerics/stiff.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace lanthorn {

namespace {

constexpr int newton_limit = 5;
constexpr double safety = 0.85, least_factor = 0.2, most_factor = 10;

constexpr double kappa[] = {0, -0.1850, -1.0 / 9, -0.0823, -0.0415, 0};

/// sum of 1/j up to k
constexpr double gamma_of(int k)
{
    double sum = 0;
    for (int j = 1; j <= k; ++j) sum += 1.0 / j;
    return sum;
}

constexpr double alpha_of(int k) { return (1 - kappa[k]) * gamma_of(k); }
constexpr double error_constant(int k) { return kappa[k] * gamma_of(k) + 1.0 / (k + 1); }

/// Factor of the step that would bring an error to 1.
double factor_for(double error, int order)
{
    if (!(error > 1e-30)) return most_factor;
    return std::min(most_factor, safety * portable_pow(error, -1.0 / (order + 1)));
}

}  // namespace

StiffIntegrator::StiffIntegrator(StiffSystem& system, StiffTolerance tolerance, Sign sign)
    : system_(system), tolerance_(std::move(tolerance)), sign_(sign)
{
    LANTHORN_EXPECT(tolerance_.relative > 0 && tolerance_.absolute.size() == system.size());
    for (auto* v : {&scale_, &y_, &d_, &psi_, &f_, &residual_}) v->resize(system.size());
    for (auto& v : differences_) v.resize(system.size());
}

double StiffIntegrator::norm(std::span<double const> x) const
{
    double largest = 0;
    for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(x[i]) / scale_[i]);
    return largest;
}

void StiffIntegrator::start(double t, std::span<double const> y)
{
    LANTHORN_EXPECT(y.size() == system_.size());
    for (auto& difference : differences_) std::ranges::fill(difference, 0.0);
    std::ranges::copy(y, differences_[0].begin());
    t_ = before_ = t;
    h_ = 0;
    order_ = 1;
    equal_steps_ = 0;
    factored_for_ = 0;
}

// A step whose second difference is within tolerance at first order: h (f(y + h f) - f(y)) / 2.
double StiffIntegrator::first_step(double stop)
{
    auto const& y = differences_[0];
    for (std::size_t i = 0; i < y.size(); ++i)
        scale_[i] = tolerance_.absolute[i] + tolerance_.relative * std::abs(y[i]);
    system_.derivative(y, f_);
    double h = stop - t_;
    for (int trial = 0; trial < 40; ++trial) {
        for (std::size_t i = 0; i < y.size(); ++i) y_[i] = y[i] + h * f_[i];
        system_.derivative(y_, residual_);
        for (std::size_t i = 0; i < y.size(); ++i) residual_[i] = 0.5 * h * (residual_[i] - f_[i]);
        double const error = norm(residual_);
        if (error <= 0.25) break;
        h *= std::isfinite(error) ? std::max(1e-8, 0.5 * std::sqrt(0.25 / error)) : 1e-8;
    }
    return h;
}

// Differences for steps of h * factor: those of the same polynomial.
void StiffIntegrator::rescale(double factor)
{
    // R(i, j) = prod_{m=1..i} (m - 1 - by j) / m, differences j of unit steps to those of steps of `by`
    auto const table = [&](double by) {
        std::array<std::array<double, highest_order + 1>, highest_order + 1> r{};
        for (int j = 0; j <= order_; ++j) r[0][std::size_t(j)] = 1;
        for (int i = 1; i <= order_; ++i)
            for (int j = 1; j <= order_; ++j)
                r[std::size_t(i)][std::size_t(j)] =
                    r[std::size_t(i - 1)][std::size_t(j)] * (i - 1 - by * j) / i;
        return r;
    };
    auto const of_factor = table(factor), of_one = table(1);
    std::array<std::array<double, highest_order + 1>, highest_order + 1> both{};
    std::size_t const k = std::size_t(order_);
    for (std::size_t i = 1; i <= k; ++i)
        for (std::size_t j = 1; j <= k; ++j)
            for (std::size_t m = 1; m <= k; ++m) both[i][j] += of_factor[i][m] * of_one[m][j];
    std::array<double, highest_order + 1> old{};
    for (std::size_t c = 0; c < system_.size(); ++c) {
        for (std::size_t i = 1; i <= k; ++i) old[i] = differences_[i][c];
        for (std::size_t j = 1; j <= k; ++j) {
            double sum = 0;
            for (std::size_t i = 1; i <= k; ++i) sum += both[i][j] * old[i];
            differences_[j][c] = sum;
        }
    }
    h_ *= factor;
    equal_steps_ = 0;
}

// Newton's method for d in y = predicted + d; true where it converged.
bool StiffIntegrator::correct(double c)
{
    double const tolerance =
        std::max(10 * std::numeric_limits<double>::epsilon() / tolerance_.relative, 1e-3);
    std::ranges::fill(d_, 0.0);
    double before = 0;
    for (int k = 0; k < newton_limit; ++k) {
        system_.derivative(y_, f_);
        for (std::size_t i = 0; i < y_.size(); ++i) residual_[i] = c * f_[i] - psi_[i] - d_[i];
        system_.solve(residual_);
        double const size = norm(residual_);
        if (!std::isfinite(size)) return false;
        double const rate = k > 0 ? size / before : 0;
        if (k > 0 && rate >= 0.9) return size <= tolerance;
        for (std::size_t i = 0; i < y_.size(); ++i) {
            y_[i] += residual_[i];
            d_[i] += residual_[i];
        }
        if (size == 0 || (k > 0 && rate / (1 - rate) * size < tolerance)) return true;
        before = size;
    }
    return false;
}

void StiffIntegrator::accept()
{
    std::size_t const k = std::size_t(order_);
    for (std::size_t c = 0; c < system_.size(); ++c) {
        differences_[k + 2][c] = d_[c] - differences_[k + 1][c];
        differences_[k + 1][c] = d_[c];
        for (std::size_t i = k + 1; i-- > 0;) differences_[i][c] += differences_[i + 1][c];
    }
    ++steps_;
    ++equal_steps_;
}

void StiffIntegrator::choose_next()
{
    if (equal_steps_ <= order_) return;
    for (std::size_t i = 0; i < scale_.size(); ++i)
        scale_[i] = tolerance_.absolute[i] + tolerance_.relative * std::abs(differences_[0][i]);
    std::size_t const k = std::size_t(order_);
    double const same = factor_for(error_, order_);
    double const lower =
        order_ > 1 ? factor_for(error_constant(order_ - 1) * norm(differences_[k]), order_ - 1) : 0;
    double const higher = order_ < highest_order
                              ? factor_for(error_constant(order_ + 1) * norm(differences_[k + 2]), order_ + 1)
                              : 0;
    double factor = same;
    int order = order_;
    if (lower > factor) {
        factor = lower;
        order = order_ - 1;
    }
    if (higher > factor) {
        factor = higher;
        order = order_ + 1;
    }
    if (order == order_ && factor >= 1 && factor < 1.2) {
        equal_steps_ = 0;  // look again after as many steps
        return;
    }
    order_ = order;
    rescale(std::max(least_factor, factor));
}

// Predicts, corrects and judges one step of the present size and order; its error over the tolerance, or infinity where
// it failed.
double StiffIntegrator::attempt()
{
    constexpr double failed = std::numeric_limits<double>::infinity();
    std::size_t const k = std::size_t(order_);
    double const c = h_ / alpha_of(order_);
    auto const predict = [&] {
        for (std::size_t i = 0; i < y_.size(); ++i) {
            double y = differences_[0][i], psi = 0;
            for (std::size_t j = 1; j <= k; ++j) {
                y += differences_[j][i];
                psi += differences_[j][i] * gamma_of(int(j));
            }
            y_[i] = y;
            psi_[i] = psi / alpha_of(order_);
            scale_[i] = tolerance_.absolute[i] + tolerance_.relative * std::abs(y);
        }
    };
    predict();
    bool const fresh = factored_for_ != c;
    bool good = !fresh || refactor(c);
    good = good && correct(c);
    if (!good && !fresh) {
        predict();
        good = refactor(c) && correct(c);
    }
    if (!good) return failed;
    for (std::size_t i = 0; i < y_.size(); ++i) {
        if (sign_ == Sign::not_negative && y_[i] < -tolerance_.absolute[i]) return failed;
        scale_[i] = tolerance_.absolute[i] +
                    tolerance_.relative * std::max(std::abs(y_[i]), std::abs(differences_[0][i]));
    }
    return error_constant(order_) * norm(d_);
}

bool StiffIntegrator::refactor(double c)
{
    factored_for_ = c;
    ++factorizations_;
    return system_.factor(y_, c);
}

void StiffIntegrator::step(double stop)
{
    LANTHORN_EXPECT(stop > t_);
    if (h_ == 0) {
        h_ = first_step(stop);
        for (std::size_t i = 0; i < f_.size(); ++i) differences_[1][i] = f_[i] * h_;
    }
    else
        choose_next();
    bool last = false;
    for (;;) {
        double const least = 8 * std::numeric_limits<double>::epsilon() * std::abs(t_);
        if (!(h_ > least) || h_ < std::numeric_limits<double>::min())
            throw NumericsError("stiff integration: its step became too small", t_, error_);
        last = t_ + h_ * (1 + 1e-10) >= stop;
        if (last && t_ + h_ != stop) rescale((stop - t_) / h_);
        error_ = attempt();
        if (error_ <= 1) break;
        rescale(std::isfinite(error_) ? std::max(least_factor, factor_for(error_, order_)) : 0.25);
    }
    before_ = t_;
    t_ = last ? stop : t_ + h_;
    accept();
}

void StiffIntegrator::at(double t, std::span<double> y) const
{
    LANTHORN_EXPECT(t >= before_ && t <= t_ && y.size() == system_.size());
    std::ranges::copy(differences_[0], y.begin());
    double product = 1;
    for (int j = 1; j <= order_; ++j) {
        product *= ((t - t_) / h_ + (j - 1)) / j;
        auto const& difference = differences_[std::size_t(j)];
        for (std::size_t i = 0; i < y.size(); ++i) y[i] += product * difference[i];
    }
}

}  // namespace lanthorn
