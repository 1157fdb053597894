#include "lanthorn/study/notation.hpp"

#include "lanthorn/files/toml.hpp"

#include "fuzz/targets.hpp"

namespace lanthorn::fuzz {

void notation(std::string_view bytes)
{
    accepted([&] { parse_toml(recipe_from_notation(bytes), "particle"); });
    accepted([&] { parse_toml(excitation_from_notation(bytes), "excitation"); });
}

}  // namespace lanthorn::fuzz
