#include "lanthorn/base/constants.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/pseudo_ions.hpp"
#include "lanthorn/ions/quenchers.hpp"
#include "lanthorn/ions/radiative.hpp"

#include "unit/ions/library.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace lanthorn;

namespace {

Quenchers const& library()
{
    static Quenchers const all = quenchers_from(library_document("quenchers.toml"));
    return all;
}

GroupDensity medium(std::string const& name)
{
    return groups_of_medium(library_document("media.toml"), name).value();
}

/// Absorption of a liquid as it fills the space around a particle [1/cm].
double absorption(std::string const& name, double nm)
{
    auto const groups = medium(name);
    return library().spectrum(groups.spectrum).cross_section_cm2(1e7 / nm) * groups.density.value * 1e21;
}

std::vector<VibrationalSink> sinks_of(Ion const& ion, VibrationalSpectrum const& spectrum)
{
    HostOptics const host = test::optics("beta-NaYF4");
    return vibrational_sinks(ion, host, Manifolds(ion, host, 295), spectrum);
}

/// Rate of an ion at 1 nm of a half-space of a liquid [1/s].
double before(std::string const& name, std::string const& symbol, std::string const& upper)
{
    Ion const ion = test::ion(symbol);
    auto const groups = medium(name);
    for (auto const& sink : sinks_of(ion, library().spectrum(groups.spectrum)))
        if (sink.upper == ion.level(upper) && sink.lower.value == 0)
            return constants::pi / 6 * sink.coefficient_nm6_per_s * groups.density.value;
    return 0;
}

std::string problem(std::string const& toml)
{
    try {
        quenchers_from(parse_toml(toml, "test.toml"));
    }
    catch (InputError const& error) {
        return error.first().key + " | " + error.first().problem;
    }
    return "nothing";
}

}  // namespace

TEST(Quenchers, FollowMeasuredAbsorption)
{
    EXPECT_NEAR(absorption("water", 976), 0.476, 0.03);
    EXPECT_NEAR(absorption("water", 1200), 1.26, 0.1);
    EXPECT_NEAR(absorption("water", 1450), 27.8, 2);
    EXPECT_NEAR(absorption("water", 1550), 12.1, 1);
    EXPECT_NEAR(absorption("water", 1940), 120, 8);
    EXPECT_NEAR(absorption("water", 2950), 12700, 1000);
    EXPECT_NEAR(absorption("heavy water", 1000), 0.0172, 0.002);
    EXPECT_NEAR(absorption("heavy water", 1330), 0.257, 0.02);
    EXPECT_NEAR(absorption("heavy water", 1550), 0.362, 0.03);
    EXPECT_NEAR(absorption("heavy water", 1970), 22.9, 2);
    EXPECT_NEAR(absorption("ethanol", 1016), 0.162, 0.03);
    EXPECT_NEAR(absorption("ethanol", 1580), 6.25, 0.8);
    EXPECT_NEAR(absorption("toluene", 1143), 1.35, 0.25);
    EXPECT_NEAR(absorption("toluene", 1680), 13.5, 2);
    EXPECT_NEAR(absorption("hexane", 1725), 8, 3);
}

// sigma = 1.4e-23 cm^2 at 10200 cm^-1, A = 640 /s, n = 1.5: 25 nm^6/s per molecule of water, 437 /s at 1 nm of it.
TEST(VibrationalSixth, HasTheFigureOfYtterbiumInWater)
{
    VibrationalSpectrum flat{.name = "flat",
                             .density_per_nm3 = {.value = 33.4, .sigma = 0, .source = {}},
                             .bands = {{10200, 1e5, 1.4e-23 * 33.4e21, {}}}};
    double const C6 = vibrational_sixth(640, 10200, 1, 1.5, flat);
    EXPECT_NEAR(C6, 25.0, 0.1);
    EXPECT_NEAR(C6 * 33.4 * constants::pi / 6, 437, 2);
    EXPECT_NEAR(C6 * 33.4 * constants::pi / 6 / 8, 55, 0.5);
    double const pi5 = std::pow(constants::pi, 5);
    EXPECT_NEAR(C6, 3 / (64 * pi5 * std::pow(1.5, 4)) * 640 * 1.4e-23 / std::pow(10200.0, 4) * 1e42, 1e-4);

    auto const& water = library().spectrum("O-H");
    EXPECT_NEAR(2 * water.cross_section_cm2(10200), 1.4e-23, 0.15e-23);
    EXPECT_NEAR(2 * vibrational_sixth(640, 10200, 400, 1.5, water), 25, 2.5);
}

