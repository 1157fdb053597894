#include "lanthorn/luminescence/site_linear.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/numerics/generator.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

/// What one neighbour's level changes of itself changes less than this in another is left to the iteration.
constexpr double negligible = 1e-3;

/// Products after which close neighbours are taken more cautiously.
constexpr int patience = 100;

/// A level that is reached in the end from wherever the ground level leads, n where there is none. Levels it does not
/// lead to are made to leave, so that they stand in nobody's way.
std::size_t end_of_all_ways(std::span<double> rate, std::size_t n)
{
    std::vector<std::vector<char>> leads(n, std::vector<char>(n, 0));
    for (std::size_t a = 0; a < n; ++a) {
        std::vector<std::size_t> open{a};
        leads[a][a] = 1;
        while (!open.empty()) {
            std::size_t const b = open.back();
            open.pop_back();
            for (std::size_t c = 0; c < n; ++c)
                if (b != c && rate[b * n + c] > 0 && leads[a][c] == 0) {
                    leads[a][c] = 1;
                    open.push_back(c);
                }
        }
    }
    for (std::size_t end = 0; end < n; ++end) {
        bool of_all = leads[0][end] != 0;
        for (std::size_t a = 0; a < n && of_all; ++a) of_all = leads[0][a] == 0 || leads[a][end] != 0;
        if (!of_all) continue;
        for (std::size_t a = 0; a < n; ++a)
            if (leads[0][a] == 0) rate[a * n + end] += 1;
        return end;
    }
    return n;
}

}  // namespace

SiteLinear::SiteLinear(SiteRates const& rates) : rates_(rates)
{
    std::size_t factors = 0, responses = 0;
    first_class_ = {0};
    for (auto const& b : rates.blocks()) {
        first_factor_.push_back(factors);
        first_response_.push_back(responses);
        first_class_.push_back(first_class_.back() + b.levels - 1);
        factors += b.ions * b.levels * b.levels;
        responses += b.ions * b.changes * (b.levels - 1);
    }
    root_.assign(rates.ions(), 0);
    factor_.resize(factors);
    response_.resize(responses);
    p_.resize(rates.states());
    scale_.resize(rates.excited());
    v_.resize(rates.excited());
    du_.resize(rates.changes());
    work_.resize(rates.excited());
    coarse_.resize(first_class_.back());
}

bool SiteLinear::factor(SiteRates::OneSite const& one_site, std::span<double const> u, double shift,
                        std::span<double const> reset, std::span<double> p)
{
    shift_ = shift;
    for (std::size_t s = 0; s < rates_.blocks().size(); ++s) {
        auto const& b = rates_.blocks()[s];
        std::size_t const n = b.levels;
        for (std::size_t i = 0; i < b.ions; ++i) {
            auto const q = std::span(factor_).subspan(first_factor_[s] + i * n * n, n * n);
            auto const own = p.subspan(b.first_state + i * n, n);
            auto const fill = [&] {
                rates_.rates_of(one_site, s, i, u, q);
                if (shift == 0) return;
                if (reset.empty())
                    for (std::size_t a = 1; a < n; ++a) q[a * n] += shift;
                else
                    for (std::size_t a = 0; a < n; ++a)
                        for (std::size_t c = 0; c < n; ++c)
                            q[a * n + c] += shift * reset[b.first_state + i * n + c];
            };
            auto& root = root_[b.first_ion + i];
            root = 0;
            if (!reset.empty() && shift > 0) {
                auto const from = reset.subspan(b.first_state + i * n, n);
                root = std::uint32_t(std::ranges::max_element(from) - from.begin());
            }
            fill();
            if (Generator::eliminate(q, n, root) < n) {
                fill();
                root = std::uint32_t(end_of_all_ways(q, n));
                if (root == n || Generator::eliminate(q, n, root) < n) return false;
            }
            Generator(q, n, root).stationary(own);
        }
    }
    std::ranges::copy(p, p_.begin());
    return true;
}

void SiteLinear::respond(std::span<double const> y, std::span<double const> scale)
{
    y_.assign(y.begin(), y.end());
    for (std::size_t s = 0; s < rates_.blocks().size(); ++s) {
        auto const& b = rates_.blocks()[s];
        std::size_t const n = b.levels;
        gain_.resize(b.changes * n);
        for (std::size_t i = 0; i < b.ions; ++i) {
            std::size_t const state = b.first_state + i * n;
            std::size_t const ion = b.first_ion + i;
            double* const own_scale = scale_.data() + b.first_excited + i * (n - 1);
            for (std::size_t l = 1; l < n; ++l) own_scale[l - 1] = scale[state + l];
            Generator const own(std::span<double const>(factor_).subspan(first_factor_[s] + i * n * n, n * n),
                                n, root_[ion]);
            auto const p = std::span<double const>(p_).subspan(state, n);
            rates_.gains_by_changes(s, y.subspan(state, n), gain_);
            double* const response = response_.data() + first_response_[s] + i * b.changes * (n - 1);
            for (std::size_t c = 0; c < b.changes; ++c) {
                auto const x = std::span(gain_).subspan(c * n, n);
                if (std::ranges::any_of(x, [](double w) { return w != 0; })) own.solve(p, 0, x);
                for (std::size_t l = 1; l < n; ++l) response[c * (n - 1) + l - 1] = x[l] / own_scale[l - 1];
            }
        }
    }
    find_coarse();
    find_close();
}

