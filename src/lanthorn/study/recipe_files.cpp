#include "lanthorn/study/recipe_files.hpp"

#include "lanthorn/base/errors.hpp"
#include "lanthorn/study/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace lanthorn {

void visit_files(Recipe& recipe, std::function<void(std::string const&, std::string&)> const& visit)
{
    for (std::size_t k = 0; k < recipe.regions.size(); ++k)
        if (is_cif(recipe.regions[k].host))
            visit(k == 0 ? "crystal.host" : fmt::format("crystal.shell[{}].host", k - 1),
                  recipe.regions[k].host);
    if (!recipe.luminescence.network.empty()) visit("luminescence.network", recipe.luminescence.network);
    for (std::size_t k = 0; k < recipe.sweeps.size(); ++k) {
        auto& sweep = recipe.sweeps[k];
        bool const of_hosts = sweep.key.ends_with(".host"), of_networks = sweep.key == "luminescence.network";
        for (Node& value : sweep.values) {
            if (!value.is_text() || value.text().empty()) continue;
            if (!of_networks && !(of_hosts && is_cif(value.text()))) continue;
            std::string path = value.text();
            visit(fmt::format("sweep[{}].values", k), path);
            value.value = std::move(path);
        }
    }
}

std::string file_beside(std::string const& recipe_file, std::string const& path)
{
    auto const beside = std::filesystem::path(recipe_file).parent_path() / path;
    std::error_code unknown;
    return std::filesystem::is_regular_file(beside, unknown) ? beside.lexically_normal().string() : path;
}

std::vector<std::string> files_of(Recipe recipe)
{
    std::vector<std::string> files;
    visit_files(recipe, [&](std::string const&, std::string& path) { files.push_back(path); });
    std::ranges::sort(files);
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

Recipe with_inputs(Recipe recipe)
{
    std::map<std::string, std::string> path_of;
    visit_files(recipe, [&](std::string const& key, std::string& path) {
        std::string const name = std::filesystem::path(path).filename().string();
        auto const [known, is_new] = path_of.try_emplace(name, path);
        if (!is_new && known->second != path)
            throw InputError(
                {}, key,
                fmt::format("\"{}\" and \"{}\" have the same name, under which a run keeps a copy "
                            "of each; rename one of them",
                            known->second, path));
        path = "inputs/" + name;
    });
    return recipe;
}

}  // namespace lanthorn
