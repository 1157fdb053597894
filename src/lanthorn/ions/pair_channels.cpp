#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/ions/pair_law.hpp"
#include "lanthorn/ions/rates.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

using Coefficient = TransferOverride::Coefficient;
using Exchange = TransferOverride::Exchange;
using Factor = TransferOverride::Factor;

/// The entries of the two hosts that name steps of these ions, in the order in which they count.
class Entries {
public:
    struct Entry {
        PairStep step;
        TransferOverride const* given;
    };

    Entries(Ion const& donor, HostOptics const& donor_host, Ion const& acceptor,
            HostOptics const& acceptor_host)
    {
        add(donor_host, donor, acceptor);
        if (&donor_host != &acceptor_host && donor_host.name != acceptor_host.name)
            add(acceptor_host, donor, acceptor);
    }

    std::vector<Entry> const& all() const { return entries_; }

    /// What replaces or scales this law of a step; null where nothing does.
    TransferOverride const* of(PairStep const& step, DistanceLaw law) const
    {
        for (Entry const& e : entries_) {
            if (e.step != step) continue;
            if (auto const* c = std::get_if<Coefficient>(&e.given->what); c != nullptr && c->law == law)
                return e.given;
            if (auto const* f = std::get_if<Factor>(&e.given->what);
                f != nullptr && f->law.value_or(law) == law)
                return e.given;
        }
        return nullptr;
    }

    TransferOverride const* exchange_of(PairStep const& step) const
    {
        for (Entry const& e : entries_)
            if (e.step == step && std::holds_alternative<Exchange>(e.given->what)) return e.given;
        return nullptr;
    }

private:
    /// The levels of a step, or nothing where it is of another ion or its levels are not kept.
    static std::optional<std::pair<LevelId, LevelId>> levels_of(TransferOverride::Step const& step,
                                                                Ion const& ion)
    {
        if (step.ion != ion.symbol) return std::nullopt;
        auto const from = std::ranges::find(ion.levels, step.from, &Level::label);
        auto const to = std::ranges::find(ion.levels, step.to, &Level::label);
        if (from == ion.levels.end() || to == ion.levels.end()) return std::nullopt;
        return std::pair{LevelId{std::uint32_t(from - ion.levels.begin())},
                         LevelId{std::uint32_t(to - ion.levels.begin())}};
    }

    void add(HostOptics const& host, Ion const& donor, Ion const& acceptor)
    {
        for (TransferOverride const& o : host.transfers)
            if (auto const d = levels_of(o.donor, donor))
                if (auto const a = levels_of(o.acceptor, acceptor))
                    entries_.push_back({{d->first, d->second, a->first, a->second}, &o});
    }

    std::vector<Entry> entries_;
};

class Pairs {
public:
    Pairs(SpeciesId donor, Ion const& donor_ion, HostOptics const& donor_host, SpeciesId acceptor,
          Ion const& acceptor_ion, HostOptics const& acceptor_host, RateConditions const& conditions)
        : donor_(donor), acceptor_(acceptor), D_(donor_ion), A_(acceptor_ion), D_host_(donor_host),
          law_(donor_ion, donor_host, acceptor_ion, acceptor_host, conditions.temperature_K,
               conditions.multipoles, conditions.local_field),
          way_(donor_ion, donor_host, acceptor_ion, acceptor_host),
          way_back_(acceptor_ion, acceptor_host, donor_ion, donor_host)
    {}

    std::vector<PairChannel> all(std::size_t& dropped)
    {
        for (DistanceLaw const law : law_.laws())
            for (Transition const& d : D_.transitions) {
                Source const source{.key = "kushida1973",
                                    .where = calculated(law),
                                    .kind = Kind::calculated,
                                    .recalled = recalled(law, d),
                                    .note = {}};
                for (Transition const& a : A_.transitions)
                    add_calculated(law, {d.upper, d.lower, a.lower, a.upper}, source);
            }
        for (auto const& [step, o] : way_.all()) add_own(step, *o);
        for (auto const& [back, o] : way_back_.all()) add_by_balance(back.back(), *o);
        dropped += dropped_;
        return std::move(channels_);
    }

private:
    static char const* calculated(DistanceLaw law)
    {
        return law == DistanceLaw::inverse_sixth    ? "dipole-dipole, phonon-assisted"
               : law == DistanceLaw::inverse_eighth ? "dipole-quadrupole, phonon-assisted"
                                                    : "quadrupole-quadrupole, phonon-assisted";
    }

    bool recalled(DistanceLaw law, Transition const& d) const
    {
        bool const r2 =
            law != DistanceLaw::inverse_sixth && (D_.r2_cm2->source.recalled || A_.r2_cm2->source.recalled);
        return r2 || electric_line_strength_cm2(D_, d, D_host_).source.recalled;
    }

    bool is_its_own_way_back(PairStep const& step) const
    {
        return D_.symbol == A_.symbol && step == step.back();
    }

    /// Whether entries for both ways leave them in balance. One entry of a migration stands for both, though each of
    /// two hosts may hold a copy of it.
    bool balanced(PairStep const& step, TransferOverride const* way, TransferOverride const* back) const
    {
        if (way == nullptr || back == nullptr) return true;
        return is_its_own_way_back(step) && numbers_of(*way) == numbers_of(*back);
    }

