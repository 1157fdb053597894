#include "lanthorn/ions/ion.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/data/schema.hpp"
#include "lanthorn/ions/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lanthorn {

namespace {

using Need = Reading::Need;

std::vector<std::string> labels_of(Ion const& ion)
{
    std::vector<std::string> labels;
    for (Level const& level : ion.levels) labels.push_back(level.label);
    return labels;
}

std::string unknown_level(std::string_view label, std::vector<std::string> const& labels)
{
    auto const near = nearest(label, labels);
    return near ? fmt::format("no level \"{}\"; did you mean \"{}\"?", label, *near)
                : fmt::format("no level \"{}\"", label);
}

bool is_multiple_of_half(double J) { return J >= 0 && 2 * J == std::floor(2 * J); }

/// How many states of 4f^n have this M_J: n of the 14 spin-orbitals with 2 m_j = 2 m + 1 and 2 m - 1, m = -3 to 3.
std::size_t states_of(int f_electrons, int twice_M)
{
    std::map<std::pair<int, int>, std::size_t> ways{{{0, 0}, 1}};  // (electrons, 2 M)
    for (int m = -3; m <= 3; ++m)
        for (int spin : {-1, 1}) {
            auto with = ways;
            for (auto const& [state, count] : ways)
                with[{state.first + 1, state.second + 2 * m + spin}] += count;
            ways = std::move(with);
        }
    auto const found = ways.find({f_electrons, twice_M});
    return found == ways.end() ? 0 : found->second;
}

/// Matrix elements of a tensor of rank k vanish between these two J.
bool forbidden(double J1, double J2, int k) { return std::abs(J1 - J2) > k || J1 + J2 < k; }

/// Digits of tables are not zeros of theory.
constexpr double as_good_as_zero = 1e-4;

/// J as labels have it: "15/2", "6".
std::string J_text(double J)
{
    return J == std::floor(J) ? fmt::format("{:g}", J) : fmt::format("{:g}/2", 2 * J);
}

class IonReading {
public:
    explicit IonReading(Document const& document) : in_(document), root_(document.root) {}

    Ion read()
    {
        in_.known_keys(root_, "", {"symbol", "f_electrons", "default_levels", "r2", "levels", "strengths"});
        ion_.symbol = in_.text(root_, "symbol", "", Need::required).value_or("");
        read_electrons();
        read_r2();
        read_levels();
        count_levels();
        read_strengths();
        read_default();
        in_.done();
        return std::move(ion_);
    }

private:
    void read_electrons()
    {
        auto const count = in_.number(root_, "f_electrons", "", Need::required);
        if (!count) return;
        if (*count < 1 || *count > 13 || *count != std::floor(*count))
            in_.problem(root_.find("f_electrons")->place, "f_electrons",
                        "f_electrons is to be a whole number from 1 (Ce) to 13 (Yb)");
        else
            ion_.f_electrons = int(*count);
    }

    void read_r2()
    {
        ion_.r2_cm2 = in_.sourced(root_, "r2", "", Dimension::area, Need::optional);
        if (ion_.r2_cm2 && !(ion_.r2_cm2->value > 0))
            in_.problem(root_.find("r2")->place, "r2", "a mean square radius is above 0");
    }

    void read_default()
    {
        ion_.default_levels = ion_.levels.size();
        auto const count = in_.number(root_, "default_levels", "", Need::optional);
        if (!count) return;
        if (*count < 1 || *count > double(ion_.levels.size()) || *count != std::floor(*count))
            in_.problem(
                root_.find("default_levels")->place, "default_levels",
                fmt::format("default_levels is to be a whole number from 1 to {}", ion_.levels.size()));
        else
            ion_.default_levels = std::size_t(*count);
    }

    void read_levels()
    {
        Node const* table = in_.table(root_, "levels", "", Need::required);
        if (table == nullptr) return;
        in_.known_keys(*table, "levels",
                       {"unit", "sigma", "source", "where", "kind", "recalled", "note", "rows"});
        auto const unit = in_.unit(*table, "levels", Dimension::energy);
        auto const source = in_.source(*table, "levels");
        double const sigma = in_.number(*table, "sigma", "levels", Need::optional).value_or(0);
        Node const* rows = in_.array(*table, "rows", "levels", Need::required);
        if (rows == nullptr) return;
        if (rows->array().empty())
            in_.problem(rows->place, "levels.rows", "an ion has at least its ground level");
        for (std::size_t i = 0; i < rows->array().size(); ++i)
            read_level(rows->array()[i], fmt::format("levels.rows[{}]", i), unit.value_or(1), sigma,
                       source.value_or(Source{}));
    }

