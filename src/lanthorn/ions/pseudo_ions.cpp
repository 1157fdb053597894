#include "lanthorn/ions/pseudo_ions.hpp"

#include "lanthorn/ions/reading.hpp"

#include <fmt/format.h>

namespace lanthorn {

namespace {

using Need = Reading::Need;

Ion read(Reading& in, Node const& node, std::string const& path)
{
    in.known_keys(node, path, {"name", "levels", "strengths"});
    Ion ion;
    ion.symbol = in.text(node, "name", path, Need::required).value_or("");
    if (Node const* levels = in.table(node, "levels", path, Need::required)) {
        auto const at = path + ".levels";
        in.known_keys(*levels, at, {"unit", "source", "where", "kind", "recalled", "note", "J", "energies"});
        double const J = in.number(*levels, "J", at, Need::required).value_or(0);
        double const unit = in.unit(*levels, at, Dimension::energy).value_or(1);
        auto const source = in.source(*levels, at).value_or(Source{});
        for (double energy : in.numbers(*levels, "energies", at).value_or(std::vector<double>{})) {
            if (ion.levels.empty() ? energy != 0 : energy * unit <= ion.levels.back().energy_per_cm.value)
                in.problem(levels->place, at + ".energies", "energies begin with 0 and ascend");
            ion.levels.push_back({.label = fmt::format("e{}", ion.levels.size() + 1),
                                  .J = J,
                                  .energy_per_cm = {.value = energy * unit, .source = source},
                                  .energy_calculated_per_cm = {}});
        }
    }
    if (Node const* strengths = in.table(node, "strengths", path, Need::required)) {
        auto const at = path + ".strengths";
        in.known_keys(*strengths, at, {"unit", "source", "where", "kind", "recalled", "note", "from_ground"});
        double const unit = in.unit(*strengths, at, Dimension::area).value_or(1);
        auto const source = in.source(*strengths, at).value_or(Source{});
        auto const values =
            in.numbers(*strengths, "from_ground", at).value_or(std::vector<double>(ion.levels.size()));
        if (values.size() + 1 != ion.levels.size())
            in.problem(strengths->place, at + ".from_ground", "one strength is wanted per excited level");
        for (std::size_t k = 0; k < values.size() && k + 1 < ion.levels.size(); ++k) {
            if (values[k] < 0) in.problem(strengths->place, at + ".from_ground", "a strength is not below 0");
            ion.transitions.push_back(
                {.upper = {std::uint32_t(k + 1)},
                 .lower = {0},
                 .source = source,
                 .S_ED_override_cm2 = Sourced<double>{.value = values[k] * unit, .source = source}});
        }
    }
    ion.default_levels = ion.levels.size();
    return ion;
}

}  // namespace

std::vector<std::string> pseudo_ion_names(Document const& document)
{
    Reading in(document);
    std::vector<std::string> names;
    if (Node const* all = in.array(document.root, "pseudo_ion", "", Need::required))
        for (std::size_t i = 0; i < all->array().size(); ++i)
            names.push_back(in.text(all->array()[i], "name", fmt::format("pseudo_ion[{}]", i), Need::required)
                                .value_or(""));
    in.done();
    return names;
}

Ion pseudo_ion_from(Document const& document, std::string_view name)
{
    auto const names = pseudo_ion_names(document);
    Reading in(document);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] != name) continue;
        Ion ion = read(in, document.root.find("pseudo_ion")->array()[i], fmt::format("pseudo_ion[{}]", i));
        in.done();
        return ion;
    }
    in.problem(document.root.place, "pseudo_ion", fmt::format("there is no pseudo-ion \"{}\"", name));
    in.done();
    return {};
}

}  // namespace lanthorn
