#include "lanthorn/study/sweep.hpp"

#include "lanthorn/data/key_path.hpp"
#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/recipe_files.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lanthorn {

namespace {

std::string text_of(Node const& value)
{
    if (value.is_text()) return value.text();
    if (auto const* flag = std::get_if<bool>(&value.value)) return *flag ? "true" : "false";
    return fmt::format("{}", value.number());
}

/// Findings about a point, as findings about the sweeps that make it.
InputError of_sweeps(InputError const& error, Recipe const& recipe, SweepPoint const& point)
{
    std::vector<Finding> findings;
    for (auto const& wrong : error.findings())
        findings.push_back({.severity = wrong.severity,
                            .key = "sweep[0].values",
                            .problem = fmt::format("with {}: {}", label_of(recipe, point), wrong.problem)});
    return InputError(std::move(findings));
}

std::filesystem::path folder_of(std::filesystem::path const& folder, SweepPoint const& point)
{
    return folder / fmt::format("{:05}", point.number);
}

}  // namespace

std::string label_of(Recipe const& recipe, SweepPoint const& point)
{
    std::string label;
    for (std::size_t k = 0; k < recipe.sweeps.size(); ++k)
        label += fmt::format("{}{} = {}", k == 0 ? "" : ", ", recipe.sweeps[k].key, text_of(point.values[k]));
    return label;
}

std::vector<SweepPoint> points_of(Recipe const& recipe, std::vector<Finding>& warnings)
{
    Recipe base = recipe;
    base.sweeps.clear();
    Document const document = parse_toml(to_toml(base), "");
    std::size_t number = 1;
    for (auto const& sweep : recipe.sweeps) number *= sweep.values.size();
    bool const shares = std::ranges::none_of(
        recipe.sweeps, [](auto const& sweep) { return sweep.key == "luminescence.comparison"; });

    std::vector<Finding> said;  // of the base recipe
    recipe_from(document, said);
    auto const is_in = [](std::vector<Finding> const& findings, Finding const& doubt) {
        return std::ranges::find(findings, doubt.problem, &Finding::problem) != findings.end();
    };
    Recipe const kept = with_inputs(recipe);
    std::vector<SweepPoint> points;
    for (std::size_t n = 0; n < number; ++n) {
        SweepPoint point{.number = n, .values = std::vector<Node>(recipe.sweeps.size()), .recipe = {}};
        std::size_t rest = n;
        Document varied = document;
        std::vector<Node> given(recipe.sweeps.size());
        for (std::size_t k = recipe.sweeps.size(); k-- > 0;) {
            std::size_t const values = recipe.sweeps[k].values.size();
            given[k] = recipe.sweeps[k].values[rest % values];
            point.values[k] = kept.sweeps[k].values[rest % values];
            rest /= values;
        }
        for (std::size_t k = 0; k < recipe.sweeps.size(); ++k)
            set(varied.root, key_path_from(recipe.sweeps[k].key), given[k]);
        std::vector<Finding> doubts;
        try {
            point.recipe = recipe_from(varied, doubts);
        }
        catch (InputError const& error) {
            throw of_sweeps(error, recipe, point);
        }
        if (shares) point.recipe.luminescence.comparison_events /= double(number);
        for (auto& doubt : doubts) {
            doubt.place = {};
            doubt.excerpt.clear();
            if (!is_in(said, doubt) && !is_in(warnings, doubt)) warnings.push_back(std::move(doubt));
        }
        points.push_back(std::move(point));
    }
    return points;
}

std::optional<std::vector<Tree>> run_points(std::vector<SweepPoint> const& points, Workbench& bench,
                                            SweepOptions const& options)
{
    std::vector<Tree> records;
    std::unique_ptr<Workbench> own;
    Workbench* now = &bench;
    for (auto const& point : points) {
        auto const folder =
            options.folder.empty() ? std::filesystem::path() : folder_of(options.folder, point);
        auto const file = folder / "record.h5";
        std::string const identity = run_identity(point.recipe);
        if (!folder.empty() && std::filesystem::exists(file)) {
            Tree record = read_hdf5(file);
            if (std::get<std::string>(record.attributes.at("recipe_hash")) != identity)
                throw InputError(
                    {.file = file.string()}, "",
                    "this point was made by another recipe, data or version; remove the folder's "
                    "points and run again");
            records.push_back(std::move(record));
            if (options.done) options.done(point, records.back(), true);
            continue;
        }
        if (!now->serves(point.recipe)) {
            own = std::make_unique<Workbench>(point.recipe);
            now = own.get();
        }
        if (!folder.empty()) std::filesystem::create_directories(folder / "chunks");
        Answer const answer = solve(point.recipe, *now,
                                    {.threads = options.threads,
                                     .progress = options.progress,
                                     .stop = options.stop,
                                     .checkpoints = folder.empty() ? folder : folder / "chunks",
                                     .identity = identity,
                                     .sweep_point = std::uint32_t(point.number)});
        if (!answer.result.finished) return std::nullopt;
        Tree record = record_of(point.recipe, answer);
        record.groups.at("particle").groups.erase("sites");
        if (!folder.empty()) {
            write_hdf5(file, record);
            std::filesystem::remove_all(folder / "chunks");
        }
        records.push_back(std::move(record));
        if (options.done) options.done(point, records.back(), false);
    }
    return records;
}

}  // namespace lanthorn
