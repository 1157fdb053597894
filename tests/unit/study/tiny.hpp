#pragma once

#include "lanthorn/data/key_path.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/sweep.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lanthorn {

/// A particle of some fifty rare-earth ions under strong light, followed for a fraction of a millisecond.
inline constexpr std::string_view tiny_recipe = R"(
[crystal]
host = "beta-NaYF4"
diameter = "2 nm"
dopants = { Yb = 0.2, Er = 0.1 }

[[excitation]]
wavelength = "980 nm"
irradiance = "1e5 W/cm^2"

[luminescence]
trajectories = 4
burn_in = "0.2 ms"
duration = "0.2 ms"
)";

/// What is set before a run: a key of the recipe and its value as TOML; an empty value takes the key away.
using Settings = std::vector<std::pair<std::string, std::string>>;

inline Document with(Document document, Settings const& settings)
{
    for (auto const& [key, value] : settings) {
        if (!value.empty()) {
            set(document.root, key_path_from(key), *parse_toml("v = " + value, "").root.find("v"));
            continue;
        }
        auto const dot = key.rfind('.');
        Node* table = dot == std::string::npos
                          ? &document.root
                          : const_cast<Node*>(find(document.root, key_path_from(key.substr(0, dot))));
        std::erase_if(table->table(), [&](auto const& entry) { return entry.first == key.substr(dot + 1); });
    }
    return document;
}

inline Recipe recipe_of(Document const& document)
{
    std::vector<Finding> warnings;
    return recipe_from(document, warnings);
}

inline Recipe recipe_of(std::string_view toml) { return recipe_of(parse_toml(toml, "test.toml")); }

/// Everything from the recipe to its record, in this process.
inline Tree record_of(Recipe const& recipe, unsigned threads = 1)
{
    Workbench bench(recipe);
    if (!recipe.sweeps.empty()) {
        std::vector<Finding> warnings;
        auto const points = points_of(recipe, warnings);
        return sweep_record(recipe, points, run_points(points, bench, {.threads = threads}).value(),
                            bench.particle());
    }
    return record_of(recipe, solve(recipe, bench, {.threads = threads}));
}

inline std::string file_text(std::string const& path)
{
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace lanthorn
