#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace lanthorn {

/// dy/dt = f(y), with what an implicit method needs of it.
class StiffSystem {
public:
    virtual ~StiffSystem() = default;

    virtual std::size_t size() const = 0;
    virtual void derivative(std::span<double const> y, std::span<double> dy) const = 0;
    /// Makes ready to solve (1 - c J(y)) x = b, J the Jacobian of f; false where that is singular.
    virtual bool factor(std::span<double const> y, double c) = 0;
    virtual void solve(std::span<double> b) const = 0;
};

struct StiffTolerance {
    double relative = 1e-8;        ///< local error per step
    std::vector<double> absolute;  ///< (size)
};

/// Numerical differentiation formulas of order 1 to 5 with backward differences of variable step, for stiff systems
/// whose components differ by many powers of ten (theory: rate-equations.9).
///
/// L-stable up to order 2, A(alpha)-stable above (alpha = 51 degrees at order 5). The error of a step is held below
/// absolute + relative |y| in every component, the global error is typically ten to a hundred times that. Sums that
/// f leaves alone are kept to rounding. A step that would leave a component below -absolute is refused where
/// components are not to be negative. Step sizes are made without the C library, so that results are the same bytes on
/// every CPU.
///
/// Source: Shampine, Reichelt, SIAM J. Sci. Comput. 18, 1 (1997), section 2 [shampine1997].
class StiffIntegrator {
public:
    enum class Sign { any, not_negative };

    StiffIntegrator(StiffSystem& system, StiffTolerance tolerance, Sign sign);

    /// From here on. To be called again whenever the system changes.
    void start(double t, std::span<double const> y);
    /// One step, not beyond `stop` > time().
    /// @throws NumericsError where the step becomes too small
    void step(double stop);

    double time() const { return t_; }
    double previous_time() const { return before_; }
    std::span<double const> state() const { return differences_.front(); }
    /// The solution at previous_time() <= t <= time(), a polynomial of the order of the step.
    void at(double t, std::span<double> y) const;

    std::int64_t steps() const { return steps_; }
    std::int64_t factorizations() const { return factorizations_; }

private:
    static constexpr int highest_order = 5;

    double first_step(double stop);
    void rescale(double factor);
    bool correct(double c);
    void accept();
    void choose_next();
    double attempt();
    bool refactor(double c);
    double norm(std::span<double const> x) const;

    StiffSystem& system_;
    StiffTolerance tolerance_;
    Sign sign_;
    double t_ = 0, before_ = 0, h_ = 0, error_ = 0;
    int order_ = 1, equal_steps_ = 0;
    double factored_for_ = 0;  // c of the present factors, 0 = none
    std::array<std::vector<double>, highest_order + 3> differences_;
    std::vector<double> scale_, y_, d_, psi_, f_, residual_;
    std::int64_t steps_ = 0, factorizations_ = 0;
};

}  // namespace lanthorn
