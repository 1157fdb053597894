#include "lanthorn/base/cpu.hpp"
#include "lanthorn/files/text.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/report/format.hpp"
#include "lanthorn/report/page.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/notation.hpp"
#include "lanthorn/study/record.hpp"
#include "lanthorn/study/run_folder.hpp"
#include "lanthorn/study/sweep.hpp"
#include "lanthorn/study/version.hpp"

#include "commands.hpp"
#include "console.hpp"
#include "recipe_input.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <memory>
#include <sys/utsname.h>

namespace lanthorn::app {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A recipe ready to run.
struct Prepared {
    Recipe recipe;
    Workbench bench;
    double setup_s;

    /// @throws InputError, also where the recipe names a band that there is not
    explicit Prepared(Recipe r) : Prepared(std::move(r), Clock::now()) {}

private:
    Prepared(Recipe r, Clock::time_point start) : recipe(std::move(r)), bench(recipe), setup_s(0)
    {
        schedule_of(recipe, bench.assembly().network);
        named_bands(recipe, bench.assembly().bands());
        setup_s = seconds_since(start);
    }
};

/// Prepares a recipe, with what is wrong or doubtful about it at its place.
Prepared prepared(PlacedRecipe const& read)
{
    Prepared result = read.with([](Recipe const& recipe) { return Prepared(recipe); });
    print_findings(read.placed(result.bench.assembly().warnings));
    return result;
}

void print_particle(Prepared const& p)
{
    std::string counts;
    for (std::size_t s = 0; s < p.bench.assembly().network.species.size(); ++s) {
        auto const n = std::ranges::count(p.bench.assembly().network.species_of, SpeciesId{std::uint32_t(s)});
        counts += fmt::format(", {} {}{}", n, p.bench.assembly().network.species[s].name,
                              p.bench.assembly().network.species[s].region == "core"
                                  ? ""
                                  : " in " + p.bench.assembly().network.species[s].region);
    }
    auto const& occupants = p.bench.assembly().crystal.occupant;
    auto const ions =
        occupants.size() - std::size_t(std::ranges::count(occupants, std::uint8_t{0}));  // 0 is the vacancy
    fmt::print("particle      {}   {} ions{}\n", notation_of(p.recipe), ions, counts);
    fmt::print("              per cent are mol % of the rare-earth site\n");
    fmt::print("light         {}\n", excitation_notation_of(p.recipe));
}

/// From as many trajectories, or such a part of one, as take a fifth of a second.
double seconds_per_event(MonteCarlo const& engine, Schedule const& schedule, std::uint64_t seed)
{
    constexpr double enough_s = 0.2;
    StreamSeed const streams{.seed = seed};
    double share = 1.0 / 4096;
    std::uint64_t count = 1;
    for (;;) {
        ObservablePlan const plan{.end_s = share * schedule.plan.end_s, .steady = schedule.plan.steady};
        double const start = cpu_seconds();
        Tally const tally = engine.run(schedule.pump, schedule.start, plan, {streams, 0, count});
        double const spent_s = cpu_seconds() - start;
        if (spent_s >= enough_s || count >= 1u << 16) return spent_s / std::max(1.0, double(tally.events));
        if (share < 1)
            share *= 4;
        else
            count *= 4;
    }
}

void print_plan(Prepared& p, unsigned threads)
{
    print_particle(p);
    Network const& network = p.bench.assembly().network;
    LuminescenceRecipe const& wish = p.recipe.luminescence;
    fmt::print("network       {} active ions, {} pairs within {:g} nm, {} channels, {} levels\n",
               network.ions(), pair_count(network), network.interaction_radius_nm, network.channels(),
               network.classes());
    if (wish.engine == Engine::monte_carlo || wish.engine == Engine::automatic) {
        Schedule const schedule = schedule_of(p.recipe, network);
        MonteCarlo const& engine =
            wish.structures > 1 ? p.bench.monte_carlo() : p.bench.monte_carlo_for(schedule);
        Pilot const pilot_run = pilot(engine, schedule, {.seed = p.recipe.seed});
        double const per_event_s = seconds_per_event(engine, schedule, p.recipe.seed);
        double const most = wish.trajectories ? double(*wish.trajectories) * double(wish.structures) *
                                                    pilot_run.events_per_trajectory
                                              : wish.event_limit;
        double const observed = double(schedule.plan.observables.size());
        fmt::print("trajectory    {} burn-in, then {} averaged; {:.2e} events; chunks of {}\n",
                   time_text(schedule.burn_in_s, 0), time_text(schedule.duration_s, 0),
                   pilot_run.events_per_trajectory, chunk_size_for(p.recipe, engine, schedule));
        fmt::print("expected      {} {:.1e} events, {} on {} thread{}, {:.0f} MB\n",
                   wish.trajectories ? "about" : "at most", most, duration_text(most * per_event_s / threads),
                   threads, threads == 1 ? "" : "s",
                   double(engine.table_bytes()) / 1e6 + 60 +
                       4e-6 * double(schedule.plan.windows()) * observed * observed * 16);
    }
    fmt::print("nothing was run or written (--dry-run)\n");
}

/// Photons of levels without energies have no wavelength; they stand last.
double wavelength_of(Tree const* band)
{
    return band->find_array("wavelength") ? band->number("wavelength") : 1e9;
}

std::string wavelength_text(Tree const& band)
{
    return band.find_array("wavelength") ? fmt::format("{:4.0f} nm", band.number("wavelength")) : "   ?   ";
}

void print_bands(Tree const& record)
{
    auto const* bands = record.find_group("bands");
    if (!bands) return;
    std::vector<Tree const*> main;
    for (auto const& [name, band] : bands->groups)
        if (band.integer("main") == 1) main.push_back(&band);
    std::ranges::sort(main, {}, wavelength_of);
    for (Tree const* b : main) {
        auto const shown = [&](char const* name) {
            auto const error = std::string(name) + "_error";
            return with_error(b->number(name), b->find_array(error) ? b->number(error) : 0);
        };
        fmt::print("  {}  {:<3}{:<22} {:>14} photons/s   quantum yield {:<12}", wavelength_text(*b),
                   b->text("ion"), b->text("from") + "->" + b->text("to"), shown("photon_rate"),
                   shown("quantum_yield"));
        if (b->find_array("lifetime"))
            fmt::print("   lifetime {}", time_text(b->number("lifetime"), b->number("lifetime_error")));
        if (b->find_array("slope")) fmt::print("   slope {}", number_text(b->number("slope")));
        fmt::print("\n");
    }
}

void print_engine(Answer const& a, Tree const& record, unsigned threads, double wall_s, double cpu_s)
{
    Tally const& tally = a.result.tally;
    std::string const& name = record.text("engine/name");
    if (a.use.rates)
        fmt::print("kinetics      {}, {}   residual {:.1g}   {}\n", name,
                   a.use.rates->steady ? "steady state" : "periodic state", a.use.rates->residual,
                   duration_text(wall_s));
    else
        fmt::print("kinetics      {} trajectories of {}   {:.2g} events at {} x {:.1f} M/s   {}\n",
                   tally.trajectories, time_text(a.schedule.burn_in_s + a.schedule.duration_s, 0),
                   double(tally.events), threads, double(tally.events) / std::max(1e-9, cpu_s) / 1e6,
                   duration_text(wall_s));
    if (a.use.automatic) fmt::print("engine        {}: {}\n", name, a.use.why);
}

/// Both levels of sampling, where there are two.
void print_sampling(Tree const& record)
{
    auto const* s = record.find_group("sampling");
    if (!s) return;
    auto const more = s->integer("control_structures");
    fmt::print("structures    {} with {} trajectories each{}\n", s->integer("structures"),
               s->integer("trajectories_each"),
               more > 0 ? fmt::format(", the mean field of {} more as a control", more) : "");
    auto const* bands = s->find_group("bands");
    if (!bands) return;
    for (auto const& [name, band] : bands->groups)
        if (double const mean = band.number("uncontrolled_rate"); mean > 0)
            fmt::print("              {} scatters by {:.2g} % between structures, {:.2g} % between "
                       "trajectories{}\n",
                       name, 100 * std::sqrt(band.number("between")) / mean,
                       100 * std::sqrt(band.number("within")) / mean,
                       more > 0 ? fmt::format("; the control divides the variance by {:.2g}",
                                              band.number("variance_reduction"))
                                : "");
}

/// How far rate equations are to be trusted.
void print_trust(Tree const& record)
{
    auto const* comparisons = record.find_group("engine/comparison");
    if (!comparisons) return;
    for (auto const& [engine, c] : comparisons->groups) {
        auto const& bands = c.texts("band");
        for (std::size_t k = 0; k < bands.size(); ++k)
            fmt::print("{:<14}{} {} times Monte Carlo for {}\n", k == 0 ? "trust" : "", engine,
                       with_error(c.doubles("ratio")[k], c.doubles("ratio_error")[k]), bands[k]);
        if (auto const& undecided = c.texts("undecided"); !undecided.empty())
            fmt::print("{:<14}{} cannot be compared in {:.1g} events for {}\n", bands.empty() ? "trust" : "",
                       engine, double(c.integer("events")), fmt::join(undecided, ", "));
        if (c.number("memory") > 0.05)
            fmt::print("              Monte Carlo had too short a burn-in to forget its start, so that the "
                       "true ratios "
                       "may be others (luminescence.burn_in, luminescence.comparison)\n");
    }
}

void write_run_json(RunFolder const& folder, Prepared const& p, std::int64_t events, unsigned threads,
                    double wall_s, double cpu_s, std::string const& command_line)
{
    Tree run;
    run.put("version", version());
    run.put("git", git_hash());
    run.put("command_line", command_line);
    run.put("finished_at", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr))));
    utsname host{};
    uname(&host);
    run.put("host", std::string(host.nodename));
    run.put("kernel", std::string(to_text(kernel_level())));
    run.put("threads", std::int64_t(threads));
    run.put("wall_seconds", wall_s, "s");
    run.put("cpu_seconds", cpu_s, "s");
    run.put("setup_seconds", p.setup_s, "s");
    run.put("peak_memory_bytes", peak_memory_bytes());
    run.put("events", events);
    run.put("events_per_cpu_second", cpu_s > 0 ? double(events) / cpu_s : 0.0, "1/s");
    write_text(folder.path / "run.json", to_json(run) + "\n");
}

