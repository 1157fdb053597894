#pragma once

#include <cmath>
#include <cstdint>

namespace lanthorn {

/// Count, mean and spread of a series of numbers, one pass, mergeable.
///
/// Merging is deterministic but not associative to the last bit: fold in a fixed order.
/// Source: Chan, Golub, LeVeque 1983, eq. 2.1 [chan1983].
class Moments {
public:
    void add(double x)
    {
        ++count_;
        double const step = x - mean_;
        mean_ += step / double(count_);
        squares_ += step * (x - mean_);
    }

    void merge(Moments const& other)
    {
        if (other.count_ == 0) return;
        if (count_ == 0) {
            *this = other;
            return;
        }
        double const n = double(count_), m = double(other.count_), step = other.mean_ - mean_;
        mean_ += step * (m / (n + m));
        squares_ += other.squares_ + step * step * (n * m / (n + m));
        count_ += other.count_;
    }

    std::int64_t count() const { return count_; }
    double mean() const { return mean_; }
    /// Unbiased variance of one number; 0 for fewer than two.
    double variance() const { return count_ > 1 ? squares_ / double(count_ - 1) : 0.0; }
    /// Standard error of the mean; 0 for fewer than two numbers.
    double standard_error() const { return count_ > 1 ? std::sqrt(variance() / double(count_)) : 0.0; }

    /// The state, for checkpoints: from_state(count(), mean(), squares()) is the same object.
    double squares() const { return squares_; }
    static Moments from_state(std::int64_t count, double mean, double squares)
    {
        Moments m;
        m.count_ = count;
        m.mean_ = mean;
        m.squares_ = squares;
        return m;
    }

    bool operator==(Moments const&) const = default;

private:
    std::int64_t count_ = 0;
    double mean_ = 0;
    double squares_ = 0;
};

}  // namespace lanthorn
