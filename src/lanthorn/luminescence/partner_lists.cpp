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

void PartnerLists::reserve(std::size_t rows, std::size_t far)
{
    kernel::Nearest nobody{};
    std::ranges::fill(nobody.threshold, flipped(0xffffffffu));
    weight.assign(rows, 0.0);
    nearest.assign(rows, nobody);
    far_range.assign(rows, {0, 0});
    far_until.reserve(far);
    far_who.reserve(far);
}

void PartnerLists::set(std::size_t row, std::vector<Partner>& list)
{
    if (list.empty()) return;
    std::size_t const close = std::min<std::size_t>(list.size(), kernel::near);
    std::ranges::partial_sort(list, list.begin() + std::ptrdiff_t(close), [](Partner a, Partner b) {
        return a.weight != b.weight ? a.weight > b.weight : a.who < b.who;
    });
    double far = 0;
    for (std::size_t k = close; k < list.size(); ++k) far += list[k].weight;
    double sum = 0;
    for (std::size_t k = 0; k < close; ++k) sum += list[k].weight;
    double const all = weight[row] = sum + far;

    kernel::Nearest& first = nearest[row];
    sum = 0;
    for (std::size_t k = 0; k < close; ++k) {
        sum += list[k].weight;
        first.who[k] = list[k].who;
        bool const last = k + 1 == list.size();
        first.threshold[k] = flipped(last ? 0xffffffffu : std::min(threshold(sum / all), 0xfffffffeu));
    }
    for (std::size_t k = close; k < kernel::near; ++k) first.who[k] = first.who[close - 1];
    far_range[row].first = std::uint32_t(far_who.size());
    sum = 0;
    for (std::size_t k = close; k < list.size(); ++k) {
        sum += list[k].weight;
        far_who.push_back(list[k].who);
        far_until.push_back(threshold(sum / far));
    }
    far_range[row].last = std::uint32_t(far_who.size());
}

std::size_t PartnerLists::bytes() const
{
    return bytes_of(weight) + bytes_of(nearest) + bytes_of(far_range) + bytes_of(far_until) +
           bytes_of(far_who);
}

}  // namespace lanthorn