void SiteLinear::solve_alone(std::span<double> x) const
{
    for (std::size_t s = 0; s < rates_.blocks().size(); ++s) {
        auto const& b = rates_.blocks()[s];
        std::size_t const n = b.levels;
        for (std::size_t i = 0; i < b.ions; ++i) {
            auto const own = x.subspan(b.first_state + i * n, n);
            double sum = 0;
            for (double v : own) sum += v;
            Generator(std::span<double const>(factor_).subspan(first_factor_[s] + i * n * n, n * n), n,
                      root_[b.first_ion + i])
                .solve(std::span<double const>(p_).subspan(b.first_state + i * n, n), sum / shift_, own);
        }
    }
}

/// What the changes `du` of fields, each times the number of its class, change in each ion, over its scale, subtracted
/// from `out`.
void SiteLinear::subtract_responses(std::span<double const> du, std::span<double const> per_class,
                                    std::span<double> out) const
{
    for (std::size_t s = 0; s < rates_.blocks().size(); ++s) {
        auto const& b = rates_.blocks()[s];
        std::size_t const n = b.levels - 1;
        auto const& class_of = rates_.class_of_change()[s];
        double const* response = response_.data() + first_response_[s];
        double const* change = du.data() + b.first_change;
        double* own = out.data() + b.first_excited;
        for (std::size_t i = 0; i < b.ions; ++i, own += n, change += b.changes)
            for (std::size_t c = 0; c < b.changes; ++c, response += n) {
                double d = change[c];
                if (!per_class.empty()) d = class_of[c] == SiteRates::none ? 0 : d * per_class[class_of[c]];
                if (d == 0) continue;
                for (std::size_t l = 0; l < n; ++l) own[l] -= d * response[l];
            }
    }
}

void SiteLinear::pass_on(std::span<double const> z, std::span<double> out)
{
    for (std::size_t e = 0; e < z.size(); ++e) v_[e] = scale_[e] * z[e];
    rates_.find_changes(y_, v_, du_);
    std::ranges::copy(z, out.begin());
    subtract_responses(du_, {}, out);
}

void SiteLinear::find_coarse()
{
    std::size_t const classes = first_class_.back();
    coarse_du_.resize(rates_.changes());
    rates_.find_changes(y_, scale_, coarse_du_);
    Matrix coarse(classes, classes);
    for (std::size_t s = 0; s < rates_.blocks().size(); ++s) {
        auto const& b = rates_.blocks()[s];
        std::size_t const n = b.levels - 1;
        auto const& class_of = rates_.class_of_change()[s];
        double const* response = response_.data() + first_response_[s];
        double const* change = coarse_du_.data() + b.first_change;
        for (std::size_t i = 0; i < b.ions; ++i, change += b.changes)
            for (std::size_t c = 0; c < b.changes; ++c, response += n) {
                if (class_of[c] == SiteRates::none) continue;
                for (std::size_t l = 0; l < n; ++l)
                    coarse(first_class_[s] + l, class_of[c]) -= change[c] * response[l];
            }
        for (std::size_t l = first_class_[s]; l < first_class_[s + 1]; ++l) {
            for (std::size_t c = 0; c < classes && b.ions > 0; ++c) coarse(l, c) /= double(b.ions);
            coarse(l, l) += 1;
        }
    }
    singular_ = !coarse_lu_.factor(coarse);
}

