#include "support/master_equation.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

namespace {

double g_of(PairChannel const& channel, double d_nm, double radius_nm)
{
    switch (channel.law) {
    case DistanceLaw::inverse_sixth:
        return std::pow(d_nm, -6);
    case DistanceLaw::inverse_eighth:
        return std::pow(d_nm, -8);
    case DistanceLaw::inverse_tenth:
        return std::pow(d_nm, -10);
    case DistanceLaw::exponential:
        return std::exp(-2 * d_nm / channel.range_nm);
    case DistanceLaw::linear:
        return 1 - d_nm / radius_nm;
    }
    throw ContractError("no such distance law");
}

double rate_of(OneSiteChannel const& channel, std::span<double const> irradiance)
{
    double rate = channel.k0_per_s;
    for (std::size_t l = 0; l < channel.per_irradiance.size(); ++l)
        rate += channel.per_irradiance[l] * irradiance[l];
    return rate;
}

// Poisson probabilities of first, first + 1, ... that leave out less than 1e-17 in all.
struct PoissonWindow {
    std::size_t first;
    std::vector<double> weight;
};

PoissonWindow poisson_window(double mean)
{
    auto const log_weight = [&](double k) { return -mean + k * std::log(mean) - std::lgamma(k + 1); };
    double const reach = 10 * std::sqrt(mean) + 60;
    double const low = std::floor(std::max(0.0, mean - reach)), high = std::ceil(mean + reach);
    PoissonWindow window{std::size_t(low), {}};
    double sum = 0;
    for (double k = low; k <= high; ++k) sum += window.weight.emplace_back(std::exp(log_weight(k)));
    for (double& w : window.weight) w /= sum;
    return window;
}

double irradiance_segment_end(PumpProgram const& pump, double t_s, std::size_t& segment)
{
    double end = 0;
    for (std::size_t turn = 0;; ++turn) {
        segment = turn % pump.segments.size();
        bool const last = segment + 1 == pump.segments.size();
        if (last && !pump.repeats) return std::numeric_limits<double>::infinity();
        end += pump.segments[segment].duration_s;
        if (t_s < end) return end;
    }
}

}  // namespace

MasterEquation::MasterEquation(Network const& network, std::span<double const> irradiance_W_per_cm2)
    : network_(network), irradiance_(irradiance_W_per_cm2.begin(), irradiance_W_per_cm2.end()),
      stride_(network.ions()), rate_of_channel_(network.channels())
{
    irradiance_.resize(network.lasers, 0.0);
    std::size_t states = 1;
    for (std::size_t i = network.ions(); i-- > 0;) {
        stride_[i] = states;
        states *= network.levels_of(network.species_of[i]);
    }
    LANTHORN_EXPECT(states <= 20000);
    exit_per_s_.assign(states, 0.0);
    for (std::size_t state = 0; state < states; ++state) add_events_of(state);

    std::ranges::sort(jumps_, {}, [](Jump const& j) { return std::pair(j.from, j.to); });
    std::vector<Jump> merged;
    for (Jump const& jump : jumps_) {
        if (merged.empty() || merged.back().from != jump.from || merged.back().to != jump.to)
            merged.push_back(jump);
        else
            merged.back().rate_per_s += jump.rate_per_s;
    }
    jumps_ = std::move(merged);
}

std::size_t MasterEquation::state_of(std::span<LevelId const> levels) const
{
    LANTHORN_EXPECT(levels.size() == stride_.size());
    std::size_t state = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) state += levels[i].value * stride_[i];
    return state;
}

std::vector<LevelId> MasterEquation::levels_of(std::size_t state) const
{
    std::vector<LevelId> levels;
    for (std::size_t i = 0; i < stride_.size(); ++i)
        levels.push_back({std::uint32_t(state / stride_[i] % network_.levels_of(network_.species_of[i]))});
    return levels;
}

void MasterEquation::add(std::size_t from, std::size_t to, double rate_per_s)
{
    if (rate_per_s == 0 || from == to) return;
    jumps_.push_back({from, to, rate_per_s});
    exit_per_s_[from] += rate_per_s;
}

