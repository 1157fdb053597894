#include "lanthorn/study/solve.hpp"

#include "lanthorn/base/errors.hpp"
#include "lanthorn/crystal/calculator.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/luminescence/layers.hpp"
#include "lanthorn/study/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

Tree particle_group(Crystal const& crystal)
{
    Tree particle = to_tree(figures_of(crystal, AtomicMasses::from(library_document("elements.toml"))));
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
    return particle;
}

Assembly resolved_by_depth(Assembly const& assembly, std::size_t layers)
{
    if (layers == 1) return assembly;
    Assembly split = assembly;
    split.network = layered(assembly.network, depths_nm(assembly.network, assembly.crystal), layers);
    split.ions.clear();
    split.optics.clear();
    split.manifolds.clear();
    for (std::size_t s : species_of_layers(assembly.network, split.network)) {
        split.ions.push_back(assembly.ions[s]);
        split.optics.push_back(assembly.optics[s]);
        split.manifolds.push_back(assembly.manifolds[s]);
    }
    return split;
}

namespace {

/// A recipe without what can differ between the lights of one workbench.
std::string of_particle(Recipe recipe)
{
    for (auto& e : recipe.excitations) {
        e.irradiance_W_per_cm2 = 0;
        e.pulse.reset();
    }
    LuminescenceRecipe const& l = recipe.luminescence;
    LuminescenceRecipe fixed;
    fixed.layers = l.layers;
    fixed.interaction_radius_nm = l.interaction_radius_nm;
    fixed.multipoles = l.multipoles;
    fixed.cooperative = l.cooperative;
    fixed.cooperative_nm12_per_s = l.cooperative_nm12_per_s;
    fixed.cooperative_radius_nm = l.cooperative_radius_nm;
    fixed.rules = l.rules;
    fixed.max_energy_per_cm = l.max_energy_per_cm;
    fixed.max_levels = l.max_levels;
    recipe.luminescence = fixed;
    recipe.sweeps.clear();
    return to_toml(recipe);
}

}  // namespace

Workbench::Workbench(Recipe const& recipe, std::uint32_t structure)
    : recipe_(recipe), assembly_(assemble_structure(recipe, structure))
{}

bool Workbench::serves(Recipe const& recipe) const { return of_particle(recipe) == of_particle(recipe_); }

Assembly const& Workbench::layered()
{
    if (recipe_.luminescence.layers == 1) return assembly_;
    if (!layered_) layered_ = resolved_by_depth(assembly_, std::size_t(recipe_.luminescence.layers));
    return *layered_;
}

Tree const& Workbench::particle()
{
    if (!particle_) particle_ = particle_group(assembly_.crystal);
    return *particle_;
}

MonteCarlo const& Workbench::monte_carlo()
{
    if (!monte_carlo_)
        monte_carlo_ = std::make_unique<MonteCarlo>(assembly_.network, Accelerators{.fast_exchange = true});
    monte_carlo_->follow_migration();
    return *monte_carlo_;
}

MonteCarlo const& Workbench::monte_carlo_for(Schedule const& schedule, StopToken stop)
{
    monte_carlo();
    if (schedule.plan.steady) monte_carlo_->solve_migration(schedule.pump, stop);
    return *monte_carlo_;
}

MeanField const& Workbench::mean_field()
{
    if (!mean_field_) mean_field_ = std::make_unique<MeanField>(layered().network);
    return *mean_field_;
}

Microscopic const& Workbench::microscopic()
{
    if (!microscopic_) microscopic_ = std::make_unique<Microscopic>(assembly_.network);
    return *microscopic_;
}

std::vector<double> Workbench::without_layers(std::span<double const> amount)
{
    if (recipe_.luminescence.layers == 1) return {amount.begin(), amount.end()};
    auto const first = assembly_.network.first_class();
    std::vector<double> sum(assembly_.network.classes(), 0.0);
    std::size_t c = 0;
    for (std::size_t s : species_of_layers(assembly_.network, layered().network))
        for (std::size_t l = first[s]; l < first[s + 1]; ++l) sum[l] += amount[c++];
    return sum;
}

namespace {

/// Ions for which `auto` tries microscopic rate equations: their memory is that of all pairs.
constexpr std::size_t most_microscopic_ions = 5000;

class Solver {
public:
    Solver(Recipe const& recipe, Workbench& bench, RunOptions const& options)
        : recipe_(recipe), wish_(recipe.luminescence), bench_(bench), options_(options)
    {}

    Answer answer()
    {
        try {
            find();
        }
        catch (NumericsError const&) {  // as rate equations say that they were stopped
            if (!options_.stop.stop_requested()) throw;
        }
        if (options_.stop.stop_requested()) result_.result.finished = false;
        result_.particle = &bench_.particle();
        result_.use = std::move(use_);
        return std::move(result_);
    }

private:
    void find()
    {
        named_bands(recipe_, bench_.assembly().bands());  // refuse unknown names before any work
        switch (wish_.engine) {
        case Engine::monte_carlo:
            use_.why = "the recipe names it";
            monte_carlo();
            compare_with_whole_run();
            break;
        case Engine::automatic:
            use_.automatic = true;
            choose();
            break;
        default:
            use_.why = "the recipe names it";
            put_rates(wish_.engine, rate_answer(wish_.engine));
            compare_with_sample();
        }
    }

