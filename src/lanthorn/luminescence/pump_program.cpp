#include "lanthorn/luminescence/pump_program.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

/// Calls visit(from, to, segment) for every stretch of constant irradiance in [0, end).
template <class Visit>
void for_each_stretch(PumpProgram const& pump, double end_s, Visit visit)
{
    if (pump.segments.empty()) return;
    double t = 0;
    for (std::int64_t cycle = 0; t < end_s; ++cycle) {
        for (std::size_t k = 0; k < pump.segments.size() && t < end_s; ++k) {
            bool const last = !pump.repeats && k + 1 == pump.segments.size();
            double const stop = last ? end_s : std::min(end_s, t + pump.segments[k].duration_s);
            visit(t, stop, pump.segments[k]);
            t = stop;
        }
        LANTHORN_EXPECT(t > 0);
    }
}

double of_laser(PumpProgram::Segment const& segment, std::size_t laser)
{
    return laser < segment.irradiance_W_per_cm2.size() ? segment.irradiance_W_per_cm2[laser] : 0.0;
}

}  // namespace

std::vector<double> PumpProgram::irradiance_at(double t_s, std::size_t lasers) const
{
    std::vector<double> irradiance(lasers, 0.0);
    double const beyond = std::nextafter(t_s, std::numeric_limits<double>::infinity());
    for_each_stretch(*this, beyond, [&](double from, double, Segment const& segment) {
        if (from <= t_s)
            for (std::size_t l = 0; l < lasers; ++l) irradiance[l] = of_laser(segment, l);
    });
    return irradiance;
}

std::vector<double> PumpProgram::switches_until(double end_s) const
{
    std::vector<double> times;
    for_each_stretch(*this, end_s, [&](double from, double, Segment const&) {
        if (from > 0) times.push_back(from);
    });
    return times;
}

std::vector<double> PumpProgram::fluence_until(double t_s, std::size_t lasers) const
{
    std::vector<double> fluence(lasers, 0.0);
    for_each_stretch(*this, t_s, [&](double from, double to, Segment const& segment) {
        for (std::size_t l = 0; l < lasers; ++l) fluence[l] += of_laser(segment, l) * (to - from);
    });
    return fluence;
}

}  // namespace lanthorn
