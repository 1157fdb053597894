#include "lanthorn/ions/pair_law.hpp"
#include "lanthorn/ions/peer_rates.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/radiative.hpp"

#include "library.hpp"
#include "support/csv.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

namespace lanthorn {
namespace {

using Steps = std::array<std::string, 4>;

constexpr char const* shared = LANTHORN_SOURCE_DIR "/../shared/reference/photophysics/";

/// J of "2H(2)11/2".
double J_of(std::string const& label)
{
    std::size_t at = 2;
    if (label[at] == '(') at = label.find(')') + 1;
    return std::stod(label.substr(at)) / 2;
}

/// Yb and Er with the peer's own energies and line strengths.
struct Peer {
    Peer()
    {
        Csv const levels = read_test_csv(test_data("peer_rates/levels.csv"));
        auto const energy = levels.numbers("energy_cm-1");
        for (std::size_t i = 0; i < energy.size(); ++i) {
            std::string const name = levels.texts("level")[i], symbol = name.substr(0, 2),
                              label = name.substr(3);
            Ion& ion = ions[symbol];
            ion.symbol = symbol;
            ion.levels.push_back({.label = label, .J = J_of(label), .energy_per_cm = {.value = energy[i]}});
        }
        Csv const table = read_test_csv(test_data("peer_rates/radiative.csv"));
        auto const S = table.numbers("S_ED_cm2"), A_MD = table.numbers("A_MD_s-1");
        for (std::size_t i = 0; i < S.size(); ++i) {
            Ion& ion = ions.at(table.texts("from")[i].substr(0, 2));
            LevelId const a = ion.level(table.texts("from")[i].substr(3)),
                          b = ion.level(table.texts("to")[i].substr(3));
            auto const [lower, upper] = std::minmax(a, b);
            auto t = std::ranges::find_if(ion.transitions, [&, l = lower, u = upper](auto const& x) {
                return x.upper == u && x.lower == l;
            });
            if (t == ion.transitions.end()) {
                ion.transitions.push_back({.upper = upper, .lower = lower});
                t = std::prev(ion.transitions.end());
                t->S_ED_override_cm2 = Sourced<double>{.value = S[i]};
            }
            EXPECT_EQ(t->S_ED_override_cm2->value, S[i]);
            double const nu =
                ion.levels[upper.value].energy_per_cm.value - ion.levels[lower.value].energy_per_cm.value;
            if (A_MD[i] > 0)
                t->S_MD =
                    A_MD[i] / magnetic_dipole_rate_per_s(nu, 1, ion.levels[upper.value].degeneracy(), 1.5);
        }
    }

    std::vector<PairChannel> between(std::string const& D, std::string const& A, PeerRates const& rates,
                                     std::size_t* dropped = nullptr) const
    {
        return rates.pair_channels({0}, ions.at(D), host, {1}, ions.at(A), host, {}, dropped);
    }

    std::map<Steps, double> transfers(PeerRates const& rates) const
    {
        std::map<Steps, double> all;
        for (auto const& [d, D] : ions)
            for (auto const& [a, A] : ions)
                for (PairChannel const& c : between(d, a, rates)) {
                    auto const name = [](Ion const& ion, LevelId l) {
                        return ion.symbol + ":" + ion.levels[l.value].label;
                    };
                    EXPECT_FALSE(c.detailed_balance);
                    all[{name(D, c.donor_from), name(D, c.donor_to), name(A, c.acceptor_from),
                         name(A, c.acceptor_to)}] = c.coefficient;
                }
        return all;
    }

