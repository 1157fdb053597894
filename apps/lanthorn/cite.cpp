#include "lanthorn/files/library.hpp"
#include "lanthorn/study/assemble.hpp"

#include "commands.hpp"
#include "recipe_input.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>

namespace lanthorn::app {

namespace {

void print_citations(RecipeInput const& input, bool bibtex)
{
    Assembly const assembly = input.read().with(assemble);
    std::set<std::string> cited{"codata2018"};
    std::map<std::string, int> kinds;
    int recalled = 0;
    for (auto const& row : assembly.parameters) {
        cited.insert(row.value.source.key);
        ++kinds[std::string(to_text(row.value.source.kind))];
        recalled += row.value.source.recalled;
    }
    for (auto const& host : assembly.crystal.region_hosts)
        for (auto const& [what, source] : host.sources) cited.insert(source.key);
    for (auto const& reference : references_from(library_text("references.bib")))
        if (cited.contains(reference.key))
            fmt::print("{}\n", bibtex ? reference.bibtex + "\n"
                                      : fmt::format("{:<22} {}", reference.key, reference.citation));
    if (bibtex) return;
    fmt::print("\n{} parameters:", assembly.parameters.size());
    char const* separator = "";
    for (auto const& [kind, count] : kinds) {
        fmt::print("{} {} {}", separator, count, kind);
        separator = ",";
    }
    fmt::print("; {} of them quoted from memory, not yet compared with their source\n\n", recalled);
    for (auto const& row : assembly.parameters)
        fmt::print("  {:<58} {:>12.6g} {:<8} {:<10} {} {}{}\n", row.name, row.value.value, row.unit,
                   to_text(row.value.source.kind), row.value.source.key, row.value.source.where,
                   row.value.source.recalled ? " (recalled)" : "");
}

}  // namespace

void add_cite(CLI::App& app)
{
    auto* command = app.add_subcommand(
        "cite", "List what the result of a recipe rests on: sources, and every parameter with its kind");
    auto input = std::make_shared<RecipeInput>();
    auto bibtex = std::make_shared<bool>(false);
    input->add_to(*command);
    command->add_flag("--bibtex", *bibtex, "Print BibTeX entries");
    command->callback([input, bibtex] { print_citations(*input, *bibtex); });
}

}  // namespace lanthorn::app
