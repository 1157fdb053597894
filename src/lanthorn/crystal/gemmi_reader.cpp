#include "lanthorn/crystal/gemmi_reader.hpp"

#include <gemmi/cif.hpp>
#include <gemmi/smcif.hpp>

namespace lanthorn::gemmi_reader {

namespace {

gemmi::cif::Document parsed(std::string_view text, std::string const& file_name)
{
    try {
        return gemmi::cif::read_memory(text.data(), text.size(), file_name.c_str());
    }
    catch (std::exception const& error) {
        throw SyntaxError(error.what());
    }
}

Site plain(gemmi::SmallStructure::Site const& site)
{
    Site result;
    result.label = site.label;
    result.type_symbol = site.type_symbol;
    if (site.element != gemmi::El::X) result.element = site.element.name();
    result.charge = site.charge;
    result.occupancy = site.occ;
    result.fractional = {site.fract.x, site.fract.y, site.fract.z};
    return result;
}

Structure plain(gemmi::SmallStructure const& structure)
{
    auto const& cell = structure.cell;
    Structure result;
    result.block = structure.name;
    result.space_group = structure.spacegroup_hm;
    result.space_group_known = structure.find_spacegroup() != nullptr;
    result.has_cell = cell.is_crystal() && cell.volume > 0;
    result.cell = {cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma};
    if (result.has_cell && result.space_group_known)
        for (auto const& site : structure.get_all_unit_cell_sites()) result.sites.push_back(plain(site));
    return result;
}

}  // namespace

std::optional<Structure> first_structure(std::string_view text, std::string const& file_name)
{
    gemmi::cif::Document const document = parsed(text, file_name);
    for (gemmi::cif::Block const& block : document.blocks) {
        try {
            gemmi::SmallStructure const structure = gemmi::make_small_structure_from_block(block);
            if (!structure.sites.empty()) return plain(structure);
        }
        catch (std::exception const& error) {
            throw BlockError(block.name, error.what());
        }
    }
    return std::nullopt;
}

std::optional<std::string> crystal_system(std::string const& space_group)
{
    auto const* group = gemmi::find_spacegroup_by_name(space_group);
    if (!group) return std::nullopt;
    return std::string(group->crystal_system_str());
}

std::vector<std::array<double, 3>> images(std::string const& space_group, std::array<double, 3> fractional)
{
    std::vector<std::array<double, 3>> result;
    if (auto const* group = gemmi::find_spacegroup_by_name(space_group))
        for (gemmi::Op const& op : group->operations()) result.push_back(op.apply_to_xyz(fractional));
    return result;
}

}  // namespace lanthorn::gemmi_reader
