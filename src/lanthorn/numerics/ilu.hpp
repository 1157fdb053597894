#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lanthorn {

/// A sparse square matrix, row by row, columns ascending within a row; every diagonal element is there.
struct SparseMatrix {
    std::vector<std::uint32_t> first;   ///< (rows + 1)
    std::vector<std::uint32_t> column;  ///< (elements)
    std::vector<double> value;          ///< (elements)
};

/// L U with the pattern of A itself: what would fill its holes is dropped. An approximate inverse for iterative methods.
///
/// Source: Meijerink, van der Vorst, Math. Comput. 31, 148 (1977) [meijerink1977].
class IncompleteLu {
public:
    /// False where a pivot is 0 or not finite; solve must then not be called.
    bool factor(SparseMatrix a);
    /// L U x = b in place.
    void solve(std::span<double> b) const;

private:
    SparseMatrix lu_;
    std::vector<std::uint32_t> diagonal_;
    std::vector<double> inverse_;
};

}  // namespace lanthorn
