#pragma once

#include "lanthorn/luminescence/kernel.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lanthorn {

template <class T>
std::size_t bytes_of(std::vector<T> const& v)
{
    return v.capacity() * sizeof(T);
}

/// Whom each ion may choose in each lane, and with which shares. Rows are (ions x lanes).
struct PartnerLists {
    struct Partner {
        double weight;
        std::uint32_t who;
    };

    /// @param beyond  how many partners beyond the nearest eight there will be: these lists are nearly all of the
    /// memory, and growing them would double it
    void reserve(std::size_t rows, std::size_t beyond);
    /// Puts a list in order and into its row, once. Weights are > 0.
    void set(std::size_t row, std::vector<Partner>& list);
    std::size_t bytes() const;

    std::vector<double> weight;
    std::vector<kernel::Nearest> nearest;
    std::vector<kernel::FarRange> far_range;
    std::vector<kernel::FarPartner> far;
};

/// Appends a column for each of a list, to draw one of it with its share of the weight, by Vose's method [vose1991].
void append_alias_table(std::vector<kernel::FarPartner>& columns,
                        std::span<PartnerLists::Partner const> list);

}  // namespace lanthorn
