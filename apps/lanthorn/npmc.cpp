#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/sqlite.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/luminescence/monte_carlo.hpp"
#include "lanthorn/luminescence/peer.hpp"

#include "commands.hpp"
#include "console.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace lanthorn::app {

namespace {

constexpr std::uint64_t chunk_size = 64;

struct NpmcOptions {
    std::string np, state, json;
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

class Simulation {
public:
    Simulation(NpmcOptions const& options, PeerJob const& job)
        : o_(options), job_(job), plan_(plan_of(options)), engine_(job.network)
    {}

    /// Chunks in any order on the threads, folded in order.
    void run()
    {
        std::uint64_t const all = std::uint64_t(o_.trajectories),
                            chunks = (all + chunk_size - 1) / chunk_size;
        std::vector<Tally> tallies(chunks);
        std::vector<std::vector<PeerEvent>> events(chunks);
        StopToken const stop = stop_on_signal();
        std::atomic<std::uint64_t> next{0};
        auto const work = [&] {
            for (std::uint64_t c = next++; c < chunks && !stop.stop_requested(); c = next++) {
                TrajectoryRange const range{
                    {.seed = o_.seed}, c * chunk_size, std::min(chunk_size, all - c * chunk_size)};
                tallies[c] = engine_.run({}, job_.initial, plan_, range, stop, observer(events[c]));
            }
        };
        double const start = cpu_seconds();
        {
            std::vector<std::jthread> threads;
            for (unsigned t = 1; t < o_.threads; ++t) threads.emplace_back(work);
            work();
        }
        cpu_s_ = cpu_seconds() - start;
        if (stop.stop_requested()) throw Interrupted(signal_received(), "stopped; nothing was written");
        tally_ = std::move(tallies.front());
        for (std::uint64_t c = 1; c < chunks; ++c) tally_.merge(tallies[c]);
        if (o_.write_trajectories)
            for (auto const& some : events) append_trajectories(o_.state, some);
    }

    std::string json(double setup_s) const
    {
        Network const& network = job_.network;
        std::string text = fmt::format("{{ \"sites\": {}, \"trajectories\": {}, \"events\": {}, "
                                       "\"cpu_seconds\": {}, \"events_per_cpu_second\": {},\n  "
                                       "\"setup_seconds\": {}, \"peak_memory_bytes\": {},\n  \"units\": {{ "
                                       "\"times\": \"s\", \"cpu_seconds\": \"s\", "
                                       "\"interactions\": \"events up to the time\", \"levels\": \"ions in "
                                       "the level\" }},\n  \"times\": {},\n  \"interactions\": [\n",
                                       network.ions(), tally_.trajectories, tally_.events, exact(cpu_s_),
                                       exact(double(tally_.events) / std::max(cpu_s_, 1e-9)), exact(setup_s),
                                       peak_memory_bytes(), list(plan_.count_until_s));
        std::size_t const times = plan_.count_until_s.size();
        auto const rows = [&](std::vector<Moments> const& moments, std::size_t stride, std::size_t column) {
            std::vector<double> mean, error;
            for (std::size_t t = 0; t < times; ++t) {
                mean.push_back(moments[t * stride + column].mean());
                error.push_back(moments[t * stride + column].standard_error());
            }
            return fmt::format("\"mean\": {}, \"se\": {} }}", list(mean), list(error));
        };
        for (std::size_t id = 0; id < job_.channel_of_interaction.size(); ++id)
            text += fmt::format("    {{ \"id\": {}, {}{}\n", id,
                                rows(tally_.counts, network.channels(), job_.channel_of_interaction[id]),
                                id + 1 < job_.channel_of_interaction.size() ? "," : "");
        text += "  ],\n  \"levels\": [\n";
        std::size_t c = 0;
        for (std::size_t s = 0; s < network.species.size(); ++s)
            for (std::size_t l = 0; l < network.species[s].levels.size(); ++l, ++c)
                text += fmt::format("    {{ \"species\": {}, \"level\": {}, {}{}\n", s, l,
                                    rows(tally_.snapshot, network.classes(), c),
                                    c + 1 < network.classes() ? "," : "");
        return text +
               fmt::format("  ],\n  \"events_per_trajectory\": [{}] }}\n", fmt::join(tally_.events_of, ","));
    }

private:
    EventObserver observer(std::vector<PeerEvent>& events) const
    {
        if (!o_.write_trajectories) return {};
        return [&events, this](Event const& e) {
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
    Tally tally_;
    double cpu_s_ = 0;
};

void run_npmc(NpmcOptions const& o)
{
    double const start = cpu_seconds();
    PeerJob job = peer_job_from(read_sqlite(o.np), read_sqlite(o.state), o.np, o.state);
    if (o.radius_nm) job.network.interaction_radius_nm = *o.radius_nm;
    Simulation simulation(o, job);
    double const setup_s = cpu_seconds() - start;
    simulation.run();
    std::string const text = simulation.json(setup_s);
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
    command->add_option("--time", o->time_s, "Length of each trajectory [s]")
        ->required()
        ->check(CLI::PositiveNumber);
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
