#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/manifolds.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/ions/transfer.hpp"

#include "library.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <tuple>

namespace lanthorn {
namespace {

using test::ion;
using test::optics;

constexpr SpeciesId first{0}, second{1};
constexpr double kB = constants::boltzmann_per_cm_K;

RateConditions at(double temperature_K, std::vector<double> lasers_nm = {})
{
    RateConditions c{.temperature_K = temperature_K, .medium_index = {}, .laser_per_cm = {}};
    for (double nm : lasers_nm) c.laser_per_cm.push_back(wavenumber_per_cm(nm));
    return c;
}

Ion kept(char const* symbol) { return truncated(ion(symbol), ion(symbol).default_levels, 1e9).ion; }

double pump(std::vector<OneSiteChannel> const& channels, Process process, LevelId from, LevelId to,
            std::size_t laser)
{
    double sum = 0;
    for (auto const& c : channels)
        if (c.process == process && c.from == from && c.to == to) sum += c.per_irradiance[laser];
    return sum;
}

// P13.
TEST(OneSite, PumpsYtterbiumAsMeasured)
{
    Ion const yb = ion("Yb");
    auto const channels = one_site_channels(first, yb, test::unresolved("beta-NaYF4"), at(295, {980}));
    double const up = pump(channels, Process::absorption, {0}, {1}, 0);
    EXPECT_NEAR(0.06 * up / 3.55e-3, 1, 5e-3);
    EXPECT_NEAR(4 * up / 0.237, 1, 5e-3);
    EXPECT_NEAR(1000 * up / 59.2, 1, 5e-3);
    // Saturation: n2/(n1 + n2) -> up/(up + down) = 6/14.
    double const down = pump(channels, Process::stimulated_emission, {1}, {0}, 0);
    EXPECT_NEAR(up / (up + down), 6.0 / 14, 1e-15);
}

TEST(OneSite, FallsBackToTheBandOutsideTheTable)
{
    Ion const yb = ion("Yb");
    HostOptics const host = test::unresolved("beta-NaYF4");
    auto const channels = one_site_channels(first, yb, host, at(295, {985}));
    double const nu = wavenumber_per_cm(985), n = host.refractive_index.value;
    double const sigma = (electric_dipole_absorption_cm(10250, 1e-20, 8, n) +
                          magnetic_dipole_absorption_cm(10250, 24.0 / 7, 8, n)) *
                         absorption_shape_cm(nu - 10250, 400, host.phonons(), 295);
    double const up = pump(channels, Process::absorption, {0}, {1}, 0);
    EXPECT_NEAR(up / (sigma * photon_flux_per_irradiance(nu)), 1, 1e-6);
}

TEST(OneSite, EveryLaserPumpsEveryPairAndKnowsItsPhoton)
{
    Ion const er = kept("Er");
    auto const channels = one_site_channels(first, er, optics("beta-NaYF4"), at(295, {980, 808}));
    std::size_t absorption[2] = {}, emission[2] = {};
    for (auto const& c : channels) {
        double const gained =
            er.levels[c.to.value].energy_per_cm.value - er.levels[c.from.value].energy_per_cm.value;
        // Energy: what the ion gains came from the photon or the lattice.
        EXPECT_NEAR(gained + c.photon_per_cm + c.heat_per_cm, 0, 1e-9);
        if (c.process != Process::absorption && c.process != Process::stimulated_emission) {
            EXPECT_TRUE(c.per_irradiance.empty());
            EXPECT_GT(c.k0_per_s, 0);
            continue;
        }
        ASSERT_EQ(c.per_irradiance.size(), 2u);
        std::size_t const laser = c.per_irradiance[0] > 0 ? 0 : 1;
        EXPECT_EQ(c.per_irradiance[1 - laser], 0);
        EXPECT_NEAR(std::abs(c.photon_per_cm), laser == 0 ? 1e7 / 980 : 1e7 / 808, 1e-9);
        ++(c.process == Process::absorption ? absorption : emission)[laser];
    }
    EXPECT_GT(absorption[0], 40u);
    EXPECT_GT(emission[0], 30u);
    EXPECT_GT(absorption[1], 40u);
    LevelId const I11 = er.level("4I11/2"), F7 = er.level("4F7/2");
    EXPECT_GT(pump(channels, Process::absorption, I11, F7, 0),
              pump(channels, Process::absorption, I11, F7, 1));
    EXPECT_GT(pump(channels, Process::absorption, {0}, er.level("4I9/2"), 1), 0);
}

// Boltzmann factors of Er 2H11/2 over 4S3/2, 700 1/cm apart.
TEST(OneSite, CloseLevelsAreInEquilibrium)
{
    Ion const er = ion("Er");
    auto const channels = one_site_channels(first, er, optics("beta-NaYF4"), at(300));
    LevelId const S = er.level("4S3/2"), H = er.level("2H11/2");
    auto const rate = [&](LevelId from, LevelId to) {
        for (auto const& c : channels)
            if (c.process == Process::multiphonon && c.from == from && c.to == to) return c.k0_per_s;
        return 0.0;
    };
    double const gap = er.levels[H.value].energy_per_cm.value - er.levels[S.value].energy_per_cm.value;
    EXPECT_NEAR(rate(S, H) / rate(H, S) / (3 * std::exp(-gap / (kB * 300))), 1, 1e-12);
    EXPECT_NEAR(3 * std::exp(-700 / (kB * 300)), 0.1045, 5e-5);
}

TEST(OneSite, TakesAMeasuredRelaxation)
{
    HostOptics host = optics("beta-NaYF4");
    host.relaxations.push_back({"Er", "4S3/2", {.value = 26, .sigma = 0, .source = {.key = "anderson2014"}}});
    Ion const er = ion("Er");
    LevelId const S = er.level("4S3/2"), F = er.level("4F9/2");
    double down = 0, up = 0;
    for (auto const& c : one_site_channels(first, er, host, at(host.gap_law_temperature_K.value)))
        if (c.process == Process::multiphonon && c.from == S && c.to == F) {
            down = c.k0_per_s;
            EXPECT_EQ(c.source.key, "anderson2014");
        }
        else if (c.process == Process::multiphonon && c.from == F && c.to == S)
            up = c.k0_per_s;
    EXPECT_DOUBLE_EQ(down, 26);
    double const gap = er.levels[S.value].energy_per_cm.value - er.levels[F.value].energy_per_cm.value;
    double const kT = kB * host.gap_law_temperature_K.value;
    EXPECT_NEAR(up / (26 * 4.0 / 10 * std::exp(-gap / kT)), 1, 1e-12);
}

// Up and down steps of every pair of neighbours, on logarithms.
TEST(OneSite, PhononsAreInDetailedBalance)
{
    for (char const* symbol : test::ions)
        for (double T : {77.0, 300.0, 500.0}) {
            Ion const i = ion(symbol);
            Manifolds const manifolds(i, optics("beta-NaYF4"), T);
            auto const channels = one_site_channels(first, i, optics("beta-NaYF4"), at(T));
            std::map<std::pair<std::uint32_t, std::uint32_t>, double> rate;
            for (auto const& c : channels)
                if (c.process == Process::multiphonon) rate[{c.from.value, c.to.value}] = c.k0_per_s;
            int pairs = 0;
            for (auto const& [step, up] : rate) {
                auto const [lower, upper] = step;
                if (upper < lower) continue;
                double const gap =
                    manifolds.free_energy_per_cm({upper}) - manifolds.free_energy_per_cm({lower});
                double const expected =
                    std::log(i.levels[upper].degeneracy() / i.levels[lower].degeneracy()) - gap / (kB * T);
                EXPECT_NEAR(std::log(up) - std::log(rate.at({upper, lower})), expected,
                            1e-12 * std::abs(expected) + 1e-12);
                ++pairs;
            }
            if (i.levels.size() > 2) {
                EXPECT_GT(pairs, 2) << symbol;
            }
        }
}

TEST(OneSite, MediumSlowsEmissionOfAParticle)
{
    Ion const yb = ion("Yb");
    HostOptics const host = optics("beta-NaYF4");
    RateConditions in_hexane = at(295, {980});
    in_hexane.medium_index = 1.375;
    auto const bulk = one_site_channels(first, yb, host, at(295, {980}));
    auto const particle = one_site_channels(first, yb, host, in_hexane);
    ASSERT_EQ(bulk.size(), particle.size());
    MediumFactors const f = medium_factors(1.475, 1.375);
    for (std::size_t i = 0; i < bulk.size(); ++i) {
        if (bulk[i].process == Process::electric_dipole) {
            EXPECT_NEAR(particle[i].k0_per_s / bulk[i].k0_per_s, f.electric_emission, 1e-12);
        }
        if (bulk[i].process == Process::magnetic_dipole) {
            EXPECT_NEAR(particle[i].k0_per_s / bulk[i].k0_per_s, f.magnetic_emission, 1e-12);
        }
        if (bulk[i].process == Process::absorption) {
            EXPECT_NEAR(particle[i].per_irradiance[0] / bulk[i].per_irradiance[0], f.electric_absorption,
                        1e-12);
        }
    }
}

TEST(OneSite, RefusesAnIonThatTheHostDoesNotKnow)
{
    HostOptics host = optics("beta-NaYF4");
    host.judd_ofelt.erase("Er");
    try {
        one_site_channels(first, ion("Er"), host, at(295));
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().key, "optics.judd_ofelt.Er");
        EXPECT_EQ(error.first().place.file, "beta-NaYF4");
    }
}

#ifdef LANTHORN_CHECKED
TEST(OneSite, WantsATemperature)
{
    EXPECT_THROW(one_site_channels(first, ion("Yb"), optics("beta-NaYF4"), at(0)), ContractError);
}
#endif

using Steps = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>;

std::map<Steps, PairChannel> by_steps(std::vector<PairChannel> const& channels)
{
    std::map<Steps, PairChannel> map;
    for (auto const& c : channels)
        EXPECT_TRUE(
            map.emplace(
                   Steps{c.donor_from.value, c.donor_to.value, c.acceptor_from.value, c.acceptor_to.value}, c)
                .second)
            << "a channel stands twice";
    return map;
}

void expect_detailed_balance(Ion const& D, Ion const& A, HostOptics const& D_host, HostOptics const& A_host,
                             double T, std::size_t at_least)
{
    auto const forward = pair_channels(first, D, D_host, second, A, A_host, at(T));
    auto const back = by_steps(pair_channels(second, A, A_host, first, D, D_host, at(T)));
    Manifolds const DM(D, D_host, T), AM(A, A_host, T);
    std::size_t compared = 0;
    double worst = 0;
    for (auto const& c : forward) {
        auto const &i = c.donor_from, &j = c.donor_to, &k = c.acceptor_from, &l = c.acceptor_to;
        EXPECT_NEAR(c.heat_per_cm,
                    DM.energy_per_cm(i) - DM.energy_per_cm(j) - AM.energy_per_cm(l) + AM.energy_per_cm(k),
                    1e-9);
        double const eps = AM.free_energy_per_cm(l) - AM.free_energy_per_cm(k) - DM.free_energy_per_cm(i) +
                           DM.free_energy_per_cm(j);
        auto const found =
            back.find({c.acceptor_to.value, c.acceptor_from.value, c.donor_to.value, c.donor_from.value});
        EXPECT_EQ(c.detailed_balance, found != back.end());
        if (found == back.end()) continue;  // too slow on its way back
        EXPECT_TRUE(found->second.detailed_balance);
        double const expected =
            std::log(DM.degeneracy(j) * AM.degeneracy(l) / (DM.degeneracy(i) * AM.degeneracy(k))) -
            eps / (kB * T);
        double const ratio = std::log(c.coefficient) - std::log(found->second.coefficient);
        worst = std::max(worst, std::abs(ratio - expected) / (1 + std::abs(expected)));
        ++compared;
    }
    EXPECT_LT(worst, 1e-12) << D.symbol << " -> " << A.symbol << " at " << T;
    EXPECT_GE(compared, at_least) << D.symbol << " -> " << A.symbol << " at " << T;
}

TEST(PairChannels, AreInDetailedBalance)
{
    HostOptics const host = optics("beta-NaYF4"), other = optics("CaF2");
    for (char const* d : test::ions)
        for (char const* a : test::ions) {
            Ion const D = kept(d), A = kept(a);
            for (double T : {77.0, 300.0, 500.0}) expect_detailed_balance(D, A, host, host, T, 1);
            expect_detailed_balance(D, A, host, other, 300, 1);
        }
}

TEST(PairChannels, HoldTheTextbookProcesses)
{
    HostOptics const host = optics("beta-NaYF4");
    Ion const yb = ion("Yb"), er = kept("Er"), tm = kept("Tm"), ho = kept("Ho");
    auto const has = [&](Ion const& D, char const* i, char const* j, Ion const& A, char const* k,
                         char const* l) {
        for (auto const& c : pair_channels(first, D, host, second, A, host, at(295)))
            if (c.donor_from == D.level(i) && c.donor_to == D.level(j) && c.acceptor_from == A.level(k) &&
                c.acceptor_to == A.level(l))
                return c.coefficient;
        return 0.0;
    };
    EXPECT_GT(has(yb, "2F5/2", "2F7/2", er, "4I15/2", "4I11/2"), 100);
    EXPECT_GT(has(yb, "2F5/2", "2F7/2", er, "4I11/2", "4F7/2"), 100);
    EXPECT_GT(has(yb, "2F5/2", "2F7/2", er, "4I13/2", "4F9/2"), 1);
    EXPECT_GT(has(er, "4S3/2", "4I9/2", er, "4I15/2", "4I13/2"), 1);    // green cross-relaxation, uphill
    EXPECT_GT(has(er, "4F9/2", "4I13/2", yb, "2F7/2", "2F5/2"), 1e-3);  // back transfer, far uphill
    EXPECT_GT(has(er, "4I11/2", "4I15/2", er, "4I11/2", "4F7/2"), 10);
    EXPECT_GT(has(yb, "2F5/2", "2F7/2", tm, "3H6", "3H5"), 1);
    EXPECT_GT(has(yb, "2F5/2", "2F7/2", tm, "3F4", "3F2"), 10);
    EXPECT_GT(has(yb, "2F5/2", "2F7/2", tm, "3H4", "1G4"), 1);
    EXPECT_GT(has(tm, "3H4", "3F4", tm, "3H6", "3F4"), 10);
    EXPECT_GT(has(yb, "2F5/2", "2F7/2", ho, "5I6", "5S2"), 10);
    // Migration by the plain formula.
    EXPECT_NEAR(has(yb, "2F5/2", "2F7/2", yb, "2F7/2", "2F5/2") /
                    dipole_transfer_sixth(1e-20, 1e-20, 6, 8, 1.475, 1.475, gaussian_overlap_cm(400, 400, 0)),
                1, 1e-12);
}

TEST(PairChannels, LeaveOutOnlyWhatCannotBeNoticed)
{
    HostOptics const host = optics("beta-NaYF4");
    Ion const er = kept("Er");
    std::size_t dropped = 0;
    auto const channels = pair_channels(first, er, host, second, er, host, at(295), &dropped);
    EXPECT_EQ(channels.size() + dropped, er.transitions.size() * er.transitions.size());
    EXPECT_GT(dropped, 0u);
    for (auto const& c : channels) EXPECT_GE(c.coefficient / std::pow(0.35, 6), 1e-6 * (1 - 1e-12));
}

HostOptics with_transfer(std::string const& more)
{
    Document const plain = library_document("hosts/beta-NaYF4.toml");
    std::string const text = plain.text + more;
    return host_optics_from(parse_toml(text, "own.toml"));
}

TEST(PairChannels, TakeAMeasuredCoefficientAndItsWayBack)
{
    std::string const entry = R"(
[[optics.transfer]]
donor = ["Yb", "2F5/2", "2F7/2"]
acceptor = ["Er", "4I15/2", "4I11/2"]
coefficient = { value = 600, unit = "nm^6/s", source = "anderson2014", kind = "fitted" }
)";
    HostOptics const host = with_transfer(entry), plain = optics("beta-NaYF4");
    Ion const yb = ion("Yb"), er = kept("Er");
    auto const forward = pair_channels(first, yb, host, second, er, host, at(295));
    ASSERT_EQ(forward.size(), pair_channels(first, yb, plain, second, er, plain, at(295)).size());
    int found = 0;
    for (auto const& c : forward)
        if (c.acceptor_from.value == 0 && c.acceptor_to == er.level("4I11/2")) {
            EXPECT_EQ(c.coefficient, 600);
            EXPECT_EQ(c.source.kind, Kind::fitted);
            ++found;
        }
    EXPECT_EQ(found, 1);
    for (double T : {77.0, 300.0}) expect_detailed_balance(yb, er, host, host, T, 5);
    for (double T : {77.0, 300.0}) expect_detailed_balance(er, yb, host, host, T, 5);
    for (auto const& c : pair_channels(second, er, host, first, yb, host, at(295)))
        if (c.donor_from == er.level("4I11/2") && c.donor_to.value == 0) {
            double const eps = 10129 - Manifolds(yb, host, 295).free_energy_per_cm({1});
            EXPECT_NEAR(c.coefficient, 600 * std::exp(eps / (kB * 295)), 1e-9 * 600);
        }
}

TEST(HostOptics, NamesLevelsThatDoNotExist)
{
    HostOptics host = optics("beta-NaYF4");
    host.cross_sections.front().to = "2F5/3";
    auto const findings = unknown_labels(host, ion("Yb"));
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings.front().key, "optics.cross_section[0].to");
    EXPECT_NE(findings.front().problem.find("\"2F5/2\""), std::string::npos);
}

TEST(CrossSectionTable, IsLinearBetweenPoints)
{
    CrossSectionTable const t{.ion = {},
                              .from = {},
                              .to = {},
                              .wavelength_nm = {970, 980, 990},
                              .cross_section_cm2 = {1, 3, 2},
                              .source = {}};
    EXPECT_FALSE(t.at(969.9));
    EXPECT_FALSE(t.at(990.1));
    EXPECT_EQ(*t.at(970), 1);
    EXPECT_EQ(*t.at(990), 2);
    EXPECT_NEAR(*t.at(975), 2, 1e-12);
    EXPECT_NEAR(*t.at(985), 2.5, 1e-12);
}

}  // namespace
}  // namespace lanthorn
