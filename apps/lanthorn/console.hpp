#pragma once

#include "lanthorn/base/errors.hpp"
#include "lanthorn/base/progress.hpp"
#include "lanthorn/base/stop_token.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace lanthorn::app {

/// The user or the system asked the program to stop.
struct Interrupted : std::runtime_error {
    Interrupted(int signal_number, std::string const& words)
        : std::runtime_error(words), signal(signal_number)
    {}
    int signal;
};

/// From its first call on, SIGINT and SIGTERM raise this token's flag instead of ending the program; a second one ends it.
StopToken stop_on_signal();
/// The signal that came, 0 = none.
int signal_received();

/// How progress is shown on stderr: "auto" is a bar on a terminal and a line every ten seconds elsewhere.
class ProgressBar {
public:
    explicit ProgressBar(std::string const& mode);
    ~ProgressBar();
    ProgressBar(ProgressBar const&) = delete;
    ProgressBar& operator=(ProgressBar const&) = delete;

    Progress callback();

private:
    enum class Mode { bar, lines, json, off };
    void show(ProgressReport const& report);

    Mode mode_;
    bool shown_ = false;
    std::int64_t first_done_ = -1;
    std::chrono::steady_clock::time_point start_, last_;
};

/// Prints findings to stderr, warnings before a result.
void print_findings(std::vector<Finding> const& findings);

/// "12 s", "3 min 20 s", "2 h 05 min"
std::string duration_text(double seconds);
/// CPU seconds of this process, all threads.
double cpu_seconds();
std::int64_t peak_memory_bytes();
unsigned default_threads();

}  // namespace lanthorn::app
