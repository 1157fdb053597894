#include "lanthorn/study/decay.hpp"

#include "lanthorn/base/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lanthorn {

namespace {

double integral(Decay const& decay, std::size_t from, std::size_t to)
{
    double sum = 0;
    for (std::size_t k = from; k < to; ++k) sum += decay.intensity[k] * (decay.to_s[k] - decay.from_s[k]);
    return sum;
}

double middle(Decay const& decay, std::size_t k) { return (decay.from_s[k] + decay.to_s[k]) / 2; }

/// What an exponential through the last third of the time adds beyond the record; 0 where that does not fall.
double tail(Decay const& decay)
{
    double const end_s = decay.to_s.back();
    auto const at = [&](double t) {
        return std::size_t(std::ranges::lower_bound(decay.from_s, t) - decay.from_s.begin());
    };
    std::size_t const n = decay.intensity.size(), start = at(end_s * 2 / 3), half = at(end_s * 5 / 6);
    if (start == half || half == n) return 0;
    double const early = integral(decay, start, half) / (decay.to_s[half - 1] - decay.from_s[start]);
    double const late = integral(decay, half, n) / (end_s - decay.from_s[half]);
    if (!(late > 0) || !(early > late)) return 0;
    double const early_s = (decay.from_s[start] + decay.to_s[half - 1]) / 2,
                 late_s = (decay.from_s[half] + end_s) / 2;
    double const rate = portable_log(early / late) / (late_s - early_s);
    return late * portable_exp(-rate * (end_s - late_s)) / rate;
}

}  // namespace

std::optional<DecayTimes> decay_times(Decay const& decay)
{
    std::size_t const n = decay.intensity.size();
    if (n < 6) return std::nullopt;
    std::size_t const peak = std::size_t(std::ranges::max_element(decay.intensity) - decay.intensity.begin());
    double const top = decay.intensity[peak];
    if (!(top > 0)) return std::nullopt;

    DecayTimes times;
    times.maximum_s = peak == 0 ? 0 : middle(decay, peak);
    double previous_s = times.maximum_s, previous = top;
    for (std::size_t k = peak + 1; k < n; ++k) {
        double const now = decay.intensity[k];
        if (now <= top / std::numbers::e) {
            double const share = (previous - top / std::numbers::e) / (previous - now);
            times.one_over_e_s = previous_s + share * (middle(decay, k) - previous_s) - times.maximum_s;
            break;
        }
        previous = now;
        previous_s = middle(decay, k);
    }
    // The first bin's mean lies below I(0); extrapolate with the decay rate found.
    double start = top;
    if (peak == 0 && times.one_over_e_s > 0) {
        double const x = (decay.to_s[0] - decay.from_s[0]) / times.one_over_e_s;
        start = top * x / (1 - portable_exp(-x));
    }
    double const beyond = tail(decay), all = integral(decay, 0, n) + beyond;
    times.tail_share = beyond / all;
    times.amplitude_average_s = all / start;
    double variance = beyond * beyond / 4, moment = 0;
    for (std::size_t k = 0; k < n; ++k) {
        double const width = decay.to_s[k] - decay.from_s[k];
        variance += decay.error[k] * width * decay.error[k] * width;
        moment += decay.intensity[k] * width * middle(decay, k);
    }
    times.amplitude_average_error_s =
        times.amplitude_average_s *
        std::sqrt(variance / (all * all) + decay.error[peak] * decay.error[peak] / (top * top));
    times.intensity_average_s = moment / integral(decay, 0, n);
    return times;
}

}  // namespace lanthorn
