#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/library.hpp"
#include "lanthorn/files/text.hpp"

#include "unit/files/folder.hpp"

#include <algorithm>

using namespace lanthorn;

namespace {

/// LANTHORN_DATA for the length of a test.
class OwnData {
public:
    explicit OwnData(std::filesystem::path const& folder) { setenv("LANTHORN_DATA", folder.c_str(), 1); }
    ~OwnData() { unsetenv("LANTHORN_DATA"); }
};

Finding bib_finding(std::string_view text)
{
    try {
        references_from(text);
    }
    catch (InputError const& error) {
        return error.first();
    }
    return {};
}

}  // namespace

TEST(Library, HoldsTheDataFilesByteForByte)
{
    std::filesystem::path const data = LANTHORN_SOURCE_DIR "/data";
    auto const names = library_files();
    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_NE(std::ranges::find(names, "references.bib"), names.end());
    for (auto const& name : names) EXPECT_EQ(library_text(name), read_text(data / name)) << name;
}

TEST(Library, EveryFileIsSound)
{
    for (auto const& name : library_files()) {
        if (name.ends_with(".toml")) {
            EXPECT_NO_THROW(library_document(name)) << name;
        }
    }
    EXPECT_GE(references_from(library_text("references.bib")).size(), 6u);
}

TEST(Library, AnUnknownNameGetsTheNearest)
{
    try {
        library_text("reference.bib");
        FAIL();
    }
    catch (InputError const& error) {
        EXPECT_NE(error.first().problem.find("did you mean \"references.bib\"?"), std::string::npos);
    }
}

TEST(Library, AFolderOfOnesOwnComesFirst)
{
    std::string const hash = library_hash();
    EXPECT_EQ(hash.size(), 16u);
    EXPECT_EQ(library_hash(), hash);
    Folder const folder;
    std::filesystem::create_directories(folder / "hosts");
    write_text(folder / "hosts/mine.toml", "name = \"mine\"\n");
    write_text(folder / "references.bib", "");
    write_text(folder / "notes.txt", "not data");
    OwnData const own(folder.path());
    EXPECT_EQ(library_text("references.bib"), "");
    EXPECT_EQ(library_document("hosts/mine.toml").root.find("name")->text(), "mine");
    EXPECT_EQ(library_document("hosts/mine.toml").name, (folder / "hosts/mine.toml").string());
    auto const hosts = library_files("hosts");
    EXPECT_NE(std::ranges::find(hosts, "hosts/mine.toml"), hosts.end());
    EXPECT_TRUE(library_files("host").empty());
    EXPECT_NE(library_hash(), hash);
    EXPECT_THROW(library_text("notes.md"), InputError);
}

TEST(References, CitationsReadAsPeopleWriteThem)
{
    auto const references = references_from(
        "% comment with @article{\n"
        "@Article{carnall1968,\n  author = {Carnall, W. T. and Fields, P. R. and Rajnak, K.},\n"
        "  title = \"The {\\\"U}ber \\\"title\\\"\", journal = {J. Chem. Phys.}, volume = 49, pages = "
        "{4412--4423}, year = 1968\n}\n"
        "@comment{anything {nested}}\n"
        "@book{b, author = {Max {van der} Born}, title = {A {B}ook}, publisher = {P \\& Q}, year = {2000},}\n"
        "@misc{many, author = {A, a and B, b and C, c and D, d and E, e}, title = {T}, year = {2001}}");
    ASSERT_EQ(references.size(), 3u);
    EXPECT_EQ(references[0].key, "carnall1968");
    EXPECT_EQ(references[0].citation, "Carnall, Fields, Rajnak, J. Chem. Phys. 49, 4412 (1968)");
    EXPECT_TRUE(references[0].bibtex.starts_with("@Article{carnall1968,"));
    EXPECT_TRUE(references[0].bibtex.ends_with("}"));
    EXPECT_EQ(references[1].citation, "Born, A Book, P & Q (2000)");
    EXPECT_EQ(references[2].citation, "A et al., T (2001)");
}

TEST(References, SayTheLineOfWhatIsWrong)
{
    std::string const good = "@article{a, author = {A}, title = {T}, year = 1}\n";
    EXPECT_EQ(bib_finding(good + "\n@article{b, author = {A, title = {T}, year = 1}\n").place.line, 3);
    EXPECT_EQ(bib_finding(good + "@article{b,\n title {T}}").place.line, 3);
    EXPECT_NE(bib_finding(good + good).problem.find("second time"), std::string::npos);
    EXPECT_EQ(bib_finding(good + good).place.line, 2);
    EXPECT_NE(bib_finding("@article{b, title = {T}, year = 1}").problem.find("no field \"author\""),
              std::string::npos);
    EXPECT_NE(bib_finding("@article{b, author = \"A").problem.find("quote"), std::string::npos);
    for (auto text : {"@", "@article", "@article{", "@article{}", "@article{b", "@article{b,",
                      "@article{b, x", "@article{b, x =", "@article{b, x = {", "@article{b, x = {y}",
                      "@article{b, x = {y} z = {w}}", "@comment", "@{a}", "@article{b, = {x}}"})
        EXPECT_THROW(references_from(text), InputError) << text;
}

RC_GTEST_PROP(References, NoTextMakesThemFail, ())
{
    auto const text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("@a{}=\",\\% \n")));
    try {
        references_from(text);
    }
    catch (InputError const& error) {
        RC_ASSERT(error.first().place.line > 0);
    }
}
