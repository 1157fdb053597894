#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/luminescence/microscopic.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"
#include "lanthorn/luminescence/peer.hpp"

#include "commands.hpp"
#include "console.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace lanthorn::app {

namespace {

constexpr std::uint64_t chunk_size = 64;

struct NpmcOptions {
    std::string np, state, json, sites, engine = "monte-carlo";
    bool steady = false;
    std::int64_t trajectories = 64;
    std::uint64_t seed = 1;
    double time_s = 0;
    std::vector<double> times_s;
    std::optional<double> radius_nm;
    unsigned threads = 1;
    bool write_trajectories = false;
};

ObservablePlan plan_of(NpmcOptions const& o)
{
    auto times = o.times_s.empty() ? std::vector{o.time_s} : o.times_s;
    std::ranges::sort(times);
    if (times.front() <= 0 || times.back() > o.time_s)
        throw InputError(
            {}, "--times",
            fmt::format("--times: every time must lie above 0 and at most at --time ({:g} s)", o.time_s));
    return {.end_s = o.time_s, .snapshot_at_s = times, .count_until_s = times};
}

/// Numbers of a list as JSON.
std::string list(std::vector<double> const& values)
{
    std::string text = "[";
    for (double v : values) text += (text.size() > 1 ? "," : "") + exact(v);
    return text + "]";
}

/// What an engine found.
struct Outcome {
    struct Steady {
        std::vector<double> amount;  // (classes)
        double residual;
    };
    Tally tally;
    std::optional<Steady> steady;
    std::string sites_csv;
};

/// Counts in how many trajectories a site is in a level at the last time asked for.
class SiteCount {
public:
    SiteCount(PeerJob const& job, double at_s)
        : job_(job), at_s_(at_s), first_(first_row(job.network)), count_(first_.back())
    {}

    static std::vector<std::size_t> first_row(Network const& network)
    {
        std::vector<std::size_t> first{0};
        for (SpeciesId s : network.species_of) first.push_back(first.back() + network.levels_of(s));
        return first;
    }

    void see(Event const& e)
    {
        if (e.time_s > at_s_) return;
        auto& level = levels_of_trajectory_.try_emplace(e.trajectory, job_.initial.level).first->second;
        Network const& network = job_.network;
        if (e.channel < network.one_site.size()) {
            level[e.ion.value] = network.one_site[e.channel].to;
            return;
        }
        auto const& channel = network.pair[e.channel - network.one_site.size()];
        level[e.ion.value] = channel.donor_to;
        level[e.partner.value] = channel.acceptor_to;
    }

    /// Takes the trajectories of a chunk that has been run.
    void close(TrajectoryRange const& range, Tally const& tally)
    {
        for (std::uint64_t t = range.first; t < range.first + range.count; ++t) {
            if (std::ranges::find(tally.failures, t, &Tally::Failure::trajectory) != tally.failures.end())
                continue;
            auto const found = levels_of_trajectory_.find(t);
            auto const& level = found == levels_of_trajectory_.end() ? job_.initial.level : found->second;
            for (std::size_t i = 0; i < level.size(); ++i) ++count_[first_[i] + level[i].value];
            ++trajectories_;
        }
        levels_of_trajectory_.clear();
    }

    void merge(SiteCount const& other)
    {
        for (std::size_t r = 0; r < count_.size(); ++r) count_[r] += other.count_[r];
        trajectories_ += other.trajectories_;
    }

    std::vector<Moments> moments() const
    {
        std::vector<Moments> all;
        double const n = double(trajectories_);
        for (std::int64_t k : count_) {
            double const share = n > 0 ? double(k) / n : 0;
            all.push_back(Moments::from_state(trajectories_, share, n * share * (1 - share)));
        }
        return all;
    }

private:
    PeerJob const& job_;
    double at_s_;
    std::vector<std::size_t> first_;
    std::vector<std::int64_t> count_;  // (sites, levels)
    std::int64_t trajectories_ = 0;
    std::map<std::uint64_t, std::vector<LevelId>> levels_of_trajectory_;
};

/// @param rows  (sites, levels)
std::string sites_csv(Network const& network, std::vector<Moments> const& rows)
{
    std::string text = "site,level,mean,se\n";
    std::size_t r = 0;
    for (std::size_t i = 0; i < network.ions(); ++i)
        for (std::size_t l = 0; l < network.levels_of(network.species_of[i]); ++l, ++r)
            text +=
                fmt::format("{},{},{},{}\n", i, l, exact(rows[r].mean()), exact(rows[r].standard_error()));
    return text;
}

/// Chunks in any order on the threads, folded in order.
class MonteCarloRun {
public:
    MonteCarloRun(NpmcOptions const& options, PeerJob const& job)
        : o_(options), job_(job), plan_(plan_of(options)), engine_(job.network)
    {}

