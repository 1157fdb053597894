#include "lanthorn/luminescence/monte_carlo.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/cpu.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/luminescence/group_plan.hpp"
#include "lanthorn/luminescence/migration.hpp"
#include "lanthorn/luminescence/transfer_tables.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace lanthorn {

namespace {

kernel::Kernel const& chosen_kernel()
{
    switch (kernel_level()) {
    case KernelLevel::v4:
        return kernel::v4;
    case KernelLevel::v3:
        return kernel::v3;
    default:
        return kernel::baseline;
    }
}

/// What happens at one time of a trajectory, in this order.
struct Stop {
    double time_s = 0;
    bool closes_window = false;
    bool snapshot = false;
    bool count = false;
    bool starts_count = false;
    bool switches = false;
    std::vector<Excite> pulses;
};

std::vector<Stop> stops_of(PumpProgram const& pump, ObservablePlan const& plan)
{
    std::map<double, Stop> at;
    auto const stop = [&](double t) -> Stop& {
        LANTHORN_EXPECT(t >= 0 && t <= plan.end_s);
        return at.try_emplace(t, Stop{.time_s = t}).first->second;
    };
    for (double t : plan.window_edges_s) stop(t).closes_window = true;
    for (double t : plan.snapshot_at_s) stop(t).snapshot = true;
    for (double t : plan.count_until_s) stop(t).count = true;
    if (plan.count_from_s > 0) stop(plan.count_from_s).starts_count = true;
    for (double t : pump.switches_until(plan.end_s)) stop(t).switches = true;
    for (auto const& pulse : pump.pulses)
        if (pulse.at_s < plan.end_s) stop(pulse.at_s).pulses.push_back(pulse.excite);
    stop(plan.end_s);
    std::vector<Stop> all;
    for (auto& [t, s] : at) all.push_back(std::move(s));
    return all;
}

/// Trials between two looks at the stop token: a fraction of a second.
constexpr std::int64_t trials_between_looks = std::int64_t{1} << 21;

bool is_constant(PumpProgram const& light, double until_s)
{
    return light.pulses.empty() && light.switches_until(until_s).empty();
}

}  // namespace

struct MonteCarlo::Tables {
    Tables(Network n, Accelerators use) : network(std::move(n)), transfer(network, use) {}

    Network network;
    TransferTables transfer;
};

MonteCarlo::MonteCarlo(Network network, Accelerators use)
{
    validate(network);
    if (!network.period_nm.empty())
        throw InputError({}, "network", "it repeats without end: trajectories are of particles");
    tables_ = std::make_unique<Tables const>(std::move(network), use);
}
MonteCarlo::~MonteCarlo() = default;
MonteCarlo::MonteCarlo(MonteCarlo&&) noexcept = default;
MonteCarlo& MonteCarlo::operator=(MonteCarlo&&) noexcept = default;

Network const& MonteCarlo::network() const { return tables_->network; }
std::size_t MonteCarlo::table_bytes() const
{
    return tables_->transfer.bytes() + (migration_ ? migration_->bytes() : 0);
}

void MonteCarlo::solve_migration(PumpProgram const& light, StopToken stop)
{
    auto irradiance = light.irradiance_at(0, network().lasers);
    if (migration_ && irradiance == migration_at_W_per_cm2_) return;
    migration_ = Migration::of(network(), tables_->transfer,
                               OneSiteRates(network(), irradiance, exchange_channels()), stop);
    migration_at_W_per_cm2_ = std::move(irradiance);
}

void MonteCarlo::follow_migration() { migration_.reset(); }

std::vector<std::uint32_t> MonteCarlo::exchange_channels() const
{
    return tables_->transfer.exchange_channels();
}

namespace {

/// The rates at each irradiance that comes, once however often it comes, and which of them each stretch has.
struct Lights {
    Lights(Network const& network, TransferTables const& transfer, PumpProgram const& pump,
           std::vector<Stop> const& stops)
    {
        std::map<std::vector<double>, std::size_t> known;
        auto const add = [&](double t) {
            auto const irradiance = pump.irradiance_at(t, network.lasers);
            auto const [at, is_new] = known.try_emplace(irradiance, rates.size());
            if (is_new) rates.emplace_back(network, irradiance, transfer.exchange_channels());
            of_stretch.push_back(at->second);
        };
        add(0);
        for (auto const& s : stops)
            if (s.switches) add(s.time_s);
    }

