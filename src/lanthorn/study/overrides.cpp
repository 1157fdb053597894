#include "lanthorn/study/overrides.hpp"

#include "lanthorn/base/errors.hpp"
#include "lanthorn/ions/manifolds.hpp"
#include "lanthorn/ions/rates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lanthorn {

namespace {

Sourced<double> sourced(OverrideRecipe const& o, double value)
{
    return {.value = value, .sigma = 0, .source = {.key = "recipe", .where = o.source, .kind = o.kind}};
}

/// Radiative rates of one level in the bulk host.
struct Radiation {
    double nu_per_cm, electric_per_s, magnetic_per_s;
    Transition* transition;
};

class Overriding {
public:
    Overriding(OverrideRecipe const& o, std::size_t index, double temperature_K, Ion& ion, HostOptics& host)
        : o_(o), index_(index), temperature_K_(temperature_K), ion_(ion), host_(host)
    {}

    void apply()
    {
        if (o_.line_strength_cm2)
            transition(level("to", o_.to)).S_ED_override_cm2 = sourced(o_, *o_.line_strength_cm2);
        if (!o_.branching.empty()) share_out();
        if (o_.lifetime_s) relax_at(1 / *o_.lifetime_s - radiative_per_s());
        if (o_.relaxation_per_s) relax_at(*o_.relaxation_per_s);
    }

private:
    [[noreturn]] void refuse(std::string_view key, std::string problem) const
    {
        throw InputError({}, fmt::format("override[{}].{}", index_, key), std::move(problem));
    }

    LevelId level(std::string_view key, std::string const& label) const
    {
        try {
            return ion_.level(label);
        }
        catch (InputError const& error) {
            refuse(key, error.first().problem);
        }
    }

    LevelId from() const
    {
        LevelId const from = level("level", o_.level);
        if (from.value == 0)
            refuse("level", fmt::format("{} is the ground level, which does not decay", o_.level));
        return from;
    }

    /// That between the override's level and another; made where the ion has none.
    Transition& transition(LevelId other)
    {
        LevelId const here = level("level", o_.level);
        if (other == here) refuse("to", "a transition is between two levels");
        auto const [lower, upper] = std::minmax(here, other);
        for (Transition& t : ion_.transitions)
            if (t.upper == upper && t.lower == lower) return t;
        return ion_.transitions.emplace_back(
            Transition{.upper = upper, .lower = lower, .source = sourced(o_, 0).source});
    }

    std::vector<Radiation> radiation()
    {
        std::vector<Radiation> lines;
        LevelId const upper = from();
        Manifolds const manifolds(ion_, host_, temperature_K_);
        double const n = host_.refractive_index.value, g = manifolds.degeneracy(upper);
        for (Transition& t : ion_.transitions) {
            if (t.upper != upper) continue;
            double const nu = manifolds.energy_per_cm(upper) - manifolds.energy_per_cm(t.lower);
            double const S = electric_line_strength_cm2(ion_, t, host_).value;
            lines.push_back({nu, electric_dipole_rate_per_s(nu, S, g, n),
                             magnetic_dipole_rate_per_s(nu, t.S_MD, g, n), &t});
        }
        return lines;
    }

    double radiative_per_s()
    {
        double sum = 0;
        for (Radiation const& line : radiation()) sum += line.electric_per_s + line.magnetic_per_s;
        return sum;
    }

