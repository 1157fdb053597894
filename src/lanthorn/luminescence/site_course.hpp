#pragma once

#include "lanthorn/luminescence/course_system.hpp"
#include "lanthorn/luminescence/site_linear.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// Microscopic rate equations in time; states as SiteRates has them.
class SiteCourse : public CourseSystem {
public:
    SiteCourse(SiteRates const& rates, CourseTolerance tolerance);

    std::size_t size() const override { return rates_.states(); }
    void derivative(std::span<double const> y, std::span<double> dy) const override;
    bool factor(std::span<double const> y, double c) override;
    void solve(std::span<double> b) const override;

    std::size_t lasers() const override { return rates_.network().lasers; }
    void set_irradiance(std::span<double const> irradiance_W_per_cm2) override;
    std::vector<double> totals() const override { return std::vector<double>(size(), 1.0); }
    std::size_t classes() const override { return rates_.network().classes(); }
    void amounts(std::span<double const> state, std::span<double> amount) const override;
    std::size_t channels() const override { return rates_.network().channels(); }
    std::size_t products() const override { return rates_.products(); }
    void products(std::span<double const> state, std::span<double> value) const override;
    std::vector<double> events(std::span<double const> products,
                               std::span<double const> irradiance_W_per_cm2) const override;
    void excite(Excite const& how, std::span<double> state) const override;

private:
    SiteRates const& rates_;
    double least_;  // scale of populations of next to nothing
    double shift_ = 0;
    SiteRates::OneSite one_site_;
    mutable SiteLinear linear_;
    mutable std::vector<double> u_;
    std::vector<double> p_, scale_;
};

}  // namespace lanthorn
