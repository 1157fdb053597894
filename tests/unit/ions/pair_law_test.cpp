#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/ions/pair_law.hpp"
#include "lanthorn/ions/rates.hpp"

#include "library.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace lanthorn {
namespace {

constexpr char const* series[] = {"Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd",
                                  "Tb", "Dy", "Ho", "Er", "Tm", "Yb"};

Ion kept(char const* symbol)
{
    Ion const all = test::ion(symbol);
    return truncated(all, all.default_levels, 1e9).ion;
}

/// beta-NaYF4 with intensities of every ion.
HostOptics host_of_all(std::string const& base = "beta-NaYF4")
{
    HostOptics host = test::unresolved(base);
    host.line_strength_cm2.clear();
    double omega = 0.4e-20;
    for (char const* symbol : series)
        host.judd_ofelt[symbol] = {.omega_cm2 = {omega += 0.13e-20, 3e-20 - omega, 0.9e-20}, .source = {}};
    return host;
}

/// Stark components of every level, scattered over 300 cm^-1 around its barycentre.
void split(HostOptics& host, std::vector<Ion> const& ions)
{
    std::mt19937 draw(20);
    for (Ion const& ion : ions) {
        double centre = 0;
        for (Level const& level : ion.levels) {
            std::size_t const count = std::size_t(level.degeneracy()) / (ion.f_electrons % 2 == 1 ? 2 : 1);
            std::vector<double> energy(count);
            for (double& E : energy) E = double(draw() % 6000) / 20;
            std::ranges::sort(energy);
            double const mean = std::accumulate(energy.begin(), energy.end(), 0.0) / double(count);
            if (level.energy_per_cm.value == 0) centre = mean - energy.front();
            for (double& E : energy) E += level.energy_per_cm.value + centre - mean;
            host.stark.push_back({ion.symbol, level.label, std::move(energy), {}});
        }
    }
}

double log_ratio_wanted(Manifolds const& D, Manifolds const& A, PairStep const& s, double T)
{
    double const eps = A.free_energy_per_cm(s.acceptor_to) - A.free_energy_per_cm(s.acceptor_from) -
                       D.free_energy_per_cm(s.donor_from) + D.free_energy_per_cm(s.donor_to);
    return std::log(D.degeneracy(s.donor_to) * A.degeneracy(s.acceptor_to) /
                    (D.degeneracy(s.donor_from) * A.degeneracy(s.acceptor_from))) -
           eps / (constants::boltzmann_per_cm_K * T);
}

void expect_balance_of_all(HostOptics const& host, HostOptics const& other, double T)
{
    std::vector<Ion> ions;
    for (char const* symbol : series) ions.push_back(kept(symbol));
    double worst = 0;
    std::size_t compared = 0, differ = 0, forbidden = 0;
    for (Ion const& d : ions)
        for (Ion const& a : ions) {
            if (a.f_electrons < d.f_electrons) continue;
            PairLaw const law(d, host, a, other, T, Multipoles::up_to_quadrupole);
            PairLaw const back(a, other, d, host, T, Multipoles::up_to_quadrupole);
            Manifolds const D(d, host, T), A(a, other, T);
            for (Transition const& t : d.transitions)
                for (Transition const& u : a.transitions) {
                    PairStep const step{t.upper, t.lower, u.lower, u.upper};
                    double const wanted = log_ratio_wanted(D, A, step, T);
                    worst = std::max(worst, std::abs(law.log_balance(step) - wanted) /
                                                std::max(1.0, std::abs(wanted)));
                    for (DistanceLaw const s : law.laws()) {
                        double const w = law.log_coefficient(s, step),
                                     v = back.log_coefficient(s, step.back());
                        differ += law.log_coefficient_back(s, step) != v ? 1 : 0;
                        if (!std::isfinite(w)) {
                            differ += v != w ? 1 : 0;
                            ++forbidden;
                            continue;
                        }
                        worst = std::max(worst, std::abs(w - v - wanted) / std::max(1.0, std::abs(wanted)));
                        ++compared;
                    }
                }
        }
    EXPECT_LT(worst, 1e-12) << T;
    EXPECT_EQ(differ, 0U);
    EXPECT_GT(compared, 2'000'000U);
    EXPECT_LT(forbidden, compared);
}

TEST(PairLaw, KeepsEveryPairOfTheSeriesInDetailedBalance)
{
    HostOptics const host = host_of_all();
    for (double T : {77.0, 300.0, 500.0}) expect_balance_of_all(host, host, T);
}

TEST(PairLaw, KeepsSplitMultipletsOfTwoHostsInDetailedBalance)
{
    std::vector<Ion> ions;
    for (char const* symbol : series) ions.push_back(kept(symbol));
    HostOptics host = host_of_all(), other = host_of_all("CaF2");
    split(host, ions);
    std::ranges::reverse(ions);
    split(other, ions);
    for (double T : {77.0, 300.0, 500.0}) expect_balance_of_all(host, other, T);
}

TEST(PairLaw, IsTheLogarithmOfTheFormulas)
{
    HostOptics const host = host_of_all(), other = host_of_all("CaF2");
    Ion const er = kept("Er"), nd = kept("Nd");
    double const T = 310, n = host.refractive_index.value, m = other.refractive_index.value;
    PairLaw const law(er, host, nd, other, T, Multipoles::up_to_quadrupole);
    PhononLaw const phonons = mean_of(host.phonons(), other.phonons());
    int compared = 0;
    for (Transition const& t : er.transitions)
        for (Transition const& u : nd.transitions) {
            PairStep const step{t.upper, t.lower, u.lower, u.upper};
            double const eps = law.mismatch_per_cm(step);
            EXPECT_EQ(law.heat_per_cm(step), -eps);
            double const F = phonon_assisted_overlap_cm(host.line_width_per_cm.value,
                                                        other.line_width_per_cm.value, eps, phonons, T) *
                             boltzmann_factor(std::max(0.0, eps), T);
            if (F == 0) continue;
            double const g = er.levels[t.upper.value].degeneracy(), h = nd.levels[u.lower.value].degeneracy();
            double const S = electric_line_strength_cm2(er, t, host).value;
            double const R = electric_line_strength_cm2(nd, u, other).value;
            double const Q = quadrupole_strength_cm4(er.r2_cm2->value, t.U2);
            double const P = quadrupole_strength_cm4(nd.r2_cm2->value, u.U2);
            double const wanted[] = {dipole_transfer_sixth(S, R, g, h, n, m, F),
                                     dipole_quadrupole_transfer_eighth(S, P, g, h, n, F) +
                                         dipole_quadrupole_transfer_eighth(R, Q, g, h, m, F),
                                     quadrupole_transfer_tenth(Q, P, g, h, F)};
            for (std::size_t s = 0; s < 3; ++s) {
                double const coefficient = std::exp(law.log_coefficient(law.laws()[s], step));
                if (wanted[s] < 1e-290) {
                    EXPECT_LT(coefficient, 1e-289);
                    continue;
                }
                EXPECT_NEAR(coefficient / wanted[s], 1, 1e-12);
                ++compared;
            }
        }
    EXPECT_GT(compared, 20'000);
}

TEST(PairLaw, SeesFreeEnergiesAndGivesHeatOfBarycentres)
{
    HostOptics host = test::unresolved("beta-NaYF4");
    Ion const yb = test::ion("Yb"), er = kept("Er");
    auto const add = [&](char const* ion, char const* level, std::vector<double> energies) {
        host.stark.push_back(
            {.ion = ion, .level = level, .energy_per_cm = std::move(energies), .source = {}});
    };
    add("Yb", "2F7/2", {0, 100, 200, 300});
    add("Yb", "2F5/2", {10250, 10400, 10550});
    double const T = 100, kT = constants::boltzmann_per_cm_K * T;
    PairLaw const law(yb, host, er, host, T);
    PairStep const step{{1}, {0}, {0}, er.level("4I11/2")};
    EXPECT_NEAR(law.heat_per_cm(step), 10250 - 10129, 1e-9);
    double const Z = (1 + std::exp(-100 / kT) + std::exp(-200 / kT) + std::exp(-300 / kT)) / 4;
    double const Y = (1 + std::exp(-150 / kT) + std::exp(-300 / kT)) / 3;
    EXPECT_NEAR(law.mismatch_per_cm(step), 10129 - (10250 - kT * std::log(Y / Z)), 1e-9);
}

TEST(PairLaw, WantsRadiiForQuadrupoles)
{
    HostOptics const host = test::unresolved("beta-NaYF4");
    Ion const yb = test::ion("Yb");
    Ion er = kept("Er");
    er.r2_cm2.reset();
    EXPECT_NO_THROW(PairLaw(yb, host, er, host, 300));
    try {
        PairLaw(yb, host, er, host, 300, Multipoles::up_to_quadrupole);
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().key, "r2");
        EXPECT_EQ(error.first().place.file, "ions/Er.toml");
    }
}

#ifdef LANTHORN_CHECKED
TEST(PairLaw, KnowsOnlyTheLawsAskedFor)
{
    HostOptics const host = test::unresolved("beta-NaYF4");
    Ion const yb = test::ion("Yb");
    PairLaw const law(yb, host, yb, host, 300);
    EXPECT_EQ(law.laws().size(), 1U);
    EXPECT_THROW((void)law.log_coefficient(DistanceLaw::inverse_eighth, {{1}, {0}, {0}, {1}}), ContractError);
    EXPECT_THROW((void)law.log_coefficient(DistanceLaw::exponential, {{1}, {0}, {0}, {1}}), ContractError);
}
#endif

TEST(DistanceLaw, FallsAsItsNameSays)
{
    EXPECT_NEAR(std::exp(log_distance_factor(DistanceLaw::inverse_eighth, 0.5, 0)), 256, 1e-10);
    EXPECT_NEAR(log_distance_factor(DistanceLaw::exponential, 0.5, 0.1), -10, 1e-14);
    EXPECT_EQ(power_of(DistanceLaw::inverse_tenth), 10);
    EXPECT_EQ(power_of(DistanceLaw::linear), 0);
}

}  // namespace
}  // namespace lanthorn