void finish(RunFolder const& folder, Prepared& p, unsigned threads, std::string const& progress,
            std::string const& command_line)
{
    auto const start = Clock::now();
    double const cpu_start = cpu_seconds();
    Answer answer;
    {
        ProgressBar bar(progress);
        answer = solve(p.recipe, p.bench,
                       {.threads = threads,
                        .progress = bar.callback(),
                        .stop = stop_on_signal(),
                        .checkpoints = folder.chunks(),
                        .identity = run_identity(p.recipe)});
    }
    if (!answer.result.finished)
        throw Interrupted(
            signal_received(),
            fmt::format("stopped; what is finished is kept: lanthorn resume {}", folder.path.string()));
    double const wall_s = seconds_since(start), cpu_s = cpu_seconds() - cpu_start;
    Tree const record = record_of(p.recipe, answer);
    write_text(folder.report(), page(record));
    write_run_json(folder, p, answer.use.rates ? 0 : answer.result.tally.events, threads, wall_s, cpu_s,
                   command_line);
    Assembly const& assembly = p.bench.assembly();
    finish_run(folder, record, to_xyz(assembly.crystal, notation_of(p.recipe)));

    print_engine(answer, record, threads, wall_s, cpu_s);
    print_bands(record);
    print_sampling(record);
    print_trust(record);
    for (auto const& warning : record.find_group("notes")->texts("warnings"))
        if (std::ranges::find(assembly.warnings, warning, &Finding::problem) == assembly.warnings.end())
            fmt::print(stderr, "warning: {}\n", warning);
    std::size_t const parameters = assembly.parameters.size();
    auto const unsure = std::ranges::count_if(assembly.parameters, [](auto const& row) {
        return row.value.source.kind == Kind::assumed || row.value.source.kind == Kind::estimated;
    });
    fmt::print("assumed       {} of {} parameters are assumed or estimated (lanthorn cite {})\n", unsure,
               parameters, folder.recipe().string());
    fmt::print("written       {}  {}  and tables beside them\n", folder.report().string(),
               folder.record().string());
}

