#include "lanthorn/luminescence/tally.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

void JointMoments::add(std::vector<double> const& x)
{
    LANTHORN_EXPECT(x.size() == size());
    ++count_;
    std::size_t const n = size();
    std::vector<double> step(n);
    for (std::size_t i = 0; i < n; ++i) step[i] = x[i] - mean_[i];
    double const keep = double(count_ - 1) / double(count_);
    for (std::size_t i = 0; i < n; ++i) {
        mean_[i] += step[i] / double(count_);
        for (std::size_t j = 0; j < n; ++j) squares_[i * n + j] += keep * step[i] * step[j];
    }
}

void JointMoments::merge(JointMoments const& other)
{
    LANTHORN_EXPECT(size() == other.size());
    if (other.count_ == 0) return;
    if (count_ == 0) {
        *this = other;
        return;
    }
    std::size_t const n = size();
    double const a = double(count_), b = double(other.count_);
    std::vector<double> step(n);
    for (std::size_t i = 0; i < n; ++i) step[i] = other.mean_[i] - mean_[i];
    for (std::size_t i = 0; i < n; ++i) {
        mean_[i] += step[i] * (b / (a + b));
        for (std::size_t j = 0; j < n; ++j)
            squares_[i * n + j] += other.squares_[i * n + j] + step[i] * step[j] * (a * b / (a + b));
    }
    count_ += other.count_;
}

double JointMoments::covariance_of_means(std::size_t i, std::size_t j) const
{
    return count_ > 1 ? squares_[i * size() + j] / double(count_ - 1) / double(count_) : 0.0;
}

void JointMoments::widen(std::vector<double> const& covariance)
{
    LANTHORN_EXPECT(count_ > 1 && covariance.size() == squares_.size());
    for (std::size_t k = 0; k < squares_.size(); ++k)
        squares_[k] += covariance[k] * double(count_) * double(count_ - 1);
}

double JointMoments::standard_error(std::size_t i) const { return std::sqrt(covariance_of_means(i, i)); }

JointMoments::Estimate JointMoments::linear(Weights const& weights) const
{
    double value = 0, variance = 0;
    for (auto const& [i, x] : weights) {
        value += x * mean_[i];
        for (auto const& [j, y] : weights) variance += x * y * covariance_of_means(i, j);
    }
    return {value, std::sqrt(std::max(0.0, variance))};
}

JointMoments::Estimate JointMoments::ratio(Weights const& a, Weights const& b) const
{
    double const denominator = linear(b).value;
    if (denominator == 0) return {};
    double const q = linear(a).value / denominator;
    // d(a/b) = (da - q db)/b
    Weights difference = a;
    for (auto const& [i, y] : b) difference.emplace_back(i, -q * y);
    return {q, linear(difference).standard_error / std::abs(denominator)};
}

Tree JointMoments::to_tree() const
{
    Tree tree;
    tree.put("count", count_);
    tree.put("mean", mean_, "1");
    tree.put("squares", squares_, "1");
    return tree;
}

JointMoments JointMoments::from_tree(Tree const& tree)
{
    JointMoments moments;
    moments.count_ = tree.integer("count");
    moments.mean_ = tree.doubles("mean");
    moments.squares_ = tree.doubles("squares");
    return moments;
}

namespace {

void merge_each(std::vector<Moments>& into, std::vector<Moments> const& from)
{
    LANTHORN_EXPECT(into.size() == from.size());
    for (std::size_t i = 0; i < into.size(); ++i) into[i].merge(from[i]);
}

Tree to_tree(std::vector<Moments> const& all)
{
    std::vector<std::int64_t> count;
    std::vector<double> mean, squares;
    for (auto const& m : all) {
        count.push_back(m.count());
        mean.push_back(m.mean());
        squares.push_back(m.squares());
    }
    Tree tree;
    tree.put("count", count);
    tree.put("mean", mean, "1");
    tree.put("squares", squares, "1");
    return tree;
}

std::vector<Moments> moments_from(Tree const& tree, std::string_view name)
{
    std::string const base(name);
    auto const& count = tree.integers(base + "/count");
    auto const& mean = tree.doubles(base + "/mean");
    auto const& squares = tree.doubles(base + "/squares");
    std::vector<Moments> all;
    for (std::size_t i = 0; i < count.size(); ++i)
        all.push_back(Moments::from_state(count[i], mean[i], squares[i]));
    return all;
}

}  // namespace

void Tally::merge(Tally const& other)
{
    trajectories += other.trajectories;
    events += other.events;
    trials += other.trials;
    merge_each(snapshot, other.snapshot);
    merge_each(counts, other.counts);
    merge_each(occupation, other.occupation);
    LANTHORN_EXPECT(observables.size() == other.observables.size());
    for (std::size_t w = 0; w < observables.size(); ++w) observables[w].merge(other.observables[w]);
    events_of.insert(events_of.end(), other.events_of.begin(), other.events_of.end());
    failures.insert(failures.end(), other.failures.begin(), other.failures.end());
}

Tree to_tree(Tally const& tally)
{
    Tree tree;
    tree.put("trajectories", tally.trajectories);
    tree.put("events", tally.events);
    tree.put("trials", tally.trials);
    tree.groups["snapshot"] = to_tree(tally.snapshot);
    tree.groups["counts"] = to_tree(tally.counts);
    tree.groups["occupation"] = to_tree(tally.occupation);
    tree.put("events_of", tally.events_of);
    Tree& observables = tree.groups["observables"];
    observables.put("windows", std::int64_t(tally.observables.size()));
    for (std::size_t w = 0; w < tally.observables.size(); ++w)
        observables.groups[std::to_string(w)] = tally.observables[w].to_tree();
    std::vector<std::int64_t> failed;
    std::vector<std::string> reasons;
    for (auto const& failure : tally.failures) {
        failed.push_back(std::int64_t(failure.trajectory));
        reasons.push_back(failure.reason);
    }
    tree.put("failed_trajectories", failed);
    tree.put("failure_reasons", reasons);
    return tree;
}

Tally tally_from(Tree const& tree)
{
    Tally tally;
    tally.trajectories = tree.integer("trajectories");
    tally.events = tree.integer("events");
    tally.trials = tree.integer("trials");
    tally.snapshot = moments_from(tree, "snapshot");
    tally.counts = moments_from(tree, "counts");
    tally.occupation = moments_from(tree, "occupation");
    tally.events_of = tree.integers("events_of");
    std::int64_t const windows = tree.integer("observables/windows");
    for (std::int64_t w = 0; w < windows; ++w)
        tally.observables.push_back(
            JointMoments::from_tree(*tree.find_group("observables/" + std::to_string(w))));
    auto const& failed = tree.integers("failed_trajectories");
    auto const& reasons = tree.texts("failure_reasons");
    for (std::size_t i = 0; i < failed.size(); ++i)
        tally.failures.push_back({std::uint64_t(failed[i]), reasons[i]});
    return tally;
}

}  // namespace lanthorn