    static std::pair<double, double> numbers_of(TransferOverride const& o)
    {
        if (auto const* e = std::get_if<Exchange>(&o.what)) return {e->at_contact_per_s(), e->range_nm.value};
        if (auto const* f = std::get_if<Factor>(&o.what)) return {f->value.value, -1};
        return {std::get<Coefficient>(o.what).value.value, 0};
    }

    /// ln of the slowest coefficient that is kept.
    static double threshold(DistanceLaw law, double range_nm)
    {
        static double const slowest = portable_log(negligible::slowest_transfer_per_s);
        return slowest - log_distance_factor(law, negligible::nearest_nm, range_nm);
    }

    void add_calculated(DistanceLaw law, PairStep const& step, Source const& source)
    {
        auto const* own = way_.of(step, law);
        auto const* back = way_back_.of(step.back(), law);
        auto const* given = own != nullptr ? own : back;
        if (given == nullptr) {
            add(law, 0, step, law_.log_coefficient(law, step), law_.log_coefficient_back(law, step), true,
                source);
            return;
        }
        auto const* factor = std::get_if<Factor>(&given->what);
        if (factor == nullptr || factor->value.value == 0) return;
        Source scaled = factor->value.source;
        scaled.where += ", times the calculated coefficient";
        double const log_factor = portable_log(factor->value.value);
        add(law, 0, step, log_factor + law_.log_coefficient(law, step),
            log_factor + law_.log_coefficient_back(law, step), balanced(step, own, back), scaled);
    }

    /// An entry that names this channel.
    void add_own(PairStep const& step, TransferOverride const& o)
    {
        double const log_ratio = law_.log_balance(step);
        double const downhill = is_its_own_way_back(step) ? std::min(0.0, log_ratio) : 0;
        if (auto const* c = std::get_if<Coefficient>(&o.what)) {
            if (way_.of(step, c->law) != &o) return;
            add_given(c->law, 0, step, c->value.value, downhill, log_ratio,
                      balanced(step, &o, way_back_.of(step.back(), c->law)), c->value.source);
        }
        else if (auto const* e = std::get_if<Exchange>(&o.what)) {
            if (way_.exchange_of(step) != &o) return;
            add_given(DistanceLaw::exponential, e->range_nm.value, step, e->at_contact_per_s(), downhill,
                      log_ratio, balanced(step, &o, way_back_.exchange_of(step.back())),
                      e->rate_per_s.source);
        }
    }

    /// An entry that names the way back of this channel.
    void add_by_balance(PairStep const& step, TransferOverride const& o)
    {
        double const log_ratio = law_.log_balance(step);
        auto const by_balance = [](Source source) {
            source.where += ", by detailed balance from the channel back";
            return source;
        };
        if (auto const* c = std::get_if<Coefficient>(&o.what)) {
            if (way_.of(step, c->law) != nullptr || way_back_.of(step.back(), c->law) != &o) return;
            add_given(c->law, 0, step, c->value.value, log_ratio, log_ratio, true,
                      by_balance(c->value.source));
        }
        else if (auto const* e = std::get_if<Exchange>(&o.what)) {
            if (way_.exchange_of(step) != nullptr || way_back_.exchange_of(step.back()) != &o) return;
            add_given(DistanceLaw::exponential, e->range_nm.value, step, e->at_contact_per_s(), log_ratio,
                      log_ratio, true, by_balance(e->rate_per_s.source));
        }
    }

    /// The coefficient value * exp(log_factor).
    void add_given(DistanceLaw law, double range_nm, PairStep const& step, double value, double log_factor,
                   double log_ratio, bool is_balanced, Source const& source)
    {
        if (value == 0) return;
        double const log_coefficient = portable_log(value) + log_factor;
        if (log_coefficient > 700)
            throw InputError({.file = D_host_.name, .line = 0, .column = 0}, "optics.transfer",
                             "a coefficient far uphill makes its way back faster than any number");
        bool const kept =
            add(law, range_nm, step, log_coefficient, log_coefficient - log_ratio, is_balanced, source);
        if (kept && log_factor == 0) channels_.back().coefficient = value;
    }

    /// Whether the channel was not negligible.
    bool add(DistanceLaw law, double range_nm, PairStep const& step, double log_coefficient, double log_back,
             bool is_balanced, Source const& source)
    {
        double const least = threshold(law, range_nm);
        if (log_coefficient < least) {
            if (std::isfinite(log_coefficient)) ++dropped_;
            return false;
        }
        channels_.push_back({.donor = donor_,
                             .acceptor = acceptor_,
                             .donor_from = step.donor_from,
                             .donor_to = step.donor_to,
                             .acceptor_from = step.acceptor_from,
                             .acceptor_to = step.acceptor_to,
                             .coefficient = portable_exp(log_coefficient),
                             .law = law,
                             .range_nm = range_nm,
                             .heat_per_cm = law_.heat_per_cm(step),
                             .detailed_balance = is_balanced && log_back >= least,
                             .source = source});
        return true;
    }

    SpeciesId donor_, acceptor_;
    Ion const& D_;
    Ion const& A_;
    HostOptics const& D_host_;
    PairLaw law_;
    Entries way_, way_back_;
    std::vector<PairChannel> channels_;
    std::size_t dropped_ = 0;
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
        Pairs(donor, donor_ion, donor_host, acceptor, acceptor_ion, acceptor_host, conditions).all(count);
    if (dropped != nullptr) *dropped += count;
    return channels;
}

}  // namespace lanthorn
