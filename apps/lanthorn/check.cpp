#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"

#include "commands.hpp"
#include "recipe_input.hpp"

#include <fmt/format.h>

#include <memory>

namespace lanthorn::app {

void add_check(CLI::App& app)
{
    auto* command = app.add_subcommand(
        "check", "Say everything that is wrong or doubtful in a recipe, with place and cure; nothing is run");
    auto input = std::make_shared<RecipeInput>();
    input->add_to(*command);
    command->callback([input] {
        Recipe const recipe = input->read();
        Assembly const assembly = assemble(recipe);
        for (auto const& warning : assembly.warnings) fmt::print(stderr, "warning: {}\n", warning);
        fmt::print("{}: {} at {}: no errors\n", input->recipe, notation_of(recipe),
                   excitation_notation_of(recipe));
    });
}

void add_new(CLI::App& app)
{
    auto* command =
        app.add_subcommand("new", "Print a recipe with every key filled in, to start from: lanthorn new "
                                  "\"NaYF4:Yb20,Er2 (8 nm)\" --at \"980 nm, 10 W/cm^2\" > mine.toml");
    auto input = std::make_shared<RecipeInput>();
    input->add_to(*command);
    command->callback([input] { fmt::print("{}", to_toml(input->read())); });
}

}  // namespace lanthorn::app
