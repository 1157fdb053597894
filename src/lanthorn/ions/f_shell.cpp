#include "lanthorn/ions/f_shell.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>
#include <bit>

namespace lanthorn::f_shell {

namespace {

int twice_M(Determinant d)
{
    int sum = 0;
    for (int i = 0; i < orbitals; ++i)
        if (d >> i & 1) sum += 2 * m_of(i) + twice_spin_of(i);
    return sum;
}

// Whether moving the electrons of `part` to the left of those of `rest` is an odd permutation.
bool odd(Determinant part, Determinant rest)
{
    int exchanges = 0;
    for (int i = 0; i < orbitals; ++i)
        if (part >> i & 1) exchanges += std::popcount(unsigned(rest) & ((1u << i) - 1));
    return exchanges % 2 == 1;
}

}  // namespace

std::vector<Determinant> determinants(int electrons)
{
    LANTHORN_EXPECT(electrons >= 0 && electrons <= orbitals);
    std::vector<Determinant> result;
    for (unsigned d = 0; d < 1u << orbitals; ++d)
        if (std::popcount(d) == electrons) result.push_back(Determinant(d));
    return result;
}

std::vector<Determinant> determinants(int electrons, int M)
{
    std::vector<Determinant> result = determinants(electrons);
    std::erase_if(result, [&](Determinant d) { return twice_M(d) != M; });
    return result;
}

ManyBody many_body(OneBody const& operation)
{
    ManyBody result;
    for (int from = 0; from < orbitals; ++from) {
        std::vector<ManyBody::Element> elements;
        for (int to = 0; to < orbitals; ++to)
            if (double const value = operation[std::size_t(to)][std::size_t(from)]; value != 0)
                elements.push_back({Determinant(1 << to), value});
        result.columns.emplace_back(Determinant(1 << from), std::move(elements));
    }
    return result;
}

void add(ManyBody const& operation, std::span<Determinant const> to, std::span<Determinant const> from,
         Matrix& matrix)
{
    LANTHORN_EXPECT(matrix.rows == to.size() && matrix.columns == from.size());
    for (std::size_t column = 0; column < from.size(); ++column)
        for (auto const& [removed, elements] : operation.columns) {
            if ((removed & ~from[column]) != 0) continue;
            Determinant const rest = from[column] ^ removed;
            bool const odd_removal = odd(removed, rest);
            for (auto const& [added, value] : elements) {
                if ((added & rest) != 0) continue;
                auto const row = std::ranges::lower_bound(to, Determinant(rest | added));
                if (row == to.end() || *row != (rest | added)) continue;
                matrix(std::size_t(row - to.begin()), column) +=
                    odd(added, rest) == odd_removal ? value : -value;
            }
        }
}

}  // namespace lanthorn::f_shell
