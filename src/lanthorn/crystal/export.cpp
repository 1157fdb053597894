#include "lanthorn/base/errors.hpp"
#include "lanthorn/crystal/crystal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace lanthorn {

namespace {

/// One line, without the quotes that end a quoted text.
std::string plain(std::string_view text)
{
    std::string result;
    for (char c : text)
        result += (c == '\n' || c == '\r' || c == '\t') ? ' ' : c == '"' || c == '\'' ? '`' : c;
    return result;
}

std::string block_name(std::string_view name)
{
    std::string result;
    for (char c : name)
        result += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    return result.empty() ? "crystal" : result;
}

std::string charged(Occupant const& occupant)
{
    if (occupant.charge == 0) return occupant.element;
    return fmt::format("{}{}{}", occupant.element, std::abs(occupant.charge),
                       occupant.charge > 0 ? '+' : '-');
}

}  // namespace

std::string to_xyz(Crystal const& crystal, std::string_view comment)
{
    std::size_t ions = 0;
    for (std::uint8_t o : crystal.occupant) ions += !crystal.occupants[o].is_vacancy();
    std::string text;
    text.reserve(64 * (ions + 4));
    auto out = std::back_inserter(text);
    fmt::format_to(out, "{}\nProperties=species:S:1:pos:R:3:region:I:1:site:I:1:charge:R:1 pbc=\"F F F\"",
                   ions);
    if (!comment.empty()) fmt::format_to(out, " comment=\"{}\"", plain(comment));
    text += '\n';
    for (std::size_t s = 0; s < crystal.size(); ++s) {
        Occupant const& occupant = crystal.occupants[crystal.occupant[s]];
        if (occupant.is_vacancy()) continue;
        Vec3 const p = crystal.position_nm[s] * 10;
        fmt::format_to(out, "{} {:.6f} {:.6f} {:.6f} {} {} {}\n", occupant.element, p.x, p.y, p.z,
                       crystal.region[s], s, occupant.charge);
    }
    return text;
}

std::string to_cif(Crystal const& crystal, std::string_view name)
{
    double const margin_nm = 1;
    Vec3 low{}, high{};
    for (Vec3 const p : crystal.position_nm) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
    Vec3 const margin{margin_nm, margin_nm, margin_nm};
    Vec3 const origin = low - margin, box = high - low + margin * 2;
    std::string text;
    text.reserve(64 * (crystal.size() + 16));
    auto out = std::back_inserter(text);
    fmt::format_to(out,
                   "data_{}\n_audit_creation_method 'Lanthorn'\n"
                   "_cell_length_a {:.6f}\n_cell_length_b {:.6f}\n_cell_length_c {:.6f}\n"
                   "_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n"
                   "_space_group_name_H-M_alt 'P 1'\n_space_group_IT_number 1\n"
                   "loop_\n_space_group_symop_operation_xyz\n'x, y, z'\n"
                   "loop_\n_atom_site_label\n_atom_site_type_symbol\n"
                   "_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n",
                   block_name(name), box.x * 10, box.y * 10, box.z * 10);
    for (std::size_t s = 0; s < crystal.size(); ++s) {
        Occupant const& occupant = crystal.occupants[crystal.occupant[s]];
        if (occupant.is_vacancy()) continue;
        Vec3 const p = crystal.position_nm[s] - origin;
        fmt::format_to(out, "{}{} {} {:.8f} {:.8f} {:.8f} 1\n", occupant.element, s, charged(occupant),
                       p.x / box.x, p.y / box.y, p.z / box.z);
    }
    return text;
}

}  // namespace lanthorn
