#include "lanthorn/base/cpu.hpp"
#include "lanthorn/base/stream.hpp"
#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"
#include "lanthorn/study/version.hpp"

#include "commands.hpp"
#include "console.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <vector>

namespace lanthorn::app {

namespace {

/// One ion that is pumped and decays at the same rate is excited half of the time.
bool two_level_is_half_full()
{
    Network network;
    network.species = {{.name = "X", .levels = {"0", "1"}}};
    network.position_nm = {{}};
    network.species_of = {{0}};
    network.one_site = {{.species = {0}, .from = {0}, .to = {1}, .k0_per_s = 1e3},
                        {.species = {0}, .from = {1}, .to = {0}, .k0_per_s = 1e3}};
    ObservablePlan plan{.end_s = 1.0, .window_edges_s = {0.1, 1.0}};
    Tally const tally = run(network, {}, {}, plan, {{.seed = 1}, 0, 64});
    return std::abs(tally.occupation[1].mean() - 0.5) < 6 * tally.occupation[1].standard_error();
}

bool data_files_read()
{
    for (auto const& name : library_files())
        if (name.ends_with(".toml")) library_document(name);
    return !references_from(library_text("references.bib")).empty();
}

bool records_round_trip()
{
    auto const path =
        std::filesystem::temp_directory_path() / fmt::format("lanthorn-doctor-{}.h5", std::rand());
    Tree tree;
    tree.put("x", std::vector{1.0, 0.1, 1e-300}, "nm");
    write_hdf5(path, tree);
    bool const same = read_hdf5(path) == tree;
    std::filesystem::remove(path);
    return same;
}

std::vector<std::string> names(std::string_view folder)
{
    std::vector<std::string> found;
    for (auto const& file : library_files(folder))
        found.push_back(std::filesystem::path(file).stem().string());
    return found;
}

int examine()
{
    fmt::print("lanthorn      {} ({})\n", version(), git_hash());
    fmt::print("kernel        {} (this CPU runs up to {}; LANTHORN_KERNEL lowers it)\n",
               to_text(kernel_level()), to_text(best_kernel_level()));
    fmt::print("threads       {}\n", default_threads());
    fmt::print("data          {} files, hash {}{}\n", library_files().size(), library_hash(),
               std::getenv("LANTHORN_DATA") ? fmt::format(", with those of {}", std::getenv("LANTHORN_DATA"))
                                            : "");
    fmt::print("hosts         {}\n", fmt::join(names("hosts"), ", "));
    fmt::print("ions          {}\n", fmt::join(names("ions"), ", "));
    struct Check {
        char const* name;
        std::function<bool()> passes;
    };
    int failures = 0;
    for (auto const& check : {Check{"data files are sound", data_files_read},
                              Check{"records can be written and read", records_round_trip},
                              Check{"a two-level ion saturates as it must", two_level_is_half_full}}) {
        std::string outcome = "yes";
        try {
            if (!check.passes()) outcome = "NO";
        }
        catch (std::exception const& error) {
            outcome = fmt::format("NO: {}", error.what());
        }
        failures += outcome != "yes";
        fmt::print("{:<40} {}\n", check.name, outcome);
    }
    return failures;
}

}  // namespace

void add_doctor(CLI::App& app)
{
    auto* command =
        app.add_subcommand("doctor", "Say what this program is and has, and test it for a second");
    command->callback([] {
        if (examine() > 0) throw std::runtime_error("the doctor found something wrong, see above");
    });
}

}  // namespace lanthorn::app
