#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

/// What a number measures. House units in brackets.
enum class Dimension {
    none,             ///< pure number; "%" is 1/100
    length,           ///< [nm]
    time,             ///< [s]
    rate,             ///< [1/s]
    irradiance,       ///< [W/cm^2]
    power,            ///< [W], only to explain a mistaken unit
    temperature,      ///< [K]; "degC" has an offset
    energy,           ///< [cm^-1]; eV, meV, J are converted
    area,             ///< [cm^2], cross-sections and Judd-Ofelt parameters
    inverse_energy,   ///< [cm], the constants of gap laws
    number_density,   ///< [nm^-3]
    mass_density,     ///< [g/cm^3]
    molar_mass,       ///< [g/mol]
    transfer_sixth,   ///< [nm^6/s], dipole-dipole transfer coefficient
    transfer_eighth,  ///< [nm^8/s], dipole-quadrupole transfer coefficient
    transfer_tenth,   ///< [nm^10/s], quadrupole-quadrupole transfer coefficient
    transfer_volume,  ///< [cm^3/s], macroscopic transfer coefficient
    angle,            ///< [rad]
    areal_density,    ///< [nm^-2]
};

std::string_view to_text(Dimension dimension);     ///< "length", for messages
std::string_view house_unit(Dimension dimension);  ///< "nm"

/// A unit as written: house = number * factor + offset.
struct Unit {
    Dimension dimension = Dimension::none;
    double factor = 1;
    double offset = 0;
};

/// Knows "nm", "Å", "angstrom", "um", "µm", "mm", "cm", "m", "s", "ms", "us", "ns", "min", "h", "s^-1",
/// "1/s", "ms^-1", "W/cm^2", "mW/cm^2", "kW/cm^2", "W/m^2", "W", "mW", "K", "degC", "°C", "cm^-1", "1/cm",
/// "eV", "meV", "cm^2", "m^2", "pm^2", "cm", "nm^-2", "nm^-3", "cm^-3", "g/cm^3", "g/mol", "nm^6/s", "cm^6/s",
/// "A^6/s" and the like for 8 and 10, "cm^3/s", "bohr" (the atomic unit), "deg", "rad", "%", "mol%". A unit that
/// serves two dimensions ("cm": length and inverse energy) is resolved by `wanted`.
std::optional<Unit> unit_from(std::string_view text, Dimension wanted);

/// Splits "10 W/cm^2", "1e-3s", "25 degC" into number and unit text; nullopt if it does not begin with a
/// number.
struct NumberWithUnit {
    double number;
    std::string unit;  ///< as written, trimmed, may be empty
};
std::optional<NumberWithUnit> split_number(std::string_view text);

/// A number in the house unit of `wanted`, or the sentence that says why not.
struct Conversion {
    std::optional<double> house;
    std::string problem;  ///< set where house is empty
};
Conversion to_house(std::string_view text, Dimension wanted);
Conversion to_house(double number, std::string_view unit, Dimension wanted);

}  // namespace lanthorn
