#include "lanthorn/report/site_data.hpp"

#include "lanthorn/report/record_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>

namespace lanthorn {

namespace {

std::size_t index_of(std::vector<std::string> const& sorted, std::string const& name)
{
    return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), name) - sorted.begin());
}

std::vector<std::string> distinct(std::vector<std::string> const& names)
{
    std::set<std::string> const set(names.begin(), names.end());
    return {set.begin(), set.end()};
}

/// The share of its sites that each element keeps.
std::vector<double> shares(std::vector<std::size_t> const& of_element, std::size_t count)
{
    std::vector<double> share(of_element.size(), 1.0);
    if (count <= SiteData::limit) return share;
    std::size_t frequent = 0;
    for (std::size_t const n : of_element) frequent += 20 * n > count ? n : 0;
    double const rest = static_cast<double>(count - frequent);
    double const room = std::max(0.0, static_cast<double>(SiteData::limit) - rest);
    for (std::size_t e = 0; e < share.size(); ++e) {
        if (20 * of_element[e] > count) share[e] = room / static_cast<double>(frequent);
    }
    return share;
}

std::vector<std::string> region_texts(Tree const& sites)
{
    std::vector<std::string> texts = texts_in(sites, "region");
    if (texts.empty()) {
        for (double const index : column_in(sites, "region"))
            texts.push_back(std::to_string(static_cast<long>(index)));
    }
    return texts;
}

}  // namespace

SiteData site_data(Tree const& sites)
{
    SiteData data;
    auto const position = column_in(sites, "position");
    auto const element = texts_in(sites, "element");
    auto const region = region_texts(sites);
    bool const finite =
        std::all_of(position.begin(), position.end(), [](double x) { return std::isfinite(x); });
    if (element.empty() || position.size() != 3 * element.size() || !finite) return data;

    data.elements = distinct(element);
    bool const with_regions = region.size() == element.size();
    if (with_regions) data.regions = distinct(region);
    if (data.elements.size() > 64 || data.regions.size() > 64) return {};

    data.count = element.size();
    data.of_element.assign(data.elements.size(), 0);
    for (std::string const& name : element) ++data.of_element[index_of(data.elements, name)];
    std::vector<double> const share = shares(data.of_element, data.count);
    std::vector<double> seen(data.elements.size(), 0.0);
    for (std::size_t i = 0; i < element.size(); ++i) {
        std::size_t const e = index_of(data.elements, element[i]);
        double const before = std::floor(seen[e] * share[e]);
        seen[e] += 1;
        if (std::floor(seen[e] * share[e]) == before) continue;
        data.element.push_back(static_cast<unsigned char>(e));
        if (with_regions)
            data.region.push_back(static_cast<unsigned char>(index_of(data.regions, region[i])));
        data.position_nm.insert(data.position_nm.end(), &position[3 * i], &position[3 * i] + 3);
    }
    return data;
}

void write_sites(ScriptJson& json, SiteData const& sites, Tree const& regions)
{
    std::array<double, 3> low{}, high{};
    for (std::size_t k = 0; k < 3; ++k) low[k] = high[k] = sites.position_nm[k];
    for (std::size_t i = 0; i < sites.position_nm.size(); ++i) {
        low[i % 3] = std::min(low[i % 3], sites.position_nm[i]);
        high[i % 3] = std::max(high[i % 3], sites.position_nm[i]);
    }
    double extent = 1e-9;
    for (std::size_t k = 0; k < 3; ++k) extent = std::max(extent, high[k] - low[k]);

    std::vector<unsigned char> bytes;
    bytes.reserve(6 * sites.shown());
    for (std::size_t i = 0; i < sites.shown(); ++i) {
        std::uint64_t word = static_cast<std::uint64_t>(sites.element[i]) << 36U;
        if (!sites.region.empty()) word |= static_cast<std::uint64_t>(sites.region[i]) << 42U;
        for (std::size_t k = 0; k < 3; ++k) {
            double const share = (sites.position_nm[3 * i + k] - low[k]) / extent;
            word |= static_cast<std::uint64_t>(std::llround(share * 4095)) << (12 * k);
        }
        for (unsigned k = 0; k < 6; ++k) bytes.push_back(static_cast<unsigned char>(word >> (8 * k) & 255U));
    }

    // Regions numbered in the record are named by the groups of particle/regions, in their order.
    std::vector<std::string> names = sites.regions;
    std::vector<std::string> known;
    for (auto const& [name, tree] : regions.groups) known.push_back(name);
    for (std::string& name : names) {
        bool const numbered =
            !name.empty() && name.size() < 4 && name.find_first_not_of("0123456789") == std::string::npos;
        if (numbered && std::stoul(name) < known.size()) name = known[std::stoul(name)];
    }

    json.begin_object("particle");
    json.number("count", static_cast<double>(sites.count));
    json.texts("elements", sites.elements);
    std::vector<double> const counts(sites.of_element.begin(), sites.of_element.end());
    json.numbers("counts", counts);
    json.texts("regions", names);
    json.numbers("low", low);
    json.number("extent", extent);
    json.text("sites", base64(bytes));
    json.end();
}

}  // namespace lanthorn
