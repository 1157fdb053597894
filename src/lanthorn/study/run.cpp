#include "lanthorn/study/run.hpp"

#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/study/recipe.hpp"
#include "lanthorn/study/workers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

namespace lanthorn {

namespace {

constexpr std::uint64_t pilot_trajectory = std::uint64_t{1} << 63;

std::filesystem::path chunk_file(std::filesystem::path const& folder, std::uint64_t chunk)
{
    return folder / fmt::format("chunk-{:06}.h5", chunk);
}

/// Runs jobs on threads, in any order; hands back their tallies in order.
class Workers {
public:
    Workers(MonteCarlo const& engine, Schedule const& schedule, RunOptions const& options)
        : engine_(engine), schedule_(schedule), options_(options)
    {}

    /// False where it was stopped; what was finished lies in the checkpoint folder.
    bool run(std::vector<Job> const& jobs, std::vector<Tally>& tallies)
    {
        tallies.assign(jobs.size(), {});
        std::vector<std::size_t> left;
        for (std::size_t k = 0; k < jobs.size(); ++k) {
            if (auto tally = restored(jobs[k])) {
                tallies[k] = std::move(*tally);
                ++done_;
            }
            else
                left.push_back(k);
        }
        return run_in_any_order(left.size(), options_.threads, [&](std::size_t n) {
            Job const& job = jobs[left[n]];
            Tally tally =
                engine_.run(schedule_.pump, schedule_.start, schedule_.plan, job.range, options_.stop);
            std::scoped_lock const lock(mutex_);
            if (std::uint64_t(tally.trajectories) + tally.failures.size() < job.range.count) return false;
            save(job, tally);
            tallies[left[n]] = std::move(tally);
            ++done_;
            report();
            return true;
        });
    }

    void plan_total(std::uint64_t chunks)
    {
        total_ = chunks;
        report();
    }

private:
    std::optional<Tally> restored(Job const& job) const
    {
        if (options_.checkpoints.empty()) return std::nullopt;
        auto const file = chunk_file(options_.checkpoints, job.chunk);
        if (!std::filesystem::exists(file)) return std::nullopt;
        Tree const tree = read_hdf5(file);
        if (tree.text("identity") != options_.identity ||
            tree.integer("first") != std::int64_t(job.range.first) ||
            tree.integer("count") != std::int64_t(job.range.count))
            throw InputError({.file = file.string()}, "",
                             "this chunk was made by another recipe, data or version; remove the folder's "
                             "chunks and run again");
        return tally_from(tree.groups.at("tally"));
    }

    void save(Job const& job, Tally const& tally) const
    {
        if (options_.checkpoints.empty()) return;
        Tree tree;
        tree.put("identity", options_.identity);
        tree.put("first", std::int64_t(job.range.first));
        tree.put("count", std::int64_t(job.range.count));
        tree.groups["tally"] = to_tree(tally);
        write_hdf5(chunk_file(options_.checkpoints, job.chunk), tree);
    }

    void report() const
    {
        if (options_.progress) options_.progress({"kinetics", std::int64_t(done_), std::int64_t(total_)});
    }

