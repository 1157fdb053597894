#include "lanthorn/study/solve.hpp"

#include "lanthorn/base/errors.hpp"
#include "lanthorn/luminescence/layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

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

Workbench::Workbench(Recipe const& recipe) : recipe_(recipe), assembly_(assemble(recipe)) {}

bool Workbench::serves(Recipe const& recipe) const { return of_particle(recipe) == of_particle(recipe_); }

Assembly const& Workbench::layered()
{
    if (recipe_.luminescence.layers == 1) return assembly_;
    if (!layered_) layered_ = resolved_by_depth(assembly_, std::size_t(recipe_.luminescence.layers));
    return *layered_;
}

MonteCarlo const& Workbench::monte_carlo()
{
    if (!monte_carlo_) monte_carlo_ = std::make_unique<MonteCarlo>(assembly_.network);
    return *monte_carlo_;
}

MeanField const& Workbench::mean_field()
{
    if (!mean_field_) mean_field_ = std::make_unique<MeanField>(layered().network);
    return *mean_field_;
}

std::vector<double> Workbench::without_layers(std::span<double const> amount) const
{
    if (!layered_) return {amount.begin(), amount.end()};
    auto const first = assembly_.network.first_class();
    std::vector<double> sum(assembly_.network.classes(), 0.0);
    std::size_t c = 0;
    for (std::size_t s : species_of_layers(assembly_.network, layered_->network))
        for (std::size_t l = first[s]; l < first[s + 1]; ++l) sum[l] += amount[c++];
    return sum;
}

namespace {

std::string_view spoken(Engine engine)
{
    return engine == Engine::mean_field ? "the mean field" : "microscopic rate equations";
}

class Solver {
public:
    Solver(Recipe const& recipe, Workbench& bench, RunOptions const& options)
        : recipe_(recipe), wish_(recipe.luminescence), bench_(bench), options_(options)
    {}

    Answer answer()
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
            rates(wish_.engine);
            compare_with_sample();
        }
        if (options_.stop.stop_requested()) result_.result.finished = false;
        result_.use = std::move(use_);
        return std::move(result_);
    }

