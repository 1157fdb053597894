#include "lanthorn/ions/decay.hpp"

#include "lanthorn/numerics/matrix.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace lanthorn {

namespace {

/// Of what steps to another level, how much must come back for the two to decay together.
constexpr double comes_back = 10.0 / 11;
/// Visits per excitation from which on a level counts as coupled.
constexpr double noticed = 0.1;

/// Solves a x = b in place by elimination; a is weakly diagonally dominant (rates), so that no pivoting is needed.
std::vector<double> solved(Matrix a, std::vector<double> b)
{
    std::size_t const n = b.size();
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t row = k + 1; row < n; ++row) {
            double const factor = a(row, k) / a(k, k);
            if (factor == 0) continue;
            for (std::size_t j = k; j < n; ++j) a(row, j) -= factor * a(k, j);
            b[row] -= factor * b[k];
        }
    for (std::size_t k = n; k-- > 0;) {
        for (std::size_t j = k + 1; j < n; ++j) b[k] -= a(k, j) * b[j];
        b[k] /= a(k, k);
    }
    return b;
}

/// Dark rates between the levels of one ion.
class Chain {
public:
    explicit Chain(std::span<OneSiteChannel const> channels)
    {
        std::size_t levels = 1;
        for (auto const& c : channels)
            levels = std::max<std::size_t>({levels, c.from.value + 1u, c.to.value + 1u});
        rate_ = Matrix(levels, levels);
        out_.assign(levels, 0.0);
        for (auto const& c : channels) {
            rate_(c.from.value, c.to.value) += c.k0_per_s;
            out_[c.from.value] += c.k0_per_s;
        }
    }

    std::size_t levels() const { return out_.size(); }
    double out(std::size_t level) const { return out_[level]; }

    /// Levels, `home` first, from which an ion comes back to `home` before it reaches the ground level, with the
    /// probability `comes_back` or more.
    std::vector<std::size_t> group_of(std::size_t home) const
    {
        std::vector<std::size_t> others, group{home};
        for (std::size_t b = 1; b < levels(); ++b)
            if (b != home && out_[b] > 0) others.push_back(b);
        std::vector<double> direct;
        for (std::size_t const b : others) direct.push_back(rate_(b, home));
        auto const back = solved(losses(others), direct);
        for (std::size_t k = 0; k < others.size(); ++k)
            if (back[k] >= comes_back) group.push_back(others[k]);
        return group;
    }

    /// Mean time in each level of the group before the group is left, from its first level [s].
    std::vector<double> time_s(std::vector<std::size_t> const& group) const
    {
        Matrix const a = losses(group);
        Matrix transposed(group.size(), group.size());
        for (std::size_t i = 0; i < group.size(); ++i)
            for (std::size_t j = 0; j < group.size(); ++j) transposed(i, j) = a(j, i);
        std::vector<double> start(group.size(), 0.0);
        start.front() = 1;
        return solved(std::move(transposed), std::move(start));
    }

private:
    Matrix losses(std::vector<std::size_t> const& group) const
    {
        Matrix a(group.size(), group.size());
        for (std::size_t i = 0; i < group.size(); ++i)
            for (std::size_t j = 0; j < group.size(); ++j)
                a(i, j) = (i == j ? out_[group[i]] : 0) - rate_(group[i], group[j]);
        return a;
    }

    Matrix rate_;
    std::vector<double> out_;
};

}  // namespace

LevelDecay level_decay(std::span<OneSiteChannel const> channels, LevelId level)
{
    LevelDecay decay{.coupled = {level}, .lifetime_s = std::numeric_limits<double>::infinity()};
    for (OneSiteChannel const& c : channels) {
        if (c.from != level) continue;
        decay.total_per_s += c.k0_per_s;
        if (c.process == Process::multiphonon)
            decay.multiphonon_per_s += c.k0_per_s;
        else if (c.photon_per_cm > 0)
            decay.radiative_per_s += c.k0_per_s;
    }
    if (level.value == 0 || !(decay.total_per_s > 0)) return decay;
    Chain const chain(channels);
    auto const group = chain.group_of(level.value);
    auto const time_s = chain.time_s(group);
    decay.lifetime_s = std::accumulate(time_s.begin(), time_s.end(), 0.0);
    for (std::size_t k = 1; k < group.size(); ++k)
        if (time_s[k] * chain.out(group[k]) >= noticed) decay.coupled.push_back({std::uint32_t(group[k])});
    std::ranges::sort(decay.coupled);
    return decay;
}

}  // namespace lanthorn
