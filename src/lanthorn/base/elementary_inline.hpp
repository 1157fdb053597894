#pragma once

#include <cstdint>

/// The bodies of portable_log and of the map from bits to uniform numbers, always inlined, so that hot kernels can
/// compile them for their own instruction set (no weak symbols). Plain + - * /, hence the same bytes everywhere, and a
/// loop over them vectorises down to SSE2.
namespace lanthorn {

/// See portable_log. Real is double and Bits uint64_t, or GNU vectors of these.
template <class Real, class Bits>
[[gnu::always_inline]] inline Real log_of(Real x)
{
    // x = 2^k (1 + f) with sqrt(1/2) < 1 + f < sqrt(2); log(1 + f) = f - (f^2/2 - s (f^2/2 + R(s^2))), s = f/(2 + f)
    Bits const bits = __builtin_bit_cast(Bits, x);
    Bits const shifted =
        bits - 0x3fe6a09e00000000u + 0x4000000000000000u;  // sqrt(1/2) -> exponent field 1024
    Bits const exponent = shifted >> 52;
    Real const dk = __builtin_bit_cast(Real, exponent | 0x4330000000000000u) - (0x1p52 + 1024);
    Real const f = __builtin_bit_cast(Real, bits - ((exponent - 1024) << 52)) - 1.0;
    Real const s = f / (2.0 + f);
    Real const z = s * s, w = z * z;
    Real const even =
        w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    Real const odd =
        z * (6.666666666666735130e-01 +
             w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    Real const half = 0.5 * f * f;
    double const ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    return dk * ln2_high - ((half - (s * (half + (even + odd)) + dk * ln2_low)) - f);
}

/// 52 random bits on (0, 1), as to_uniform of stream.hpp: the upper 52 of 64.
template <class Real, class Bits>
[[gnu::always_inline]] inline Real uniform_of(Bits bits)
{
    Real const whole = __builtin_bit_cast(Real, bits >> 12 | 0x4330000000000000u) - 0x1p52;
    return (whole + 0.5) * 0x1p-52;
}

}  // namespace lanthorn