private:
    RateAnswer rate_answer(Engine) { return lanthorn::answer(bench_.mean_field(), recipe_, options_.stop); }

    Assembly const& assembly_for(Engine engine)
    {
        return engine == Engine::mean_field ? bench_.layered() : bench_.assembly();
    }

    void put_rates(Engine engine, RateAnswer answered)
    {
        use_.engine = engine;
        result_.assembly = &assembly_for(engine);
        result_.bands = result_.assembly->bands();
        result_.schedule = answered.schedule;
        result_.result = {.tally = answered.tally, .chunk_size = 0, .finished = true};
        use_.rates = std::move(answered);
    }

    void rates(Engine engine) { put_rates(engine, rate_answer(engine)); }

    void monte_carlo()
    {
        use_.engine = Engine::monte_carlo;
        result_.assembly = &bench_.assembly();
        result_.bands = result_.assembly->bands();
        result_.schedule = monte_carlo_schedule();
        result_.result = simulate(recipe_, bench_.monte_carlo(), result_.schedule, result_.bands, options_);
    }

    Schedule monte_carlo_schedule()
    {
        if (wish_.start == Start::dark) return schedule_of(recipe_, bench_.assembly().network);
        RateAnswer const from = rate_answer(Engine::mean_field);
        Recipe recipe = recipe_;
        if (!wish_.burn_in_s) recipe.luminescence.burn_in_s = 5 * slow_s();
        Schedule schedule = schedule_of(recipe, bench_.assembly().network);
        schedule.start = drawn_from(bench_.assembly().network, bench_.without_layers(from.amount));
        return schedule;
    }

    /// The slowest time of the mean field at the mean irradiance.
    double slow_s()
    {
        auto const irradiance = mean_irradiance(recipe_);
        auto const steady = bench_.mean_field().steady(irradiance);
        auto const rates = relaxation_rates(bench_.mean_field().system(), irradiance, steady.amount);
        double const slowest = rates.empty() ? 0 : -rates.front().real();
        return slowest > 0 ? 1 / slowest : longest_lifetime_s(bench_.assembly().network);
    }

    /// What a sample of about this many events says; made once.
    std::optional<Sample> const& sampled(double events, RateAnswer const& rates)
    {
        if (!sample_) {
            auto const start = drawn_from(bench_.assembly().network, bench_.without_layers(rates.amount));
            sample_ = sample(recipe_, bench_.monte_carlo(), start, slow_s(), events, options_);
        }
        return *sample_;
    }

    Comparison compared(Engine engine, RateAnswer const& rates, Schedule const& schedule, Tally const& tally)
    {
        auto const bands = assembly_for(engine).bands();
        Comparison comparison = compare(engine, main_bands(recipe_, bands, rates.tally), rates.tally,
                                        bench_.assembly().bands(), tally);
        comparison.burn_in_s = schedule.burn_in_s;
        comparison.duration_s = schedule.duration_s;
        return comparison;
    }

    void compare_with_sample()
    {
        if (wish_.comparison_events == 0) return;
        // The mean field's populations are where the sample starts; other rate equations compare with the same one.
        auto const& s = sampled(wish_.comparison_events, *use_.rates);
        if (!s) return;
        use_.comparisons.push_back(compared(use_.engine, *use_.rates, s->schedule, s->tally));
        if (auto const* row = use_.comparisons.back().worst(wish_.wanted_error))
            use_.warnings.push_back(fmt::format(
                "{} gives {:.2g} ± {:.1g} times what a Monte Carlo sample does for {}; do not trust it "
                "for this particle and light, luminescence.engine = \"monte-carlo\" does",
                spoken(use_.engine), row->ratio, row->error, row->band));
    }

    /// A run by Monte Carlo knows for nothing what the mean field is worth.
    void compare_with_whole_run()
    {
        if (wish_.comparison_events == 0 || !result_.result.finished) return;
        try {
            RateAnswer const rates = rate_answer(Engine::mean_field);
            use_.comparisons.push_back(
                compared(Engine::mean_field, rates, result_.schedule, result_.result.tally));
        }
        catch (NumericsError const&) {  // then it cannot be trusted, and there is nothing to compare
        }
    }

    void choose()
    {
        double const limit = wish_.event_limit, wanted = wish_.wanted_error;
        std::vector<std::pair<Engine, RateAnswer>> candidates;
        try {
            candidates.emplace_back(Engine::mean_field, rate_answer(Engine::mean_field));
        }
        catch (NumericsError const& error) {
            use_.warnings.push_back(fmt::format("the mean field found no state ({})", error.what()));
        }
        if (candidates.empty()) {
            use_.why = "there are no rate equations that could be compared";
            return monte_carlo();
        }
        auto const& s = sampled(std::max(wish_.comparison_events, limit / 8), candidates.front().second);
        if (!s) {
            use_.why = "no Monte Carlo sample is affordable that could say whether rate equations hold";
            return monte_carlo();
        }
        auto const bands = bench_.assembly().bands();
        auto const main = main_bands(recipe_, bands, s->tally);
        double const error = relative_error(s->tally.observables.front(), main);
        Schedule const whole = monte_carlo_schedule();
        double const each = (whole.burn_in_s + whole.duration_s) * s->events_per_s;
        double const needed = wish_.trajectories
                                  ? double(*wish_.trajectories) * each
                                  : std::max(double(s->tally.events) * std::pow(error / wanted, 2),
                                             double(least_chunks) * each);
        if (needed <= limit) {
            use_.comparisons.push_back(
                compared(Engine::mean_field, candidates.front().second, s->schedule, s->tally));
            use_.why = fmt::format("Monte Carlo needs about {:.1g} events, within the limit of {:.1g}",
                                   needed, limit);
            return monte_carlo();
        }
        for (auto& [engine, rates] : candidates) {
            use_.comparisons.push_back(compared(engine, rates, s->schedule, s->tally));
            if (!use_.comparisons.back().agrees(wanted)) continue;
            use_.why =
                fmt::format("Monte Carlo would need about {:.1g} events, beyond the limit of {:.1g}, and {} "
                            "agrees with a sample of it",
                            needed, limit, spoken(engine));
            return put_rates(engine, std::move(rates));
        }
        use_.why =
            fmt::format("Monte Carlo would need about {:.1g} events, beyond the limit of {:.1g}, but no rate "
                        "equations were found to agree with a sample of it",
                        needed, limit);
        use_.warnings.push_back(use_.why + "; it was run to the limit");
        monte_carlo();
    }

    Recipe const& recipe_;
    LuminescenceRecipe const& wish_;
    Workbench& bench_;
    RunOptions const& options_;
    std::optional<std::optional<Sample>> sample_;
    EngineUse use_;
    Answer result_;
};

}  // namespace

Answer solve(Recipe const& recipe, Workbench& bench, RunOptions const& options)
{
    return Solver(recipe, bench, options).answer();
}

}  // namespace lanthorn
