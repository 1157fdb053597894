#include "lanthorn/base/stream.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/study/recipe_files.hpp"
#include "lanthorn/study/record.hpp"
#include "lanthorn/study/version.hpp"

#include <fmt/format.h>

#include <optional>

namespace lanthorn {

std::string run_identity(Recipe const& recipe)
{
    std::uint64_t h = 0;
    std::vector<std::string> parts{to_toml(with_inputs(recipe)), library_hash(), version(), git_hash()};
    for (auto const& path : files_of(recipe)) parts.push_back(read_text(path));
    for (auto const& part : parts) {
        h = hash64(h, part.size());
        for (char c : part) h = hash64(h, std::uint64_t(static_cast<unsigned char>(c)));
    }
    return fmt::format("{:016x}", h);
}

Tree summary_of(Tree const& record)
{
    Tree summary;
    bool const with_errors = record.find_array("statistics/trajectories") != nullptr;
    auto const figure = [](Tree& at, double value, std::optional<double> error, std::string unit,
                           std::string kind) {
        at.put("value", value, "");
        if (error) at.put("error", *error, "");
        at.put("unit", std::move(unit));
        at.put("kind", std::move(kind));
    };
    auto const unit_of = [](Tree::Array const& array) {
        auto const found = array.attributes.find("units");
        return found == array.attributes.end() ? std::string("1") : std::get<std::string>(found->second);
    };
    auto const copy = [&](Tree const& from, Tree& to, std::vector<std::string> const& names) {
        for (auto const& name : names) {
            auto const* array = from.find_array(name);
            if (!array) continue;
            auto const* error = from.find_array(name + "_error");
            // What has no scatter of its own, such as a wavelength, has the error 0; rate equations have none.
            auto const known = error         ? std::optional(from.number(name + "_error"))
                               : with_errors ? std::optional(0.0)
                                             : std::nullopt;
            figure(to.groups[name], from.number(name), known, unit_of(*array), "calculated");
        }
    };
    if (auto const* bands = record.find_group("bands"))
        for (auto const& [name, band] : bands->groups)
            copy(band, summary.groups["bands"].groups[name],
                 {"photon_rate", "quantum_yield", "lifetime", "lifetime_1_over_e", "wavelength", "slope"});
    if (auto const* sampling = record.find_group("sampling")) {
        Tree& s = summary.groups["sampling"];
        copy(*sampling, s, {"work_per_structure", "work_per_trajectory"});
        for (char const* name : {"structures", "trajectories_each", "control_structures"})
            figure(s.groups[name], double(sampling->integer(name)), 0, "1", "calculated");
        for (auto const& [name, band] : sampling->find_group("bands")->groups)
            copy(band, s.groups["bands"].groups[name],
                 {"between", "within", "best_trajectories", "uncontrolled_rate", "variance_reduction"});
    }
    copy(*record.find_group("balance"), summary.groups["balance"],
         {"absorbed", "emitted", "heat", "stored", "residual", "absorbed_photons", "emitted_photons",
          "quantum_yield"});
    if (auto const* ions = record.find_group("particle/ions"))
        for (auto const& [element, count] : ions->arrays)
            figure(summary.groups["crystal"].groups["ions"].groups[element], double(ions->integer(element)),
                   0, "1", "calculated");
    for (auto const& [name, value] : record.attributes)
        if (name != "NX_class" && name != "default") summary.attributes[name] = value;
    summary.attributes["engine"] = record.text("engine/name");
    return summary;
}

}  // namespace lanthorn
