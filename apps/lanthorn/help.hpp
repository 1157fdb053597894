#pragma once

#include <CLI/Formatter.hpp>

#include <string>

namespace lanthorn::app {

/// Help texts whose sentences are broken at 100 columns.
class HelpText : public CLI::Formatter {
public:
    HelpText() { column_width(names); }

    std::string make_option_desc(CLI::Option const* option) const override
    {
        return wrapped(Formatter::make_option_desc(option));
    }
    std::string make_subcommand(CLI::App const* command) const override;

private:
    static constexpr std::size_t names = 34, width = 100;

    static std::string wrapped(std::string text);
};

}  // namespace lanthorn::app
