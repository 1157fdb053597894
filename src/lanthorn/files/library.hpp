#pragma once

#include "lanthorn/data/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// The data files built into the program: "ions/Er.toml", "hosts/beta-NaYF4.toml", "references.bib".
/// The environment variable LANTHORN_DATA names a folder whose files are taken instead, where they exist.
std::vector<std::string> library_files(std::string_view folder = {});
bool library_has(std::string_view name);
/// @throws InputError where there is no such file, with the nearest name
std::string library_text(std::string_view name);
Document library_document(std::string_view name);

/// Hash (16 hex digits) of all library files as they are read now: part of a result's identity.
std::string library_hash();

/// One entry of references.bib.
struct Reference {
    std::string key;
    std::string bibtex;   ///< the entry as it stands in the file
    std::string citation; ///< "Carnall, Fields, Rajnak, J. Chem. Phys. 49, 4412 (1968)"
};
std::vector<Reference> references_from(std::string_view bibtex);

} // namespace lanthorn
