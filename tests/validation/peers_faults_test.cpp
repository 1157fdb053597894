// What is wrong in other programs, each as a test of this one.

#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/peer_rates.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"
#include "lanthorn/luminescence/user_network.hpp"
#include "lanthorn/study/assemble.hpp"

#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <stdexcept>

namespace lanthorn {
namespace {

Assembly particle(std::string const& dopants, std::string const& diameter = "3 nm",
                  std::string const& more = "")
{
    std::string const recipe = "[crystal]\nhost = \"beta-NaYF4\"\ndiameter = \"" + diameter +
                               "\"\ndopants = " + dopants +
                               "\n[[excitation]]\nwavelength = \"980 nm\"\nirradiance = \"100 W/cm^2\"\n" +
                               "[luminescence]\n" + more;
    std::vector<Finding> warnings;
    return assemble(recipe_from(parse_toml(recipe, "test.toml"), warnings));
}

std::size_t class_of(Network const& network, std::string const& species, std::string const& level)
{
    for (std::size_t s = 0; s < network.species.size(); ++s)
        if (network.species[s].name == species)
            for (std::size_t l = 0; l < network.species[s].levels.size(); ++l)
                if (network.species[s].levels[l] == level) return network.first_class()[s] + l;
    throw std::out_of_range(species + " " + level);
}

/// Share of a species' ions in a level.
double share(MeanField const& engine, std::vector<double> const& amount, std::string const& species,
             std::string const& level)
{
    std::size_t const c = class_of(engine.network(), species, level);
    std::size_t s = 0;
    while (engine.system().first_class()[s + 1] <= c) ++s;
    return amount[c] / engine.system().total()[s];
}

using LevelChange = std::array<std::uint32_t, 4>;

std::set<LevelChange> transfers(Network const& network, std::string const& donor, std::string const& acceptor)
{
    std::set<LevelChange> found;
    for (auto const& c : network.pair)
        if (network.species[c.donor.value].name == donor &&
            network.species[c.acceptor.value].name == acceptor)
            found.insert({c.donor_from.value, c.donor_to.value, c.acceptor_from.value, c.acceptor_to.value});
    return found;
}

PumpProgram light(double irradiance_W_per_cm2)
{
    return {.segments = {{.irradiance_W_per_cm2 = {irradiance_W_per_cm2}}}, .repeats = false, .pulses = {}};
}

}  // namespace

// NanoParticleTools' rate equations give one population for Yb 10 % and Yb 90 %.
TEST(PeersFaults, PopulationsDependOnEveryConcentration)
{
    auto const green = [](std::string const& dopants) {
        MeanField const engine(particle(dopants).network);
        return share(engine, engine.steady(std::vector{100.0}).amount, "Er", "4S3/2");
    };
    double const low = green("{ Yb = 0.1, Er = 0.02 }"), high = green("{ Yb = 0.9, Er = 0.02 }"),
                 more_er = green("{ Yb = 0.1, Er = 0.2 }");
    EXPECT_GT(high / low, 2);
    EXPECT_GT(std::abs(more_er / low - 1), 0.2);
    std::printf("4S3/2 per Er at 100 W/cm^2: Yb 10 %% %.3g, Yb 90 %% %.3g, Yb 10 %% Er 20 %% %.3g\n", low,
                high, more_er);
}

// It diverges above 30 % Yb when it starts from densities; its tests hold populations of -5e-19.
TEST(PeersFaults, NothingDivergesOrTurnsNegativeUpToFullOfYtterbium)
{
    for (char const* dopants :
         {"{ Yb = 0.3, Er = 0.02 }", "{ Yb = 0.6, Er = 0.02 }", "{ Yb = 0.98, Er = 0.02 }", "{ Yb = 1.0 }"}) {
        MeanField const engine(particle(dopants, "2.5 nm").network);
        for (double irradiance : {1e-6, 1.0, 1e6}) {
            ObservablePlan const plan{.end_s = 0.3, .snapshot_at_s = {1e-9, 1e-7, 1e-5, 1e-3, 0.3}};
            Tally const tally = engine.run(light(irradiance), {}, plan);
            std::size_t const classes = engine.system().size();
            for (std::size_t k = 0; k < 5; ++k)
                for (std::size_t g = 0; g < engine.system().groups(); ++g) {
                    double sum = 0;
                    for (std::size_t c = engine.system().first_class()[g];
                         c < engine.system().first_class()[g + 1]; ++c) {
                        double const n = tally.snapshot[k * classes + c].mean();
                        EXPECT_TRUE(std::isfinite(n) && n >= 0) << dopants << " " << irradiance;
                        sum += n;
                    }
                    EXPECT_NEAR(sum / engine.system().total()[g], 1, 1e-10);
                }
            auto const steady = engine.steady(std::vector{irradiance});
            for (double n : steady.amount) EXPECT_GE(n, 0);
        }
    }
}

// It leaves out channels where K c_D c_A is small: Er 0.05 % lacks 99 % of them, hops among Er included.
TEST(PeersFaults, NoChannelIsDroppedByConcentration)
{
    Network const few = particle("{ Er = 0.0005 }", "8 nm").network;
    Network const many = particle("{ Er = 0.2 }", "3 nm").network;
    EXPECT_EQ(transfers(few, "Er", "Er"), transfers(many, "Er", "Er"));
    EXPECT_GT(transfers(few, "Er", "Er").size(), 50u);
    double hop = 0;
    for (auto const& c : few.pair)
        if (few.species[0].levels[c.donor_from.value] == "4I13/2" && c.donor_to.value == 0 &&
            c.acceptor_from.value == 0 && c.acceptor_to == c.donor_from)
            hop = c.coefficient * std::pow(0.353, -6);
    EXPECT_GT(hop, 1e5);  // 1/s at the nearest neighbour

    Ion const er = ion_from(library_document("ions/Er.toml"));
    HostOptics const optics = host_optics_from(library_document("hosts/beta-NaYF4.toml"));
    auto const theirs = [&](double fraction) {
        PeerConstants constants;
        constants.site_fraction = {{"Er", fraction}};
        return PeerRates(constants).pair_channels({0}, er, optics, {0}, er, optics, {}).size();
    };
    EXPECT_LT(20 * theirs(0.0005), theirs(0.2));
    std::printf(
        "Er-Er channels at 0.05 %% and 20 %%: %zu and %zu, by the peer's rules %zu and %zu; hop %.3g /s\n",
        transfers(few, "Er", "Er").size(), transfers(many, "Er", "Er").size(), theirs(0.0005), theirs(0.2),
        hop);
}

// Its default of 10 ms is not steady at 10 W/cm^2.
TEST(PeersFaults, TenMillisecondsAreNotASteadyState)
{
    MeanField const engine(
        particle("{ Yb = 0.1, Er = 0.02 }", "4 nm", "[surroundings]\nmedium = \"bulk\"\n").network);
    auto const steady = engine.steady(std::vector{10.0});
    EXPECT_LT(steady.residual, 1e-10);
    ObservablePlan const plan{.end_s = 1, .snapshot_at_s = {0.01, 1.0}};
    Tally const tally = engine.run(light(10), {}, plan);
    std::size_t const c = class_of(engine.network(), "Er", "4I13/2"), classes = engine.system().size();
    double const early = tally.snapshot[c].mean() / steady.amount[c];
    double const late = tally.snapshot[classes + c].mean() / steady.amount[c];
    std::printf("4I13/2 at 10 W/cm^2: after 10 ms %.3f of the steady state, after 1 s %.9f\n", early, late);
    EXPECT_LT(early, 0.97);
    EXPECT_NEAR(late, 1, 1e-6);
}

// simetuc reports the time integral of a pulsed decay as its steady state. Here a steady state belongs to constant
// light alone: without any it is the dark, whatever a pulse has left before.
TEST(PeersFaults, APulsedDecayIsNoSteadyState)
{
    Network const network = particle("{ Yb = 0.3 }", "2.5 nm").network;
    MeanField const engine(network);
    PumpProgram flash;
    flash.segments = {{.irradiance_W_per_cm2 = {0.0}}};
    flash.pulses = {{0.0, {{0}, {0}, {1}, 0.5}}};
    ObservablePlan const plan{.end_s = 0.02, .snapshot_at_s = {1e-5}, .window_edges_s = {0, 0.02}};
    Tally const decay = engine.run(flash, {}, plan);
    EXPECT_GT(decay.snapshot[1].mean(), 1);
    EXPECT_GT(decay.occupation[1].mean(), 0.01);  // the integral over the decay, as a mean of a named window
    auto const steady = engine.steady(std::vector{0.0});
    EXPECT_LT(steady.amount[1], 1e-10 * engine.system().total()[0]);
    EXPECT_NE(decay.occupation[1].mean(), steady.amount[1]);
}

TEST(PeersFaults, ASteadyStateIsOneOrIsRefused)
{
    // Two traps: what is left depends on the way there.
    Network traps = network_of({3}, {{0, 0, 0}}, {0});
    traps.one_site = {one_site(0, {0, 1}, 1), one_site(0, {0, 2}, 3)};
    try {
        MeanField(traps).steady({});
        FAIL() << "a state that depends on the start was given";
    }
    catch (NumericsError const& e) {
        EXPECT_FALSE(std::string(e.what()).empty());
    }
    Tally const course = MeanField(traps).run({}, {}, {.end_s = 10, .snapshot_at_s = {10}});
    EXPECT_NEAR(course.snapshot[2].mean(), 0.75, 1e-7);
}

// simetuc's average mode puts all distances at 1 A unless strengths are given anew; NanoParticleTools takes a continuum
// from the nearest neighbour on, 2.45 times too little.
TEST(PeersFaults, MeanFieldKnowsTheLattice)
{
    LatticeSums const sums = lattice_sums(host_from(library_document("hosts/beta-NaYF4.toml")));
    EXPECT_NEAR(sums.sixth_per_nm6 / 2451.682, 1, 2e-3);
    double const continuum = 4 * std::acos(-1.0) * sums.density_per_nm3 / (3 * std::pow(0.38673, 3));
    EXPECT_NEAR(sums.sixth_per_nm6 / continuum, 2.45, 0.02);

    // Of a particle: the sums are those of its ions, and go with the sixth power of all distances.
    Network const network = particle("{ Yb = 1.0 }", "5 nm").network;
    Network wide = network;
    for (Vec3& at : wide.position_nm) at = at * 1.1;
    wide.interaction_radius_nm *= 1.1;
    PairSums const near = pair_sums(network), far = pair_sums(wide);
    EXPECT_NEAR(near.laws[0].sum(0, 0) / far.laws[0].sum(0, 0), std::pow(1.1, 6), 1e-9);
    double const per_ion = near.laws[0].sum(0, 0) / double(network.ions());
    EXPECT_GT(per_ion, 0.6 * sums.sixth_per_nm6);  // a surface has fewer neighbours
    EXPECT_LT(per_ion, sums.sixth_per_nm6);
    double by_hand = 0;
    for (std::size_t i = 0; i < network.ions(); ++i)
        for (std::size_t j = 0; j < network.ions(); ++j) {
            double const d = norm(network.position_nm[i] - network.position_nm[j]);
            if (i != j && d < network.interaction_radius_nm) by_hand += std::pow(d, -6);
        }
    EXPECT_NEAR(near.laws[0].sum(0, 0) / by_hand, 1, 1e-11);
}

// RNMC counts each transfer twice where a trajectory begins with excited ions: the first event comes after half the time.
TEST(PeersFaults, TransferOfAnExcitedStartIsCountedOnce)
{
    Network network = network_of({2}, {{0, 0, 0}, {1, 0, 0}}, {0, 0});
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 1)};
    InitialState const start{.level = {{1}, {0}}, .excited = {}};
    Moments first, later;
    double before = 0;
    ObservablePlan const plan{.end_s = 12};
    MonteCarlo const engine(network);
    auto const watch = [&](Event const& e) {
        if (e.step == 0) first.add(e.time_s);
        if (e.step == 1 && before < 4) later.add(e.time_s - before);
        before = e.time_s;
    };
    Tally const tally =
        engine.run({}, start, plan, {.seed = {test_seed()}, .first = 0, .count = 20000}, {}, watch);
    // Cut at 12 s, and for the second wait at 8 s: e^-12 and e^-8 of the mean.
    EXPECT_GT(p_of_mean(first, 1 - 13 * std::exp(-12.0)), false_alarm);
    EXPECT_NEAR(first.mean(), 1, 0.05);
    EXPECT_NEAR(later.mean(), 1, 0.05);
    EXPECT_EQ(tally.trajectories, 20000);
    MeanField const averaged(network);
    EXPECT_NEAR(averaged.system().fluxes(std::vector{1.0, 1.0}, {})[0], 0.5, 1e-12);  // P/N^2 = 2/4
}