    void share_out()
    {
        double const total = radiative_per_s();
        double named = 0, unnamed_rate = 0;
        for (auto const& [label, share] : o_.branching) {
            LevelId const to = level("branching", label);
            if (!(to < from())) refuse("branching", fmt::format("{} is not below {}", label, o_.level));
            transition(to);
            named += share;
        }
        auto const share_of = [&](Radiation const& line) -> double const* {
            auto const& label = ion_.levels[line.transition->lower.value].label;
            auto const found = std::ranges::find(o_.branching, label, &std::pair<std::string, double>::first);
            return found == o_.branching.end() ? nullptr : &found->second;
        };
        auto const lines = radiation();
        for (Radiation const& line : lines)
            if (share_of(line) == nullptr) unnamed_rate += line.electric_per_s + line.magnetic_per_s;
        if (unnamed_rate == 0 && named < 1 - 1e-9)
            refuse("branching",
                   fmt::format("the shares sum to {:g}, and there is no other line for the rest", named));
        double const g = ion_.levels[from().value].degeneracy();
        for (Radiation const& line : lines) {
            double const* share = share_of(line);
            double const old = line.electric_per_s + line.magnetic_per_s;
            double const wanted = total * (share ? *share : (1 - named) * old / unnamed_rate);
            double const electric = wanted - line.magnetic_per_s;
            if (electric < -1e-9 * total)
                refuse("branching",
                       fmt::format("{}->{}: its magnetic-dipole part alone is {:.3g} of the light", o_.level,
                                   ion_.levels[line.transition->lower.value].label,
                                   line.magnetic_per_s / total));
            double const per_strength =
                electric_dipole_rate_per_s(line.nu_per_cm, 1, g, host_.refractive_index.value);
            line.transition->S_ED_override_cm2 = sourced(o_, std::max(0.0, electric) / per_strength);
        }
    }

    void relax_at(double rate_per_s)
    {
        if (rate_per_s < 0)
            refuse("lifetime",
                   fmt::format("{} {} decays within {:.4g} s by light alone; a longer lifetime needs "
                               "weaker line strengths",
                               ion_.symbol, o_.level, 1 / radiative_per_s()));
        Manifolds const manifolds(ion_, host_, temperature_K_);
        LevelId const upper = from(), lower{upper.value - 1};
        double const gap = manifolds.energy_per_cm(upper) - manifolds.energy_per_cm(lower);
        double const at_reference = rate_per_s / phonon_sideband(host_.phonons(), 0, gap, temperature_K_);
        std::erase_if(host_.relaxations, [&](RelaxationOverride const& r) {
            return r.ion == ion_.symbol && r.level == o_.level;
        });
        host_.relaxations.push_back({ion_.symbol, o_.level, sourced(o_, at_reference)});
    }

    OverrideRecipe const& o_;
    std::size_t index_;
    double temperature_K_;
    Ion& ion_;
    HostOptics& host_;
};

}  // namespace

std::vector<TransferOverride> transfer_overrides(std::vector<OverrideRecipe> const& overrides)
{
    std::vector<TransferOverride> transfers;
    for (OverrideRecipe const& o : overrides) {
        if (o.donor.empty()) continue;
        TransferOverride transfer{.donor = {o.donor[0], o.donor[1], o.donor[2]},
                                  .acceptor = {o.acceptor[0], o.acceptor[1], o.acceptor[2]}};
        if (o.coefficient_nm6_per_s)
            transfer.what = TransferOverride::Coefficient{.law = DistanceLaw::inverse_sixth,
                                                          .value = sourced(o, *o.coefficient_nm6_per_s)};
        else if (o.factor)
            transfer.what = TransferOverride::Factor{.law = std::nullopt, .value = sourced(o, *o.factor)};
        else
            transfer.what = TransferOverride::Exchange{.rate_per_s = sourced(o, *o.exchange_per_s),
                                                       .range_nm = sourced(o, *o.range_nm),
                                                       .at_nm = sourced(o, *o.at_nm)};
        transfers.push_back(std::move(transfer));
    }
    return transfers;
}

void apply_overrides(std::vector<OverrideRecipe> const& overrides, double temperature_K, Ion& ion,
                     HostOptics& host)
{
    for (std::size_t i = 0; i < overrides.size(); ++i)
        if (overrides[i].ion == ion.symbol) Overriding(overrides[i], i, temperature_K, ion, host).apply();
}

}  // namespace lanthorn