/// The points of a recipe's sweeps, none where it has none.
std::vector<SweepPoint> points_of(PlacedRecipe const& read)
{
    std::vector<Finding> warnings;
    auto points = read.with([&](Recipe const& recipe) {
        return recipe.sweeps.empty() ? std::vector<SweepPoint>() : lanthorn::points_of(recipe, warnings);
    });
    print_findings(warnings);
    return points;
}

void print_sweeps(Recipe const& recipe, std::size_t points)
{
    for (auto const& sweep : recipe.sweeps) {
        auto const shown = [](Node const& value) {
            if (value.is_text()) return value.text();
            return value.is_number() ? number_text(value.number()) : std::string("true or false");
        };
        fmt::print("varied        {}: {} values, {} … {}\n", sweep.key, sweep.values.size(),
                   shown(sweep.values.front()), shown(sweep.values.back()));
    }
    fmt::print("points        {}\n", points);
}

void print_point(Recipe const& recipe, SweepPoint const& point, std::size_t points, Tree const& record,
                 std::string const& when)
{
    std::string bands;
    std::vector<Tree const*> main;
    if (auto const* all = record.find_group("bands"))
        for (auto const& [name, band] : all->groups)
            if (band.integer("main") == 1) main.push_back(&band);
    std::ranges::sort(main, {}, wavelength_of);
    for (std::size_t k = 0; k < std::min<std::size_t>(main.size(), 3); ++k) {
        bool const known = main[k]->find_array("photon_rate_error") != nullptr;
        std::string const line = main[k]->find_array("wavelength")
                                     ? fmt::format("{:.0f} nm", main[k]->number("wavelength"))
                                     : main[k]->text("from") + "->" + main[k]->text("to");
        bands += fmt::format(
            "   {} {}/s", line,
            with_error(main[k]->number("photon_rate"), known ? main[k]->number("photon_rate_error") : 0));
    }
    fmt::print("{:4} of {}     {}{}   {}   {}\n", point.number + 1, points, label_of(recipe, point), bands,
               record.text("engine/name"), when);
    std::fflush(stdout);
}

