#include "recipe_input.hpp"

#include "lanthorn/data/key_path.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/notation.hpp"

#include "console.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace lanthorn::app {

namespace {

/// Everything below a node that has no place of a file gets this one.
void place_at(Node& node, Place const& place)
{
    for (Place* p : {&node.place, &node.key_place})
        if (p->file.empty()) *p = place;
    if (node.is_array())
        for (Node& item : node.array()) place_at(item, place);
    if (node.is_table())
        for (auto& [key, entry] : node.table()) place_at(entry, place);
}

/// "0.02", "[1, 2]", "{ Yb = 0.2 }" and "true" as TOML has them, all else as text.
Node value_from(std::string const& text)
{
    Node as_text{Node::Value(text)};
    try {
        Document const parsed = parse_toml("v = " + text, "");
        return parsed.root.table().size() == 1 ? *parsed.root.find("v") : as_text;
    }
    catch (InputError const&) {
        return as_text;
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
        Place const place{.file = "--set " + setting};
        auto const equals = setting.find('=');
        if (equals == std::string::npos) throw InputError(place, "", "KEY=VALUE is wanted");
        try {
            set(document.root, key_path_from(setting.substr(0, equals)),
                value_from(setting.substr(equals + 1)));
            place_at(document.root, place);
        }
        catch (InputError const& error) {
            throw InputError(place, error.first().key, error.first().problem);
        }
    }
    return document;
}

PlacedRecipe PlacedRecipe::from(Document document)
{
    std::vector<Finding> warnings;
    PlacedRecipe read{std::move(document), {}};
    read.recipe = recipe_from(read.document, warnings);
    print_findings(warnings);
    return read;
}

std::vector<Finding> PlacedRecipe::placed(std::vector<Finding> findings) const
{
    Reader const reader(document, recipe_schema());
    for (auto& f : findings)
        if (!f.key.empty() && f.place.file.empty()) f = reader.finding(f.key, f.problem, f.severity);
    return findings;
}

}  // namespace lanthorn::app
