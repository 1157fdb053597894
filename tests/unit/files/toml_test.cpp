#include "lanthorn/files/library.hpp"
#include "lanthorn/files/toml.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

using namespace lanthorn;

namespace {

Finding finding_of(std::string_view text)
{
    try {
        parse_toml(text, "broken.toml");
    }
    catch (InputError const& error) {
        return error.first();
    }
    return {};
}

} // namespace

TEST(Toml, KnowsThePlaceOfKeysAndValues)
{
    auto const document =
        parse_toml("title = \"x\"\n[crystal]\n  dopants = { Yb = 49, Tm = 0.01 }\n", "a.toml");
    Node const* crystal = document.root.find("crystal");
    ASSERT_NE(crystal, nullptr);
    Node const* dopants = crystal->find("dopants");
    ASSERT_NE(dopants, nullptr);
    EXPECT_EQ(dopants->key_place, (Place{"a.toml", 3, 3}));
    EXPECT_EQ(dopants->find("Yb")->place, (Place{"a.toml", 3, 20}));
    EXPECT_EQ(dopants->find("Yb")->key_place, (Place{"a.toml", 3, 15}));
    EXPECT_EQ(std::get<std::int64_t>(dopants->find("Yb")->value), 49);
    EXPECT_EQ(dopants->find("Tm")->number(), 0.01);
    EXPECT_EQ(crystal->place.line, 2);
    EXPECT_EQ(document.root.find("title")->text(), "x");
}

TEST(Toml, KeepsTheOrderOfTheFile)
{
    auto const document =
        parse_toml("z = 1\na = 2\n[[shell]]\nx = 1\n[beta]\n[alpha]\n[[shell]]\nx = 2\n", "a.toml");
    std::vector<std::string> names;
    for (auto const& entry : document.root.table()) names.push_back(entry.first);
    EXPECT_EQ(names, (std::vector<std::string>{"z", "a", "shell", "beta", "alpha"}));
    EXPECT_EQ(document.root.find("shell")->array().at(1).find("x")->number(), 2);
}

TEST(Toml, ExcerptPointsAtTheColumn)
{
    auto const document = parse_toml("\n\n\n\n\n\n\n\ndopants   = { Yb = 49, Tm = 0.01 }\r\n", "a.toml");
    EXPECT_EQ(document.excerpt({"a.toml", 9, 20}), "  9 | dopants   = { Yb = 49, Tm = 0.01 }\n"
                                                   "    |                    ^^");
    EXPECT_EQ(document.excerpt({"a.toml", 77, 1}), "");
    EXPECT_EQ(document.excerpt({"a.toml", 0, 0}), "");
}

TEST(Toml, SyntaxErrorsSayWhereAndWhat)
{
    auto const unit = finding_of("[crystal]\ndiameter = 8 nm\n");
    EXPECT_EQ(unit.place.file, "broken.toml");
    EXPECT_EQ(unit.place.line, 2);
    EXPECT_GT(unit.place.column, 11);
    EXPECT_NE(unit.problem.find("diameter = \"8 nm\""), std::string::npos) << unit.problem;
    EXPECT_NE(unit.excerpt.find("2 | diameter = 8 nm"), std::string::npos);
    auto const text = finding_of("host = beta-NaYF4\n");
    EXPECT_NE(text.problem.find("host = \"beta-NaYF4\""), std::string::npos) << text.problem;
    auto const twice = finding_of("a = 1\na = 2\n");
    EXPECT_EQ(twice.place.line, 2);
    EXPECT_NE(twice.problem.find("second time"), std::string::npos) << twice.problem;
    auto const table_twice = finding_of("[a]\nx = 1\n[a]\ny = 2\n");
    EXPECT_NE(table_twice.problem.find("second time"), std::string::npos) << table_twice.problem;
    EXPECT_EQ(finding_of("a = \n").place.line, 1);
    EXPECT_NE(finding_of("a = \n").problem.find("no value"), std::string::npos);
    EXPECT_EQ(finding_of("x = \"\xff\"\n").place.line, 1);
    EXPECT_NE(finding_of("x = \"abc\n").problem.find("quote is not closed"), std::string::npos);
    EXPECT_NE(finding_of("x = 1,5\n").problem.find("decimal point"), std::string::npos);
    EXPECT_NE(finding_of("Yb = 20%\n").problem.find("Yb = \"20%\""), std::string::npos);
    EXPECT_NE(finding_of("x = .5\n").problem.find("x = 0.5"), std::string::npos);
    EXPECT_NE(finding_of("= 5\n").problem.find("name before ="), std::string::npos);
    EXPECT_EQ(finding_of("x = 1e999\n").problem.find("quotes"), std::string::npos);
    EXPECT_NE(finding_of("x = { a = 1,\n b = 2 }\n").problem.find("one line"), std::string::npos);
    EXPECT_EQ(finding_of("x = [1, 2\n").place.file, "broken.toml");
}

