#include "lanthorn/luminescence/rate_course.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/luminescence/course_system.hpp"
#include "lanthorn/numerics/lu.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

/// Rate equations of classes: states are the amounts themselves.
class ClassRates : public CourseSystem {
public:
    explicit ClassRates(RateSystem const& system)
        : system_(system), equations_(system.at(std::vector<double>(system.lasers(), 0.0)))
    {}

    std::size_t size() const override { return equations_.size(); }
    void derivative(std::span<double const> y, std::span<double> dy) const override
    {
        equations_.derivative(y, dy);
    }
    bool factor(std::span<double const> y, double c) override
    {
        equations_.jacobian(y, matrix_);
        for (double& v : matrix_.values) v *= -c;
        for (std::size_t i = 0; i < size(); ++i) matrix_(i, i) += 1;
        return lu_.factor(matrix_);
    }
    void solve(std::span<double> b) const override { lu_.solve(b); }

    std::size_t lasers() const override { return system_.lasers(); }
    void set_irradiance(std::span<double const> irradiance) override { equations_ = system_.at(irradiance); }
    std::vector<double> totals() const override
    {
        std::vector<double> totals;
        for (std::size_t g = 0; g < system_.groups(); ++g)
            totals.resize(system_.first_class()[g + 1], system_.total()[g]);
        return totals;
    }
    std::size_t classes() const override { return size(); }
    void amounts(std::span<double const> state, std::span<double> amount) const override
    {
        std::ranges::copy(state, amount.begin());
    }
    std::size_t channels() const override { return system_.terms().size(); }
    std::size_t products() const override { return equations_.products(); }
    void products(std::span<double const> state, std::span<double> value) const override
    {
        equations_.products(state, value);
    }
    std::vector<double> events(std::span<double const> products,
                               std::span<double const> irradiance) const override
    {
        return system_.events(products, irradiance);
    }
    void excite(Excite const& how, std::span<double> state) const override
    {
        lanthorn::excite(system_, how, state);
    }

private:
    RateSystem const& system_;
    RateEquations equations_;
    Matrix matrix_;
    DenseLu lu_;
};

StiffTolerance stiff_tolerance(CourseSystem const& system, CourseTolerance tolerance)
{
    StiffTolerance stiff{.relative = tolerance.relative, .absolute = system.totals()};
    for (double& v : stiff.absolute) v = std::max(tolerance.empty * v, 1e-300);
    return stiff;
}

/// Gauss-Legendre on [-1, 1], exact to degree 11: products of two polynomials of the integrator's highest order.
constexpr double node[] = {-0.932469514203152028, -0.661209386466264514, -0.238619186083196909,
                           0.238619186083196909,  0.661209386466264514,  0.932469514203152028};
constexpr double node_weight[] = {0.171324492379170345, 0.360761573048138608, 0.467913934572691047,
                                  0.467913934572691047, 0.360761573048138608, 0.171324492379170345};

/// Integrals from 0 up to a time.
struct Integrals {
    std::vector<double> amount_s;  // (classes)
    std::vector<double> events;    // (terms), where counted
};

class Course {
public:
    Course(CourseSystem& system, PumpProgram const& pump, ObservablePlan const& plan,
           CourseTolerance tolerance, StopToken stop)
        : system_(system), pump_(pump), plan_(plan), stop_(stop),
          integrator_(system, stiff_tolerance(system, tolerance), StiffIntegrator::Sign::not_negative)
    {}

    Tally run(std::span<double const> start)
    {
        state_.assign(start.begin(), start.end());
        counts_wanted_ =
            !plan_.count_until_s.empty() ||
            std::ranges::any_of(plan_.observables, [](auto const& o) { return !o.per_channel.empty(); });
        sum_.amount_s.assign(system_.classes(), 0.0);
        amount_.resize(system_.classes());
        between_.resize(system_.size());
        product_.resize(system_.products());
        product_s_.assign(product_.size(), 0.0);
        sum_.events.assign(counts_wanted_ ? system_.channels() : 0, 0.0);
        collect_times();
        for (double const t : stops_) follow_to(t);
        return tally();
    }

    std::vector<double> const& state() const { return state_; }

private:
    void collect_times()
    {
        marks_ = {0.0, plan_.count_from_s, plan_.end_s};
        for (auto const* times : {&plan_.snapshot_at_s, &plan_.count_until_s, &plan_.window_edges_s})
            marks_.insert(marks_.end(), times->begin(), times->end());
        std::ranges::sort(marks_);
        marks_.erase(std::unique(marks_.begin(), marks_.end()), marks_.end());
        stops_ = pump_.switches_until(plan_.end_s);
        for (auto const& pulse : pump_.pulses)
            if (pulse.at_s <= plan_.end_s) stops_.push_back(pulse.at_s);
        stops_.push_back(plan_.end_s);
        std::ranges::sort(stops_);
        stops_.erase(std::unique(stops_.begin(), stops_.end()), stops_.end());
        amount_at_.resize(marks_.size());
        integral_at_.resize(marks_.size());
    }

