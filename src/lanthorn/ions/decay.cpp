#include "lanthorn/ions/decay.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace lanthorn {

namespace {

constexpr double much_faster = 10;

using Rates = std::map<std::pair<LevelId, LevelId>, double>;  // (from, to)

double out_of(Rates const& rates, LevelId from, std::vector<LevelId> const& except)
{
    double sum = 0;
    for (auto const& [step, rate] : rates)
        if (step.first == from && std::ranges::count(except, step.second) == 0) sum += rate;
    return sum;
}

double rate_of(Rates const& rates, LevelId from, LevelId to)
{
    auto const found = rates.find({from, to});
    return found == rates.end() ? 0 : found->second;
}

std::vector<LevelId> coupled_to(Rates const& rates, LevelId level)
{
    std::vector<LevelId> group{level};
    for (std::size_t g = 0; g < group.size(); ++g)
        for (auto const& [step, rate] : rates) {
            bool const ground = step.first.value == 0 || step.second.value == 0;
            if (ground || step.first != group[g] || std::ranges::count(group, step.second) > 0) continue;
            std::vector<LevelId> with = group;
            with.push_back(step.second);
            if (rate > much_faster * out_of(rates, group[g], with) &&
                rate_of(rates, step.second, group[g]) > much_faster * out_of(rates, step.second, with))
                group = std::move(with);
        }
    return group;
}

/// Mean time in the group before it is left, from its first level: solves (loss - exchange) t = 1 by
/// elimination.
double residence_s(Rates const& rates, std::vector<LevelId> const& group)
{
    std::size_t const n = group.size();
    std::vector<std::vector<double>> a(n, std::vector<double>(n + 1, 1.0));
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            a[i][j] = i == j ? out_of(rates, group[i], {}) : -rate_of(rates, group[i], group[j]);
    for (std::size_t i = n; i-- > 0;) {
        if (!(a[i][i] > 0)) return std::numeric_limits<double>::infinity();
        for (std::size_t row = 0; row < i; ++row) {
            double const factor = a[row][i] / a[i][i];
            for (std::size_t j = 0; j <= n; ++j) a[row][j] -= factor * a[i][j];
        }
    }
    return a[0][0] > 0 ? a[0][n] / a[0][0] : std::numeric_limits<double>::infinity();
}

}  // namespace

LevelDecay level_decay(std::span<OneSiteChannel const> channels, LevelId level)
{
    LevelDecay decay;
    Rates rates;
    for (OneSiteChannel const& c : channels) {
        if (c.k0_per_s == 0) continue;
        rates[{c.from, c.to}] += c.k0_per_s;
        if (c.from != level) continue;
        decay.total_per_s += c.k0_per_s;
        if (c.process == Process::multiphonon)
            decay.multiphonon_per_s += c.k0_per_s;
        else if (c.photon_per_cm > 0)
            decay.radiative_per_s += c.k0_per_s;
    }
    decay.coupled = coupled_to(rates, level);
    decay.lifetime_s = residence_s(rates, decay.coupled);
    std::ranges::sort(decay.coupled);
    return decay;
}

}  // namespace lanthorn