    void read_level(Node const& row, std::string const& path, double unit, double sigma, Source const& source)
    {
        if (!row.is_table()) return in_.problem(row.place, path, "a level is a table { label, J, energy }");
        in_.known_keys(row, path, {"label", "J", "energy", "calculated"});
        Level level;
        level.label = in_.text(row, "label", path, Need::required).value_or("");
        if (!level.label.empty() && std::ranges::count(ion_.levels, level.label, &Level::label) > 0)
            in_.problem(row.find("label")->place, path + ".label",
                        fmt::format("two levels are called \"{}\"; number them, as 2H(1)11/2 and 2H(2)11/2",
                                    level.label));
        if (auto const J = in_.number(row, "J", path, Need::required)) {
            level.J = *J;
            bool const wanted_half = ion_.f_electrons % 2 == 1;
            if (!is_multiple_of_half(*J))
                in_.problem(row.find("J")->place, path + ".J",
                            fmt::format("J = {} is no multiple of 1/2", *J));
            else if (ion_.f_electrons > 0 && (2 * *J == 2 * std::floor(*J)) == wanted_half)
                in_.problem(row.find("J")->place, path + ".J",
                            fmt::format("J = {}, but {} electrons couple to {} J", *J, ion_.f_electrons,
                                        wanted_half ? "half-integer" : "integer"));
        }
        read_energy(row, path, unit, sigma, source, level);
        if (auto const calculated = in_.number(row, "calculated", path, Need::optional))
            level.energy_calculated_per_cm = *calculated * unit;
        ion_.levels.push_back(std::move(level));
    }

    void read_energy(Node const& row, std::string const& path, double unit, double sigma,
                     Source const& source, Level& level)
    {
        Node const* energy = in_.field(row, "energy", path, Need::required);
        if (energy == nullptr) return;
        if (energy->is_table()) {
            auto const own = in_.sourced(row, "energy", path, Dimension::energy, Need::required);
            if (!own) return;
            level.energy_per_cm = *own;
        }
        else {
            auto const value = in_.number(row, "energy", path, Need::required);
            if (!value) return;
            level.energy_per_cm = {.value = *value * unit, .sigma = sigma * unit, .source = source};
        }
        double const value = level.energy_per_cm.value;
        if (ion_.levels.empty() && value != 0)
            in_.problem(energy->place, path + ".energy",
                        "energies count from the barycentre of the ground level: the first is 0");
        if (!ion_.levels.empty() && value <= ion_.levels.back().energy_per_cm.value)
            in_.problem(
                energy->place, path + ".energy",
                fmt::format("\"{}\" at {} cm^-1 is not above \"{}\" at {} cm^-1; sort levels by energy",
                            level.label, value, ion_.levels.back().label,
                            ion_.levels.back().energy_per_cm.value));
    }

    /// No more levels of one J than 4f^n has.
    void count_levels()
    {
        if (ion_.f_electrons == 0) return;
        std::map<double, std::size_t> of_J, most;
        for (std::size_t i = 0; i < ion_.levels.size(); ++i) {
            double const J = ion_.levels[i].J;
            if (!is_possible(J)) continue;  // said already
            if (!most.contains(J)) most[J] = multiplets(ion_.f_electrons, J);
            if (++of_J[J] != most[J] + 1) continue;
            in_.problem(row_of(i).place, fmt::format("levels.rows[{}].J", i),
                        fmt::format("\"{}\" is level number {} of J = {}, but 4f{} has {}",
                                    ion_.levels[i].label, of_J[J], J_text(J), ion_.f_electrons, most[J]));
        }
    }

    bool is_possible(double J) const
    {
        return is_multiple_of_half(J) && int(2 * J) % 2 == ion_.f_electrons % 2;
    }

    Node const& row_of(std::size_t level) const { return root_.find("levels")->find("rows")->array()[level]; }

    void read_strengths()
    {
        Node const* table = in_.table(root_, "strengths", "", Need::required);
        if (table == nullptr) return;
        in_.known_keys(*table, "strengths", {"source", "where", "kind", "recalled", "note", "rows"});
        auto const source = in_.source(*table, "strengths");
        Node const* rows = in_.array(*table, "rows", "strengths", Need::required);
        if (rows == nullptr) return;
        for (std::size_t i = 0; i < rows->array().size(); ++i)
            read_strength(rows->array()[i], fmt::format("strengths.rows[{}]", i), source.value_or(Source{}));
    }

    std::optional<LevelId> level_of(Node const& row, std::string_view name, std::string const& path)
    {
        auto const label = in_.text(row, name, path, Need::required);
        if (!label) return std::nullopt;
        auto const found = std::ranges::find(ion_.levels, *label, &Level::label);
        if (found != ion_.levels.end()) return LevelId{std::uint32_t(found - ion_.levels.begin())};
        in_.problem(row.find(name)->place, fmt::format("{}.{}", path, name),
                    unknown_level(*label, labels_of(ion_)));
        return std::nullopt;
    }

