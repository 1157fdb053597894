#include "lanthorn/files/text.hpp"

#include "unit/files/folder.hpp"

#include <nlohmann/json.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

using namespace lanthorn;

TEST(Text, IsReadAsWritten)
{
    Folder const folder;
    std::string const text("a\0b\r\n\xff", 6);
    write_text(folder / "t", "old, and longer than the new");
    write_text(folder / "t", text);
    EXPECT_EQ(read_text(folder / "t"), text);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"t"});
    EXPECT_THROW(read_text(folder / "none"), std::system_error);
    EXPECT_THROW(read_text(folder.path()), std::system_error);
    EXPECT_THROW(write_text(folder / "none/t", text), std::system_error);
}

TEST(Text, ExactIsShort)
{
    EXPECT_EQ(exact(0.1), "0.1");
    EXPECT_EQ(exact(4), "4");
    EXPECT_EQ(exact(-0.0), "-0");
    EXPECT_EQ(exact(1e300), "1e+300");
}

RC_GTEST_PROP(Text, ExactReadsBack, (std::uint64_t bits))
{
    double const value = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(value));
    std::string const text = exact(value);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    RC_ASSERT(std::bit_cast<std::uint64_t>(back) == bits);
}

TEST(Csv, HasMetadataHeaderAndRows)
{
    Dataset set{.name = "photon_rate",
                .unit = "1/s",
                .axes = {{.name = "wavelength", .unit = "nm", .values = {450, 450.5}}},
                .values = {1e-5, 2},
                .sigma = {0.1, 0.25},
                .metadata = {{"title", "two\nlines"}}};
    EXPECT_EQ(to_csv(set), "# title: two lines\n"
                           "wavelength [nm],photon_rate [1/s],photon_rate error [1/s]\n"
                           "450,1e-05,0.1\n"
                           "450.5,2,0.25\n");
    set.mask = {1, 0};
    set.sigma.clear();
    set.axes[0].unit = "";
    set.name = "a,b";
    EXPECT_EQ(to_csv(set), "# title: two lines\nwavelength,\"a,b [1/s]\"\n450.5,2\n");
}

TEST(Csv, WritesBinsAsFromTo)
{
    Dataset const set{.name = "n",
                      .unit = "",
                      .axes = {{.name = "time", .unit = "s", .edges = {0, 0.5, 1.5}}},
                      .values = {3, 4}};
    EXPECT_EQ(to_csv(set), "time from [s],time to [s],n\n0,0.5,3\n0.5,1.5,4\n");
}

TEST(Json, IsValidAndExact)
{
    Tree tree;
    tree.attributes["title"] = std::string("a \"quote\"\n\x01 µ");
    tree.attributes["version"] = std::int64_t{3};
    tree.attributes["list"] = std::vector<std::string>{"x", "y"};
    tree.attributes["gone"] = std::nan("");
    tree.put("rate", 0.1, "1/s");
    tree.put("absent", std::numeric_limits<double>::infinity(), "1/s");
    tree.put("matrix", std::vector{1., 2., 3., 4., 5., std::nan("")}, {2, 3}, "nm");
    tree.put("n", std::int64_t{9007199254740993});
    tree.group("bands/Er").put("name", "green");
    tree.group("empty");
    auto const json = nlohmann::json::parse(to_json(tree));
    EXPECT_EQ(json["title"], "a \"quote\"\n\x01 µ");
    EXPECT_EQ(json["version"], 3);
    EXPECT_EQ(json["list"], (nlohmann::json{"x", "y"}));
    EXPECT_FALSE(json.contains("gone"));
    EXPECT_FALSE(json.contains("absent"));
    EXPECT_EQ(json["rate"].get<double>(), 0.1);
    EXPECT_EQ(json["n"].get<std::int64_t>(), 9007199254740993);
    EXPECT_EQ(json["matrix"][1][1], 5);
    EXPECT_TRUE(json["matrix"][1][2].is_null());
    EXPECT_EQ(json["units"]["rate"], "1/s");
    EXPECT_FALSE(json["units"].contains("absent"));
    EXPECT_EQ(json["bands"]["Er"]["name"], "green");
    EXPECT_TRUE(json["empty"].empty());
    EXPECT_EQ(nlohmann::json::parse(to_json(tree, 0)), json);
}
