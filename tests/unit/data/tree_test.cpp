#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/data/tree.hpp"

using namespace lanthorn;

TEST(Tree, PutsAndFinds)
{
    Tree tree;
    tree.group("spectrum/bands").put("rate", std::vector{1.0, 2.0}, "1/s");
    tree.group("spectrum").put("n", std::int64_t{3});
    tree.put("title", "x");
    tree.put("table", std::vector{1., 2., 3., 4., 5., 6.}, {2, 3}, "nm");
    EXPECT_EQ(tree.doubles("spectrum/bands/rate"), (std::vector{1.0, 2.0}));
    EXPECT_EQ(tree.integer("spectrum/n"), 3);
    EXPECT_EQ(tree.text("title"), "x");
    EXPECT_EQ(tree.find_array("table")->shape, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(std::get<std::string>(tree.find_array("spectrum/bands/rate")->attributes.at("units")), "1/s");
    EXPECT_TRUE(tree.find_array("title")->shape.empty());
    EXPECT_EQ(tree.find_group("spectrum/none"), nullptr);
    EXPECT_EQ(tree.find_array("spectrum/none/x"), nullptr);
    EXPECT_EQ(tree.find_group(""), &tree);
#ifdef LANTHORN_CHECKED
    EXPECT_THROW(tree.put("bad", std::vector{1.0}, {2, 3}, "nm"), ContractError);
#endif
}

TEST(Tree, SaysWhatIsMissing)
{
    Tree tree;
    tree.put("n", std::vector<std::int64_t>{1, 2});
    auto const key_of = [](auto read) {
        try {
            read();
        }
        catch (InputError const& error) {
            return error.first().key;
        }
        return std::string("nothing thrown");
    };
    EXPECT_EQ(key_of([&] { tree.doubles("a/b"); }), "a/b");
    EXPECT_EQ(key_of([&] { tree.doubles("n"); }), "n");
    EXPECT_EQ(key_of([&] { tree.integer("n"); }), "n");
    EXPECT_EQ(key_of([&] { tree.texts("n"); }), "n");
}