    Outcome run()
    {
        std::uint64_t const all = std::uint64_t(o_.trajectories),
                            chunks = (all + chunk_size - 1) / chunk_size;
        std::vector<Tally> tallies(chunks);
        std::vector<std::vector<PeerEvent>> events(chunks);
        SiteCount sites(job_, plan_.snapshot_at_s.back());
        std::mutex mutex;  // of sites, whose counts do not ask for an order
        StopToken const stop = stop_on_signal();
        std::atomic<std::uint64_t> next{0};
        auto const work = [&] {
            for (std::uint64_t c = next++; c < chunks && !stop.stop_requested(); c = next++) {
                TrajectoryRange const range{
                    {.seed = o_.seed}, c * chunk_size, std::min(chunk_size, all - c * chunk_size)};
                std::optional<SiteCount> own;
                if (!o_.sites.empty()) own.emplace(job_, plan_.snapshot_at_s.back());
                tallies[c] = engine_.run({}, job_.initial, plan_, range, stop,
                                         observer(events[c], own ? &*own : nullptr));
                if (!own) continue;
                own->close(range, tallies[c]);
                std::lock_guard const lock(mutex);
                sites.merge(*own);
            }
        };
        {
            std::vector<std::jthread> threads;
            for (unsigned t = 1; t < o_.threads; ++t) threads.emplace_back(work);
            work();
        }
        if (stop.stop_requested()) throw Interrupted(signal_received(), "stopped; nothing was written");
        Outcome outcome{.tally = std::move(tallies.front())};
        for (std::uint64_t c = 1; c < chunks; ++c) outcome.tally.merge(tallies[c]);
        if (o_.write_trajectories)
            for (auto const& some : events) append_trajectories(o_.state, some);
        if (!o_.sites.empty()) outcome.sites_csv = sites_csv(job_.network, sites.moments());
        return outcome;
    }

private:
    EventObserver observer(std::vector<PeerEvent>& events, SiteCount* sites) const
    {
        if (!o_.write_trajectories && sites == nullptr) return {};
        return [&events, sites, this](Event const& e) {
            if (sites != nullptr) sites->see(e);
            if (!o_.write_trajectories) return;
            auto const interaction = std::ranges::find(job_.channel_of_interaction, e.channel) -
                                     job_.channel_of_interaction.begin();
            events.push_back({.seed = std::int64_t(o_.seed + e.trajectory),
                              .step = e.step,
                              .time_s = e.time_s,
                              .site_1 = std::int64_t(e.ion.value),
                              .site_2 = e.partner == e.ion ? -1 : std::int64_t(e.partner.value),
                              .interaction = std::int64_t(interaction)});
        };
    }

    NpmcOptions const& o_;
    PeerJob const& job_;
    ObservablePlan plan_;
    MonteCarlo engine_;
};

class MeanFieldRun {
public:
    MeanFieldRun(NpmcOptions const& options, PeerJob const& job)
        : o_(options), job_(job), engine_(job.network)
    {}

    Outcome run()
    {
        Outcome outcome;
        if (o_.time_s > 0) outcome.tally = engine_.run({}, job_.initial, plan_of(o_), {}, stop_on_signal());
        if (o_.steady) {
            auto const found = engine_.steady({});
            outcome.steady = {found.amount, found.residual};
        }
        if (!o_.sites.empty()) outcome.sites_csv = sites_csv(job_.network, rows(outcome));
        return outcome;
    }

private:
    /// Every ion of a species is the mean of it.
    std::vector<Moments> rows(Outcome const& outcome) const
    {
        Network const& network = job_.network;
        std::vector<double> ions(network.species.size(), 0.0);
        for (SpeciesId s : network.species_of) ++ions[s.value];
        auto const first = network.first_class();
        std::size_t const last = outcome.tally.snapshot.size() - (outcome.steady ? 0 : network.classes());
        std::vector<Moments> rows;
        for (SpeciesId s : network.species_of)
            for (std::size_t l = 0; l < network.levels_of(s); ++l) {
                std::size_t const c = first[s.value] + l;
                double const n =
                    outcome.steady ? outcome.steady->amount[c] : outcome.tally.snapshot[last + c].mean();
                rows.emplace_back();
                rows.back().add(n / ions[s.value]);
            }
        return rows;
    }

