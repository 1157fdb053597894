#pragma once

#include "lanthorn/data/document.hpp"
#include "lanthorn/ions/ion.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// Names of the pseudo-ions in data/pseudo_ions.toml, in its order.
std::vector<std::string> pseudo_ion_names(Document const& document);

/// Whether an ion is none of nature: it has no f electrons.
inline bool is_pseudo(Ion const& ion) { return ion.f_electrons == 0; }

/// A pseudo-ion: no ion of nature, but levels in the infrared that take energy from real ions near the surface and
/// give it to phonons, as a peer stands in for ligands and defects. It has line strengths from its ground level
/// only, the same in every host (S_ED_override_cm2), and no matrix elements. It replaces a cation.
/// @throws InputError where it is not there or malformed
Ion pseudo_ion_from(Document const& document, std::string_view name);

}  // namespace lanthorn
