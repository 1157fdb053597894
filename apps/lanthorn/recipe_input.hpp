#pragma once

#include "lanthorn/study/recipe.hpp"

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace lanthorn::app {

/// A recipe with the document it came from, so that whatever is found wrong about a key later has a place.
struct PlacedRecipe {
    Document document;
    Recipe recipe;

    /// Reads a document; warnings go to stderr.
    /// @throws InputError
    static PlacedRecipe from(Document document);

    /// Findings about keys, with the places where the document has them.
    std::vector<Finding> placed(std::vector<Finding> findings) const;

    /// Does something with the recipe; its errors get their places.
    template <class Work>
    auto with(Work const& work) const
    {
        try {
            return work(recipe);
        }
        catch (InputError const& error) {
            throw InputError(placed(error.findings()));
        }
    }
};

/// A recipe as the command line gives it: a file, or the notation of the field with the light beside it.
struct RecipeInput {
    std::string recipe;
    std::string at;
    std::vector<std::string> settings;  ///< "key=value"

    void add_to(CLI::App& command);
    /// @throws InputError
    Document document() const;
    PlacedRecipe read() const { return PlacedRecipe::from(document()); }
    /// Whether this is a file rather than a notation.
    bool is_file() const;
    /// "docking" of "docking.toml", "lanthorn-run" for a notation.
    std::string stem() const;
};

}  // namespace lanthorn::app
