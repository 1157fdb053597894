#include "lanthorn/ions/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lanthorn {

namespace {

void add_host(HostOptics const& host, std::vector<ParameterRow>& rows)
{
    auto const add = [&](char const* what, Sourced<double> const& value, char const* unit) {
        rows.push_back({fmt::format("{}: {}", host.name, what), value, unit});
    };
    add("refractive index", host.refractive_index, "1");
    add("effective phonon", host.phonon_effective_per_cm, "cm^-1");
    add("highest phonon", host.phonon_max_per_cm, "cm^-1");
    add("gap law W0", host.gap_law_W0_per_s, "s^-1");
    add("gap law alpha", host.gap_law_alpha_cm, "cm");
    add("gap law temperature", host.gap_law_temperature_K, "K");
    add("width of a band", host.line_width_per_cm, "cm^-1");
    if (host.stark_width_per_cm) add("width of a Stark line", *host.stark_width_per_cm, "cm^-1");
}

void add_transfer(TransferOverride const& o, HostOptics const& host, std::vector<ParameterRow>& rows)
{
    std::string const steps =
        fmt::format("{}: transfer {} {}->{}, {} {}->{}", host.name, o.donor.ion, o.donor.from, o.donor.to,
                    o.acceptor.ion, o.acceptor.from, o.acceptor.to);
    if (auto const* c = std::get_if<TransferOverride::Coefficient>(&o.what)) {
        int const power = power_of(c->law);
        std::string const name = power == 6 ? steps : fmt::format("{}, C{}", steps, power);
        rows.push_back({name, c->value, fmt::format("nm^{}/s", power)});
    }
    else if (auto const* f = std::get_if<TransferOverride::Factor>(&o.what)) {
        std::string const law = f->law ? fmt::format(" of C{}", power_of(*f->law)) : std::string();
        rows.push_back({fmt::format("{}, factor{}", steps, law), f->value, "1"});
    }
    else {
        auto const& exchange = std::get<TransferOverride::Exchange>(o.what);
        rows.push_back({steps + ", exchange", exchange.rate_per_s, "s^-1"});
        rows.push_back({steps + ", range of exchange", exchange.range_nm, "nm"});
        rows.push_back({steps + ", distance of that exchange", exchange.at_nm, "nm"});
    }
}

void add_strengths(Ion const& ion, HostOptics const& host, std::vector<ParameterRow>& rows)
{
    std::string const where = fmt::format("{} in {}", ion.symbol, host.name);
    if (auto const S = host.line_strength_cm2.find(ion.symbol); S != host.line_strength_cm2.end())
        rows.push_back({where + ": line strength", S->second, "cm^2"});
    else if (auto const set = host.judd_ofelt.find(ion.symbol); set != host.judd_ofelt.end())
        for (std::size_t k = 0; k < 3; ++k)
            rows.push_back({fmt::format("{}: Omega_{}", where, 2 * k + 2),
                            {.value = set->second.omega_cm2[k],
                             .sigma = set->second.scatter * set->second.omega_cm2[k],
                             .source = set->second.source},
                            "cm^2"});
    for (CrossSectionTable const& table : host.cross_sections)
        if (table.ion == ion.symbol && !table.cross_section_cm2.empty())
            rows.push_back(
                {fmt::format("{}: cross-section {}->{}, {:g} to {:g} nm", where, table.from, table.to,
                             table.wavelength_nm.front(), table.wavelength_nm.back()),
                 {.value = std::ranges::max(table.cross_section_cm2), .sigma = 0, .source = table.source},
                 "cm^2"});
    for (StarkManifold const& manifold : host.stark)
        if (manifold.ion == ion.symbol)
            rows.push_back({fmt::format("{}: {} Stark components of {}, up to", where,
                                        manifold.energy_per_cm.size(), manifold.level),
                            {.value = manifold.energy_per_cm.back(), .sigma = 0, .source = manifold.source},
                            "cm^-1"});
    for (RelaxationOverride const& relaxation : host.relaxations)
        if (relaxation.ion == ion.symbol)
            rows.push_back({fmt::format("{}: relaxation of {}", where, relaxation.level),
                            relaxation.rate_per_s, "s^-1"});
    for (TransferOverride const& o : host.transfers)
        if (o.donor.ion == ion.symbol || o.acceptor.ion == ion.symbol) add_transfer(o, host, rows);
}

void add_ion(Ion const& ion, Multipoles multipoles, std::vector<ParameterRow>& rows)
{
    if (multipoles != Multipoles::dipole && ion.r2_cm2)
        rows.push_back({fmt::format("{}: <r^2> of 4f", ion.symbol), *ion.r2_cm2, "cm^2"});
    std::vector<ParameterRow> energies, strengths;
    for (Level const& level : ion.levels) {
        auto const same = std::ranges::find_if(energies, [&](ParameterRow const& row) {
            return row.value.source == level.energy_per_cm.source;
        });
        if (same == energies.end())
            energies.push_back(
                {fmt::format("{}: level energies, up to", ion.symbol), level.energy_per_cm, "cm^-1"});
        else
            same->value = level.energy_per_cm;
    }
    for (Transition const& t : ion.transitions) {
        auto const same = std::ranges::find_if(
            strengths, [&](ParameterRow const& row) { return row.value.source == t.source; });
        if (same == strengths.end())
            strengths.push_back(
                {fmt::format("{}: pairs of levels with U2, U4, U6 and magnetic-dipole strength", ion.symbol),
                 {.value = 1, .sigma = 0, .source = t.source},
                 "1"});
        else
            same->value.value += 1;
        if (t.S_ED_override_cm2)
            strengths.push_back(
                {fmt::format("{}: line strength {}->{}", ion.symbol, ion.levels[t.upper.value].label,
                             ion.levels[t.lower.value].label),
                 *t.S_ED_override_cm2, "cm^2"});
    }
    rows.insert(rows.end(), energies.begin(), energies.end());
    rows.insert(rows.end(), strengths.begin(), strengths.end());
}

}  // namespace

std::vector<ParameterRow> parameters_of(Ion const& ion, HostOptics const& host, Multipoles multipoles)
{
    std::vector<ParameterRow> rows;
    add_host(host, rows);
    add_strengths(ion, host, rows);
    add_ion(ion, multipoles, rows);
    return rows;
}

std::vector<ParameterRow> parameters_of(std::vector<Ion> const& ions, HostOptics const& host,
                                        Multipoles multipoles)
{
    std::vector<ParameterRow> rows;
    for (Ion const& ion : ions)
        for (ParameterRow& row : parameters_of(ion, host, multipoles))
            if (std::ranges::count(rows, row.name, &ParameterRow::name) == 0) rows.push_back(std::move(row));
    return rows;
}

}  // namespace lanthorn
