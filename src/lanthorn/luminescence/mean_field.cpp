#include "lanthorn/luminescence/mean_field.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/crystal/cell_grid.hpp"
#include "lanthorn/ions/photon.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

bool same_law(PairSums::OfLaw const& sums, PairChannel const& channel)
{
    return sums.law == channel.law &&
           (channel.law != DistanceLaw::exponential || sums.range_nm == channel.range_nm);
}

std::vector<double> ions_of_species(Network const& network)
{
    std::vector<double> ions(network.species.size(), 0.0);
    for (SpeciesId s : network.species_of) ++ions[s.value];
    return ions;
}

/// Sums over acceptors c and ordered pairs of donors a != b of d_ac^-6 d_bc^-6.
class TripleSums {
public:
    explicit TripleSums(Network const& network) : network_(network)
    {
        if (network.triple.empty()) return;
        CellGrid const grid(network.position_nm, network.triple_radius_nm, network.period_nm);
        std::size_t const species = network.species.size();
        first_.assign(network.ions() * species, 0.0);
        second_.assign(network.ions() * species, 0.0);
        for (std::size_t c = 0; c < network.ions(); ++c)
            grid.visit(c, [&](std::uint32_t a, double d2) {
                double const g = 1 / (d2 * d2 * d2);
                first_[c * species + network.species_of[a].value] += g;
                second_[c * species + network.species_of[a].value] += g * g;
            });
    }

    double of(TripleChannel const& channel) const
    {
        std::size_t const species = network_.species.size();
        double sum = 0;
        for (std::size_t c = 0; c < network_.ions(); ++c) {
            if (network_.species_of[c] != channel.acceptor) continue;
            sum += first_[c * species + channel.donor_a.value] * first_[c * species + channel.donor_b.value];
            if (channel.donor_a == channel.donor_b) sum -= second_[c * species + channel.donor_a.value];
        }
        return std::max(sum, 0.0) * (has_like_donors(channel) ? 0.5 : 1);
    }

private:
    Network const& network_;
    std::vector<double> first_, second_;  // (ions x species) sums of d^-6 and d^-12 around an ion
};

RateSystem system_of(Network const& network)
{
    validate(network);
    auto const first = network.first_class();
    auto const ions = ions_of_species(network);
    auto const klass = [&](SpeciesId s, LevelId l) { return std::uint32_t(first[s.value] + l.value); };
    auto const share = [&](double sum, double n) { return n > 0 ? sum / n : 0; };

    std::vector<double> extra(network.one_site.size(), 0.0);
    for (auto const& e : network.extra) extra[e.channel] += e.rate_per_s;

    std::vector<RateTerm> terms;
    for (std::size_t m = 0; m < network.one_site.size(); ++m) {
        auto const& c = network.one_site[m];
        terms.push_back({.from = {klass(c.species, c.from)},
                         .to = {klass(c.species, c.to)},
                         .k0 = c.k0_per_s + share(extra[m], ions[c.species.value]),
                         .per_irradiance = c.per_irradiance});
    }
    PairSums const sums = pair_sums(network);
    for (auto const& c : network.pair)
        terms.push_back({.from = {klass(c.donor, c.donor_from), klass(c.acceptor, c.acceptor_from)},
                         .to = {klass(c.donor, c.donor_to), klass(c.acceptor, c.acceptor_to)},
                         .k0 = c.coefficient * share(sums.of(c)(c.donor.value, c.acceptor.value),
                                                     ions[c.donor.value] * ions[c.acceptor.value]),
                         .per_irradiance = {}});
    TripleSums const triples(network);
    for (auto const& c : network.triple)
        terms.push_back(
            {.from = {klass(c.donor_a, c.a_from), klass(c.donor_b, c.b_from),
                      klass(c.acceptor, c.acceptor_from)},
             .to = {klass(c.donor_a, c.a_to), klass(c.donor_b, c.b_to), klass(c.acceptor, c.acceptor_to)},
             .k0 = c.coefficient * share(triples.of(c), ions[c.donor_a.value] * ions[c.donor_b.value] *
                                                            ions[c.acceptor.value]),
             .per_irradiance = {}});
    return RateSystem(first, ions, std::move(terms), network.lasers);
}

}  // namespace

Matrix const& PairSums::of(PairChannel const& channel) const
{
    auto const found = std::ranges::find_if(laws, [&](OfLaw const& l) { return same_law(l, channel); });
    LANTHORN_EXPECT(found != laws.end());
    return found->sum;
}

