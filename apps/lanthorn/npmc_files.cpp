#include "npmc_files.hpp"

#include "lanthorn/data/schema.hpp"
#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/luminescence/peer_export.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lanthorn::app {

namespace {

constexpr char const *np_name = "np.sqlite", *state_name = "initial_state.sqlite";

/// What leaves out what NPMC cannot hold.
struct Cure {
    std::string_view finding, key, value;
};
constexpr Cure cures[] = {{"extra", "surroundings.quenching", "false"},
                          {"pair", "luminescence.multipoles", "dipole"},
                          {"triple", "luminescence.cooperative", "[]"}};

bool has_key(std::string_view path) { return std::ranges::count(recipe_schema().keys, path, &Key::path) > 0; }

Finding with_cure(Finding finding, Network const& network)
{
    auto const by_vacancies = [&](ExtraRate const& rate) {
        return network.one_site[rate.channel].source.where == "vacancies";
    };
    auto const cure = std::ranges::find(cures, finding.key, &Cure::finding);
    bool const extra = finding.key == "extra";
    finding.key.clear();
    if (cure != std::end(cures) && has_key(cure->key) &&
        !(extra && std::ranges::all_of(network.extra, by_vacancies))) {
        finding.key = cure->key;
        finding.problem += fmt::format("; leave them out: --set {}={}", cure->key, cure->value);
    }
    if (extra && std::ranges::any_of(network.extra, by_vacancies))
        finding.problem +=
            "; build the crystal without vacancies, or set the coefficient of their quenching to 0";
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
        for (Finding const& finding : error.findings())
            findings.push_back(with_cure(finding, assembly.network));
    }
    if (!findings.empty()) throw InputError(std::move(findings));
    std::filesystem::create_directories(folder);
    write_peer_np(folder / np_name, tables.np);
    write_peer_state(folder / state_name, tables.state);
}

}  // namespace lanthorn::app
