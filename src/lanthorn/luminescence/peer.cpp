#include "lanthorn/luminescence/peer.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

namespace lanthorn {

namespace {

constexpr std::size_t most_findings = 20;

/// Everything wrong in one database.
class Findings {
public:
    explicit Findings(std::string database) : database_(std::move(database)) {}

    void add(std::string key, std::string problem)
    {
        ++count_;
        if (list_.size() < most_findings)
            list_.push_back(
                {Severity::error, Place{database_, 0, 0}, std::move(key), std::move(problem), {}});
    }
    bool empty() const { return list_.empty(); }
    std::vector<Finding> take()
    {
        if (count_ > list_.size() && !list_.empty())
            list_.back().problem += fmt::format(" ({} more like this or other)", count_ - list_.size());
        return std::move(list_);
    }

private:
    std::string database_;
    std::vector<Finding> list_;
    std::size_t count_ = 0;
};

std::string cell(std::string_view table, std::size_t row, std::string_view column)
{
    return fmt::format("{}[{}].{}", table, row, column);
}

/// One table of a database. Columns that are missing or of another type are found once and read as empty.
class Table {
public:
    Table(Tree const& tree, std::string name, Findings& findings)
        : name_(std::move(name)), findings_(findings)
    {
        columns_ = tree.find_group(name_);
        if (columns_ == nullptr)
            findings_.add(
                name_, fmt::format("table '{}' is missing. Is this the right one of the two databases, and "
                                   "complete? The nanoparticle database has species, sites and "
                                   "interactions, the other initial_state and factors",
                                   name_));
        else
            LANTHORN_EXPECT(has_columns_of_one_length());
    }

    bool has(std::string_view column) const
    {
        return columns_ != nullptr && columns_->arrays.contains(column);
    }

    std::vector<std::int64_t> integers(std::string_view column)
    {
        Tree::Array const* array = find(column);
        if (array == nullptr) return {};
        if (auto const* whole = std::get_if<std::vector<std::int64_t>>(&array->values)) return *whole;
        return refuse<std::int64_t>(*array, column, "whole numbers");
    }

    std::vector<double> numbers(std::string_view column)
    {
        Tree::Array const* array = find(column);
        if (array == nullptr) return {};
        if (auto const* real = std::get_if<std::vector<double>>(&array->values)) return *real;
        if (auto const* whole = std::get_if<std::vector<std::int64_t>>(&array->values))
            return {whole->begin(), whole->end()};
        return refuse<double>(*array, column, "numbers");
    }

    std::vector<std::string> texts(std::string_view column)
    {
        Tree::Array const* array = find(column);
        if (array == nullptr) return {};
        if (auto const* text = std::get_if<std::vector<std::string>>(&array->values)) return *text;
        return refuse<std::string>(*array, column, "text");
    }

    void wrong(std::size_t row, std::string_view column, std::string const& problem)
    {
        findings_.add(cell(name_, row, column),
                      fmt::format("table '{}', row {}: {}", name_, row + 1, problem));
    }

    void wrong(std::string const& problem)
    {
        findings_.add(name_, fmt::format("table '{}': {}", name_, problem));
    }

private:
    bool has_columns_of_one_length() const
    {
        auto const rows = [](auto const& column) {
            return std::visit([](auto const& values) { return values.size(); }, column.second.values);
        };
        return std::ranges::adjacent_find(columns_->arrays, std::ranges::not_equal_to{}, rows) ==
               columns_->arrays.end();
    }

    Tree::Array const* find(std::string_view column)
    {
        if (columns_ == nullptr) return nullptr;
        auto const found = columns_->arrays.find(column);
        if (found != columns_->arrays.end()) return &found->second;
        findings_.add(
            fmt::format("{}.{}", name_, column),
            fmt::format("table '{}' has no column '{}'. Write the database again with the columns that NPMC "
                        "reads",
                        name_, column));
        return nullptr;
    }

    template <class T>
    std::vector<T> refuse(Tree::Array const& array, std::string_view column, std::string_view wanted)
    {
        bool const empty = std::visit([](auto const& values) { return values.empty(); }, array.values);
        if (!empty)
            findings_.add(fmt::format("{}.{}", name_, column),
                          fmt::format("table '{}', column '{}' must hold {}", name_, column, wanted));
        return {};
    }

