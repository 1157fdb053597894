#include "lanthorn/data/schema.hpp"

#include <algorithm>

namespace lanthorn {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

/// Damerau-Levenshtein distance with adjacent swaps, blind to case.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            bool const same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

} // namespace

std::optional<std::string> nearest(std::string_view word, std::vector<std::string> const& candidates)
{
    std::size_t best = word.size() < 2 ? 0 : std::max<std::size_t>(1, word.size() / 3);
    std::optional<std::string> result;
    for (auto const& candidate : candidates) {
        std::size_t const wrong = distance(word, candidate);
        if (wrong > best || (result && wrong == best)) continue;
        best = wrong;
        result = candidate;
    }
    return result;
}

} // namespace lanthorn
