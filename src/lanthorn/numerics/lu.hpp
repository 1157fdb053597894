#pragma once

#include "lanthorn/base/stop_token.hpp"
#include "lanthorn/numerics/matrix.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// P A = L U of a square matrix with partial pivoting, plain loops in a fixed order: the same bytes on every CPU.
/// (2/3) n^3 operations; meant for up to a few hundred rows.
class DenseLu {
public:
    /// False where a pivot is 0 or not finite; solve must then not be called.
    bool factor(Matrix const& a);
    /// A x = b in place.
    void solve(std::span<double> b) const;

private:
    Matrix lu_;
    std::vector<std::size_t> pivot_;
    std::vector<double> inverse_;  // of the diagonal of U
};

/// Inverse in place of a square matrix whose diagonal is > 0 and in every row larger than the sum of all else, without
/// pivoting, in blocks and a fixed order: the same bytes on every CPU. 2 n^3 operations.
/// @return false where it was stopped; the matrix is then of no use
bool invert_diagonally_dominant(Matrix& a, StopToken stop = {});

}  // namespace lanthorn
