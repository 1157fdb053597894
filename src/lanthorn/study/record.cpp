#include "lanthorn/study/record.hpp"

#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/stream.hpp"
#include "lanthorn/crystal/calculator.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/study/decay.hpp"
#include "lanthorn/study/names.hpp"
#include "lanthorn/study/notation.hpp"
#include "lanthorn/study/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

namespace lanthorn {

namespace {

using Estimate = JointMoments::Estimate;

void put(Tree& tree, std::string const& name, Estimate estimate, std::string const& unit)
{
    tree.put(name, estimate.value, unit);
    tree.put(name + "_error", estimate.standard_error, unit);
}

void put(Tree& tree, std::string const& name, std::vector<Estimate> const& estimates, std::string const& unit)
{
    std::vector<double> value, error;
    for (auto const& e : estimates) {
        value.push_back(e.value);
        error.push_back(e.standard_error);
    }
    tree.put(name, std::move(value), unit);
    tree.put(name + "_error", std::move(error), unit);
}

class Recorder {
public:
    Recorder(Recipe const& recipe, Assembly const& assembly, Schedule const& schedule,
             std::vector<Band> const& bands, RunResult const& result)
        : recipe_(recipe), assembly_(assembly), network_(assembly.network), schedule_(schedule),
          bands_(bands), result_(result), average_(result.tally.observables.front()),
          main_(main_bands(recipe, bands, result.tally))
    {}

    Tree record()
    {
        identity();
        particle();
        spectrum();
        for (auto const& band : bands_) record_band(band);
        if (recipe_.luminescence.decay) decays();
        populations();
        flux();
        balance();
        levels();
        parameters();
        notes();
        statistics();
        return std::move(tree_);
    }

private:
    void identity()
    {
        tree_.attributes["title"] = recipe_.title.empty() ? notation_of(recipe_) : recipe_.title;
        tree_.attributes["notation"] = notation_of(recipe_);
        tree_.attributes["excitation"] = excitation_notation_of(recipe_);
        tree_.attributes["version"] = version();
        tree_.attributes["git"] = git_hash();
        tree_.attributes["recipe_hash"] = run_identity(recipe_);
        tree_.attributes["data_hash"] = library_hash();
        tree_.attributes["NX_class"] = std::string("NXroot");
        tree_.attributes["default"] = std::string("spectrum");
        tree_.group("recipe").put("toml", to_toml(recipe_));
    }

    void particle()
    {
        Crystal const& crystal = assembly_.crystal;
        Tree& particle = tree_.groups["particle"] =
            to_tree(figures_of(crystal, AtomicMasses::from(library_document("elements.toml"))));
        std::vector<double> position;
        std::vector<std::string> element;
        std::vector<std::int64_t> region;
        for (std::size_t i = 0; i < crystal.size(); ++i) {
            Occupant const& o = crystal.occupants[crystal.occupant[i]];
            if (!crystal.cation[i] || o.is_vacancy()) continue;
            position.insert(position.end(),
                            {crystal.position_nm[i].x, crystal.position_nm[i].y, crystal.position_nm[i].z});
            element.push_back(o.element);
            region.push_back(crystal.region[i]);
        }
        Tree& sites = particle.group("sites");
        std::size_t const n = element.size();
        sites.put("position", std::move(position), {n, 3}, "nm");
        sites.put("element", std::move(element));
        sites.put("region", std::move(region));
    }

    /// Lines as Gaussians of their width over wavenumber, photons per nm of wavelength.
    void spectrum()
    {
        double low_nm = 1e9, high_nm = 0;
        double all = 0;
        for (auto const& band : bands_) all += rate(band).value;
        for (auto const& band : bands_) {
            if (!(rate(band).value > 1e-5 * all)) continue;
            for (auto const& line : band.lines) {
                double const reach = 2 * line.fwhm_per_cm;
                low_nm = std::min(low_nm, wavelength_nm(line.energy_per_cm + reach));
                high_nm = std::max(high_nm, wavelength_nm(std::max(line.energy_per_cm - reach, 2000.0)));
            }
        }
        if (high_nm <= low_nm) return;
        high_nm = std::min(high_nm, 4000.0);
        std::vector<double> axis;
        std::vector<Estimate> intensity;
        for (double nm = std::floor(low_nm); nm <= high_nm; nm += nm < 1200 ? 1 : 2) {
            double const nu = wavenumber_per_cm(nm);
            std::map<std::size_t, double> weight;
            for (auto const& band : bands_) {
                double shape = 0;
                for (auto const& line : band.lines)
                    if (std::abs(nu - line.energy_per_cm) < 2.5 * line.fwhm_per_cm)
                        shape += line.share * gaussian_cm(nu - line.energy_per_cm, line.fwhm_per_cm);
                if (shape == 0) continue;
                shape *= nu / nm;  // |d nu/d nm| = nu/nm
                for (auto const& [i, w] : Schedule::weights(band)) weight[i] += w * shape;
            }
            axis.push_back(nm);
            intensity.push_back(average_.linear({weight.begin(), weight.end()}));
        }
        Tree& spectrum = tree_.group("spectrum");
        spectrum.attributes["NX_class"] = std::string("NXdata");
        spectrum.attributes["signal"] = std::string("photon_rate");
        spectrum.attributes["axes"] = std::string("wavelength");
        spectrum.put("wavelength", std::move(axis), "nm");
        put(spectrum, "photon_rate", intensity, "1/s/nm");
    }