    NpmcOptions const& o_;
    PeerJob const& job_;
    MeanField engine_;
};

class MicroscopicRun {
public:
    MicroscopicRun(NpmcOptions const& options, PeerJob const& job)
        : o_(options), job_(job), engine_(job.network)
    {}

    Outcome run()
    {
        Outcome outcome;
        std::vector<double> occupation;
        if (o_.time_s > 0)
            outcome.tally = engine_.run({}, job_.initial, plan(), {}, stop_on_signal(), &occupation);
        if (o_.steady) {
            auto found = engine_.steady({});
            outcome.steady = {engine_.amounts(found.occupation), found.residual};
            occupation = std::move(found.occupation);
        }
        if (o_.sites.empty()) return outcome;
        std::vector<Moments> rows;
        for (double y : occupation) {
            rows.emplace_back();
            rows.back().add(y);
        }
        outcome.sites_csv = sites_csv(job_.network, rows);
        return outcome;
    }

private:
    /// It ends at the last time asked for, which is the one of --sites.
    ObservablePlan plan() const
    {
        ObservablePlan plan = plan_of(o_);
        plan.end_s = plan.snapshot_at_s.back();
        return plan;
    }

    NpmcOptions const& o_;
    PeerJob const& job_;
    Microscopic engine_;
};

/// The JSON of an outcome (manual: npmc).
class Result {
public:
    Result(NpmcOptions const& options, PeerJob const& job, Outcome const& outcome)
        : o_(options), job_(job), outcome_(outcome)
    {}

    std::string json(double setup_s, double cpu_s) const
    {
        Network const& network = job_.network;
        Tally const& tally = outcome_.tally;
        bool const drawn = o_.engine == "monte-carlo";
        std::string text = fmt::format("{{ \"sites\": {}, ", network.ions());
        if (drawn)
            text += fmt::format("\"trajectories\": {}, \"events\": {}, \"cpu_seconds\": {}, "
                                "\"events_per_cpu_second\": {},\n  ",
                                tally.trajectories, tally.events, exact(cpu_s),
                                exact(double(tally.events) / std::max(cpu_s, 1e-9)));
        else
            text += fmt::format("\"engine\": \"{}\", \"cpu_seconds\": {},\n  ", o_.engine, exact(cpu_s));
        text +=
            fmt::format("\"setup_seconds\": {}, \"peak_memory_bytes\": {},\n  \"units\": {{ "
                        "\"times\": \"s\", \"cpu_seconds\": \"s\", "
                        "\"interactions\": \"events up to the time\", \"levels\": \"ions in the level\" }}",
                        exact(setup_s), peak_memory_bytes());
        if (o_.time_s > 0) text += transient();
        if (outcome_.steady) text += steady();
        if (drawn)
            text += fmt::format(",\n  \"events_per_trajectory\": [{}]", fmt::join(tally.events_of, ","));
        return text + " }\n";
    }

private:
    std::string transient() const
    {
        Network const& network = job_.network;
        auto const times = plan_of(o_).count_until_s;
        auto const rows = [&](std::vector<Moments> const& moments, std::size_t stride, std::size_t column) {
            std::vector<double> mean, error;
            for (std::size_t t = 0; t < times.size(); ++t) {
                mean.push_back(moments[t * stride + column].mean());
                error.push_back(moments[t * stride + column].standard_error());
            }
            return fmt::format("\"mean\": {}, \"se\": {} }}", list(mean), list(error));
        };
        std::string text = fmt::format(",\n  \"times\": {},\n  \"interactions\": [\n", list(times));
        for (std::size_t id = 0; id < job_.channel_of_interaction.size(); ++id)
            text +=
                fmt::format("    {{ \"id\": {}, {}{}\n", id,
                            rows(outcome_.tally.counts, network.channels(), job_.channel_of_interaction[id]),
                            id + 1 < job_.channel_of_interaction.size() ? "," : "");
        text += "  ],\n  \"levels\": [\n";
        return text +
               levels([&](std::size_t c) { return rows(outcome_.tally.snapshot, network.classes(), c); }) +
               "  ]";
    }

    std::string steady() const
    {
        return ",\n  \"steady\": { \"residual\": " + exact(outcome_.steady->residual) + ", \"levels\": [\n" +
               levels([&](std::size_t c) {
                   std::string const sum = exact(outcome_.steady->amount[c]);
                   return fmt::format("\"sum\": {}, \"mean\": {}, \"se\": 0 }}", sum, sum);
               }) +
               "  ] }";
    }

