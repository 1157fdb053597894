#include "lanthorn/study/names.hpp"

#include "lanthorn/data/schema.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/quenchers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lanthorn {

namespace {

/// "beta-NaYF4" without its phase.
std::string_view formula(std::string_view host)
{
    for (std::string_view phase : {"alpha-", "beta-"})
        if (host.starts_with(phase)) return host.substr(phase.size());
    return host;
}

}  // namespace

std::vector<std::string> host_names()
{
    std::vector<std::string> names;
    for (auto const& file : library_files("hosts"))
        if (file.ends_with(".toml")) names.push_back(file.substr(6, file.size() - 11));  // hosts/ and .toml
    return names;
}

std::vector<std::string> medium_names()
{
    std::vector<std::string> names{"bulk"};
    Document const media = library_document("media.toml");
    for (Node const& medium : media.root.find("medium")->array())
        names.push_back(medium.find("name")->text());
    return names;
}

std::vector<std::string> ligand_names()
{
    std::vector<std::string> names{"none"};
    for (auto const& ligand : quenchers_from(library_document("quenchers.toml")).ligands)
        names.push_back(ligand.name);
    return names;
}

std::string usual_ligand(std::string_view medium)
{
    return groups_of_medium(library_document("media.toml"), medium) ? "oleate" : "none";
}

bool is_cif(std::string_view host) { return host.ends_with(".cif"); }

std::string no_such_host(std::string_view name)
{
    auto const known = host_names();
    std::vector<std::string> formulas;
    formulas.reserve(known.size());
    for (auto const& host : known) formulas.emplace_back(formula(host));
    std::string meant;
    if (auto const near = nearest(formula(name), formulas))
        for (auto const& host : known)
            if (formula(host) == *near) meant += fmt::format("{}\"{}\"", meant.empty() ? "" : " or ", host);
    return fmt::format("no host \"{}\" in the library{} {}, or a file that ends in .cif", name,
                       meant.empty() ? "; there are" : "; did you mean " + meant + "? There are",
                       fmt::join(known, ", "));
}

std::string no_such_medium(std::string_view name)
{
    auto const known = medium_names();
    auto const near = nearest(name, known);
    return fmt::format("no medium \"{}\"{} {}, or give surroundings.refractive_index", name,
                       near ? fmt::format("; did you mean \"{}\"? There are", *near) : "; there are",
                       fmt::join(known, ", "));
}

std::string no_such_ligand(std::string_view name)
{
    auto const known = ligand_names();
    auto const near = nearest(name, known);
    return fmt::format("no ligand \"{}\"{} {}", name,
                       near ? fmt::format("; did you mean \"{}\"? There are", *near) : "; there are",
                       fmt::join(known, ", "));
}

}  // namespace lanthorn
