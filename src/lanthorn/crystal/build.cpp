#include "lanthorn/base/contract.hpp"
#include "lanthorn/crystal/crystal.hpp"
#include "lanthorn/crystal/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace lanthorn {

namespace {

constexpr std::size_t positions_at_most = 1024;
constexpr double sites_at_most = 2e8;

/// Sites of a box around the outline.
double sites_of_box(Region const& region)
{
    Vec3 const half = region.shape.half_extent_nm(region.size_nm);
    return 8 * half.x * half.y * half.z / region.host.cell.volume_nm3() *
           double(region.host.positions.size());
}

Finding finding(std::string key, std::string problem)
{
    Finding made;
    made.key = std::move(key);
    made.problem = std::move(problem);
    return made;
}

void check_region(Particle const& plan, std::size_t number, std::vector<Finding>& findings)
{
    Region const& region = plan.regions[number];
    Host const& core = plan.regions.front().host;
    std::string const name = region_name(number);
    auto const add = [&](std::string_view key, std::string problem) {
        findings.push_back(finding(fmt::format("{}.{}", name, key), std::move(problem)));
    };
    auto const same_labels = [](Host::Position const& a, Host::Position const& b) {
        return a.label == b.label;
    };
    if (region.host.topology != core.topology ||
        !std::ranges::equal(region.host.positions, core.positions, same_labels))
        add("host",
            fmt::format(
                "{} is of topology \"{}\" and the core, {}, of \"{}\"; core and shells share one lattice of "
                "positions, so choose hosts of one topology",
                region.host.name, region.host.topology, core.name, core.topology));
    if (region.host.positions.empty() || region.host.positions.size() > positions_at_most)
        add("host", fmt::format("{} has {} positions in its cell, 1 to {} are wanted", region.host.name,
                                region.host.positions.size(), positions_at_most));
    if (!(region.size_nm > 0) || region.size_nm > 1000)
        add("size", fmt::format("a size of {} nm; above 0, at most 1000 nm is wanted", region.size_nm));
    else if (double const sites = sites_of_box(region); sites > sites_at_most)
        add("size",
            fmt::format(
                "a size of {} nm is about {:.0f} million sites; up to {:.0f} million are built atom by atom",
                region.size_nm, sites * 1e-6, sites_at_most * 1e-6));
    Shape const& shape = region.shape;
    if (shape.kind == ShapeKind::hexagonal_prism &&
        !(shape.aspect_ratio > 0 && std::isfinite(shape.aspect_ratio)))
        add("aspect_ratio",
            fmt::format("an aspect ratio of {}; a number above 0 is wanted", shape.aspect_ratio));
    if (shape.kind == ShapeKind::rounded_cube && !(shape.rounding >= 0 && shape.rounding <= 1))
        add("rounding", fmt::format("a rounding of {}; 0 (cube) to 1 (sphere) is wanted", shape.rounding));
    if (!(region.vacancy_fraction >= 0 && region.vacancy_fraction <= 1))
        add("vacancies", fmt::format("a vacancy fraction of {}; 0 to 1 is wanted", region.vacancy_fraction));
    double sum = 0;
    for (auto const& [element, fraction] : region.dopants) {
        std::string const key = "dopants." + element;
        if (formal_charge(element).value_or(0) <= 0)
            add(key, fmt::format("\"{}\" is no cation that is known here; write the element alone, \"Yb\"",
                                 element));
        if (std::ranges::count(region.dopants, element, [](auto const& d) { return d.first; }) > 1)
            add(key, fmt::format("{} is given twice", element));
        if (!(fraction >= 0 && fraction <= 1))
            add(key, fmt::format("{} is {}, a fraction between 0 and 1 is wanted", element, fraction));
        sum += fraction;
    }
    if (sum > 1 + 1e-9)
        add("dopants", fmt::format("the dopants sum to {:.6g} of the {} sites; at most 1 is possible", sum,
                                   region.host.dopable.element));
}

void check(Particle const& plan)
{
    std::vector<Finding> findings;
    if (plan.regions.empty())
        findings.push_back(finding("core", "a particle without a core; give one region at least"));
    for (std::size_t n = 0; n < plan.regions.size(); ++n) check_region(plan, n, findings);
    bool const has_column = std::ranges::any_of(plan.regions, [](Region const& region) {
        return std::ranges::any_of(region.host.positions, [](auto const& p) { return p.column; });
    });
    if (findings.empty() && plan.cation_order == CationOrder::alternating && !has_column)
        findings.push_back(finding(
            "core.cation_order", fmt::format("{} has no column of mixed cations along c that could alternate",
                                             plan.regions.front().host.name)));
    if (!findings.empty()) throw InputError(std::move(findings));
}

/// The positions of a cell that are one crystallographic site, by label.
using Pool = std::vector<std::uint32_t>;

/// Fills the sites of a placed crystal with ions.
class Filler {
public:
    Filler(Particle const& plan, StreamSeed seed, Crystal& crystal)
        : plan_(plan), content_(seed.key(Purpose::cell_content)), vacancies_(seed.key(Purpose::vacancies)),
          dopants_(seed.key(Purpose::dopants)), crystal_(crystal)
    {}