// Against the integral of (transfer.4) on a grid, with the emission nu^3 g and the absorption nu sigma.
TEST(VibrationalSixth, IsTheIntegralOverBothLines)
{
    auto const& water = library().spectrum("O-H");
    double const nu = 6500, width = 400, A = 100, n = 1.475;
    double integral = 0;
    for (auto const& band : water.bands)
        for (double x = nu - 2000; x < nu + 2000; x += 0.5)
            integral += 0.5 * gaussian_cm(x - nu, width) * band.peak_per_cm / (66.8e21) *
                        gaussian_cm(x - band.centre_per_cm, band.fwhm_per_cm) /
                        gaussian_cm(0, band.fwhm_per_cm) / (nu * nu * nu * band.centre_per_cm);
    double const wanted = 3 / (64 * std::pow(constants::pi, 5) * std::pow(n, 4)) * A * integral * 1e42;
    EXPECT_NEAR(vibrational_sixth(A, nu, width, n, water), wanted, 1e-6 * wanted);
}

TEST(VibrationalSinks, RankTheSolvents)
{
    for (auto const& [symbol, level] : {std::pair{"Yb", "2F5/2"}, std::pair{"Er", "4I13/2"}}) {
        double const water = before("water", symbol, level), heavy = before("heavy water", symbol, level),
                     hexane = before("hexane", symbol, level), ethanol = before("ethanol", symbol, level);
        std::printf("%s %s at 1 nm: water %.3g, ethanol %.3g, hexane %.3g, heavy water %.3g /s\n", symbol,
                    level, water, ethanol, hexane, heavy);
        EXPECT_GT(water, 2 * ethanol);
        EXPECT_GT(ethanol, 2 * hexane);
        EXPECT_GT(water, 10 * heavy);
        EXPECT_GT(heavy, 0);
    }
}

TEST(VibrationalSinks, AreThoseOfElectricDipoleEmissions)
{
    Ion const er = test::ion("Er");
    auto const sinks = sinks_of(er, library().spectrum("O-H"));
    std::set<std::pair<LevelId, LevelId>> seen;
    for (auto const& sink : sinks) {
        EXPECT_TRUE(seen.insert({sink.upper, sink.lower}).second);
        EXPECT_LT(sink.lower, sink.upper);
        EXPECT_GT(sink.coefficient_nm6_per_s, 0);
        EXPECT_EQ(sink.energy_per_cm, er.levels[sink.upper.value].energy_per_cm.value -
                                          er.levels[sink.lower.value].energy_per_cm.value);
    }
    EXPECT_GT(sinks.size(), 30u);
    // 4I11/2 -> 4I13/2 falls on the O-H stretch: the strongest sink of all per photon it emits.
    auto const C6 = [&](char const* upper, char const* lower) {
        for (auto const& sink : sinks)
            if (sink.upper == er.level(upper) && sink.lower == er.level(lower))
                return sink.coefficient_nm6_per_s;
        return 0.0;
    };
    EXPECT_GT(C6("4I11/2", "4I13/2"), 10 * C6("4I11/2", "4I15/2"));
}

TEST(Quenchers, HaveSourcesInTheReferences)
{
    std::set<std::string> keys;
    for (auto const& r : references_from(library_text("references.bib"))) keys.insert(r.key);
    auto const check = [&](Source const& source) {
        EXPECT_TRUE(keys.contains(source.key)) << source.key;
        EXPECT_FALSE(source.where.empty());
    };
    Quenchers const& all = library();
    for (auto const& spectrum : all.spectra) {
        check(spectrum.density_per_nm3.source);
        for (auto const& band : spectrum.bands) check(band.source);
    }
    for (auto const& ligand : all.ligands) {
        check(ligand.thickness_nm.source);
        check(ligand.chain.density.source);
        check(ligand.anchor.density.source);
    }
    Document const media = library_document("media.toml");
    for (Node const& node : media.root.find("medium")->array())
        if (auto const groups = groups_of_medium(media, node.find("name")->text())) {
            check(groups->density.source);
            EXPECT_GT(all.spectrum(groups->spectrum).bands.size(), 0u);
        }
    EXPECT_FALSE(groups_of_medium(media, "vacuum"));
    EXPECT_FALSE(groups_of_medium(media, "no such medium"));
}

