#pragma once

#include "lanthorn/data/tree.hpp"

#include <string>
#include <vector>

namespace lanthorn {

/// A figure that the page's script draws.
struct Figure {
    std::string id;  ///< "spectrum": element id and name of its data
    std::string title;
    std::string caption;  ///< HTML
};

/// The figures that a record has data for, in the order of the page: spectrum, decay, levels, populations, flux,
/// balance, particle. Arrays of a group that differ in length count as missing.
std::vector<Figure> figures_of(Tree const& record);

/// The data of those figures as JSON that may stand in a <script> element; the layout is that of
/// report-ui/src/main.js. Sites are quantised to 1/4095 of the particle's extent per axis and, above 100 000,
/// thinned: the most frequent elements lose sites evenly, dopants stay.
std::string plot_json(Tree const& record);

}  // namespace lanthorn
