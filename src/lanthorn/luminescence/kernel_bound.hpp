#pragma once

#include "lanthorn/luminescence/kernel.hpp"

/// The bound on what an ion does and the group that goes with it; the kernel and those who make room for its groups
/// must agree to the bit.
namespace lanthorn::kernel {

[[gnu::always_inline]] static inline double bound_of_level(Tables const& tables, OneSiteTables const& one,
                                                           std::uint32_t ion, std::uint16_t cls)
{
    double sum = one.total[cls];
    if (tables.extra.base) sum += tables.extra.total[tables.extra.base[ion] + cls];
    double const* weight = tables.weight + std::size_t(ion) * tables.lanes;
    double const* most = tables.most + std::size_t(cls) * tables.lanes;
    for (std::uint32_t s = 0; s < tables.lanes; ++s) sum += weight[s] * most[s];
    return sum;
}

/// Bound on all that an ion in a class or its mate does; no neighbour can change it.
[[gnu::always_inline]] static inline double bound(Tables const& tables, OneSiteTables const& one,
                                                  std::uint32_t ion, std::uint16_t cls)
{
    double const level = bound_of_level(tables, one, ion, cls);
    if (!tables.exchange.mate || tables.exchange.mate[cls] == no_class) return level;
    double const mate = bound_of_level(tables, one, ion, tables.exchange.mate[cls]);
    return level < mate ? mate : level;
}

/// Exponent and three bits of the mantissa.
[[gnu::always_inline]] static inline std::int64_t key_of(double bound)
{
    return std::int64_t(__builtin_bit_cast(std::uint64_t, bound) >> 49);
}

[[gnu::always_inline]] static inline unsigned group_at(double bound, std::int64_t lowest)
{
    if (!(bound > 0)) return no_group;
    std::int64_t const above = key_of(bound) - lowest;
    return above > 0 ? unsigned(above) : 0u;
}

}  // namespace lanthorn::kernel