    void fill()
    {
        std::map<std::pair<std::size_t, std::string>, Pool> pools;
        std::vector<std::array<Pool*, positions_at_most>> by_position(plan_.regions.size());
        for (std::size_t r = 0; r < plan_.regions.size(); ++r)
            for (std::size_t p = 0; p < plan_.regions[r].host.positions.size(); ++p)
                by_position[r][p] = &pools[{r, plan_.regions[r].host.positions[p].label}];
        for (std::size_t s = 0; s < crystal_.size(); ++s)
            by_position[crystal_.region[s]][crystal_.lattice[s].position]->push_back(std::uint32_t(s));

        for (std::size_t r = 0; r < plan_.regions.size(); ++r) {
            Pool dopable;
            std::uint8_t const host_cation = kind(plan_.regions[r].host.dopable);
            for (auto const& [key, pool] : pools) {
                if (key.first != r || pool.empty()) continue;
                fill_pool(plan_.regions[r].host, pool);
                for (std::uint32_t s : pool)
                    if (crystal_.occupant[s] == host_cation) dopable.push_back(s);
            }
            std::ranges::sort(dopable);
            dope(plan_.regions[r], dopable);
        }
    }

private:
    struct Drawn {
        double u;
        std::uint32_t site;
        bool operator<(Drawn const& o) const { return std::tie(u, site) < std::tie(o.u, o.site); }
    };

    std::uint8_t kind(Occupant const& occupant)
    {
        auto const found = std::ranges::find(crystal_.occupants, occupant);
        if (found != crystal_.occupants.end()) return std::uint8_t(found - crystal_.occupants.begin());
        if (crystal_.occupants.size() > std::numeric_limits<std::uint8_t>::max())
            throw InputError({}, "core.host", "more than 256 kinds of ions");
        crystal_.occupants.push_back(occupant);
        return std::uint8_t(crystal_.occupants.size() - 1);
    }

    double number(StreamKey key, std::uint32_t site, std::uint64_t k = 0) const
    {
        return uniform_at(key, site_key(crystal_.lattice[site]), k);
    }

    /// A number that all sites of a column along c share.
    double column_number(std::uint32_t site, std::uint16_t position) const
    {
        LatticeIndex const at = crystal_.lattice[site];
        return uniform_at(content_, site_key({at.i, at.j, 0, position}), 1);
    }

    void fill_pool(Host const& host, Pool const& pool)
    {
        Host::Position const& position = host.positions[crystal_.lattice[pool.front()].position];
        if (position.split)
            fill_split(host, pool);
        else if (position.column && position.shares.size() > 1 &&
                 plan_.cation_order == CationOrder::alternating)
            fill_alternating(position, pool);
        else if (position.shares.size() == 1 && position.shares.front().fraction >= 1)
            for (std::uint8_t const only = kind(position.shares.front().occupant); std::uint32_t s : pool)
                crystal_.occupant[s] = only;
        else
            fill_mixed(position, pool);
    }