TEST(Toml, RefusesEveryDate)
{
    try {
        parse_toml("a = 2024-01-01\nb = 10:00:00\nc = 1", "d.toml");
        FAIL();
    }
    catch (InputError const& error) {
        ASSERT_EQ(error.findings().size(), 2u);
        EXPECT_EQ(error.findings()[0].place, (Place{"d.toml", 1, 5}));
        EXPECT_EQ(error.findings()[1].place.line, 2);
    }
}

namespace {

/// Equal values, whatever the order of tables and the places.
bool same(Node const& a, Node const& b)
{
    if (a.value.index() != b.value.index()) return false;
    if (a.is_array())
        return std::ranges::equal(a.array(), b.array(),
                                  [](Node const& x, Node const& y) { return same(x, y); });
    if (!a.is_table()) {
        if (auto const* x = std::get_if<double>(&a.value))
            return std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(b.number());
        return (a.is_text() && a.text() == b.text()) ||
               (std::holds_alternative<bool>(a.value) &&
                std::get<bool>(a.value) == std::get<bool>(b.value)) ||
               (std::holds_alternative<std::int64_t>(a.value) &&
                std::get<std::int64_t>(a.value) == std::get<std::int64_t>(b.value));
    }
    return a.table().size() == b.table().size() && std::ranges::all_of(a.table(), [&](auto const& entry) {
               Node const* other = b.find(entry.first);
               return other != nullptr && same(entry.second, *other);
           });
}

std::string any_text()
{
    std::string text;
    for (int n = *rc::gen::inRange(0, 6); n > 0; --n)
        text += *rc::gen::elementOf(
            std::vector<std::string>{"a", "B", "_", " ", "\"", "\\", "\n", "\t", "\x01", "µ", ".", "#", "]"});
    return text;
}

Node any_node(int depth)
{
    switch (*rc::gen::inRange(0, depth > 0 ? 7 : 4)) {
    case 0:
        return Node(*rc::gen::arbitrary<bool>());
    case 1:
        return Node(std::int64_t{*rc::gen::arbitrary<std::int64_t>()});
    case 2:
        return Node(*rc::gen::element(0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, 1e22, HUGE_VAL, 1 / 3.0));
    case 3:
        return Node(any_text());
    case 4: {
        Node::Array items;
        for (int n = *rc::gen::inRange(0, 4); n > 0; --n) items.push_back(any_node(depth - 1));
        return Node(std::move(items));
    }
    default: {
        Node table;
        for (int n = *rc::gen::inRange(0, 4); n > 0; --n) table[any_text()] = any_node(depth - 1);
        return table;
    }
    }
}

} // namespace

RC_GTEST_PROP(Toml, WhatIsWrittenReadsBack, ())
{
    Node root;
    for (int n = *rc::gen::inRange(0, 5); n > 0; --n) root[any_text()] = any_node(4);
    std::string const text = to_toml(root);
    RC_LOG() << text;
    RC_ASSERT(same(parse_toml(text, "x").root, root));
}

TEST(Toml, IsWrittenAsPeopleWriteIt)
{
    std::string const text = "title = \"x\"\n"
                             "\n[crystal]\n"
                             "diameter = \"8 nm\"\n"
                             "dopants = { Yb = 0.2, Er = 0.02 }\n"
                             "\n[[crystal.shell]]\n"
                             "thickness = \"2 nm\"\n"
                             "\n[[excitation]]\n"
                             "pulse = { width = \"1 ms\" }\n";
    EXPECT_EQ(to_toml(parse_toml(text, "x").root), text);
}
