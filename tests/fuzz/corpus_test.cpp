#include "fuzz/targets.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

using Target = void (*)(std::string_view);

std::map<std::string, Target> const targets = {
    {"toml", lanthorn::fuzz::toml},
    {"units", lanthorn::fuzz::units},
    {"references", lanthorn::fuzz::references},
    {"data_file", lanthorn::fuzz::data_file},
    {"cif", lanthorn::fuzz::cif},
    {"recipe", lanthorn::fuzz::recipe},
    {"notation", lanthorn::fuzz::notation},
    {"sqlite", lanthorn::fuzz::sqlite},
};

std::vector<std::string> names()
{
    std::vector<std::string> result;
    for (auto const& [name, target] : targets) result.push_back(name);
    return result;
}

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, KeepsEveryPromise)
{
    int files = 0;
    for (auto const& entry :
         std::filesystem::directory_iterator(LANTHORN_SOURCE_DIR "/tests/fuzz/corpus/" + GetParam())) {
        SCOPED_TRACE(entry.path().filename().string());
        std::ifstream file(entry.path(), std::ios::binary);
        std::string const bytes{std::istreambuf_iterator<char>(file), {}};
        EXPECT_NO_THROW(targets.at(GetParam())(bytes));
        // Cut anywhere, it is the kind of file that a full disk leaves.
        for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 50)
            EXPECT_NO_THROW(targets.at(GetParam())(std::string_view(bytes).substr(0, length)))
                << "cut to " << length;
        ++files;
    }
    EXPECT_GT(files, 0);
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(names()),
                         [](auto const& test) { return test.param; });

TEST(Fuzz, ABrokenPromiseIsThrown)
{
    EXPECT_THROW(lanthorn::fuzz::promise(false, "never"), std::logic_error);
}

}  // namespace
