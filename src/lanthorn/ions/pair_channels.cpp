#include "lanthorn/base/contract.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/ions/transfer.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

PhononLaw mean_of(PhononLaw const& a, PhononLaw const& b)
{
    auto const mean = [](double x, double y) { return (x + y) / 2; };
    return {.W0_per_s = mean(a.W0_per_s, b.W0_per_s),
            .alpha_cm = mean(a.alpha_cm, b.alpha_cm),
            .highest_per_cm = mean(a.highest_per_cm, b.highest_per_cm),
            .effective_per_cm = mean(a.effective_per_cm, b.effective_per_cm),
            .reference_K = mean(a.reference_K, b.reference_K)};
}

struct Quadruple {
    LevelId i, j, k, l;  ///< donor i -> j, acceptor k -> l

    bool operator==(Quadruple const&) const = default;
};

class Pairs {
public:
    Pairs(SpeciesId donor, Ion const& donor_ion, HostOptics const& donor_host, SpeciesId acceptor,
          Ion const& acceptor_ion, HostOptics const& acceptor_host, double temperature_K)
        : donor_(donor), acceptor_(acceptor), D_(donor_ion), A_(acceptor_ion), D_host_(donor_host),
          A_host_(acceptor_host), temperature_K_(temperature_K),
          phonons_(mean_of(donor_host.phonons(), acceptor_host.phonons()))
    {
        read_overrides(donor_host);
        if (&donor_host != &acceptor_host && donor_host.name != acceptor_host.name)
            read_overrides(acceptor_host);
    }

    std::vector<PairChannel> all(std::size_t& dropped)
    {
        std::vector<double> acceptor_strength;
        for (Transition const& a : A_.transitions)
            acceptor_strength.push_back(electric_line_strength_cm2(A_, a, A_host_).value);
        for (Transition const& d : D_.transitions) {
            auto const S_D = electric_line_strength_cm2(D_, d, D_host_);
            for (std::size_t a = 0; a < A_.transitions.size(); ++a) {
                Quadruple const q{d.upper, d.lower, A_.transitions[a].lower, A_.transitions[a].upper};
                if (overridden(q)) continue;
                Source source{.key = "kushida1973",
                              .where = "dipole-dipole, phonon-assisted",
                              .kind = Kind::calculated,
                              .recalled = S_D.source.recalled,
                              .note = {}};
                if (!add(q, coefficient(q, S_D.value, acceptor_strength[a]), std::move(source))) ++dropped;
            }
        }
        for (Override const& o : overrides_)
            if (!add(o.channel, o.coefficient, o.source)) ++dropped;
        return std::move(channels_);
    }

private:
    struct Override {
        Quadruple channel;
        double coefficient;
        Source source;
    };

    static double gap(Ion const& ion, LevelId upper, LevelId lower)
    {
        return ion.levels[upper.value].energy_per_cm.value - ion.levels[lower.value].energy_per_cm.value;
    }

    double mismatch(Quadruple const& q) const { return gap(A_, q.l, q.k) - gap(D_, q.i, q.j); }

    double coefficient(Quadruple const& q, double S_D, double S_A) const
    {
        double const eps = mismatch(q);
        double const overlap = phonon_assisted_overlap_cm(
            D_host_.line_width_per_cm.value, A_host_.line_width_per_cm.value, eps, phonons_, temperature_K_);
        double const even = dipole_transfer_sixth(
            S_D, S_A, D_.levels[q.i.value].degeneracy(), A_.levels[q.k.value].degeneracy(),
            D_host_.refractive_index.value, A_host_.refractive_index.value, overlap);
        return eps > 0 ? even * boltzmann_factor(eps, temperature_K_) : even;
    }

    bool add(Quadruple const& q, double coefficient, Source source)
    {
        double const d3 = negligible::nearest_nm * negligible::nearest_nm * negligible::nearest_nm;
        if (coefficient < negligible::slowest_transfer_per_s * d3 * d3) return false;
        channels_.push_back({.donor = donor_,
                             .acceptor = acceptor_,
                             .donor_from = q.i,
                             .donor_to = q.j,
                             .acceptor_from = q.k,
                             .acceptor_to = q.l,
                             .coefficient = coefficient,
                             .law = DistanceLaw::inverse_sixth,
                             .heat_per_cm = -mismatch(q),
                             .source = std::move(source)});
        return true;
    }

    bool overridden(Quadruple const& q) const
    {
        return std::ranges::count(overrides_, q, &Override::channel) > 0;
    }

    /// The levels of a step, or nothing where it is of another ion or its levels are not kept.
    static std::optional<std::pair<LevelId, LevelId>> step_of(TransferOverride::Step const& step,
                                                              Ion const& ion)
    {
        if (step.ion != ion.symbol) return std::nullopt;
        auto const from = std::ranges::find(ion.levels, step.from, &Level::label);
        auto const to = std::ranges::find(ion.levels, step.to, &Level::label);
        if (from == ion.levels.end() || to == ion.levels.end()) return std::nullopt;
        return std::pair{LevelId{std::uint32_t(from - ion.levels.begin())},
                         LevelId{std::uint32_t(to - ion.levels.begin())}};
    }

    void read_overrides(HostOptics const& host)
    {
        for (TransferOverride const& o : host.transfers)
            if (auto const d = step_of(o.donor, D_))
                if (auto const a = step_of(o.acceptor, A_)) {
                    Quadruple const q{d->first, d->second, a->first, a->second};
                    if (!overridden(q))
                        overrides_.push_back(
                            {q, o.coefficient_nm6_per_s.value, o.coefficient_nm6_per_s.source});
                }
        for (TransferOverride const& o : host.transfers)
            if (auto const a = step_of(o.donor, A_))
                if (auto const d = step_of(o.acceptor, D_)) {
                    // The named channel runs the other way: C6 = C6' g_j g_l'/(…) by detailed balance.
                    Quadruple const q{d->second, d->first, a->second, a->first};
                    if (overridden(q)) continue;
                    double const eps = mismatch(q);
                    double const up = D_.levels[q.j.value].degeneracy() * A_.levels[q.l.value].degeneracy();
                    double const down = D_.levels[q.i.value].degeneracy() * A_.levels[q.k.value].degeneracy();
                    double const ratio = up / down *
                                         (eps > 0 ? boltzmann_factor(eps, temperature_K_)
                                                  : 1 / boltzmann_factor(-eps, temperature_K_));
                    Source source = o.coefficient_nm6_per_s.source;
                    source.where += ", by detailed balance from the channel back";
                    overrides_.push_back({q, o.coefficient_nm6_per_s.value * ratio, std::move(source)});
                }
    }

    SpeciesId donor_, acceptor_;
    Ion const& D_;
    Ion const& A_;
    HostOptics const& D_host_;
    HostOptics const& A_host_;
    double temperature_K_;
    PhononLaw phonons_;
    std::vector<Override> overrides_;
    std::vector<PairChannel> channels_;
};

}  // namespace

std::vector<PairChannel> pair_channels(SpeciesId donor, Ion const& donor_ion, HostOptics const& donor_host,
                                       SpeciesId acceptor, Ion const& acceptor_ion,
                                       HostOptics const& acceptor_host, RateConditions const& conditions,
                                       std::size_t* dropped)
{
    LANTHORN_EXPECT(conditions.temperature_K > 0);
    std::size_t count = 0;
    auto channels =
        Pairs(donor, donor_ion, donor_host, acceptor, acceptor_ion, acceptor_host, conditions.temperature_K)
            .all(count);
    if (dropped != nullptr) *dropped += count;
    return channels;
}

}  // namespace lanthorn
