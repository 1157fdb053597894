#pragma once

#include <cstddef>
#include <functional>

namespace lanthorn {

/// Runs jobs 0, 1, … on threads, in any order. A job that returns false was stopped and ends the work of its thread;
/// what a job throws is thrown when all threads have ended. False where any job was stopped.
bool run_in_any_order(std::size_t jobs, unsigned threads, std::function<bool(std::size_t)> const& job);

}  // namespace lanthorn
