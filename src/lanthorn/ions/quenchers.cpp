#include "lanthorn/ions/quenchers.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/ions/rates.hpp"
#include "lanthorn/ions/reading.hpp"
#include "lanthorn/ions/stark_band.hpp"
#include "lanthorn/ions/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

using Need = Reading::Need;

constexpr double per_cm3_in_per_nm3 = 1e21;

/// Of a band [1/cm^2].
double area_per_cm2(VibrationalSpectrum::Band const& band)
{
    return band.peak_per_cm / gaussian_cm(0, band.fwhm_per_cm);
}

class QuencherReading {
public:
    explicit QuencherReading(Document const& document) : in_(document), root_(document.root) {}

    Quenchers read()
    {
        in_.known_keys(root_, "", {"spectrum", "ligand", "hydroxyl"});
        if (Node const* spectra = in_.array(root_, "spectrum", "", Need::required))
            for (std::size_t i = 0; i < spectra->array().size(); ++i)
                read_spectrum(spectra->array()[i], fmt::format("spectrum[{}]", i));
        if (Node const* ligands = in_.array(root_, "ligand", "", Need::required))
            for (std::size_t i = 0; i < ligands->array().size(); ++i)
                read_ligand(ligands->array()[i], fmt::format("ligand[{}]", i));
        if (Node const* hydroxyl = in_.table(root_, "hydroxyl", "", Need::required))
            quenchers_.hydroxyl = groups(*hydroxyl, "hydroxyl", "per_hydroxyl", Dimension::none);
        in_.done();
        return std::move(quenchers_);
    }

private:
    void read_spectrum(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"name", "density", "bands"});
        VibrationalSpectrum spectrum;
        spectrum.name = in_.text(node, "name", path, Need::required).value_or("");
        if (std::ranges::count(quenchers_.spectra, spectrum.name, &VibrationalSpectrum::name) > 0)
            in_.problem(node.place, path + ".name",
                        fmt::format("two spectra are called \"{}\"", spectrum.name));
        auto const density = in_.sourced(node, "density", path, Dimension::number_density, Need::required);
        if (density && !(density->value > 0))
            in_.problem(node.find("density")->place, path + ".density", "a density above 0 is wanted");
        spectrum.density_per_nm3 = density.value_or(Sourced<double>{});
        if (Node const* sets = in_.array(node, "bands", path, Need::required))
            for (std::size_t i = 0; i < sets->array().size(); ++i)
                read_bands(sets->array()[i], fmt::format("{}.bands[{}]", path, i), spectrum.bands);
        quenchers_.spectra.push_back(std::move(spectrum));
    }

    void read_bands(Node const& set, std::string const& path, std::vector<VibrationalSpectrum::Band>& bands)
    {
        in_.known_keys(set, path, {"unit", "source", "where", "kind", "recalled", "note", "rows"});
        double const unit = in_.unit(set, path, Dimension::energy).value_or(1);
        auto const source = in_.source(set, path);
        Node const* rows = in_.array(set, "rows", path, Need::required);
        if (rows == nullptr) return;
        for (std::size_t i = 0; i < rows->array().size(); ++i) {
            Node const& row = rows->array()[i];
            auto const at = fmt::format("{}.rows[{}]", path, i);
            if (!row.is_table()) {
                in_.problem(row.place, at, "a band is a table { centre, fwhm, peak }");
                continue;
            }
            in_.known_keys(row, at, {"centre", "fwhm", "peak"});
            auto const positive = [&](char const* name) {
                auto const value = in_.number(row, name, at, Need::required);
                if (value && !(*value > 0))
                    in_.problem(row.find(name)->place, fmt::format("{}.{}", at, name),
                                fmt::format("\"{}\" is to be above 0", name));
                return value.value_or(1) * unit;
            };
            double const centre = positive("centre"), fwhm = positive("fwhm"), peak = positive("peak");
            bands.push_back({centre, fwhm, peak, source.value_or(Source{})});
        }
    }

    void read_ligand(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"name", "thickness", "chain", "anchor"});
        Ligand ligand;
        ligand.name = in_.text(node, "name", path, Need::required).value_or("");
        ligand.thickness_nm = in_.sourced(node, "thickness", path, Dimension::length, Need::required)
                                  .value_or(Sourced<double>{});
        if (Node const* chain = in_.table(node, "chain", path, Need::required))
            ligand.chain = groups(*chain, path + ".chain", "density", Dimension::number_density);
        if (Node const* anchor = in_.table(node, "anchor", path, Need::required))
            ligand.anchor = groups(*anchor, path + ".anchor", "density", Dimension::areal_density);
        quenchers_.ligands.push_back(std::move(ligand));
    }

    GroupDensity groups(Node const& node, std::string const& path, char const* density, Dimension dimension)
    {
        in_.known_keys(node, path, {"spectrum", density});
        GroupDensity group;
        group.spectrum = in_.text(node, "spectrum", path, Need::required).value_or("");
        if (!group.spectrum.empty() &&
            std::ranges::count(quenchers_.spectra, group.spectrum, &VibrationalSpectrum::name) == 0)
            in_.problem(node.find("spectrum")->place, path + ".spectrum",
                        fmt::format("there is no spectrum \"{}\" here", group.spectrum));
        group.density =
            in_.sourced(node, density, path, dimension, Need::required).value_or(Sourced<double>{});
        return group;
    }

    Reading in_;
    Node const& root_;
    Quenchers quenchers_;
};

}  // namespace