    std::map<std::string, Ion> ions;
    HostOptics host;
};

PeerConstants yb10_er2()
{
    PeerConstants c;
    c.site_fraction = {{"Yb", 0.10}, {"Er", 0.02}};
    return c;
}

Steps steps_of(Csv const& table, std::size_t i)
{
    return {table.texts("donor_i")[i], table.texts("donor_f")[i], table.texts("acceptor_i")[i],
            table.texts("acceptor_f")[i]};
}

TEST(PeerRates, GiveItsTransfers)
{
    auto const ours = Peer().transfers(PeerRates(yb10_er2()));
    EXPECT_EQ(ours.size(), 19189U);
    Csv const theirs = read_test_csv(test_data("peer_rates/transfer_sample.csv"));
    auto const C6 = theirs.numbers("C6_nm6_s-1");
    ASSERT_EQ(C6.size(), 200U);
    for (std::size_t i = 0; i < C6.size(); ++i) {
        auto const found = ours.find(steps_of(theirs, i));
        ASSERT_NE(found, ours.end()) << theirs.texts("donor_i")[i];
        EXPECT_NEAR(found->second / C6[i], 1, 1e-6);
    }
}

TEST(PeerRates, GiveAllItsTransfersAndNoOther)
{
    std::string const file = std::string(shared) + "npt_Yb10_Er2_ET.csv";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "the whole table is not here";
    auto const ours = Peer().transfers(PeerRates(yb10_er2()));
    Csv const theirs = read_test_csv(file);
    auto const C6 = theirs.numbers("C6_nm6_s-1");
    ASSERT_EQ(C6.size(), ours.size());
    double worst = 0;
    std::set<Steps> seen;
    for (std::size_t i = 0; i < C6.size(); ++i) {
        Steps const steps = steps_of(theirs, i);
        seen.insert(steps);
        auto const found = ours.find(steps);
        ASSERT_NE(found, ours.end());
        worst = std::max(worst, std::abs(found->second / C6[i] - 1));
    }
    EXPECT_EQ(seen.size(), ours.size());
    EXPECT_LT(worst, 1e-6);
}

TEST(PeerRates, GiveItsMainChannels)
{
    std::string const file = std::string(shared) + "npt_main_channels.csv";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "the table of main channels is not here";
    auto const ours = Peer().transfers(PeerRates(yb10_er2()));
    Csv const theirs = read_test_csv(file);
    int compared = 0, absent = 0;
    for (std::size_t i = 0; i < theirs.texts("system").size(); ++i) {
        if (theirs.texts("system")[i] != "Yb10_Er2") continue;
        auto const found = ours.find(steps_of(theirs, i));
        double const C6 = std::stod(theirs.texts("C6_nm6_s-1")[i]);
        if (C6 == 0) {
            EXPECT_EQ(found, ours.end());
            ++absent;
            continue;
        }
        ASSERT_NE(found, ours.end());
        EXPECT_NEAR(found->second / C6, 1, 1e-6);
        ++compared;
    }
    EXPECT_EQ(compared, 14);
    EXPECT_EQ(absent, 5);
}

TEST(PeerRates, GiveItsRatesOfOneSite)
{
    Peer const peer;
    RateConditions const light{
        .temperature_K = 300, .medium_index = {}, .laser_per_cm = {wavenumber_per_cm(976)}};
    std::map<std::string, std::array<double, 5>> ours;  // electric, magnetic, down, up, pump at 1e4 W/cm^2
    for (auto const& [symbol, ion] : peer.ions)
        for (auto const& c : PeerRates().one_site_channels({0}, ion, peer.host, light)) {
            auto& sum = ours[symbol + ":" + ion.levels[c.from.value].label];
            EXPECT_NEAR(ion.levels[c.to.value].energy_per_cm.value -
                            ion.levels[c.from.value].energy_per_cm.value + c.photon_per_cm + c.heat_per_cm,
                        0, 1e-9);
            EXPECT_NE(c.process, Process::stimulated_emission);
            switch (c.process) {
            case Process::electric_dipole:
                sum[0] += c.k0_per_s;
                break;
            case Process::magnetic_dipole:
                sum[1] += c.k0_per_s;
                break;
            case Process::multiphonon:
                sum[c.to < c.from ? 2 : 3] += c.k0_per_s;
                break;
            default:
                sum[4] += 1e4 * c.per_irradiance.at(0);
            }
        }
    Csv const theirs = read_test_csv(test_data("peer_rates/levels.csv"));
    char const* const columns[] = {"A_ED_total_s-1", "A_MD_total_s-1", "W_MPR_down_s-1", "W_MPA_up_s-1",
                                   "pump_out_total_s-1_at_1e4Wcm2"};
    for (std::size_t c = 0; c < 5; ++c) {
        auto const wanted = theirs.numbers(columns[c]);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            double const rate = ours[theirs.texts("level")[i]][c];
            EXPECT_NEAR(rate, wanted[i], 1e-6 * wanted[i]) << columns[c] << theirs.texts("level")[i];
        }
    }
}

TEST(PeerRates, KnowTheirStepAndTheirCuts)
{
    PeerRates const rates;
    double const beta = 3.5e-3 - std::log(2) / 450, edge = beta * 400 * 400 / (4 * std::log(2));
    auto const at = [&](double eps) { return rates.transfer_sixth(1e-20, 1e-20, 6, 8, eps); };
    EXPECT_NEAR(2 * edge, 226.177, 1e-3);
    double const inside = at(-150 - edge + 1e-6), beyond = at(-150 - edge - 1e-6);
    EXPECT_NEAR(beyond / inside, std::exp(-beta * edge / 2), 1e-6);
    EXPECT_NEAR(1 - beyond / inside, 0.105, 1e-3);
    EXPECT_GT(at(2 * edge - 1e-6), 0);
    EXPECT_EQ(at(2 * edge + 1e-6), 0);
    EXPECT_GT(at(-3600), 0);
    EXPECT_EQ(at(-3600.1), 0);
    EXPECT_NEAR(at(0) /
                    dipole_transfer_sixth(1e-20, 1e-20, 6, 8, 1.5, 1.5, gaussian_overlap_cm(400, 400, 150)),
                1, 1e-12);
}

TEST(PeerRates, CutByConcentrationWhereThatIsKnown)
{
    Peer const peer;
    PeerConstants dilute = yb10_er2();
    dilute.site_fraction["Er"] = 0.0005;
    std::size_t dropped_dilute = 0, dropped = 0;
    std::size_t const few = peer.between("Er", "Er", PeerRates(dilute), &dropped_dilute).size();
    std::size_t const all = peer.between("Er", "Er", PeerRates(), &dropped).size();
    EXPECT_LT(few, all / 50);
    EXPECT_EQ(few + dropped_dilute, all + dropped);
}

/// A channel by the names of our levels and theirs, with what it is for.
struct Main {
    char const *D, *i, *j, *A, *k, *l;
};

std::string theirs_of(std::string const& label)
{
    static std::map<std::string, std::string> const other{
        {"2H11/2", "2H(2)11/2"}, {"2G7/2", "2G(1)7/2"}, {"2H9/2", "2G(1)9/2"}};
    auto const found = other.find(label);
    return found == other.end() ? label : found->second;
}

// The rows of the manual's page on compatibility: C6 of the peer, and by what it changes when its rules become ours one
// after another: no Stokes shift and no step between Gaussian and sideband; Boltzmann factor uphill; index and phonons
// of the host; energies and line strengths.
TEST(Compatibility, OfTheMainChannels)
{
    Peer const peer;
    PeerRates const rates;
    PeerConstants const c;
    HostOptics const host = test::optics("beta-NaYF4");
    double const T = 300, width = c.line_width_per_cm;
    PhononLaw const plain{.alpha_cm = c.alpha_cm,
                          .highest_per_cm = c.phonon_per_cm,
                          .effective_per_cm = c.phonon_per_cm,
                          .reference_K = T};
    Main const channels[] = {
        {"Yb", "2F5/2", "2F7/2", "Yb", "2F7/2", "2F5/2"},
        {"Yb", "2F5/2", "2F7/2", "Er", "4I15/2", "4I11/2"},
        {"Er", "4I11/2", "4I15/2", "Yb", "2F7/2", "2F5/2"},
        {"Yb", "2F5/2", "2F7/2", "Er", "4I11/2", "4F7/2"},
        {"Er", "4F7/2", "4I11/2", "Yb", "2F7/2", "2F5/2"},
        {"Yb", "2F5/2", "2F7/2", "Er", "4I13/2", "4F9/2"},
        {"Er", "4F9/2", "4I13/2", "Yb", "2F7/2", "2F5/2"},
        {"Er", "4S3/2", "4I13/2", "Yb", "2F7/2", "2F5/2"},
        {"Er", "4I13/2", "4I15/2", "Er", "4I15/2", "4I13/2"},
        {"Er", "4I13/2", "4I15/2", "Er", "4I13/2", "4I9/2"},
        {"Er", "4I9/2", "4I13/2", "Er", "4I15/2", "4I13/2"},
        {"Er", "4I11/2", "4I15/2", "Er", "4I11/2", "4F7/2"},
        {"Er", "2H11/2", "4I9/2", "Er", "4I15/2", "4I13/2"},
        {"Er", "4S3/2", "4I9/2", "Er", "4I15/2", "4I13/2"},
    };
    int made = 0, cut = 0;
    for (Main const& m : channels) {
        Ion const &D = peer.ions.at(m.D), &A = peer.ions.at(m.A);
        LevelId const i = D.level(theirs_of(m.i)), j = D.level(theirs_of(m.j)), k = A.level(theirs_of(m.k)),
                      l = A.level(theirs_of(m.l));
        double const S = D.between(i, j)->S_ED_override_cm2->value,
                     R = A.between(k, l)->S_ED_override_cm2->value;
        double const g = D.levels[i.value].degeneracy(), h = A.levels[k.value].degeneracy();
        double const eps = A.levels[l.value].energy_per_cm.value - A.levels[k.value].energy_per_cm.value -
                           D.levels[i.value].energy_per_cm.value + D.levels[j.value].energy_per_cm.value;
        double const theirs = rates.transfer_sixth(S, R, g, h, eps);
        double const even = dipole_transfer_sixth(S, R, g, h, c.refractive_index, c.refractive_index,
                                                  phonon_assisted_overlap_cm(width, width, eps, plain, T));
        double const uphill = boltzmann_factor(std::max(0.0, eps), T);
        double const n = host.refractive_index.value,
                     hosted = uphill *
                              dipole_transfer_sixth(S, R, g, h, n, n,
                                                    phonon_assisted_overlap_cm(host.line_width_per_cm.value,
                                                                               host.line_width_per_cm.value,
                                                                               eps, host.phonons(), T));
        Ion const our_D = test::ion(m.D), our_A = test::ion(m.A);
        double const ours =
            std::exp(PairLaw(our_D, host, our_A, host, T)
                         .log_coefficient(DistanceLaw::inverse_sixth, {our_D.level(m.i), our_D.level(m.j),
                                                                       our_A.level(m.k), our_A.level(m.l)}));
        EXPECT_GT(ours, 0);
        std::string const step = fmt::format("{} {}->{}, {} {}->{}", m.D, m.i, m.j, m.A, m.k, m.l);
        if (theirs > 0) {
            fmt::print("C6 | {} | {:+.0f} | {:.3g} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.3g}\n", step, eps,
                       theirs, even / theirs, uphill, hosted / (even * uphill), ours / hosted, ours);
            ++made;
        }
        else {
            fmt::print("C6 | {} | {:+.0f} | none |  |  | {:.2f} | {:.2f} | {:.3g}\n", step, eps,
                       hosted / (even * uphill), ours / hosted, ours);
            ++cut;
        }
    }
    EXPECT_EQ(made, 10);
    EXPECT_EQ(cut, 4);
}

TEST(Compatibility, OfRelaxation)
{
    Peer const peer;
    HostOptics const host = test::optics("beta-NaYF4");
    Ion const er = test::ion("Er");
    RateConditions const conditions{.temperature_K = 300, .medium_index = {}, .laser_per_cm = {}};
    auto const theirs = PeerRates().one_site_channels({0}, peer.ions.at("Er"), peer.host, conditions);
    auto const ours = one_site_channels({0}, er, host, conditions);
    auto const rate = [](std::vector<OneSiteChannel> const& channels, LevelId from, LevelId to) {
        double sum = 0;
        for (auto const& c : channels)
            if (c.process == Process::multiphonon && c.from == from && c.to == to) sum += c.k0_per_s;
        return sum;
    };
    for (std::uint32_t u = 1; u < 8; ++u) {
        double const down = rate(theirs, {u}, {u - 1}), up = rate(theirs, {u - 1}, {u});
        fmt::print("W | Er {}->{} | {:.3g} | {:.3g} | {:.2g} | {:.2g}\n", er.levels[u].label,
                   er.levels[u - 1].label, down, rate(ours, {u}, {u - 1}), up, rate(ours, {u - 1}, {u}));
        EXPECT_GT(down, 0);
    }
}

}  // namespace
}  // namespace lanthorn
