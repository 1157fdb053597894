#pragma once

#include <CLI/App.hpp>

/// One function per subcommand: declares its options and what it does.
namespace lanthorn::app {

void add_run(CLI::App& app);
void add_resume(CLI::App& app);
void add_check(CLI::App& app);
void add_new(CLI::App& app);
void add_build(CLI::App& app);
void add_npmc(CLI::App& app);
void add_network(CLI::App& app);
void add_ions(CLI::App& app);
void add_rates(CLI::App& app);
void add_explain(CLI::App& app);
void add_cite(CLI::App& app);
void add_doctor(CLI::App& app);

}  // namespace lanthorn::app
