// Writes calculated energies and line strengths into the data files of ions.
//
//   make_ion_tables FREE_IONS.toml FOLDER
//
// FREE_IONS.toml holds the Hamiltonian of each ion, FOLDER an <Ion>.toml per ion with its measured energies. Heading
// and rows of the levels stay as they are but for `calculated`; the strengths are written anew.

#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/calculated_strengths.hpp"
#include "lanthorn/ions/free_ion_data.hpp"

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>

namespace {

using namespace lanthorn;

constexpr double half_of_last_digit = 5e-6;

std::string plain(double x, int digits)
{
    std::string text = fmt::format("{:.{}f}", x, digits);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string strengths(Ion const& ion, FreeIon const& calculated, FreeIonData const& data)
{
    std::string text = fmt::format(
        "\n[strengths]\nsource = \"{}\"\nwhere = \"{}, free-ion parameters for LaF3\"\nkind = "
        "\"calculated\"\n"
        "note = \"Intermediate coupling in 4f^n with F, zeta, alpha, beta, gamma and T; the paper gives the "
        "parameters, the matrix elements are computed from them\"\nrows = [\n",
        data.source.key, data.source.where);
    for (Transition const& t : calculated_transitions(ion, calculated, half_of_last_digit)) {
        std::string const md =
            t.S_MD > half_of_last_digit ? fmt::format(", MD = {}", plain(t.S_MD, 6)) : std::string();
        text += fmt::format("  {{ upper = \"{}\", lower = \"{}\", U = [{}, {}, {}]{} }},\n",
                            ion.levels[t.upper.value].label, ion.levels[t.lower.value].label, plain(t.U2, 5),
                            plain(t.U4, 5), plain(t.U6, 5), md);
    }
    return text + "]\n";
}

std::string rewritten(std::string const& old, Ion const& ion, FreeIon const& calculated,
                      FreeIonData const& data)
{
    auto const match = matched_levels(ion, calculated);
    std::regex const earlier(R"re(,\s*calculated\s*=\s*[-+.0-9eE]+)re");
    std::istringstream lines(old);
    std::string text =
        fmt::format("# {}3+, 4f{}. Calculated values: tools/make_ion_tables.\n", ion.symbol, ion.f_electrons);
    std::size_t level = 0;
    for (std::string line; std::getline(lines, line) && line != "[strengths]";) {
        if (line.starts_with("#")) continue;
        if (line.find("label =") != std::string::npos) {
            line = std::regex_replace(line, earlier, "");
            double const energy =
                calculated.levels[match[level]].energy_per_cm - calculated.levels[match[0]].energy_per_cm;
            line.insert(line.rfind('}') - 1, fmt::format(", calculated = {}", plain(energy, 1)));
            ++level;
        }
        if (!line.empty() || !text.ends_with("\n\n")) text += line + "\n";
    }
    while (text.ends_with("\n\n")) text.pop_back();
    return text + strengths(ion, calculated, data);
}

void rewrite(std::filesystem::path const& file, FreeIonData const& data)
{
    Document const document = read_toml(file);
    Ion const ion = ion_from(document);
    std::string const text = rewritten(
        document.text, ion, free_ion(data.f_electrons, without_magnetic_pairs(data.parameters)), data);
    std::ofstream out(file, std::ios::trunc);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

int main(int count, char** argument)
{
    try {
        if (count != 3) throw std::runtime_error("usage: make_ion_tables FREE_IONS.toml FOLDER");
        for (FreeIonData const& data : free_ion_data_from(read_toml(argument[1])))
            rewrite(std::filesystem::path(argument[2]) / (data.symbol + ".toml"), data);
        return 0;
    }
    catch (std::exception const& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
