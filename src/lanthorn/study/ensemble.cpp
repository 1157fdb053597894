#include "lanthorn/study/ensemble.hpp"

#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/study/workers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <tuple>

namespace lanthorn {

namespace {

/// Structures of which only the mean field is known are numbered from here.
constexpr std::uint32_t first_more = std::uint32_t{1} << 31;
constexpr std::uint64_t least_more = 64, more_per_structure = 3;
constexpr std::uint64_t first_trajectories = 2;

struct StructureJob {
    std::uint32_t structure = 0;
    std::uint64_t first = 0, count = 0;  ///< trajectories; none: only the mean field
};

/// What is kept of a structure: means over its trajectories, and their scatter in the average.
struct Piece {
    std::int64_t trajectories = 0, failures = 0, events = 0, trials = 0;
    std::vector<double> means;          ///< (windows x observables)
    std::vector<double> counts;         ///< (channels)
    std::vector<std::string> channels;  ///< (one-site channels) what tells them apart
    std::vector<double> control;        ///< (observables) of the mean field's average; empty = unknown
    JointMoments average = JointMoments();

    void merge(Piece const& other)
    {
        std::int64_t const all = trajectories + other.trajectories;
        failures += other.failures;
        events += other.events;
        trials += other.trials;
        if (other.trajectories == 0) return;
        if (trajectories == 0) {
            auto kept = std::move(control);
            std::int64_t const failed = failures;
            std::tie(means, counts, channels, average) =
                std::tie(other.means, other.counts, other.channels, other.average);
            trajectories = other.trajectories;
            failures = failed;
            if (kept.empty()) kept = other.control;
            control = std::move(kept);
            return;
        }
        double const share = double(other.trajectories) / double(all);
        for (std::size_t k = 0; k < means.size(); ++k) means[k] += share * (other.means[k] - means[k]);
        for (std::size_t k = 0; k < counts.size(); ++k) counts[k] += share * (other.counts[k] - counts[k]);
        average.merge(other.average);
        trajectories = all;
    }
};

Tree to_tree(Piece const& p)
{
    Tree tree;
    tree.put("trajectories", p.trajectories);
    tree.put("failures", p.failures);
    tree.put("events", p.events);
    tree.put("trials", p.trials);
    if (!p.means.empty()) {
        tree.put("means", p.means, "1");
        tree.put("counts", p.counts, "1");
        tree.put("channels", p.channels);
        tree.groups["average"] = p.average.to_tree();
    }
    if (!p.control.empty()) tree.put("control", p.control, "1");
    return tree;
}

Piece piece_from(Tree const& tree)
{
    Piece p;
    p.trajectories = tree.integer("trajectories");
    p.failures = tree.integer("failures");
    p.events = tree.integer("events");
    p.trials = tree.integer("trials");
    if (tree.find_array("means")) {
        p.means = tree.doubles("means");
        p.counts = tree.doubles("counts");
        p.channels = tree.texts("channels");
        p.average = JointMoments::from_tree(tree.groups.at("average"));
    }
    if (tree.find_array("control")) p.control = tree.doubles("control");
    return p;
}

/// One-site channels by what they do, so that those of two structures can be matched: a quencher that no ion of a
/// structure feels has no channel there.
std::vector<std::string> channel_names(Network const& network)
{
    std::vector<std::string> names;
    std::map<std::string, int> seen;
    for (auto const& c : network.one_site) {
        auto name = fmt::format("{} {} {} {} {}", c.species.value, c.from.value, c.to.value,
                                to_text(c.process), c.source.where);
        name += fmt::format(" {}", seen[name]++);
        names.push_back(std::move(name));
    }
    return names;
}

void check_like(Network const& first, Network const& other, std::uint32_t structure)
{
    bool const same =
        std::ranges::equal(first.species, other.species,
                           [](Species const& a, Species const& b) {
                               return a.name == b.name && a.region == b.region && a.levels == b.levels;
                           }) &&
        first.pair.size() == other.pair.size() && first.triple.size() == other.triple.size();
    if (!same)
        throw InputError(
            {}, "luminescence.structures",
            fmt::format("random structure {} has other kinds of ions than the first one, so "
                        "that there is no mean over both; crystal.doping = \"exact\" or a larger "
                        "particle makes them alike",
                        structure));
}

/// A structure ready to run, for any number of threads.
class Built {
public:
    Built(Recipe const& recipe, std::uint32_t structure, Network const& first, bool control,
          bool trajectories)
        : bench_(made(recipe, structure))
    {
        check_like(first, bench_.assembly().network, structure);
        if (control) {
            Recipe still = recipe;
            still.luminescence.decay.reset();
            try {
                JointMoments const average = answer(bench_.mean_field(), still).tally.observables.front();
                for (std::size_t i = 0; i < average.size(); ++i) control_.push_back(average.mean(i));
            }
            catch (NumericsError const&) {
                control_.clear();
            }
        }
        if (!trajectories) return;
        schedule_ = schedule_of(recipe, bench_.assembly().network);
        if (recipe.luminescence.start == Start::mean_field)
            schedule_.start =
                drawn_from(bench_.assembly().network, answer(bench_.mean_field(), recipe).amount);
        engine_ = &bench_.monte_carlo();
    }