PairSums pair_sums(Network const& network)
{
    PairSums sums;
    std::size_t const species = network.species.size();
    for (auto const& channel : network.pair)
        if (std::ranges::none_of(sums.laws, [&](auto const& l) { return same_law(l, channel); }))
            sums.laws.push_back({channel.law, channel.range_nm, Matrix(species, species)});
    if (sums.laws.empty()) return sums;
    CellGrid const grid(network.position_nm, network.interaction_radius_nm, network.period_nm);
    for (std::size_t i = 0; i < network.ions(); ++i)
        grid.visit(i, [&](std::uint32_t j, double d2) {
            for (auto& of : sums.laws)
                of.sum(network.species_of[i].value, network.species_of[j].value) +=
                    distance_factor({.coefficient = 1, .law = of.law, .range_nm = of.range_nm}, d2,
                                    network.interaction_radius_nm);
        });
    for (auto& of : sums.laws)
        for (std::size_t s = 0; s < species; ++s)
            for (std::size_t t = 0; t < s; ++t) {
                LANTHORN_EXPECT(std::abs(of.sum(s, t) - of.sum(t, s)) <= 1e-10 * of.sum(s, t));
                of.sum(t, s) = of.sum(s, t);
            }
    return sums;
}

MeanField::MeanField(Network network) : network_(std::move(network)), system_(system_of(network_)) {}

std::vector<double> MeanField::amounts_of(InitialState const& initial) const
{
    std::vector<double> n = system_.ground();
    if (!initial.level.empty()) {
        LANTHORN_EXPECT(initial.level.size() == network_.ions());
        std::ranges::fill(n, 0.0);
        for (std::size_t i = 0; i < network_.ions(); ++i)
            ++n[system_.first_class()[network_.species_of[i].value] + initial.level[i].value];
    }
    for (auto const& how : initial.excited) excite(system_, how, n);
    return n;
}

SteadyState MeanField::steady(std::span<double const> irradiance) const
{
    return steady_state(system_, irradiance, system_.ground());
}

SteadyState MeanField::steady(std::span<double const> irradiance, SteadyState const& near) const
{
    return steady_state(system_, irradiance, near.amount);
}

Tally MeanField::run(PumpProgram const& pump, InitialState const& initial, ObservablePlan const& plan,
                     CourseTolerance tolerance, StopToken stop) const
{
    return course(system_, pump, amounts_of(initial), plan, tolerance, stop);
}

double EnergyFlow::residual() const
{
    double const difference = absorbed_W - emitted_W - heat_W - stored_W;
    return absorbed_W != 0 ? difference / absorbed_W : difference;
}

EnergyFlow energy_flow(Network const& network, std::span<double const> flux)
{
    LANTHORN_EXPECT(flux.size() == network.channels());
    EnergyFlow flow;
    auto const rise = [&](SpeciesId s, LevelId from, LevelId to) {
        auto const& energy = network.species[s.value].energy_per_cm;
        LANTHORN_EXPECT(!energy.empty());
        return energy[to.value] - energy[from.value];
    };
    std::size_t m = 0;
    for (auto const& c : network.one_site) {
        double const events = photon_energy_J(flux[m++]);  // times 1/cm: W
        if (c.process == Process::absorption || c.process == Process::stimulated_emission)
            flow.absorbed_W -= events * c.photon_per_cm;
        else
            flow.emitted_W += events * c.photon_per_cm;
        flow.heat_W += events * c.heat_per_cm;
        flow.stored_W += events * rise(c.species, c.from, c.to);
    }
    for (auto const& c : network.pair) {
        double const events = photon_energy_J(flux[m++]);
        flow.heat_W += events * c.heat_per_cm;
        flow.stored_W += events * (rise(c.donor, c.donor_from, c.donor_to) +
                                   rise(c.acceptor, c.acceptor_from, c.acceptor_to));
    }
    for (auto const& c : network.triple) {
        double const events = photon_energy_J(flux[m++]);
        flow.heat_W += events * c.heat_per_cm;
        flow.stored_W += events * (rise(c.donor_a, c.a_from, c.a_to) + rise(c.donor_b, c.b_from, c.b_to) +
                                   rise(c.acceptor, c.acceptor_from, c.acceptor_to));
    }
    return flow;
}

}  // namespace lanthorn
