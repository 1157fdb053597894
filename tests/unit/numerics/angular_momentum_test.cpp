#include "lanthorn/numerics/angular_momentum.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace lanthorn {
namespace {

TEST(Wigner, HasKnownValues)
{
    EXPECT_NEAR(wigner_3j(2, 2, 0, 0, 0, 0), -1 / std::sqrt(3.0), 1e-15);
    EXPECT_NEAR(wigner_3j(6, 4, 6, 0, 0, 0), std::sqrt(4.0 / 105), 1e-15);
    EXPECT_NEAR(wigner_3j(1, 1, 2, 1, -1, 0), 1 / std::sqrt(6.0), 1e-15);
    EXPECT_NEAR(wigner_6j(2, 2, 2, 2, 2, 2), 1.0 / 6, 1e-15);
    EXPECT_NEAR(wigner_6j(1, 1, 2, 1, 1, 2), 1.0 / 6, 1e-15);
    EXPECT_NEAR(wigner_6j(4, 4, 4, 4, 4, 4), -3.0 / 70, 1e-15);
}

TEST(Wigner, VanishesByTheSelectionRules)
{
    EXPECT_EQ(wigner_3j(2, 2, 6, 0, 0, 0), 0);
    EXPECT_EQ(wigner_3j(2, 2, 2, 2, 0, 0), 0);
    EXPECT_EQ(wigner_3j(2, 2, 3, 0, 0, 0), 0);
    EXPECT_EQ(wigner_3j(1, 1, 2, 0, 0, 0), 0);
    EXPECT_EQ(wigner_3j(-2, 2, 2, 0, 0, 0), 0);
    EXPECT_EQ(wigner_6j(2, 2, 6, 2, 2, 2), 0);
}

TEST(Wigner, IsOrthogonal)
{
    // sum_m (2 j3 + 1) (j1 j2 j3; m1 m2 m3) (j1 j2 j3'; m1 m2 m3) = delta, up to the J of 4f^n.
    for (int a : {5, 12, 24, 25})
        for (int b : {2, 7, 12})
            for (int c = std::abs(a - b); c <= a + b; c += 2)
                for (int d = std::abs(a - b); d <= a + b; d += 2) {
                    int const m3 = (a + b) % 2;
                    double sum = 0;
                    for (int m1 = -a; m1 <= a; m1 += 2)
                        sum += (c + 1) * wigner_3j(a, b, c, m1, m3 - m1, -m3) *
                               wigner_3j(a, b, d, m1, m3 - m1, -m3);
                    EXPECT_NEAR(sum, c == d ? 1 : 0, 1e-13) << a << ' ' << b << ' ' << c << ' ' << d;
                }
}

TEST(Wigner, SixJsAreOrthogonal)
{
    for (int a : {6, 11})
        for (int f = 0; f <= 12; f += 2)
            for (int g = 0; g <= 12; g += 2) {
                double sum = 0;
                for (int x = 0; x <= 40; ++x)
                    sum += (x + 1) * wigner_6j(a, 6, x, 6, a, f) * wigner_6j(a, 6, x, 6, a, g);
                bool const allowed = f <= 2 * a && f <= 12;
                EXPECT_NEAR(sum * (f + 1), f == g && allowed ? 1 : 0, 1e-13) << a << ' ' << f << ' ' << g;
            }
}

}  // namespace
}  // namespace lanthorn
