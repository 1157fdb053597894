#include "lanthorn/luminescence/site_steady.hpp"

#include "lanthorn/base/errors.hpp"
#include "lanthorn/luminescence/site_linear.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

constexpr double wanted_residual = 1e-10;

/// A population below it counts as none.
constexpr double empty = 1e-200;

/// Populations below this share of the mean of their class are measured by it.
constexpr double small_share = 1e-2;

/// Calls visit(state, gain, loss) of every state.
template <class Visit>
void visit_flows(SiteRates const& rates, SiteRates::OneSite const& one_site, std::span<double const> y,
                 std::span<double const> u, Visit const& visit)
{
    std::vector<double> rate, gain, loss;
    for (std::size_t s = 0; s < rates.blocks().size(); ++s) {
        auto const& b = rates.blocks()[s];
        rate.resize(b.levels * b.levels);
        for (std::size_t i = 0; i < b.ions; ++i) {
            rates.rates_of(one_site, s, i, u, rate);
            std::size_t const first = b.first_state + i * b.levels;
            gain.assign(b.levels, 0.0);
            loss.assign(b.levels, 0.0);
            for (std::size_t a = 0; a < b.levels; ++a) {
                double const n = y[first + a];
                if (n == 0) continue;
                for (std::size_t c = 0; c < b.levels; ++c) {
                    double const flow = n * rate[a * b.levels + c];
                    gain[c] += flow;
                    loss[a] += flow;
                }
            }
            for (std::size_t a = 0; a < b.levels; ++a) visit(first + a, gain[a], loss[a]);
        }
    }
}

class Search {
public:
    Search(SiteRates const& rates, std::span<double const> irradiance)
        : rates_(rates), one_site_(rates.one_site_at(irradiance)), linear_(rates), u_(rates.fields()),
          p_(rates.states()), change_(rates.states()), scale_(rates.states())
    {}

    SiteSteady search(std::span<double const> start, bool near)
    {
        y_.assign(start.begin(), start.end());
        if (!near || !newton(15)) {
            y_.assign(start.begin(), start.end());
            approach();
            if (!newton(30)) refuse();
        }
        double const left = residual();
        if (!(left <= wanted_residual)) refuse();
        return {y_, left, iterations_};
    }

private:
    [[noreturn]] void refuse()
    {
        throw NumericsError(singular_ ? "steady state: it depends on the start" : "steady state: not found",
                            time_s_, residual());
    }

    double residual()
    {
        rates_.find_fields(y_, u_);
        return largest_imbalance(rates_, one_site_, y_, u_);
    }

    /// Where the ions go in the present fields, and to first order what their going there changes: p_ and change_.
    bool solve(double shift, std::span<double const> from, double wanted)
    {
        ++iterations_;
        singular_ = !linear_.factor(one_site_, u_, shift, from, p_);
        if (singular_) return false;
        for (std::size_t k = 0; k < p_.size(); ++k) change_[k] = p_[k] - y_[k];
        for (auto const& b : rates_.blocks())
            for (std::size_t l = 0; l < b.levels; ++l) {
                std::size_t const first = b.first_state + l, last = first + b.ions * b.levels;
                double sum = 0;
                for (std::size_t k = first; k < last; k += b.levels) sum += p_[k];
                double const least = std::max(small_share * sum / double(b.ions), 1e-290);
                for (std::size_t k = first; k < last; k += b.levels) scale_[k] = std::max(p_[k], least);
            }
        linear_.respond(p_, scale_);
        singular_ = linear_.singular();
        if (singular_) return false;
        linear_.solve(change_, wanted, 400);
        // What others change: y + change - p.
        for (std::size_t k = 0; k < p_.size(); ++k) change_[k] += y_[k] - p_[k];
        return std::ranges::all_of(change_, [](double v) { return std::isfinite(v); });
    }

    /// p + change, in which no population falls below `floor` of p.
    void step(double floor, std::vector<double>& y) const
    {
        y.resize(p_.size());
        for (auto const& b : rates_.blocks())
            for (std::size_t i = 0, k = b.first_state; i < b.ions; ++i, k += b.levels) {
                double sum = 0;
                for (std::size_t l = k; l < k + b.levels; ++l)
                    sum += y[l] = std::max(p_[l] + change_[l], floor * p_[l]);
                for (std::size_t l = k; l < k + b.levels; ++l) y[l] /= sum;
            }
    }

    bool newton(int limit)
    {
        std::vector<double> next;
        double before = INFINITY;
        rates_.find_fields(y_, u_);
        for (int k = 0; k < limit; ++k) {
            if (!solve(0, {}, before > 1e-2 ? 1e-2 : 1e-4)) return false;
            step(0.1, next);
            double moved = 0;
            for (std::size_t c = 0; c < next.size(); ++c)
                if (next[c] > empty) moved = std::max(moved, std::abs(next[c] - y_[c]) / next[c]);
            y_.swap(next);
            rates_.find_fields(y_, u_);
            bool const rounding = moved < 1e-7 && moved > 0.5 * before;
            if (moved < 1e-9 || rounding) {
                if (!linear_.factor(one_site_, u_, 0, {}, p_)) return false;
                y_ = p_;
                for (double& n : y_)
                    if (n < empty) n = 0;
                return residual() <= wanted_residual;
            }
            before = moved;
        }
        return false;
    }

