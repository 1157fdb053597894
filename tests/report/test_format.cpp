#include "lanthorn/report/format.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace lanthorn {
namespace {

TEST(WithError, PutsTheErrorInUnitsOfTheLastDigit)
{
    EXPECT_EQ(with_error(2310, 40), "2.31(4)e3");
    EXPECT_EQ(with_error(0.4, 0.02), "0.40(2)");
    EXPECT_EQ(with_error(0.402, 0.012), "0.402(12)");
    EXPECT_EQ(with_error(0.0031, 0.0003), "0.0031(3)");
    EXPECT_EQ(with_error(96, 8), "96(8)");
    EXPECT_EQ(with_error(-1.5e-20, 2e-21), "-1.5(2)e-20");
}

TEST(WithError, CarriesWhenRoundingGainsADigit)
{
    EXPECT_EQ(with_error(9996, 50), "1.000(5)e4");
    EXPECT_EQ(with_error(1, 0.096), "1.00(10)");
    EXPECT_EQ(with_error(1, 0.196), "1.0(2)");
}

TEST(WithError, ShowsAnErrorLargerThanTheValue)
{
    EXPECT_EQ(with_error(3, 40), "0(4)e1");
    EXPECT_EQ(with_error(0, 0.3), "0.0(3)");
    EXPECT_EQ(with_error(-3, 20), "0(2)e1");
}

TEST(WithError, WithoutAnErrorHasFourDigits)
{
    EXPECT_EQ(with_error(1.23456, 0), "1.235");
    EXPECT_EQ(with_error(6500, 0), "6500");
    EXPECT_EQ(with_error(1.2e-20, std::nan("")), "1.2e-20");
    EXPECT_EQ(with_error(0, 0), "0");
    EXPECT_EQ(with_error(-0.0, 0), "0");
    EXPECT_EQ(with_error(std::nan(""), 1), "–");
    EXPECT_EQ(with_error(std::numeric_limits<double>::infinity(), 1), "–");
}

/// "2.31(4)e3" as numbers again.
std::pair<double, double> read_back(std::string const& text)
{
    std::size_t const open = text.find('('), close = text.find(')');
    std::string const mantissa = text.substr(0, open);
    std::size_t const point = mantissa.find('.');
    int const decimals = point == std::string::npos ? 0 : static_cast<int>(mantissa.size() - point - 1);
    double const power = close + 1 < text.size() ? std::pow(10.0, std::stoi(text.substr(close + 2))) : 1.0;
    double const quantum = std::stod(text.substr(open + 1, close - open - 1));
    return {std::stod(mantissa) * power, quantum * std::pow(10.0, -decimals) * power};
}

RC_GTEST_PROP(WithError, ReadsBackWithinItsOwnDigits, ())
{
    double const value =
        std::pow(10.0, *rc::gen::inRange(-250, 250) * 0.1) * (*rc::gen::arbitrary<bool>() ? 1 : -1);
    double const error = std::abs(value) * std::pow(10.0, *rc::gen::inRange(-90, 15) * 0.1);
    auto const [v, e] = read_back(with_error(value, error));
    RC_ASSERT(std::abs(v - value) <= 0.51 * error);
    RC_ASSERT(std::abs(e - error) <= 0.26 * error);
}

TEST(TimeText, ChoosesTheUnit)
{
    EXPECT_EQ(time_text(4.0e-4, 2e-5), "0.40(2) ms");
    EXPECT_EQ(time_text(8e-6, 0), "8 µs");
    EXPECT_EQ(time_text(2e-9, 0), "2 ns");
    EXPECT_EQ(time_text(0.02, 0), "20 ms");
    EXPECT_EQ(time_text(3, 0), "3 s");
    EXPECT_EQ(time_text(0, 0), "0 s");
}

TEST(CountText, SetsThousandsApart)
{
    EXPECT_EQ(count_text(4633), "4633");
    EXPECT_EQ(count_text(184467441), "184\u202f467\u202f441");
    EXPECT_EQ(count_text(-12345), "-12\u202f345");
}

TEST(Html, EscapesWhatHasAMeaning)
{
    EXPECT_EQ(html("<b a=\"1\" b='2'>&"), "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;");
}

TEST(TermHtml, RaisesAndLowers)
{
    EXPECT_EQ(term_html("4S3/2"), "<sup>4</sup>S<sub>3/2</sub>");
    EXPECT_EQ(term_html("2H(2)11/2"), "<sup>2</sup>H(2)<sub>11/2</sub>");
    EXPECT_EQ(term_html("Ho:5I8"), "Ho&nbsp;<sup>5</sup>I<sub>8</sub>");
    EXPECT_EQ(term_html("1D2->3F4"), "<sup>1</sup>D<sub>2</sub>&thinsp;→&thinsp;<sup>3</sup>F<sub>4</sub>");
}

TEST(TermHtml, RaisesPowers)
{
    EXPECT_EQ(term_html("Er 2K13/2 (33044 cm^-1), a^b^"),
              "Er <sup>2</sup>K<sub>13/2</sub> (33044 cm<sup>−1</sup>), a^b^");
}

TEST(TermHtml, LeavesOtherWordsAlone)
{
    EXPECT_EQ(term_html("NaYF4 at 0.4S3, x4F2, C6"), "NaYF4 at 0.4S3, x4F2, C6");
    EXPECT_EQ(term_html("<4S3/2>"), "&lt;<sup>4</sup>S<sub>3/2</sub>&gt;");
}

TEST(UnitHtml, RaisesPowers)
{
    EXPECT_EQ(unit_html("cm^-1"), "cm<sup>−1</sup>");
    EXPECT_EQ(unit_html("nm^6/s"), "nm<sup>6</sup>/s");
    EXPECT_EQ(unit_html("1/s/nm"), "s<sup>−1</sup> nm<sup>−1</sup>");
    EXPECT_EQ(unit_html("1"), "");
    EXPECT_EQ(unit_html("W/cm^2 ^"), "W/cm<sup>2</sup> ^");
}

}  // namespace
}  // namespace lanthorn