    void read_strength(Node const& row, std::string const& path, Source const& source)
    {
        if (!row.is_table()) return in_.problem(row.place, path, "a row is a table { upper, lower, U, MD }");
        in_.known_keys(row, path, {"upper", "lower", "U", "MD", "S_ED"});
        auto const upper = level_of(row, "upper", path);
        auto const lower = level_of(row, "lower", path);
        Transition transition;
        transition.source = source;
        auto const U = in_.numbers(row, "U", path);
        if (U && U->size() != 3)
            in_.problem(row.find("U")->place, path + ".U", "U is to hold three numbers: U2, U4, U6");
        else if (U) {
            transition.U2 = (*U)[0];
            transition.U4 = (*U)[1];
            transition.U6 = (*U)[2];
            if (std::ranges::any_of(*U, [](double u) { return u < 0; }))
                in_.problem(row.find("U")->place, path + ".U", "a squared matrix element is not negative");
        }
        transition.S_MD = in_.number(row, "MD", path, Need::optional).value_or(0);
        if (transition.S_MD < 0)
            in_.problem(row.find("MD")->place, path + ".MD", "a strength is not negative");
        transition.S_ED_override_cm2 = in_.sourced(row, "S_ED", path, Dimension::area, Need::optional);
        if (transition.S_ED_override_cm2 && transition.S_ED_override_cm2->value < 0)
            in_.problem(row.find("S_ED")->place, path + ".S_ED", "a strength is not negative");
        if (!upper || !lower) return;
        if (upper->value <= lower->value)
            return in_.problem(
                row.place, path,
                fmt::format("\"{}\" is not above \"{}\"; strengths are symmetric and stand once, upper "
                            "level first",
                            ion_.levels[upper->value].label, ion_.levels[lower->value].label));
        refuse_forbidden(row, path, ion_.levels[upper->value], ion_.levels[lower->value], transition);
        if (!pairs_.emplace(*upper, *lower).second)
            return in_.problem(row.place, path,
                               fmt::format("the pair \"{}\", \"{}\" stands twice",
                                           ion_.levels[upper->value].label, ion_.levels[lower->value].label));
        transition.upper = *upper;
        transition.lower = *lower;
        ion_.transitions.push_back(std::move(transition));
    }

    void refuse_forbidden(Node const& row, std::string const& path, Level const& upper, Level const& lower,
                          Transition const& t)
    {
        if (!is_possible(upper.J) || !is_possible(lower.J)) return;
        auto const check = [&](char const* key, char const* what, double strength, int k) {
            if (strength < as_good_as_zero || !forbidden(upper.J, lower.J, k)) return;
            in_.problem(row.find(key)->place, fmt::format("{}.{}", path, key),
                        fmt::format("{} = {} between J = {} and J = {}, where it vanishes", what, strength,
                                    J_text(upper.J), J_text(lower.J)));
        };
        check("U", "U2", t.U2, 2);
        check("U", "U4", t.U4, 4);
        check("U", "U6", t.U6, 6);
        check("MD", "MD", t.S_MD, 1);
    }

    Reading in_;
    Node const& root_;
    Ion ion_;
    std::set<std::pair<LevelId, LevelId>> pairs_;
};

}  // namespace

std::size_t multiplets(int f_electrons, double J)
{
    LANTHORN_EXPECT(f_electrons >= 0 && f_electrons <= 14 && is_multiple_of_half(J));
    int const twice_J = int(2 * J);
    return states_of(f_electrons, twice_J) - states_of(f_electrons, twice_J + 2);
}

std::size_t multiplets(int f_electrons)
{
    LANTHORN_EXPECT(f_electrons >= 0 && f_electrons <= 14);
    return states_of(f_electrons, f_electrons % 2);
}

LevelId Ion::level(std::string_view label) const
{
    auto const found = std::ranges::find(levels, label, &Level::label);
    if (found == levels.end())
        throw InputError({}, std::string(label),
                         fmt::format("{}: {}", symbol, unknown_level(label, labels_of(*this))));
    return {std::uint32_t(found - levels.begin())};
}

Transition const* Ion::between(LevelId a, LevelId b) const
{
    auto const [lower, upper] = std::minmax(a, b);
    for (Transition const& t : transitions)
        if (t.upper == upper && t.lower == lower) return &t;
    return nullptr;
}

Ion ion_from(Document const& document) { return IonReading(document).read(); }

TruncatedIon truncated(Ion const& ion, std::size_t count, double max_energy_per_cm)
{
    std::size_t keep = 1;
    while (keep < std::min(count, ion.levels.size()) &&
           ion.levels[keep].energy_per_cm.value <= max_energy_per_cm)
        ++keep;
    TruncatedIon result{.ion = ion, .lost = {}};
    result.ion.levels.resize(std::min(keep, ion.levels.size()));
    result.ion.default_levels = std::min(ion.default_levels, keep);
    std::erase_if(result.ion.transitions, [&](Transition const& t) { return t.upper.value >= keep; });
    for (std::size_t i = keep; i < ion.levels.size(); ++i) {
        auto const n = std::ranges::count_if(ion.transitions, [&](Transition const& t) {
            return t.upper.value == i || (t.lower.value == i && t.upper.value >= keep);
        });
        result.lost.push_back(fmt::format("{} {} ({:.0f} cm^-1) with {} transitions", ion.symbol,
                                          ion.levels[i].label, ion.levels[i].energy_per_cm.value, n));
    }
    return result;
}

}  // namespace lanthorn
