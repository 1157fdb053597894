#include "lanthorn/study/schedule.hpp"

#include "lanthorn/base/errors.hpp"
#include "lanthorn/study/own_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>

namespace lanthorn {

namespace {

constexpr double most_pulses = 2e4;

bool is_emission(OneSiteChannel const& c)
{
    return c.process == Process::electric_dipole || c.process == Process::magnetic_dipole;
}

/// The segments of one period of all lasers together, or of continuous light.
std::vector<PumpProgram::Segment> one_period(Recipe const& recipe, double period_s)
{
    std::vector<double> ends{period_s};
    for (auto const& e : recipe.excitations)
        if (e.pulse) ends.push_back(e.pulse->width_s);
    std::ranges::sort(ends);
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    std::vector<PumpProgram::Segment> segments;
    double from = 0;
    for (double to : ends) {
        PumpProgram::Segment segment{.duration_s = to - from};
        for (auto const& e : recipe.excitations)
            segment.irradiance_W_per_cm2.push_back(
                !e.pulse || from < e.pulse->width_s ? e.irradiance_W_per_cm2 : 0.0);
        segments.push_back(std::move(segment));
        from = to;
    }
    return segments;
}

/// Whole periods that cover a time; what is a whole number but for rounding counts as one.
double periods_in(double time_s, double period_s)
{
    double const periods = time_s / period_s, whole = std::round(periods);
    return std::abs(periods - whole) <= 1e-9 * whole ? whole : std::ceil(periods);
}

/// Of what ions lose by themselves in each class the smallest rate: an ion has its class's rates and its own.
std::vector<double> slowest_decays(Network const& network)
{
    auto const first = network.first_class();
    std::vector<double> decay(network.classes(), 0.0);
    auto const is_down = [](OneSiteChannel const& c) { return c.to.value < c.from.value; };
    for (auto const& c : network.one_site)
        if (is_down(c)) decay[first[c.species.value] + c.from.value] += c.k0_per_s;
    std::map<std::pair<std::size_t, std::uint32_t>, double> own;  // of a class and an ion
    for (auto const& e : network.extra)
        if (auto const& c = network.one_site[e.channel]; is_down(c) && e.rate_per_s > 0)
            own[{first[c.species.value] + c.from.value, e.ion.value}] += e.rate_per_s;
    std::vector<double> least(network.classes(), std::numeric_limits<double>::infinity());
    std::vector<std::size_t> with_own(network.classes(), 0);
    for (auto const& [who, rate] : own) {
        least[who.first] = std::min(least[who.first], rate);
        ++with_own[who.first];
    }
    std::vector<std::size_t> ions(network.species.size(), 0);
    for (SpeciesId s : network.species_of) ++ions[s.value];
    for (std::size_t s = 0; s < ions.size(); ++s)
        for (std::size_t c = first[s]; c < first[s + 1]; ++c)
            if (with_own[c] > 0 && with_own[c] == ions[s]) decay[c] += least[c];
    return decay;
}

std::vector<Observable> observables_of(Network const& network)
{
    std::vector<Observable> ledger(Schedule::ledger_size);
    ledger[Schedule::absorbed_photons] = {.name = "absorbed photons", .unit = "1/s"};
    ledger[Schedule::absorbed_power] = {.name = "absorbed power", .unit = "cm^-1/s"};
    ledger[Schedule::emitted_power] = {.name = "emitted power", .unit = "cm^-1/s"};
    ledger[Schedule::heat_power] = {.name = "heat", .unit = "cm^-1/s"};
    ledger[Schedule::stored_power] = {.name = "stored", .unit = "cm^-1/s"};
    bool const energies = has_energies(network);  // else nothing but photons is counted
    auto const first = network.first_class();
    auto const energy = [&](SpeciesId s, LevelId l) {
        return network.species[s.value].energy_per_cm[l.value];
    };
    for (std::size_t m = 0; m < network.one_site.size(); ++m) {
        auto const& c = network.one_site[m];
        if (c.process == Process::absorption || c.process == Process::stimulated_emission) {
            ledger[Schedule::absorbed_photons].per_channel.emplace_back(m, c.photon_per_cm < 0 ? 1.0 : -1.0);
            ledger[Schedule::absorbed_power].per_channel.emplace_back(m, -c.photon_per_cm);
        }
        if (is_emission(c))
            ledger[Schedule::emitted_power].per_class.emplace_back(first[c.species.value] + c.from.value,
                                                                   c.k0_per_s * c.photon_per_cm);
        if (c.heat_per_cm != 0) ledger[Schedule::heat_power].per_channel.emplace_back(m, c.heat_per_cm);
        if (energies)
            ledger[Schedule::stored_power].per_channel.emplace_back(m, energy(c.species, c.to) -
                                                                           energy(c.species, c.from));
    }
    for (std::size_t k = 0; energies && k < network.pair.size(); ++k) {
        auto const& c = network.pair[k];
        std::size_t const m = network.one_site.size() + k;
        if (c.heat_per_cm != 0) ledger[Schedule::heat_power].per_channel.emplace_back(m, c.heat_per_cm);
        double const stored = energy(c.donor, c.donor_to) - energy(c.donor, c.donor_from) +
                              energy(c.acceptor, c.acceptor_to) - energy(c.acceptor, c.acceptor_from);
        if (stored != 0) ledger[Schedule::stored_power].per_channel.emplace_back(m, stored);
    }
    for (std::size_t k = 0; energies && k < network.triple.size(); ++k) {
        auto const& c = network.triple[k];
        std::size_t const m = network.one_site.size() + network.pair.size() + k;
        if (c.heat_per_cm != 0) ledger[Schedule::heat_power].per_channel.emplace_back(m, c.heat_per_cm);
        double const stored = energy(c.donor_a, c.a_to) - energy(c.donor_a, c.a_from) +
                              energy(c.donor_b, c.b_to) - energy(c.donor_b, c.b_from) +
                              energy(c.acceptor, c.acceptor_to) - energy(c.acceptor, c.acceptor_from);
        if (stored != 0) ledger[Schedule::stored_power].per_channel.emplace_back(m, stored);
    }
    for (std::size_t c = 0; c < network.classes(); ++c)
        ledger.push_back({.name = network.class_name(c), .unit = "1", .per_class = {{c, 1.0}}});
    return ledger;
}

}  // namespace

std::vector<Band> bands_of(Network const& network, EmissionShape const& lines)
{
    auto const first = network.first_class();
    std::map<std::string, Band> bands;
    for (auto const& c : network.one_site) {
        if (!is_emission(c) || c.k0_per_s == 0) continue;
        Species const& s = network.species[c.species.value];
        auto const name = fmt::format("{}:{}->{}", s.name, s.levels[c.from.value], s.levels[c.to.value]);
        Band& band = bands
                         .try_emplace(name, Band{.name = name,
                                                 .ion = s.name,
                                                 .from = s.levels[c.from.value],
                                                 .to = s.levels[c.to.value],
                                                 .energy_per_cm = c.photon_per_cm,
                                                 .lines = lines(c.species, c.from, c.to)})
                         .first->second;
        std::size_t const cls = first[c.species.value] + c.from.value;
        auto const known = std::ranges::find(band.per_class, cls, &std::pair<std::size_t, double>::first);
        if (known == band.per_class.end())
            band.per_class.emplace_back(cls, c.k0_per_s);
        else
            known->second += c.k0_per_s;
    }
    std::vector<Band> sorted;
    for (auto& [name, band] : bands) sorted.push_back(std::move(band));
    std::ranges::stable_sort(sorted, std::ranges::greater{}, &Band::energy_per_cm);
    return sorted;
}

JointMoments::Weights Schedule::weights(Band const& band)
{
    JointMoments::Weights weights;
    for (auto const& [c, rate] : band.per_class) weights.emplace_back(ledger_size + c, rate);
    return weights;
}

double longest_lifetime_s(Network const& network)
{
    double slowest = std::numeric_limits<double>::infinity();
    for (double k : slowest_decays(network))
        if (k > 0) slowest = std::min(slowest, k);
    return std::isfinite(slowest) ? 1 / slowest : 0;
}

namespace {

/// By default a trajectory is averaged over as many, so that weak light does not take millions of trajectories in
/// which nothing happens.
constexpr double least_absorptions = 100, longest_duration_s = 1e4;

/// By ions in their lowest levels, all together.
double absorptions_per_s(Recipe const& recipe, Network const& network)
{
    std::vector<double> ions(network.species.size(), 0.0);
    for (SpeciesId s : network.species_of) ++ions[s.value];
    double sum = 0;
    for (auto const& channel : network.one_site)
        if (channel.from.value == 0)
            for (std::size_t l = 0; l < std::min(channel.per_irradiance.size(), recipe.excitations.size());
                 ++l)
                sum += ions[channel.species.value] * channel.per_irradiance[l] *
                       recipe.excitations[l].irradiance_W_per_cm2;
    return sum;
}

}  // namespace

bool is_steady(Recipe const& recipe, double burn_in_s, double slowest_s)
{
    bool const pulsed =
        std::ranges::any_of(recipe.excitations, [](auto const& e) { return e.pulse.has_value(); });
    return !pulsed && !recipe.luminescence.decay && burn_in_s > 0 && burn_in_s >= 4 * slowest_s;
}

Schedule schedule_of(Recipe const& recipe, Network const& network)
{
    LuminescenceRecipe const& l = recipe.luminescence;
    Schedule schedule;
    schedule.burn_in_s = l.burn_in_s.value_or(5 * longest_lifetime_s(network));
    schedule.duration_s = l.duration_s.value_or(std::max(4 * schedule.burn_in_s, 1e-3));

    auto const pulsed =
        std::ranges::find_if(recipe.excitations, [](auto const& e) { return e.pulse.has_value(); });
    if (double const absorbed = absorptions_per_s(recipe, network);
        !l.duration_s && !l.decay && pulsed == recipe.excitations.end() && absorbed > 0)
        schedule.duration_s =
            std::min(longest_duration_s, std::max(schedule.duration_s, least_absorptions / absorbed));
    if (pulsed != recipe.excitations.end()) {
        double const period_s = pulsed->pulse->period_s;
        double const before = periods_in(schedule.burn_in_s, period_s),
                     during = std::max(1.0, periods_in(schedule.duration_s, period_s));
        if (before + during > most_pulses)
            throw InputError(
                {}, "excitation[0].pulse.period",
                fmt::format("a trajectory would have {:.3g} pulses; ask for a shorter burn_in and duration "
                            "(at most {:g} pulses), or replace the train by its mean irradiance",
                            before + during, most_pulses));
        schedule.burn_in_s = before * period_s;
        schedule.duration_s = during * period_s;
        auto const period = one_period(recipe, period_s);
        for (double k = 0; k < before + during; ++k)
            schedule.pump.segments.insert(schedule.pump.segments.end(), period.begin(), period.end());
    }
    else {
        schedule.pump.segments = one_period(recipe, schedule.burn_in_s + schedule.duration_s);
    }
    double end_s = schedule.burn_in_s + schedule.duration_s;
    schedule.plan.window_edges_s = {schedule.burn_in_s, end_s};
    schedule.plan.count_from_s = schedule.burn_in_s;
    schedule.plan.count_until_s = {end_s};
    if (l.decay) {
        bool const after_pulse = l.decay->after == DecayRecipe::After::pulse;
        // After a pulse (the longest, where they differ): dark until the next one would come; the average before it
        // is untouched.
        double pulse_s = 0;
        if (after_pulse) {
            for (auto const& e : recipe.excitations)
                if (e.pulse) pulse_s = std::max(pulse_s, e.pulse->width_s);
            auto period = one_period(recipe, pulsed->pulse->period_s);
            period.pop_back();
            std::ranges::move(period, std::back_inserter(schedule.pump.segments));
        }
        double const start_s = end_s + pulse_s;
        schedule.decay_start_s = start_s;
        PumpProgram::Segment after;
        for (auto const& e : recipe.excitations)
            after.irradiance_W_per_cm2.push_back(after_pulse && !e.pulse ? e.irradiance_W_per_cm2 : 0.0);
        schedule.pump.segments.push_back(std::move(after));
        double const longest_s =
            after_pulse ? pulsed->pulse->period_s - pulse_s : std::numeric_limits<double>::infinity();
        double const length_s =
            l.decay->duration_s.value_or(std::min(longest_s, 5 * longest_lifetime_s(network)));
        if (start_s > end_s) schedule.plan.window_edges_s.push_back(start_s);
        for (std::int64_t k = 1; k <= l.decay->points; ++k) {
            double const share = double(k) / double(l.decay->points);
            schedule.plan.window_edges_s.push_back(start_s + length_s * share * share);
        }
        end_s = schedule.plan.window_edges_s.back();
    }
    schedule.plan.end_s = end_s;
    schedule.plan.observables = observables_of(network);
    schedule.plan.steady = is_steady(recipe, schedule.burn_in_s, longest_lifetime_s(network));
    return schedule;
}

}  // namespace lanthorn
