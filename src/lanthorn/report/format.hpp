#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lanthorn {

/// A value with its standard error in brackets, in units of the last digit shown: "2.31(4)e3", "0.40(2)",
/// "0.402(12)". Two digits of the error where the first is a 1, else one; a power of ten outside 1e-4 … 1e3
/// and where the error is tens or more. Without an error (0, not finite) four significant digits.
/// A value that is not finite is "–".
std::string with_error(double value, double error);

/// Four significant digits, shortest form: "0.25", "1.234e5", whole numbers below 1e6 in full.
std::string number_text(double value);

/// A count in full, thousands apart: "184 467 441" (narrow no-break spaces).
std::string count_text(std::int64_t count);

/// A time in the unit that suits it: "0.40(2) ms".
std::string time_text(double value_s, double error_s);

/// Text made safe for HTML text and quoted attributes.
std::string html(std::string_view text);

/// HTML of text with term symbols as they are printed ("4S3/2" with raised multiplicity and lowered J) and "->"
/// as an arrow; "Er:4S3/2" becomes Er and the term. A term symbol is a digit, a letter S P D F G H …, an optional
/// "(k)" and J, as a word of its own. Powers ("cm^-1") are raised.
std::string term_html(std::string_view text);

/// HTML of a unit: powers raised ("cm^-1"), "1/s/nm" as powers, and the "1" of a pure number left out.
std::string unit_html(std::string_view unit);

}  // namespace lanthorn
