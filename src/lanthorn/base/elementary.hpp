#pragma once

namespace lanthorn {

/// Natural logarithm of a normal positive number, at most 1 ulp off; the same bytes on every
/// x86-64, unlike that of the C library. 0, negative, subnormal, infinite and NaN are outside its domain.
/// Source: the reduction and minimax polynomial of FreeBSD msun e_log.c, method in Tang 1990 [tang1990].
double portable_log(double x);

/// Exponential, at most 1 ulp off; the same bytes on every x86-64. Overflows to infinity above
/// 709.78, goes to 0 below -745.13.
double portable_exp(double x);

/// x^p = exp(p log x) for x > 0; relative error grows as |p log x| * 1e-16.
double portable_pow(double x, double p);

}  // namespace lanthorn
