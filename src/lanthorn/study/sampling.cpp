#include "lanthorn/study/sampling.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

TwoLevels two_levels(std::span<StructureSample const> structures)
{
    Moments means;
    double squares = 0, freedom = 0, inverse = 0;
    for (auto const& s : structures) {
        means.add(s.mean);
        squares += double(s.count - 1) * s.variance;
        freedom += double(s.count - 1);
        inverse += 1 / double(s.count);
    }
    TwoLevels levels;
    levels.mean = means.mean();
    levels.standard_error = means.standard_error();
    levels.within = freedom > 0 ? squares / freedom : 0;
    levels.between = std::max(0.0, means.variance() - levels.within * inverse /
                                                          double(std::max<std::int64_t>(1, means.count())));
    return levels;
}

double best_trajectories(double within, double between, double work_per_structure, double work_per_trajectory)
{
    if (between <= 0) return std::numeric_limits<double>::infinity();
    return std::max(1.0, std::sqrt(within / between * work_per_structure / work_per_trajectory));
}

SamplingPlan next_plan(SamplingPlan now, double within, double between, double wanted_variance,
                       double work_per_structure, double work_per_trajectory)
{
    double const structures = double(now.structures), trajectories = double(now.trajectories);
    double const best = best_trajectories(within, between, work_per_structure, work_per_trajectory);
    double const room = wanted_variance * structures - between;
    double const missing = room > 0 ? std::ceil(within / room) : std::numeric_limits<double>::infinity();
    if (missing <= std::max(trajectories, best))
        return {now.structures, std::uint64_t(std::clamp(missing, trajectories, 4 * trajectories))};
    double const each = std::clamp(std::round(best), trajectories, 4 * trajectories);
    double const wanted = std::ceil((between + within / each) / wanted_variance);
    return {std::uint64_t(std::clamp(wanted, structures, 4 * structures)), std::uint64_t(each)};
}

Controlled controlled(std::span<double const> y, std::span<double const> m, std::span<double const> more)
{
    LANTHORN_EXPECT(y.size() == m.size());
    Moments of_y, of_m;
    for (double v : y) of_y.add(v);
    for (double v : m) of_m.add(v);
    Moments all = of_m;
    for (double v : more) all.add(v);
    Controlled result{.coefficient = 0,
                      .inflation = 1,
                      .control_mean = all.mean(),
                      .mean = of_y.mean(),
                      .standard_error = of_y.standard_error(),
                      .plain_error = of_y.standard_error()};
    double const n = double(y.size()), spread = of_m.squares();
    // Controls that differ by no more than rounding tell nothing.
    if (y.size() < least_controlled || more.empty() || !(spread > 1e-20 * n * of_m.mean() * of_m.mean()))
        return result;
    double product = 0;
    for (std::size_t s = 0; s < y.size(); ++s) product += (y[s] - of_y.mean()) * (m[s] - of_m.mean());
    double const b = product / spread, off = of_m.mean() - all.mean();
    double const inflation = (n - 1) / (n - 2) * (1 + n * off * off / spread);
    double const residual = std::max(0.0, of_y.squares() - b * product) / (n - 1);
    double const error = std::sqrt(inflation * residual / n + b * b * all.variance() / double(all.count()));
    if (!(error < result.plain_error)) return result;
    result.coefficient = b;
    result.inflation = inflation;
    result.mean = of_y.mean() - b * off;
    result.standard_error = error;
    return result;
}

}  // namespace lanthorn
