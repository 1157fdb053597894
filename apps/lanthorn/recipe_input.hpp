#pragma once

#include "lanthorn/study/recipe.hpp"

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace lanthorn::app {

/// A recipe as the command line gives it: a file, or the notation of the field with the light beside it.
struct RecipeInput {
    std::string recipe;
    std::string at;
    std::vector<std::string> settings;  ///< "key=value"

    void add_to(CLI::App& command);
    /// @throws InputError
    Document document() const;
    /// Warnings go to stderr.
    Recipe read() const;
    /// "docking" of "docking.toml", "lanthorn-run" for a notation.
    std::string stem() const;

private:
    bool is_file() const;
};

}  // namespace lanthorn::app
