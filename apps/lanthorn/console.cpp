#include "console.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace lanthorn::app {

namespace {

std::atomic<bool> stop_flag{false};
std::atomic<int> last_signal{0};

void on_signal(int number)
{
    if (stop_flag.exchange(true)) _exit(128 + number);
    last_signal = number;
}

}  // namespace

StopToken stop_on_signal()
{
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    return StopToken(stop_flag);
}

int signal_received() { return last_signal; }

ProgressBar::ProgressBar(std::string const& mode)
    : mode_(mode == "off"                                                ? Mode::off
            : mode == "json"                                             ? Mode::json
            : mode == "bar" || (mode == "auto" && isatty(STDERR_FILENO)) ? Mode::bar
                                                                         : Mode::lines),
      start_(std::chrono::steady_clock::now()), last_(start_)
{}

ProgressBar::~ProgressBar()
{
    if (shown_ && mode_ == Mode::bar) fmt::print(stderr, "\r\033[K");
}

Progress ProgressBar::callback()
{
    return [this](ProgressReport const& report) { show(report); };
}

void ProgressBar::show(ProgressReport const& report)
{
    auto const now = std::chrono::steady_clock::now();
    double const since_last = std::chrono::duration<double>(now - last_).count();
    if (first_done_ < 0) {  // what a resumed run finds done takes no time
        first_done_ = report.done;
        start_ = now;
    }
    double const spent = std::chrono::duration<double>(now - start_).count();
    bool const whole = report.done == report.total;
    if (mode_ == Mode::off || (shown_ && !whole && since_last < (mode_ == Mode::lines ? 10.0 : 0.1))) return;
    if (mode_ == Mode::lines && !whole && spent < 10) return;
    shown_ = true;
    last_ = now;
    double const share = report.total > 0 ? double(report.done) / double(report.total) : 0;
    std::int64_t const fresh = report.done - first_done_;
    double const left = fresh > 0 ? spent / double(fresh) * double(report.total - report.done) : -1;
    std::string const remaining = left < 0 || whole ? "" : fmt::format(", about {} left", duration_text(left));
    switch (mode_) {
    case Mode::bar: {
        int const width = 30, filled = int(share * width);
        fmt::print(stderr, "\r\033[K{:<12} [{}{}] {:3.0f} %{}", report.phase,
                   std::string(std::size_t(filled), '='), std::string(std::size_t(width - filled), ' '),
                   100 * share, remaining);
        break;
    }
    case Mode::lines:
        fmt::print(stderr, "{:<12}  {} of about {} chunks{}\n", report.phase, report.done, report.total,
                   remaining);
        break;
    case Mode::json:
        fmt::print(stderr, "{{\"phase\": \"{}\", \"done\": {}, \"total\": {}{}}}\n", report.phase,
                   report.done, report.total,
                   left < 0 ? "" : fmt::format(", \"seconds_left\": {:.1f}", left));
        break;
    case Mode::off:
        break;
    }
    std::fflush(stderr);
}

void print_findings(std::vector<Finding> const& findings)
{
    for (auto const& finding : findings) fmt::print(stderr, "{}\n", to_text(finding));
}

std::string duration_text(double seconds)
{
    if (seconds < 60) return fmt::format("{:.0f} s", std::max(1.0, seconds));
    auto const whole = std::int64_t(seconds);
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

double cpu_seconds()
{
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

std::int64_t peak_memory_bytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::int64_t(usage.ru_maxrss) * 1024;
}

unsigned default_threads() { return std::max(1u, std::thread::hardware_concurrency()); }

}  // namespace lanthorn::app
