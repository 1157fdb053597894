#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/luminescence/rate_system.hpp"
#include "lanthorn/numerics/eigen.hpp"
#include "lanthorn/numerics/lu.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

constexpr double wanted_residual = 1e-10;

/// Below it a start is taken as near enough for Newton's method alone.
constexpr double near_residual = 0.9;

/// A class with less than this share of its group counts as empty: no relative accuracy is asked of it.
constexpr double empty_share = 1e-200;

class SteadySearch {
public:
    SteadySearch(RateSystem const& system, RateEquations const& equations)
        : system_(system), equations_(equations), n_(system.size()), gain_(n_), loss_(n_), step_(n_)
    {}

    SteadyState search(std::span<double const> start)
    {
        x_.assign(start.begin(), start.end());
        if (!(residual(x_) < near_residual) || !newton(12)) {
            x_.assign(start.begin(), start.end());
            approach();
            if (!newton(30))
                refuse(singular_ ? "steady state: it depends on the start" : "steady state: not found");
        }
        if (residual(x_) > wanted_residual) refuse("steady state: not found");
        return {x_, residual(x_), iterations_};
    }

private:
    [[noreturn]] void refuse(char const* why) { throw NumericsError(why, time_s_, residual(x_)); }

    double residual(std::vector<double> const& x)
    {
        equations_.gain_and_loss(x, gain_, loss_);
        double worst = 0;
        for (std::size_t g = 0; g < system_.groups(); ++g)
            for (std::size_t c = system_.first_class()[g]; c < system_.first_class()[g + 1]; ++c) {
                double const flow = gain_[c] + loss_[c];
                if (x[c] > empty_share * system_.total()[g] && flow > 0)
                    worst = std::max(worst, std::abs(gain_[c] - loss_[c]) / flow);
            }
        return worst;
    }

    /// Solves (shift - J) step = f, one row per group replaced by the conservation of its total.
    bool solve(double shift)
    {
        ++iterations_;
        equations_.jacobian(x_, jacobian_);
        equations_.derivative(x_, step_);
        for (double& v : jacobian_.values) v = -v;
        for (std::size_t c = 0; c < n_; ++c) {
            jacobian_(c, c) += shift;
            // A class that nothing enters or leaves stays as it is.
            auto const row = std::span(jacobian_.values).subspan(c * n_, n_);
            if (std::ranges::all_of(row, [](double v) { return v == 0; })) row[c] = 1;
        }
        for (std::size_t g = 0; g < system_.groups(); ++g) {
            std::size_t const first = system_.first_class()[g], last = system_.first_class()[g + 1];
            std::size_t largest = first;
            double sum = 0, scale = 0;
            for (std::size_t c = first; c < last; ++c) {
                if (x_[c] > x_[largest]) largest = c;
                sum += x_[c];
                scale = std::max(scale, std::abs(jacobian_(c, c)));
            }
            for (std::size_t c = 0; c < n_; ++c) jacobian_(largest, c) = c >= first && c < last ? scale : 0.0;
            step_[largest] = scale * (system_.total()[g] - sum);
        }
        singular_ = !lu_.factor(jacobian_);
        if (singular_) return false;
        lu_.solve(step_);
        return std::ranges::all_of(step_, [](double v) { return std::isfinite(v); });
    }

    /// Adds the step; a class that it would leave negative by no more than rounding becomes empty.
    bool positive_sum(std::vector<double>& sum) const
    {
        sum = x_;
        for (std::size_t g = 0; g < system_.groups(); ++g)
            for (std::size_t c = system_.first_class()[g]; c < system_.first_class()[g + 1]; ++c) {
                sum[c] += step_[c];
                bool const rounding = -sum[c] <= 1e-12 * x_[c] || x_[c] <= empty_share * system_.total()[g];
                if (sum[c] < 0 && rounding) sum[c] = 0;
                if (sum[c] < 0) return false;
            }
        return true;
    }

    bool newton(int limit)
    {
        double before = INFINITY;
        std::vector<double> next;
        for (int k = 0; k < limit; ++k) {
            if (!solve(0) || !positive_sum(next)) return false;
            double change = 0;
            for (std::size_t c = 0; c < n_; ++c)
                if (next[c] > 0) change = std::max(change, std::abs(step_[c]) / next[c]);
            x_ = next;
            if (change < 1e-13) return true;
            // Rounding has been reached.
            if (change < 1e-6 && change > 0.5 * before) return residual(x_) <= wanted_residual;
            before = change;
        }
        return false;
    }

