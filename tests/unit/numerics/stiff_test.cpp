#include "lanthorn/base/errors.hpp"
#include "lanthorn/numerics/lu.hpp"
#include "lanthorn/numerics/stiff.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace lanthorn {
namespace {

using Y = std::span<double const>;

/// A system of a few functions with its Jacobian written out.
class Small : public StiffSystem {
public:
    Small(std::size_t n, std::function<void(Y, std::span<double>)> f, std::function<Matrix(Y)> jacobian)
        : n_(n), f_(std::move(f)), jacobian_(std::move(jacobian))
    {}

    std::size_t size() const override { return n_; }
    void derivative(Y y, std::span<double> dy) const override { f_(y, dy); }
    bool factor(Y y, double c) override
    {
        Matrix a = jacobian_(y);
        for (double& v : a.values) v *= -c;
        for (std::size_t i = 0; i < n_; ++i) a(i, i) += 1;
        return lu_.factor(a);
    }
    void solve(std::span<double> b) const override { lu_.solve(b); }

private:
    std::size_t n_;
    std::function<void(Y, std::span<double>)> f_;
    std::function<Matrix(Y)> jacobian_;
    DenseLu lu_;
};

Small robertson()
{
    return {3,
            [](Y y, std::span<double> dy) {
                dy[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
                dy[2] = 3e7 * y[1] * y[1];
                dy[1] = -dy[0] - dy[2];
            },
            [](Y y) {
                Matrix j(3, 3);
                j.values = {-0.04,       1e4 * y[2], 1e4 * y[1], 0.04, -1e4 * y[2] - 6e7 * y[1],
                            -1e4 * y[1], 0,          6e7 * y[1], 0};
                return j;
            }};
}

std::vector<double> advance(StiffIntegrator& integrator, double stop)
{
    while (integrator.time() < stop) integrator.step(stop);
    return {integrator.state().begin(), integrator.state().end()};
}

// Reference: Mazzia, Magherini, Test set for initial value problem solvers (2008), problem ROBER.
TEST(Stiff, RobertsonsProblem)
{
    Small system = robertson();
    StiffIntegrator integrator(system, {.relative = 1e-9, .absolute = {1e-20, 1e-20, 1e-20}},
                               StiffIntegrator::Sign::not_negative);
    integrator.start(0, std::vector<double>{1, 0, 0});
    auto const y = advance(integrator, 1e11);
    EXPECT_NEAR(y[0], 0.2083340149701255e-07, 1e-6 * y[0]);
    EXPECT_NEAR(y[1], 0.8333360770334713e-13, 1e-6 * y[1]);
    EXPECT_NEAR(y[2], 0.9999999791665050, 1e-12);
    EXPECT_NEAR(y[0] + y[1] + y[2], 1, 1e-13);
    EXPECT_LT(integrator.steps(), 2500);
}

TEST(Stiff, ErrorFollowsTheTolerance)
{
    // A slow oscillator, cos t, drags a fast variable along: y' = -k (y - cos^2 t).
    double const k = 1e6;
    Small system(
        3,
        [=](Y y, std::span<double> dy) {
            dy[0] = y[1];
            dy[1] = -y[0];
            dy[2] = -k * (y[2] - y[0] * y[0]);
        },
        [=](Y y) {
            Matrix j(3, 3);
            j.values = {0, 1, 0, -1, 0, 0, 2 * k * y[0], 0, -k};
            return j;
        });
    double const fast = 0.5 + (k * std::cos(6.0) + 2 * std::sin(6.0)) * k / (2 * (k * k + 4));
    double before = 1;
    for (double relative : {1e-4, 1e-6, 1e-8, 1e-10}) {
        StiffIntegrator integrator(system, {.relative = relative, .absolute = {1e-12, 1e-12, 1e-12}},
                                   StiffIntegrator::Sign::any);
        integrator.start(0, std::vector<double>{1, 0, 1});
        auto const y = advance(integrator, 3.0);
        double const error = std::abs(y[0] - std::cos(3.0)) + std::abs(y[2] - fast);
        EXPECT_LT(error, 30 * relative);
        EXPECT_LT(error, before);
        before = error;
    }
}

TEST(Stiff, SolutionBetweenStepsIsAsGood)
{
    Small system(
        1, [](Y y, std::span<double> dy) { dy[0] = -y[0]; },
        [](Y) {
            Matrix j(1, 1);
            j.values = {-1};
            return j;
        });
    StiffIntegrator integrator(system, {.relative = 1e-8, .absolute = {1e-14}},
                               StiffIntegrator::Sign::not_negative);
    integrator.start(0, std::vector<double>{1});
    double worst = 0;
    while (integrator.time() < 5) {
        integrator.step(5);
        for (double share : {0.0, 0.3, 0.9, 1.0}) {
            double const t =
                integrator.previous_time() + share * (integrator.time() - integrator.previous_time());
            double y = 0;
            integrator.at(std::min(t, integrator.time()), {&y, 1});
            worst = std::max(worst, std::abs(y / std::exp(-t) - 1));
        }
    }
    EXPECT_LT(worst, 2e-6);
    EXPECT_EQ(integrator.time(), 5);
}

TEST(Stiff, SaysHowFarItCameBeforeABlowUp)
{
    Small system(
        1, [](Y y, std::span<double> dy) { dy[0] = y[0] * y[0]; },
        [](Y y) {
            Matrix j(1, 1);
            j.values = {2 * y[0]};
            return j;
        });
    StiffIntegrator integrator(system, {.relative = 1e-6, .absolute = {1e-12}}, StiffIntegrator::Sign::any);
    integrator.start(0, std::vector<double>{1});
    try {
        advance(integrator, 2);
        FAIL() << "1/(1 - t) has no value at 2";
    }
    catch (NumericsError const& error) {
        EXPECT_NEAR(error.time_s, 1, 1e-3);
    }
}

}  // namespace
}  // namespace lanthorn
