#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/gemmi_reader.hpp"
#include "lanthorn/crystal/host.hpp"
#include "lanthorn/crystal/symmetry.hpp"

#include <fmt/format.h>

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

gemmi_reader::Structure structure_of(std::string_view text, std::string_view file)
{
    std::optional<gemmi_reader::Structure> found;
    try {
        found = gemmi_reader::first_structure(text, std::string(file));
    }
    catch (gemmi_reader::SyntaxError const& error) {
        refuse_syntax(file, error.what());
    }
    catch (gemmi_reader::BlockError const& error) {
        refuse(file, fmt::format("block \"{}\" cannot be read: {}", error.block, error.what()));
    }
    if (!found) refuse(file, "there are no atoms (_atom_site_ loop) in it");
    if (!found->has_cell)
        refuse(file, fmt::format("block \"{}\" has atoms but no unit cell (_cell_length_a and so on)",
                                 found->block));
    if (!found->space_group_known)
        refuse(file, found->space_group.empty()
                         ? std::string("no space group is named (_space_group_name_H-M_alt); "
                                       "for a cell that lists all atoms write 'P 1'")
                         : fmt::format("space group \"{}\" is unknown", found->space_group));
    return std::move(*found);
}

Occupant occupant_of(gemmi_reader::Site const& site, std::string_view file)
{
    if (site.element.empty())
        refuse(file, fmt::format("site \"{}\": \"{}\" is no element", site.label, site.type_symbol));
    if (site.charge != 0) return {site.element, site.charge};
    auto const charge = formal_charge(site.element);
    if (!charge)
        refuse(file,
               fmt::format("site \"{0}\": the charge of {1} is not known; write it as type symbol, \"{1}2+\"",
                           site.label, site.element));
    return {site.element, *charge};
}

void add_site(Host& host, gemmi_reader::Site const& site, std::string_view file)
{
    auto const [x, y, z] = site.fractional;
    Vec3 const f{wrapped(x), wrapped(y), wrapped(z)};
    if (!std::isfinite(f.x + f.y + f.z))
        refuse(file, fmt::format("site \"{}\" has no fractional coordinates", site.label));
    if (!(site.occupancy > 0 && site.occupancy <= 1 + 1e-6))
        refuse(file, fmt::format("site \"{}\" has the occupancy {}, above 0 and at most 1 is wanted",
                                 site.label, site.occupancy));
    Host::Share const share{occupant_of(site, file), std::min(site.occupancy, 1.0)};
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
    return gemmi_reader::crystal_system(std::string(space_group));
}

std::vector<Vec3> equivalent_positions(std::string_view space_group, Vec3 f)
{
    std::vector<Vec3> found;
    for (auto const& [x, y, z] : gemmi_reader::images(std::string(space_group), {f.x, f.y, f.z})) {
        Vec3 const p{wrapped(x), wrapped(y), wrapped(z)};
        if (std::ranges::none_of(found, [&](Vec3 other) { return same(p, other); })) found.push_back(p);
    }
    return found;
}

Host host_from_cif(std::string_view cif_text, std::string_view file_name, std::string_view dopable)
{
    auto const structure = structure_of(cif_text, file_name);
    double const degree = constants::pi / 180;
    auto const [a, b, c, alpha, beta, gamma] = structure.cell;

    Host host;
    std::string const file(file_name.substr(file_name.rfind('/') + 1));  // wherever it lies
    host.name = structure.block.empty() ? file : structure.block;
    host.topology = fmt::format("{}#{}", file_name, structure.block);
    host.cell = {a / 10, b / 10, c / 10, alpha * degree, beta * degree, gamma * degree};
    for (auto const& site : structure.sites) add_site(host, site, file_name);

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
    host.source = {.key = file, .where = structure.block, .kind = Kind::assumed, .note = "CIF file"};
    host.sources.emplace_back("structure", host.source);
    return host;
}

}  // namespace lanthorn
