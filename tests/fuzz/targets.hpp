#pragma once

#include "lanthorn/base/errors.hpp"

#include <string_view>

/// What must hold for any bytes at all. Each reads the bytes as one kind of input and throws std::logic_error
/// where a promise is broken; refusing them with an InputError that says why is what a reader is for.
namespace lanthorn::fuzz {

void toml(std::string_view bytes);        ///< parse, check against a schema, write and parse again
void units(std::string_view bytes);       ///< number with unit, in every dimension
void references(std::string_view bytes);  ///< BibTeX
void data_file(std::string_view bytes);   ///< host, optics of a host, ion
void cif(std::string_view bytes);         ///< host from a CIF
void recipe(std::string_view bytes);      ///< recipe, written and read again
void notation(std::string_view bytes);    ///< particle and excitation as one line
void sqlite(std::string_view bytes);      ///< tables of a database, and the peer's simulation in them

/// Throws std::logic_error(what) unless it holds.
void promise(bool holds, char const* what);

/// Runs a reader, which may refuse with reasons. Any other exception is let through.
/// @returns whether it did not refuse
template <class Read>
bool accepted(Read const& read)
{
    try {
        read();
        return true;
    }
    catch (InputError const& e) {
        promise(!e.findings().empty(), "an error has findings");
        for (Finding const& finding : e.findings())
            promise(!finding.problem.empty(), "a finding has a sentence");
        return false;
    }
}

}  // namespace lanthorn::fuzz