/// The equations with those neighbours alone that weigh most, and whose changes go the same way. Where excitations meet
/// often, ions may answer with more than they are given; then what they answer is bounded, or else they are left out.
void SiteLinear::find_close()
{
    close_good_ = false;
    if (caution_ == Caution::without) return;
    SparseMatrix a{.first = {0}, .column = {}, .value = {}};
    std::vector<std::vector<std::pair<std::uint32_t, double>>> rows;
    for (std::size_t s = 0; s < rates_.blocks().size(); ++s) {
        auto const& b = rates_.blocks()[s];
        std::size_t const n = b.levels - 1;
        for (std::size_t i = 0; i < b.ions; ++i) {
            rows.assign(n, {});
            std::size_t const excited = b.first_excited + i * n;
            for (std::size_t l = 0; l < n; ++l) rows[l].emplace_back(std::uint32_t(excited + l), 1.0);
            double const* const response = response_.data() + first_response_[s] + i * b.changes * n;
            for (auto const& near : rates_.near()) {
                if (near.to != s) continue;
                auto const& of = rates_.blocks()[near.of];
                std::size_t const levels = of.levels - 1;
                for (std::uint32_t k = near.first[i]; k < near.first[i + 1]; ++k)
                    for (std::size_t m = 0; m < levels; ++m) {
                        std::size_t const other = of.first_excited + near.who[k] * levels + m;
                        double const change = near.weight[k] * scale_[other];
                        double const* const own = response + (near.change + m) * n;
                        for (std::size_t l = 0; l < n; ++l)
                            if (change * own[l] > negligible)
                                rows[l].emplace_back(std::uint32_t(other), -change * own[l]);
                    }
            }
            for (auto& row : rows) {
                double sum = 0;
                for (std::size_t e = 1; e < row.size(); ++e) sum -= row[e].second;
                if (caution_ == Caution::bounded)
                    for (std::size_t e = 1; e < row.size() && sum > 1; ++e) row[e].second /= sum;
                std::ranges::sort(row, {}, [](auto const& e) { return e.first; });
                for (std::size_t e = 0; e < row.size(); ++e)
                    if (e > 0 && row[e].first == row[e - 1].first)
                        a.value.back() += row[e].second;
                    else {
                        a.column.push_back(row[e].first);
                        a.value.push_back(row[e].second);
                    }
                a.first.push_back(std::uint32_t(a.column.size()));
            }
        }
    }
    close_good_ = close_.factor(std::move(a));
}

/// z with the means of classes right: what they lack is given to all ions of a class.
void SiteLinear::correct(std::span<double const> z, std::span<double> out)
{
    std::ranges::copy(z, out.begin());
    if (singular_) {
        if (close_good_) close_.solve(out);
        return;
    }
    std::ranges::fill(coarse_, 0.0);
    auto const each = [&](auto const& visit) {
        for (std::size_t s = 0; s < rates_.blocks().size(); ++s) {
            auto const& b = rates_.blocks()[s];
            std::size_t e = b.first_excited;
            for (std::size_t i = 0; i < b.ions; ++i)
                for (std::size_t l = first_class_[s]; l < first_class_[s + 1]; ++l, ++e)
                    visit(e, l, double(b.ions));
        }
    };
    each([&](std::size_t e, std::size_t l, double ions) { coarse_[l] += z[e] / ions; });
    coarse_lu_.solve(coarse_);
    // Z q + (z - A Z q), where A Z q = Z q - what it changes; the latter by way of the close neighbours
    each([&](std::size_t e, std::size_t l, double) { out[e] -= coarse_[l]; });
    correction_.assign(z.size(), 0.0);
    subtract_responses(coarse_du_, coarse_, correction_);
    for (std::size_t e = 0; e < z.size(); ++e) out[e] -= correction_[e];
    if (close_good_) close_.solve(out);
    each([&](std::size_t e, std::size_t l, double) { out[e] += coarse_[l]; });
}

Gmres::Outcome SiteLinear::solve(std::span<double> r, double wanted, int products)
{
    LANTHORN_EXPECT(r.size() == rates_.states());
    std::vector<double> z(rates_.excited()), sum(rates_.ions());
    each_ion([&](Block const& b, std::size_t i, std::size_t state, std::size_t excited) {
        sum[b.first_ion + i] = r[state];
        for (std::size_t l = 1; l < b.levels; ++l) {
            z[excited + l - 1] = r[state + l] / scale_[excited + l - 1];
            sum[b.first_ion + i] += r[state + l];
        }
    });
    auto const product = [this](std::span<double const> x, std::span<double> y) {
        correct(x, work_);
        pass_on(work_, y);
    };
    auto const given = z;
    auto outcome = gmres_.solve(product, z, wanted, caution_ == Caution::without ? products : patience);
    while (outcome.residual > wanted && caution_ != Caution::without) {
        caution_ = caution_ == Caution::none ? Caution::bounded : Caution::without;
        find_close();
        z = given;
        outcome = gmres_.solve(product, z, wanted, caution_ == Caution::without ? products : patience);
    }
    correct(z, work_);
    each_ion([&](Block const& b, std::size_t i, std::size_t state, std::size_t excited) {
        r[state] = sum[b.first_ion + i];
        for (std::size_t l = 1; l < b.levels; ++l) {
            r[state + l] = work_[excited + l - 1] * scale_[excited + l - 1];
            r[state] -= r[state + l];
        }
    });
    return outcome;
}

}  // namespace lanthorn