    void record_band(Band const& band)
    {
        Estimate const photons = rate(band);
        bool const is_main = std::ranges::find(main_, band.name, &Band::name) != main_.end();
        if (!is_main && !(photons.value > 0)) return;
        Tree& b = tree_.groups["bands"].groups[band.name];
        b.put("ion", band.ion);
        b.put("from", band.from);
        b.put("to", band.to);
        b.put("wavelength", wavelength_nm(band.energy_per_cm), "nm");
        b.put("main", std::int64_t(is_main));
        put(b, "photon_rate", photons, "1/s");
        put(b, "quantum_yield", average_.ratio(Schedule::weights(band), {{Schedule::absorbed_photons, 1.0}}),
            "1");
    }

    void decays()
    {
        auto const& edges = schedule_.plan.window_edges_s;
        for (auto const& band : main_) {
            Decay decay;
            for (std::size_t w = 1; w + 1 < edges.size(); ++w) {
                if (edges[w] < schedule_.decay_start_s) continue;
                auto const e = result_.tally.observables[w].linear(Schedule::weights(band));
                decay.from_s.push_back(edges[w] - schedule_.decay_start_s);
                decay.to_s.push_back(edges[w + 1] - schedule_.decay_start_s);
                decay.intensity.push_back(e.value);
                decay.error.push_back(e.standard_error);
            }
            Tree& d = tree_.groups["decay"].groups[band.name];
            d.put("time_from", decay.from_s, "s");
            d.put("time_to", decay.to_s, "s");
            d.put("intensity", decay.intensity, "1/s");
            d.put("intensity_error", decay.error, "1/s");
            auto const times = decay_times(decay);
            if (!times) continue;
            if (times->tail_share > 0.2)
                decay_warnings_.push_back(
                    fmt::format("the decay of {} goes on beyond its record ({:.0f} % of it is extrapolated); "
                                "raise luminescence.decay.duration",
                                band.name, 100 * times->tail_share));
            Tree& b = tree_.groups["bands"].groups[band.name];
            b.put("lifetime_1_over_e", times->one_over_e_s, "s");
            b.put("lifetime", times->amplitude_average_s, "s");
            b.put("lifetime_error", times->amplitude_average_error_s, "s");
            b.put("lifetime_intensity_average", times->intensity_average_s, "s");
            b.put("time_of_maximum", times->maximum_s, "s");
        }
    }

    void populations()
    {
        std::vector<std::string> species, region, level;
        std::vector<double> energy;
        std::vector<Estimate> fraction;
        std::vector<double> ions(network_.species.size(), 0.0);
        for (auto s : network_.species_of) ++ions[s.value];
        std::size_t c = 0;
        for (std::size_t s = 0; s < network_.species.size(); ++s)
            for (std::size_t l = 0; l < network_.species[s].levels.size(); ++l, ++c) {
                species.push_back(network_.species[s].name);
                region.push_back(network_.species[s].region);
                level.push_back(network_.species[s].levels[l]);
                energy.push_back(network_.species[s].energy_per_cm[l]);
                fraction.push_back(average_.linear({{Schedule::ledger_size + c, 1 / ions[s]}}));
            }
        Tree& p = tree_.group("populations");
        p.put("species", std::move(species));
        p.put("region", std::move(region));
        p.put("level", std::move(level));
        p.put("energy", std::move(energy), "cm^-1");
        put(p, "fraction", fraction, "1");
    }