    MonteCarlo const& engine_;
    Schedule const& schedule_;
    RunOptions const& options_;
    std::mutex mutex_;
    std::uint64_t done_ = 0, total_ = 0;
};

}  // namespace

double relative_error(JointMoments const& window, std::vector<Band> const& bands)
{
    double worst = 0;
    for (auto const& band : bands) {
        auto const rate = window.linear(Schedule::weights(band));
        worst = std::max(worst, rate.value > 0 ? rate.standard_error / rate.value : 1.0);
    }
    return worst;
}

Pilot pilot(MonteCarlo const& engine, Schedule const& schedule, StreamSeed seed, std::int64_t trials)
{
    double const end_s = schedule.burn_in_s + schedule.duration_s;
    for (double until_s = end_s / 4096;; until_s *= 4) {
        bool const whole = until_s >= end_s;
        double const last_s = whole ? end_s : until_s;
        ObservablePlan const plan{
            .end_s = last_s, .count_until_s = {last_s / 2, last_s}, .steady = schedule.plan.steady};
        Tally const tally = engine.run(schedule.pump, schedule.start, plan, {seed, pilot_trajectory, 1});
        if (!whole && tally.trials < trials) continue;
        // Counts tell how much of it happened late; they have hops too that were solved without events.
        std::size_t const channels = tally.counts.size() / 2;
        double early = 0, all = 0;
        for (std::size_t m = 0; m < channels; ++m) {
            early += tally.counts[m].mean();
            all += tally.counts[channels + m].mean();
        }
        double const late = all > 0 ? double(tally.events) * (1 - early / all) : 0;
        double const events = whole ? double(tally.events) : late / (last_s / 2) * end_s;
        return {.events_per_trajectory = events, .events = tally.events, .trials = tally.trials};
    }
}

std::vector<Band> named_bands(Recipe const& recipe, std::vector<Band> const& bands)
{
    std::vector<std::string> known;
    known.reserve(bands.size());
    for (auto const& band : bands) known.push_back(band.name);
    std::vector<Band> chosen;
    std::vector<Finding> findings;
    auto const& names = recipe.luminescence.bands;
    for (std::size_t k = 0; k < names.size(); ++k) {
        auto const found = std::ranges::find(known, names[k]);
        if (found != known.end()) {
            chosen.push_back(bands[std::size_t(found - known.begin())]);
            continue;
        }
        auto const meant = nearest(names[k], known);
        Finding& finding = findings.emplace_back();
        finding.key = fmt::format("luminescence.bands[{}]", k);
        finding.problem = fmt::format("no ion of the particle has the line \"{}\"", names[k]);
        finding.problem += meant ? fmt::format("; did you mean \"{}\"?", *meant)
                                 : "; it is written like \"Er:4S3/2->4I15/2\"";
    }
    if (!findings.empty()) throw InputError(std::move(findings));
    return chosen;
}

std::vector<Band> main_bands(Recipe const& recipe, std::vector<Band> const& bands, Tally const& tally)
{
    if (!recipe.luminescence.bands.empty()) return named_bands(recipe, bands);
    std::vector<Band> chosen;
    JointMoments const& window = tally.observables.front();
    double all = 0;
    std::vector<std::pair<double, Band const*>> strongest;  // of each level
    for (auto const& band : bands) {
        double const rate = window.linear(Schedule::weights(band)).value;
        all += rate;
        auto const same = std::ranges::find_if(strongest, [&](auto const& s) {
            return s.second->ion == band.ion && s.second->from == band.from;
        });
        if (same == strongest.end())
            strongest.emplace_back(rate, &band);
        else if (rate > same->first)
            *same = {rate, &band};
    }
    std::ranges::stable_sort(strongest, std::ranges::greater{}, &std::pair<double, Band const*>::first);
    for (auto const& [rate, band] : strongest)
        if (chosen.size() < 8 && rate > 1e-4 * all) chosen.push_back(*band);
    std::ranges::stable_sort(chosen, std::ranges::greater{}, &Band::energy_per_cm);
    return chosen;
}

std::optional<Tally> run_trajectories(MonteCarlo const& engine, Schedule const& schedule,
                                      TrajectoryRange range, std::uint64_t chunk_size,
                                      RunOptions const& options)
{
    std::vector<Job> jobs;
    for (std::uint64_t k = 0; k < range.count; k += chunk_size)
        jobs.push_back({jobs.size(), {range.seed, range.first + k, std::min(chunk_size, range.count - k)}});
    std::vector<Tally> tallies;
    if (!Workers(engine, schedule, options).run(jobs, tallies)) return std::nullopt;
    for (std::size_t k = 1; k < tallies.size(); ++k) tallies.front().merge(tallies[k]);
    return std::move(tallies.front());
}

std::uint64_t chunk_size_for(Recipe const& recipe, MonteCarlo const& engine, Schedule const& schedule,
                             std::uint32_t sweep_point)
{
    if (recipe.luminescence.trajectories) return full_chunk;
    double const events_each = std::max(
        1.0,
        pilot(engine, schedule, {.seed = recipe.seed, .sweep_point = sweep_point}).events_per_trajectory);
    return std::uint64_t(
        std::clamp(recipe.luminescence.event_limit / 16 / events_each, 1.0, double(full_chunk)));
}

RunResult simulate(Recipe const& recipe, MonteCarlo const& engine, Schedule const& schedule,
                   std::vector<Band> const& bands, RunOptions const& options)
{
    LuminescenceRecipe const& wish = recipe.luminescence;
    StreamSeed const seed{.seed = recipe.seed, .sweep_point = options.sweep_point};
    RunResult result;
    named_bands(recipe, bands);  // refuse unknown names before any work
    std::uint64_t const size = result.chunk_size =
        chunk_size_for(recipe, engine, schedule, options.sweep_point);

    std::uint64_t const all = wish.trajectories ? std::uint64_t(*wish.trajectories) : 0;
    std::uint64_t planned = wish.trajectories ? (all + size - 1) / size : least_chunks;
    Workers workers(engine, schedule, options);
    while (result.chunks < planned) {
        workers.plan_total(planned);
        std::vector<Job> jobs;
        for (std::uint64_t c = result.chunks; c < planned; ++c) {
            std::uint64_t const first = c * size;
            jobs.push_back({c, {seed, first, all > 0 ? std::min(size, all - first) : size}});
        }
        std::vector<Tally> tallies;
        if (!workers.run(jobs, tallies)) return result;
        for (auto& tally : tallies) {
            if (result.chunks++ == 0)
                result.tally = std::move(tally);
            else
                result.tally.merge(tally);
        }
        result.worst_error =
            relative_error(result.tally.observables.front(), main_bands(recipe, bands, result.tally));
        if (wish.trajectories) break;
        double const excess = result.worst_error / wish.wanted_error, more = 1.05 * excess * excess;
        result.reached_error = more <= 1.05;
        double const chunks = double(result.chunks), each = double(result.tally.events) / chunks;
        double const affordable = std::floor(wish.event_limit / std::max(1.0, each));
        double const wanted =
            result.reached_error ? chunks : std::ceil(std::min({chunks * more, chunks * 4, affordable}));
        planned = std::max(result.chunks, std::uint64_t(wanted));
    }
    result.finished = true;
    return result;
}

}  // namespace lanthorn
