#include "lanthorn/base/constants.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/pair_law.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/ions/summary.hpp"

#include "library.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {
namespace {

constexpr SpeciesId first{0}, second{1};
constexpr double T = 295, kT = constants::boltzmann_per_cm_K * T;
std::string const forward =
    "donor = [\"Yb\", \"2F5/2\", \"2F7/2\"]\nacceptor = [\"Er\", \"4I15/2\", \"4I11/2\"]\n";
std::string const backward =
    "donor = [\"Er\", \"4I11/2\", \"4I15/2\"]\nacceptor = [\"Yb\", \"2F7/2\", \"2F5/2\"]\n";
std::string const migration =
    "donor = [\"Yb\", \"2F5/2\", \"2F7/2\"]\nacceptor = [\"Yb\", \"2F7/2\", \"2F5/2\"]\n";

std::string number(std::string const& name, std::string const& value, std::string const& unit)
{
    return name + " = { value = " + value + ", unit = \"" + unit +
           "\", source = \"mine\", kind = \"fitted\" }";
}

std::string text_with(std::string const& entries)
{
    return library_document("hosts/beta-NaYF4.toml").text + entries;
}

HostOptics host_with(std::vector<std::string> const& entries)
{
    std::string text;
    for (auto const& e : entries) text += "[[optics.transfer]]\n" + e + "\n";
    HostOptics host = host_optics_from(parse_toml(text_with(text), "own.toml"));
    host.stark.clear();
    return host;
}

std::string const exchange_entry = "exchange = { " + number("rate", "2e5", "s^-1") + ", " +
                                   number("range", "0.06", "nm") + ", " + number("at", "0.38", "nm") + " }";

Ion er()
{
    Ion const all = test::ion("Er");
    return truncated(all, all.default_levels, 1e9).ion;
}

std::vector<PairChannel> channels(Ion const& D, HostOptics const& d, Ion const& A, HostOptics const& a,
                                  Multipoles multipoles = Multipoles::up_to_quadrupole)
{
    return pair_channels(
        first, D, d, second, A, a,
        {.temperature_K = T, .medium_index = {}, .laser_per_cm = {}, .multipoles = multipoles});
}

PairChannel const* find(std::vector<PairChannel> const& all, DistanceLaw law, PairStep const& s)
{
    auto const found = std::ranges::find_if(all, [&](PairChannel const& c) {
        return c.law == law && PairStep{c.donor_from, c.donor_to, c.acceptor_from, c.acceptor_to} == s;
    });
    return found == all.end() ? nullptr : &*found;
}

/// Both ways of Yb 2F5/2 + Er 4I15/2 <-> Er 4I11/2 in one host.
struct Ways {
    explicit Ways(HostOptics const& host, Multipoles multipoles = Multipoles::up_to_quadrupole)
        : there(channels(yb, host, erbium, host, multipoles)),
          back(channels(erbium, host, yb, host, multipoles))
    {}

    PairChannel const* way(DistanceLaw law) const { return find(there, law, step); }
    PairChannel const* way_back(DistanceLaw law) const { return find(back, law, step.back()); }

