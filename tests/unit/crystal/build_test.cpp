#include "lanthorn/base/moments.hpp"
#include "lanthorn/crystal/topology.hpp"

#include "hosts.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

namespace lanthorn {
namespace {

using testing::count;
using testing::host;
using testing::sphere;

std::vector<std::pair<std::string, double>> const yb49tm1{{"Yb", 0.49}, {"Tm", 0.01}};

std::int64_t rare_earths(Crystal const& crystal)
{
    std::int64_t n = 0;
    for (std::uint8_t o : crystal.occupant) n += is_rare_earth(crystal.occupants[o].element);
    return n;
}

struct Spread {
    Moments rare_earth, yb, tm;
};

Spread spread(Doping doping, std::uint32_t structures)
{
    Particle plan = sphere(host("beta-NaGdF4"), 6.7, yb49tm1);
    plan.doping = doping;
    Spread spread;
    for (std::uint32_t s = 0; s < structures; ++s) {
        Crystal const crystal = build(plan, {.seed = test_seed(), .sweep_point = 0, .structure = s});
        spread.rare_earth.add(double(rare_earths(crystal)));
        spread.yb.add(double(count(crystal, "Yb")));
        spread.tm.add(double(count(crystal, "Tm")));
    }
    return spread;
}

double p_of_spread(Moments const& moments, double sd)
{
    double const degrees = double(moments.count() - 1);
    return p_of_chi_square(degrees * moments.variance() / (sd * sd), degrees);
}

void expect_moments(Moments const& moments, double mean, double sd)
{
    EXPECT_GT(p_of_mean(moments, mean), false_alarm) << moments.mean() << " for " << mean;
    EXPECT_GT(p_of_spread(moments, sd), false_alarm) << std::sqrt(moments.variance()) << " for " << sd;
    // 1000 structures see a mean that is off by a quarter of the spread and a spread that is off by 18 %;
    // sabotage by twice that is caught.
    EXPECT_LT(p_of_mean(moments, mean + 0.5 * sd), false_alarm);
    EXPECT_LT(p_of_spread(moments, 1.36 * sd), false_alarm);
    EXPECT_LT(p_of_spread(moments, sd / 1.36), false_alarm);
}

// Target P02, in the three readings of "composition".
TEST(Composition, ExactFixesEveryCount)
{
    Spread const s = spread(Doping::exact, 50);
    EXPECT_NEAR(s.rare_earth.mean(), 2091, 0.02 * 2091);
    EXPECT_EQ(s.rare_earth.variance(), 0);
    EXPECT_EQ(s.yb.mean(), std::round(0.49 * s.rare_earth.mean()));
    EXPECT_EQ(s.yb.variance(), 0);
    EXPECT_EQ(s.tm.mean(), std::round(0.01 * s.rare_earth.mean()));
    EXPECT_EQ(s.tm.variance(), 0);
    EXPECT_NEAR(s.yb.mean(), 1024, 23);
    EXPECT_NEAR(s.tm.mean(), 20.9, 4.5);
}

TEST(Composition, BinomialFixesTheRareEarthSites)
{
    Spread const s = spread(Doping::binomial, 1000);
    double const n = s.rare_earth.mean();
    EXPECT_NEAR(n, 2091, 0.02 * 2091);
    EXPECT_EQ(s.rare_earth.variance(), 0);
    EXPECT_NEAR(std::sqrt(n * 0.49 * 0.51), 23, 0.5);
    EXPECT_NEAR(std::sqrt(n * 0.01 * 0.99), 4.5, 0.1);
    expect_moments(s.yb, 0.49 * n, std::sqrt(n * 0.49 * 0.51));
    expect_moments(s.tm, 0.01 * n, std::sqrt(n * 0.01 * 0.99));
}

TEST(Composition, IndependentLetsTheRareEarthScatter)
{
    Crystal const one = build(sphere(host("beta-NaGdF4"), 6.7), {});
    double full = 0, half = 0;
    for (LatticeIndex const& at : one.lattice) {
        full += one.region_hosts[0].positions[at.position].label == "1a";
        half += one.region_hosts[0].positions[at.position].label == "1f";
    }
    double const n = full + half / 2, x = 0.49;
    double const sd_re = std::sqrt(half / 4), sd_yb = std::sqrt(n * x * (1 - x) + x * x * half / 4);
    EXPECT_NEAR(n, 2091, 0.02 * 2091);
    EXPECT_NEAR(sd_re, 18.7, 0.2);
    EXPECT_NEAR(sd_yb, 24.6, 0.3);
    Spread const s = spread(Doping::independent, 1000);
    expect_moments(s.rare_earth, n, sd_re);
    expect_moments(s.yb, x * n, sd_yb);
    expect_moments(s.tm, 0.01 * n, std::sqrt(n * 0.01 * 0.99 + 1e-4 * half / 4));
}

TEST(Build, GivesTheSameCrystalForTheSameSeed)
{
    Particle const plan = sphere(host("beta-NaYF4"), 4, {{"Yb", 0.2}, {"Er", 0.02}});
    Tree const first = to_tree(build(plan, {.seed = 3}));
    EXPECT_TRUE(first == to_tree(build(plan, {.seed = 3})));
    EXPECT_FALSE(first == to_tree(build(plan, {.seed = 4})));
    EXPECT_FALSE(first == to_tree(build(plan, {.seed = 3, .sweep_point = 0, .structure = 1})));
}

TEST(Build, OrdersItsSitesByLatticeIndex)
{
    Crystal const crystal = build(sphere(host("beta-NaYF4"), 5), {});
    EXPECT_TRUE(std::ranges::is_sorted(crystal.lattice));
    EXPECT_EQ(std::set(crystal.lattice.begin(), crystal.lattice.end()).size(), crystal.size());
    EXPECT_TRUE(crystal.occupants[0].is_vacancy());
}

std::set<std::uint64_t> keys_of(Crystal const& crystal, std::string const& element)
{
    std::set<std::uint64_t> keys;
    for (SiteId s : sites_of(crystal, std::span(&element, 1)))
        keys.insert(site_key(crystal.lattice[s.value]));
    return keys;
}

bool within(std::set<std::uint64_t> const& some, std::set<std::uint64_t> const& all)
{
    return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

TEST(CommonNumbers, MoreOfADopantKeepsTheSitesOfLess)
{
    for (Doping doping : {Doping::exact, Doping::binomial, Doping::independent}) {
        Particle less = sphere(host("beta-NaYF4"), 6, {{"Yb", 0.2}, {"Er", 0.02}});
        less.doping = doping;
        Particle more = less;
        more.regions[0].dopants[0].second = 0.5;
        Crystal const a = build(less, {.seed = 1}), b = build(more, {.seed = 1});
        EXPECT_TRUE(within(keys_of(a, "Yb"), keys_of(b, "Yb")));
        EXPECT_LT(count(a, "Yb"), count(b, "Yb"));
        EXPECT_EQ(keys_of(a, "Er"), keys_of(b, "Er"));
    }
}

TEST(CommonNumbers, TheOrderOfDopantsDoesNotMatter)
{
    Host const h = host("beta-NaYF4");
    EXPECT_TRUE(to_tree(build(sphere(h, 5, {{"Yb", 0.2}, {"Er", 0.02}}), {.seed = 9})) ==
                to_tree(build(sphere(h, 5, {{"Er", 0.02}, {"Yb", 0.2}}), {.seed = 9})));
}

TEST(CommonNumbers, AShellLeavesTheCoreAsItIs)
{
    Particle bare = sphere(host("beta-NaGdF4"), 5, yb49tm1);
    Particle coated = bare;
    coated.regions.push_back(
        {.host = host("beta-NaYF4"), .shape = {}, .size_nm = 8, .dopants = {{"Er", 0.1}}});
    Crystal const a = build(bare, {.seed = 5}), b = build(coated, {.seed = 5});
    std::map<std::uint64_t, std::pair<std::string, Vec3>> in_coated;
    for (std::uint32_t s = 0; s < b.size(); ++s)
        if (b.region[s] == 0) in_coated[site_key(b.lattice[s])] = {b.at({s}).element, b.position_nm[s]};
    ASSERT_EQ(in_coated.size(), a.size());
    for (std::uint32_t s = 0; s < a.size(); ++s) {
        auto const& [element, position] = in_coated.at(site_key(a.lattice[s]));
        EXPECT_EQ(element, a.at({s}).element);
        EXPECT_EQ(position, a.position_nm[s]);
    }
    EXPECT_EQ(b.region_names, (std::vector<std::string>{"core", "shell 1"}));
    EXPECT_GT(count(b, "Er"), 0);
}

TEST(CommonNumbers, IndependentSitesKeepTheirIonsWhenTheDiameterChanges)
{
    Particle small = sphere(host("beta-NaYF4"), 5, {{"Yb", 0.3}});
    small.doping = Doping::independent;
    Particle large = small;
    large.regions[0].size_nm = 6;
    Crystal const a = build(small, {.seed = 5}), b = build(large, {.seed = 5});
    EXPECT_TRUE(within(keys_of(a, "Yb"), keys_of(b, "Yb")));
    EXPECT_TRUE(within(keys_of(a, "Na"), keys_of(b, "Na")));
}

TEST(Vacancies, AreTakenFromDopableCationsBeforeTheDopants)
{
    Particle plan = sphere(host("alpha-NaYF4"), 6, {{"Yb", 0.5}});
    Crystal const perfect = build(plan, {.seed = 2});
    plan.regions[0].vacancy_fraction = 0.1;
    Crystal const crystal = build(plan, {.seed = 2});
    std::int64_t const sites = rare_earths(perfect);
    std::int64_t const vacancies = std::llround(0.1 * double(sites));
    EXPECT_EQ(rare_earths(crystal), sites - vacancies);
    EXPECT_EQ(count(crystal, "Yb"), std::llround(0.5 * double(sites - vacancies)));
    EXPECT_EQ(count(crystal, "Na"), count(perfect, "Na"));
    EXPECT_EQ(net_charge(crystal), net_charge(perfect) - 3 * vacancies);
}

TEST(BetaPhase, FillsOneOfTwoSodiumSitesPerCellAndColumn)
{
    Crystal const crystal = build(sphere(host("beta-NaYF4"), 8), {.seed = test_seed()});
    LatticeMap const map(crystal);
    std::map<std::pair<int, int>, std::set<int>> filled_of_column;
    std::int64_t cells = 0;
    for (std::uint32_t s = 0; s < crystal.size(); ++s) {
        LatticeIndex at = crystal.lattice[s];
        if (crystal.region_hosts[0].positions[at.position].label != "2h") continue;
        if (!crystal.at({s}).is_vacancy()) filled_of_column[{at.i, at.j}].insert(at.position);
        LatticeIndex other = at;
        ++other.position;
        if (crystal.region_hosts[0].positions[other.position].label != "2h" || !map.find(other)) continue;
        ++cells;
        EXPECT_NE(crystal.at({s}).is_vacancy(), crystal.at(*map.find(other)).is_vacancy());
    }
    EXPECT_GT(cells, 1000);
    std::map<int, int> choices;
    for (auto const& [column, filled] : filled_of_column) {
        EXPECT_EQ(filled.size(), 1u);
        ++choices[*filled.begin()];
    }
    ASSERT_EQ(choices.size(), 2u);  // about half the columns up, half down
    auto const n = std::int64_t(filled_of_column.size());
    EXPECT_GT(p_of_binomial(choices.begin()->second, n, 0.5), false_alarm);
}

TEST(BetaPhase, AlternatesAlongTheMixedColumnIfAsked)
{
    Particle plan = sphere(host("beta-NaYF4"), 6, {{"Yb", 1.0}});
    plan.cation_order = CationOrder::alternating;
    Crystal const crystal = build(plan, {.seed = 1});
    LatticeMap const map(crystal);
    int pairs = 0, starts[2] = {0, 0};
    for (std::uint32_t s = 0; s < crystal.size(); ++s) {
        LatticeIndex at = crystal.lattice[s];
        if (crystal.region_hosts[0].positions[at.position].label != "1f") continue;
        if (at.k == 0) ++starts[crystal.at({s}).element == "Na"];
        ++at.k;
        auto const above = map.find(at);
        if (!above) continue;
        ++pairs;
        EXPECT_NE(crystal.at({s}).element, crystal.at(*above).element);
    }
    EXPECT_GT(pairs, 500);
    EXPECT_GT(starts[0], 10);
    EXPECT_GT(starts[1], 10);
    EXPECT_EQ(count(crystal, "Y"), 0);
}

TEST(Build, PutsCalciumFluorideOnTheFluoriteCore)
{
    Particle plan = sphere(host("alpha-NaYF4"), 8, {{"Yb", 0.45}, {"Er", 0.05}});
    plan.regions.push_back({.host = host("CaF2"), .shape = {}, .size_nm = 12});
    Crystal const crystal = build(plan, {.seed = 1});
    std::int64_t calcium = 0, sodium_outside = 0;
    for (std::uint32_t s = 0; s < crystal.size(); ++s) {
        if (crystal.at({s}).element == "Ca") {
            ++calcium;
            EXPECT_EQ(crystal.region[s], 1);
        }
        sodium_outside += crystal.region[s] == 1 && crystal.at({s}).element == "Na";
    }
    EXPECT_NEAR(double(calcium), 4 * (std::pow(12, 3) - std::pow(8, 3)) * 0.5236 / std::pow(0.5462, 3),
                0.03 * double(calcium));
    EXPECT_EQ(sodium_outside, 0);
}

Finding refusal(Particle const& plan)
{
    try {
        build(plan, {});
    }
    catch (InputError const& error) {
        return error.first();
    }
    ADD_FAILURE() << "was built";
    return {};
}

TEST(Build, RefusesWhatCannotBe)
{
    Host const beta = host("beta-NaYF4");
    Particle other = sphere(beta, 5);
    other.regions.push_back({.host = host("CaF2"), .shape = {}, .size_nm = 8});
    Finding const topology = refusal(other);
    EXPECT_EQ(topology.key, "shell 1.host");
    EXPECT_NE(topology.problem.find("CaF2"), std::string::npos);
    EXPECT_NE(topology.problem.find("beta-NaYF4"), std::string::npos);

    Particle empty = sphere(beta, 5);
    empty.regions.push_back({.host = beta, .shape = {}, .size_nm = 4.9});
    EXPECT_EQ(refusal(empty).key, "shell 1.size");
    EXPECT_EQ(refusal(sphere(beta, -1)).key, "core.size");
    EXPECT_EQ(refusal(sphere(beta, 400)).key, "core.size");
    EXPECT_EQ(refusal(sphere(beta, std::nan(""))).key, "core.size");
    EXPECT_EQ(refusal(sphere(beta, 5, {{"Yb", 49}})).key, "core.dopants.Yb");
    EXPECT_EQ(refusal(sphere(beta, 5, {{"Yb3+", 0.2}})).key, "core.dopants.Yb3+");
    EXPECT_EQ(refusal(sphere(beta, 5, {{"F", 0.2}})).key, "core.dopants.F");
    EXPECT_EQ(refusal(sphere(beta, 5, {{"Yb", 0.6}, {"Er", 0.5}})).key, "core.dopants");
    EXPECT_EQ(refusal(sphere(beta, 5, {{"Yb", 0.1}, {"Yb", 0.1}})).key, "core.dopants.Yb");
    EXPECT_EQ(refusal({}).key, "core");
    Particle vacant = sphere(beta, 5);
    vacant.regions[0].vacancy_fraction = 1.5;
    EXPECT_EQ(refusal(vacant).key, "core.vacancies");
    Particle ordered = sphere(host("alpha-NaYF4"), 5);
    ordered.cation_order = CationOrder::alternating;
    EXPECT_EQ(refusal(ordered).key, "core.cation_order");
}

TEST(SiteKey, IsOneToOne)
{
    std::set<std::uint64_t> keys;
    for (std::int32_t n : {-131072, -1, 0, 1, 131071})
        for (std::uint16_t p : {0, 1, 1023}) {
            keys.insert(site_key({n, 0, 0, p}));
            keys.insert(site_key({0, n, 0, p}));
            keys.insert(site_key({0, 0, n, p}));
        }
    EXPECT_EQ(keys.size(), 3u * (4 * 3 + 1));
}

TEST(Build, TwentyNanometresTakeLessThanHalfASecond)
{
    Particle const plan = sphere(host("beta-NaYF4"), 20, {{"Yb", 0.2}, {"Er", 0.02}});
    auto const start = std::chrono::steady_clock::now();
    Crystal const crystal = build(plan, {});
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    EXPECT_GT(crystal.size(), 300000u);
    EXPECT_LT(took.count(), 0.5);  // about 0.05 s on an idle core
    RecordProperty("seconds", std::to_string(took.count()));
}

}  // namespace
}  // namespace lanthorn
