#pragma once

#include <compare>

namespace lanthorn {

/// A number that knows its dimension, held in the house unit. No arithmetic:
/// name a unit to take the number out, and compute with plain doubles.
template <class Unit>
class Quantity {
public:
    constexpr Quantity() = default;
    constexpr Quantity(double number, Unit unit) : house_{number * unit.in_house} {}

    constexpr double in(Unit unit) const { return house_ / unit.in_house; }
    constexpr auto operator<=>(Quantity const&) const = default;

private:
    double house_ = 0;
};

struct LengthUnit {
    double in_house;
};
struct TimeUnit {
    double in_house;
};
struct RateUnit {
    double in_house;
};
struct IrradianceUnit {
    double in_house;
};
struct TemperatureUnit {
    double in_house;
};
struct WavenumberUnit {
    double in_house;
};
struct AreaUnit {
    double in_house;
};

using Length = Quantity<LengthUnit>;            ///< house unit nm
using Time = Quantity<TimeUnit>;                ///< house unit s
using Rate = Quantity<RateUnit>;                ///< house unit 1/s
using Irradiance = Quantity<IrradianceUnit>;    ///< house unit W/cm^2
using Temperature = Quantity<TemperatureUnit>;  ///< house unit K
using Wavenumber = Quantity<WavenumberUnit>;    ///< house unit 1/cm, level energies
using Area = Quantity<AreaUnit>;                ///< house unit cm^2, cross-sections and line strengths

inline constexpr LengthUnit nm{1.0}, angstrom{0.1}, um{1e3};
inline constexpr TimeUnit second{1.0}, ms{1e-3}, us{1e-6}, ns{1e-9};
inline constexpr RateUnit per_s{1.0}, per_ms{1e3};
inline constexpr IrradianceUnit W_per_cm2{1.0}, mW_per_cm2{1e-3};
inline constexpr TemperatureUnit kelvin{1.0};
inline constexpr WavenumberUnit per_cm{1.0};
inline constexpr AreaUnit cm2{1.0};

}  // namespace lanthorn