    Ion yb = test::ion("Yb"), erbium = er();
    PairStep step{{1}, {0}, {0}, erbium.level("4I11/2")};
    std::vector<PairChannel> there, back;
};

/// way/way back of that pair: g_j g_l/(g_i g_k) and eps = -121 cm^-1.
double const balance = (8.0 * 12) / (6.0 * 16) * std::exp(121 / kT);

TEST(Multipoles, MakeAChannelOfEachLaw)
{
    Ways const all(test::unresolved("beta-NaYF4")),
        dipoles(test::unresolved("beta-NaYF4"), Multipoles::dipole);
    for (auto const law :
         {DistanceLaw::inverse_sixth, DistanceLaw::inverse_eighth, DistanceLaw::inverse_tenth}) {
        ASSERT_NE(all.way(law), nullptr);
        EXPECT_TRUE(all.way(law)->detailed_balance);
        EXPECT_NEAR(all.way(law)->coefficient / all.way_back(law)->coefficient, balance, 1e-12 * balance);
        EXPECT_EQ(all.way(law)->heat_per_cm, 121);
        EXPECT_EQ(dipoles.way(law) != nullptr, law == DistanceLaw::inverse_sixth);
    }
    EXPECT_EQ(all.way(DistanceLaw::inverse_sixth)->coefficient,
              dipoles.way(DistanceLaw::inverse_sixth)->coefficient);
    EXPECT_GT(all.there.size(), 2 * dipoles.there.size());
}

TEST(Multipoles, AreNegligibleLawByLaw)
{
    HostOptics const host = test::unresolved("beta-NaYF4");
    for (auto const& c : channels(er(), host, er(), host)) {
        double const at_nearest = std::log(c.coefficient) + log_distance_factor(c.law, 0.35, c.range_nm);
        EXPECT_GE(at_nearest, std::log(1e-6) - 1e-9);
    }
}

TEST(TransferOverride, OfAMultipoleReplacesThatLawAlone)
{
    Ways const plain(test::unresolved("beta-NaYF4"));
    Ways const own(host_with({forward + "multipole = 8\n" + number("coefficient", "70", "nm^8/s")}));
    EXPECT_EQ(own.way(DistanceLaw::inverse_eighth)->coefficient, 70);
    EXPECT_EQ(own.way(DistanceLaw::inverse_eighth)->source.key, "mine");
    EXPECT_NEAR(own.way_back(DistanceLaw::inverse_eighth)->coefficient, 70 / balance, 1e-12 * 70);
    EXPECT_TRUE(own.way(DistanceLaw::inverse_eighth)->detailed_balance);
    EXPECT_TRUE(own.way_back(DistanceLaw::inverse_eighth)->detailed_balance);
    for (auto const law : {DistanceLaw::inverse_sixth, DistanceLaw::inverse_tenth})
        EXPECT_EQ(own.way(law)->coefficient, plain.way(law)->coefficient);
    EXPECT_EQ(own.there.size(), plain.there.size());
    // It counts where nothing of that law is calculated, too.
    Ways const dipoles(host_with({forward + "multipole = 8\n" + number("coefficient", "70", "nm^8/s")}),
                       Multipoles::dipole);
    EXPECT_EQ(dipoles.way(DistanceLaw::inverse_eighth)->coefficient, 70);
}

TEST(TransferOverride, OfBothWaysIsNoBalance)
{
    Ways const own(host_with({forward + number("coefficient", "600", "nm^6/s"),
                              backward + number("coefficient", "5e-40", "cm^6/s")}));
    EXPECT_EQ(own.way(DistanceLaw::inverse_sixth)->coefficient, 600);
    EXPECT_NEAR(own.way_back(DistanceLaw::inverse_sixth)->coefficient, 500, 1e-10);
    EXPECT_FALSE(own.way(DistanceLaw::inverse_sixth)->detailed_balance);
    EXPECT_FALSE(own.way_back(DistanceLaw::inverse_sixth)->detailed_balance);
    EXPECT_TRUE(own.way(DistanceLaw::inverse_eighth)->detailed_balance);
}

TEST(TransferOverride, ScalesOrSwitchesOff)
{
    Ways const plain(test::unresolved("beta-NaYF4"));
    Ways const off(host_with({forward + number("factor", "0", "1")}));
    for (auto const law :
         {DistanceLaw::inverse_sixth, DistanceLaw::inverse_eighth, DistanceLaw::inverse_tenth}) {
        EXPECT_EQ(off.way(law), nullptr);
        EXPECT_EQ(off.way_back(law), nullptr);
    }
    EXPECT_EQ(off.there.size() + 3, plain.there.size());
    Ways const half(host_with({forward + "multipole = 10\n" + number("factor", "0.5", "1")}));
    EXPECT_EQ(half.way(DistanceLaw::inverse_sixth)->coefficient,
              plain.way(DistanceLaw::inverse_sixth)->coefficient);
    double const of_plain = plain.way(DistanceLaw::inverse_tenth)->coefficient;
    EXPECT_NEAR(half.way(DistanceLaw::inverse_tenth)->coefficient / of_plain, 0.5, 1e-12);
    EXPECT_NEAR(half.way_back(DistanceLaw::inverse_tenth)->coefficient * balance / of_plain, 0.5, 1e-12);
    EXPECT_TRUE(half.way(DistanceLaw::inverse_tenth)->detailed_balance);
    EXPECT_EQ(half.way(DistanceLaw::inverse_tenth)->source.key, "mine");
}

TEST(TransferOverride, OneWayMayBeOffAlone)
{
    Ways const plain(test::unresolved("beta-NaYF4"));
    Ways const own(host_with({forward + number("factor", "1", "1"), backward + number("factor", "0", "1")}));
    auto const sixth = DistanceLaw::inverse_sixth;
    EXPECT_NEAR(own.way(sixth)->coefficient / plain.way(sixth)->coefficient, 1, 1e-12);
    EXPECT_FALSE(own.way(sixth)->detailed_balance);
    EXPECT_EQ(own.way_back(sixth), nullptr);
}

TEST(TransferOverride, ExchangeAddsAChannelAndItsWayBack)
{
    HostOptics const host = host_with({forward + exchange_entry});
    Ways const own(host), plain(test::unresolved("beta-NaYF4"));
    auto const* c = own.way(DistanceLaw::exponential);
    ASSERT_NE(c, nullptr);
    EXPECT_NEAR(c->coefficient * std::exp(-2 * 0.38 / 0.06), 2e5, 1e-7);
    EXPECT_EQ(c->range_nm, 0.06);
    EXPECT_TRUE(c->detailed_balance);
    EXPECT_EQ(c->heat_per_cm, 121);
    EXPECT_NEAR(c->coefficient / own.way_back(DistanceLaw::exponential)->coefficient, balance,
                1e-12 * balance);
    EXPECT_EQ(own.way(DistanceLaw::inverse_sixth)->coefficient,
              plain.way(DistanceLaw::inverse_sixth)->coefficient);
    EXPECT_EQ(own.there.size(), plain.there.size() + 1);
    auto const rows = parameters_of(own.erbium, host, Multipoles::up_to_quadrupole);
    auto const has = [&](std::string const& name) {
        return std::ranges::count(rows, name, &ParameterRow::name);
    };
    EXPECT_EQ(has("beta-NaYF4: transfer Yb 2F5/2->2F7/2, Er 4I15/2->4I11/2, exchange"), 1);
    EXPECT_EQ(has("Er: <r^2> of 4f"), 1);
}

TEST(TransferOverride, OfTheDonorsHostGoesFirstBothWays)
{
    HostOptics a = host_with({forward + number("coefficient", "600", "nm^6/s")});
    HostOptics b = host_with({forward + number("coefficient", "90", "nm^6/s")});
    b.name = "other";
    Ways const w(a);
    auto const there = channels(w.yb, a, w.erbium, b), back = channels(w.erbium, b, w.yb, a);
    EXPECT_EQ(find(there, DistanceLaw::inverse_sixth, w.step)->coefficient, 600);
    EXPECT_NEAR(find(back, DistanceLaw::inverse_sixth, w.step.back())->coefficient, 600 / balance, 1e-9);
    EXPECT_EQ(find(channels(w.yb, b, w.erbium, a), DistanceLaw::inverse_sixth, w.step)->coefficient, 90);
}

TEST(TransferOverride, OfMigrationHoldsDownhill)
{
    HostOptics a = host_with({migration + number("coefficient", "42", "nm^6/s")}), b = a;
    Ion const yb = test::ion("Yb");
    PairStep const hop{{1}, {0}, {0}, {1}};
    auto const sixth = DistanceLaw::inverse_sixth;
    EXPECT_EQ(find(channels(yb, a, yb, a), sixth, hop)->coefficient, 42);
    EXPECT_TRUE(find(channels(yb, a, yb, a), sixth, hop)->detailed_balance);
    b.name = "other";
    for (auto* host : {&a, &b}) host->stark.push_back({"Yb", "2F7/2", {0, 100, 200, 300}, {}});
    a.stark.push_back({"Yb", "2F5/2", {10250, 10300, 10350}, {}});
    b.stark.push_back({"Yb", "2F5/2", {10350, 10400, 10450}, {}});
    auto const up = channels(yb, a, yb, b), down = channels(yb, b, yb, a);
    EXPECT_NEAR(find(up, sixth, hop)->coefficient, 42 * std::exp(-100 / kT), 1e-10);
    EXPECT_EQ(find(down, sixth, hop)->coefficient, 42);
    EXPECT_TRUE(find(up, sixth, hop)->detailed_balance);
    EXPECT_NEAR(find(up, sixth, hop)->heat_per_cm, -100, 1e-9);
}

TEST(TransferOverride, FindsWhatCannotBeRight)
{
    int const lines = int(std::ranges::count(text_with(""), '\n'));
    auto const expect = [&](std::string const& entry, int line, std::string const& key,
                            std::string const& words) {
        try {
            host_optics_from(parse_toml(text_with("[[optics.transfer]]\n" + entry + "\n"), "own.toml"));
            ADD_FAILURE() << entry;
        }
        catch (InputError const& error) {
            EXPECT_EQ(error.findings().size(), 1U) << error.what();
            EXPECT_EQ(error.first().place.file, "own.toml");
            EXPECT_EQ(error.first().place.line, lines + line) << entry;
            EXPECT_EQ(error.first().key, key);
            EXPECT_NE(error.first().problem.find(words), std::string::npos) << error.first().problem;
        }
    };
    std::string const six = number("coefficient", "60", "nm^6/s");
    expect(forward + six + "\nmultipole = 7", 5, "optics.transfer[0].multipole", "6 (dipole-dipole)");
    expect(forward + six + "\nmultipole = 8", 4, "optics.transfer[0].coefficient", "nm^8/s");
    expect(forward, 1, "optics.transfer[0]", "one of coefficient, factor or exchange");
    expect(forward + six + "\n" + number("factor", "2", "1"), 1, "optics.transfer[0]", "one in each entry");
    expect(forward + number("factor", "-2", "1"), 4, "optics.transfer[0].factor", "not negative");
    expect(forward + exchange_entry + "\nmultipole = 6", 5, "optics.transfer[0].multipole", "no multipole");
    expect(forward + "exchange = { " + number("rate", "2e5", "s^-1") + ", " + number("range", "0", "nm") +
               ", " + number("at", "0.38", "nm") + " }",
           4, "optics.transfer[0].exchange.range", "above 0");
    expect(forward + "exchange = { " + number("rate", "2e5", "s^-1") + ", " + number("range", "1e-4", "nm") +
               ", " + number("at", "0.38", "nm") + " }",
           4, "optics.transfer[0].exchange.range", "too short");
    std::string const again = "\n[[optics.transfer]]\n" + forward;
    expect(forward + six + again + number("factor", "2", "1"), 5, "optics.transfer[1]", "optics.transfer[0]");
    expect(forward + exchange_entry + again + exchange_entry, 5, "optics.transfer[1]", "optics.transfer[0]");
    // What does not contradict: other multipoles, exchange beside a coefficient.
    EXPECT_EQ(host_with({forward + six, forward + exchange_entry,
                         forward + "multipole = 8\n" + number("factor", "2", "1")})
                  .transfers.size(),
              3U);
}

}  // namespace
}  // namespace lanthorn
