#include "lanthorn/study/record.hpp"

#include "lanthorn/base/elementary.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/study/decay.hpp"
#include "lanthorn/study/notation.hpp"
#include "lanthorn/study/own_network.hpp"
#include "lanthorn/study/recipe_files.hpp"
#include "lanthorn/study/recipe_names.hpp"
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

class Recorder {
public:
    Recorder(Recipe const& recipe, Assembly const& assembly, Schedule const& schedule,
             std::vector<Band> const& bands, RunResult const& result, EngineUse const& use, Tree particle)
        : recipe_(recipe), assembly_(assembly), network_(assembly.network), schedule_(schedule),
          bands_(bands), result_(result), use_(use), average_(result.tally.observables.front()),
          main_(main_bands(recipe, bands, result.tally))
    {
        tree_.groups["particle"] = std::move(particle);
    }

    Tree record()
    {
        identity();
        spectrum();
        for (auto const& band : bands_) record_band(band);
        if (recipe_.luminescence.decay) decays();
        populations();
        flux();
        balance();
        levels();
        parameters();
        notes();
        engine();
        sampling();
        statistics();
        return std::move(tree_);
    }

private:
    void put(Tree& tree, std::string const& name, Estimate estimate, std::string const& unit) const
    {
        tree.put(name, estimate.value, unit);
        if (!use_.rates) tree.put(name + "_error", estimate.standard_error, unit);
    }

