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
}

void add_strengths(Ion const& ion, HostOptics const& host, std::vector<ParameterRow>& rows)
{
    std::string const where = fmt::format("{} in {}", ion.symbol, host.name);
    if (auto const S = host.line_strength_cm2.find(ion.symbol); S != host.line_strength_cm2.end())
        rows.push_back({where + ": line strength", S->second, "cm^2"});
    else if (auto const set = host.judd_ofelt.find(ion.symbol); set != host.judd_ofelt.end())
        for (std::size_t k = 0; k < 3; ++k)
            rows.push_back({fmt::format("{}: Omega_{}", where, 2 * k + 2),
                            {.value = set->second.omega_cm2[k], .sigma = 0, .source = set->second.source},
                            "cm^2"});
    for (CrossSectionTable const& table : host.cross_sections)
        if (table.ion == ion.symbol && !table.cross_section_cm2.empty())
            rows.push_back(
                {fmt::format("{}: cross-section {}->{}, {:g} to {:g} nm", where, table.from, table.to,
                             table.wavelength_nm.front(), table.wavelength_nm.back()),
                 {.value = std::ranges::max(table.cross_section_cm2), .sigma = 0, .source = table.source},
                 "cm^2"});
    for (TransferOverride const& o : host.transfers)
        if (o.donor.ion == ion.symbol || o.acceptor.ion == ion.symbol)
            rows.push_back(
                {fmt::format("{}: transfer {} {}->{}, {} {}->{}", host.name, o.donor.ion, o.donor.from,
                             o.donor.to, o.acceptor.ion, o.acceptor.from, o.acceptor.to),
                 o.coefficient_nm6_per_s, "nm^6/s"});
}

void add_ion(Ion const& ion, std::vector<ParameterRow>& rows)
{
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

std::vector<ParameterRow> parameters_of(Ion const& ion, HostOptics const& host)
{
    std::vector<ParameterRow> rows;
    add_host(host, rows);
    add_strengths(ion, host, rows);
    add_ion(ion, rows);
    return rows;
}

std::vector<ParameterRow> parameters_of(std::vector<Ion> const& ions, HostOptics const& host)
{
    std::vector<ParameterRow> rows;
    for (Ion const& ion : ions)
        for (ParameterRow& row : parameters_of(ion, host))
            if (std::ranges::count(rows, row.name, &ParameterRow::name) == 0) rows.push_back(std::move(row));
    return rows;
}

}  // namespace lanthorn
