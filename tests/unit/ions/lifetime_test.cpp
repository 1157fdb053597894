#include "lanthorn/ions/decay.hpp"
#include "lanthorn/ions/rates.hpp"

#include "library.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>

namespace lanthorn {
namespace {

OneSiteChannel step(std::uint32_t from, std::uint32_t to, double rate, Process process)
{
    return {.species = {0},
            .from = {from},
            .to = {to},
            .k0_per_s = rate,
            .per_irradiance = {},
            .process = process,
            .photon_per_cm = process == Process::multiphonon ? 0.0 : 10000.0,
            .heat_per_cm = 0,
            .source = {}};
}

TEST(LevelDecay, OfALoneLevel)
{
    std::vector<OneSiteChannel> const channels{step(1, 0, 100, Process::electric_dipole),
                                               step(1, 0, 25, Process::magnetic_dipole),
                                               step(1, 0, 75, Process::multiphonon)};
    LevelDecay const d = level_decay(channels, {1});
    EXPECT_EQ(d.radiative_per_s, 125);
    EXPECT_EQ(d.multiphonon_per_s, 75);
    EXPECT_EQ(d.total_per_s, 200);
    EXPECT_DOUBLE_EQ(d.lifetime_s, 1.0 / 200);
    EXPECT_EQ(d.coupled, std::vector<LevelId>{{1}});
    EXPECT_TRUE(std::isinf(level_decay(channels, {0}).lifetime_s));
}

// Two levels in fast exchange decay together, with their Boltzmann weights.
TEST(LevelDecay, OfACoupledPair)
{
    double const up = 1e6, down = 1e7;
    std::vector<OneSiteChannel> const channels{
        step(1, 0, 1000, Process::electric_dipole), step(2, 0, 3000, Process::electric_dipole),
        step(2, 1, down, Process::multiphonon), step(1, 2, up, Process::multiphonon)};
    LevelDecay const d = level_decay(channels, {1});
    EXPECT_EQ(d.coupled.size(), 2u);
    double const p = up / (up + down);
    EXPECT_NEAR(d.lifetime_s * ((1 - p) * 1000 + p * 3000), 1, 1e-3);
    // Exactly: t_1 = (k_2 + down + up)/(k_1 (k_2 + down) + up k_2).
    EXPECT_NEAR(d.lifetime_s / ((3000 + down + up) / (1000 * (3000 + down) + up * 3000.0)), 1, 1e-12);
    EXPECT_NEAR(level_decay(channels, {2}).lifetime_s / d.lifetime_s, 1, 1e-3);
}

/// P25: dilute lifetimes in bulk beta-NaYF4 at 295 K. All values are quoted at second hand, none from the
/// paper itself. That of Yb is no independent test of its line strength, which comes from a radiative rate
/// quoted beside it.
struct Published {
    char const* ion;
    char const* level;
    double ms;
    char const* source;  ///< key of references.bib, and the host where it is not beta-NaYF4
};

constexpr Published published[] = {
    {"Yb", "2F5/2", 2.5, "villanueva2015"},
    {"Er", "4I13/2", 9.1, "anderson2014"},
    {"Er", "4I11/2", 1e3 / (73 + 61), "anderson2014"},
    {"Er", "4F9/2", 1e3 / 2039.0, "anderson2014"},
    {"Er", "4S3/2", 1e3 / (1510 + 26), "anderson2014"},
    {"Tm", "3F4", 12, "villanueva2015"},
    {"Tm", "3H4", 2.0, "villanueva2015"},
    {"Tm", "1G4", 0.775, "villanueva2015"},
    {"Tm", "1D2", 0.0675, "villanueva2015"},
    {"Ho", "5I7", 15, "walsh1998, LiYF4"},
    {"Ho", "5I6", 5.0, "tabirian2001, BaY2F8"},
    {"Ho", "5F5", 0.020, "kaminskii1990, LiYF4"},
    {"Ho", "5S2", 0.100, "kaminskii1990, LiYF4"},
    {"Nd", "4F3/2", 0.52, "kaminskii1990, LiYF4"},
    {"Pr", "3P0", 0.050, "kaminskii1990, LiYF4"},
    {"Sm", "4G5/2", 4.8, "marzahl2015, LiLuF4"},
    {"Eu", "5D0", 6.7, "weber1967eu, LaF3"},
    {"Tb", "5D4", 4.9, "metz2016, LiLuF4"},
};

/// Where ours lies beyond 30 %, with ours/published as it is now.
///
/// Ho 5F5, 5S2: no dilute lifetime in NaYF4 is known to us. The values are from LiYF4, whose stronger
/// coupling to phonons makes these two levels, which decay over gaps of 2200 and 2900 cm^-1, faster.
/// Pr: Judd-Ofelt theory fails for 4f2, whose 4f 5d levels are near. Sm, Eu, Tb: the parameters are those of
/// LaF3, the lifetimes of other hosts; no set of NaYF4 is known to us.
std::map<std::string, double> const known_deviation = {{"Ho 5F5", 1.97}, {"Ho 5S2", 3.03},
                                                       {"Pr 3P0", 0.73}, {"Sm 4G5/2", 2.34},
                                                       {"Eu 5D0", 1.51}, {"Tb 5D4", 2.08}};

TEST(Lifetimes, OfDiluteIonsInSodiumYttriumFluoride)
{
    HostOptics const host = test::optics("beta-NaYF4");
    std::printf("%-10s %12s %12s %8s  %s\n", "level", "ours [ms]", "published", "ratio", "source");
    for (Published const& p : published) {
        Ion const ion = test::ion(p.ion);
        auto const channels = one_site_channels({0}, ion, host, {});
        double const ours = 1e3 * level_decay(channels, ion.level(p.level)).lifetime_s;
        double const ratio = ours / p.ms;
        std::string const name = std::string(p.ion) + " " + p.level;
        std::printf("%-10s %12.4g %12.4g %8.2f  %s\n", name.c_str(), ours, p.ms, ratio, p.source);
        if (auto const known = known_deviation.find(name); known != known_deviation.end()) {
            EXPECT_NEAR(ratio, known->second, 0.02) << name;
        }
        else {
            EXPECT_TRUE(ratio > 1 / 1.3 && ratio < 1.3) << name << " " << ratio;
        }
    }
}

TEST(Lifetimes, GreenErbiumIsAPair)
{
    Ion const er = test::ion("Er");
    auto const channels = one_site_channels({0}, er, test::optics("beta-NaYF4"), {});
    EXPECT_EQ(level_decay(channels, er.level("4S3/2")).coupled.size(), 2u);
    EXPECT_EQ(level_decay(channels, er.level("4I11/2")).coupled.size(), 1u);
}

}  // namespace
}  // namespace lanthorn
