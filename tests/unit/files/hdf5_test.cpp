#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/hdf5.hpp"
#include "lanthorn/files/text.hpp"

#include "unit/files/folder.hpp"

#include <cmath>
#include <numeric>

using namespace lanthorn;

namespace {

std::string any_name()
{
    static std::string const letters = "abcXYZ_0->. ()";
    return *rc::gen::suchThat(rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(letters))),
                              [](std::string const& name) { return name != "." && name != ".."; });
}

std::string any_text()
{
    std::string text;
    for (int n = *rc::gen::inRange(0, 5); n > 0; --n)
        text += *rc::gen::elementOf(std::vector<std::string>{"a", " ", "µ", "\n", "\"", "日本"});
    return text;
}

double any_number() { return *rc::gen::element(0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, HUGE_VAL, -1 / 3.0); }

template <class T>
std::vector<T> times(std::size_t n, T (*make)())
{
    std::vector<T> values;
    for (; n > 0; --n) values.push_back(make());
    return values;
}

std::int64_t any_integer() { return *rc::gen::arbitrary<std::int64_t>(); }

Tree::Attributes any_attributes()
{
    Tree::Attributes attributes;
    for (int n = *rc::gen::inRange(0, 4); n > 0; --n) {
        auto& attribute = attributes[any_name()];
        switch (*rc::gen::inRange(0, 5)) {
        case 0:
            attribute = any_text();
            break;
        case 1:
            attribute = any_number();
            break;
        case 2:
            attribute = any_integer();
            break;
        case 3:
            attribute = times(*rc::gen::inRange<std::size_t>(0, 4), any_number);
            break;
        default:
            attribute = times(*rc::gen::inRange<std::size_t>(0, 4), any_text);
        }
    }
    return attributes;
}

Tree any_tree(int depth)
{
    Tree tree{.attributes = any_attributes()};
    for (int n = *rc::gen::inRange(0, 4); n > 0; --n) {
        Tree::Array array;
        for (int d = *rc::gen::inRange(0, 4); d > 0; --d)
            array.shape.push_back(*rc::gen::inRange<std::size_t>(0, 4));
        if (*rc::gen::inRange(0, 20) == 0) array.shape = {*rc::gen::inRange<std::size_t>(1, 3), 1200};
        std::size_t const size =
            std::accumulate(array.shape.begin(), array.shape.end(), std::size_t{1}, std::multiplies<>());
        switch (*rc::gen::inRange(0, 3)) {
        case 0:
            array.values = times(size, any_number);
            break;
        case 1:
            array.values = times(size, any_integer);
            break;
        default:
            array.values = times(size, any_text);
        }
        array.attributes = any_attributes();
        tree.arrays[any_name()] = std::move(array);
    }
    if (depth > 0)
        for (int n = *rc::gen::inRange(0, 3); n > 0; --n) {
            auto const name = any_name();
            if (!tree.arrays.contains(name)) tree.groups[name] = any_tree(depth - 1);
        }
    return tree;
}

} // namespace

RC_GTEST_PROP(Hdf5, ReadsWhatItWroteAndWritesTheSameBytes, ())
{
    Folder const folder;
    Tree const tree = any_tree(2);
    write_hdf5(folder / "a.h5", tree);
    RC_ASSERT(read_hdf5(folder / "a.h5") == tree);
    write_hdf5(folder / "b.h5", tree);
    RC_ASSERT(read_text(folder / "a.h5") == read_text(folder / "b.h5"));
}

TEST(Hdf5, BytesDoNotDependOnTheClock)
{
    Folder const folder;
    Tree tree;
    tree.group("a/b").put("x", std::vector<double>(5000, 1.5), "nm");
    tree.put("t", std::string("text"));
    write_hdf5(folder / "a.h5", tree);
    struct timespec const wait{1, 100'000'000};
    nanosleep(&wait, nullptr);
    write_hdf5(folder / "b.h5", tree);
    EXPECT_EQ(read_text(folder / "a.h5"), read_text(folder / "b.h5"));
    EXPECT_LT(std::filesystem::file_size(folder / "a.h5"), 20000u)
        << "5000 equal numbers are to be compressed";
}

TEST(Hdf5, NamesMayHoldSlashesAndPerCent)
{
    Folder const folder;
    Tree tree;
    tree.groups["Er:4S3/2->4I15/2"].put("20 %/a%2F", 1.0, "1/s");
    write_hdf5(folder / "a.h5", tree);
    EXPECT_EQ(read_hdf5(folder / "a.h5"), tree);
}

TEST(Hdf5, ReplacesAndLeavesNothingBeside)
{
    Folder const folder;
    Tree tree;
    write_hdf5(folder / "a.h5", tree);
    tree.put("x", 1.0, "nm");
    write_hdf5(folder / "a.h5", tree);
    EXPECT_EQ(read_hdf5(folder / "a.h5").number("x"), 1.0);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"a.h5"});
#ifdef LANTHORN_CHECKED
    Tree bad;
    bad.put("", 1.0, "nm");
    EXPECT_THROW(write_hdf5(folder / "b.h5", bad), ContractError);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"a.h5"});
#endif
}

TEST(Hdf5, SaysWhatIsWrongWithAFile)
{
    Folder const folder;
    EXPECT_THROW(read_hdf5(folder / "none.h5"), std::system_error);
    EXPECT_THROW(read_hdf5(folder.path()), std::system_error);
    EXPECT_THROW(write_hdf5(folder / "none/a.h5", {}), std::system_error);
    write_text(folder / "text.h5", "this is text");
    try {
        read_hdf5(folder / "text.h5");
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_EQ(error.first().place.file, (folder / "text.h5").string());
    }
    Tree tree;
    tree.put("x", std::vector<double>(4000, 1.0), "nm");
    write_hdf5(folder / "a.h5", tree);
    std::string const bytes = read_text(folder / "a.h5");
    write_text(folder / "half.h5", bytes.substr(0, bytes.size() / 2));
    EXPECT_THROW(read_hdf5(folder / "half.h5"), InputError);
}
