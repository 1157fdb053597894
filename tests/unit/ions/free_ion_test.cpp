#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/free_ion_data.hpp"
#include "lanthorn/numerics/angular_momentum.hpp"

#include "support/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

namespace lanthorn {
namespace {

std::vector<FreeIonData> const& published()
{
    static auto const data = free_ion_data_from(library_document("free_ions.toml"));
    return data;
}

FreeIonData const& published(std::string const& symbol)
{
    return *std::ranges::find(published(), symbol, &FreeIonData::symbol);
}

// Coulomb, spin-orbit and two-electron correlation only.
FreeIonParameters two_electron(FreeIonParameters p)
{
    p = without_magnetic_pairs(p);
    p.T2 = p.T3 = p.T4 = p.T6 = p.T7 = p.T8 = 0;
    return p;
}

double squared(Matrix const& m, std::size_t i, std::size_t j) { return m(i, j) * m(i, j); }

double binomial(int n, int k)
{
    double result = 1;
    for (int i = 1; i <= k; ++i) result = result * (n - k + i) / i;
    return result;
}

TEST(FreeIon, HasTheTermsAndLevelsOfItsConfiguration)
{
    std::size_t const terms[] = {1, 7, 17, 47, 73, 119, 119, 119, 73, 47, 17, 7, 1};
    std::size_t const levels[] = {2, 13, 41, 107, 198, 295, 327, 295, 198, 107, 41, 13, 2};
    for (FreeIonData const& data : published()) {
        int const n = data.f_electrons;
        EXPECT_EQ(term_count(n), terms[n - 1]);
        FreeIon const ion = free_ion(n, data.parameters);
        EXPECT_EQ(ion.levels.size(), levels[n - 1]);
        EXPECT_EQ(ion.determinants.size(), levels[n - 1]);
        double states = 0;
        std::set<std::string> labels;
        for (FreeIonLevel const& level : ion.levels) {
            states += 2 * level.J + 1;
            labels.insert(level.label);
            double weight = 0;
            for (TermWeight const& t : level.composition) {
                weight += t.weight;
                EXPECT_LE(std::abs(t.twice_S / 2.0 - t.L), level.J);
                EXPECT_GE(t.twice_S / 2.0 + t.L, level.J);
            }
            EXPECT_NEAR(weight, 1, 1e-9);
        }
        EXPECT_EQ(labels.size(), ion.levels.size());
        EXPECT_EQ(states, binomial(14, n));
        EXPECT_EQ(ion.levels.front().energy_per_cm, 0);
        EXPECT_TRUE(std::ranges::is_sorted(ion.levels, {}, &FreeIonLevel::energy_per_cm));
    }
}

TEST(FreeIon, FollowsHundsRules)
{
    char const* const ground[] = {"2F5/2", "3H4",    "4I9/2", "5I4",    "6H5/2", "7F0",  "8S7/2",
                                  "7F6",   "6H15/2", "5I8",   "4I15/2", "3H6",   "2F7/2"};
    for (FreeIonData const& data : published())
        EXPECT_EQ(free_ion(data.f_electrons, data.parameters).levels.front().label,
                  ground[data.f_electrons - 1]);
}

TEST(FreeIon, OfOneElectronOrHoleIsExact)
{
    for (int n : {1, 13}) {
        FreeIon const ion = free_ion(n, {.zeta = 100});
        EXPECT_NEAR(ion.levels[1].energy_per_cm, 350, 1e-9);
        EXPECT_NEAR(squared(ion.U2, 0, 1), 6.0 / 49, 1e-13);
        EXPECT_NEAR(squared(ion.U4, 0, 1), 20.0 / 49, 1e-13);
        EXPECT_NEAR(squared(ion.U6, 0, 1), 6.0 / 7, 1e-13);
        EXPECT_NEAR(squared(ion.magnetic, 0, 1), 24.0 / 7, 1e-13);
    }
}

TEST(FreeIon, GivesErbiumsMagneticDipole)
{
    FreeIon const ion = free_ion(11, two_electron(published("Er").parameters));
    EXPECT_EQ(ion.levels[1].label, "4I13/2");
    EXPECT_NEAR(squared(ion.magnetic, 1, 0), 18.8256, 5e-5);
}

TEST(FreeIon, ObeysTheSumRulesOfTensorOperators)
{
    // sum_ij <i||X||j>^2 = (2k+1) Tr X_0^2, and over 4f^n the trace is C(12, n-1) times that of one electron.
    for (FreeIonData const& data : published()) {
        FreeIon const ion = free_ion(data.f_electrons, data.parameters);
        double const determinants = binomial(12, data.f_electrons - 1);
        auto const sum = [](Matrix const& m) {
            double s = 0;
            for (double const x : m.values) s += x * x;
            return s;
        };
        EXPECT_NEAR(sum(ion.U2) / (2 * determinants), 1, 1e-10) << data.symbol;
        EXPECT_NEAR(sum(ion.U4) / (2 * determinants), 1, 1e-10) << data.symbol;
        EXPECT_NEAR(sum(ion.U6) / (2 * determinants), 1, 1e-10) << data.symbol;
        EXPECT_NEAR(sum(ion.magnetic) / (210 * determinants), 1, 1e-10) << data.symbol;
    }
}

TEST(FreeIon, HasSymmetricStrengthsWithinTheTriangle)
{
    FreeIon const ion = free_ion(4, published("Pm").parameters);
    for (int k : {2, 4, 6})
        for (std::size_t i = 0; i < ion.levels.size(); ++i)
            for (std::size_t j = 0; j < ion.levels.size(); ++j) {
                double const a = ion.levels[i].J, b = ion.levels[j].J;
                double const phase = std::lround(a - b) % 2 == 0 ? 1 : -1;
                ASSERT_NEAR(ion.U(k)(i, j), phase * ion.U(k)(j, i), 1e-11);
                if (std::abs(a - b) > k || a + b < k) {
                    ASSERT_EQ(ion.U(k)(i, j), 0);
                }
            }
}

TEST(FreeIon, HasHolesLikeElectronsOfOppositeSpinOrbitCoupling)
{
    for (int n = 1; n <= 6; ++n) {
        FreeIonParameters p = two_electron(published()[std::size_t(n)].parameters);
        FreeIon const electrons = free_ion(n, p);
        p.zeta = -p.zeta;
        FreeIon const holes = free_ion(14 - n, p);
        ASSERT_EQ(electrons.levels.size(), holes.levels.size());
        double worst_energy = 0, worst_strength = 0;
        for (std::size_t i = 0; i < holes.levels.size(); ++i) {
            worst_energy = std::max(
                worst_energy, std::abs(electrons.levels[i].energy_per_cm - holes.levels[i].energy_per_cm));
            for (int k : {2, 4, 6})
                worst_strength = std::max(
                    worst_strength, std::abs(squared(electrons.U(k), i, 0) - squared(holes.U(k), i, 0)));
        }
        EXPECT_LT(worst_energy, 1e-6) << n;
        EXPECT_LT(worst_strength, 1e-9) << n;
    }
}

// Reduced elements of Judd, Crosswhite and Crosswhite 1968, Tables I, II and VII, of 4f^2: rank 1 (spin-other-orbit or
// correlated spin-orbit) and rank 2 (spin-spin) in spin and orbit.
struct PairTable {
    double FreeIonParameters::* parameter;
    std::map<std::string, double> rank1, rank2;
};

std::vector<PairTable> judd_1968()
{
    using P = FreeIonParameters;
    double const a = std::sqrt(2.0 / 15), b = std::sqrt(0.4), c = std::sqrt(14.0), d = std::sqrt(11.0),
                 e = std::sqrt(55.0), f = std::sqrt(26.0), g = std::sqrt(143.0), h = std::sqrt(5.5),
                 q = std::sqrt(7.5), r = std::sqrt(10.0), s = std::sqrt(6.5), t = std::sqrt(3.0);
    auto const rank1 = [](double SP, double PP, double PD, double DF, double FF, double FG, double GH,
                          double HH, double HI) {
        return std::map<std::string, double>{{"SP", SP}, {"PP", PP}, {"PD", PD}, {"DF", DF}, {"FF", FF},
                                             {"FG", FG}, {"GH", GH}, {"HH", HH}, {"HI", HI}};
    };
    auto const rank2 = [](double PP, double PF, double FF, double FH, double HH) {
        return std::map<std::string, double>{{"PP", PP}, {"PF", PF}, {"FF", FF}, {"FH", FH}, {"HH", HH}};
    };
    double const p6 = 25.0 / 184041;
    return {
        {&P::M0, rank1(6, -36, -27 * a, 23 * b, -30 * c, -6 * d, 39 * b, -1056 / e, -5 * f),
         rank2(-12, 24 / t, -4 * c / 3, 16 * h / 3, 4 * g / 3)},
        {&P::M2, rank1(2, -72, -14 * a, 6 * b, -2 * c, 64 * d / 33, -728 * b / 33, 184 / e, -30 * f / 11),
         rank2(-24, 8 / t, 32 * c / 3, -184 * h / 33, -136 * g / 33)},
        {&P::M4,
         rank1(10.0 / 11, -900.0 / 11, -115 * a / 11, -195 * b / 11, 20 * c / 11, -1240 * d / 363,
               -3175 * b / 363, 1040 / (11 * e), -375 * f / 1573),
         rank2(-300.0 / 11, -800 / (11 * t), -800 * c / 33, -2600 * h / 363, -5300 * g / 4719)},
        {&P::P2,
         rank1(-105.0 / 225, -0.2, 32 * q / 225, -4.5 * r / 225, 10 * c / 225, -20 * d / 225, 27.5 * r / 225,
               25 * e / 225, 0),
         {}},
        {&P::P4,
         rank1(-231.0 / 1089, -33.0 / 1089, -33 * q / 1089, 66 * r / 1089, 33 * c / 1089, 32 * d / 1089,
               -23 * r / 1089, 51 * e / 1089, -21 * s / 1089),
         {}},
        {&P::P6,
         rank1(-429 * p6, 1287 * p6, -286 * q * p6, -214.5 * r * p6, 286 * c * p6, -104 * d * p6,
               -32.5 * r * p6, 13 * e * p6, -6 * s * p6),
         {}},
    };
}

TEST(FreeIon, HasJuddsMagneticInteractionsOfTwoElectrons)
{
    std::string const letters = "SPDFGHI";
    for (PairTable const& table : judd_1968()) {
        FreeIonParameters p;
        p.*table.parameter = 1;
        FreeIon const ion = free_ion(2, p);
        auto const element = [&](int L, int M, int J) {
            // Singlets have even L, triplets odd L.
            int const S = L % 2, T = M % 2;
            std::string const key{letters[std::size_t(std::min(L, M))], letters[std::size_t(std::max(L, M))]};
            auto const of = [&](auto const& values, int rank) {
                auto const found = values.find(key);
                return found == values.end()
                           ? 0.0
                           : found->second * wigner_6j(2 * T, 2 * M, 2 * J, 2 * L, 2 * S, 2 * rank);
            };
            return ((T + M + J) % 2 == 0 ? 1 : -1) * (of(table.rank1, 1) + of(table.rank2, 2));
        };
        std::map<int, std::pair<double, double>> sums;
        double offset = 0;
        for (FreeIonLevel const& level : ion.levels)
            if (level.J == 1) offset = element(1, 1, 1) - level.energy_per_cm;
        for (FreeIonLevel const& level : ion.levels) {
            double const E = level.energy_per_cm + offset;
            sums[int(level.J)].first += E;
            sums[int(level.J)].second += E * E;
        }
        for (auto const& [J, sum] : sums) {
            double trace = 0, square = 0;
            for (int L = std::max(0, J - 1); L <= std::min(6, J + 1); ++L) {
                if (L % 2 == 0 && L != J) continue;
                trace += element(L, L, J);
                for (int M = std::max(0, J - 1); M <= std::min(6, J + 1); ++M)
                    if (M % 2 == 1 || M == J) square += element(L, M, J) * element(L, M, J);
            }
            EXPECT_NEAR(sum.first, trace, 1e-9) << J;
            EXPECT_NEAR(sum.second, square, 1e-9 * (1 + square)) << J;
        }
    }
}

// Judd 1966, Table VIII, of 4f^3: 4S 4D 4F 4G 4I, 2P 2I 2K 2L, then (11, 12, 22) of 2D 2F 2G 2H, times a factor.
struct TripleTable {
    double FreeIonParameters::* parameter;
    double factor;
    std::vector<double> single;
    std::vector<std::array<double, 3>> twice;
};

std::vector<TripleTable> judd_1966()
{
    using P = FreeIonParameters;
    double const a = std::sqrt(33.0), b = std::sqrt(4290.0), c = std::sqrt(455.0);
    return {
        {&P::T2,
         std::sqrt(2.0) / 2156,
         {0, 1694, 0, 616, -1078, -385, 203, 56, 336},
         {{-319, 36 * a, -423}, {0, 231 * std::sqrt(22.0), -21}, {-116, 3 * b, 11}, {105, 0, -399}}},
        {&P::T3,
         1 / std::sqrt(6720.0),
         {288, 8, -72, 8, 8, -48, 32, -3, -3},
         {{32, 0, -3}, {0, 0, -3}, {32, 0, -3}, {-48, 0, -3}}},
        {&P::T4,
         1 / (56 * std::sqrt(15015.0)),
         {0, -8008, 0, 7280, -1960, 0, -280, 1827, -525},
         {{-1144, 468 * a, 3237}, {0, 0, 1365}, {1040, -24 * b, -2475}, {0, 84 * c, -1995}}},
        {&P::T6,
         1 / (924 * c),
         {0, 0, 0, 0, 0, -30030, -8190, -252, 1260},
         {{12870, -624 * a, -1677}, {0, 0, 1365}, {4680, -52 * b, 1221}, {8190, 0, -2709}}},
        {&P::T7,
         1 / (168 * std::sqrt(5005.0)),
         {0, 0, 0, 0, 0, 0, 2520, 21, -315},
         {{10296, 156 * a, -1833}, {0, 0, -1365}, {-9360, -8 * b, 1947}, {0, 252 * c, 567}}},
        {&P::T8,
         1 / std::sqrt(16336320.0),
         {0, 0, 0, 0, 0, 0, 0, -1071, 945},
         {{0, 0, 4641}, {0, 0, -3315}, {0, 0, 1309}, {0, 0, -1071}}},
    };
}

TEST(FreeIon, HasJuddsThreeElectronOperators)
{
    int const twice_S[] = {3, 3, 3, 3, 3, 1, 1, 1, 1}, L[] = {0, 2, 3, 4, 6, 1, 6, 7, 8},
              L_twice[] = {2, 3, 4, 5};
    for (TripleTable const& table : judd_1966()) {
        std::vector<double> expected, found;
        auto const put = [&](double value, int S, int l) {
            for (int i = 0; i <= std::min(S, 2 * l); ++i) expected.push_back(table.factor * value);
        };
        for (std::size_t i = 0; i < 9; ++i) put(table.single[i], twice_S[i], L[i]);
        for (std::size_t i = 0; i < 4; ++i) {
            auto const [x, y, z] = table.twice[i];
            double const root = std::hypot((x - z) / 2, y);
            put((x + z) / 2 + root, 1, L_twice[i]);
            put((x + z) / 2 - root, 1, L_twice[i]);
        }
        FreeIonParameters p;
        p.*table.parameter = 1;
        for (FreeIonLevel const& level : free_ion(3, p).levels) found.push_back(level.energy_per_cm);
        std::ranges::sort(expected);
        ASSERT_EQ(expected.size(), found.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            EXPECT_NEAR(found[i], expected[i] - expected[0], 1e-9) << i;
    }
}

// Tables of an independent calculation with F, zeta, alpha, beta and gamma.
void agrees_with_tables(std::string const& folder, std::string const& symbol)
{
    Csv const levels = read_test_csv(folder + "/f4n_" + symbol + "_levels.csv");
    Csv const strengths = read_test_csv(folder + "/f4n_" + symbol + "_U2U4U6.csv");
    FreeIonData const& data = published(symbol);
    FreeIon const ion = free_ion(data.f_electrons, two_electron(data.parameters));
    auto const energy = levels.numbers("energy_cm-1_above_ground_level"), J = levels.numbers("J");
    for (std::size_t i = 0; i < energy.size(); ++i) {
        EXPECT_NEAR(ion.levels[i].energy_per_cm, energy[i], 0.1) << symbol << i;
        EXPECT_EQ(ion.levels[i].J, std::abs(J[i])) << symbol << i;
    }
    auto const U2 = strengths.numbers("U2"), U4 = strengths.numbers("U4"), U6 = strengths.numbers("U6"),
               MD = strengths.numbers("|<L+2S>|^2_hbar2");
    ASSERT_EQ(U2.size(), energy.size() * (energy.size() - 1) / 2);
    std::size_t row = 0;
    for (std::size_t i = 0; i < energy.size(); ++i)
        for (std::size_t j = 0; j < i; ++j, ++row) {
            EXPECT_NEAR(squared(ion.U2, i, j), U2[row], 2e-5) << symbol << i << ' ' << j;
            EXPECT_NEAR(squared(ion.U4, i, j), U4[row], 2e-5) << symbol << i << ' ' << j;
            EXPECT_NEAR(squared(ion.U6, i, j), U6[row], 2e-5) << symbol << i << ' ' << j;
            EXPECT_NEAR(squared(ion.magnetic, i, j), MD[row], 2e-5) << symbol << i << ' ' << j;
        }
}

TEST(FreeIon, AgreesWithAnIndependentCalculation)
{
    agrees_with_tables(test_data("free_ion"), "Pr");
    agrees_with_tables(test_data("free_ion"), "Er");
}

TEST(FreeIon, AgreesWithAnIndependentCalculationOfTheSeries)
{
    std::string const folder = std::string(LANTHORN_SOURCE_DIR) + "/../shared/reference/photophysics";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the tables of the whole series are not here";
    for (FreeIonData const& data : published()) agrees_with_tables(folder, data.symbol);
}

double median_deviation(std::string const& symbol, FreeIonParameters const& p)
{
    Csv const csv = read_test_csv(test_data("free_ion/carnall1968.csv"));
    FreeIonData const& data = published(symbol);
    FreeIon const plain = free_ion(data.f_electrons, two_electron(data.parameters)),
                  ion = free_ion(data.f_electrons, p);
    auto const J = csv.numbers("J"), table = csv.numbers("carnall1968_aquo"),
               key = csv.numbers("f4n_LaF3_params");
    std::vector<double> deviation;
    for (std::size_t row = 0; row < J.size(); ++row) {
        if (csv.texts("ion")[row] != symbol || table[row] < 0.1) continue;
        int const k = csv.texts("which")[row][1] - '0';
        // The row's level by its J and its element in the plain calculation, then the one of that rank in J.
        std::size_t level = 0, rank = 0;
        while (level < plain.levels.size() &&
               (plain.levels[level].J != J[row] || std::abs(squared(plain.U(k), 0, level) - key[row]) > 2e-5))
            rank += plain.levels[level++].J == J[row] ? 1 : 0;
        if (level == plain.levels.size()) {
            ADD_FAILURE() << symbol << " row " << row;
            continue;
        }
        std::size_t other = 0;
        for (std::size_t seen = 0;; ++other)
            if (ion.levels[other].J == J[row] && seen++ == rank) break;
        deviation.push_back(std::abs(squared(ion.U(k), 0, other) / table[row] - 1));
    }
    std::ranges::sort(deviation);
    std::size_t const n = deviation.size();
    EXPECT_GE(n, 10u);
    return (deviation[n / 2] + deviation[(n - 1) / 2]) / 2;
}

TEST(FreeIon, AgreesWithThePublishedStrengths)
{
    std::map<std::string, std::pair<double, double>> const limits{
        {"Pr", {0.002, 0.002}}, {"Nd", {0.002, 0.002}}, {"Tb", {0.002, 0.0005}}, {"Dy", {0.005, 0.002}},
        {"Ho", {0.02, 0.002}},  {"Er", {0.04, 0.01}},   {"Tm", {0.02, 0.002}}};
    for (auto const& [symbol, limit] : limits) {
        FreeIonParameters const p = published(symbol).parameters;
        EXPECT_LT(median_deviation(symbol, two_electron(p)), limit.first) << symbol;
        EXPECT_LT(median_deviation(symbol, without_magnetic_pairs(p)), limit.second) << symbol;
    }
}

}  // namespace
}  // namespace lanthorn
