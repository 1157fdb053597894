#include "support/compare.hpp"
#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace lanthorn;

namespace {

TrajectoryRange trajectories(std::uint64_t count, std::uint64_t first = 0)
{
    return {.seed = {test_seed()}, .first = first, .count = count};
}

class Dice {
public:
    explicit Dice(std::uint64_t index) : u_(StreamSeed{test_seed()}.key(Purpose::dopants), index) {}

    double between(double low, double high) { return low + (high - low) * u_.uniform(); }
    double decades(double low, double high) { return std::pow(10, between(low, high)); }
    std::uint32_t below(std::uint32_t n) { return std::uint32_t(u_.below(n)); }

private:
    Stream u_;
};

std::vector<Vec3> random_places(Dice& dice, std::size_t ions, double box_nm)
{
    std::vector<Vec3> places;
    while (places.size() < ions) {
        Vec3 const at{dice.between(0, box_nm), dice.between(0, box_nm), dice.between(0, box_nm)};
        bool free = true;
        for (Vec3 other : places) free = free && norm(at - other) > 0.3;
        if (free) places.push_back(at);
    }
    return places;
}

/// The greatest d^-6 d^-6 of two ions to a third.
double strongest_couple(std::vector<Vec3> const& places)
{
    double strongest = 0;
    for (std::size_t c = 0; c < places.size(); ++c) {
        std::vector<double> g;
        for (std::size_t a = 0; a < places.size(); ++a)
            if (a != c) g.push_back(std::pow(norm(places[a] - places[c]), -6));
        std::ranges::sort(g, std::ranges::greater{});
        strongest = std::max(strongest, g[0] * g[1]);
    }
    return strongest;
}

/// Two species of random levels, with photons, phonons, a laser, transfers by every law and cooperation, each with
/// its energies.
Network random_network(Dice& dice, std::size_t ions)
{
    std::vector<std::uint32_t> species_of;
    for (std::size_t i = 0; i < ions; ++i) species_of.push_back(std::uint32_t(i % 2));
    Network network = network_of({3, 4}, random_places(dice, ions, 1.6), species_of, 2);
    network.lasers = 1;
    double const laser_per_cm = dice.between(5000, 8000);
    for (std::uint32_t s = 0; s < 2; ++s) {
        std::vector<double>& energy = network.species[s].energy_per_cm;
        energy = {0};
        while (energy.size() < network.species[s].levels.size())
            energy.push_back(energy.back() + dice.between(4000, 9000));
        for (std::uint32_t to = 0; to < energy.size(); ++to)
            for (std::uint32_t from = to + 1; from < energy.size(); ++from) {
                OneSiteChannel light = one_site(s, {from, to}, dice.decades(2, 4));
                light.process = Process::electric_dipole;
                light.photon_per_cm = energy[from] - energy[to];
                network.one_site.push_back(light);
            }
        for (std::uint32_t l = 1; l < energy.size(); ++l) {
            double const gap = energy[l] - energy[l - 1];
            OneSiteChannel down = one_site(s, {l, l - 1}, dice.decades(2, 4));
            OneSiteChannel up = one_site(s, {l - 1, l}, dice.decades(0, 2));
            down.process = up.process = Process::multiphonon;
            down.heat_per_cm = gap;
            up.heat_per_cm = -gap;
            OneSiteChannel pump = one_site(s, {l - 1, l}, 0, {dice.decades(2, 4)});
            OneSiteChannel back = one_site(s, {l, l - 1}, 0, {dice.decades(2, 4)});
            pump.process = Process::absorption;
            pump.photon_per_cm = -laser_per_cm;
            pump.heat_per_cm = laser_per_cm - gap;
            back.process = Process::stimulated_emission;
            back.photon_per_cm = laser_per_cm;
            back.heat_per_cm = gap - laser_per_cm;
            network.one_site.insert(network.one_site.end(), {down, up, pump, back});
        }
    }
    auto const energy = [&](std::uint32_t species) -> std::vector<double> const& {
        return network.species[species].energy_per_cm;
    };
    auto const change = [&](std::uint32_t species, bool up) {
        std::uint32_t const high = 1 + dice.below(std::uint32_t(energy(species).size()) - 1);
        std::uint32_t const low = dice.below(high);
        return up ? Step{low, high} : Step{high, low};
    };
    auto const gain = [&](std::uint32_t species, Step step) {
        return energy(species)[step.to] - energy(species)[step.from];
    };
    for (int k = 0; k < 12; ++k) {
        std::uint32_t const donor = dice.below(2), acceptor = dice.below(2);
        Step const down = change(donor, false), up = change(acceptor, true);
        double const c = dice.decades(1, 3);
        switch (k % 6) {
        case 0:
            network.pair.push_back(transfer(donor, down, acceptor, up, c / 10, DistanceLaw::inverse_eighth));
            break;
        case 1:
            network.pair.push_back(transfer(donor, down, acceptor, up, c / 100, DistanceLaw::inverse_tenth));
            break;
        case 2:
            network.pair.push_back(
                transfer(donor, down, acceptor, up, 100 * c, DistanceLaw::exponential, k < 6 ? 0.5 : 0.8));
            break;
        case 3:
            network.pair.push_back(transfer(donor, down, acceptor, up, c, DistanceLaw::linear));
            break;
        default:
            network.pair.push_back(transfer(donor, down, acceptor, up, c));
        }
        network.pair.back().heat_per_cm = -gain(donor, down) - gain(acceptor, up);
    }
    double const strongest = strongest_couple(network.position_nm);
    for (int k = 0; k < 6; ++k) {
        std::uint32_t const acceptor = dice.below(2), donor = dice.below(2);
        DonorStep const a{donor, change(donor, false)};
        DonorStep const other{dice.below(2), {}};
        DonorStep const b = k % 2 == 0 ? a : DonorStep{other.species, change(other.species, false)};
        Step const up = change(acceptor, true);
        network.triple.push_back(cooperation(a, b, acceptor, up, dice.decades(3, 5) / strongest));
        network.triple.back().heat_per_cm =
            -gain(a.species, a.down) - gain(b.species, b.down) - gain(acceptor, up);
    }
    return network;
}

/// Energy that an event of a channel after the one-site channels gives to the lattice [1/cm].
double heat_of(Network const& network, std::size_t channel)
{
    std::size_t const k = channel - network.one_site.size();
    return k < network.pair.size() ? network.pair[k].heat_per_cm
                                   : network.triple[k - network.pair.size()].heat_per_cm;
}

std::vector<double> class_energies(Network const& network)
{
    std::vector<double> energy;
    for (Species const& species : network.species)
        energy.insert(energy.end(), species.energy_per_cm.begin(), species.energy_per_cm.end());
    return energy;
}

PumpProgram laser(double irradiance_W_per_cm2)
{
    return {.segments = {{.irradiance_W_per_cm2 = {irradiance_W_per_cm2}}}, .repeats = false, .pulses = {}};
}

/// Energy in - out: laser photons and heat by counts, spontaneous photons by the time that ions spend in
/// levels.
Observable balance_of(Network const& network)
{
    Observable balance{.name = "balance", .unit = "1/cm/s"};
    std::vector<std::size_t> const first = network.first_class();
    for (std::size_t c = 0; c < network.one_site.size(); ++c) {
        OneSiteChannel const& channel = network.one_site[c];
        if (channel.process == Process::electric_dipole)
            balance.per_class.push_back({first[channel.species.value] + channel.from.value,
                                         -channel.photon_per_cm * channel.k0_per_s});
        else
            balance.per_channel.push_back({c, -channel.photon_per_cm - channel.heat_per_cm});
    }
    for (std::size_t c = network.one_site.size(); c < network.channels(); ++c)
        balance.per_channel.push_back({c, -heat_of(network, c)});
    return balance;
}

struct Balance {
    double left_over, error, emitted;  // [1/cm]
};

/// @param light  factor on the photons from populations; 1 is right
Balance energy_balance(Network const& network, double light)
{
    Observable balance = balance_of(network), emission{.name = "emission", .unit = "1/cm/s"};
    for (auto& [c, weight] : balance.per_class) {
        weight *= light;
        emission.per_class.push_back({c, -weight});
    }
    ObservablePlan plan;
    plan.end_s = 0.05;
    plan.snapshot_at_s = plan.window_edges_s = {0.01, 0.05};
    plan.observables = {balance, emission};
    Tally const tally = run(network, laser(1), {}, plan, trajectories(200));
    std::vector<double> const energy = class_energies(network);
    double const length = 0.04;
    JointMoments const& seen = tally.observables[0];
    Balance result{seen.mean(0) * length, seen.standard_error(0) * length, seen.mean(1) * length};
    for (std::size_t c = 0; c < energy.size(); ++c) {
        Moments const &begin = tally.snapshot[c], &end = tally.snapshot[energy.size() + c];
        result.left_over -= energy[c] * (end.mean() - begin.mean());
        result.error += energy[c] * (end.standard_error() + begin.standard_error());
    }
    return result;
}

/// Counts and populations of a network, several hundred trajectories.
Tally quick_look(Network const& network, InitialState const& initial, std::uint64_t first)
{
    return run(network, laser(1), initial, plan_at({1e-3, 5e-3}), trajectories(3000, first));
}

double p_of_same(Tally const& a, Tally const& b)
{
    std::vector<double> p;
    for (std::size_t k = 0; k < a.snapshot.size(); ++k)
        p.push_back(p_of_totals(a.snapshot[k], b.snapshot[k]));
    for (std::size_t k = 0; k < a.counts.size(); ++k) p.push_back(p_of_totals(a.counts[k], b.counts[k]));
    return p_of_all(p);
}

}  // namespace

