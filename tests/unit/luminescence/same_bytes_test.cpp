#include "lanthorn/base/cpu.hpp"
#include "lanthorn/luminescence/group_plan.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"
#include "lanthorn/luminescence/transfer_tables.hpp"

#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

using namespace lanthorn;

namespace {

/// A lattice of two species under every law and with triples of like and unlike donors, all of them in use.
Network of_everything()
{
    std::vector<Vec3> places;
    std::vector<std::uint32_t> species;
    for (int x = 0; x < 5; ++x)
        for (int y = 0; y < 5; ++y)
            for (int z = 0; z < 4; ++z) {
                places.push_back({0.40 * x, 0.43 * y, 0.47 * z});
                species.push_back((x + 2 * y + 3 * z) % 4 == 0 ? 1 : 0);
            }
    Network network = network_of({2, 4}, places, species, 2);
    network.one_site = {one_site(0, {1, 0}, 600),   one_site(0, {0, 1}, 4000), one_site(1, {1, 0}, 2000),
                        one_site(1, {2, 1}, 20000), one_site(1, {3, 0}, 2000), one_site(1, {3, 2}, 0)};
    for (std::uint32_t i = 0; i < 10; ++i)
        network.extra.push_back({{i}, species[i] == 0 ? 0u : 5u, 100.0 * (i + 1)});
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 50),
                    transfer(0, {1, 0}, 1, {0, 1}, 20),
                    transfer(0, {1, 0}, 1, {0, 1}, 5, DistanceLaw::inverse_eighth),
                    transfer(0, {1, 0}, 1, {1, 3}, 8, DistanceLaw::inverse_eighth),
                    transfer(1, {1, 0}, 0, {0, 1}, 3, DistanceLaw::inverse_tenth),
                    transfer(0, {1, 0}, 1, {1, 2}, 30000, DistanceLaw::exponential, 0.5),
                    transfer(1, {3, 1}, 1, {0, 1}, 5000, DistanceLaw::exponential, 0.7),
                    transfer(1, {1, 0}, 1, {0, 1}, 3000, DistanceLaw::linear)};
    network.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 3}, 0.3),
                      cooperation({0, {1, 0}}, {1, {1, 0}}, 1, {0, 3}, 2),
                      cooperation({1, {1, 0}}, {0, {1, 0}}, 0, {0, 1}, 0.1)};
    return network;
}

/// What a kernel leaves behind after one trajectory.
struct Leavings {
    std::vector<std::uint16_t> cls;
    std::vector<std::int64_t> events;
    std::vector<double> time_s;
    std::int64_t trials;
    bool operator==(Leavings const&) const = default;
};

Leavings leavings_of(kernel::Kernel const& kernel, Network const& network, TransferTables const& tables)
{
    std::vector<OneSiteRates> const one_site = {OneSiteRates(network, {}, tables.exchange_channels())};
    OneSiteRates const& rates = one_site.front();
    GroupPlan const groups(network, tables, one_site);
    GroupMemory memory(groups, network.ions());
    std::vector<std::uint16_t> cls;
    for (auto s : network.species_of) cls.push_back(s.value == 0 ? 0 : 2);
    std::vector<kernel::Slot> slots(network.channels());
    std::vector<double> seen_at(network.ions()), with_mate(network.classes());
    kernel::Trajectory t{};
    t.cls = cls.data();
    t.slots = slots.data();
    t.seen_at = seen_at.data();
    t.with_mate = with_mate.data();
    memory.lend(t.groups);
    groups.apply(t.groups, 0);
    StreamKey const key = StreamSeed{test_seed()}.key(Purpose::transfer);
    t.key[0] = key[0];
    t.key[1] = key[1];
    t.cursor = kernel::batch;
    double time_s = 0;
    kernel.refresh(tables.view(), rates.view(), t);
    EXPECT_EQ(kernel.advance(tables.view(), rates.view(), t, time_s, 0.1, std::int64_t{1} << 40, -1),
              kernel::Outcome::reached);
    Leavings left{.cls = cls, .events = {}, .time_s = with_mate, .trials = t.trials};
    for (auto const& slot : slots) {
        left.events.push_back(slot.events);
        left.time_s.push_back(slot.time_s);
    }
    return left;
}

}  // namespace

