// The one file that includes gemmi, which is what a build waits for.
#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/host.hpp"
#include "lanthorn/crystal/symmetry.hpp"

#include <fmt/format.h>
#include <gemmi/cif.hpp>
#include <gemmi/smcif.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lanthorn {

namespace {

constexpr double same_position = 1e-4;

double wrapped(double x)
{
    double const w = x - std::floor(x);
    return w > 1 - same_position / 2 ? 0 : w;
}

bool same(Vec3 a, Vec3 b)
{
    auto const near = [](double d) { return std::abs(d - std::round(d)) < same_position; };
    return near(a.x - b.x) && near(a.y - b.y) && near(a.z - b.z);
}

[[noreturn]] void refuse(std::string_view file, std::string const& problem)
{
    throw InputError({std::string(file), 0, 0}, "cif", problem);
}

/// A syntax error as gemmi tells it, "name:line:column(offset): sentence", as an InputError with its place.
[[noreturn]] void refuse_syntax(std::string_view file, std::string const& text)
{
    Place place{std::string(file), 0, 0};
    std::string_view sentence = text;
    if (text.starts_with(file) && file.size() < text.size()) {
        char const* const end = text.data() + text.size();
        auto const line = std::from_chars(text.data() + file.size() + 1, end, place.line);
        if (line.ec == std::errc{} && line.ptr != end) std::from_chars(line.ptr + 1, end, place.column);
        std::size_t const colon = text.find(": ", file.size());
        if (colon != text.npos) sentence.remove_prefix(colon + 2);
    }
    throw InputError(place, "cif", "this is not a CIF: " + std::string(sentence));
}

gemmi::cif::Document parsed(std::string_view text, std::string_view file)
{
    try {
        return gemmi::cif::read_memory(text.data(), text.size(), std::string(file).c_str());
    }
    catch (std::exception const& error) {
        refuse_syntax(file, error.what());
    }
}

gemmi::SmallStructure structure_of(gemmi::cif::Document const& document, std::string_view file)
{
    for (gemmi::cif::Block const& block : document.blocks) {
        gemmi::SmallStructure structure;
        try {
            structure = gemmi::make_small_structure_from_block(block);
        }
        catch (std::exception const& error) {
            refuse(file, fmt::format("block \"{}\" cannot be read: {}", block.name, error.what()));
        }
        if (structure.sites.empty()) continue;
        if (!structure.cell.is_crystal() || !(structure.cell.volume > 0))
            refuse(file, fmt::format("block \"{}\" has atoms but no unit cell (_cell_length_a and so on)",
                                     block.name));
        if (!structure.find_spacegroup())
            refuse(file, structure.spacegroup_hm.empty()
                             ? std::string("no space group is named (_space_group_name_H-M_alt); "
                                           "for a cell that lists all atoms write 'P 1'")
                             : fmt::format("space group \"{}\" is unknown", structure.spacegroup_hm));
        return structure;
    }
    refuse(file, "there are no atoms (_atom_site_ loop) in it");
}

Occupant occupant_of(gemmi::SmallStructure::Site const& site, std::string_view file)
{
    if (site.element == gemmi::El::X)
        refuse(file, fmt::format("site \"{}\": \"{}\" is no element", site.label, site.type_symbol));
    std::string const element = site.element.name();
    if (site.charge != 0) return {element, site.charge};
    auto const charge = formal_charge(element);
    if (!charge)
        refuse(file,
               fmt::format("site \"{0}\": the charge of {1} is not known; write it as type symbol, \"{1}2+\"",
                           site.label, element));
    return {element, *charge};
}

void add_site(Host& host, gemmi::SmallStructure::Site const& site, std::string_view file)
{
    Vec3 const f{wrapped(site.fract.x), wrapped(site.fract.y), wrapped(site.fract.z)};
    if (!std::isfinite(f.x + f.y + f.z))
        refuse(file, fmt::format("site \"{}\" has no fractional coordinates", site.label));
    if (!(site.occ > 0 && site.occ <= 1 + 1e-6))
        refuse(file, fmt::format("site \"{}\" has the occupancy {}, above 0 and at most 1 is wanted",
                                 site.label, site.occ));
    Host::Share const share{occupant_of(site, file), std::min(site.occ, 1.0)};
    auto const there =
        std::ranges::find_if(host.positions, [&](auto const& p) { return same(p.fractional, f); });
    if (there == host.positions.end()) {
        host.positions.push_back({.label = site.label, .fractional = f, .shares = {share}});
        return;
    }
    double sum = share.fraction;
    for (auto const& other : there->shares) sum += other.fraction;
    if (sum > 1 + 1e-3)
        refuse(file,
               fmt::format("sites \"{}\" and \"{}\" stand on one position with occupancies that sum to {}",
                           there->label, site.label, sum));
    there->shares.push_back(share);
}

}  // namespace

std::optional<std::string> crystal_system(std::string_view space_group)
{
    auto const* group = gemmi::find_spacegroup_by_name(std::string(space_group));
    if (!group) return std::nullopt;
    return std::string(group->crystal_system_str());
}

std::vector<Vec3> equivalent_positions(std::string_view space_group, Vec3 f)
{
    auto const* group = gemmi::find_spacegroup_by_name(std::string(space_group));
    std::vector<Vec3> found;
    for (gemmi::Op const& op : group->operations()) {
        auto const moved = op.apply_to_xyz({f.x, f.y, f.z});
        Vec3 const p{wrapped(moved[0]), wrapped(moved[1]), wrapped(moved[2])};
        if (std::ranges::none_of(found, [&](Vec3 other) { return same(p, other); })) found.push_back(p);
    }
    return found;
}

Host host_from_cif(std::string_view cif_text, std::string_view file_name, std::string_view dopable)
{
    auto const structure = structure_of(parsed(cif_text, file_name), file_name);
    double const degree = constants::pi / 180;
    auto const& cell = structure.cell;

    Host host;
    host.name = structure.name.empty() ? std::string(file_name) : structure.name;
    host.topology = fmt::format("{}#{}", file_name, structure.name);
    host.cell = {cell.a / 10,         cell.b / 10,        cell.c / 10,
                 cell.alpha * degree, cell.beta * degree, cell.gamma * degree};
    for (auto const& site : structure.get_all_unit_cell_sites()) add_site(host, site, file_name);

    std::vector<std::pair<std::string, double>> formula;
    for (auto const& position : host.positions)
        for (auto const& share : position.shares) {
            auto const known =
                std::ranges::find(formula, share.occupant.element, [](auto const& e) { return e.first; });
            if (known == formula.end())
                formula.emplace_back(share.occupant.element, share.fraction);
            else
                known->second += share.fraction;
            if (share.occupant.element == dopable && share.occupant.charge > 0) host.dopable = share.occupant;
        }
    for (auto const& [element, amount] : formula) host.formula += fmt::format("{}{:.4g}", element, amount);
    if (host.dopable.is_vacancy())
        refuse(file_name,
               fmt::format("no cation \"{}\", which dopants are to replace, in {}", dopable, host.formula));
    host.source = {
        .key = std::string(file_name), .where = structure.name, .kind = Kind::assumed, .note = "CIF file"};
    host.sources.emplace_back("structure", host.source);
    return host;
}

}  // namespace lanthorn
