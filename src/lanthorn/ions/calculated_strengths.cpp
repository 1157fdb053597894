#include "lanthorn/ions/calculated_strengths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace lanthorn {

std::vector<std::size_t> matched_levels(Ion const& ion, FreeIon const& calculated)
{
    std::map<double, std::vector<std::size_t>> of_J;
    for (std::size_t i = 0; i < calculated.levels.size(); ++i) of_J[calculated.levels[i].J].push_back(i);
    std::map<double, std::size_t> taken;
    std::vector<std::size_t> result;
    for (Level const& level : ion.levels) {
        std::size_t const order = taken[level.J]++;
        if (order >= of_J[level.J].size())
            throw InputError({}, level.label,
                             fmt::format("{}: level \"{}\" is number {} of J = {}, but 4f{} has {} of them",
                                         ion.symbol, level.label, order + 1, level.J, calculated.f_electrons,
                                         of_J[level.J].size()));
        result.push_back(of_J[level.J][order]);
    }
    return result;
}

std::vector<Transition> calculated_transitions(Ion const& ion, FreeIon const& calculated, double smallest)
{
    auto const level = matched_levels(ion, calculated);
    auto const squared = [&](Matrix const& reduced, std::size_t i, std::size_t j) {
        double const x = reduced(level[i], level[j]);
        return x * x;
    };
    std::vector<Transition> result;
    for (std::uint32_t upper = 0; upper < level.size(); ++upper)
        for (std::uint32_t lower = 0; lower < upper; ++lower) {
            Transition t{.upper = {upper}, .lower = {lower}, .source = {}, .S_ED_override_cm2 = {}};
            t.U2 = squared(calculated.U2, upper, lower);
            t.U4 = squared(calculated.U4, upper, lower);
            t.U6 = squared(calculated.U6, upper, lower);
            t.S_MD = squared(calculated.magnetic, upper, lower);
            if (std::max({t.U2, t.U4, t.U6, t.S_MD}) >= smallest) result.push_back(std::move(t));
        }
    return result;
}

}  // namespace lanthorn
