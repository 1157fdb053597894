#include "lanthorn/luminescence/monte_carlo.hpp"

#include "support/csv.hpp"
#include "support/gallery.hpp"
#include "support/networks.hpp"
#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace lanthorn;

namespace {

/// A place where an acceptor can be and how probable it is that the place is a rare-earth ion's at all.
struct CationSite {
    Vec3 at_nm;
    double occupancy;
};

/// Rare-earth sites of beta-NaYF4 (P-6: 1a full, 1f (2/3, 1/3, 1/2) half) around a donor on 1a.
std::vector<CationSite> sites_within(double radius_nm)
{
    double const a = 0.59738, c = 0.35297;
    int const na = int(radius_nm / a * 1.2) + 3, nc = int(radius_nm / c) + 2;
    std::vector<CationSite> sites;
    for (int i = -na; i <= na; ++i)
        for (int j = -na; j <= na; ++j)
            for (int k = -nc; k <= nc; ++k)
                for (bool half : {false, true}) {
                    double const u = i + (half ? 2. / 3 : 0), v = j + (half ? 1. / 3 : 0),
                                 w = k + (half ? 0.5 : 0);
                    Vec3 const at{a * (u - v / 2), a * std::sqrt(0.75) * v, c * w};
                    double const d = norm(at);
                    if (d > 1e-9 && d < radius_nm) sites.push_back({at, half ? 0.5 : 1.0});
                }
    return sites;
}

/// Probability that the donor is still excited: product over sites of 1 - x occupancy (1 - exp(-C6 t/d^6)).
double survival(std::vector<CationSite> const& sites, double x, double c6_nm6_per_s, double t_s)
{
    double log_phi = 0;
    for (CationSite const& site : sites)
        log_phi +=
            std::log1p(x * site.occupancy * std::expm1(-c6_nm6_per_s * t_s / std::pow(norm(site.at_nm), 6)));
    return std::exp(log_phi);
}

/// Sum of d^-6 over all that lies beyond the radius, as a continuum [nm^-6].
double sum_beyond(double radius_nm)
{
    double const sites_per_nm3 = 1.5 / (0.59738 * 0.59738 * std::sqrt(0.75) * 0.35297);
    return 4 * std::acos(-1.0) * sites_per_nm3 / (3 * std::pow(radius_nm, 3));
}

/// Donors, each with acceptors of its own drawn at random, too far apart to see each other.
Network isolated_donors(std::vector<CationSite> const& sites, double x, double c6, int donors,
                        double radius_nm, Stream& u)
{
    Network network = network_of({2, 2}, {}, {}, radius_nm);
    for (int d = 0; d < donors; ++d) {
        Vec3 const centre{d * 3.1 * radius_nm, 0, 0};
        network.position_nm.push_back(centre);
        network.species_of.push_back({0});
        for (CationSite const& site : sites) {
            if (u.uniform() >= x * site.occupancy) continue;
            network.position_nm.push_back(centre + site.at_nm);
            network.species_of.push_back({1});
        }
    }
    network.pair = {transfer(0, {1, 0}, 1, {0, 1}, c6)};
    return network;
}

}  // namespace

// Acceptors beyond the radius, as a continuum, bring the product to the infinite lattice of the reference.
TEST(LatticeDonor, ProductOverSitesIsTheReference)
{
    Csv const csv = read_test_csv(test_data("exact/lattice_donor_decay_betaNaYF4.csv"));
    auto const x = csv.numbers("x_acceptor"), c6 = csv.numbers("C6_nm6_per_s"), t = csv.numbers("t_s");
    auto const phi = csv.numbers("phi_lattice_site1a");
    double const radius_nm = 6;
    std::vector<CationSite> const sites = sites_within(radius_nm);
    ASSERT_EQ(x.size(), 18u);
    for (std::size_t r = 0; r < x.size(); ++r) {
        double const beyond = x[r] * c6[r] * t[r] * sum_beyond(radius_nm);
        double const expected = survival(sites, x[r], c6[r], t[r]) * std::exp(-beyond);
        EXPECT_NEAR(expected / phi[r], 1, 1e-6 + 0.02 * beyond) << r;
    }
}

