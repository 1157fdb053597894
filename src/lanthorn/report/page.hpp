#pragma once

#include "lanthorn/data/tree.hpp"

#include <string>

namespace lanthorn {

/// The report: one self-contained page (no network, works from file://) made from a record alone.
/// What a record does not hold is left out of the page.
std::string page(Tree const& record);

}  // namespace lanthorn
