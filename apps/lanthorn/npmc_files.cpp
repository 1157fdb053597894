#include "npmc_files.hpp"

#include "lanthorn/data/schema.hpp"
#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/luminescence/peer_export.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lanthorn::app {

namespace {

constexpr char const *np_name = "np.sqlite", *state_name = "initial_state.sqlite";

/// The key of the recipe that ends in this word; empty where there is none.
std::string key_named(std::string_view word)
{
    auto const& keys = recipe_schema().keys;
    auto const found = std::ranges::find_if(keys, [&](Key const& key) {
        return key.path == word || key.path.ends_with("." + std::string(word));
    });
    return found == keys.end() ? "" : found->path;
}

/// What leaves out what NPMC cannot hold.
struct Cure {
    std::string_view finding, key, value;
};
constexpr Cure cures[] = {
    {"extra", "quenching", "false"}, {"pair", "multipoles", "dipole"}, {"triple", "cooperative", "false"}};

Finding with_cure(Finding finding)
{
    auto const cure = std::ranges::find(cures, finding.key, &Cure::finding);
    finding.key.clear();
    if (cure == std::end(cures)) return finding;
    finding.key = key_named(cure->key);
    if (!finding.key.empty())
        finding.problem += fmt::format("; leave them out: --set {}={}", finding.key, cure->value);
    return finding;
}

std::vector<Finding> changing_light(Recipe const& recipe)
{
    std::vector<Finding> findings;
    for (std::size_t l = 0; l < recipe.excitations.size(); ++l)
        if (recipe.excitations[l].pulse)
            findings.push_back(
                {.key = fmt::format("excitation[{}].pulse", l),
                 .problem = fmt::format(
                     "pulsed light: NPMC's rates are constant in time; take out the pulse of the {:g} nm "
                     "laser and give it the irradiance that it shall have throughout",
                     recipe.excitations[l].wavelength_nm)});
    return findings;
}

}  // namespace

void check_npmc_folder(std::filesystem::path const& folder, bool overwrite)
{
    if (std::filesystem::exists(folder) && !std::filesystem::is_directory(folder))
        throw InputError({.file = folder.string()}, "--npmc",
                         "there is a file of this name, and a folder is wanted");
    if (overwrite) return;
    for (char const* name : {np_name, state_name})
        if (std::filesystem::exists(folder / name))
            throw InputError(
                {.file = (folder / name).string()}, "--npmc",
                "this database is there already; choose another folder, or replace it with --overwrite");
}

void write_npmc(std::filesystem::path const& folder, Recipe const& recipe, Assembly const& assembly)
{
    auto findings = changing_light(recipe);
    std::vector<double> irradiance;
    for (ExcitationRecipe const& e : recipe.excitations) irradiance.push_back(e.irradiance_W_per_cm2);
    PeerTables tables;
    try {
        tables = peer_tables_from(assembly.network, irradiance);
    }
    catch (InputError const& error) {
        std::ranges::transform(error.findings(), std::back_inserter(findings), with_cure);
    }
    if (!findings.empty()) throw InputError(std::move(findings));
    std::filesystem::create_directories(folder);
    write_peer_np(folder / np_name, tables.np);
    write_peer_state(folder / state_name, tables.state);
}

}  // namespace lanthorn::app