double VibrationalSpectrum::absorption_per_cm(double nu_per_cm) const
{
    double sum = 0;
    for (Band const& band : bands)
        sum += area_per_cm2(band) * gaussian_cm(nu_per_cm - band.centre_per_cm, band.fwhm_per_cm);
    return sum;
}

double VibrationalSpectrum::cross_section_cm2(double nu_per_cm) const
{
    return absorption_per_cm(nu_per_cm) / (density_per_nm3.value * per_cm3_in_per_nm3);
}

double vibrational_sixth(double A_per_s, double nu_per_cm, double fwhm_per_cm, double n,
                         VibrationalSpectrum const& spectrum)
{
    LANTHORN_EXPECT(nu_per_cm > 0);
    double sum = 0;
    for (auto const& band : spectrum.bands) {
        double const sigma_cm = area_per_cm2(band) / (spectrum.density_per_nm3.value * per_cm3_in_per_nm3);
        double const J_cm5 =
            gaussian_overlap_cm(fwhm_per_cm, band.fwhm_per_cm, nu_per_cm - band.centre_per_cm) /
            (nu_per_cm * nu_per_cm * nu_per_cm * band.centre_per_cm);
        sum += dexter_transfer_sixth(A_per_s, sigma_cm, n, J_cm5);
    }
    return sum;
}

std::vector<VibrationalSink> vibrational_sinks(Ion const& ion, HostOptics const& host,
                                               Manifolds const& manifolds,
                                               VibrationalSpectrum const& spectrum, LocalField local_field)
{
    double const n = host.refractive_index.value;
    std::vector<VibrationalSink> sinks;
    for (Transition const& t : ion.transitions) {
        double const nu = manifolds.energy_per_cm(t.upper) - manifolds.energy_per_cm(t.lower);
        double const A = electric_dipole_rate_per_s(nu, electric_line_strength_cm2(ion, t, host).value,
                                                    manifolds.degeneracy(t.upper), n, local_field);
        double C6 = 0;
        for (EmissionLine const& line : emission_lines(manifolds, host, t.upper, t.lower))
            if (line.energy_per_cm > 0)
                C6 += vibrational_sixth(A * line.share, line.energy_per_cm, line.fwhm_per_cm, n, spectrum);
        if (C6 > 0) sinks.push_back({t.upper, t.lower, nu, C6});
    }
    return sinks;
}

VibrationalSpectrum const& Quenchers::spectrum(std::string_view name) const
{
    auto const found = std::ranges::find(spectra, name, &VibrationalSpectrum::name);
    LANTHORN_EXPECT(found != spectra.end());
    return *found;
}

Ligand const* Quenchers::ligand(std::string_view name) const
{
    auto const found = std::ranges::find(ligands, name, &Ligand::name);
    return found == ligands.end() ? nullptr : &*found;
}

Quenchers quenchers_from(Document const& document) { return QuencherReading(document).read(); }

std::optional<GroupDensity> groups_of_medium(Document const& media, std::string_view name)
{
    for (Node const& medium : media.root.find("medium")->array()) {
        if (medium.find("name")->text() != name) continue;
        Node const* spectrum = medium.find("spectrum");
        if (spectrum == nullptr) return std::nullopt;
        auto const path = fmt::format("medium \"{}\"", name);
        Reading in(media);
        GroupDensity group;
        group.spectrum = in.text(medium, "spectrum", path, Need::required).value_or("");
        group.density = in.sourced(medium, "groups", path, Dimension::number_density, Need::required)
                            .value_or(Sourced<double>{});
        in.done();
        return group;
    }
    return std::nullopt;
}

}  // namespace lanthorn