    /// Up to a time at which something happens from outside, and that.
    void follow_to(double end)
    {
        if (end > now_) {
            irradiance_ = pump_.irradiance_at(now_, system_.lasers());
            system_.set_irradiance(irradiance_);
            integrator_.start(now_, state_);
            while (integrator_.time() < end) {
                if (stop_.stop_requested()) throw NumericsError("rate equations: stopped", now_, 0);
                integrator_.step(end);
                pass(integrator_.previous_time(), integrator_.time());
            }
            state_.assign(integrator_.state().begin(), integrator_.state().end());
            for (double& n : state_) n = std::max(n, 0.0);
            count();
            now_ = end;
        }
        else
            mark_until(end);
        for (auto const& pulse : pump_.pulses)
            if (pulse.at_s == end) system_.excite(pulse.excite, state_);
    }

    /// Takes what is wanted of one step.
    void pass(double from, double to)
    {
        if (next_mark_ < marks_.size() && marks_[next_mark_] <= from) mark_until(from);
        while (next_mark_ < marks_.size() && marks_[next_mark_] <= to) {
            integrate(from, marks_[next_mark_]);
            from = marks_[next_mark_];
            take(from);
        }
        integrate(from, to);
    }

    void integrate(double from, double to)
    {
        if (!(to > from)) return;
        double const half = 0.5 * (to - from), middle = 0.5 * (from + to);
        auto& n = between_;
        for (std::size_t k = 0; k < std::size(node); ++k) {
            integrator_.at(
                std::clamp(middle + half * node[k], integrator_.previous_time(), integrator_.time()), n);
            double const weight = half * node_weight[k];
            system_.amounts(n, amount_);
            for (std::size_t c = 0; c < amount_.size(); ++c) sum_.amount_s[c] += weight * amount_[c];
            if (!counts_wanted_) continue;
            system_.products(n, product_);
            for (std::size_t p = 0; p < product_.size(); ++p) product_s_[p] += weight * product_[p];
        }
    }

    /// Turns integrals of products into events; the irradiance has been constant since the last time.
    void count()
    {
        if (!counts_wanted_) return;
        auto const events = system_.events(product_s_, irradiance_);
        for (std::size_t m = 0; m < events.size(); ++m) sum_.events[m] += events[m];
        std::ranges::fill(product_s_, 0.0);
    }

    void take(double t)
    {
        count();
        integrator_.at(t, between_);
        record(between_);
    }

    void record(std::vector<double> n)
    {
        for (double& v : n) v = std::max(v, 0.0);
        amount_at_[next_mark_].resize(system_.classes());
        system_.amounts(n, amount_at_[next_mark_]);
        integral_at_[next_mark_] = sum_;
        ++next_mark_;
    }

    /// Marks at which nothing has to be integrated: those at the start.
    void mark_until(double t)
    {
        while (next_mark_ < marks_.size() && marks_[next_mark_] <= t) record(state_);
    }

    std::size_t mark(double t) const
    {
        return std::size_t(std::ranges::lower_bound(marks_, t) - marks_.begin());
    }

    Tally tally() const
    {
        Tally tally;
        tally.trajectories = 1;
        tally.events = integrator_.steps();
        tally.trials = integrator_.factorizations();
        tally.events_of = {integrator_.steps()};
        auto const one = [](double x) {
            Moments m;
            m.add(x);
            return m;
        };
        for (double t : plan_.snapshot_at_s)
            for (double n : amount_at_[mark(t)]) tally.snapshot.push_back(one(n));
        for (double t : plan_.count_until_s)
            for (std::size_t m = 0; m < system_.channels(); ++m)
                tally.counts.push_back(
                    one(integral_at_[mark(t)].events[m] - integral_at_[mark(plan_.count_from_s)].events[m]));
        for (std::size_t w = 0; w < plan_.windows(); ++w) {
            double const length = plan_.window_edges_s[w + 1] - plan_.window_edges_s[w];
            auto const& from = integral_at_[mark(plan_.window_edges_s[w])];
            auto const& to = integral_at_[mark(plan_.window_edges_s[w + 1])];
            for (std::size_t c = 0; c < system_.classes(); ++c)
                tally.occupation.push_back(one((to.amount_s[c] - from.amount_s[c]) / length));
            std::vector<double> values;
            for (auto const& observable : plan_.observables) {
                double sum = 0;
                for (auto const& [c, weight] : observable.per_class)
                    sum += weight * (to.amount_s[c] - from.amount_s[c]);
                for (auto const& [m, weight] : observable.per_channel)
                    sum += weight * (to.events[m] - from.events[m]);
                values.push_back(sum / length);
            }
            tally.observables.emplace_back(plan_.observables.size());
            tally.observables.back().add(values);
        }
        return tally;
    }

