#pragma once

#include <string_view>

/// What must hold for any bytes at all. Each reads the bytes as one kind of input and throws std::logic_error where a
/// promise is broken; refusing them with an InputError is what a reader is for.
namespace lanthorn::fuzz {

void toml(std::string_view bytes);        ///< parse, check against a schema, write and parse again
void units(std::string_view bytes);       ///< number with unit, in every dimension
void references(std::string_view bytes);  ///< BibTeX

/// Throws std::logic_error(what) unless it holds.
void promise(bool holds, char const* what);

}  // namespace lanthorn::fuzz
