#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"
#include "lanthorn/study/run.hpp"
#include "lanthorn/study/schedule.hpp"
#include "lanthorn/study/sweep.hpp"

#include "commands.hpp"
#include "console.hpp"
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
        PlacedRecipe const read = input->read();
        auto const warnings = read.with([](Recipe const& recipe) {
            Assembly assembly = assemble(recipe);
            schedule_of(recipe, assembly.network);
            named_bands(recipe, assembly.bands());
            if (!recipe.sweeps.empty()) points_of(recipe, assembly.warnings);
            return std::move(assembly.warnings);
        });
        print_findings(read.placed(warnings));
        fmt::print("{}: {} at {}: no errors\n", input->is_file() ? input->recipe : "recipe",
                   notation_of(read.recipe), excitation_notation_of(read.recipe));
    });
}

void add_new(CLI::App& app)
{
    auto* command =
        app.add_subcommand("new", "Print a recipe with every key filled in, to start from: lanthorn new "
                                  "\"NaYF4:Yb20,Er2 (8 nm)\" --at \"980 nm, 10 W/cm^2\" > mine.toml");
    auto input = std::make_shared<RecipeInput>();
    input->add_to(*command);
    command->callback([input] { fmt::print("{}", to_toml(input->read().recipe)); });
}

}  // namespace lanthorn::app