    template <class Rest>
    std::string levels(Rest const& rest) const
    {
        Network const& network = job_.network;
        std::string text;
        std::size_t c = 0;
        for (std::size_t s = 0; s < network.species.size(); ++s)
            for (std::size_t l = 0; l < network.species[s].levels.size(); ++l, ++c)
                text += fmt::format("    {{ \"species\": {}, \"level\": {}, {}{}\n", s, l, rest(c),
                                    c + 1 < network.classes() ? "," : "");
        return text;
    }

    NpmcOptions const& o_;
    PeerJob const& job_;
    Outcome const& outcome_;
};

void check_options(NpmcOptions const& o)
{
    bool const drawn = o.engine == "monte-carlo";
    if (o.steady && drawn)
        throw InputError({}, "--steady",
                         "--steady: trajectories have no steady state of their own; take --engine "
                         "microscopic or mean-field, or a long --time");
    if (!o.steady && !(o.time_s > 0))
        throw InputError({}, "--time", "--time is wanted: how long to follow the particle, in s");
    if (o.write_trajectories && !drawn)
        throw InputError({}, "--write-trajectories",
                         "--write-trajectories: rate equations have no trajectories");
}

void run_npmc(NpmcOptions const& o)
{
    check_options(o);
    double const start = cpu_seconds();
    PeerJob job = peer_job_from(read_sqlite(o.np), read_sqlite(o.state), o.np, o.state);
    if (o.radius_nm) job.network.interaction_radius_nm = *o.radius_nm;
    double begin = 0;
    auto const run = [&](auto engine) {
        begin = cpu_seconds();
        return engine.run();
    };
    Outcome const outcome = o.engine == "mean-field"    ? run(MeanFieldRun(o, job))
                            : o.engine == "microscopic" ? run(MicroscopicRun(o, job))
                                                        : run(MonteCarloRun(o, job));
    std::string const text = Result(o, job, outcome).json(begin - start, cpu_seconds() - begin);
    if (!o.sites.empty()) write_text(o.sites, outcome.sites_csv);
    if (o.json.empty() || o.json == "-")
        fmt::print("{}", text);
    else
        write_text(o.json, text);
}

}  // namespace

void add_npmc(CLI::App& app)
{
    auto* command = app.add_subcommand("npmc", "Run a simulation described by the databases of NPMC; they "
                                               "are read, never written (but see --write-trajectories)");
    auto o = std::make_shared<NpmcOptions>();
    command->add_option("np", o->np, "Nanoparticle database (species, sites, interactions)")->required();
    command->add_option("state", o->state, "Initial-state database (initial_state, factors)")->required();
    command->add_option("-n,--trajectories", o->trajectories, "Number of trajectories")
        ->check(CLI::Range(std::int64_t(1), std::int64_t(1) << 40))
        ->capture_default_str();
    command->add_option("-s,--seed", o->seed, "Seed: same seed, same numbers")->capture_default_str();
    command
        ->add_option(
            "--engine", o->engine,
            "monte-carlo draws trajectories; microscopic solves rate equations of every ion, mean-field "
            "those of the populations of species")
        ->check(CLI::IsMember({"monte-carlo", "microscopic", "mean-field"}))
        ->capture_default_str();
    command->add_option("--time", o->time_s, "How long the particle is followed [s]; wanted unless --steady")
        ->check(CLI::PositiveNumber);
    command->add_flag("--steady", o->steady, "Find the steady state (rate equations only)");
    command->add_option("--sites", o->sites,
                        "Write a CSV file: site,level,mean,se at the last time or in the steady state");
    command
        ->add_option(
            "--times", o->times_s,
            "Times at which counts and populations are given [s], separated by commas; left out: the end")
        ->delimiter(',');
    command
        ->add_option("--interaction-radius", o->radius_nm, "Use this radius [nm] instead of the database's")
        ->check(CLI::PositiveNumber);
    command->add_option("-t,--threads", o->threads, "Threads; the result is the same for any number")
        ->check(CLI::Range(1u, 4096u))
        ->capture_default_str();
    command->add_option("--json", o->json, "File for the result; left out: stdout");
    command->add_flag("--write-trajectories", o->write_trajectories,
                      "Append every event to the table trajectories of the initial-state database, as NPMC "
                      "does (seed = --seed + trajectory)");
    command->callback([o] { run_npmc(*o); });
}

}  // namespace lanthorn::app