TEST(PeersFaults, ParticlesOfNoIonAndOfOneIonAreParticles)
{
    Network network = network_of({2}, {}, {});
    network.one_site = {one_site(0, {0, 1}, 10), one_site(0, {1, 0}, 30)};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 1000)};
    ObservablePlan const plan{.end_s = 1, .snapshot_at_s = {1}, .count_until_s = {1}};
    TrajectoryRange const some{.seed = {test_seed()}, .first = 0, .count = 2000};
    Tally const none = run(network, {}, {}, plan, some);
    EXPECT_EQ(none.events, 0);
    EXPECT_EQ(none.snapshot[1].mean(), 0);
    for (double n : MeanField(network).steady({}).amount) EXPECT_EQ(n, 0);

    network.position_nm = {{0, 0, 0}};
    network.species_of = {{0}};
    Tally const one = run(network, {}, {}, plan, some);
    EXPECT_GT(p_of_total(one.snapshot[1], 0.25), false_alarm);
    EXPECT_EQ(one.counts[2].mean(), 0);
    EXPECT_NEAR(MeanField(network).steady({}).amount[1], 0.25, 1e-12);
}

// RNMC knows only levels from which something starts.
TEST(PeersFaults, ALevelThatOnlyAcceptorsReachIsALevel)
{
    Network network = network_of({2, 3}, {{0, 0, 0}, {1, 0, 0}}, {0, 1});
    network.pair = {transfer(0, {1, 0}, 1, {0, 2}, 100)};
    InitialState const start{.level = {{1}, {0}}, .excited = {}};
    ObservablePlan const plan{.end_s = 1, .snapshot_at_s = {1}};
    Tally const tally = run(network, {}, start, plan, {.seed = {test_seed()}, .first = 0, .count = 100});
    EXPECT_EQ(tally.snapshot[4].mean(), 1);
    EXPECT_EQ(tally.snapshot[1].mean(), 0);
    // Uncorrelated: dn/dt = -100 n^2.
    Tally const mean = MeanField(network).run({}, start, plan);
    EXPECT_NEAR(mean.snapshot[4].mean(), 100.0 / 101, 1e-7);
}

}  // namespace lanthorn