void finish_points(RunFolder const& folder, Prepared& p, std::vector<SweepPoint> const& points,
                   unsigned threads, std::string const& progress, std::string const& command_line)
{
    auto const start = Clock::now();
    double const cpu_start = cpu_seconds();
    std::int64_t events = 0;
    std::size_t restored = 0;
    std::optional<std::vector<Tree>> records;
    print_sweeps(p.recipe, points.size());
    {
        auto point_start = start;
        auto const done = [&](SweepPoint const& point, Tree const& record, bool was_there) {
            if (record.find_array("statistics/events")) events += record.integer("statistics/events");
            if (was_there) {
                ++restored;
                return print_point(p.recipe, point, points.size(), record, "found finished");
            }
            double const spent_s = seconds_since(start), point_s = seconds_since(point_start);
            double const left_s =
                spent_s / double(point.number + 1 - restored) * double(points.size() - point.number - 1);
            print_point(p.recipe, point, points.size(), record,
                        (point_s < 10 ? fmt::format("{:.1f} s", point_s) : duration_text(point_s)) +
                            (left_s < 1 ? "" : fmt::format(", about {} left", duration_text(left_s))));
            point_start = Clock::now();
        };
        ProgressBar bar(progress);
        records = run_points(points, p.bench,
                             {.threads = threads,
                              .progress = bar.callback(),
                              .stop = stop_on_signal(),
                              .folder = folder.points(),
                              .done = done});
    }
    if (!records)
        throw Interrupted(
            signal_received(),
            fmt::format("stopped; what is finished is kept: lanthorn resume {}", folder.path.string()));
    double const wall_s = seconds_since(start), cpu_s = cpu_seconds() - cpu_start;
    Tree const record = sweep_record(p.recipe, points, *records, p.bench.particle());
    write_text(folder.report(), page(record));
    write_run_json(folder, p, events, threads, wall_s, cpu_s, command_line);
    finish_sweep(folder, record, to_xyz(p.bench.assembly().crystal, notation_of(p.recipe)));
    fmt::print("kinetics      {} points   {:.2g} events   {}\n", points.size(), double(events),
               duration_text(wall_s));
    for (auto const& warning : record.find_group("notes")->texts("warnings"))
        if (std::ranges::find(p.bench.assembly().warnings, warning, &Finding::problem) ==
            p.bench.assembly().warnings.end())
            fmt::print(stderr, "warning: {}\n", warning);
    fmt::print("written       {}  {}  {}\n", folder.report().string(), folder.record().string(),
               (folder.path / "sweep.csv").string());
}

