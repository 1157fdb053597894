#include "report/sample/sample_record.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lanthorn::testing {

namespace {

struct Band {
    std::string name;
    double wavelength_nm, width_nm, photons_per_s, lifetime_s;
};

std::vector<Band> const& bands()
{
    static std::vector<Band> const list{
        {"Er:2H11/2->4I15/2", 524, 7, 410, 2.1e-4},  {"Er:4S3/2->4I15/2", 543, 6, 2310, 2.4e-4},
        {"Er:4F9/2->4I15/2", 656, 9, 1480, 4.0e-4},  {"Er:4I9/2->4I15/2", 806, 10, 96, 8e-6},
        {"Yb:2F5/2->2F7/2", 985, 22, 61200, 1.9e-3}, {"Er:4I13/2->4I15/2", 1535, 30, 8800, 8.2e-3},
    };
    return list;
}

void put_spectrum(Tree& record)
{
    std::vector<double> wavelength, rate, error;
    for (double nm = 380; nm <= 1650; nm += 2) {
        double sum = 0;
        for (Band const& band : bands()) {
            double const x = (nm - band.wavelength_nm) / band.width_nm;
            sum += band.photons_per_s / (band.width_nm * 2.5066) * std::exp(-0.5 * x * x);
        }
        wavelength.push_back(nm);
        rate.push_back(sum);
        error.push_back(0.03 * sum + 0.02);
    }
    Tree& spectrum = record.group("spectrum");
    spectrum.put("wavelength", wavelength, "nm");
    spectrum.put("photon_rate", rate, "1/s/nm");
    spectrum.put("photon_rate_error", error, "1/s/nm");
}

void put_bands(Tree& record)
{
    for (Band const& band : bands()) {
        Tree& group = record.group("bands/" + band.name);
        group.put("photon_rate", band.photons_per_s, "1/s");
        group.put("photon_rate_error", 0.8 * std::sqrt(band.photons_per_s), "1/s");
        group.put("quantum_yield", band.photons_per_s / 7.4e5, "1");
        group.put("quantum_yield_error", std::sqrt(band.photons_per_s) / 7.4e5, "1");
        group.put("wavelength", band.wavelength_nm, "nm");
        group.put("ion", band.name.substr(0, 2));
        group.put("main", std::int64_t{band.photons_per_s > 100});
    }
    for (std::size_t k : {1U, 2U}) {
        Band const& band = bands()[k];
        record.group("bands/" + band.name).put("lifetime", band.lifetime_s, "s");
        record.group("bands/" + band.name).put("lifetime_error", 0.025 * band.lifetime_s, "s");
        record.group("bands/" + band.name).put("lifetime_1_over_e", k == 1 ? 0.0 : band.lifetime_s, "s");
        std::vector<double> from, to, intensity, error;
        for (int bin = 0; bin < 120; ++bin) {
            from.push_back(2e-5 * bin);
            to.push_back(2e-5 * (bin + 1));
            double const t = 2e-5 * (bin + 0.5);
            double const wave = 1 + 0.05 * std::sin(17.0 * bin + static_cast<double>(k));
            intensity.push_back(band.photons_per_s * std::exp(-t / band.lifetime_s) * wave);
            error.push_back(0.6 * std::sqrt(intensity.back() * 2.0));
        }
        Tree& decay = record.group("decay/" + band.name);
        decay.put("time_from", from, "s");
        decay.put("time_to", to, "s");
        decay.put("intensity", intensity, "1/s");
        decay.put("intensity_error", error, "1/s");
    }
}

void put_levels(Tree& record)
{
    std::vector<std::string> const er{"4I15/2", "4I13/2", "4I11/2", "4I9/2", "4F9/2", "4S3/2",
                                      "2H11/2", "4F7/2",  "4F5/2",  "4F3/2", "2H9/2", "4G11/2"};
    std::vector<double> const er_energy{0,     6500,  10200, 12400, 15250, 18400,
                                        19150, 20500, 22100, 22500, 24500, 26400};
    std::vector<std::string> const yb{"2F7/2", "2F5/2"};
    std::vector<double> const yb_energy{0, 10250};

    std::vector<double> emission(er.size() * er.size());
    auto const at = [&](std::size_t from, std::size_t to) -> double& {
        return emission[from * er.size() + to];
    };
    at(1, 0) = 8800, at(2, 0) = 2100, at(2, 1) = 340, at(3, 0) = 96, at(4, 0) = 1480, at(4, 1) = 61,
          at(5, 0) = 2310;
    at(5, 1) = 890, at(5, 3) = 110, at(6, 0) = 410, at(7, 0) = 42, at(10, 0) = 31, at(10, 1) = 28,
          at(11, 0) = 12;

    Tree& levels = record.group("levels");
    levels.group("Er").put("label", er);
    levels.group("Er").put("energy", er_energy, "cm^-1");
    levels.group("Er").put("emission", emission, {er.size(), er.size()}, "1/s");
    levels.group("Yb").put("label", yb);
    levels.group("Yb").put("energy", yb_energy, "cm^-1");
    levels.group("Yb").put("emission", {0, 0, 61200, 0}, {2, 2}, "1/s");

    std::vector<std::string> species, region, level;
    std::vector<double> energy, fraction, error;
    auto const row = [&](std::string const& ion, std::string const& where, std::string const& label, double e,
                         double f) {
        species.push_back(ion), region.push_back(where), level.push_back(label);
        energy.push_back(e), fraction.push_back(f), error.push_back(0.05 * f);
    };
    double const er_fraction[] = {0.94, 4e-2, 1.2e-2, 2e-6, 6e-4, 5e-4, 4e-5, 3e-7, 1e-7, 2e-8, 2e-6, 0};
    for (std::size_t k = 0; k < er.size(); ++k) {
        row("Er", "core", er[k], er_energy[k], er_fraction[k]);
        row("Er", "shell 1", er[k], er_energy[k], er_fraction[k] * (k ? 0.3 : 1.04));
    }
    row("Yb", "core", yb[0], yb_energy[0], 0.985);
    row("Yb", "core", yb[1], yb_energy[1], 0.015);
    Tree& populations = record.group("populations");
    populations.put("species", species);
    populations.put("region", region);
    populations.put("level", level);
    populations.put("energy", energy, "cm^-1");
    populations.put("fraction", fraction, "1");
    populations.put("fraction_error", error, "1");
}

void put_flux_and_balance(Tree& record)
{
    std::vector<std::string> label, process;
    std::vector<double> rate, error;
    auto const channel = [&](std::string const& name, std::string const& kind, double r) {
        label.push_back(name), process.push_back(kind), rate.push_back(r),
            error.push_back(0.7 * std::sqrt(r));
    };
    channel("Yb:2F5/2->2F7/2 + Yb:2F7/2->2F5/2", "transfer", 4.1e9);
    channel("Yb:2F7/2->2F5/2 at 980 nm", "absorption", 7.3e5);
    channel("Yb:2F5/2->2F7/2", "emission", 6.12e4);
    channel("Yb:2F5/2->2F7/2 + Er:4I15/2->4I11/2", "transfer", 2.4e6);
    channel("Er:4I11/2->4I15/2 + Yb:2F7/2->2F5/2", "transfer", 1.9e6);
    channel("Yb:2F5/2->2F7/2 + Er:4I11/2->4F7/2", "transfer", 5.2e4);
    channel("Yb:2F5/2->2F7/2 + Er:4I13/2->4F9/2", "transfer", 1.1e4);
    channel("Er:4F7/2->2H11/2", "multiphonon", 5.2e4);
    channel("Er:2H11/2->4S3/2", "multiphonon", 3.8e5);
    channel("Er:4S3/2->2H11/2", "multiphonon", 3.3e5);
    channel("Er:4S3/2->4F9/2", "multiphonon", 1.6e3);
    channel("Er:4I11/2->4I13/2", "multiphonon", 7.1e3);
    for (Band const& band : bands()) channel(band.name, "emission", band.photons_per_s);
    channel("Er:4I15/2->4I11/2 at 980 nm", "absorption", 6.1e3);
    channel("Er:2H11/2->4I9/2 + Er:4I15/2->4I13/2", "transfer", 8.8e3);
    channel("Er:4S3/2 to the surface", "quenching", 3.1e3);
    channel("Yb:2F5/2 to the surface", "quenching", 4.4e5);
    Tree& flux = record.group("flux");
    flux.put("label", label);
    flux.put("process", process);
    flux.put("rate", rate, "1/s");
    flux.put("rate_error", error, "1/s");

    Tree& balance = record.group("balance");
    balance.put("absorbed_photons", 7.36e5, "1/s");
    balance.put("absorbed_photons_error", 1.1e3, "1/s");
    balance.put("emitted_photons", 7.43e4, "1/s");
    balance.put("emitted_photons_error", 2.8e2, "1/s");
    balance.put("quantum_yield", 0.101, "1");
    balance.put("quantum_yield_error", 4e-4, "1");
    for (auto const& [name, value] : std::vector<std::pair<std::string, double>>{{"absorbed", 7.45e9},
                                                                                 {"emitted", 7.6e8},
                                                                                 {"heat", 6.68e9},
                                                                                 {"stored", 4e6},
                                                                                 {"residual", 6e6}}) {
        balance.put(name, value, "cm^-1/s");
        balance.put(name + "_error", 1.1e7, "cm^-1/s");
    }
}

void put_particle(Tree& record, double radius_nm)
{
    double const a = 0.597, c = 0.352;
    struct Basis {
        double x, y, z;
        bool sodium;
    };
    std::vector<Basis> const cell{
        {0, 0, 0, false}, {1.0 / 3, 2.0 / 3, 0.5, true}, {2.0 / 3, 1.0 / 3, 0.5, false}, {0, 0, 0.5, true}};
    std::vector<double> position;
    std::vector<std::string> element;
    std::vector<std::int64_t> region;
    int const n = static_cast<int>(radius_nm / c) + 3;
    std::uint32_t state = 12345;
    auto const random = [&] { return (state = state * 1664525U + 1013904223U) / 4294967296.0; };
    std::int64_t counts[2][4] = {};
    for (int i = -n; i <= n; ++i)
        for (int j = -n; j <= n; ++j)
            for (int k = -n; k <= n; ++k)
                for (Basis const& b : cell) {
                    double const u = i + b.x, v = j + b.y, w = k + b.z;
                    double const x = a * (u - 0.5 * v), y = a * 0.8660254 * v, z = c * w;
                    double const r = std::sqrt(x * x + y * y + z * z);
                    if (r > radius_nm) continue;
                    bool const core = r < 0.66 * radius_nm;
                    double const lot = random();
                    int const kind = b.sodium ? 0 : core && lot < 0.20 ? 2 : core && lot < 0.22 ? 3 : 1;
                    position.insert(position.end(), {x, y, z});
                    element.push_back(
                        std::vector<std::string>{"Na", "Y", "Yb", "Er"}[static_cast<std::size_t>(kind)]);
                    region.push_back(core ? 0 : 1);
                    ++counts[core ? 0 : 1][kind];
                }
    Tree& particle = record.group("particle");
    Tree& sites = particle.group("sites");
    std::size_t const count = element.size();
    sites.put("position", position, {count, 3}, "nm");
    sites.put("element", element);
    sites.put("region", region);
    char const* const names[] = {"Na", "Y", "Yb", "Er"};
    for (std::size_t e = 0; e < 4; ++e) {
        particle.group("ions").put(names[e], counts[0][e] + counts[1][e]);
        particle.group("regions/core/ions").put(names[e], counts[0][e]);
        particle.group("regions/shell 1/ions").put(names[e], counts[1][e]);
    }
    particle.group("nearest_distance").put("Yb", 0.481, "nm");
    particle.group("nearest_distance").put("Er", 0.974, "nm");
    particle.put("total_ions", static_cast<std::int64_t>(5 * count / 2));
    particle.put("vacancies", std::int64_t{12});
    particle.put("net_charge", std::int64_t{-3}, "e");
    particle.put("mass", 4.25e-18, "g");
    particle.put("molar_mass", 2.56e6, "g/mol");
    particle.put("nM_of_1_mg_per_mL", 391.0, "nmol/L");
    particle.put("volume", 4.19 * radius_nm * radius_nm * radius_nm, "nm^3");
    particle.put("sphere_diameter", 2 * radius_nm, "nm");
    particle.put("density", 4.21, "g/cm^3");
    particle.put("surface_fraction", 0.187, "1");
}

void put_basis(Tree& record)
{
    std::vector<std::string> name, unit, source, where, kind;
    std::vector<double> value, sigma;
    std::vector<std::int64_t> recalled;
    auto const number = [&](std::string const& n, double v, double s, std::string const& u,
                            std::string const& from, std::string const& place, std::string const& how,
                            bool memory) {
        name.push_back(n), value.push_back(v), sigma.push_back(s), unit.push_back(u), source.push_back(from);
        where.push_back(place), kind.push_back(how), recalled.push_back(memory ? 1 : 0);
    };
    number("Er:4I13/2 energy", 6500, 20, "cm^-1", "example1968", "Table 3", "measured", false);
    number("Er:4S3/2 energy", 18400, 20, "cm^-1", "example1968", "Table 3", "measured", false);
    number("Omega 2, Er in beta-NaYF4", 2.11e-20, 1e-21, "cm^2", "example2004", "Eq. 7", "fitted", false);
    number("Omega 4, Er in beta-NaYF4", 1.37e-20, 1e-21, "cm^2", "example2004", "Eq. 7", "fitted", false);
    number("lattice constant a", 0.597, 0, "nm", "example2004", "Table 1", "measured", true);
    number("multiphonon gap constant", 4.4e-3, 4e-4, "cm", "example1968", "p. 12", "estimated", true);
    number("Yb absorption cross-section at 980 nm", 1.2e-20, 1e-21, "cm^2", "example2004", "Fig. 2",
           "calculated", false);
    number("surface quenching C6", 1.0, 0, "nm^6/s", "assumption", "", "assumed", false);
    Tree& parameters = record.group("parameters");
    parameters.put("name", name);
    parameters.put("value", value, "");
    parameters.put("sigma", sigma, "");
    parameters.put("unit", unit);
    parameters.put("source", source);
    parameters.put("where", where);
    parameters.put("kind", kind);
    parameters.put("recalled", recalled);

    Tree& sources = record.group("sources");
    sources.put("key", std::vector<std::string>{"example1968", "example2004"});
    sources.put("citation", std::vector<std::string>{"Author, Writer & Third, J. Example 49, 4412 (1968)",
                                                     "Other, Sample Lett. 4, 21 (2004)"});
    sources.put("bibtex",
                std::vector<std::string>{"@article{example1968,\n  author = {Author and Writer and Third},\n"
                                         "  year = {1968},\n  doi = {10.0000/example.1968}\n}",
                                         "@article{example2004,\n  author = {Other},\n  year = {2004}\n}"});
    Tree& notes = record.group("notes");
    notes.put("assumed",
              std::vector<std::string>{"Surface quenching is a sink of strength C6 on every surface site.",
                                       "Refractive index 1.48 at all wavelengths."});
    notes.put("left_out", std::vector<std::string>{"Radiation trapping.", "Er levels above 4G11/2."});
    notes.put("warnings",
              std::vector<std::string>{"The interaction radius of 3 nm is close to the radius of the core."});
    Tree& statistics = record.group("statistics");
    statistics.put("trajectories", std::int64_t{2048});
    statistics.put("chunks", std::int64_t{32});
    statistics.put("events", std::int64_t{184467441});
    statistics.put("trials", std::int64_t{251000300});
    statistics.put("duration", 0.02, "s");
    statistics.put("burn_in", 0.005, "s");
}

}  // namespace