    void put(Tree& tree, std::string const& name, std::vector<Estimate> const& estimates,
             std::string const& unit) const
    {
        std::vector<double> value, error;
        for (auto const& e : estimates) {
            value.push_back(e.value);
            error.push_back(e.standard_error);
        }
        tree.put(name, std::move(value), unit);
        if (!use_.rates) tree.put(name + "_error", std::move(error), unit);
    }

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
        tree_.group("recipe").put("toml", to_toml(with_inputs(recipe_)));
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
        if (band.energy_per_cm > 0) b.put("wavelength", wavelength_nm(band.energy_per_cm), "nm");
        b.put("main", std::int64_t(is_main));
        put(b, "photon_rate", photons, "1/s");
        put(b, "quantum_yield", average_.ratio(Schedule::weights(band), {{Schedule::absorbed_photons, 1.0}}),
            "1");
        if (photons.value > 0) slopes(b, band, photons.value);
    }

    /// What the implicit function theorem says of d ln rate / d ln irradiance.
    void slopes(Tree& b, Band const& band, double rate) const
    {
        if (!use_.rates) return;
        std::size_t const lasers = use_.rates->slope.size() / network_.classes();
        for (std::size_t l = 0; l < lasers; ++l) {
            double sum = 0;
            for (auto const& [c, weight] : band.per_class)
                sum += weight * use_.rates->amount[c] * use_.rates->slope[l * network_.classes() + c];
            b.put(lasers == 1 ? "slope" : fmt::format("slope_{}", l + 1), sum / rate, "1");
        }
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
            if (!use_.rates) d.put("intensity_error", decay.error, "1/s");
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
                if (has_energies(network_)) energy.push_back(network_.species[s].energy_per_cm[l]);
                fraction.push_back(average_.linear({{Schedule::ledger_size + c, 1 / ions[s]}}));
            }
        Tree& p = tree_.group("populations");
        p.put("species", std::move(species));
        p.put("region", std::move(region));
        p.put("level", std::move(level));
        if (!energy.empty()) p.put("energy", std::move(energy), "cm^-1");
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
        if (has_energies(network_)) {
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
        }
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
            if (!species.energy_per_cm.empty()) l.put("energy", species.energy_per_cm, "cm^-1");
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
        warnings.insert(warnings.end(), use_.warnings.begin(), use_.warnings.end());
        if (!result_.reached_error)
            warnings.push_back(fmt::format("the event limit came before the wanted error: the worst of the "
                                           "main bands has {:.1f} %, {:.1f} % was wanted; "
                                           "raise luminescence.event_limit or the irradiance",
                                           100 * result_.worst_error,
                                           100 * recipe_.luminescence.wanted_error));
        auto left_out = assembly_.left_out;
        if (result_.sampling)
            left_out.insert(
                left_out.begin(),
                fmt::format("light is the mean over {} random structures of the recipe; the particle shown, "
                            "its figures and positions are those of the first",
                            result_.sampling->plan.structures));
        left_out.insert(left_out.end(), use_.left_out.begin(), use_.left_out.end());
        n.put("assumed", assembly_.assumed);
        n.put("left_out", std::move(left_out));
        n.put("warnings", std::move(warnings));
    }

    void engine()
    {
        Tree& e = tree_.group("engine");
        e.put("name", name_of(use_.engine, engine_names));
        e.put("chosen_by", std::string(use_.automatic ? "auto" : "recipe"));
        e.put("why", use_.why);
        for (auto const& comparison : use_.comparisons) {
            std::vector<std::string> band;
            std::vector<double> ratio, error;
            for (auto const& row : comparison.rows) {
                band.push_back(row.band);
                ratio.push_back(row.ratio);
                error.push_back(row.error);
            }
            Tree& c = e.group("comparison").groups[name_of(comparison.engine, engine_names)];
            c.put("band", std::move(band));
            c.put("ratio", std::move(ratio), "1");
            c.put("ratio_error", std::move(error), "1");
            c.put("undecided", comparison.undecided);
            c.put("trajectories", comparison.trajectories);
            c.put("events", comparison.events);
            c.put("burn_in", comparison.burn_in_s, "s");
            c.put("duration", comparison.duration_s, "s");
            c.put("memory", comparison.memory, "1");
        }
    }

    void sampling()
    {
        if (!result_.sampling) return;
        Sampling const& sampling = *result_.sampling;
        Tree& s = tree_.group("sampling");
        s.put("structures", std::int64_t(sampling.plan.structures));
        s.put("trajectories_each", std::int64_t(sampling.plan.trajectories));
        s.put("work_per_structure", sampling.work_per_structure, "1");
        s.put("work_per_trajectory", sampling.work_per_trajectory, "1");
        s.put("control_structures", std::int64_t(sampling.more));
        for (auto const& band : sampling.bands) {
            Tree& b = s.group("bands").groups[band.band];
            b.put("between", band.levels.between, "1/s^2");
            b.put("within", band.levels.within, "1/s^2");
            if (std::isfinite(band.best)) b.put("best_trajectories", band.best, "1");
            b.put("uncontrolled_rate", band.levels.mean, "1/s");
            b.put("uncontrolled_rate_error", band.levels.standard_error, "1/s");
            double const ratio =
                band.standard_error > 0 ? band.levels.standard_error / band.standard_error : 1.0;
            b.put("variance_reduction", ratio * ratio, "1");
        }
    }

    void statistics()
    {
        Tree& s = tree_.group("statistics");
        s.put("interacting_ions", std::int64_t(network_.ions()));
        s.put("channels", std::int64_t(network_.channels()));
        if (use_.rates) {
            s.put("residual", use_.rates->residual, "1");
            s.put("iterations", use_.rates->iterations);
            s.put("steps", use_.rates->steps);
            if (use_.rates->steady) return;
            s.put("burn_in", schedule_.burn_in_s, "s");
            s.put("duration", schedule_.duration_s, "s");
            return;
        }
        s.put("trajectories", result_.tally.trajectories);
        s.put("chunks", std::int64_t(result_.chunks));
        s.put("chunk_size", std::int64_t(result_.chunk_size));
        s.put("events", result_.tally.events);
        s.put("trials", result_.tally.trials);
        s.put("burn_in", schedule_.burn_in_s, "s");
        s.put("duration", schedule_.duration_s, "s");
        s.put("worst_error", result_.worst_error, "1");
    }

    Estimate rate(Band const& band) const { return average_.linear(Schedule::weights(band)); }

    Recipe const& recipe_;
    Assembly const& assembly_;
    Network const& network_;
    Schedule const& schedule_;
    std::vector<Band> const& bands_;
    RunResult const& result_;
    EngineUse const& use_;
    JointMoments const& average_;
    std::vector<Band> main_;
    std::vector<std::string> decay_warnings_;
    Tree tree_;
};

}  // namespace

Tree record_of(Recipe const& recipe, Answer const& a)
{
    return Recorder(recipe, *a.assembly, a.schedule, a.bands, a.result, a.use, *a.particle).record();
}

Tree record_of(Recipe const& recipe, Assembly const& assembly, Schedule const& schedule,
               std::vector<Band> const& bands, RunResult const& result)
{
    return Recorder(recipe, assembly, schedule, bands, result, {.why = "the recipe names it"},
                    particle_group(assembly.crystal))
        .record();
}

}  // namespace lanthorn
