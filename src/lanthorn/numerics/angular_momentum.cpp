#include "lanthorn/numerics/angular_momentum.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace lanthorn {

namespace {

constexpr int largest = 64;

// Up to 25! without rounding, then within a few parts in 1e19.
long double factorial(int n)
{
    static std::array<long double, largest + 1> const table = [] {
        std::array<long double, largest + 1> f{1};
        for (int i = 1; i <= largest; ++i) f[std::size_t(i)] = f[std::size_t(i - 1)] * i;
        return f;
    }();
    LANTHORN_EXPECT(n >= 0 && n <= largest);
    return table[std::size_t(n)];
}

bool triangle(int a, int b, int c) { return (a + b + c) % 2 == 0 && c <= a + b && c >= std::abs(a - b); }

bool projection(int j, int m) { return std::abs(m) <= j && (j - m) % 2 == 0; }

long double sign(int exponent) { return exponent % 2 == 0 ? 1 : -1; }

long double triangle_coefficient(int a, int b, int c)
{
    return factorial((a + b - c) / 2) * factorial((a - b + c) / 2) * factorial((-a + b + c) / 2) /
           factorial((a + b + c) / 2 + 1);
}

}  // namespace

double wigner_3j(int a, int b, int c, int alpha, int beta, int gamma)
{
    if (a < 0 || b < 0 || c < 0 || alpha + beta + gamma != 0 || !triangle(a, b, c) || !projection(a, alpha) ||
        !projection(b, beta) || !projection(c, gamma))
        return 0;
    int const upper1 = (a + b - c) / 2, upper2 = (a - alpha) / 2, upper3 = (b + beta) / 2;
    int const shift1 = (c - b + alpha) / 2, shift2 = (c - a - beta) / 2;
    long double sum = 0;
    for (int t = std::max({0, -shift1, -shift2}); t <= std::min({upper1, upper2, upper3}); ++t)
        sum += sign(t) / (factorial(t) * factorial(shift1 + t) * factorial(shift2 + t) *
                          factorial(upper1 - t) * factorial(upper2 - t) * factorial(upper3 - t));
    long double const norm = triangle_coefficient(a, b, c) * factorial((a + alpha) / 2) *
                             factorial((a - alpha) / 2) * factorial((b + beta) / 2) *
                             factorial((b - beta) / 2) * factorial((c + gamma) / 2) *
                             factorial((c - gamma) / 2);
    return double(sign((a - b - gamma) / 2) * std::sqrt(norm) * sum);
}

double wigner_6j(int a, int b, int c, int d, int e, int f)
{
    if (std::min({a, b, c, d, e, f}) < 0 || !triangle(a, b, c) || !triangle(a, e, f) || !triangle(d, b, f) ||
        !triangle(d, e, c))
        return 0;
    int const low[] = {(a + b + c) / 2, (a + e + f) / 2, (d + b + f) / 2, (d + e + c) / 2};
    int const high[] = {(a + b + d + e) / 2, (b + c + e + f) / 2, (c + a + f + d) / 2};
    long double sum = 0;
    for (int t = *std::ranges::max_element(low); t <= *std::ranges::min_element(high); ++t) {
        long double below = 1;
        for (int const x : low) below *= factorial(t - x);
        for (int const x : high) below *= factorial(x - t);
        sum += sign(t) * factorial(t + 1) / below;
    }
    return double(std::sqrt(triangle_coefficient(a, b, c) * triangle_coefficient(a, e, f) *
                            triangle_coefficient(d, b, f) * triangle_coefficient(d, e, c)) *
                  sum);
}

}  // namespace lanthorn
