#pragma once

#include "lanthorn/data/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// The names of the data files built into the program, sorted: "hosts/beta-NaYF4.toml", "ions/Er.toml",
/// "references.bib". The environment variable LANTHORN_DATA names a folder whose .toml, .bib and .csv files are taken
/// instead where the names agree, and beside them where they are new.
/// @param folder  "ions": only what stands in it; empty = all
std::vector<std::string> library_files(std::string_view folder = {});
bool library_has(std::string_view name);
/// @throws InputError where there is no such file, with the nearest name
std::string library_text(std::string_view name);
/// @throws InputError as library_text and parse_toml
Document library_document(std::string_view name);

/// Hash (16 hex digits) of all library files as they are read now: part of a result's identity.
std::string library_hash();

/// One entry of references.bib.
struct Reference {
    std::string key;
    std::string bibtex;    ///< the entry as it stands in the file
    std::string citation;  ///< "Carnall, Fields, Rajnak, J. Chem. Phys. 49, 4412 (1968)"
};
/// In the order of the file. Reads what references.bib needs: braces, quotes, plain words; @comment, @preamble and
/// @string are passed over, and abbreviations stay as written.
/// @throws InputError with the line of an entry that is malformed, without author, title or year, or there twice
std::vector<Reference> references_from(std::string_view bibtex);

}  // namespace lanthorn
