#include "lanthorn/data/key_path.hpp"

using namespace lanthorn;

TEST(KeyPath, ReadsAndWrites)
{
    auto const path = key_path_from("excitation[12].pulse.width");
    ASSERT_EQ(path.steps.size(), 3u);
    EXPECT_EQ(path.steps[0], (KeyPath::Step{"excitation", 12}));
    EXPECT_EQ(path.steps[2], (KeyPath::Step{"width", std::nullopt}));
    EXPECT_EQ(to_text(path), "excitation[12].pulse.width");
    EXPECT_EQ(declared_key(path), "excitation[].pulse.width");
    EXPECT_EQ(key_path_from("a.\"b c\"").steps[1].key, "b c");
    EXPECT_EQ(to_text(key_path_from("a.\"b.c\"[0]")), "a.\"b.c\"[0]");
}

TEST(KeyPath, RefusesWhatIsNoPath)
{
    for (auto text : {"", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[-1]", "a[0", "a[0]b", "a[0][1]",
                      "a b", "\"a", "a\"b\"", "a[99999999999999999999999]"})
        EXPECT_THROW(key_path_from(text), InputError) << text;
}

RC_GTEST_PROP(KeyPath, WhatIsWrittenReadsBack, ())
{
    KeyPath path;
    for (int n = *rc::gen::inRange(1, 5); n > 0; --n) {
        auto const key =
            *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("aB_-. []1"))));
        path.steps.push_back({key, *rc::gen::maybe(rc::gen::inRange<std::size_t>(0, 100))
                                       ? std::optional<std::size_t>(7)
                                       : std::nullopt});
    }
    RC_ASSERT(key_path_from(to_text(path)) == path);
}

TEST(KeyPath, SetsMakingTablesOnTheWay)
{
    Node root;
    set(root, key_path_from("a.b.c"), Node(1.5));
    set(root, key_path_from("list[0].x"), Node(std::string("t")));
    set(root, key_path_from("list[1].x"), Node(true));
    set(root, key_path_from("a.b.c"), Node(2.5));
    EXPECT_EQ(find(root, key_path_from("a.b.c"))->number(), 2.5);
    EXPECT_EQ(find(root, key_path_from("list[0].x"))->text(), "t");
    EXPECT_EQ(find(root, key_path_from("list"))->array().size(), 2u);
    EXPECT_EQ(find(root, key_path_from("list[2]")), nullptr);
    EXPECT_EQ(find(root, key_path_from("a.x")), nullptr);
    EXPECT_EQ(find(root, key_path_from("a[0]")), nullptr);
    EXPECT_THROW(set(root, key_path_from("list[3].x"), Node(1.0)), InputError);
    EXPECT_THROW(set(root, key_path_from("a.b.c.d"), Node(1.0)), InputError);
    EXPECT_THROW(set(root, key_path_from("a[0]"), Node(1.0)), InputError);
    try {
        set(root, key_path_from("list.x"), Node(1.0));
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().key, "list.x");
    }
}