    RateAnswer rate_answer(Engine engine)
    {
        return engine == Engine::mean_field ? lanthorn::answer(bench_.mean_field(), recipe_, options_.stop)
                                            : lanthorn::answer(bench_.microscopic(), recipe_, options_.stop);
    }

    /// What rate equations say; nothing where they found no state.
    std::optional<RateAnswer> found(Engine engine)
    {
        try {
            return rate_answer(engine);
        }
        catch (NumericsError const&) {
            return std::nullopt;
        }
    }

    Assembly const& assembly_for(Engine engine)
    {
        return engine == Engine::mean_field ? bench_.layered() : bench_.assembly();
    }

    /// A start of trajectories with the populations of rate equations.
    InitialState start_with(Engine engine, RateAnswer const& rates)
    {
        return drawn_from(bench_.assembly().network,
                          engine == Engine::mean_field ? bench_.without_layers(rates.amount) : rates.amount);
    }

    void put_rates(Engine engine, RateAnswer answered)
    {
        use_.engine = engine;
        result_.assembly = &assembly_for(engine);
        result_.bands = result_.assembly->bands();
        result_.schedule = answered.schedule;
        result_.result = {.tally = answered.tally, .chunk_size = 0, .finished = true};
        if (!answered.steady && answered.residual > 1e-3)
            use_.warnings.push_back(fmt::format(
                "populations still change by {:.1g} of themselves from one pulse to the next; the "
                "periodic state needs a longer luminescence.burn_in",
                answered.residual));
        use_.rates = std::move(answered);
    }

    void monte_carlo()
    {
        use_.engine = Engine::monte_carlo;
        result_.assembly = &bench_.assembly();
        result_.bands = result_.assembly->bands();
        result_.schedule = monte_carlo_schedule();
        if (wish_.structures > 1) {
            EnsembleResult several =
                simulate_structures(recipe_, bench_.assembly(), result_.schedule, result_.bands, options_);
            result_.result = std::move(several.result);
            if (!several.assembly) return;
            result_.pooled = std::move(several.assembly);
            result_.assembly = result_.pooled.get();
            use_.warnings = result_.result.sampling->warnings;
            say_what_is_not_counted();
            return;
        }
        result_.result = simulate(recipe_, bench_.monte_carlo_for(result_.schedule, options_.stop),
                                  result_.schedule, result_.bands, options_);
        say_what_is_not_counted();
    }

    void say_what_is_not_counted()
    {
        Network const& network = bench_.assembly().network;
        for (std::uint32_t m : bench_.monte_carlo().exchange_channels()) {
            auto const& c = network.one_site[m];
            auto const& species = network.species[c.species.value];
            if (c.from.value > c.to.value)
                use_.left_out.push_back(
                    fmt::format("single flips of {} between {} and {}, too fast to be followed: the flux "
                                "table has what is "
                                "left over of both ways; populations and light have all of them",
                                species.name + (species.region.empty() ? "" : " (" + species.region + ")"),
                                species.levels[c.from.value], species.levels[c.to.value]));
        }
    }

    Schedule monte_carlo_schedule()
    {
        Network const& network = bench_.assembly().network;
        if (wish_.start == Start::dark) return schedule_of(recipe_, network);
        Recipe recipe = recipe_;
        if (!wish_.burn_in_s) recipe.luminescence.burn_in_s = 5 * slow_s();
        Schedule schedule = schedule_of(recipe, network);
        schedule.start = start_with(Engine::mean_field, rate_answer(Engine::mean_field));
        schedule.plan.steady = is_steady(recipe, schedule.burn_in_s, slow_s());
        return schedule;
    }

    /// The slowest time of the mean field at the mean irradiance; where it finds no state, the longest lifetime.
    double slow_s()
    {
        double const longest = longest_lifetime_s(bench_.assembly().network);
        try {
            auto const irradiance = mean_irradiance(recipe_);
            auto const steady = bench_.mean_field().steady(irradiance);
            auto const rates = relaxation_rates(bench_.mean_field().system(), irradiance, steady.amount);
            double const slowest = rates.empty() ? 0 : -rates.front().real();
            return slowest > 0 ? 1 / slowest : longest;
        }
        catch (NumericsError const&) {
            return longest;
        }
    }

    Comparison compared(Engine engine, RateAnswer const& rates, Schedule const& schedule, Tally const& tally)
    {
        Comparison comparison =
            compare(engine, main_bands(recipe_, assembly_for(engine).bands(), rates.tally), rates.tally,
                    bench_.assembly().bands(), tally);
        comparison.burn_in_s = schedule.burn_in_s;
        comparison.duration_s = schedule.duration_s;
        if (double const slow = slow_s(); slow > 0) comparison.memory = std::exp(-schedule.burn_in_s / slow);
        return comparison;
    }

