#include "lanthorn/base/errors.hpp"
#include "lanthorn/crystal/calculator.hpp"
#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"

#include "commands.hpp"
#include "recipe_input.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace lanthorn::app {

namespace {

void print_figures(ParticleFigures const& f)
{
    fmt::print("{:<28} {}\n", "ions", f.ions);
    for (auto const& [symbol, element] : f.elements) fmt::print("  {:<26} {}\n", symbol, element.ions);
    fmt::print("{:<28} {}\n{:<28} {}\n{:<28} {:+}\n", "rare-earth ions", f.rare_earth_ions, "vacancies",
               f.vacancies, "net charge [e]", f.net_charge);
    fmt::print("{:<28} {:.4g}\n{:<28} {:.5g}\n", "mass [g]", f.mass_g, "molar mass [g/mol]",
               f.molar_mass_g_per_mol);
    fmt::print("{:<28} {:.4g} nM\n", "1 mg/mL of particles is", nM_of(1, f.molar_mass_g_per_mol));
    fmt::print("{:<28} {:.4g}\n{:<28} {:.4g}\n", "volume [nm^3]", f.volume_nm3, "sphere of that volume [nm]",
               f.sphere_diameter_nm);
    fmt::print("{:<28} {:.1f} %\n", "cations at the surface", 100 * f.surface_fraction);
    if (auto const yb = f.elements.find("Yb"); yb != f.elements.end() && yb->second.nearest_nm)
        fmt::print("{:<28} {:.3f} nm (nearest), {:.3f} nm (density)\n", "mean Yb-Yb distance",
                   *yb->second.nearest_nm, *yb->second.density_distance_nm);
}

void build_particle(RecipeInput input, std::string const& output, bool json)
{
    std::string const extension = std::filesystem::path(output).extension().string();
    if (!output.empty() && extension != ".xyz" && extension != ".cif" && extension != ".h5")
        throw InputError(
            {.file = output}, "-o",
            "the ending says the format: .cif, .xyz (extended XYZ, for OVITO and ASE) or .h5 is wanted");
    // The light of a recipe does not matter here.
    if (!input.is_file() && input.at.empty()) input.at = "980 nm, 1 W/cm^2";
    PlacedRecipe const read = input.read();
    Recipe const& recipe = read.recipe;
    Crystal const crystal = read.with(crystal_of);
    if (extension == ".xyz") write_text(output, to_xyz(crystal, notation_of(recipe)));
    if (extension == ".cif") write_text(output, to_cif(crystal, notation_of(recipe)));
    if (extension == ".h5") write_hdf5(output, to_tree(crystal));
    ParticleFigures const figures =
        figures_of(crystal, AtomicMasses::from(library_document("elements.toml")));
    if (json) {
        fmt::print("{}\n", to_json(to_tree(figures)));
        return;
    }
    fmt::print("{}   (per cent are mol % of the rare-earth site)\n", notation_of(recipe));
    print_figures(figures);
    if (!output.empty()) fmt::print("written                      {}\n", output);
}

}  // namespace

void add_build(CLI::App& app)
{
    auto* command = app.add_subcommand(
        "build", "Build the crystal of a recipe atom by atom, print its figures and write it");
    auto input = std::make_shared<RecipeInput>();
    auto output = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    input->add_to(*command);
    command->add_option("-o,--output", *output, "File to write: particle.cif, particle.xyz or particle.h5");
    command->add_flag("--json", *json, "Print the figures as JSON");
    command->callback([=] { build_particle(*input, *output, *json); });
}

}  // namespace lanthorn::app