    void flux()
    {
        std::vector<std::string> label, process;
        std::vector<Estimate> rates;
        auto const name = [&](SpeciesId s, LevelId from, LevelId to) {
            Species const& species = network_.species[s.value];
            return fmt::format("{}{} {}->{}", species.name,
                               network_.species.size() > 2 ? " (" + species.region + ")" : "",
                               species.levels[from.value], species.levels[to.value]);
        };
        for (std::size_t m = 0; m < network_.channels(); ++m) {
            Moments const& count = result_.tally.counts[m];
            if (count.mean() == 0) continue;
            if (m < network_.one_site.size()) {
                auto const& c = network_.one_site[m];
                label.push_back(name(c.species, c.from, c.to) +
                                (c.process == Process::quenching ? " by " + c.source.where : ""));
                process.emplace_back(to_text(c.process));
            }
            else if (std::size_t const k = m - network_.one_site.size(); k < network_.pair.size()) {
                auto const& c = network_.pair[k];
                label.push_back(name(c.donor, c.donor_from, c.donor_to) + " + " +
                                name(c.acceptor, c.acceptor_from, c.acceptor_to));
                process.emplace_back(to_text(Process::transfer));
            }
            else {
                auto const& c = network_.triple[k - network_.pair.size()];
                label.push_back(name(c.donor_a, c.a_from, c.a_to) + " + " +
                                name(c.donor_b, c.b_from, c.b_to) + " + " +
                                name(c.acceptor, c.acceptor_from, c.acceptor_to));
                process.emplace_back("cooperative");
            }
            rates.push_back(
                {count.mean() / schedule_.duration_s, count.standard_error() / schedule_.duration_s});
        }
        Tree& f = tree_.group("flux");
        f.put("label", std::move(label));
        f.put("process", std::move(process));
        put(f, "rate", rates, "1/s");
    }

    void balance()
    {
        Tree& b = tree_.group("balance");
        auto const one = [](std::size_t k) { return JointMoments::Weights{{k, 1.0}}; };
        put(b, "absorbed", average_.linear(one(Schedule::absorbed_power)), "cm^-1/s");
        put(b, "emitted", average_.linear(one(Schedule::emitted_power)), "cm^-1/s");
        put(b, "heat", average_.linear(one(Schedule::heat_power)), "cm^-1/s");
        put(b, "stored", average_.linear(one(Schedule::stored_power)), "cm^-1/s");
        put(b, "residual",
            average_.linear({{Schedule::absorbed_power, 1.0},
                             {Schedule::emitted_power, -1.0},
                             {Schedule::heat_power, -1.0},
                             {Schedule::stored_power, -1.0}}),
            "cm^-1/s");
        put(b, "absorbed_photons", average_.linear(one(Schedule::absorbed_photons)), "1/s");
        JointMoments::Weights emitted;
        for (auto const& band : bands_)
            std::ranges::copy(Schedule::weights(band), std::back_inserter(emitted));
        put(b, "emitted_photons", average_.linear(emitted), "1/s");
        put(b, "quantum_yield", average_.ratio(emitted, one(Schedule::absorbed_photons)), "1");
    }

    void levels()
    {
        std::set<std::string> seen;
        for (auto const& species : network_.species) {
            if (!seen.insert(species.name).second) continue;
            std::size_t const n = species.levels.size();
            std::vector<double> emission(n * n, 0.0);
            auto const index = [&](std::string const& label) {
                return std::size_t(std::ranges::find(species.levels, label) - species.levels.begin());
            };
            for (auto const& band : bands_)
                if (band.ion == species.name && index(band.from) < n && index(band.to) < n)
                    emission[index(band.from) * n + index(band.to)] = rate(band).value;
            Tree& l = tree_.groups["levels"].groups[species.name];
            l.put("label", species.levels);
            l.put("energy", species.energy_per_cm, "cm^-1");
            l.put("emission", std::move(emission), {n, n}, "1/s");
        }
    }

    void parameters()
    {
        std::vector<std::string> name, unit, source, where, kind;
        std::vector<double> value, sigma;
        std::vector<std::int64_t> recalled;
        std::set<std::string> cited{"codata2018"};
        for (auto const& row : assembly_.parameters) {
            name.push_back(row.name);
            value.push_back(row.value.value);
            sigma.push_back(row.value.sigma);
            unit.push_back(row.unit);
            source.push_back(row.value.source.key);
            where.push_back(row.value.source.where);
            kind.emplace_back(to_text(row.value.source.kind));
            recalled.push_back(row.value.source.recalled);
            cited.insert(row.value.source.key);
        }
        for (auto const& host : assembly_.crystal.region_hosts)
            for (auto const& [what, s] : host.sources) cited.insert(s.key);
        Tree& p = tree_.group("parameters");
        p.put("name", std::move(name));
        p.put("value", std::move(value), "see column unit");
        p.put("sigma", std::move(sigma), "see column unit");
        p.put("unit", std::move(unit));
        p.put("source", std::move(source));
        p.put("where", std::move(where));
        p.put("kind", std::move(kind));
        p.put("recalled", std::move(recalled));

        std::vector<std::string> key, citation, bibtex;
        for (auto const& reference : references_from(library_text("references.bib"))) {
            if (!cited.contains(reference.key)) continue;
            key.push_back(reference.key);
            citation.push_back(reference.citation);
            bibtex.push_back(reference.bibtex);
        }
        Tree& s = tree_.group("sources");
        s.put("key", std::move(key));
        s.put("citation", std::move(citation));
        s.put("bibtex", std::move(bibtex));
    }