    void fill_split(Host const& host, Pool const& pool)
    {
        std::uint16_t first = std::numeric_limits<std::uint16_t>::max();
        std::string const& label = host.positions[crystal_.lattice[pool.front()].position].label;
        for (std::size_t p = host.positions.size(); p-- > 0;)
            if (host.positions[p].label == label) first = std::uint16_t(p);
        for (std::uint32_t s : pool) {
            std::uint16_t const p = crystal_.lattice[s].position;
            bool const lower = column_number(s, first) < 0.5;
            if ((p == first) == lower) crystal_.occupant[s] = kind(host.positions[p].shares.front().occupant);
        }
    }

    void fill_alternating(Host::Position const& position, Pool const& pool)
    {
        auto const period = std::int64_t(position.shares.size());
        for (std::uint32_t s : pool) {
            auto const start = std::int64_t(column_number(s, crystal_.lattice[s].position) * double(period));
            std::int64_t const turn = ((crystal_.lattice[s].k + start) % period + period) % period;
            crystal_.occupant[s] = kind(position.shares[std::size_t(turn)].occupant);
        }
    }

    void fill_mixed(Host::Position const& position, Pool const& pool)
    {
        std::vector<Drawn> drawn;
        for (std::uint32_t s : pool) drawn.push_back({number(content_, s), s});
        double below = 0;
        std::size_t taken = 0;
        if (plan_.doping != Doping::independent) std::ranges::sort(drawn, std::less{});
        for (auto const& share : position.shares) {
            std::uint8_t const it = kind(share.occupant);
            if (plan_.doping == Doping::independent) {
                for (Drawn const& d : drawn)
                    if (d.u >= below && d.u < below + share.fraction) crystal_.occupant[d.site] = it;
                below += share.fraction;
                continue;
            }
            below += share.fraction;
            auto const end = std::min(std::size_t(std::llround(below * double(pool.size()))), pool.size());
            for (; taken < end; ++taken) crystal_.occupant[drawn[taken].site] = it;
        }
    }

    /// Puts an occupant on a fraction of the free sites and takes those out of the list.
    void take(Pool& free, double fraction_of_free, double wanted, bool exact, std::uint8_t occupant,
              StreamKey key, std::uint64_t k)
    {
        std::vector<Drawn> drawn;
        for (std::uint32_t s : free) drawn.push_back({number(key, s, k), s});
        auto const end = [&] {
            if (!exact)
                return std::partition(drawn.begin(), drawn.end(),
                                      [&](Drawn d) { return d.u < fraction_of_free; });
            auto const middle =
                drawn.begin() + std::min(std::llround(wanted), std::llround(double(free.size())));
            std::nth_element(drawn.begin(), middle, drawn.end());
            return middle;
        }();
        for (auto d = drawn.begin(); d != end; ++d) crystal_.occupant[d->site] = occupant;
        free.clear();
        for (auto d = end; d != drawn.end(); ++d) free.push_back(d->site);
        std::ranges::sort(free);
    }

    void dope(Region const& region, Pool& free)
    {
        bool const exact = plan_.doping == Doping::exact;
        double const sites = double(free.size());
        if (region.vacancy_fraction > 0)
            take(free, region.vacancy_fraction, region.vacancy_fraction * sites, exact, 0, vacancies_, 0);
        double const occupied = double(free.size());
        double left = 1;
        auto dopants = region.dopants;
        std::ranges::sort(dopants);
        for (auto const& [element, fraction] : dopants) {
            std::uint8_t const it = kind({element, *formal_charge(element)});
            // The stream of an element is its letters, so that dopants do not disturb one another.
            std::uint64_t const k = std::uint64_t(std::uint8_t(element[0])) * 256 +
                                    (element.size() > 1 ? std::uint8_t(element[1]) : 0);
            double const of_free = left > 0 ? std::min(fraction / left, 1.0) : 0;
            if (fraction > 0) take(free, of_free, fraction * occupied, exact, it, dopants_, k);
            left -= fraction;
        }
    }

