#include "lanthorn/base/elementary.hpp"

#include "lanthorn/base/elementary_inline.hpp"

#include <bit>
#include <cstdint>
#include <limits>

namespace lanthorn {

namespace {

constexpr double ln2_high = 6.93147180369123816490e-01;
constexpr double ln2_low = 1.90821492927058770002e-10;

}  // namespace

double portable_log(double x) { return log_of<double, std::uint64_t>(x); }

double portable_exp(double x)
{
    if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
    if (x < -745.1332191019412) return 0.0;
    // x = k ln2 + r, |r| <= ln2/2; exp(r) = 1 + r + r c/(2 - c), c = r - r^2 P(r^2)
    double const k = double(std::int64_t(x * 1.44269504088896338700 + (x < 0 ? -0.5 : 0.5)));
    double const high = x - k * ln2_high;
    double const low = k * ln2_low;
    double const r = high - low;
    double const z = r * r;
    double const c = r - z * (1.66666666666666019037e-01 +
                              z * (-2.77777777770155933842e-03 +
                                   z * (6.61375632143793436117e-05 +
                                        z * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08))));
    double const y = 1.0 + ((r * c / (2.0 - c) - low) + high);
    // Scale in two steps, so that results below the normal range are rounded once.
    auto const power = [](std::int64_t e) { return std::bit_cast<double>(std::uint64_t(1023 + e) << 52); };
    std::int64_t const e = std::int64_t(k);
    if (e > 1000) return y * power(1000) * power(e - 1000);
    if (e < -1000) return y * power(-1000) * power(e + 1000);
    return y * power(e);
}

double portable_pow(double x, double p) { return portable_exp(p * portable_log(x)); }

}  // namespace lanthorn