struct RunOptionsOfUser {
    RecipeInput input;
    std::string output, progress = "auto", command_line;
    unsigned threads = default_threads();
    bool force = false, dry_run = false;
};

void add_common(CLI::App& command, RunOptionsOfUser& o)
{
    command
        .add_option("-t,--threads", o.threads,
                    "Threads, left out: one per core; the result is the same for any number")
        ->check(CLI::Range(1u, 4096u));
    command.add_option("--progress", o.progress, "How progress is shown on stderr")
        ->check(CLI::IsMember({"auto", "bar", "plain", "json", "off"}))
        ->capture_default_str();
}

std::string command_line_of(CLI::App const& app, RunOptionsOfUser const& o, std::string const& name)
{
    std::string line = app.get_name() + " " + name + " \"" + o.input.recipe + "\"";
    if (!o.input.at.empty()) line += " --at \"" + o.input.at + "\"";
    for (auto const& s : o.input.settings) line += " --set \"" + s + "\"";
    return line;
}

}  // namespace

void add_run(CLI::App& app)
{
    auto* command = app.add_subcommand(
        "run",
        "Run a recipe from crystal to light, or each point of its [[sweep]] tables, and write a folder with "
        "report.html, record.h5 and tables");
    auto o = std::make_shared<RunOptionsOfUser>();
    o->input.add_to(*command);
    command->add_option("-o,--output", o->output, "Folder of the run; left out: the recipe's name");
    command->add_flag("-f,--force", o->force, "Replace a run that the folder holds");
    command->add_flag(
        "-n,--dry-run", o->dry_run,
        "Build everything, measure the speed, tell ions, pairs, events, time and memory; write nothing");
    add_common(*command, *o);
    command->callback([o, &app] {
        PlacedRecipe const read = o->input.read();
        auto const points = points_of(read);
        Prepared p = prepared(read);
        if (o->dry_run) {
            if (!points.empty()) print_sweeps(p.recipe, points.size());
            return print_plan(p, o->threads);
        }
        RunFolder const folder =
            begin_run(o->output.empty() ? o->input.stem() : o->output, p.recipe, o->force);
        print_particle(p);
        auto const line = command_line_of(app, *o, "run");
        points.empty() ? finish(folder, p, o->threads, o->progress, line)
                       : finish_points(folder, p, points, o->threads, o->progress, line);
    });
}

void add_resume(CLI::App& app)
{
    auto* command = app.add_subcommand(
        "resume", "Go on with a run that was stopped, to the same bytes as if it had not been");
    auto o = std::make_shared<RunOptionsOfUser>();
    command->add_option("folder", o->input.recipe, "Folder of the run")->required();
    add_common(*command, *o);
    command->callback([o, &app] {
        RunFolder const folder{o->input.recipe};
        if (!std::filesystem::exists(folder.recipe()))
            throw InputError(
                {.file = folder.path.string()}, "",
                "this folder holds no run (there is no recipe.toml); start one with lanthorn run");
        if (folder.is_complete()) {
            fmt::print("{} is complete: {}\n", folder.path.string(), folder.report().string());
            return;
        }
        PlacedRecipe const read = PlacedRecipe::from(read_toml(folder.recipe()));
        auto const points = points_of(read);
        Prepared p = prepared(read);
        print_particle(p);
        auto const line = command_line_of(app, *o, "resume");
        points.empty() ? finish(folder, p, o->threads, o->progress, line)
                       : finish_points(folder, p, points, o->threads, o->progress, line);
    });
}

}  // namespace lanthorn::app