    Piece run(StreamSeed seed, StructureJob const& job, StopToken stop) const
    {
        Piece piece;
        if (job.first == 0) piece.control = control_;
        if (job.count == 0) return piece;
        Tally const tally =
            engine_->run(schedule_.pump, schedule_.start, schedule_.plan, {seed, job.first, job.count}, stop);
        piece.trajectories = tally.trajectories;
        piece.failures = std::int64_t(tally.failures.size());
        piece.events = tally.events;
        piece.trials = tally.trials;
        if (tally.trajectories == 0) return piece;
        for (auto const& window : tally.observables)
            for (std::size_t i = 0; i < window.size(); ++i) piece.means.push_back(window.mean(i));
        for (auto const& count : tally.counts) piece.counts.push_back(count.mean());
        piece.channels = channel_names(bench_.assembly().network);
        piece.average = tally.observables.front();
        return piece;
    }

private:
    static Workbench made(Recipe const& recipe, std::uint32_t structure)
    {
        try {
            return Workbench(recipe, structure);
        }
        catch (InputError const& error) {
            throw InputError(
                {}, "luminescence.structures",
                fmt::format("random structure {} of this recipe: {}", structure, error.first().problem));
        }
    }

    Workbench bench_;
    Schedule schedule_;
    MonteCarlo const* engine_ = nullptr;
    std::vector<double> control_;
};

class Ensemble {
public:
    Ensemble(Recipe const& recipe, Assembly const& first, Schedule const& base,
             std::vector<Band> const& bands, RunOptions const& options)
        : recipe_(recipe), first_(first), base_(base), bands_(bands), options_(options),
          control_(is_controlled(recipe))
    {
        recipe_.luminescence.layers = 1;
        recipe_.luminescence.burn_in_s = base.burn_in_s;
        recipe_.luminescence.duration_s = base.duration_s;
    }

