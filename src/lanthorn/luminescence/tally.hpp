#pragma once

#include "lanthorn/base/moments.hpp"
#include "lanthorn/data/tree.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lanthorn {

/// Means and joint second moments of several numbers per trajectory, mergeable in a fixed order.
class JointMoments {
public:
    explicit JointMoments(std::size_t size = 0) : mean_(size), squares_(size * size) {}

    std::size_t size() const { return mean_.size(); }
    std::int64_t count() const { return count_; }
    void add(std::vector<double> const& x);
    void merge(JointMoments const& other);
    double mean(std::size_t i) const { return mean_[i]; }
    /// Covariance of the means of i and j; 0 for fewer than two.
    double covariance_of_means(std::size_t i, std::size_t j) const;
    double standard_error(std::size_t i) const;

    struct Estimate {
        double value = 0, standard_error = 0;
    };
    using Weights = std::vector<std::pair<std::size_t, double>>;
    /// sum of weight * mean (theory: observables.2).
    Estimate linear(Weights const& weights) const;
    /// linear(a)/linear(b), error to first order (theory: observables.4); 0 where the denominator is 0.
    Estimate ratio(Weights const& a, Weights const& b) const;

    /// Adds to the covariance of the means what the scatter of the numbers does not show.
    /// @param covariance  (size x size)
    /// @pre at least two numbers were added, and none is added or merged afterwards
    void widen(std::vector<double> const& covariance);

    Tree to_tree() const;
    static JointMoments from_tree(Tree const& tree);
    bool operator==(JointMoments const&) const = default;

private:
    std::int64_t count_ = 0;
    std::vector<double> mean_;
    std::vector<double> squares_;
};

/// What an engine returns for a range of trajectories. Foldable: merge(a, b) in trajectory order.
struct Tally {
    struct Failure {
        std::uint64_t trajectory;
        std::string reason;
        bool operator==(Failure const&) const = default;
    };

    std::int64_t trajectories = 0;
    std::int64_t events = 0;
    std::int64_t trials = 0;                ///< events plus rejected proposals: the counted work
    std::vector<Moments> snapshot;          ///< (snapshots x classes) ions in the class
    std::vector<Moments> counts;            ///< (count times x channels) events up to t
    std::vector<Moments> occupation;        ///< (windows x classes) mean ions in the class
    std::vector<JointMoments> observables;  ///< (windows) of the plan's observables
    std::vector<std::int64_t> events_of;    ///< (trajectories) in their order
    std::vector<Failure> failures;  ///< trajectories that did not finish; they are left out of all means

    void merge(Tally const& other);
    bool operator==(Tally const&) const = default;
};

Tree to_tree(Tally const& tally);
Tally tally_from(Tree const& tree);

}  // namespace lanthorn