void MasterEquation::add_events_of(std::size_t state)
{
    std::vector<LevelId> const level = levels_of(state);
    auto const moved = [&](std::size_t start, std::size_t ion, LevelId to) {
        return start + to.value * stride_[ion] - level[ion].value * stride_[ion];
    };
    std::size_t const ions = network_.ions();
    for (std::size_t c = 0; c < network_.one_site.size(); ++c) {
        OneSiteChannel const& channel = network_.one_site[c];
        double const rate = rate_of(channel, irradiance_);
        for (std::size_t i = 0; i < ions; ++i) {
            if (network_.species_of[i] != channel.species || level[i] != channel.from) continue;
            add(state, moved(state, i, channel.to), rate);
            rate_of_channel_[c].push_back({state, rate});
        }
    }
    for (ExtraRate const& extra : network_.extra) {
        OneSiteChannel const& channel = network_.one_site[extra.channel];
        if (level[extra.ion.value] != channel.from) continue;
        add(state, moved(state, extra.ion.value, channel.to), extra.rate_per_s);
        rate_of_channel_[extra.channel].push_back({state, extra.rate_per_s});
    }

    for (std::size_t c = 0; c < network_.pair.size(); ++c) {
        PairChannel const& channel = network_.pair[c];
        for (std::size_t i = 0; i < ions; ++i) {
            if (network_.species_of[i] != channel.donor || level[i] != channel.donor_from) continue;
            for (std::size_t j = 0; j < ions; ++j) {
                if (j == i || network_.species_of[j] != channel.acceptor || level[j] != channel.acceptor_from)
                    continue;
                double const d_nm = norm(network_.position_nm[i] - network_.position_nm[j]);
                if (!(d_nm < network_.interaction_radius_nm)) continue;
                double const rate = channel.coefficient * g_of(channel, d_nm, network_.interaction_radius_nm);
                add(state, moved(moved(state, i, channel.donor_to), j, channel.acceptor_to), rate);
                rate_of_channel_[network_.one_site.size() + c].push_back({state, rate});
            }
        }
    }
    for (std::size_t c = 0; c < network_.triple.size(); ++c) {
        TripleChannel const& channel = network_.triple[c];
        // Both orders of two donors that do the same are one event: half of it each.
        bool const alike = channel.donor_a == channel.donor_b && channel.a_from == channel.b_from &&
                           channel.a_to == channel.b_to;
        double const share = alike ? 0.5 : 1;
        auto const is = [&](std::size_t ion, SpeciesId species, LevelId from) {
            return network_.species_of[ion] == species && level[ion] == from;
        };
        for (std::size_t a = 0; a < ions; ++a)
            for (std::size_t b = 0; b < ions; ++b)
                for (std::size_t k = 0; k < ions; ++k) {
                    if (a == b || a == k || b == k) continue;
                    if (!is(a, channel.donor_a, channel.a_from) || !is(b, channel.donor_b, channel.b_from) ||
                        !is(k, channel.acceptor, channel.acceptor_from))
                        continue;
                    double const ak_nm = norm(network_.position_nm[a] - network_.position_nm[k]);
                    double const bk_nm = norm(network_.position_nm[b] - network_.position_nm[k]);
                    if (!(std::max(ak_nm, bk_nm) < network_.triple_radius_nm)) continue;
                    double const rate = share * channel.coefficient * std::pow(ak_nm * bk_nm, -6);
                    add(state,
                        moved(moved(moved(state, a, channel.a_to), b, channel.b_to), k, channel.acceptor_to),
                        rate);
                    rate_of_channel_[network_.one_site.size() + network_.pair.size() + c].push_back(
                        {state, rate});
                }
    }
}

std::vector<double> MasterEquation::start(InitialState const& initial) const
{
    std::vector<LevelId> level = initial.level;
    if (level.empty()) level.resize(network_.ions());
    std::vector<double> p(states(), 0.0);
    p[state_of(level)] = 1;
    for (Excite const& how : initial.excited) excite(p, how);
    return p;
}

void MasterEquation::excite(std::vector<double>& p, Excite const& how) const
{
    for (std::size_t i = 0; i < network_.ions(); ++i) {
        if (network_.species_of[i] != how.species) continue;
        std::vector<double> next = p;
        for (std::size_t state = 0; state < states(); ++state) {
            if (levels_of(state)[i] != how.from) continue;
            next[state] -= how.probability * p[state];
            next[state + how.to.value * stride_[i] - how.from.value * stride_[i]] +=
                how.probability * p[state];
        }
        p = std::move(next);
    }
}

std::vector<double> MasterEquation::steady() const
{
    std::size_t const n = states();
    std::vector<double> rate(n * n, 0.0);
    for (Jump const& jump : jumps_) rate[jump.from * n + jump.to] += jump.rate_per_s;

    std::vector<double> leaves(n, 0.0);
    for (std::size_t k = n; k-- > 1;) {
        for (std::size_t j = 0; j < k; ++j) leaves[k] += rate[k * n + j];
        if (leaves[k] == 0) throw NumericsError("steady state: no way back to state 0", 0, double(k));
        for (std::size_t i = 0; i < k; ++i) {
            double const share = rate[i * n + k] / leaves[k];
            if (share == 0) continue;
            for (std::size_t j = 0; j < k; ++j) rate[i * n + j] += share * rate[k * n + j];
        }
    }
    std::vector<double> p(n, 0.0);
    p[0] = 1;
    double sum = 1;
    for (std::size_t k = 1; k < n; ++k) {
        for (std::size_t i = 0; i < k; ++i) p[k] += p[i] * rate[i * n + k];
        p[k] /= leaves[k];
        sum += p[k];
    }
    for (double& x : p) x /= sum;
    return p;
}

