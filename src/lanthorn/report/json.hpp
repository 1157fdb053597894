#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lanthorn {

/// Writes JSON that may stand inside a <script> element: "<" is escaped, so neither "</script>" nor "<!--" can
/// appear. Numbers have seven significant digits; what is not finite is null.
class ScriptJson {
public:
    void begin_object(std::string_view name = {});
    void begin_list(std::string_view name = {});
    void end();

    void number(std::string_view name, double value);
    void text(std::string_view name, std::string_view value);
    void numbers(std::string_view name, std::span<double const> values);
    void texts(std::string_view name, std::span<std::string const> values);

    std::string const& result() const { return out_; }

private:
    void next(std::string_view name);
    void quoted(std::string_view value);

    std::string out_;
    std::string closers_;
    bool first_ = true;
};

/// Base64 of bytes.
std::string base64(std::span<unsigned char const> bytes);

}  // namespace lanthorn
