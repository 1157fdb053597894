#include "lanthorn/base/errors.hpp"
#include "lanthorn/crystal/crystal.hpp"

#include <algorithm>
#include <array>

namespace lanthorn {

namespace {

using Integers = std::vector<std::int64_t>;

void put_table(Tree& tree, std::string const& name, Integers values, std::size_t columns)
{
    std::size_t const rows = values.size() / columns;
    tree.arrays[name] = {
        .shape = {rows, columns}, .values = std::move(values), .attributes = {{"units", "1"}}};
}

void put_sources(Tree& tree, std::vector<std::pair<std::string, Source>> const& sources)
{
    std::vector<std::string> of, key, where, kind, note;
    Integers recalled;
    for (auto const& [name, source] : sources) {
        of.push_back(name);
        key.push_back(source.key);
        where.push_back(source.where);
        kind.emplace_back(to_text(source.kind));
        note.push_back(source.note);
        recalled.push_back(source.recalled);
    }
    tree.put("of", std::move(of));
    tree.put("key", std::move(key));
    tree.put("where", std::move(where));
    tree.put("kind", std::move(kind));
    tree.put("note", std::move(note));
    tree.put("recalled", std::move(recalled));
}

[[noreturn]] void refuse(std::string const& key, std::string const& problem)
{
    throw InputError({}, key, "crystal: " + problem);
}

Kind kind_from(std::string const& text)
{
    for (Kind kind : {Kind::measured, Kind::calculated, Kind::fitted, Kind::estimated, Kind::assumed})
        if (to_text(kind) == text) return kind;
    refuse("kind", "\"" + text + "\" is no kind of a number");
}

/// A column of a group, which is to have as many rows as the others.
template <class T>
std::vector<T> const& sized(std::vector<T> const& values, std::size_t rows, char const* name)
{
    if (values.size() != rows)
        refuse(name, std::string(name) + " has " + std::to_string(values.size()) + " values, " +
                         std::to_string(rows) + " are wanted");
    return values;
}

std::vector<std::pair<std::string, Source>> sources_from(Tree const& tree)
{
    auto const& of = tree.texts("of");
    auto const& key = sized(tree.texts("key"), of.size(), "key");
    auto const& where = sized(tree.texts("where"), of.size(), "where");
    auto const& kind = sized(tree.texts("kind"), of.size(), "kind");
    auto const& note = sized(tree.texts("note"), of.size(), "note");
    auto const& recalled = sized(tree.integers("recalled"), of.size(), "recalled");
    std::vector<std::pair<std::string, Source>> sources;
    for (std::size_t n = 0; n < of.size(); ++n)
        sources.push_back({of[n], {key[n], where[n], kind_from(kind[n]), recalled[n] != 0, note[n]}});
    return sources;
}

std::array<double, 6> numbers_of(Cell const& cell)
{
    return {cell.a_nm, cell.b_nm, cell.c_nm, cell.alpha_rad, cell.beta_rad, cell.gamma_rad};
}

Cell cell_from(std::span<double const> n) { return {n[0], n[1], n[2], n[3], n[4], n[5]}; }

Tree host_tree(Host const& host)
{
    Tree tree;
    tree.put("name", host.name);
    tree.put("formula", host.formula);
    tree.put("topology", host.topology);
    tree.put("dopable", host.dopable.element);
    tree.put("dopable_charge", std::int64_t(host.dopable.charge), "e");
    auto const cell = numbers_of(host.cell);
    tree.put("cell", std::vector<double>(cell.begin(), cell.end()), "nm, rad");

    std::vector<std::string> label, element;
    std::vector<double> fractional, fraction, alternative;
    Integers flags, share_position, share_charge;
    for (std::size_t p = 0; p < host.positions.size(); ++p) {
        auto const& position = host.positions[p];
        label.push_back(position.label);
        for (double x : {position.fractional.x, position.fractional.y, position.fractional.z})
            fractional.push_back(x);
        flags.push_back(position.column + 2 * position.split);
        for (auto const& share : position.shares) {
            share_position.push_back(std::int64_t(p));
            element.push_back(share.occupant.element);
            share_charge.push_back(share.occupant.charge);
            fraction.push_back(share.fraction);
        }
    }
    Tree& positions = tree.group("positions");
    positions.put("label", std::move(label));
    positions.put("fractional", std::move(fractional), {host.positions.size(), 3}, "1");
    positions.put("flags", std::move(flags));
    Tree& shares = tree.group("shares");
    shares.put("position", std::move(share_position));
    shares.put("element", std::move(element));
    shares.put("charge", std::move(share_charge), "e");
    shares.put("fraction", std::move(fraction), "1");

    put_sources(tree.group("source"), {{"structure", host.source}});
    put_sources(tree.group("sources"), host.sources);
    std::vector<std::string> names;
    std::vector<std::pair<std::string, Source>> alternative_sources;
    for (auto const& other : host.alternatives) {
        names.push_back(other.name);
        for (double x : numbers_of(other.cell)) alternative.push_back(x);
        alternative_sources.emplace_back(other.name, other.source);
    }
    Tree& alternatives = tree.group("alternatives");
    alternatives.put("name", std::move(names));
    alternatives.put("cell", std::move(alternative), {host.alternatives.size(), 6}, "nm, rad");
    put_sources(alternatives.group("source"), alternative_sources);
    return tree;
}

Tree const& part(Tree const& tree, std::string_view name)
{
    if (Tree const* found = tree.find_group(name)) return *found;
    refuse(std::string(name), "group \"" + std::string(name) + "\" is missing");
}

Host host_of(Tree const& tree)
{
    Host host;
    host.name = tree.text("name");
    host.formula = tree.text("formula");
    host.topology = tree.text("topology");
    host.dopable = {tree.text("dopable"), int(tree.integer("dopable_charge"))};
    host.cell = cell_from(sized(tree.doubles("cell"), 6, "cell"));

    Tree const& positions = part(tree, "positions");
    auto const& label = positions.texts("label");
    auto const& fractional = sized(positions.doubles("fractional"), 3 * label.size(), "fractional");
    auto const& flags = sized(positions.integers("flags"), label.size(), "flags");
    for (std::size_t p = 0; p < label.size(); ++p)
        host.positions.push_back({label[p],
                                  {fractional[3 * p], fractional[3 * p + 1], fractional[3 * p + 2]},
                                  {},
                                  (flags[p] & 1) != 0,
                                  (flags[p] & 2) != 0});
    Tree const& shares = part(tree, "shares");
    auto const& position = shares.integers("position");
    auto const& element = sized(shares.texts("element"), position.size(), "element");
    auto const& charge = sized(shares.integers("charge"), position.size(), "charge");
    auto const& fraction = sized(shares.doubles("fraction"), position.size(), "fraction");
    for (std::size_t n = 0; n < position.size(); ++n) {
        if (position[n] < 0 || std::size_t(position[n]) >= host.positions.size())
            refuse("shares/position", "a share of a position that does not exist");
        host.positions[std::size_t(position[n])].shares.push_back(
            {{element[n], int(charge[n])}, fraction[n]});
    }

    auto const structure = sources_from(part(tree, "source"));
    if (structure.size() != 1) refuse("source", "one source of the structure is wanted");
    host.source = structure.front().second;
    host.sources = sources_from(part(tree, "sources"));
    Tree const& alternatives = part(tree, "alternatives");
    auto const& names = alternatives.texts("name");
    auto const& cells = sized(alternatives.doubles("cell"), 6 * names.size(), "cell");
    auto const sources = sources_from(part(alternatives, "source"));
    sized(sources, names.size(), "source");
    for (std::size_t n = 0; n < names.size(); ++n)
        host.alternatives.push_back(
            {names[n], cell_from(std::span(cells).subspan(6 * n, 6)), sources[n].second});
    return host;
}

std::vector<std::uint8_t> bytes_below(Integers const& values, std::size_t rows, std::size_t limit,
                                      char const* name)
{
    std::vector<std::uint8_t> bytes;
    for (std::int64_t v : sized(values, rows, name)) {
        if (v < 0 || std::size_t(v) >= limit)
            refuse(name, std::string(name) + " " + std::to_string(v) + " does not exist");
        bytes.push_back(std::uint8_t(v));
    }
    return bytes;
}

}  // namespace

Tree to_tree(Crystal const& crystal)
{
    Tree tree;
    std::vector<std::string> elements;
    Integers charges, lattice;
    for (Occupant const& occupant : crystal.occupants) {
        elements.push_back(occupant.element);
        charges.push_back(occupant.charge);
    }
    Tree& occupants = tree.group("occupants");
    occupants.put("element", std::move(elements));
    occupants.put("charge", std::move(charges), "e");
    Tree& regions = tree.group("regions");
    regions.put("name", crystal.region_names);
    for (std::size_t r = 0; r < crystal.region_hosts.size(); ++r)
        regions.group(std::to_string(r)) = host_tree(crystal.region_hosts[r]);

    std::vector<double> positions;
    for (std::size_t s = 0; s < crystal.size(); ++s) {
        LatticeIndex const& at = crystal.lattice[s];
        for (std::int64_t n :
             {std::int64_t(at.i), std::int64_t(at.j), std::int64_t(at.k), std::int64_t(at.position)})
            lattice.push_back(n);
        Vec3 const p = crystal.position_nm[s];
        for (double x : {p.x, p.y, p.z}) positions.push_back(x);
    }
    Tree& sites = tree.group("sites");
    put_table(sites, "lattice", std::move(lattice), 4);
    sites.put("position", std::move(positions), {crystal.size(), 3}, "nm");
    sites.put("occupant", Integers(crystal.occupant.begin(), crystal.occupant.end()));
    sites.put("region", Integers(crystal.region.begin(), crystal.region.end()));
    sites.put("cation", Integers(crystal.cation.begin(), crystal.cation.end()));
    return tree;
}

Crystal crystal_from(Tree const& tree)
{
    Crystal crystal;
    Tree const& occupants = part(tree, "occupants");
    auto const& elements = occupants.texts("element");
    auto const& charges = sized(occupants.integers("charge"), elements.size(), "charge");
    for (std::size_t n = 0; n < elements.size(); ++n)
        crystal.occupants.push_back({elements[n], int(charges[n])});
    if (crystal.occupants.empty() || !crystal.occupants.front().is_vacancy())
        refuse("occupants/element", "the first occupant is to be the vacancy");

    Tree const& regions = part(tree, "regions");
    crystal.region_names = regions.texts("name");
    for (std::size_t r = 0; r < crystal.region_names.size(); ++r)
        crystal.region_hosts.push_back(host_of(part(regions, std::to_string(r))));

    Tree const& sites = part(tree, "sites");
    auto const& occupant = sites.integers("occupant");
    std::size_t const size = occupant.size();
    auto const& lattice = sized(sites.integers("lattice"), 4 * size, "lattice");
    auto const& position = sized(sites.doubles("position"), 3 * size, "position");
    std::size_t const positions =
        crystal.region_hosts.empty() ? 0 : crystal.region_hosts.front().positions.size();
    for (std::size_t s = 0; s < size; ++s) {
        std::int64_t const* at = &lattice[4 * s];
        if (at[3] < 0 || std::size_t(at[3]) >= positions)
            refuse("sites/lattice", "position " + std::to_string(at[3]) + " does not exist in the cell");
        crystal.lattice.push_back(
            {std::int32_t(at[0]), std::int32_t(at[1]), std::int32_t(at[2]), std::uint16_t(at[3])});
        crystal.position_nm.push_back({position[3 * s], position[3 * s + 1], position[3 * s + 2]});
    }
    if (!std::ranges::is_sorted(crystal.lattice))
        refuse("sites/lattice", "sites are to be ordered by lattice index");
    crystal.occupant = bytes_below(occupant, size, crystal.occupants.size(), "occupant");
    crystal.region = bytes_below(sites.integers("region"), size, crystal.region_hosts.size(), "region");
    crystal.cation = bytes_below(sites.integers("cation"), size, 2, "cation");
    return crystal;
}

}  // namespace lanthorn
