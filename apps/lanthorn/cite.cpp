#include "lanthorn/files/library.hpp"
#include "lanthorn/study/assemble.hpp"

#include "commands.hpp"
#include "json.hpp"
#include "recipe_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace lanthorn::app {

namespace {

constexpr Kind kinds[] = {Kind::measured, Kind::fitted, Kind::calculated, Kind::estimated, Kind::assumed};

bool is_weak(ParameterRow const& row)
{
    return row.value.source.kind == Kind::estimated || row.value.source.kind == Kind::assumed;
}

/// What the parameters of a recipe rest on.
class Citations {
public:
    explicit Citations(Assembly assembly) : parameters_(std::move(assembly.parameters))
    {
        cited_.insert("codata2018");
        for (auto const& row : parameters_) {
            cited_.insert(row.value.source.key);
            ++of_kind_[row.value.source.kind];
            recalled_ += row.value.source.recalled;
        }
        for (auto const& host : assembly.crystal.region_hosts)
            for (auto const& [what, source] : host.sources) cited_.insert(source.key);
    }

    void print_bibtex() const
    {
        for (auto const& reference : references()) fmt::print("{}\n\n", reference.bibtex);
    }

    void print() const
    {
        for (auto const& reference : references())
            fmt::print("{:<22} {}\n", reference.key, reference.citation);
        std::string shares;
        for (Kind kind : kinds)
            if (std::size_t const n = count(kind); n > 0)
                shares += fmt::format("{}{} {} ({:.0f} %)", shares.empty() ? "" : ", ", n, to_text(kind),
                                      percent(n));
        fmt::print(
            "\n{} parameters: {}; {} ({:.0f} %) quoted from memory, not yet compared with their source\n",
            parameters_.size(), shares, recalled_, percent(recalled_));
        print_rows("estimated or assumed", true);
        print_rows("measured, fitted or calculated", false);
    }

    void print_json() const
    {
        std::vector<std::string> sources, parameters;
        for (auto const& reference : references())
            sources.push_back(
                JsonObject().text("key", reference.key).text("citation", reference.citation).line());
        for (bool weak : {true, false})
            for (auto const& row : parameters_)
                if (is_weak(row) == weak) parameters.push_back(json_of(row));
        JsonObject shares, units, document;
        for (Kind kind : kinds) shares.number(to_text(kind), percent(count(kind)));
        shares.number("recalled", percent(recalled_));
        units.text("shares", "% of the parameters").text("value", "unit of the parameter");
        document.json("units", units.line()).json("shares", shares.line());
        document.json("parameters", json_lines(parameters)).json("sources", json_lines(sources));
        fmt::print("{}", document.document());
    }

private:
    std::vector<Reference> references() const
    {
        std::vector<Reference> found;
        for (auto& reference : references_from(library_text("references.bib")))
            if (cited_.contains(reference.key)) found.push_back(std::move(reference));
        return found;
    }

    std::size_t count(Kind kind) const { return of_kind_.contains(kind) ? of_kind_.at(kind) : 0; }
    double percent(std::size_t n) const
    {
        return parameters_.empty() ? 0 : 100 * double(n) / double(parameters_.size());
    }

    void print_rows(char const* heading, bool weak) const
    {
        auto const n = std::ranges::count(parameters_, weak, is_weak);
        if (n == 0) return;
        fmt::print("\n{} ({:.0f} %)\n", heading, percent(std::size_t(n)));
        for (auto const& row : parameters_)
            if (is_weak(row) == weak)
                fmt::print("  {:<58} {:>12.6g} {:<8} {:<10} {} {}{}\n", row.name, row.value.value, row.unit,
                           to_text(row.value.source.kind), row.value.source.key, row.value.source.where,
                           row.value.source.recalled ? " (recalled)" : "");
    }

    static std::string json_of(ParameterRow const& row)
    {
        JsonObject o;
        o.text("name", row.name).number("value", row.value.value).text("unit", row.unit);
        if (row.value.sigma > 0) o.number("sigma", row.value.sigma);
        return o.source(row.value.source).text("note", row.value.source.note).line();
    }

    std::vector<ParameterRow> parameters_;
    std::set<std::string> cited_;
    std::map<Kind, std::size_t> of_kind_;
    std::size_t recalled_ = 0;
};

struct CiteOptions {
    RecipeInput input;
    bool bibtex = false, json = false;
};

}  // namespace

void add_cite(CLI::App& app)
{
    auto* command = app.add_subcommand("cite", "List what the result of a recipe rests on: sources, and "
                                               "every parameter with its kind, those that are "
                                               "estimated or assumed first");
    auto o = std::make_shared<CiteOptions>();
    o->input.add_to(*command);
    auto* bibtex = command->add_flag("--bibtex", o->bibtex, "Print BibTeX entries");
    command->add_flag("--json", o->json, "Print JSON: sources, parameters, and shares in per cent")
        ->excludes(bibtex);
    command->callback([o] {
        Citations const citations(o->input.read().with(assemble));
        if (o->bibtex)
            citations.print_bibtex();
        else if (o->json)
            citations.print_json();
        else
            citations.print();
    });
}

}  // namespace lanthorn::app