    EnsembleResult answer()
    {
        LuminescenceRecipe const& wish = recipe_.luminescence;
        sampling_.work_per_structure = setup_trials_per_ion * double(first_.network.ions()) *
                                       (control_ ? 1 + double(more_per_structure) : 1);
        SamplingPlan plan{std::uint64_t(wish.structures),
                          wish.trajectories ? std::uint64_t(*wish.trajectories) : first_trajectories};
        EnsembleResult out;
        RunResult& result = out.result;
        result.chunk_size = full_chunk;
        for (;;) {
            if (!round(plan)) return out;
            fold(result);
            if (wish.trajectories) break;
            result.reached_error = result.worst_error <= wish.wanted_error;
            SamplingPlan const next = result.reached_error ? plan : affordable(plan, wanted(plan));
            if (next == plan) break;
            plan = next;
        }
        result.chunks = done_;
        result.sampling = std::move(sampling_);
        out.assembly = pooled(result.tally);
        result.finished = true;
        return out;
    }

private:
    /// Everything that a plan has and that is not there yet.
    bool round(SamplingPlan const& plan)
    {
        std::vector<StructureJob> jobs;
        for (std::uint64_t s = 0; s < plan.structures; ++s)
            for (std::uint64_t k = s < sampling_.plan.structures ? sampling_.plan.trajectories : 0;
                 k < plan.trajectories; k += full_chunk)
                jobs.push_back({std::uint32_t(s), k, std::min(full_chunk, plan.trajectories - k)});
        std::uint64_t const more = control_ ? std::max(least_more, more_per_structure * plan.structures) : 0;
        for (std::uint64_t k = more_.size(); k < more; ++k)
            jobs.push_back({first_more + std::uint32_t(k), 0, 0});
        std::vector<Piece> pieces;
        if (!run(jobs, pieces)) return false;
        structures_.resize(plan.structures);
        for (std::size_t k = 0; k < jobs.size(); ++k) {
            if (jobs[k].count == 0)
                more_.push_back(std::move(pieces[k].control));
            else if (jobs[k].first == 0)
                structures_[jobs[k].structure] = std::move(pieces[k]);
            else
                structures_[jobs[k].structure].merge(pieces[k]);
        }
        sampling_.plan = plan;
        return true;
    }

    struct Slot {
        std::once_flag once;
        std::unique_ptr<Built> built;
        std::atomic<std::size_t> left{0};
        bool begins = false;  ///< with the first trajectory, or without any
    };

    bool run(std::vector<StructureJob> const& jobs, std::vector<Piece>& pieces)
    {
        pieces.assign(jobs.size(), {});
        std::vector<std::size_t> left;
        std::map<std::uint32_t, Slot> slots;
        total_ = done_ + jobs.size();
        for (std::size_t k = 0; k < jobs.size(); ++k) {
            if (auto piece = restored(jobs[k])) {
                pieces[k] = std::move(*piece);
                ++done_;
                continue;
            }
            left.push_back(k);
            ++slots[jobs[k].structure].left;
            if (jobs[k].first == 0) slots[jobs[k].structure].begins = true;
        }
        report();
        return run_in_any_order(left.size(), options_.threads, [&](std::size_t n) {
            StructureJob const& job = jobs[left[n]];
            Slot& slot = slots.at(job.structure);
            if (options_.stop.stop_requested()) return false;
            std::call_once(slot.once, [&] {
                slot.built = std::make_unique<Built>(recipe_, job.structure, first_.network,
                                                     control_ && slot.begins, job.count > 0);
            });
            Piece piece = slot.built->run(seed(job), job, options_.stop);
            if (--slot.left == 0) slot.built.reset();
            std::scoped_lock const lock(mutex_);
            if (std::uint64_t(piece.trajectories + piece.failures) < job.count) return false;
            save(job, piece);
            pieces[left[n]] = std::move(piece);
            ++done_;
            report();
            return true;
        });
    }

    StreamSeed seed(StructureJob const& job) const
    {
        return {.seed = recipe_.seed, .sweep_point = options_.sweep_point, .structure = job.structure};
    }

    std::filesystem::path file_of(StructureJob const& job) const
    {
        return options_.checkpoints / fmt::format("structure-{:010}-{:06}.h5", job.structure, job.first);
    }

    std::optional<Piece> restored(StructureJob const& job) const
    {
        if (options_.checkpoints.empty() || !std::filesystem::exists(file_of(job))) return std::nullopt;
        Tree const tree = read_hdf5(file_of(job));
        if (tree.text("identity") != options_.identity || tree.integer("count") != std::int64_t(job.count))
            throw InputError({.file = file_of(job).string()}, "",
                             "this structure was made by another recipe, data or version; remove the "
                             "folder's chunks and run again");
        return piece_from(tree.groups.at("piece"));
    }

    void save(StructureJob const& job, Piece const& piece) const
    {
        if (options_.checkpoints.empty()) return;
        Tree tree;
        tree.put("identity", options_.identity);
        tree.put("count", std::int64_t(job.count));
        tree.groups["piece"] = to_tree(piece);
        write_hdf5(file_of(job), tree);
    }