    std::vector<OneSiteRates> rates;
    std::vector<std::size_t> of_stretch;
};

/// Runs the trajectories of one chunk one after the other in the same memory.
class Chunk {
public:
    /// @param migration  null = hop by hop
    Chunk(Network const& network, TransferTables const& transfer, Migration const* migration,
          PumpProgram const& pump, InitialState const& initial, ObservablePlan const& plan,
          TrajectoryRange range, StopToken stop, EventObserver const& observe)
        : network_(network), transfer_(transfer), initial_(initial), plan_(plan), range_(range), stop_(stop),
          observe_(observe), stops_(stops_of(pump, plan)), lights_(network, transfer, pump, stops_),
          groups_(network, transfer, lights_.rates), memory_(groups_, network.ions()), cls_(network.ions()),
          slots_(network.channels()), seen_at_(network.ions()), with_mate_(network.classes()),
          events_(network.channels()), population_(network.classes()), integral_(network.classes()),
          events_at_edge_(network.channels()), counted_before_(network.channels())
    {
        tally_.snapshot.resize(plan.snapshot_at_s.size() * network.classes());
        tally_.counts.resize(plan.count_until_s.size() * network.channels());
        tally_.occupation.resize(plan.windows() * network.classes());
        tally_.observables.assign(plan.windows(), JointMoments(plan.observables.size()));
        snapshots_.reserve(tally_.snapshot.size());
        counts_.reserve(tally_.counts.size());
        occupations_.reserve(tally_.occupation.size());
        lone_.elsewhere_s.resize(network.classes());
        lone_.hops.resize(network.channels());
        bool const averages = plan.steady && plan.snapshot_at_s.empty() && is_constant(pump, plan.end_s);
        if (averages && !observe) migration_ = migration;
    }

    Tally run()
    {
        for (std::uint64_t k = 0; k < range_.count; ++k) {
            if (!trajectory(range_.first + k)) break;
            fold();
        }
        return std::move(tally_);
    }

private:
    /// False where it was stopped on the way.
    bool trajectory(std::uint64_t index)
    {
        begin(index);
        for (auto const& stop : stops_) {
            if (!stretch(stop.time_s)) return false;
            now_s_ = stop.time_s;
            if (stop.closes_window) close_window();
            if (stop.snapshot) snapshots_.insert(snapshots_.end(), population_.begin(), population_.end());
            if (stop.starts_count) counted_before_ = events_;
            if (stop.count)
                for (std::size_t m = 0; m < events_.size(); ++m)
                    counts_.push_back(events_[m] - counted_before_[m]);
            if (stop.switches) ++phase_;
            for (auto const& pulse : stop.pulses) excite(pulse);
            if (stop.switches || !stop.pulses.empty()) refresh();
        }
        return true;
    }

    void begin(std::uint64_t index)
    {
        index_ = index;
        auto const first = network_.first_class();
        for (std::size_t i = 0; i < network_.ions(); ++i) {
            std::size_t const level = initial_.level.empty() ? 0 : initial_.level[i].value;
            cls_[i] = std::uint16_t(first[network_.species_of[i].value] + level);
        }
        pulses_ = 0;
        for (auto const& excited : initial_.excited) excite(excited);
        std::ranges::fill(population_, 0);
        for (std::uint16_t c : cls_) ++population_[c];
        std::ranges::fill(events_, 0.0);
        std::ranges::fill(counted_before_, 0.0);
        std::ranges::fill(slots_, kernel::Slot{});
        std::ranges::fill(seen_at_, 0.0);
        std::ranges::fill(with_mate_, 0.0);
        std::ranges::fill(lone_.elsewhere_s, 0.0);
        std::ranges::fill(lone_.hops, 0.0);
        lone_.blocks = 0;
        std::ranges::fill(integral_, 0.0);
        snapshots_.clear();
        counts_.clear();
        occupations_.clear();
        observables_.clear();
        edges_ = 0;
        phase_ = 0;
        now_s_ = 0;

        StreamKey const key = range_.seed.key(Purpose::transfer);
        state_.cls = cls_.data();
        state_.slots = slots_.data();
        state_.seen_at = seen_at_.data();
        state_.with_mate = with_mate_.data();
        state_.looks = 0;
        memory_.lend(state_.groups);
        state_.key[0] = key[0];
        state_.key[1] = key[1];
        state_.index = index;
        state_.next_trial = 0;
        state_.cursor = kernel::batch;
        state_.events = state_.trials = 0;
        observer_ = {&Chunk::seen, this};
        state_.observer = observe_ ? &observer_ : nullptr;
        step_ = 0;
        refresh();
    }

