#include "help.hpp"

#include <CLI/App.hpp>
#include <CLI/StringTools.hpp>

#include <sstream>

namespace lanthorn::app {

std::string HelpText::make_subcommand(CLI::App const* command) const
{
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_name(), wrapped(command->get_description()), names);
    return out.str();
}

std::string HelpText::wrapped(std::string text)
{
    std::size_t begin = 0;
    while (text.size() - begin > width - names) {
        std::size_t const space = text.find_last_of(' ', begin + width - names);
        if (space == std::string::npos || space <= begin) break;
        text[space] = '\n';
        begin = space + 1;
    }
    return text;
}

}  // namespace lanthorn::app