    /// How much of what is excited in any species the next iteration would still move.
    double unsettled(std::span<double const> y, std::span<double const> p) const
    {
        double worst = 0;
        for (auto const& b : rates_.blocks()) {
            double moved = 0, all = 0;
            for (std::size_t i = 0, k = b.first_state; i < b.ions; ++i, k += b.levels)
                for (std::size_t l = k + 1; l < k + b.levels; ++l) {
                    moved += std::abs(y[l] - p[l]);
                    all += std::max(y[l], p[l]);
                }
            if (all > 0) worst = std::max(worst, moved / all);
        }
        return worst;
    }

    /// Lets ions go where they go in the present fields, from `from` in a step, for as long as that fills levels that
    /// were empty.
    bool fill(double shift, std::span<double const> from)
    {
        auto const filled = [&] { return std::ranges::count_if(y_, [](double n) { return n > 0; }); };
        for (auto before = filled();;) {
            rates_.find_fields(y_, u_);
            if (!linear_.factor(one_site_, u_, shift, from, p_)) return false;
            y_ = p_;
            auto const now = filled();
            if (now == before) return true;
            before = now;
        }
    }

    /// One implicit step; how far off its solution is.
    double implicit_step(double step_s, std::span<double const> from)
    {
        std::vector<double> next;
        double wrong = INFINITY;
        if (!fill(1 / step_s, from)) return wrong;
        rates_.find_fields(y_, u_);
        for (int k = 0; k < 4; ++k) {
            if (!solve(1 / step_s, from, 1e-2) || lacks_populations()) return INFINITY;
            step(0, next);
            rates_.find_fields(next, u_);
            if (!linear_.factor(one_site_, u_, 1 / step_s, from, p_)) return INFINITY;
            double const before = wrong;
            wrong = unsettled(next, p_);
            y_ = p_;
            if (wrong < 0.1 || wrong > 0.5 * before) break;
            rates_.find_fields(y_, u_);
        }
        return wrong;
    }

    /// Implicit steps that grow, until there is no more to follow.
    void approach()
    {
        double step_s = 1, growth = 1e4;
        time_s_ = 0;
        std::vector<double> from = y_;
        for (int k = 0; k < 400; ++k) {
            double const wrong = implicit_step(step_s, from);
            if (!(wrong < 0.3)) {
                y_ = from;
                step_s *= 0.1;
                growth = std::max(2.0, 0.1 * growth);
                if (step_s < 1e-30)
                    throw NumericsError("steady state: the way to it breaks off", time_s_, residual());
                continue;
            }
            from = y_;
            time_s_ += step_s;
            if (time_s_ > 1e15 || (wrong < 1e-2 && step_s > 1e9)) return;
            step_s *= std::min(growth, wrong < 1e-2 ? 1e4 : wrong < 0.1 ? 20 : wrong < 0.25 ? 4 : 1.5);
            growth = wrong < 1e-5 ? 1e4 : std::min(1e4, 2 * growth);
        }
    }

    /// Whether what falls below none is more than a bit of any class.
    bool lacks_populations() const
    {
        for (auto const& b : rates_.blocks())
            for (std::size_t l = 0; l < b.levels; ++l) {
                double lacking = 0, sum = 0;
                for (std::size_t i = 0, k = b.first_state + l; i < b.ions; ++i, k += b.levels) {
                    double const n = p_[k] + change_[k];
                    sum += std::abs(n);
                    lacking += std::max(-n, 0.0);
                }
                if (lacking > 0.05 * sum) return true;
            }
        return false;
    }

    SiteRates const& rates_;
    SiteRates::OneSite one_site_;
    SiteLinear linear_;
    std::vector<double> y_, u_, p_, change_, scale_;
    int iterations_ = 0;
    bool singular_ = false;
    double time_s_ = 0;
};

}  // namespace

double largest_imbalance(SiteRates const& rates, SiteRates::OneSite const& one_site,
                         std::span<double const> y, std::span<double const> u)
{
    double worst = 0;
    visit_flows(rates, one_site, y, u, [&](std::size_t state, double gain, double loss) {
        if (y[state] > empty && gain + loss > 0)
            worst = std::max(worst, std::abs(gain - loss) / (gain + loss));
    });
    return worst;
}

void site_derivative(SiteRates const& rates, SiteRates::OneSite const& one_site, std::span<double const> y,
                     std::span<double const> u, std::span<double> dy)
{
    visit_flows(rates, one_site, y, u,
                [&](std::size_t state, double gain, double loss) { dy[state] = gain - loss; });
}

SiteSteady site_steady_state(SiteRates const& rates, std::span<double const> irradiance,
                             std::span<double const> start, bool near)
{
    return Search(rates, irradiance).search(start, near);
}

}  // namespace lanthorn