TEST(SameBytes, OfEveryKernelWithLawsAndTriples)
{
    Network network = of_everything();
    network.one_site.push_back(one_site(1, {1, 2}, 4e7));
    network.one_site[3].k0_per_s = 6e7;
    TransferTables const tables(network, {.fast_exchange = true});
    EXPECT_EQ(tables.exchange_channels().size(), 2u);
    Leavings const baseline = leavings_of(kernel::baseline, network, tables);
    for (std::size_t m = 0; m < network.channels(); ++m) EXPECT_GT(baseline.events[m], 0) << "channel " << m;
    EXPECT_GT(baseline.trials, 10000);
    if (best_kernel_level() >= KernelLevel::v3) {
        EXPECT_EQ(leavings_of(kernel::v3, network, tables), baseline);
    }
    if (best_kernel_level() >= KernelLevel::v4) {
        EXPECT_EQ(leavings_of(kernel::v4, network, tables), baseline);
    }
}

TEST(SameBytes, OnAnyNumberOfThreadsWithLawsAndTriples)
{
    MonteCarlo const engine(of_everything());
    ObservablePlan plan;
    plan.end_s = 2e-3;
    plan.snapshot_at_s = plan.count_until_s = {1e-3, 2e-3};
    plan.window_edges_s = {1e-3, 2e-3};
    constexpr std::size_t chunks = 8;
    auto const on_threads = [&](std::size_t threads) {
        std::vector<Tally> part(chunks);
        std::vector<std::thread> workers;
        for (std::size_t w = 0; w < threads; ++w)
            workers.emplace_back([&, w] {
                for (std::size_t k = w; k < chunks; k += threads)
                    part[k] = engine.run({}, {}, plan, {.seed = {test_seed()}, .first = 3 * k, .count = 3});
            });
        for (auto& worker : workers) worker.join();
        for (std::size_t k = 1; k < chunks; ++k) part[0].merge(part[k]);
        return part[0];
    };
    Tally const one = on_threads(1);
    EXPECT_EQ(on_threads(2), one);
    EXPECT_EQ(on_threads(4), one);
    std::size_t const channels = engine.network().channels();
    for (std::size_t m = channels - 3; m < channels; ++m) EXPECT_GT(one.counts[channels + m].mean(), 0);
}

// An ion takes memory only in lanes where it can be a donor, and couples only within their radius.
TEST(TableBytes, AreOfDonorsAndOfNearCouples)
{
    auto const bytes = [](auto const& change) {
        Network network = of_everything();
        network.triple.clear();
        change(network);
        return MonteCarlo(network).table_bytes();
    };
    std::size_t const pairs = bytes([](Network&) {});
    auto const with_triple = [&](double radius_nm) {
        return bytes([&](Network& n) {
                   n.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 3}, 0.3)};
                   n.triple_radius_nm = radius_nm;
               }) -
               pairs;
    };
    std::size_t const nobody = with_triple(0.1);
    EXPECT_LE(nobody, 100u * (64 + 8 + 8) + 1000);
    EXPECT_GT(with_triple(1), nobody + 1000);
    // Each couple is stored once, by the donor of the smaller number: 8 bytes and 12 as somebody's partner.
    Network const network = of_everything();
    std::size_t couples = 0;
    for (std::size_t c = 0; c < 100; ++c)
        for (std::size_t a = 0; a < 100; ++a)
            for (std::size_t b = a + 1; b < 100; ++b)
                couples += network.species_of[c].value == 1 && network.species_of[a].value == 0 &&
                           network.species_of[b].value == 0 &&
                           norm(network.position_nm[a] - network.position_nm[c]) < 1 &&
                           norm(network.position_nm[b] - network.position_nm[c]) < 1;
    EXPECT_LE(with_triple(1) - nobody, 20 * couples);
    EXPECT_GE(with_triple(1) - nobody, 8 * couples);
}
