#pragma once

#include "lanthorn/data/tree.hpp"

#include <string>

namespace lanthorn {

// The parts of the page that are text, as HTML; empty where the record has nothing for them.

std::string header_html(Tree const& record);  ///< title, notation, version and hashes
std::string warnings_html(Tree const& record);
std::string bands_html(Tree const& record);       ///< key figures, one row per band
std::string particle_html(Tree const& record);    ///< ions, regions, and what else is known of the particle
std::string basis_html(Tree const& record);       ///< what was assumed, what was left out
std::string parameters_html(Tree const& record);  ///< every number used, with source and kind
std::string sources_html(Tree const& record);     ///< citations and BibTeX
std::string engine_html(Tree const& record);      ///< which engine, why, and what others would have said
std::string statistics_html(Tree const& record);
std::string recipe_html(Tree const& record);

}  // namespace lanthorn