TEST(RandomNetwork, FollowsItsMasterEquation)
{
    for (std::uint64_t k = 0; k < 4; ++k) {
        Dice dice(k);
        Network const network = random_network(dice, 4);
        std::vector<double> const at{1e-4, 1e-3, 4e-3};
        Comparison const all =
            compare_with_exact(network, laser(1), {.level = {{2}, {3}, {0}, {0}}, .excited = {}}, at, 3000);
        EXPECT_GT(all.p(), false_alarm) << all.worst();
    }
}

TEST(Energy, IsConservedByCounts)
{
    double together = 0;  // cooperative events
    for (std::uint64_t k = 0; k < 5; ++k) {
        Dice dice(k);
        Network const network = random_network(dice, 12);
        Tally const tally = quick_look(network, {}, 0);
        std::vector<double> const energy = class_energies(network);
        std::size_t const classes = energy.size(), channels = network.channels();
        for (std::size_t t : {0, 1}) {
            double stored = 0, supplied = 0, moved = 0;
            for (std::size_t c = 0; c < classes; ++c)
                stored += energy[c] * tally.snapshot[t * classes + c].mean();
            for (std::size_t c = 0; c < channels; ++c) {
                bool const alone = c < network.one_site.size();
                double const out = alone ? network.one_site[c].photon_per_cm + network.one_site[c].heat_per_cm
                                         : heat_of(network, c);
                supplied -= out * tally.counts[t * channels + c].mean();
                moved += std::abs(out) * tally.counts[t * channels + c].mean();
            }
            EXPECT_NEAR(stored, supplied, 1e-10 * moved);
            EXPECT_GT(stored, 0);
            for (std::size_t c = channels - network.triple.size(); c < channels; ++c)
                together += double(tally.trajectories) * tally.counts[t * channels + c].mean();
        }
    }
    EXPECT_GT(together, 1000);
}

