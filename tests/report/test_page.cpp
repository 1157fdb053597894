#include "lanthorn/report/json.hpp"
#include "lanthorn/report/page.hpp"
#include "lanthorn/report/plot_data.hpp"
#include "lanthorn/report/site_data.hpp"

#include "report/sample/sample_record.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {
namespace {

using testing::sample_record;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t times(std::string_view text, std::string_view part)
{
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

/// The JSON that the page's script reads.
std::string plot_data(std::string const& page)
{
    std::string const open = "id=\"plot-data\">";
    std::size_t const from = page.find(open) + open.size();
    return page.substr(from, page.find("</script>", from) - from);
}

std::vector<std::string> ids(std::vector<Figure> const& figures)
{
    std::vector<std::string> out;
    for (Figure const& figure : figures) out.push_back(figure.id);
    return out;
}

TEST(Page, SaysWhatTheRecordSays)
{
    std::string const html = page(sample_record());
    for (std::string_view part : {"<h1>Green and red from an 8 nm core-shell particle</h1>",
                                  "NaYF4:Yb20,Er2 (5.3 nm) @ NaYF4 (1.35 nm)",
                                  "mol % of the rare-earth site",
                                  "at 980 nm, 10 W/cm<sup>2</sup>",
                                  "Other bands (1)",
                                  "7.360(11)e5 photons are absorbed",
                                  "Nearest alike / nm",
                                  "2.31(4)e3",
                                  "0.240(6) ms",
                                  "0.00312(6)",
                                  "data-name=\"Er:4S3/2-&gt;4I15/2\"",
                                  "kind-assumed",
                                  "recalled</span>",
                                  "Surface quenching is a sink",
                                  "Radiation trapping.",
                                  "interaction radius of 3 nm",
                                  "href=\"#source-example1968\"",
                                  "id=\"source-example1968\"",
                                  "https://doi.org/10.0000/example.1968",
                                  "@article{example2004,",
                                  "184\u202f467\u202f441",
                                  "20 ms",
                                  "dopants = { Yb = 0.20, Er = 0.02 }",
                                  "aaaabbbbccccdddd",
                                  "0123456789ab"}) {
        EXPECT_TRUE(holds(html, part)) << part;
    }
}

TEST(Page, HasAFigureForEachPart)
{
    std::vector<std::string> const all{"spectrum", "decay",   "levels",  "populations",
                                       "flux",     "balance", "particle"};
    EXPECT_EQ(ids(figures_of(sample_record())), all);
    std::string const html = page(sample_record());
    for (std::string const& id : all) EXPECT_TRUE(holds(html, "<figure id=\"" + id + "\"")) << id;
}

TEST(Page, LeavesOutWhatTheRecordLacks)
{
    std::vector<std::string> const all = ids(figures_of(sample_record()));
    for (std::string const& id : all) {
        Tree record = sample_record();
        record.groups.erase(id);
        std::vector<std::string> expected = all;
        std::erase(expected, id);
        EXPECT_EQ(ids(figures_of(record)), expected);
        EXPECT_FALSE(holds(page(record), "<figure id=\"" + id + "\"")) << id;
        EXPECT_FALSE(holds(plot_json(record), "\"" + id + "\":")) << id;
    }
}

TEST(Page, OfAnEmptyRecordIsAPage)
{
    std::string const html = page({});
    EXPECT_TRUE(html.starts_with("<!DOCTYPE html>"));
    EXPECT_TRUE(html.ends_with("</html>\n"));
    EXPECT_EQ(times(html, "<figure "), 0U);
    EXPECT_EQ(plot_data(html), "{}");
}

TEST(Page, LeavesOutColumnsThatDoNotFitEachOther)
{
    Tree record = sample_record();
    record.group("spectrum").put("photon_rate", std::vector<double>{1, 2, 3}, "1/s/nm");
    record.group("populations").put("level", std::vector<std::string>{"4I15/2"});
    record.group("flux").put("label", std::vector<double>{1.0}, "1");
    record.group("particle/sites").put("position", std::vector<double>{1, 2, 3}, "nm");
    EXPECT_EQ(ids(figures_of(record)), (std::vector<std::string>{"decay", "levels", "balance"}));
    record.group("parameters").put("value", std::vector<double>{1.0, 2.0}, "");
    EXPECT_FALSE(holds(page(record), "id=\"parameters\""));
}

TEST(Page, NeverShowsNotANumber)
{
    double const nan = std::nan("");
    Tree record = sample_record();
    std::vector<double> rate = record.doubles("spectrum/photon_rate");
    rate[3] = nan;
    rate[4] = std::numeric_limits<double>::infinity();
    record.group("spectrum").put("photon_rate", rate, "1/s/nm");
    record.group("statistics").put("duration", nan, "s");
    Tree& band = record.group("bands/Er:4S3/2->4I15/2");
    band.put("quantum_yield", nan, "1");
    band.put("photon_rate_error", nan, "1/s");
    std::string const html = page(record);
    std::string const json = plot_data(html);
    EXPECT_TRUE(holds(json, ",null,null,"));
    EXPECT_FALSE(std::regex_search(json, std::regex("\\b(nan|inf|NaN|Infinity)\\b")));
    std::string const text = html.substr(0, html.find("id=\"plot-data\"")).substr(html.find("<body>"));
    EXPECT_FALSE(std::regex_search(text, std::regex("\\b(nan|inf)\\b")));
    EXPECT_FALSE(holds(text, "Duration"));
}

TEST(Page, EscapesTextsOfTheRecord)
{
    std::string const evil = "</script><script>alert(1)</script><!-- \"'&";
    Tree record = sample_record();
    record.attributes["title"] = evil;
    record.attributes["notation"] = evil;
    record.group("recipe").put("toml", evil);
    record.group("notes").put("assumed", std::vector<std::string>{evil});
    std::vector<std::string> labels = record.texts("flux/label");
    labels[0] = evil;
    record.group("flux").put("label", labels);
    std::vector<std::string> names = record.texts("parameters/name");
    names[0] = evil;
    record.group("parameters").put("name", names);
    record.group("sources").put("citation", std::vector<std::string>{evil, evil});
    std::string const html = page(record);
    EXPECT_FALSE(holds(html, "alert(1)</script>"));
    EXPECT_FALSE(holds(html, "<!--"));
    EXPECT_EQ(times(html, "</script>"), times(page(sample_record()), "</script>"));
    EXPECT_TRUE(holds(plot_data(html), R"(\u003c/script>\u003cscript>alert(1)\u003c/script>\u003c!-- \"'&)"));
}

TEST(Page, FetchesNothing)
{
    std::string const html = page(sample_record());
    std::regex const address(R"re((src|href|url|action|data)\s*=?\s*["'(]\s*(https?:)?//[^"')]*)re");
    for (std::sregex_iterator it(html.begin(), html.end(), address), end; it != end; ++it)
        EXPECT_TRUE(it->str().starts_with("href=\"https://doi.org/")) << it->str();
    EXPECT_EQ(times(html, "https://"), 1U);
    EXPECT_EQ(times(html, "http://"), 0U);
    EXPECT_FALSE(holds(html, "@import"));
    EXPECT_TRUE(holds(html, "default-src 'none'"));
}

