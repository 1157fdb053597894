#pragma once

#include "lanthorn/data/tree.hpp"
#include "lanthorn/report/json.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace lanthorn {

/// The sites of a particle as the page draws them.
struct SiteData {
    /// More sites than this are thinned.
    static constexpr std::size_t limit = 100000;

    std::size_t count = 0;                ///< sites in the record
    std::vector<std::string> elements;    ///< in order of name
    std::vector<std::size_t> of_element;  ///< sites of each element in the record
    std::vector<std::string> regions;
    std::vector<double> position_nm;     ///< (shown, 3)
    std::vector<unsigned char> element;  ///< (shown) index into elements
    std::vector<unsigned char> region;   ///< (shown) index into regions; empty where the record has none

    std::size_t shown() const { return element.size(); }
};

/// Empty where positions or elements are missing or do not fit each other. Above the limit the elements that
/// hold more than a twentieth of the sites lose sites evenly, the others keep all.
SiteData site_data(Tree const& sites);

/// Sites as 48 bits each, little-endian, in base64: from the lowest bit x, y, z (12 bits each, over the largest
/// extent), element and region (6 bits each, indices).
void write_sites(ScriptJson& json, SiteData const& sites, Tree const& regions);

}  // namespace lanthorn