TEST(Energy, IsConservedWithPhotonsFromPopulations)
{
    for (std::uint64_t k = 0; k < 3; ++k) {
        Dice dice(k);
        Network const network = random_network(dice, 12);
        Balance const good = energy_balance(network, 1);
        EXPECT_GT(p_of_normal(good.left_over / good.error), false_alarm)
            << good.left_over << " +- " << good.error;

        double const visible = visible_shift(good.error) / good.emitted;
        std::printf("energy balance: %.3g +- %.3g 1/cm, sees a change of %.2g of the light\n", good.left_over,
                    good.error, visible);
        Balance const bad = energy_balance(network, 1 + 2 * visible);
        EXPECT_LT(p_of_normal(bad.left_over / bad.error), false_alarm)
            << bad.left_over << " +- " << bad.error;
    }
}

TEST(Populations, SumToTheIons)
{
    Dice dice(9);
    Network const network = random_network(dice, 40);
    Tally const tally = run(network, laser(1), {}, plan_at({1e-3, 5e-3}), trajectories(200));
    for (std::size_t k = 0; k < 2; ++k) {
        auto const sum = [&](std::vector<Moments> const& of, std::size_t begin, std::size_t end) {
            double ions = 0;
            for (std::size_t c = begin; c < end; ++c) ions += of[k * 7 + c].mean();
            return ions;
        };
        EXPECT_NEAR(sum(tally.snapshot, 0, 3), 20, 1e-9);
        EXPECT_NEAR(sum(tally.snapshot, 3, 7), 20, 1e-9);
        EXPECT_NEAR(sum(tally.occupation, 0, 3), 20, 1e-9);
        EXPECT_NEAR(sum(tally.occupation, 3, 7), 20, 1e-9);
    }
}