    std::string name_;
    Findings& findings_;
    Tree const* columns_;
};

/// row_of[id] for a column of ids that must be 0 ... n-1 in any order.
std::optional<std::vector<std::size_t>> row_of_id(Table& table, std::string_view column,
                                                  std::vector<std::int64_t> const& ids)
{
    constexpr std::size_t nobody = SIZE_MAX;
    std::vector<std::size_t> row(ids.size(), nobody);
    bool good = true;
    for (std::size_t r = 0; r < ids.size(); ++r) {
        if (ids[r] < 0 || std::size_t(ids[r]) >= ids.size()) {
            table.wrong(r, column,
                        fmt::format("{} is {}, but {} rows must be numbered 0 to {} without gaps. "
                                    "Number them anew",
                                    column, ids[r], ids.size(), std::int64_t(ids.size()) - 1));
            good = false;
        }
        else if (row[std::size_t(ids[r])] != nobody) {
            table.wrong(r, column,
                        fmt::format("{} {} stands in row {} already. Number the rows anew", column, ids[r],
                                    row[std::size_t(ids[r])] + 1));
            good = false;
        }
        else
            row[std::size_t(ids[r])] = r;
    }
    if (!good) return std::nullopt;
    return row;
}

void read_species(Tree const& np, Network& network, Findings& findings)
{
    Table table(np, "species", findings);
    auto const id = table.integers("species_id"), levels = table.integers("degrees_of_freedom");
    if (!findings.empty()) return;
    if (id.empty()) return table.wrong("there is no species. Add a row for each kind of ion");
    auto const row = row_of_id(table, "species_id", id);
    if (!row) return;
    for (std::size_t s = 0; s < id.size(); ++s) {
        std::int64_t const n = levels[(*row)[s]];
        if (n < 1 || n > 65536) {
            table.wrong(
                (*row)[s], "degrees_of_freedom",
                fmt::format("species {} has {} levels. Give the number of its levels, 1 or more", s, n));
            continue;
        }
        Species species{.name = std::to_string(s), .region = {}, .levels = {}, .energy_per_cm = {}};
        for (std::int64_t l = 0; l < n; ++l) species.levels.push_back(std::to_string(l));
        network.species.push_back(std::move(species));
    }
}

void refuse_coincident(Table& table, std::vector<Vec3> const& position, std::vector<std::size_t> const& row)
{
    std::vector<std::size_t> order(position.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto const place = [&](std::size_t i) {
        return std::tuple(position[i].x, position[i].y, position[i].z, i);
    };
    std::ranges::sort(order, {}, place);
    for (std::size_t k = 1; k < order.size(); ++k)
        if (position[order[k]] == position[order[k - 1]])
            table.wrong(
                row[order[k]], "x",
                fmt::format("site {} is at the same place as site {}, where their transfer rate would be "
                            "infinite. Remove one of them",
                            order[k], order[k - 1]));
}

void read_sites(Tree const& np, Network& network, Findings& findings)
{
    Table table(np, "sites", findings);
    auto const id = table.integers("site_id"), species = table.integers("species_id");
    auto const x = table.numbers("x"), y = table.numbers("y"), z = table.numbers("z");
    if (!findings.empty()) return;
    if (id.empty()) return table.wrong("there is no site. Add a row for each ion");
    auto const row = row_of_id(table, "site_id", id);
    if (!row) return;
    for (std::size_t i = 0; i < id.size(); ++i) {
        std::size_t const r = (*row)[i];
        if (species[r] < 0 || std::size_t(species[r]) >= network.species.size())
            table.wrong(r, "species_id",
                        fmt::format("site {} is of species {}, but there are only 0 to {}. Add it to "
                                    "table 'species' or correct the site",
                                    i, species[r], network.species.size() - 1));
        if (!std::isfinite(x[r]) || !std::isfinite(y[r]) || !std::isfinite(z[r]))
            table.wrong(r, "x", fmt::format("site {} has no finite position. Give x, y and z in nm", i));
        network.position_nm.push_back({x[r], y[r], z[r]});
        network.species_of.push_back({std::uint32_t(species[r])});
    }
    if (findings.empty()) refuse_coincident(table, network.position_nm, *row);
}

struct Factors {
    double one_site = 1, two_site = 1;
    DistanceLaw law = DistanceLaw::inverse_sixth;
};

Factors read_factors(Tree const& state, Network& network, Findings& findings)
{
    Table table(state, "factors", findings);
    auto const one = table.numbers("one_site_interaction_factor"),
               two = table.numbers("two_site_interaction_factor");
    auto const radius = table.numbers("interaction_radius_bound");
    auto const law = table.texts("distance_factor_type");
    if (!findings.empty()) return {};
    if (one.size() != 1) {
        table.wrong(fmt::format("{} rows where one is wanted. Keep the one that holds", one.size()));
        return {};
    }
    Factors factors{one[0], two[0], DistanceLaw::inverse_sixth};
    auto const check = [&](double factor, std::string_view column) {
        if (!(factor >= 0) || !std::isfinite(factor))
            table.wrong(
                0, column,
                fmt::format("{} is {}. A factor is 0 or more; 1 leaves the rates alone", column, factor));
    };
    check(factors.one_site, "one_site_interaction_factor");
    check(factors.two_site, "two_site_interaction_factor");
    if (!(radius[0] > 0) || !std::isfinite(radius[0]))
        table.wrong(
            0, "interaction_radius_bound",
            fmt::format("interaction_radius_bound is {}. Give the radius in nm within which ions interact, "
                        "for example 3",
                        radius[0]));
    if (law[0] == "linear")
        factors.law = DistanceLaw::linear;
    else if (law[0] != "inverse_cubic")
        table.wrong(
            0, "distance_factor_type",
            fmt::format("distance_factor_type is '{}'. Known are 'inverse_cubic' (the r^-6 of dipoles) and "
                        "'linear'",
                        law[0]));
    network.interaction_radius_nm = radius[0];
    return factors;
}

/// The columns of one site of an interaction: species_id_1, left_state_1, right_state_1.
struct SiteColumns {
    SiteColumns(Table& table, char digit)
        : digit_(digit), species_(table.integers(name("species_id"))),
          left_(table.integers(name("left_state"))), right_(table.integers(name("right_state")))
    {}

    /// Says what is wrong in a row.
    bool check(Table& table, std::size_t row, std::vector<Species> const& species) const
    {
        std::int64_t const s = species_[row];
        if (s < 0 || std::size_t(s) >= species.size()) {
            table.wrong(
                row, name("species_id"),
                fmt::format("{} is {}, but there are only species 0 to {}. Add it to table 'species' or "
                            "correct the row",
                            name("species_id"), s, species.size() - 1));
            return false;
        }
        std::size_t const levels = species[std::size_t(s)].levels.size();
        bool good = true;
        auto const level = [&](std::int64_t l, std::string const& column) {
            if (l >= 0 && std::size_t(l) < levels) return;
            table.wrong(row, column,
                        fmt::format("{} is {}, but species {} has only levels 0 to {}. Correct the row, "
                                    "or degrees_of_freedom of the species",
                                    column, l, s, levels - 1));
            good = false;
        };
        level(left_[row], name("left_state"));
        level(right_[row], name("right_state"));
        return good;
    }

    SpeciesId species(std::size_t row) const { return {std::uint32_t(species_[row])}; }
    LevelId left(std::size_t row) const { return {std::uint32_t(left_[row])}; }
    LevelId right(std::size_t row) const { return {std::uint32_t(right_[row])}; }

private:
    std::string name(std::string_view what) const { return fmt::format("{}_{}", what, digit_); }

    char digit_;
    std::vector<std::int64_t> species_, left_, right_;
};

void read_interactions(Tree const& np, Factors const& factors, PeerJob& job, std::string const& np_name,
                       Findings& findings)
{
    Table table(np, "interactions", findings);
    auto const sites = table.integers("number_of_sites");
    SiteColumns const first(table, '1'), second(table, '2');
    auto const rate = table.numbers("rate");
    if (table.has("interaction_type")) job.interaction_type = table.texts("interaction_type");
    if (!findings.empty()) return;

    Network& network = job.network;
    for (std::size_t row = 0; row < sites.size(); ++row) {
        bool good = sites[row] == 1 || sites[row] == 2;
        if (!good)
            table.wrong(row, "number_of_sites",
                        fmt::format("number_of_sites is {}. An interaction is of 1 or 2 sites", sites[row]));
        if (!(rate[row] >= 0) || !std::isfinite(rate[row])) {
            table.wrong(row, "rate",
                        fmt::format("rate is {}. Give a number, 0 or more: 1/s for one site; for two "
                                    "sites nm^6/s with 'inverse_cubic', 1/s with 'linear'",
                                    rate[row]));
            good = false;
        }
        good = first.check(table, row, network.species) && good;
        if (sites[row] == 2) good = second.check(table, row, network.species) && good;
        if (!good) continue;

        Source const source{.key = {},
                            .where = fmt::format("{}: interactions[{}]", np_name, row),
                            .kind = Kind::assumed,
                            .recalled = false,
                            .note = "a user's NPMC database"};
        bool const alone = sites[row] == 1;
        job.channel_of_interaction.push_back(alone ? network.one_site.size() : network.pair.size());
        if (alone)
            network.one_site.push_back({.species = first.species(row),
                                        .from = first.left(row),
                                        .to = first.right(row),
                                        .k0_per_s = rate[row] * factors.one_site,
                                        .per_irradiance = {},
                                        .source = source});
        else
            network.pair.push_back({.donor = first.species(row),
                                    .acceptor = second.species(row),
                                    .donor_from = first.left(row),
                                    .donor_to = first.right(row),
                                    .acceptor_from = second.left(row),
                                    .acceptor_to = second.right(row),
                                    .coefficient = rate[row] * factors.two_site,
                                    .law = factors.law,
                                    .source = source});
    }
    if (!findings.empty()) return;
    for (std::size_t row = 0; row < sites.size(); ++row)
        if (sites[row] == 2) job.channel_of_interaction[row] += network.one_site.size();
}

void check_metadata(Tree const& np, Network const& network, Findings& findings)
{
    if (np.find_group("metadata") == nullptr) return;
    Table table(np, "metadata", findings);
    auto const check = [&](std::string_view column, std::size_t there, std::string_view of) {
        auto const said = table.integers(column);
        if (said.size() == 1 && said[0] != std::int64_t(there))
            table.wrong(0, column,
                        fmt::format("{} is {}, but table '{}' has {} rows. A table was cut short, or "
                                    "metadata is of another particle",
                                    column, said[0], of, there));
    };
    check("number_of_species", network.species.size(), "species");
    check("number_of_sites", network.ions(), "sites");
}

void read_initial_state(Tree const& state, PeerJob& job, Findings& findings)
{
    Table table(state, "initial_state", findings);
    auto const site = table.integers("site_id"), level = table.integers("degree_of_freedom");
    if (!findings.empty()) return;

    Network const& network = job.network;
    std::vector<bool> seen(network.ions(), false);
    job.initial.level.assign(network.ions(), {});
    for (std::size_t row = 0; row < site.size(); ++row) {
        if (site[row] < 0 || std::size_t(site[row]) >= network.ions()) {
            table.wrong(row, "site_id",
                        fmt::format("site {} is not a site of the particle, which has 0 to {}. Do the "
                                    "two databases belong together?",
                                    site[row], network.ions() - 1));
            continue;
        }
        std::size_t const i = std::size_t(site[row]);
        std::size_t const levels = network.levels_of(network.species_of[i]);
        if (seen[i])
            table.wrong(row, "site_id",
                        fmt::format("site {} stands here for the second time. Remove one row", i));
        if (level[row] < 0 || std::size_t(level[row]) >= levels)
            table.wrong(
                row, "degree_of_freedom",
                fmt::format("site {} starts in level {}, but its species {} has only levels 0 to {}. Give a "
                            "level of the species",
                            i, level[row], network.species_of[i].value, levels - 1));
        seen[i] = true;
        job.initial.level[i] = {std::uint32_t(std::max<std::int64_t>(level[row], 0))};
    }
    auto const missing = std::ranges::count(seen, false);
    if (missing > 0 && findings.empty())
        table.wrong(
            fmt::format("{} of {} sites have no row, the first is site {}. Give each site its level at the "
                        "start; 0 is the ground level",
                        missing, seen.size(), std::ranges::find(seen, false) - seen.begin()));
}

}  // namespace

PeerJob peer_job_from(Tree const& np, Tree const& state, std::string const& np_name,
                      std::string const& state_name)
{
    PeerJob job;
    Findings of_np(np_name), of_state(state_name);
    Factors const factors = read_factors(state, job.network, of_state);
    read_species(np, job.network, of_np);
    if (of_np.empty()) {
        read_sites(np, job.network, of_np);
        Findings of_interactions(np_name);
        read_interactions(np, factors, job, np_name, of_interactions);
        for (Finding const& finding : of_interactions.take()) of_np.add(finding.key, finding.problem);
        if (of_np.empty()) check_metadata(np, job.network, of_np);
    }
    if (of_np.empty() && of_state.empty()) read_initial_state(state, job, of_state);

    std::vector<Finding> all = of_np.take(), rest = of_state.take();
    all.insert(all.end(), rest.begin(), rest.end());
    if (!all.empty()) throw InputError(std::move(all));
    return job;
}

}  // namespace lanthorn