    kernel::OneSiteTables one_site() const { return lights_.rates[lights_.of_stretch[phase_]].view(); }

    void refresh()
    {
        groups_.apply(state_.groups, lights_.of_stretch[phase_]);
        kernel_.refresh(transfer_.view(), one_site(), state_);
    }

    /// Runs to `end_s` and brings populations, events and integrals up to date.
    bool stretch(double end_s)
    {
        double const length_s = end_s - now_s_;
        if (length_s > 0) {
            double t = 0;
            for (auto outcome = kernel::Outcome::paused; outcome != kernel::Outcome::reached;) {
                if (stop_.stop_requested()) return false;
                if (migration_ && walk(t, length_s)) break;
                outcome = kernel_.advance(transfer_.view(), one_site(), state_, t, length_s,
                                          trials_between_looks, migration_ ? 1 : -1);
            }
            for (std::size_t c = 0; c < population_.size(); ++c)
                integral_[c] += double(population_[c]) * length_s;
            for (std::size_t m = 0; m < slots_.size(); ++m) {
                if (slots_[m].events == 0) continue;
                auto const& change = transfer_.change(m);
                double const after_s = double(slots_[m].events) * length_s - slots_[m].time_s;
                for (auto const& [c, by] : change) {
                    population_[c] += by * slots_[m].events;
                    integral_[c] += double(by) * after_s;
                }
                events_[m] += double(slots_[m].events);
                slots_[m] = {};
            }
            for (std::size_t m = 0; m < slots_.size(); ++m) events_[m] += std::exchange(lone_.hops[m], 0.0);
            for (std::size_t c = 0; c < population_.size(); ++c)
                integral_[c] += std::exchange(lone_.elsewhere_s[c], 0.0);
            if (auto const* mate = transfer_.view().exchange.mate)
                for (std::size_t c = 0; c < population_.size(); ++c) {
                    if (mate[c] == kernel::no_class) continue;
                    integral_[c] -= with_mate_[c];
                    integral_[mate[c]] += with_mate_[c];
                    with_mate_[c] = 0;
                }
        }
        return !stop_.stop_requested();
    }

    /// As far as there is one excitation or none; true at the end of the stretch.
    bool walk(double& t, double end_s)
    {
        kernel::Groups const& groups = state_.groups;
        if (groups.awake > 1) return false;
        auto const* const group = std::ranges::find_if(groups.count, std::identity{});
        bool const any = group != std::end(groups.count);
        std::uint32_t const start =
            any ? groups.members[groups.begins[group - groups.count]] : LoneExcitation::nobody;
        lone_.ion = start;
        lone_.other = LoneExcitation::nobody;
        if (!migration_->carries(state_, lone_)) return false;
        while (t < end_s && migration_->carries(state_, lone_) && !stop_.stop_requested())
            migration_->advance(state_, lone_, t, end_s, trials_between_looks);
        for (std::uint32_t ion : {start, lone_.ion, lone_.other})
            if (ion != LoneExcitation::nobody) kernel_.regroup(transfer_.view(), one_site(), state_, ion);
        return t >= end_s;
    }

    void close_window()
    {
        if (edges_++ > 0) {
            double const length_s = now_s_ - edge_s_;
            std::size_t const start = occupations_.size();
            for (double& x : integral_) occupations_.push_back(std::max(0.0, x) / length_s);
            for (auto const& observable : plan_.observables) {
                double value = 0;
                for (auto const& [c, weight] : observable.per_class)
                    value += weight * occupations_[start + c];
                for (auto const& [m, weight] : observable.per_channel)
                    value += weight * (events_[m] - events_at_edge_[m]) / length_s;
                observables_.push_back(value);
            }
        }
        edge_s_ = now_s_;
        std::ranges::fill(integral_, 0.0);
        events_at_edge_ = events_;
    }

