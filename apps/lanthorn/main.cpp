#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/data/schema.hpp"
#include "lanthorn/study/version.hpp"

#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"

#include <CLI/Config.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace {

/// What stands in the place of the command is one.
void refuse_unknown_command(CLI::App const& app, int argc, char** argv)
{
    using namespace lanthorn;
    if (argc < 2 || argv[1][0] == '-') return;
    std::vector<std::string> known;
    for (auto const* command : app.get_subcommands({})) known.push_back(command->get_name());
    if (std::ranges::find(known, argv[1]) != known.end()) return;
    auto const meant = nearest(argv[1], known);
    throw InputError({}, argv[1],
                     fmt::format("there is no command \"{}\"; {}", argv[1],
                                 meant ? fmt::format("did you mean \"{}\"?", *meant)
                                       : fmt::format("there are {}", fmt::join(known, ", "))));
}

}  // namespace

int main(int argc, char** argv)
{
    using namespace lanthorn;
    CLI::App app("Lanthanide-doped nanocrystals, from lattice to light.\n\n"
                 "Try:  lanthorn run \"NaYF4:Yb20,Er2 (8 nm) @ NaYF4 (2 nm)\" --at \"980 nm, 10 W/cm^2\"",
                 "lanthorn");
    app.set_version_flag("--version", fmt::format("lanthorn {} ({})", version(), git_hash()));
    app.require_subcommand(1);
    app.formatter(std::make_shared<app::HelpText>());
    app::add_run(app);
    app::add_resume(app);
    app::add_check(app);
    app::add_new(app);
    app::add_build(app);
    app::add_npmc(app);
    app::add_network(app);
    app::add_ions(app);
    app::add_rates(app);
    app::add_explain(app);
    app::add_cite(app);
    app::add_doctor(app);

    try {
        refuse_unknown_command(app, argc, argv);
        app.parse(argc, argv);
        if (std::fflush(stdout) != 0)
            throw std::system_error(errno, std::generic_category(), "standard output");
        return 0;
    }
    catch (CLI::ParseError const& error) {
        int const status = app.exit(error);
        return status == 0 ? 0 : 2;
    }
    catch (app::Interrupted const& interrupted) {
        fmt::print(stderr, "{}\n", interrupted.what());
        return 128 + interrupted.signal;
    }
    catch (InputError const& error) {
        std::size_t errors = 0;
        for (auto const& finding : error.findings()) {
            fmt::print(stderr, "{}\n", to_text(finding));
            errors += finding.severity == Severity::error;
        }
        if (error.findings().size() > 1) fmt::print(stderr, "{} error{}\n", errors, errors == 1 ? "" : "s");
        return 2;
    }
    catch (NumericsError const& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 3;
    }
    catch (std::system_error const& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 74;
    }
    catch (std::exception const& error) {
        fmt::print(stderr, "A fault of the program itself, please report it: {}\n", error.what());
        return 70;
    }
}
