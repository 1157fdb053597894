#pragma once

#include "lanthorn/luminescence/site_rates.hpp"
#include "lanthorn/numerics/gmres.hpp"
#include "lanthorn/numerics/ilu.hpp"
#include "lanthorn/numerics/lu.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// Linear equations of implicit steps with the microscopic rate equations,
///
///   (shift - A_i(U_i)) x_i - sum over changes c of dU_ic[x] B_c y_i = b_i,   sum of x_i = given
///
/// (theory: rate-equations.15). Each ion's own part is solved exactly, which leaves how changes pass from ion to ion;
/// that is solved by GMRES, relative to the populations, with the means of classes solved directly.
class SiteLinear {
public:
    explicit SiteLinear(SiteRates const& rates);

    /// Factors the ions' own parts, and finds where each goes in its present fields: (shift - A_i) p_i = shift *
    /// reset_i, sum of p_i = 1.
    /// @param u      (fields)
    /// @param shift  [1/s] >= 0
    /// @param reset  (states); empty = the ground level
    /// @param p      (states) result, not negative
    /// @return false where an ion has two sets of levels that it cannot leave
    bool factor(SiteRates::OneSite const& one_site, std::span<double const> u, double shift,
                std::span<double const> reset, std::span<double> p);

    /// How ions respond to changes of their fields at populations y, and on which scale.
    /// @param scale  (states) > 0 of what x is measured against
    void respond(std::span<double const> y, std::span<double const> scale);

    /// x = (shift - A)^-1 b of each ion by itself, in place; sum of x_i = sum of b_i / shift.
    /// @pre factored with the ground level as reset, shift > 0
    void solve_alone(std::span<double> b) const;

    /// x - (what the others' x change in each ion) = r in place, sums of x_i as those of r_i.
    Gmres::Outcome solve(std::span<double> r, double wanted, int products);

    /// Whether the means of classes are not determined.
    bool singular() const { return singular_; }

private:
    using Block = SiteRates::Block;

    void pass_on(std::span<double const> z, std::span<double> out);
    void subtract_responses(std::span<double const> du, std::span<double const> per_class,
                            std::span<double> out) const;
    template <class Visit>
    void each_ion(Visit const& visit) const
    {
        for (auto const& b : rates_.blocks())
            for (std::size_t i = 0; i < b.ions; ++i)
                visit(b, i, b.first_state + i * b.levels, b.first_excited + i * (b.levels - 1));
    }
    void find_coarse();
    void find_close();
    void correct(std::span<double const> z, std::span<double> out);

    SiteRates const& rates_;
    double shift_ = 0;
    std::vector<std::size_t> first_factor_, first_response_;  // (species)
    std::vector<std::uint32_t> root_;                         // (ions)
    std::vector<double> factor_, p_;
    std::vector<double> response_;   // (ions)(changes x excited levels), over the scale
    std::vector<double> y_, scale_;  // (states), (excited)
    std::vector<double> v_, du_, gain_, work_, correction_;
    std::vector<double> coarse_du_, coarse_;
    std::vector<std::size_t> first_class_;
    DenseLu coarse_lu_;
    bool singular_ = false;
    IncompleteLu close_;
    bool close_good_ = false;
    enum class Caution { none, bounded, without } caution_ = Caution::none;
    Gmres gmres_{100};
};

}  // namespace lanthorn