    void report() const
    {
        if (options_.progress) options_.progress({"kinetics", std::int64_t(done_), std::int64_t(total_)});
    }

    /// Structures that have a trajectory that came to its end.
    std::vector<Piece const*> sound() const
    {
        std::vector<Piece const*> found;
        for (auto const& piece : structures_)
            if (piece.trajectories > 0) found.push_back(&piece);
        return found;
    }

    void fold(RunResult& result)
    {
        auto const pieces = sound();
        if (pieces.empty())
            throw InputError({}, "luminescence.structures", "no trajectory of any structure came to its end");
        std::size_t const observables = base_.plan.observables.size(), windows = base_.plan.windows();
        Tally tally;
        tally.observables.assign(windows, JointMoments(observables));
        for (Piece const* p : pieces) {
            tally.trajectories += p->trajectories;
            tally.events += p->events;
            tally.trials += p->trials;
            for (std::size_t w = 0; w < windows; ++w)
                tally.observables[w].add({p->means.begin() + std::ptrdiff_t(w * observables),
                                          p->means.begin() + std::ptrdiff_t((w + 1) * observables)});
        }
        sampling_.work_per_trajectory = std::max(1.0, double(tally.trials) / double(tally.trajectories));
        sampling_.more = 0;
        sampling_.warnings.clear();
        if (control_) correct(pieces, tally.observables.front());
        auto const main = main_bands(recipe_, bands_, tally);
        sampling_.bands.clear();
        for (auto const& band : main) {
            auto const weights = Schedule::weights(band);
            std::vector<StructureSample> samples;
            for (Piece const* p : pieces) {
                auto const e = p->average.linear(weights);
                samples.push_back({p->trajectories, e.value,
                                   e.standard_error * e.standard_error * double(p->trajectories)});
            }
            TwoLevels const levels = two_levels(samples);
            sampling_.bands.push_back(
                {.band = band.name,
                 .levels = levels,
                 .best = best_trajectories(levels.within, levels.between, sampling_.work_per_structure,
                                           sampling_.work_per_trajectory),
                 .standard_error = tally.observables.front().linear(weights).standard_error});
        }
        result.worst_error = relative_error(tally.observables.front(), main);
        result.tally = std::move(tally);
    }

