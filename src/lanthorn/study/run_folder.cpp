#include "lanthorn/study/run_folder.hpp"

#include "lanthorn/data/dataset.hpp"
#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/study/recipe_files.hpp"
#include "lanthorn/study/record.hpp"
#include "lanthorn/study/sweep.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace lanthorn {

namespace {

constexpr std::array results{"record.h5",    "summary.json", "spectrum.csv", "populations.csv",
                             "particle.xyz", "report.html",  "run.json",     "sweep.csv"};

std::map<std::string, std::string> provenance(Tree const& record)
{
    std::map<std::string, std::string> metadata;
    for (char const* name : {"title", "notation", "excitation", "version", "git", "recipe_hash", "data_hash"})
        metadata[name] = std::get<std::string>(record.attributes.at(name));
    return metadata;
}

/// "Er:4S3/2->4I15/2" as part of a file name.
std::string file_name(std::string band)
{
    std::ranges::replace(band, '/', '_');
    std::ranges::replace(band, ':', '_');
    if (auto const arrow = band.find("->"); arrow != std::string::npos) band.replace(arrow, 2, "-");
    return band;
}

/// A column; empty where it is missing, as errors are where rate equations made the record.
std::vector<double> numbers_in(Tree const& tree, std::string const& name)
{
    return tree.find_array(name) ? tree.doubles(name) : std::vector<double>();
}

std::string populations_csv(Tree const& record)
{
    Tree const& p = *record.find_group("populations");
    std::string text;
    for (auto const& [key, value] : provenance(record)) text += "# " + key + ": " + value + "\n";
    auto const errors = numbers_in(p, "fraction_error"), energy = numbers_in(p, "energy");
    text += "species,region,level,energy [cm^-1],fraction";
    text += errors.empty() ? "\n" : ",fraction_error\n";
    for (std::size_t k = 0; k < p.texts("level").size(); ++k)
        text += p.texts("species")[k] + "," + p.texts("region")[k] + "," + p.texts("level")[k] + "," +
                (energy.empty() ? "" : exact(energy[k])) + "," + exact(p.doubles("fraction")[k]) +
                (errors.empty() ? "" : "," + exact(errors[k])) + "\n";
    return text;
}

void complete(RunFolder const& folder, Tree const& record)
{
    for (auto const& entry : std::filesystem::directory_iterator(folder.path))  // of a run that was killed
        if (entry.path().extension() == ".part") std::filesystem::remove(entry.path());
    // Last, since its presence means that the run is complete.
    write_hdf5(folder.record(), record);
    std::filesystem::remove_all(folder.chunks());
    std::filesystem::remove_all(folder.points());
}

}  // namespace

RunFolder begin_run(std::filesystem::path const& path, Recipe const& recipe, bool replace)
{
    RunFolder folder{path};
    Recipe const kept = with_inputs(recipe);
    std::map<std::string, std::string> inputs;  // read before a run is replaced, whose inputs they may be
    for (auto const& file : files_of(recipe))
        inputs[std::filesystem::path(file).filename().string()] = read_text(file);
    if (std::filesystem::exists(path) && !std::filesystem::is_directory(path))
        throw InputError({.file = path.string()}, "",
                         "there is a file of this name, and a run needs a folder; choose another with -o");
    if (std::filesystem::exists(path) && !std::filesystem::is_empty(path)) {
        bool const ours = std::filesystem::exists(folder.recipe());
        if (!replace || !ours)
            throw InputError({.file = path.string()}, "",
                             ours ? "this folder holds a run already: resume it with \"lanthorn resume\", "
                                    "choose another with -o, or replace it with --force"
                                  : "this folder is not empty and holds no run; choose another with -o");
        for (auto const* name : results) std::filesystem::remove(path / name);
        for (auto const& entry : std::filesystem::directory_iterator(path))
            if (entry.path().filename().string().starts_with("decay_")) std::filesystem::remove(entry.path());
        for (auto const& old : {folder.chunks(), folder.points(), folder.inputs()})
            std::filesystem::remove_all(old);
    }
    std::filesystem::create_directories(recipe.sweeps.empty() ? folder.chunks() : folder.points());
    if (!inputs.empty()) std::filesystem::create_directories(folder.inputs());
    for (auto const& [name, text] : inputs) write_text(folder.inputs() / name, text);
    write_text(folder.recipe(), to_toml(kept));
    return folder;
}

void finish_run(RunFolder const& folder, Tree const& record, std::string const& particle_xyz)
{
    if (Tree const* s = record.find_group("spectrum"))
        write_text(folder.path / "spectrum.csv",
                   to_csv({.name = "photon_rate",
                           .unit = "1/s/nm",
                           .axes = {{.name = "wavelength", .unit = "nm", .values = s->doubles("wavelength")}},
                           .values = s->doubles("photon_rate"),
                           .sigma = numbers_in(*s, "photon_rate_error"),
                           .metadata = provenance(record)}));
    if (Tree const* decays = record.find_group("decay"))
        for (auto const& [band, d] : decays->groups) {
            auto edges = d.doubles("time_from");
            edges.push_back(d.doubles("time_to").back());
            write_text(folder.path / ("decay_" + file_name(band) + ".csv"),
                       to_csv({.name = "intensity",
                               .unit = "1/s",
                               .axes = {{.name = "time", .unit = "s", .edges = std::move(edges)}},
                               .values = d.doubles("intensity"),
                               .sigma = numbers_in(d, "intensity_error"),
                               .metadata = provenance(record)}));
        }
    write_text(folder.path / "populations.csv", populations_csv(record));
    write_text(folder.path / "particle.xyz", particle_xyz);
    write_text(folder.path / "summary.json", to_json(summary_of(record)) + "\n");
    complete(folder, record);
}

void finish_sweep(RunFolder const& folder, Tree const& record, std::string const& particle_xyz)
{
    write_text(folder.path / "sweep.csv", sweep_csv(record));
    if (record.find_group("particle")) write_text(folder.path / "particle.xyz", particle_xyz);
    Tree summary;
    for (auto const& [number, point] : record.groups.at("points").groups)
        summary.groups["points"].groups[number] = summary_of(point);
    for (auto const& [name, value] : record.attributes)
        if (name != "NX_class" && name != "default") summary.attributes[name] = value;
    write_text(folder.path / "summary.json", to_json(summary) + "\n");
    complete(folder, record);
}

}  // namespace lanthorn
