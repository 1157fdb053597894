#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/user_network.hpp"

#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {
namespace {

constexpr std::string_view good = R"(
title = "two kinds"
site_density = "1.38e22 cm^-3"
[[species]]
name = "Yb"
fraction = "18 %"
levels = [{ label = "2F7/2", energy = "0 cm^-1" }, { label = "2F5/2", energy = "10250 cm^-1" }]
[[species]]
name = "Er"
fraction = 0.02
levels = [{ label = "4I15/2", energy = "0 cm^-1" }, { label = "4I13/2", energy = "6500 cm^-1" }, { label = "4I11/2", energy = "10200 cm^-1" }]
[[laser]]
name = "pump"
wavelength = "980 nm"
[[absorption]]
laser = "pump"
ion = "Yb"
from = "2F7/2"
to = "2F5/2"
cross_section = "1e-20 cm^2"
stimulated = "1.3e-20 cm^2"
[[decay]]
ion = "Er"
from = "4I11/2"
rate = { value = 0.1, unit = "ms^-1", source = "anderson2014", kind = "fitted" }
radiative = true
to = { "4I15/2" = 0.8, "4I13/2" = "20 %" }
[[decay]]
ion = "Er"
from = "4I11/2"
to = "4I13/2"
rate = "60 s^-1"
[[transfer]]
donor = ["Yb", "2F5/2", "2F7/2"]
acceptor = ["Er", "4I15/2", "4I11/2"]
coefficient = "1e-15 cm^3/s"
[[transfer]]
donor = ["Yb", "2F5/2", "2F7/2"]
acceptor = ["Yb", "2F7/2", "2F5/2"]
coefficient = "8.6e-39 cm^6/s"
[[band]]
name = "infrared"
transitions = [["Er", "4I11/2", "4I15/2"]]
)";

UserNetwork read(std::string const& text) { return user_network_from(parse_toml(text, "mine.toml")); }

LatticeSums sums_of(char const* host)
{
    return lattice_sums(host_from(library_document(std::string("hosts/") + host + ".toml")));
}