TEST(Quenchers, RefuseWhatCannotBeRight)
{
    std::string const sourced = "source = \"crc\", where = \"x\", kind = \"assumed\"";
    std::string const hydroxyl =
        "\n[hydroxyl]\nspectrum = \"a\"\nper_hydroxyl = { value = 1, unit = \"1\", " + sourced + " }\n";
    auto const with = [&](std::string const& density, std::string const& row) {
        return "ligand = []\n[[spectrum]]\nname = \"a\"\ndensity = { value = " + density + ", " + sourced +
               " }\nbands = [{ unit = \"cm^-1\", " + sourced + ", rows = [" + row + "] }]\n" + hydroxyl;
    };
    std::string const row = "{ centre = 1, fwhm = 1, peak = 1 }";
    EXPECT_EQ(problem(with("1, unit = \"nm^-3\"", row)), "nothing");
    EXPECT_NE(problem(with("0, unit = \"nm^-3\"", row)).find("above 0"), std::string::npos);
    EXPECT_NE(problem(with("1, unit = \"nm\"", row)).find("spectrum[0].density"), std::string::npos);
    EXPECT_NE(problem(with("1, unit = \"nm^-3\"", "{ centre = 1, fwhm = 0, peak = 1 }"))
                  .find("bands[0].rows[0].fwhm"),
              std::string::npos);
    EXPECT_NE(problem(with("1, unit = \"nm^-3\"", "{ center = 1, fwhm = 1, peak = 1 }")).find("\"centre\""),
              std::string::npos);
    EXPECT_NE(problem(with("1, unit = \"nm^-3\"", row) + "[x]\n").find("unknown key \"x\""),
              std::string::npos);
    EXPECT_NE(problem("spectrum = []\nligand = []\n" + hydroxyl).find("there is no spectrum \"a\""),
              std::string::npos);
}

TEST(PseudoIons, AreThoseOfThePeer)
{
    Document const document = library_document("pseudo_ions.toml");
    auto const names = pseudo_ion_names(document);
    EXPECT_EQ(names, (std::vector<std::string>{"Surface", "Surface3", "Surface4", "Surface5", "Surface6"}));
    for (auto const& name : names) {
        Ion const ion = pseudo_ion_from(document, name);
        EXPECT_EQ(ion.levels.size(), name == "Surface" ? 6u : 7u);
        EXPECT_EQ(ion.levels[1].energy_per_cm.value, 1700);
        EXPECT_EQ(ion.transitions.size(), ion.levels.size() - 1);
        for (auto const& t : ion.transitions) EXPECT_EQ(t.lower.value, 0u);
    }
    Ion const surface5 = pseudo_ion_from(document, "Surface5");
    EXPECT_EQ(surface5.levels[0].degeneracy(), 14);
    EXPECT_EQ(surface5.transitions.front().S_ED_override_cm2->value, 1e-17);
    EXPECT_EQ(surface5.transitions.back().S_ED_override_cm2->value, 1e-18);
    EXPECT_THROW(pseudo_ion_from(document, "Surface2"), InputError);
    Document const wrong = parse_toml(R"([[pseudo_ion]]
name = "x"
levels = { J = 1, energies = [0, 5, 5], unit = "cm^-1", source = "crc", where = "x", kind = "assumed" }
strengths = { from_ground = [1e-20], unit = "cm^2", source = "crc", where = "x", kind = "assumed" }
)",
                                      "test.toml");
    try {
        pseudo_ion_from(wrong, "x");
        FAIL();
    }
    catch (InputError const& error) {
        ASSERT_EQ(error.findings().size(), 2u);
        EXPECT_EQ(error.findings()[0].key, "pseudo_ion[0].levels.energies");
        EXPECT_EQ(error.findings()[1].key, "pseudo_ion[0].strengths.from_ground");
        EXPECT_EQ(error.findings()[1].place.line, 4);
    }
}
