#include "lanthorn/study/recipe.hpp"

#include "lanthorn/files/toml.hpp"

#include "fuzz/targets.hpp"

namespace lanthorn::fuzz {

void recipe(std::string_view bytes)
{
    Recipe read;
    std::vector<Finding> warnings;
    if (!accepted([&] { read = recipe_from(parse_toml(bytes, "fuzz.toml"), warnings); })) return;
    promise(!read.regions.empty() && !read.excitations.empty(), "a recipe has a core and an excitation");
    std::string const written = to_toml(read);
    promise(to_toml(recipe_from(parse_toml(written, "again.toml"), warnings)) == written,
            "what is written reads back the same");
}

}  // namespace lanthorn::fuzz
