#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace lanthorn {

/// How far a long computation has come, in counted work.
struct ProgressReport {
    std::string phase;
    std::int64_t done = 0;
    std::int64_t total = 0;  ///< best present estimate; 0 = unknown
};

/// Called now and then from the thread that leads a computation; may be empty.
using Progress = std::function<void(ProgressReport const&)>;

}  // namespace lanthorn