std::string changed(std::string_view from, std::string_view to)
{
    std::string text(good);
    auto const at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(UserNetwork, IsReadInHouseUnits)
{
    UserNetwork const user = read(std::string(good));
    Network const& network = user.network;
    ASSERT_EQ(network.species.size(), 2u);
    EXPECT_EQ(user.fraction[0].value, 0.18);
    EXPECT_NEAR(user.site_density_per_nm3->value, 13.8, 1e-12);
    ASSERT_EQ(network.one_site.size(), 5u);
    auto const& up = network.one_site[0];
    EXPECT_EQ(up.process, Process::absorption);
    EXPECT_NEAR(up.per_irradiance[0], 0.0493336, 1e-6);  // 1e-20 cm^2 over h c / 980 nm
    EXPECT_NEAR(up.heat_per_cm, 1e7 / 980 - 10250, 1e-9);
    auto const& down = network.one_site[1];
    EXPECT_EQ(down.process, Process::stimulated_emission);
    EXPECT_NEAR(down.per_irradiance[0] / up.per_irradiance[0], 1.3, 1e-12);
    EXPECT_NEAR(down.photon_per_cm, -up.photon_per_cm, 1e-12);
    EXPECT_EQ(network.one_site[2].k0_per_s, 80);
    EXPECT_EQ(network.one_site[3].k0_per_s, 20);
    EXPECT_EQ(network.one_site[3].photon_per_cm, 3700);
    EXPECT_EQ(network.one_site[3].source.key, "anderson2014");
    EXPECT_EQ(network.one_site[4].heat_per_cm, 3700);
    EXPECT_EQ(network.one_site[4].source.where, "mine.toml");
    EXPECT_EQ(network.pair[0].heat_per_cm, 50);
    EXPECT_EQ(*user.macroscopic_cm3_per_s[0], 1e-15);
    EXPECT_FALSE(user.macroscopic_cm3_per_s[1]);
    EXPECT_NEAR(network.pair[1].coefficient, 8600, 1e-9);
    EXPECT_EQ(user.bands[0].channels, (std::vector<std::size_t>{2}));
}

struct Wrong {
    char const *from, *to;
    int line;
    char const *key, *says;
};

void PrintTo(Wrong const& wrong, std::ostream* out) { *out << wrong.to; }

class WrongNetwork : public testing::TestWithParam<Wrong> {};

TEST_P(WrongNetwork, IsRefusedWithPlaceAndWord)
{
    auto const& wrong = GetParam();
    try {
        read(changed(wrong.from, wrong.to));
        FAIL() << "taken";
    }
    catch (InputError const& error) {
        auto const& finding = error.first();
        EXPECT_EQ(finding.place.file, "mine.toml");
        EXPECT_EQ(finding.place.line, wrong.line) << finding.problem;
        EXPECT_GT(finding.place.column, 0);
        EXPECT_EQ(finding.key, wrong.key);
        EXPECT_NE(finding.problem.find(wrong.says), std::string::npos) << finding.problem;
        EXPECT_FALSE(finding.excerpt.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongNetwork,
    testing::Values(
        Wrong{"title =", "titel =", 2, "titel", "did you mean \"title\"?"},
        Wrong{"\"1.38e22 cm^-3\"", "\"1.38e22 cm^-2\"", 3, "site_density", "cm^-3"},
        Wrong{"\"1.38e22 cm^-3\"", "1.38e22", 3, "site_density", "number and unit"},
        Wrong{"\"18 %\"", "18", 6, "species[0].fraction", "\"18 %\""},
        Wrong{"\"18 %\"", "0.99", 4, "species", "sum to 1.01"},
        Wrong{"name = \"Er\"", "name = \"Yb\"", 9, "species[1].name", "second time"},
        Wrong{"label = \"4I13/2\"", "label = \"4I15/2\"", 11, "species[1].levels[1]", "unique"},
        Wrong{"{ label = \"4I13/2\", energy = \"6500 cm^-1\" }", "\"4I13/2\"", 11, "species[1].levels",
              "of all levels"},
        Wrong{"\"980 nm\"", "\"10204 cm^-1\"", 14, "laser[0].wavelength", "length"},
        Wrong{"laser = \"pump\"", "laser = \"punp\"", 16, "absorption[0].laser", "did you mean \"pump\"?"},
        Wrong{"ion = \"Yb\"", "ion = \"Tb\"", 17, "absorption[0].ion", "did you mean \"Yb\"?"},
        Wrong{"to = \"2F5/2\"", "to = \"2F5/3\"", 19, "absorption[0].to", "did you mean \"2F5/2\"?"},
        Wrong{"to = \"2F5/2\"", "to = \"2F7/2\"", 19, "absorption[0].to", "one level"},
        Wrong{"\"1e-20 cm^2\"", "\"-1e-20 cm^2\"", 20, "absorption[0].cross_section", "negative"},
        Wrong{"unit = \"ms^-1\"", "unit = \"ms\"", 25, "decay[0].rate", "rate"},
        Wrong{"radiative = true", "radiative = \"yes\"", 26, "decay[0].radiative", "true or false"},
        Wrong{"\"4I15/2\" = 0.8", "\"4I15/2\" = 0.9", 27, "decay[0].to", "sum to 1.1"},
        Wrong{"\"4I15/2\" = 0.8", "\"4I16/2\" = 0.8", 27, "decay[0].to", "did you mean"},
        Wrong{"rate = \"60 s^-1\"", "rat = \"60 s^-1\"", 28, "decay[1].rate", "missing"},
        Wrong{"[\"Yb\", \"2F5/2\", \"2F7/2\"]", "[\"Yb\", \"2F5/2\"]", 34, "transfer[0].donor",
              "[ion, level before, level after]"},
        Wrong{"\"1e-15 cm^3/s\"", "\"1e-15 cm^2/s\"", 36, "transfer[0].coefficient", "nm^6/s"},
        Wrong{"[\"Er\", \"4I11/2\", \"4I15/2\"]]", "[\"Er\", \"4I13/2\", \"4I15/2\"]]", 43,
              "band[0].transitions[0]", "no photons"}));

TEST(UserNetwork, AllIsSaidAtOnce)
{
    std::string text = changed("\"18 %\"", "\"18 nm\"");
    text.replace(text.find("\"1.38e22 cm^-3\""), 15, "\"many\"");
    try {
        read(text);
        FAIL() << "taken";
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.findings().size(), 2u);
    }
}

// Two independent ways: sum over one site and the paper's form (data of the lattice in tests/data would repeat it).
TEST(UserNetwork, LatticeSums)
{
    auto const beta = sums_of("beta-NaYF4");
    EXPECT_NEAR(beta.density_per_nm3, 13.7506, 0.01);
    EXPECT_NEAR(beta.sixth_per_nm6 / 2451.682, 1, 0.002);
    EXPECT_NEAR(beta.eighth_per_nm8 / 15622.2, 1, 0.003);
    EXPECT_NEAR(beta.tenth_per_nm10 / 109924.0, 1, 0.004);
    // Face-centred cubic: sum of (d/R)^6 is 14.45392 with d = a / sqrt 2.
    auto const alpha = sums_of("CaF2");
    double const d6 = std::pow(std::cbrt(4 / alpha.density_per_nm3) / std::sqrt(2.0), 6);
    EXPECT_NEAR(alpha.sixth_per_nm6 * d6, 14.453921, 1e-4);
    EXPECT_NEAR(alpha.tenth_per_nm10 * std::pow(d6, 10.0 / 6), 12.311246, 1e-5);
}

TEST(UserNetwork, OneCoefficientBothWays)
{
    // k = C6 G6/n of 8.6e-39 cm^6/s in beta-NaYF4 is 1.54e-15 cm^3/s.
    auto const beta = sums_of("beta-NaYF4");
    EXPECT_NEAR(microscopic_nm6_per_s(1.54e-15, beta) / 8637, 1, 0.003);

    UserNetwork user = read(std::string(good));
    auto const mixed = well_mixed(user, &beta);
    EXPECT_NEAR(mixed.terms()[5].k0, 1e-15 * 1.38e22, 1e-5);
    EXPECT_NEAR(mixed.terms()[6].k0, 8600 * beta.sixth_per_nm6, 1e-3);
    EXPECT_EQ(mixed.total(), (std::vector{0.18, 0.02}));
    // A macroscopic coefficient at the density of the lattice is the microscopic one it is converted to.
    user.site_density_per_nm3.reset();
    auto const own = well_mixed(user, &beta);
    EXPECT_NEAR(own.terms()[5].k0, microscopic_nm6_per_s(1e-15, beta) * beta.sixth_per_nm6, 1e-6);
    EXPECT_THROW(well_mixed(user, nullptr), InputError);
    user.site_density_per_nm3 = Sourced<double>{13.8, 0, {}};
    EXPECT_THROW(well_mixed(user, nullptr), InputError);  // the second coefficient is microscopic
}

TEST(UserNetwork, ReplacesWhatIsCalculatedOnACrystal)
{
    UserNetwork const user = read(std::string(good));
    auto const beta = sums_of("beta-NaYF4");
    Network calculated =
        network_of({2, 3, 2}, {{0, 0, 0}, {.4, 0, 0}, {0, .4, 0}, {.4, .4, 0}}, {0, 1, 2, 0});
    calculated.species[0].name = "Yb";
    calculated.species[1].name = "Er";
    calculated.species[2].name = "Tm";
    calculated.species[0].levels = {"2F7/2", "2F5/2"};
    calculated.species[1].levels = {"4I15/2", "4I11/2", "4F9/2"};  // the file has no 4F9/2
    calculated.lasers = 1;
    calculated.one_site = {one_site(0, {1, 0}, 640), one_site(1, {1, 0}, 1), one_site(1, {2, 0}, 0),
                           one_site(2, {1, 0}, 7), one_site(1, {1, 0}, 0)};
    calculated.one_site[2].process = calculated.one_site[4].process = Process::quenching;
    calculated.extra = {{{1}, 4, 50.0}, {{1}, 2, 60.0}};
    calculated.pair = {transfer(0, {1, 0}, 0, {0, 1}, 1), transfer(0, {1, 0}, 2, {0, 1}, 2),
                       transfer(1, {2, 0}, 2, {0, 1}, 3), transfer(1, {1, 0}, 2, {0, 1}, 4)};
    std::vector<LatticeSums> const lattice(3, beta);
    auto const [network, left_out] = with_user_rates(calculated, user, lattice, std::vector{980.4});
    validate(network);
    EXPECT_EQ(network.species[1].levels, (std::vector<std::string>{"4I15/2", "4I13/2", "4I11/2"}));
    EXPECT_EQ(network.species[2].levels.size(), 2u);
    ASSERT_EQ(network.one_site.size(), 7u);  // Tm, one quenching, five of the file
    EXPECT_EQ(network.one_site[0].k0_per_s, 7);
    EXPECT_EQ(network.one_site[1].process, Process::quenching);
    EXPECT_EQ(network.one_site[1].from.value, 2u);
    ASSERT_EQ(network.extra.size(), 1u);
    EXPECT_EQ(network.extra[0].channel, 1u);
    EXPECT_EQ(network.extra[0].rate_per_s, 50);
    ASSERT_EQ(network.pair.size(), 4u);  // Yb-Tm and Er(4I11/2)-Tm calculated, two of the file
    EXPECT_EQ(network.pair[0].coefficient, 2);
    EXPECT_EQ(network.pair[1].donor_from.value, 2u);
    EXPECT_NEAR(network.pair[2].coefficient, microscopic_nm6_per_s(1e-15, beta), 1e-9);
    EXPECT_NEAR(network.pair[3].coefficient, 8600, 1e-9);
    EXPECT_EQ(left_out.size(), 2u);

    try {
        with_user_rates(calculated, user, lattice, std::vector{808.0});
        FAIL() << "808 nm is not in the file";
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().key, "excitation[0].wavelength");
    }
    for (auto& species : calculated.species) species.name = "Ho";
    EXPECT_THROW(with_user_rates(calculated, user, lattice, std::vector{980.0}), InputError);
}

}  // namespace
}  // namespace lanthorn
