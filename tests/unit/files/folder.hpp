#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

/// A folder for one test, removed with all it holds at the end.
class Folder {
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "lanthorn-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for a test");
        path_ = name;
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    std::filesystem::path const& path() const { return path_; }
    std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
    std::vector<std::string> names() const
    {
        std::vector<std::string> result;
        for (auto const& entry : std::filesystem::directory_iterator(path_))
            result.push_back(entry.path().filename());
        std::ranges::sort(result);
        return result;
    }

private:
    std::filesystem::path path_;
};
