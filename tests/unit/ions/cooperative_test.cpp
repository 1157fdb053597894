#include "lanthorn/base/constants.hpp"
#include "lanthorn/ions/cooperative.hpp"

#include "library.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {
namespace {

constexpr SpeciesId yb_id{0}, tb_id{1}, er_id{2};

RateConditions at(double temperature_K)
{
    return {.temperature_K = temperature_K, .medium_index = {}, .laser_per_cm = {}};
}

struct Cooperative : testing::Test {
    IonInHost yb() const { return {yb_id, yb_, host}; }
    IonInHost tb() const { return {tb_id, tb_, host}; }
    IonInHost er() const { return {er_id, er_, host}; }

    Ion kept(char const* symbol) const { return truncated(test::ion(symbol), 5, 1e9).ion; }

    HostOptics host = test::unresolved("beta-NaYF4");
    Ion yb_ = test::ion("Yb"), tb_ = test::ion("Tb"), er_ = kept("Er");
    LevelId D4 = tb_.level("5D4");
};

TripleChannel const* to(std::vector<TripleChannel> const& channels, LevelId level)
{
    auto const found = std::ranges::find(channels, level, &TripleChannel::acceptor_to);
    return found == channels.end() ? nullptr : &*found;
}

TEST_F(Cooperative, FeedsTerbiumFromTwoYtterbium)
{
    CooperativeStrength const strength;
    double const C12 = strength.C12_nm12_per_s.value;
    tb_.levels[D4.value].energy_per_cm.value = 2 * 10250;
    auto const resonant = triple_channels(yb(), yb(), tb(), at(300));
    ASSERT_NE(to(resonant, D4), nullptr);
    EXPECT_NEAR(to(resonant, D4)->coefficient / C12, 1, 1e-13);
    EXPECT_NEAR(to(resonant, D4)->heat_per_cm, 0, 1e-9);
    EXPECT_TRUE(to(resonant, D4)->source.recalled);
    EXPECT_EQ(to(resonant, D4)->source.kind, Kind::estimated);

    double const eps = 180, kT = constants::boltzmann_per_cm_K * 300;
    double const width2 = 3 * 400.0 * 400.0;
    double const F = std::exp(-4 * std::log(2) * eps * eps / width2);
    tb_.levels[D4.value].energy_per_cm.value = 2 * 10250 + eps;
    auto const up = triple_channels(yb(), yb(), tb(), at(300));
    EXPECT_NEAR(to(up, D4)->coefficient / (C12 * F * std::exp(-eps / kT)), 1, 1e-12);
    EXPECT_NEAR(to(up, D4)->heat_per_cm, -eps, 1e-9);
    tb_.levels[D4.value].energy_per_cm.value = 2 * 10250 - eps;
    EXPECT_NEAR(to(triple_channels(yb(), yb(), tb(), at(300)), D4)->coefficient / (C12 * F), 1, 1e-12);
}

TEST_F(Cooperative, SidebandIsThatOfPairs)
{
    double const eps = -1500;
    tb_.levels[D4.value].energy_per_cm.value = 2 * 10250 + eps;
    PhononAssistedOverlap const F(400 * std::sqrt(2), 400, host.phonons(), 300);
    EXPECT_NEAR(to(triple_channels(yb(), yb(), tb(), at(300)), D4)->coefficient /
                    (2.1e-3 * std::exp(F.log_at(eps) - F.log_at(0))),
                1, 1e-12);
    EXPECT_LT(F.log_at(eps) - F.log_at(0), -1);
}

TEST_F(Cooperative, TakesDonorsOfOneSpeciesOnce)
{
    CooperativeStrength strong;
    strong.C12_nm12_per_s.value = 1e30;  // nothing is negligible but what is far uphill
    std::size_t dropped = 0;
    auto const same = triple_channels(er(), er(), tb(), at(300), strong, &dropped);
    EXPECT_EQ(same.size() + dropped, 10 * (tb_.levels.size() - 1));
    for (auto const& c : same) {
        EXPECT_LE(c.a_from, c.b_from);
        EXPECT_EQ(c.a_to.value + c.b_to.value + c.acceptor_from.value, 0U);
    }
    std::size_t dropped_mixed = 0;
    auto const mixed = triple_channels(yb(), er(), tb(), at(300), strong, &dropped_mixed);
    EXPECT_EQ(mixed.size() + dropped_mixed, 4 * (tb_.levels.size() - 1));
    ASSERT_FALSE(mixed.empty());
    EXPECT_EQ(mixed.front().donor_a, yb_id);
    EXPECT_EQ(mixed.front().donor_b, er_id);
}

TEST_F(Cooperative, LeavesOutWhatIsSlow)
{
    std::size_t dropped = 0;
    for (auto const& c : triple_channels(yb(), yb(), tb(), at(300), {}, &dropped))
        EXPECT_GE(c.coefficient / std::pow(0.35, 12), 1e-6 * (1 - 1e-12));
    EXPECT_GT(dropped, 0U);
    CooperativeStrength none;
    none.C12_nm12_per_s.value = 0;
    EXPECT_TRUE(triple_channels(yb(), yb(), tb(), at(300), none).empty());
}

TEST_F(Cooperative, SeesFreeEnergies)
{
    host.stark.push_back({"Yb", "2F7/2", {0, 100, 200, 300}, {}});
    host.stark.push_back({"Yb", "2F5/2", {10250, 10400, 10550}, {}});
    double const T = 100, kT = constants::boltzmann_per_cm_K * T;
    double const Z = (1 + std::exp(-100 / kT) + std::exp(-200 / kT) + std::exp(-300 / kT)) / 4;
    double const Y = (1 + std::exp(-150 / kT) + std::exp(-300 / kT)) / 3;
    double const free = 10250 - kT * std::log(Y / Z);
    tb_.levels[D4.value].energy_per_cm.value = 2 * free;
    auto const channels = triple_channels(yb(), yb(), tb(), at(T));
    EXPECT_NEAR(to(channels, D4)->coefficient / 2.1e-3, 1, 1e-9);
    EXPECT_NEAR(to(channels, D4)->heat_per_cm, 2 * (10400 - 150 - free), 1e-9);
}

}  // namespace
}  // namespace lanthorn