    void notes()
    {
        Tree& n = tree_.group("notes");
        std::vector<std::string> warnings;
        for (auto const& finding : assembly_.warnings)
            if (finding.severity == Severity::warning) warnings.push_back(finding.problem);
        warnings.insert(warnings.end(), decay_warnings_.begin(), decay_warnings_.end());
        if (!result_.reached_error)
            warnings.push_back(fmt::format("the event limit came before the wanted error: the worst of the "
                                           "main bands has {:.1f} %, {:.1f} % was wanted; "
                                           "raise luminescence.event_limit or the irradiance",
                                           100 * result_.worst_error,
                                           100 * recipe_.luminescence.wanted_error));
        n.put("assumed", assembly_.assumed);
        n.put("left_out", assembly_.left_out);
        n.put("warnings", std::move(warnings));
    }

    void statistics()
    {
        Tree& s = tree_.group("statistics");
        s.put("trajectories", result_.tally.trajectories);
        s.put("chunks", std::int64_t(result_.chunks));
        s.put("chunk_size", std::int64_t(result_.chunk_size));
        s.put("events", result_.tally.events);
        s.put("trials", result_.tally.trials);
        s.put("burn_in", schedule_.burn_in_s, "s");
        s.put("duration", schedule_.duration_s, "s");
        s.put("worst_error", result_.worst_error, "1");
        s.put("interacting_ions", std::int64_t(network_.ions()));
        s.put("channels", std::int64_t(network_.channels()));
    }

    Estimate rate(Band const& band) const { return average_.linear(Schedule::weights(band)); }

    Recipe const& recipe_;
    Assembly const& assembly_;
    Network const& network_;
    Schedule const& schedule_;
    std::vector<Band> const& bands_;
    RunResult const& result_;
    JointMoments const& average_;
    std::vector<Band> main_;
    std::vector<std::string> decay_warnings_;
    Tree tree_;
};

}  // namespace

std::string run_identity(Recipe const& recipe)
{
    std::uint64_t h = 0;
    std::vector<std::string> parts{to_toml(recipe), library_hash(), version(), git_hash()};
    for (auto const& region : recipe.regions)
        if (is_cif(region.host)) parts.push_back(read_text(region.host));
    for (auto const& part : parts) {
        h = hash64(h, part.size());
        for (char c : part) h = hash64(h, std::uint64_t(static_cast<unsigned char>(c)));
    }
    return fmt::format("{:016x}", h);
}

Tree record_of(Recipe const& recipe, Assembly const& assembly, Schedule const& schedule,
               std::vector<Band> const& bands, RunResult const& result)
{
    return Recorder(recipe, assembly, schedule, bands, result).record();
}

Tree summary_of(Tree const& record)
{
    Tree summary;
    auto const figure = [](Tree& at, double value, double error, std::string unit, std::string kind) {
        at.put("value", value, "");
        at.put("error", error, "");
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
            figure(to.groups[name], from.number(name), error ? from.number(name + "_error") : 0.0,
                   unit_of(*array), "calculated");
        }
    };
    if (auto const* bands = record.find_group("bands"))
        for (auto const& [name, band] : bands->groups)
            copy(band, summary.groups["bands"].groups[name],
                 {"photon_rate", "quantum_yield", "lifetime", "lifetime_1_over_e", "wavelength"});
    copy(*record.find_group("balance"), summary.groups["balance"],
         {"absorbed", "emitted", "heat", "stored", "residual", "absorbed_photons", "emitted_photons",
          "quantum_yield"});
    if (auto const* ions = record.find_group("particle/ions"))
        for (auto const& [element, count] : ions->arrays)
            figure(summary.groups["crystal"].groups["ions"].groups[element], double(ions->integer(element)),
                   0, "1", "calculated");
    for (auto const& [name, value] : record.attributes)
        if (name != "NX_class" && name != "default") summary.attributes[name] = value;
    return summary;
}

}  // namespace lanthorn