    Particle const& plan_;
    StreamKey content_, vacancies_, dopants_;
    Crystal& crystal_;
};

/// Lays the sites of all regions, in the order of their lattice indices.
Crystal placed(Particle const& plan)
{
    Host const& core = plan.regions.front().host;
    Placement const placement(plan);
    Crystal crystal;
    crystal.occupants.push_back({});
    for (std::size_t r = 0; r < plan.regions.size(); ++r) {
        crystal.region_names.push_back(region_name(r));
        crystal.region_hosts.push_back(plan.regions[r].host);
    }
    std::vector<Vec3> offset;
    std::vector<std::uint8_t> is_cation;
    for (auto const& position : core.positions) {
        offset.push_back(core.cell.cartesian_nm(position.fractional));
        is_cation.push_back(!position.shares.empty() && position.shares.front().occupant.charge > 0);
    }
    auto const [a, b, c] = core.cell.vectors_nm();
    Vec3 const half = placement.reference_extent_nm();
    double const volume = dot(a, cross(b, c));
    auto const reach = [&](Vec3 reciprocal) {
        Vec3 const v = reciprocal * (1 / volume);
        return int(std::ceil(std::abs(v.x) * half.x + std::abs(v.y) * half.y + std::abs(v.z) * half.z)) + 1;
    };
    int const ni = reach(cross(b, c)), nj = reach(cross(c, a)), nk = reach(cross(a, b));
    for (int i = -ni; i <= ni; ++i)
        for (int j = -nj; j <= nj; ++j)
            for (int k = -nk; k <= nk; ++k) {
                Vec3 const corner = a * double(i) + b * double(j) + c * double(k);
                for (std::size_t p = 0; p < offset.size(); ++p) {
                    auto const place = placement.place(corner + offset[p]);
                    if (!place) continue;
                    crystal.lattice.push_back({i, j, k, std::uint16_t(p)});
                    crystal.position_nm.push_back(place->position_nm);
                    crystal.region.push_back(std::uint8_t(place->region));
                    crystal.cation.push_back(is_cation[p]);
                }
            }
    crystal.occupant.assign(crystal.lattice.size(), 0);
    return crystal;
}

}  // namespace

std::uint64_t site_key(LatticeIndex site)
{
    auto const packed = [](std::int32_t n) {
        LANTHORN_EXPECT(n >= -(1 << 17) && n < (1 << 17));
        return std::uint64_t(std::int64_t{n} + (1 << 17));
    };
    LANTHORN_EXPECT(site.position < positions_at_most);
    return packed(site.i) << 46 | packed(site.j) << 28 | packed(site.k) << 10 | site.position;
}

Crystal build(Particle const& plan, StreamSeed seed)
{
    check(plan);
    if (plan.regions.size() > 255) throw InputError({}, "core", "more than 255 regions");
    Crystal crystal = placed(plan);
    std::vector<std::size_t> sites(plan.regions.size());
    for (std::uint8_t r : crystal.region) ++sites[r];
    for (std::size_t r = 0; r < sites.size(); ++r)
        if (sites[r] == 0)
            throw InputError(
                {}, region_name(r) + ".size",
                fmt::format(
                    "the {} holds no site: it is thinner than the lattice or lies within the one inside",
                    region_name(r)));
    Filler(plan, seed, crystal).fill();
    return crystal;
}

std::vector<SiteId> sites_of(Crystal const& crystal, std::span<std::string const> elements)
{
    std::vector<char> wanted;
    for (Occupant const& occupant : crystal.occupants)
        wanted.push_back(!occupant.is_vacancy() &&
                         std::ranges::find(elements, occupant.element) != elements.end());
    std::vector<SiteId> sites;
    for (std::uint32_t s = 0; s < crystal.size(); ++s)
        if (wanted[crystal.occupant[s]]) sites.push_back({s});
    return sites;
}

std::int64_t net_charge(Crystal const& crystal)
{
    std::int64_t sum = 0;
    for (std::uint8_t occupant : crystal.occupant) sum += crystal.occupants[occupant].charge;
    return sum;
}

}  // namespace lanthorn