MasterEquation::Course MasterEquation::after(std::vector<double> p, double time_s) const
{
    LANTHORN_EXPECT(p.size() == states() && time_s >= 0);
    std::size_t const n = states();
    double const clock = *std::ranges::max_element(exit_per_s_);
    Course course{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
    if (clock * time_s == 0) {
        course.p = p;
        for (std::size_t s = 0; s < n; ++s) course.integral_s[s] = p[s] * time_s;
        return course;
    }
    PoissonWindow const window = poisson_window(clock * time_s);
    std::size_t const steps = window.first + window.weight.size();
    double more_than_k = 1;  // probability of more than k jumps of the uniform clock
    for (std::size_t k = 0; k < steps; ++k) {
        double const weight = k < window.first ? 0 : window.weight[k - window.first];
        more_than_k = std::max(0.0, more_than_k - weight);
        for (std::size_t s = 0; s < n; ++s) {
            course.p[s] += weight * p[s];
            course.integral_s[s] += more_than_k / clock * p[s];
        }
        std::vector<double> next(n);
        for (std::size_t s = 0; s < n; ++s) next[s] = p[s] * (1 - exit_per_s_[s] / clock);
        for (Jump const& jump : jumps_) next[jump.to] += p[jump.from] * (jump.rate_per_s / clock);
        p.swap(next);
    }
    return course;
}

std::vector<double> MasterEquation::class_populations(std::span<double const> p) const
{
    std::vector<std::size_t> first{0};
    for (Species const& species : network_.species) first.push_back(first.back() + species.levels.size());
    std::vector<double> population(first.back(), 0.0);
    for (std::size_t state = 0; state < states(); ++state) {
        std::vector<LevelId> const level = levels_of(state);
        for (std::size_t i = 0; i < level.size(); ++i)
            population[first[network_.species_of[i].value] + level[i].value] += p[state];
    }
    return population;
}

std::vector<double> MasterEquation::ion_populations(std::span<double const> p, IonId ion) const
{
    std::vector<double> population(network_.levels_of(network_.species_of[ion.value]), 0.0);
    for (std::size_t state = 0; state < states(); ++state)
        population[levels_of(state)[ion.value].value] += p[state];
    return population;
}

std::vector<double> MasterEquation::channel_rates(std::span<double const> p) const
{
    std::vector<double> events(rate_of_channel_.size(), 0.0);
    for (std::size_t c = 0; c < events.size(); ++c)
        for (auto const& [state, rate] : rate_of_channel_[c]) events[c] += rate * p[state];
    return events;
}

double MasterEquation::residual(std::span<double const> p) const
{
    std::vector<double> change(states());
    for (std::size_t s = 0; s < states(); ++s) change[s] = -p[s] * exit_per_s_[s];
    for (Jump const& jump : jumps_) change[jump.to] += p[jump.from] * jump.rate_per_s;
    double largest = 0;
    for (double x : change) largest = std::max(largest, std::abs(x));
    return largest;
}

ExactCourse exact_course(Network const& network, PumpProgram const& pump, InitialState const& initial,
                         std::span<double const> at_s)
{
    constexpr double never = std::numeric_limits<double>::infinity();
    MasterEquation const dark(network);
    std::vector<double> p = dark.start(initial);
    std::vector<double> population_s(dark.class_populations(p).size(), 0.0), counts(network.channels(), 0.0);
    std::vector<MasterEquation> lit;
    for (PumpProgram::Segment const& segment : pump.segments)
        lit.emplace_back(network, segment.irradiance_W_per_cm2);

    ExactCourse course;
    double now_s = 0;
    std::size_t pulse = 0;
    for (double const target_s : at_s) {
        for (;;) {
            while (pulse < pump.pulses.size() && pump.pulses[pulse].at_s <= now_s)
                dark.excite(p, pump.pulses[pulse++].excite);
            if (now_s >= target_s) break;
            std::size_t segment = 0;
            double const switch_s = lit.empty() ? never : irradiance_segment_end(pump, now_s, segment);
            double const pulse_s = pulse < pump.pulses.size() ? pump.pulses[pulse].at_s : never;
            double const next_s = std::min({target_s, switch_s, pulse_s});
            MasterEquation const& now = lit.empty() ? dark : lit[segment];
            MasterEquation::Course const part = now.after(p, next_s - now_s);
            p = part.p;
            std::vector<double> const ions = now.class_populations(part.integral_s);
            std::vector<double> const events = now.channel_rates(part.integral_s);
            for (std::size_t c = 0; c < ions.size(); ++c) population_s[c] += ions[c];
            for (std::size_t c = 0; c < events.size(); ++c) counts[c] += events[c];
            now_s = next_s;
        }
        course.population.push_back(dark.class_populations(p));
        course.population_s.push_back(population_s);
        course.counts.push_back(counts);
    }
    return course;
}

}  // namespace lanthorn
