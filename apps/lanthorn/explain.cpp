#include "lanthorn/base/errors.hpp"
#include "lanthorn/study/recipe.hpp"

#include "commands.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>

namespace lanthorn::app {

namespace {

std::string wanted(Key const& key)
{
    static constexpr std::array names{"text",
                                      "one of",
                                      "whole number",
                                      "number",
                                      "quantity",
                                      "true or false",
                                      "table of element = fraction",
                                      "list of [quantity, time]",
                                      "list of texts",
                                      "list of values, { from, to, per_decade } or { from, to, steps }"};
    std::string text = names[std::size_t(key.type)];
    if (key.type == KeyType::choice) text += fmt::format(" {}", fmt::join(key.choices, ", "));
    if (key.type == KeyType::quantity)
        text = fmt::format("{} with unit, as in \"1 {}\"", to_text(key.dimension), house_unit(key.dimension));
    std::string const unit =
        key.type == KeyType::quantity ? " " + std::string(house_unit(key.dimension)) : "";
    if (std::isfinite(key.least) && std::isfinite(key.most))
        text += fmt::format(", {:g} to {:g}{}", key.least, key.most, unit);
    return text;
}

void print_key(Key const& key)
{
    fmt::print("{}\n  {}\n  {}{}\n", key.path, key.sentence, wanted(key),
               key.required               ? "; required"
               : key.default_text.empty() ? ""
                                          : fmt::format("; left out: {}", key.default_text));
}

}  // namespace

void add_explain(CLI::App& app)
{
    auto* command = app.add_subcommand("explain", "Explain a key of the recipe, or list them all");
    auto key = std::make_shared<std::string>();
    auto schema = std::make_shared<bool>(false);
    command->add_option("key", *key, "A key such as crystal.diameter, or a part of one; left out: every key");
    command->add_flag("--schema", *schema, "Print the JSON schema for editors instead");
    command->callback([key, schema] {
        if (*schema) {
            fmt::print("{}\n", json_schema(recipe_schema()));
            return;
        }
        bool found = false;
        std::vector<std::string> known;
        for (auto const& k : recipe_schema().keys) {
            known.push_back(k.path);
            if (k.path.find(*key) == std::string::npos) continue;
            print_key(k);
            found = true;
        }
        if (found) return;
        auto const meant = nearest(*key, known);
        throw InputError({}, *key,
                         fmt::format("no key of a recipe is called \"{}\"{}", *key,
                                     meant ? fmt::format("; did you mean \"{}\"?", *meant) : ""));
    });
}

}  // namespace lanthorn::app
