#pragma once

#include "lanthorn/luminescence/mean_field.hpp"
#include "lanthorn/study/assemble.hpp"
#include "lanthorn/study/rate_answer.hpp"
#include "lanthorn/study/trust.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lanthorn {

/// The group `particle` of a record: figures of a crystal, and every cation.
Tree particle_group(Crystal const& crystal);

/// An assembly with each species split into layers by depth (see layered); as it is for one layer.
Assembly resolved_by_depth(Assembly const& assembly, std::size_t layers);

/// A particle and the engines for it, each made when it is first asked for. Serves any light of the lasers of its
/// recipe, but one thread at a time.
class Workbench {
public:
    explicit Workbench(Recipe const& recipe, std::uint32_t structure = 0);

    /// Whether this is the particle of another recipe too, with the same lasers at other irradiances.
    bool serves(Recipe const& recipe) const;

    Assembly const& assembly() const { return assembly_; }
    Assembly const& layered();
    Tree const& particle();           ///< see particle_group
    MonteCarlo const& monte_carlo();  ///< hop by hop
    /// With migration solved, where the schedule allows it and that pays; until the next call of one of these two.
    MonteCarlo const& monte_carlo_for(Schedule const& schedule, StopToken stop = {});
    MeanField const& mean_field();  ///< of the layered assembly
    Microscopic const& microscopic();
    /// The layers' amounts as those of the species that they are of.
    std::vector<double> without_layers(std::span<double const> amount);

private:
    Recipe recipe_;
    Assembly assembly_;
    std::optional<Assembly> layered_;
    std::optional<Tree> particle_;
    std::unique_ptr<MonteCarlo> monte_carlo_;
    std::unique_ptr<MeanField> mean_field_;
    std::unique_ptr<Microscopic> microscopic_;
};

/// Which engine answered, why, and how the rate equations compare.
struct EngineUse {
    Engine engine = Engine::monte_carlo;  ///< never automatic
    bool automatic = false;
    std::string why;
    std::optional<RateAnswer> rates;  ///< where rate equations answered
    std::vector<Comparison> comparisons;
    std::vector<std::string> left_out;  ///< sentences: what this engine does not count
    std::vector<std::string> warnings;
};

struct Answer {
    Assembly const* assembly = nullptr;      ///< of the workbench, or `pooled`
    std::shared_ptr<Assembly const> pooled;  ///< of several structures
    Tree const* particle = nullptr;          ///< of the workbench
    Schedule schedule;
    std::vector<Band> bands;
    RunResult result;
    EngineUse use;
};

/// Answers a recipe with the engine that it names, or that `auto` chooses: Monte Carlo where the sample promises the
/// wanted error within the event limit, else the first of mean field and microscopic that agrees with the sample,
/// else Monte Carlo to the limit, with a warning. All rests on counted work (theory: observables.12).
/// @pre bench.serves(recipe)
/// @throws InputError, NumericsError
Answer solve(Recipe const& recipe, Workbench& bench, RunOptions const& options);

}  // namespace lanthorn