    /// Implicit steps, each one linear solve, as long as it describes what it leads to.
    void approach()
    {
        std::vector<double> next, f(n_);
        double step_s = 1;
        time_s_ = 0;
        for (int k = 0; k < 400; ++k) {
            bool good = solve(1 / step_s) && positive_sum(next);
            double wrong = INFINITY;
            if (good) {
                // What the quadratic part adds to the end of the step, over what flows in its group. Classes that
                // hold next to nothing may be far off: the steps that follow repair them.
                equations_.gain_and_loss(next, gain_, loss_);
                wrong = 0;
                for (std::size_t g = 0; g < system_.groups(); ++g) {
                    double off = 0, flow = 0;
                    for (std::size_t c = system_.first_class()[g]; c < system_.first_class()[g + 1]; ++c) {
                        off += std::abs(step_[c] / step_s - (gain_[c] - loss_[c]));
                        flow += gain_[c] + loss_[c];
                    }
                    if (flow > 0) wrong = std::max(wrong, off / flow);
                }
                good = wrong < 0.3;
            }
            if (!good) {
                step_s *= 0.1;
                if (step_s < 1e-30) refuse("steady state: the way to it breaks off");
                continue;
            }
            x_ = next;
            time_s_ += step_s;
            if (time_s_ > 1e15 || (wrong < 1e-2 && step_s > 1e9 && residual(x_) < 1e-6)) return;
            step_s *= wrong < 0.1 ? 20 : wrong < 0.25 ? 4 : 1.5;
        }
    }

    RateSystem const& system_;
    RateEquations const& equations_;
    std::size_t n_;
    std::vector<double> x_, gain_, loss_, step_;
    Matrix jacobian_;
    DenseLu lu_;
    int iterations_ = 0;
    bool singular_ = false;
    double time_s_ = 0;
};

/// The Jacobian with one class of each group, the fullest, expressed by the others; and which classes are left.
struct Reduced {
    Matrix jacobian;
    std::vector<std::size_t> classes;
    std::vector<std::size_t> dependent;  // (groups)
};

Reduced reduced_jacobian(RateSystem const& system, RateEquations const& equations,
                         std::span<double const> amount)
{
    Matrix full;
    equations.jacobian(amount, full);
    Reduced reduced;
    std::vector<std::size_t> group_of;
    for (std::size_t g = 0; g < system.groups(); ++g) {
        std::size_t const first = system.first_class()[g], last = system.first_class()[g + 1];
        auto const group = amount.subspan(first, last - first);
        reduced.dependent.push_back(first + std::size_t(std::ranges::max_element(group) - group.begin()));
        for (std::size_t c = first; c < last; ++c)
            if (c != reduced.dependent.back()) {
                reduced.classes.push_back(c);
                group_of.push_back(g);
            }
    }
    std::size_t const m = reduced.classes.size();
    reduced.jacobian = Matrix(m, m);
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < m; ++j)
            reduced.jacobian(i, j) = full(reduced.classes[i], reduced.classes[j]) -
                                     full(reduced.classes[i], reduced.dependent[group_of[j]]);
    return reduced;
}

}  // namespace

SteadyState steady_state(RateSystem const& system, std::span<double const> irradiance,
                         std::span<double const> start)
{
    LANTHORN_EXPECT(start.size() == system.size());
    RateEquations const equations = system.at(irradiance);
    return SteadySearch(system, equations).search(start);
}

std::vector<double> steady_slopes(RateSystem const& system, std::span<double const> irradiance,
                                  SteadyState const& steady, std::size_t laser)
{
    Reduced const reduced = reduced_jacobian(system, system.at(irradiance), steady.amount);
    std::vector<double> const by_irradiance = system.derivative_by_irradiance(steady.amount, laser);
    std::vector<double> dn;  // J dn = -df/dI
    for (std::size_t c : reduced.classes) dn.push_back(-by_irradiance[c]);
    DenseLu lu;
    if (!lu.factor(reduced.jacobian))
        throw NumericsError("slopes: the steady state is not isolated", 0, steady.residual);
    lu.solve(dn);
    std::vector<double> slopes(system.size(), 0.0);
    for (std::size_t i = 0; i < reduced.classes.size(); ++i) slopes[reduced.classes[i]] = dn[i];
    for (std::size_t g = 0; g < system.groups(); ++g) {
        double sum = 0;
        for (std::size_t c = system.first_class()[g]; c < system.first_class()[g + 1]; ++c) sum += slopes[c];
        slopes[reduced.dependent[g]] = -sum;
    }
    for (std::size_t c = 0; c < slopes.size(); ++c)
        slopes[c] = steady.amount[c] > 0 ? slopes[c] * irradiance[laser] / steady.amount[c] : 0;
    return slopes;
}

std::vector<std::complex<double>>
relaxation_rates(RateSystem const& system, std::span<double const> irradiance, std::span<double const> amount)
{
    return eigenvalues(reduced_jacobian(system, system.at(irradiance), amount).jacobian);
}

}  // namespace lanthorn