TEST(LatticeDonor, DecaysAsTheProductOverSites)
{
    Csv const csv = read_test_csv(test_data("exact/lattice_donor_decay_betaNaYF4.csv"));
    auto const all_x = csv.numbers("x_acceptor"), t = csv.numbers("t_s"),
               phi = csv.numbers("phi_lattice_site1a");
    auto const continuum = csv.numbers("phi_inokuti_hirayama_continuum");
    double const c6 = 1000;
    int const donors = 250;
    struct Case {
        double x, radius_nm;
        int structures;
    };
    for (Case const& of : {Case{0.01, 3, 120}, Case{0.1, 2, 60}}) {
        std::vector<CationSite> const sites = sites_within(of.radius_nm);
        ObservablePlan plan;
        std::vector<double> reference, smooth;
        for (std::size_t r = 0; r < t.size(); ++r) {
            if (all_x[r] != of.x || phi[r] < 1e-3) continue;
            plan.snapshot_at_s.push_back(t[r]);
            reference.push_back(phi[r]);
            smooth.push_back(continuum[r]);
        }
        plan.end_s = plan.snapshot_at_s.back();

        Stream u(StreamSeed{test_seed()}.key(Purpose::dopants), std::uint64_t(1000 * of.x));
        std::vector<double> alive(reference.size(), 0.0);
        for (int s = 0; s < of.structures; ++s) {
            Network const network = isolated_donors(sites, of.x, c6, donors, of.radius_nm, u);
            InitialState const initial{.excited = {{{0}, {0}, {1}, 1.0}}};
            Tally const tally = run(network, {}, initial, plan,
                                    {.seed = {test_seed(), 0, std::uint32_t(s)}, .first = 0, .count = 1});
            for (std::size_t k = 0; k < alive.size(); ++k) alive[k] += tally.snapshot[k * 4 + 1].mean();
        }
        std::int64_t const n = std::int64_t(donors) * of.structures;
        double least_smooth = 1;
        for (std::size_t k = 0; k < alive.size(); ++k) {
            double const at = plan.snapshot_at_s[k], exact = survival(sites, of.x, c6, at);
            double const cut =
                std::min(1.0, reference[k] * std::exp(of.x * c6 * at * sum_beyond(of.radius_nm)));
            std::int64_t const left = std::llround(alive[k]);
            EXPECT_GT(p_of_binomial(left, n, exact), false_alarm) << of.x << " at " << at;
            EXPECT_GT(p_of_binomial(left, n, cut), false_alarm) << of.x << " at " << at;
            least_smooth = std::min(least_smooth, p_of_binomial(left, n, smooth[k]));
            double const error = std::sqrt(exact * (1 - exact) / double(n));
            std::printf("donor, x = %g, t = %g s: %.5f, exact %.5f, reference within the radius %.5f, sees a "
                        "change of %.2g\n",
                        of.x, at, alive[k] / double(n), exact, cut, visible_shift(error) / exact);
        }
        EXPECT_LT(least_smooth, false_alarm) << "a continuum of acceptors must be told apart";
    }
}

// The same beside Inokuti and Hirayama's continuum, which is wrong where acceptors stand on a lattice.
TEST(Gallery, LatticeDecay)
{
    double const c6 = 1000;
    double const per_nm3 = 1.5 / (0.59738 * 0.59738 * std::sqrt(0.75) * 0.35297);
    Figure figure("lattice_decay", "A donor on a lattice with static acceptors",
                  {.label = "time / s", .log = true}, {.label = "share of donors still excited"});
    struct Case {
        double x, radius_nm, first_s, last_s;
        char const* label;
    };
    std::vector<double> p;
    for (Case const& of : {Case{0.01, 3, 1e-6, 1e-2, "1 % of the sites are acceptors"},
                           Case{0.1, 2, 1e-7, 1e-4, "10 %"}, Case{0.3, 1.5, 2e-8, 2e-5, "30 %"}}) {
        std::vector<CationSite> const sites = sites_within(of.radius_nm);
        std::vector<double> const fine = log_spaced(of.first_s / 2, of.last_s * 2, 81);
        std::vector<double> exact, smooth;
        for (double t : fine) {
            exact.push_back(survival(sites, of.x, c6, t));
            smooth.push_back(
                std::exp(-4. / 3 * std::pow(std::acos(-1.0), 1.5) * per_nm3 * of.x * std::sqrt(c6 * t)));
        }
        figure.curve(std::string("product over sites, ") + of.label, fine, exact);
        figure.dashed(std::string("continuum, ") + of.label, fine, smooth);
        std::vector<double> const at = log_spaced(of.first_s, of.last_s, 10);
        ObservablePlan const plan{.end_s = at.back(), .snapshot_at_s = at};
        int const donors = 250, structures = of.x > 0.02 ? 24 : 40;
        Stream u(StreamSeed{test_seed()}.key(Purpose::dopants), std::uint64_t(7000 * of.x));
        std::vector<double> alive(at.size(), 0.0);
        for (int s = 0; s < structures; ++s) {
            Network const network = isolated_donors(sites, of.x, c6, donors, of.radius_nm, u);
            Tally const tally = run(network, {}, {.excited = {{{0}, {0}, {1}, 1.0}}}, plan,
                                    {.seed = {test_seed(), 1, std::uint32_t(s)}, .first = 0, .count = 1});
            for (std::size_t k = 0; k < alive.size(); ++k) alive[k] += tally.snapshot[k * 4 + 1].mean();
        }
        Figure::Points points;
        double const n = double(donors) * structures;
        for (std::size_t k = 0; k < at.size(); ++k) {
            double const known = survival(sites, of.x, c6, at[k]), error = std::sqrt(known * (1 - known) / n);
            p.push_back(p_of_binomial(std::llround(alive[k]), std::int64_t(n), known));
            if (known > 0.01) points.add(at[k], alive[k] / n, error, known);
        }
        figure.seen("Monte Carlo", points, of.x < 0.02 ? "" : "-");
    }
    EXPECT_GT(p_of_all(p), false_alarm);
    figure.show();
}
