#pragma once

#include "lanthorn/data/sourced.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn::app {

/// A JSON object, members in the order in which they come. What does not exist is not written: an empty
/// optional, an empty text, a number that is not finite.
class JsonObject {
public:
    JsonObject& number(std::string_view key, std::optional<double> value);
    JsonObject& integer(std::string_view key, std::int64_t value);
    JsonObject& text(std::string_view key, std::string_view value);
    JsonObject& flag(std::string_view key, std::optional<bool> value);
    JsonObject& texts(std::string_view key, std::span<std::string const> values);
    JsonObject& numbers(std::string_view key, std::span<double const> values);
    /// kind, source, where and, if so, recalled.
    JsonObject& source(Source const& source);
    /// JSON as it is.
    JsonObject& json(std::string_view key, std::string_view value);

    std::string line() const;      ///< on one line
    std::string document() const;  ///< a member a line, and an end of line

private:
    std::vector<std::string> members_;
};

/// A list of texts on one line.
std::string json_texts(std::span<std::string const> values);
/// A list of JSON values, one a line.
std::string json_lines(std::span<std::string const> values);

}  // namespace lanthorn::app
