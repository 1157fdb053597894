#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/user_network.hpp"

#include "support/csv.hpp"
#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lanthorn {
namespace {

UserNetwork network_a()
{
    return user_network_from(
        read_toml(std::string(LANTHORN_SOURCE_DIR) + "/examples/networks/anderson2014.toml"));
}

std::size_t class_of(Network const& network, std::string const& name)
{
    for (std::size_t c = 0; c < network.classes(); ++c)
        if (network.class_name(c) == name) return c;
    throw std::runtime_error("no class " + name);
}

double band_rate(UserNetwork const& user, std::vector<double> const& flux, std::string const& name)
{
    double sum = 0;
    for (auto const& band : user.bands)
        if (band.name == name)
            for (std::size_t m : band.channels) sum += flux[m];
    return sum;
}

// Populations at 1 and 100 W/cm^2 as site fractions [anderson2014], recomputed to 2e-11.
TEST(NetworkA, SteadyPopulations)
{
    UserNetwork const user = network_a();
    RateSystem const system = well_mixed(user, nullptr);
    struct {
        double irradiance, Yb2, Er6, Er5;
    } const rows[] = {{1, 1.03353e-5, 1.08008e-7, 1.25494e-8}, {100, 2.10033e-4, 2.53978e-5, 1.74528e-5}};
    for (auto const& row : rows) {
        auto const steady = steady_state(system, std::vector{row.irradiance}, system.ground());
        EXPECT_LT(steady.residual, 1e-12);
        auto const n = [&](char const* name) { return steady.amount[class_of(user.network, name)]; };
        EXPECT_NEAR(n("Yb 2F5/2") / row.Yb2, 1, 1e-5);
        EXPECT_NEAR(n("Er 2H11/2+4S3/2") / row.Er6, 1, 1e-5);
        EXPECT_NEAR(n("Er 4F9/2") / row.Er5, 1, 1e-5);
        EXPECT_NEAR(std::accumulate(steady.amount.begin(), steady.amount.begin() + 2, 0.0), 0.171, 1e-15);
        EXPECT_NEAR(std::accumulate(steady.amount.begin() + 2, steady.amount.end(), 0.0), 0.019, 1e-15);
    }
}

// d ln(band)/d ln P, from the exact derivative of the populations.
TEST(NetworkA, SlopesAtLowPower)
{
    UserNetwork const user = network_a();
    RateSystem const system = well_mixed(user, nullptr);
    struct {
        double irradiance, green, red, blue;
    } const rows[] = {{0.06, 1.97, 2.35, 2.97}, {1e-4, 2.00, 2.00, 3.00}};
    for (auto const& row : rows) {
        std::vector const light{row.irradiance};
        auto const steady = steady_state(system, light, system.ground());
        auto const slopes = steady_slopes(system, light, steady, 0);
        EXPECT_NEAR(slopes[class_of(user.network, "Er 2H11/2+4S3/2")], row.green, 0.02);
        EXPECT_NEAR(slopes[class_of(user.network, "Er 4F9/2")], row.red, 0.02);
        EXPECT_NEAR(slopes[class_of(user.network, "Er 2H9/2")], row.blue, 0.02);
        // and beside differences over 1 % of power
        std::vector const more{row.irradiance * 1.005}, less{row.irradiance / 1.005};
        auto const up = steady_state(system, more, steady.amount),
                   down = steady_state(system, less, steady.amount);
        auto const up_flux = system.fluxes(up.amount, more), down_flux = system.fluxes(down.amount, less);
        for (auto const& [band, level] : {std::pair("green", "Er 2H11/2+4S3/2"), std::pair("red", "Er 4F9/2"),
                                          std::pair("blue", "Er 2H9/2")})
            EXPECT_NEAR(std::log(band_rate(user, up_flux, band) / band_rate(user, down_flux, band)) /
                            (2 * std::log(1.005)),
                        slopes[class_of(user.network, level)], 1e-4);
    }
}

TEST(NetworkA, SaturationLowersAllSlopes)
{
    UserNetwork const user = network_a();
    RateSystem const system = well_mixed(user, nullptr);
    std::vector const low{0.06}, high{1e4};
    auto const dim = steady_state(system, low, system.ground());
    auto const bright = steady_state(system, high, system.ground());
    auto const at_low = steady_slopes(system, low, dim, 0), at_high = steady_slopes(system, high, bright, 0);
    for (auto const* level : {"Yb 2F5/2", "Er 2H11/2+4S3/2", "Er 4F9/2", "Er 2H9/2"}) {
        std::size_t const c = class_of(user.network, level);
        EXPECT_LT(at_high[c], at_low[c]);
    }
}

TEST(NetworkA, FollowsItsTransientIntoTheSteadyState)
{
    UserNetwork const user = network_a();
    RateSystem const system = well_mixed(user, nullptr);
    std::vector const light{100.0};
    PumpProgram const pump{.segments = {{.irradiance_W_per_cm2 = light}}};
    ObservablePlan plan{.end_s = 0.3, .snapshot_at_s = {1e-6, 1e-4, 1e-2, 0.3}, .count_until_s = {0.3}};
    auto const tally = course(system, pump, system.ground(), plan);
    auto const steady = steady_state(system, light, system.ground());
    for (std::size_t c = 0; c < system.size(); ++c)
        EXPECT_NEAR(tally.snapshot[3 * system.size() + c].mean() / steady.amount[c], 1, 1e-6);
    for (std::size_t k = 0; k < 4; ++k) {
        double sum = 0;
        for (std::size_t c = 0; c < system.size(); ++c) {
            double const n = tally.snapshot[k * system.size() + c].mean();
            EXPECT_GE(n, 0);
            sum += n;
        }
        EXPECT_NEAR(sum, 0.19, 1e-13);
    }
    // What has gone into a level less what has left it is in it.
    for (std::size_t c = 0; c < system.size(); ++c) {
        double net = system.ground()[c], flow = 0;
        for (std::size_t m = 0; m < system.terms().size(); ++m) {
            auto const& term = system.terms()[m];
            for (std::size_t r = 0; r < term.from.size(); ++r) {
                net += (term.to[r] == c ? 1 : 0) * tally.counts[m].mean();
                net -= (term.from[r] == c ? 1 : 0) * tally.counts[m].mean();
                flow += (term.from[r] == c ? 1 : 0) * tally.counts[m].mean();
            }
        }
        EXPECT_NEAR(net, tally.snapshot[3 * system.size() + c].mean(), 1e-7 * flow);
    }
}

}  // namespace
}  // namespace lanthorn