    void excite(Excite const& excite)
    {
        // Pulses of a trajectory are told apart by their number; ions draw whether or not they are concerned.
        StreamKey const key = range_.seed.key(Purpose::excitation);
        std::size_t const first = network_.first_class()[excite.species.value];
        for (std::size_t i = 0; i < cls_.size(); ++i) {
            if (cls_[i] != first + excite.from.value || network_.species_of[i] != excite.species) continue;
            if (uniform_at(key, index_, pulses_ * cls_.size() + i) >= excite.probability) continue;
            cls_[i] = std::uint16_t(first + excite.to.value);
            --population_[first + excite.from.value];
            ++population_[first + excite.to.value];
        }
        ++pulses_;
    }

    void fold()
    {
        ++tally_.trajectories;
        tally_.events += state_.events;
        tally_.trials += state_.trials;
        tally_.events_of.push_back(state_.events);
        for (std::size_t k = 0; k < snapshots_.size(); ++k) tally_.snapshot[k].add(double(snapshots_[k]));
        for (std::size_t k = 0; k < counts_.size(); ++k) tally_.counts[k].add(counts_[k]);
        for (std::size_t k = 0; k < occupations_.size(); ++k) tally_.occupation[k].add(occupations_[k]);
        std::size_t const n = plan_.observables.size();
        for (std::size_t w = 0; w < plan_.windows(); ++w)
            tally_.observables[w].add({observables_.begin() + std::ptrdiff_t(w * n),
                                       observables_.begin() + std::ptrdiff_t((w + 1) * n)});
    }

    static void seen(void* context, double time_s, std::uint32_t ion, std::uint32_t partner,
                     std::uint32_t second_donor, std::uint32_t channel)
    {
        auto& self = *static_cast<Chunk*>(context);
        self.observe_({.trajectory = self.index_,
                       .step = self.step_++,
                       .time_s = self.now_s_ + time_s,
                       .ion = {ion},
                       .partner = {partner},
                       .second_donor = {second_donor},
                       .channel = channel});
    }

    Network const& network_;
    TransferTables const& transfer_;
    InitialState const& initial_;
    ObservablePlan const& plan_;
    TrajectoryRange range_;
    StopToken stop_;
    EventObserver const& observe_;
    std::vector<Stop> stops_;
    kernel::Kernel const& kernel_ = chosen_kernel();
    Lights lights_;

    GroupPlan groups_;
    GroupMemory memory_;
    Migration const* migration_ = nullptr;
    LoneExcitation lone_;
    kernel::Trajectory state_{};
    kernel::Observer observer_{};
    std::vector<std::uint16_t> cls_;
    std::vector<kernel::Slot> slots_;
    std::vector<double> seen_at_, with_mate_;
    std::vector<double> events_;  // of each channel since 0; whole numbers but for hops that were solved
    std::vector<std::int64_t> population_;  // of each class now
    std::vector<double> integral_;          // of each class's population since the last window edge [s]
    std::vector<double> events_at_edge_, counted_before_, counts_;
    std::vector<std::int64_t> snapshots_;
    std::vector<double> occupations_, observables_;
    std::uint64_t index_ = 0, pulses_ = 0;
    std::int64_t step_ = 0;
    double now_s_ = 0, edge_s_ = 0;
    std::size_t edges_ = 0, phase_ = 0;
    Tally tally_;
};

}  // namespace

Tally MonteCarlo::run(PumpProgram const& pump, InitialState const& initial, ObservablePlan const& plan,
                      TrajectoryRange range, StopToken stop, EventObserver const& observe) const
{
    LANTHORN_EXPECT(initial.level.empty() || initial.level.size() == tables_->network.ions());
    bool const solved = migration_ && pump.irradiance_at(0, network().lasers) == migration_at_W_per_cm2_;
    return Chunk(tables_->network, tables_->transfer, solved ? migration_.get() : nullptr, pump, initial,
                 plan, range, stop, observe)
        .run();
}

Tally run(Network const& network, PumpProgram const& pump, InitialState const& initial,
          ObservablePlan const& plan, TrajectoryRange range, StopToken stop)
{
    return MonteCarlo(network).run(pump, initial, plan, range, stop);
}

}  // namespace lanthorn
