#include "lanthorn/crystal/lattice_match.hpp"

#include "lanthorn/base/contract.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

Cell mixed_cell(std::span<std::pair<Cell, double> const> end_members)
{
    double sum = 0;
    Cell mixed;
    for (auto const& [cell, fraction] : end_members) {
        LANTHORN_EXPECT(fraction >= 0);
        sum += fraction;
        mixed.a_nm += fraction * cell.a_nm;
        mixed.b_nm += fraction * cell.b_nm;
        mixed.c_nm += fraction * cell.c_nm;
        mixed.alpha_rad += fraction * cell.alpha_rad;
        mixed.beta_rad += fraction * cell.beta_rad;
        mixed.gamma_rad += fraction * cell.gamma_rad;
    }
    LANTHORN_EXPECT(std::abs(sum - 1) < 1e-9);
    return mixed;
}

double on_line(double x, std::pair<double, double> first, std::pair<double, double> second)
{
    LANTHORN_EXPECT(first.first != second.first);
    return first.second + (x - first.first) * (second.second - first.second) / (second.first - first.first);
}

double misfit(double core_nm, double shell_nm, MisfitOf of)
{
    LANTHORN_EXPECT(core_nm > 0 && shell_nm > 0);
    return (shell_nm - core_nm) / (of == MisfitOf::core ? core_nm : shell_nm);
}

std::string misfit_table(LatticeLength const& core, std::span<LatticeLength const> shells, MisfitOf of)
{
    std::size_t width = 5;
    for (auto const& shell : shells) width = std::max(width, shell.name.size());
    std::string text = fmt::format("misfit of shells on {}, a = {:.4f} nm: (a_shell - a_core) / a_{}\n",
                                   core.name, core.length_nm, of == MisfitOf::core ? "core" : "shell");
    for (auto const& shell : shells)
        text += fmt::format("{:<{}}  a = {:.4f} nm  {:+.2f} %\n", shell.name, width, shell.length_nm,
                            100 * misfit(core.length_nm, shell.length_nm, of));
    return text;
}

IonicRadii IonicRadii::from(Document const& document)
{
    Node const* list = document.root.find("radius");
    if (!list || !list->is_array())
        throw InputError({document.name, 0, 0}, "radius", "a list of tables [[radius]] is wanted");
    std::vector<Finding> findings;
    IonicRadii radii;
    for (std::size_t n = 0; n < list->array().size(); ++n) {
        Node const& node = list->array()[n];
        std::string const key = fmt::format("radius[{}]", n);
        Node const* set = node.find("set");
        Node const* ion = node.find("ion");
        Node const* neighbours = node.find("neighbours");
        Node const* radius = node.find("radius");
        if (!set || !set->is_text() || !ion || !ion->is_text() || !neighbours || !neighbours->is_number() ||
            !radius) {
            findings.push_back({Severity::error, node.place, key,
                                key + ": set, ion, neighbours and radius are wanted",
                                document.excerpt(node.place)});
            continue;
        }
        try {
            radii.entries_.push_back({set->text(), ion->text(), int(neighbours->number()),
                                      sourced_from(document, *radius, key + ".radius", Dimension::length)});
        }
        catch (InputError const& error) {
            findings.insert(findings.end(), error.findings().begin(), error.findings().end());
        }
    }
    if (!findings.empty()) throw InputError(std::move(findings));
    return radii;
}

Sourced<double> const& IonicRadii::radius_nm(std::string_view set, std::string_view ion, int neighbours) const
{
    std::string known;
    for (auto const& entry : entries_) {
        if (entry.ion != ion) continue;
        if (entry.set == set && entry.neighbours == neighbours) return entry.radius_nm;
        known += fmt::format("{}{} with {}", known.empty() ? "" : ", ", entry.set, entry.neighbours);
    }
    throw InputError({}, "radius",
                     fmt::format("no radius of {} with {} neighbours in the set \"{}\"; known: {}", ion,
                                 neighbours, set, known.empty() ? "none" : known));
}

double tolerance_factor(double a_nm, double b_nm, double x_nm)
{
    return (a_nm + x_nm) / (std::sqrt(2.0) * (b_nm + x_nm));
}

double octahedral_factor(double b_nm, double x_nm) { return b_nm / x_nm; }

}  // namespace lanthorn