Tree sample_record(double radius_nm)
{
    Tree record;
    record.attributes["title"] = std::string("Green and red from an 8 nm core-shell particle");
    record.attributes["notation"] = std::string("NaYF4:Yb20,Er2 (5.3 nm) @ NaYF4 (1.35 nm)");
    record.attributes["excitation"] = std::string("980 nm, 10 W/cm^2");
    record.attributes["version"] = std::string("0.1.0");
    record.attributes["git"] = std::string("0123456789abcdef0123456789abcdef01234567");
    record.attributes["recipe_hash"] = std::string("aaaabbbbccccdddd");
    record.attributes["data_hash"] = std::string("1111222233334444");
    record.group("recipe").put("toml", std::string("title = \"Green and red\"\nseed = 7\n\n[crystal]\n"
                                                   "host = \"beta-NaYF4\"\ndiameter = \"5.3 nm\"\n"
                                                   "dopants = { Yb = 0.20, Er = 0.02 }\n"));
    put_spectrum(record);
    put_bands(record);
    put_levels(record);
    put_flux_and_balance(record);
    put_particle(record, radius_nm);
    put_basis(record);
    return record;
}

Tree meagre_record()
{
    double const nan = std::nan("");
    Tree record;
    Tree& spectrum = record.group("spectrum");
    spectrum.put("wavelength", std::vector<double>{400, 500, 600, 700}, "nm");
    spectrum.put("photon_rate", std::vector<double>{0, nan, 0, 0}, "1/s/nm");
    Tree& decay = record.group("decay/Tm:1D2->3F4");
    decay.put("time_from", std::vector<double>{0, 1e-4}, "s");
    decay.put("time_to", std::vector<double>{1e-4, 2e-4}, "s");
    decay.put("intensity", std::vector<double>{0, nan}, "1/s");
    record.group("levels/Gd").put("label", std::vector<std::string>{"8S7/2"});
    record.group("levels/Gd").put("energy", std::vector<double>{0}, "cm^-1");
    Tree& populations = record.group("populations");
    populations.put("species", std::vector<std::string>{"Gd", "Gd"});
    populations.put("level", std::vector<std::string>{"8S7/2", "6P7/2"});
    populations.put("fraction", std::vector<double>{1, nan}, "1");
    record.group("flux").put("label", std::vector<std::string>{"never"});
    record.group("flux").put("rate", std::vector<double>{0}, "1/s");
    record.group("balance").put("absorbed", 0.0, "cm^-1/s");
    record.group("balance").put("residual", -2.0, "cm^-1/s");
    Tree& sites = record.group("particle/sites");
    sites.put("position", {0.0, 0.0, 0.0}, {1, 3}, "nm");
    sites.put("element", std::vector<std::string>{"Gd"});
    return record;
}

}  // namespace lanthorn::testing