TEST(Page, IsTheSameBytesForTheSameRecord) { EXPECT_EQ(page(sample_record()), page(sample_record())); }

TEST(Page, IsSmall)
{
    EXPECT_LT(page({}).size(), 100000U);
    EXPECT_LT(page(sample_record(4)).size(), 300000U);
    // A particle of 178 661 sites, thinned.
    EXPECT_LT(page(sample_record(10.5)).size(), 900000U);
}

TEST(Sites, KeepEachSiteBelowTheLimit)
{
    Tree const record = sample_record(2);
    SiteData const sites = site_data(*record.find_group("particle/sites"));
    EXPECT_EQ(sites.shown(), sites.count);
    EXPECT_EQ(sites.elements, (std::vector<std::string>{"Er", "Na", "Y", "Yb"}));
    EXPECT_EQ(sites.position_nm, record.doubles("particle/sites/position"));
}

TEST(Sites, ThinTheHostAndKeepTheDopants)
{
    std::size_t const n = 300000;
    std::vector<double> position(3 * n, 0.5);
    std::vector<std::string> element(n, "Y");
    for (std::size_t i = 0; i < n; i += 100) element[i] = "Er";
    Tree tree;
    tree.put("position", position, {n, 3}, "nm");
    tree.put("element", element);
    SiteData const sites = site_data(tree);
    EXPECT_EQ(sites.count, n);
    EXPECT_EQ(sites.of_element, (std::vector<std::size_t>{3000, 297000}));
    EXPECT_EQ(std::count(sites.element.begin(), sites.element.end(), 0), 3000);
    EXPECT_NEAR(static_cast<double>(sites.shown()), static_cast<double>(SiteData::limit), 1);
}

TEST(Sites, GiveRegionsTheirNames)
{
    EXPECT_TRUE(holds(plot_json(sample_record(2)), "\"regions\":[\"core\",\"shell 1\"]"));
}

TEST(Sites, ArePackedInto48Bits)
{
    Tree record;
    record.group("particle/sites").put("position", {0.0, 0.0, 0.0, 1.0, 0.5, 0.25}, {2, 3}, "nm");
    record.group("particle/sites").put("element", std::vector<std::string>{"Y", "Er"});
    record.group("particle/sites").put("region", std::vector<std::string>{"core", "shell"});
    // Er is 0, Y is 1: 1 << 36; then 4095, 2048, 1024 and region 1 << 42.
    std::vector<unsigned char> const bytes{0, 0, 0, 0, 0x10, 0, 0xff, 0x0f, 0x80, 0x00, 0x04, 0x04};
    EXPECT_TRUE(holds(plot_json(record), "\"sites\":\"" + base64(bytes) + "\""));
}

TEST(Base64, IsThatOfTheStandard)
{
    // RFC 4648, section 10.
    auto const of = [](std::string_view text) {
        return base64(std::vector<unsigned char>(text.begin(), text.end()));
    };
    EXPECT_EQ(of(""), "");
    EXPECT_EQ(of("f"), "Zg==");
    EXPECT_EQ(of("fo"), "Zm8=");
    EXPECT_EQ(of("foo"), "Zm9v");
    EXPECT_EQ(of("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace lanthorn
