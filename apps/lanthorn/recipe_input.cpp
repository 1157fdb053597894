#include "recipe_input.hpp"

#include "lanthorn/data/key_path.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/notation.hpp"

#include "console.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace lanthorn::app {

namespace {

/// "0.02", "[1, 2]" and "true" as TOML has them, all else as text.
Node value_from(std::string const& text)
{
    try {
        return *parse_toml("v = " + text, "--set").root.find("v");
    }
    catch (InputError const&) {
        return Node(Node::Value(text), {.file = "--set"});
    }
}

}  // namespace

void RecipeInput::add_to(CLI::App& command)
{
    command
        .add_option("recipe", recipe,
                    "Recipe file (.toml), or a particle such as \"NaYF4:Yb20,Er2 (8 nm) @ NaYF4 (2 nm)\"; "
                    "numbers behind elements are mol % of the rare-earth site")
        ->required();
    command.add_option("--at", at,
                       "Light for a particle given in notation: \"980 nm, 10 W/cm^2\", pulsed \"980 nm, 1 "
                       "kW/cm^2, 1 ms / 20 ms\"; several lasers separated by ;");
    command
        .add_option("--set", settings,
                    "Set a key of the recipe, KEY=VALUE (lanthorn explain lists the keys); may be repeated")
        ->allow_extra_args(false);
}

bool RecipeInput::is_file() const
{
    return recipe.ends_with(".toml") || std::filesystem::is_regular_file(recipe);
}

std::string RecipeInput::stem() const
{
    return is_file() ? std::filesystem::path(recipe).stem().string() : "lanthorn-run";
}

Document RecipeInput::document() const
{
    Document document;
    if (is_file()) {
        if (!at.empty())
            throw InputError({.file = recipe}, "--at",
                             "--at belongs to a particle in notation; a recipe file says its light itself "
                             "(use --set excitation[0].irradiance=…)");
        document = read_toml(recipe);
    }
    else {
        document =
            parse_toml(recipe_from_notation(recipe) + "\n" + (at.empty() ? "" : excitation_from_notation(at)),
                       "command line");
        if (at.empty())
            throw InputError({.file = "command line"}, "--at",
                             "a particle in notation needs its light: --at \"980 nm, 10 W/cm^2\"");
    }
    for (auto const& setting : settings) {
        auto const equals = setting.find('=');
        if (equals == std::string::npos)
            throw InputError({.file = "--set"}, setting,
                             fmt::format("--set {}: KEY=VALUE is wanted", setting));
        set(document.root, key_path_from(setting.substr(0, equals)), value_from(setting.substr(equals + 1)));
    }
    return document;
}

Recipe RecipeInput::read() const
{
    std::vector<Finding> warnings;
    Recipe const recipe_read = recipe_from(document(), warnings);
    print_findings(warnings);
    return recipe_read;
}

}  // namespace lanthorn::app