    /// The mean field as a control variate of each observable of the average.
    void correct(std::vector<Piece const*> const& pieces, JointMoments& average)
    {
        std::size_t const n = average.size(), structures = pieces.size();
        auto const lacks = [](auto const& control) { return control.empty(); };
        if (std::ranges::any_of(more_, lacks) ||
            std::ranges::any_of(pieces, lacks, [](Piece const* p) -> auto const& { return p->control; })) {
            sampling_.warnings.emplace_back("the mean field of a structure has no steady state: it is no "
                                            "control variate here");
            return;
        }
        sampling_.more = more_.size();
        sampling_.control.assign(n, 0.0);
        std::vector<Controlled> by(n);
        JointMoments controls(n);
        for (Piece const* p : pieces) controls.add(p->control);
        for (auto const& m : more_) controls.add(m);
        for (std::size_t i = 0; i < n; ++i) {
            std::vector<double> y, m, more;
            for (Piece const* p : pieces) {
                y.push_back(p->means[i]);
                m.push_back(p->control[i]);
                sampling_.control[i] += p->control[i] / double(structures);
            }
            for (auto const& other : more_) more.push_back(other[i]);
            by[i] = controlled(y, m, more);
        }
        // Residuals about the corrected mean, scaled so that their scatter gives its error.
        JointMoments corrected(n);
        for (Piece const* p : pieces) {
            std::vector<double> x(n);
            for (std::size_t i = 0; i < n; ++i) {
                double const b = by[i].coefficient;
                double const residual =
                    p->means[i] - average.mean(i) - b * (p->control[i] - sampling_.control[i]);
                x[i] = by[i].mean + std::sqrt(by[i].inflation) * residual;
            }
            corrected.add(x);
        }
        std::vector<double> covariance(n * n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                covariance[i * n + j] =
                    by[i].coefficient * by[j].coefficient * controls.covariance_of_means(i, j);
        corrected.widen(covariance);
        average = std::move(corrected);
    }

    SamplingPlan wanted(SamplingPlan const& now) const
    {
        double worst = -1;
        SamplingPlan next = now;
        for (auto const& band : sampling_.bands) {
            double const relative = band.levels.mean > 0 ? band.standard_error / band.levels.mean : 1.0;
            if (relative <= worst) continue;
            worst = relative;
            double const within = band.levels.within;
            double const between =
                std::max(0.0, double(now.structures) * band.standard_error * band.standard_error -
                                  within / double(now.trajectories));
            double const error = recipe_.luminescence.wanted_error * band.levels.mean;
            next = band.levels.mean > 0
                       ? next_plan(now, within, between, error * error / 1.05, sampling_.work_per_structure,
                                   sampling_.work_per_trajectory)
                       : SamplingPlan{now.structures, 4 * now.trajectories};
            if (next == now) ++next.structures;  // the control's own scatter, or rounding
        }
        return next;
    }

    /// As much of a plan as the event limit allows, the set-up of structures counted.
    SamplingPlan affordable(SamplingPlan const& now, SamplingPlan next) const
    {
        double const limit = recipe_.luminescence.event_limit, setup = sampling_.work_per_structure;
        double const each = sampling_.work_per_trajectory;
        double const most = std::floor((limit / double(now.structures) - setup) / each);
        next.trajectories =
            std::max(now.trajectories, std::uint64_t(std::clamp(most, 0.0, double(next.trajectories))));
        double const most_structures = std::floor(limit / (setup + each * double(next.trajectories)));
        next.structures = std::max(now.structures,
                                   std::uint64_t(std::clamp(most_structures, 0.0, double(next.structures))));
        return next;
    }

    /// Fluxes of all structures on channels of the first one and of those that it lacks.
    std::shared_ptr<Assembly const> pooled(Tally& tally)
    {
        auto assembly = std::make_shared<Assembly>(first_);
        Network& network = assembly->network;
        auto names = channel_names(network);
        std::map<std::string, std::size_t> number;
        for (std::size_t m = 0; m < names.size(); ++m) number.emplace(names[m], m);
        for (std::uint32_t s = 0; s < structures_.size(); ++s) {
            std::optional<Assembly> other;
            for (std::size_t m = 0; m < structures_[s].channels.size(); ++m) {
                if (number.contains(structures_[s].channels[m])) continue;
                if (!other) other = assemble_structure(recipe_, s);
                number.emplace(structures_[s].channels[m], network.one_site.size());
                network.one_site.push_back(other->network.one_site[m]);
            }
        }
        tally.counts.assign(network.channels(), {});
        for (Piece const* p : sound()) {
            std::vector<double> counts(network.channels(), 0.0);
            std::size_t const own = p->channels.size();
            for (std::size_t m = 0; m < own; ++m) counts[number.at(p->channels[m])] = p->counts[m];
            for (std::size_t m = own; m < p->counts.size(); ++m)
                counts[network.one_site.size() + m - own] = p->counts[m];
            for (std::size_t m = 0; m < counts.size(); ++m) tally.counts[m].add(counts[m]);
        }
        return assembly;
    }

    Recipe recipe_;
    Assembly const& first_;
    Schedule const& base_;
    std::vector<Band> const& bands_;
    RunOptions const& options_;
    bool control_;
    std::vector<Piece> structures_;
    std::vector<std::vector<double>> more_;
    Sampling sampling_;
    std::mutex mutex_;
    std::uint64_t done_ = 0, total_ = 0;
};

}  // namespace

bool is_controlled(Recipe const& recipe)
{
    if (recipe.luminescence.control) return *recipe.luminescence.control == Control::mean_field;
    return std::ranges::none_of(recipe.excitations, [](auto const& e) { return e.pulse.has_value(); });
}

EnsembleResult simulate_structures(Recipe const& recipe, Assembly const& first, Schedule const& base,
                                   std::vector<Band> const& bands, RunOptions const& options)
{
    return Ensemble(recipe, first, base, bands, options).answer();
}

}  // namespace lanthorn