    CourseSystem& system_;
    PumpProgram const& pump_;
    ObservablePlan const& plan_;
    StopToken stop_;
    StiffIntegrator integrator_;
    std::vector<double> marks_, stops_;
    std::vector<std::vector<double>> amount_at_;  // (marks)
    std::vector<Integrals> integral_at_;          // (marks)
    std::size_t next_mark_ = 0;
    Integrals sum_;
    std::vector<double> product_, product_s_;  // (products) value, integral since the last count
    std::vector<double> state_, irradiance_, between_, amount_;
    double now_ = 0;
    bool counts_wanted_ = false;
};

}  // namespace

void excite(RateSystem const& system, Excite const& how, std::span<double> amount)
{
    std::size_t const first = system.first_class()[how.species.value];
    double const moved = how.probability * amount[first + how.from.value];
    amount[first + how.from.value] -= moved;
    amount[first + how.to.value] += moved;
}

Tally course(RateSystem const& system, PumpProgram const& pump, std::span<double const> start,
             ObservablePlan const& plan, CourseTolerance tolerance, StopToken stop)
{
    LANTHORN_EXPECT(start.size() == system.size());
    ClassRates rates(system);
    std::vector<double> state(start.begin(), start.end());
    return follow(rates, pump, state, plan, tolerance, stop);
}

Tally follow(CourseSystem& system, PumpProgram const& pump, std::vector<double>& start,
             ObservablePlan const& plan, CourseTolerance tolerance, StopToken stop)
{
    LANTHORN_EXPECT(start.size() == system.size());
    Course course(system, pump, plan, tolerance, stop);
    Tally tally = course.run(start);
    start = course.state();
    return tally;
}

namespace {

/// Anderson's acceleration of x -> F(x): the affine combination of the last images whose change would be least, each
/// class on its own scale.
class Acceleration {
public:
    std::vector<double> next(std::vector<double> const& x, std::vector<double> const& image)
    {
        std::size_t const n = x.size();
        std::vector<double> change(n);
        for (std::size_t c = 0; c < n; ++c) change[c] = image[c] - x[c];
        changes_.push_back(std::move(change));
        images_.push_back(image);
        if (changes_.size() > depth + 1) {
            changes_.erase(changes_.begin());
            images_.erase(images_.begin());
        }
        std::size_t const m = changes_.size() - 1;
        if (m == 0) return image;
        auto const difference = [&](std::vector<std::vector<double>> const& of, std::size_t j,
                                    std::size_t c) { return of[j + 1][c] - of[j][c]; };
        auto const weight = [&](std::size_t c) { return image[c] > 1e-15 ? 1 / image[c] : 0; };
        Matrix normal(m, m);
        std::vector<double> gamma(m, 0.0);
        for (std::size_t i = 0; i < m; ++i) {
            for (std::size_t c = 0; c < n; ++c) {
                double const w = weight(c) * weight(c) * difference(changes_, i, c);
                gamma[i] += w * changes_.back()[c];
                for (std::size_t j = 0; j < m; ++j) normal(i, j) += w * difference(changes_, j, c);
            }
            normal(i, i) *= 1 + 1e-12;
        }
        DenseLu lu;
        if (!lu.factor(normal)) return image;
        lu.solve(gamma);
        std::vector<double> result = image;
        for (std::size_t j = 0; j < m; ++j)
            for (std::size_t c = 0; c < n; ++c) result[c] -= gamma[j] * difference(images_, j, c);
        return std::ranges::all_of(result, [](double v) { return v >= 0; }) ? result : image;
    }

private:
    static constexpr std::size_t depth = 6;
    std::vector<std::vector<double>> changes_, images_;
};

}  // namespace

PeriodicState periodic_state(RateSystem const& system, PumpProgram const& pump, std::span<double const> start,
                             double wanted, CourseTolerance tolerance, StopToken stop)
{
    LANTHORN_EXPECT(pump.repeats && !pump.segments.empty());
    ObservablePlan plan;
    for (auto const& segment : pump.segments) plan.end_s += segment.duration_s;
    Acceleration acceleration;
    ClassRates rates(system);
    PeriodicState state{.amount = {start.begin(), start.end()}};
    for (state.periods = 1; state.periods <= 300; ++state.periods) {
        std::vector<double> image = state.amount;
        follow(rates, pump, image, plan, tolerance, stop);
        state.residual = 0;
        for (std::size_t g = 0; g < system.groups(); ++g)
            for (std::size_t c = system.first_class()[g]; c < system.first_class()[g + 1]; ++c)
                if (image[c] > 1e-15 * system.total()[g])
                    state.residual =
                        std::max(state.residual, std::abs(image[c] - state.amount[c]) / image[c]);
        if (state.residual < wanted) {
            state.amount = image;
            return state;
        }
        state.amount = acceleration.next(state.amount, image);
    }
    throw NumericsError("periodic state", plan.end_s * state.periods, state.residual);
}

}  // namespace lanthorn