TEST(Distribution, DoesNotDependOnPlaceOrientationOrOrder)
{
    Dice dice(5);
    Network const network = random_network(dice, 20);
    InitialState initial;
    for (std::size_t i = 0; i < network.ions(); ++i) initial.level.push_back({dice.below(2)});
    Tally const tally = quick_look(network, initial, 0);

    Network moved = network;
    double const c = std::cos(0.7), s = std::sin(0.7);
    for (Vec3& at : moved.position_nm) {
        Vec3 const turned{c * at.x - s * at.y, s * at.x + c * at.y, at.z};
        at = Vec3{turned.x, c * turned.y - s * turned.z, s * turned.y + c * turned.z} + Vec3{-31, 17, 400};
    }
    EXPECT_GT(p_of_same(tally, quick_look(moved, initial, 3000)), false_alarm);

    Network shuffled = network;
    InitialState other = initial;
    for (std::uint32_t i = std::uint32_t(network.ions()); i-- > 1;) {
        std::uint32_t const j = dice.below(i + 1);
        std::swap(shuffled.position_nm[i], shuffled.position_nm[j]);
        std::swap(shuffled.species_of[i], shuffled.species_of[j]);
        std::swap(other.level[i], other.level[j]);
    }
    EXPECT_GT(p_of_same(tally, quick_look(shuffled, other, 6000)), false_alarm);

    Network stretched = network;
    for (Vec3& at : stretched.position_nm) at = at * 1.2;
    EXPECT_LT(p_of_same(tally, quick_look(stretched, initial, 9000)), false_alarm);
}

TEST(MasterEquation, HasTheSameRatesInEveryOrder)
{
    Dice dice(6);
    Network const network = random_network(dice, 4);
    Network turned = network;
    for (Vec3& at : turned.position_nm) at = {at.y - 3, at.z + 1, at.x};
    std::ranges::reverse(turned.position_nm);
    std::ranges::reverse(turned.species_of);
    std::vector<double> const irradiance{1.0};
    MasterEquation const a(network, irradiance), b(turned, irradiance);
    for (std::size_t state = 0; state < a.states(); ++state) {
        std::vector<LevelId> level = a.levels_of(state);
        std::ranges::reverse(level);
        EXPECT_NEAR(a.exit_rate(state) / b.exit_rate(b.state_of(level)), 1, 1e-11);
    }
}

TEST(Chunks, AreTheSameBytesEveryTimeAndInAnyOrder)
{
    Dice dice(7);
    Network const network = random_network(dice, 30);
    ObservablePlan plan = plan_at({1e-4, 1e-3});
    plan.observables = {balance_of(network)};
    MonteCarlo const engine(network);
    InitialState const initial{.excited = {{{0}, {0}, {1}, 0.5}}};
    auto const chunk = [&](std::uint64_t first, std::uint64_t count) {
        return engine.run(laser(1), initial, plan, trajectories(count, first));
    };
    Tally const second = chunk(64, 64), first = chunk(0, 64);
    EXPECT_EQ(first, chunk(0, 64));
    EXPECT_EQ(second, run(network, laser(1), initial, plan, trajectories(64, 64)));
    EXPECT_NE(first, second);
    EXPECT_NE(first,
              engine.run(laser(1), initial, plan, {.seed = {test_seed() + 1}, .first = 0, .count = 64}));

    Tally folded = first, again = chunk(0, 64), pieces = chunk(0, 20);
    folded.merge(second);
    again.merge(chunk(64, 64));
    EXPECT_EQ(folded, again);

    // Other cuts hold the same trajectories; only the last bits of the folded moments differ.
    pieces.merge(chunk(20, 108));
    Tally whole = chunk(0, 128);
    for (Tally const* other : {&pieces, &whole}) {
        EXPECT_EQ(folded.trajectories, other->trajectories);
        EXPECT_EQ(folded.events, other->events);
        EXPECT_EQ(folded.trials, other->trials);
        for (std::size_t k = 0; k < folded.counts.size(); ++k) {
            EXPECT_NEAR(folded.counts[k].mean(), other->counts[k].mean(),
                        1e-12 * (1 + folded.counts[k].mean()));
            EXPECT_NEAR(folded.counts[k].variance(), other->counts[k].variance(),
                        1e-9 * (1 + folded.counts[k].variance()));
        }
        EXPECT_NEAR(folded.observables[0].standard_error(0) / other->observables[0].standard_error(0), 1,
                    1e-9);
    }
}
