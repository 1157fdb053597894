#include "lanthorn/luminescence/partner_lists.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

/// A share of 1 as a 32-bit threshold.
std::uint32_t threshold(double share)
{
    return std::uint32_t(std::clamp(std::nearbyint(share * 0x1p32), 0.0, double(0xffffffffu)));
}

std::int32_t flipped(std::uint32_t x) { return std::int32_t(x ^ 0x80000000u); }

}  // namespace

void PartnerLists::reserve(std::size_t rows, std::size_t beyond)
{
    kernel::Nearest nobody{};
    std::ranges::fill(nobody.threshold, flipped(0xffffffffu));
    weight.assign(rows, 0.0);
    nearest.assign(rows, nobody);
    far_range.assign(rows, {0, 0});
    far.reserve(beyond);
}

void PartnerLists::set(std::size_t row, std::vector<Partner>& list)
{
    if (list.empty()) return;
    std::size_t const close = std::min<std::size_t>(list.size(), kernel::near);
    std::ranges::partial_sort(list, list.begin() + std::ptrdiff_t(close), [](Partner a, Partner b) {
        return a.weight != b.weight ? a.weight > b.weight : a.who < b.who;
    });
    double beyond = 0;
    for (std::size_t k = close; k < list.size(); ++k) beyond += list[k].weight;
    double sum = 0;
    for (std::size_t k = 0; k < close; ++k) sum += list[k].weight;
    double const all = weight[row] = sum + beyond;

    kernel::Nearest& first = nearest[row];
    sum = 0;
    for (std::size_t k = 0; k < close; ++k) {
        sum += list[k].weight;
        first.who[k] = list[k].who;
        bool const last = k + 1 == list.size();
        first.threshold[k] = flipped(last ? 0xffffffffu : std::min(threshold(sum / all), 0xfffffffeu));
    }
    for (std::size_t k = close; k < kernel::near; ++k) first.who[k] = first.who[close - 1];
    far_range[row].first = std::uint32_t(far.size());
    append_alias_table(far, std::span(list).subspan(close));
    far_range[row].last = std::uint32_t(far.size());
}

/// Each column is one of the list up to a threshold and another one above it.
void append_alias_table(std::vector<kernel::FarPartner>& columns, std::span<PartnerLists::Partner const> list)
{
    if (list.empty()) return;
    double sum = 0;
    for (PartnerLists::Partner const& p : list) sum += p.weight;
    std::vector<double> height;
    std::vector<std::size_t> low, high;
    for (std::size_t k = 0; k < list.size(); ++k) {
        height.push_back(list[k].weight / sum * double(list.size()));
        (height.back() < 1 ? low : high).push_back(k);
    }
    std::size_t const begin = columns.size();
    for (PartnerLists::Partner const& p : list) columns.push_back({0xffffffffu, p.who, p.who});
    while (!low.empty() && !high.empty()) {
        std::size_t const k = low.back(), giver = high.back();
        low.pop_back();
        columns[begin + k].until = threshold(height[k]);
        columns[begin + k].otherwise = list[giver].who;
        height[giver] -= 1 - height[k];
        if (height[giver] < 1) {
            high.pop_back();
            low.push_back(giver);
        }
    }
}

std::size_t PartnerLists::bytes() const
{
    return bytes_of(weight) + bytes_of(nearest) + bytes_of(far_range) + bytes_of(far);
}

}  // namespace lanthorn