    void compare_with_sample()
    {
        if (wish_.comparison_events == 0) return;
        auto const s = sample(recipe_, bench_.monte_carlo(), start_with(use_.engine, *use_.rates), slow_s(),
                              wish_.comparison_events, options_);
        if (!s) return;
        Comparison const& comparison =
            use_.comparisons.emplace_back(compared(use_.engine, *use_.rates, s->schedule, s->tally));
        if (auto const* row = comparison.worst(wish_.wanted_error))
            use_.warnings.push_back(fmt::format(
                "{} {:.2g} ± {:.1g} times what a Monte Carlo sample does for {}: not to be trusted for this "
                "particle in this light; set luminescence.engine = \"monte-carlo\"",
                use_.engine == Engine::mean_field ? "the mean field gives"
                                                  : "microscopic rate equations give",
                row->ratio, row->error, row->band));
    }

    /// A run by Monte Carlo knows for nothing what the mean field is worth.
    void compare_with_whole_run()
    {
        if (wish_.comparison_events == 0 || !result_.result.finished) return;
        if (auto const& sampling = result_.result.sampling) {
            if (sampling->more == 0) return;
            Tally control;
            control.observables.emplace_back(sampling->control.size());
            control.observables.front().add(sampling->control);
            auto const main = main_bands(recipe_, result_.bands, control);
            Comparison& comparison = use_.comparisons.emplace_back(
                compare(Engine::mean_field, main, control, result_.bands, result_.result.tally));
            comparison.burn_in_s = result_.schedule.burn_in_s;
            comparison.duration_s = result_.schedule.duration_s;
            return;
        }
        if (auto const rates = found(Engine::mean_field))
            use_.comparisons.push_back(
                compared(Engine::mean_field, *rates, result_.schedule, result_.result.tally));
    }

    void choose()
    {
        double const limit = wish_.event_limit, wanted = wish_.wanted_error;
        auto mean_field = found(Engine::mean_field);
        if (!mean_field) {
            use_.why = "the mean field found no state, with which a sample could begin";
            return monte_carlo();
        }
        MonteCarlo const& engine = bench_.monte_carlo_for(monte_carlo_schedule(), options_.stop);
        auto const s = sample(recipe_, engine, start_with(Engine::mean_field, *mean_field), slow_s(),
                              std::max(wish_.comparison_events, limit / 8), options_);
        if (!s) {
            use_.why = "no Monte Carlo sample is affordable that could say whether rate equations hold";
            return monte_carlo();
        }
        use_.comparisons.push_back(compared(Engine::mean_field, *mean_field, s->schedule, s->tally));

        double const needed = events_needed(*s);
        std::string const beyond = fmt::format(
            "Monte Carlo would need about {:.1g} events, beyond the limit of {:.1g}", needed, limit);
        if (needed <= limit) {
            use_.why = fmt::format("Monte Carlo needs about {:.1g} events, within the limit of {:.1g}",
                                   needed, limit);
            return monte_carlo();
        }
        if (use_.comparisons.back().agrees(wanted)) {
            use_.why = beyond + ", and the mean field agrees with a sample of it";
            return put_rates(Engine::mean_field, std::move(*mean_field));
        }
        if (bench_.assembly().network.ions() <= most_microscopic_ions) {
            auto microscopic = found(Engine::microscopic);
            if (microscopic)
                use_.comparisons.push_back(
                    compared(Engine::microscopic, *microscopic, s->schedule, s->tally));
            if (microscopic && use_.comparisons.back().agrees(wanted)) {
                use_.why = beyond + ", and microscopic rate equations agree with a sample of it";
                return put_rates(Engine::microscopic, std::move(*microscopic));
            }
        }
        use_.why = beyond + ", but no rate equations were found to agree with a sample of it";
        use_.warnings.push_back(use_.why + "; it was run to the limit");
        monte_carlo();
    }

    /// By Monte Carlo for what the recipe wants, as a sample promises.
    double events_needed(Sample const& s)
    {
        Schedule const whole = monte_carlo_schedule();
        double const each = (whole.burn_in_s + whole.duration_s) * s.events_per_s;
        if (wish_.trajectories) return double(*wish_.trajectories) * each;
        JointMoments const& average = s.tally.observables.front();
        double const error = relative_error(average, main_bands(recipe_, bench_.assembly().bands(), s.tally));
        return std::max(double(s.tally.events) * std::pow(error / wish_.wanted_error, 2),
                        double(least_chunks) * each);
    }

    Recipe const& recipe_;
    LuminescenceRecipe const& wish_;
    Workbench& bench_;
    RunOptions const& options_;
    EngineUse use_;
    Answer result_;
};

}  // namespace

Answer solve(Recipe const& recipe, Workbench& bench, RunOptions const& options)
{
    return Solver(recipe, bench, options).answer();
}

}  // namespace lanthorn
