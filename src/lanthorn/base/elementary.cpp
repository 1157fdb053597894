#include "lanthorn/base/elementary.hpp"

#include <bit>
#include <cstdint>
#include <limits>

namespace lanthorn {

namespace {

constexpr double ln2_high = 6.93147180369123816490e-01;
constexpr double ln2_low = 1.90821492927058770002e-10;

}  // namespace

double portable_log(double x)
{
    // x = 2^k (1 + f) with sqrt(1/2) < 1 + f < sqrt(2); log(1 + f) = f - (f^2/2 - s (f^2/2 + R(s^2))), s = f/(2 + f)
    std::uint64_t const bits = std::bit_cast<std::uint64_t>(x);
    std::uint64_t const shifted = bits - 0x3fe6a09e00000000u;  // the bits of sqrt(1/2)
    std::int64_t const k = std::int64_t(shifted) >> 52;
    double const f = std::bit_cast<double>(bits - (std::uint64_t(k) << 52)) - 1.0;
    double const s = f / (2.0 + f);
    double const z = s * s, w = z * z;
    double const even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double const odd = z * (6.666666666666735130e-01 +
                            w * (2.857142874366239149e-01 +
                                 w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double const half = 0.5 * f * f;
    double const dk = double(k);
    return dk * ln2_high - ((half - (s * (half + (even + odd)) + dk * ln2_low)) - f);
}

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
    double const c =
        r - z * (1.66666666666666019037e-01 +
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

double portable_pow(double x, double p)
{
    return portable_exp(p * portable_log(x));
}

}  // namespace lanthorn
