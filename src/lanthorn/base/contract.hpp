#pragma once

#include <stdexcept>
#include <string>

namespace lanthorn {

/// Broken contract: a bug in the calling code, never a user's mistake.
struct ContractError : std::logic_error {
    using std::logic_error::logic_error;
};

[[noreturn]] inline void broken(char const* what, char const* file, int line)
{
    throw ContractError(std::string(file) + ":" + std::to_string(line) + ": expected " + what);
}

}  // namespace lanthorn

/// Checked in all builds but `release`.
#ifdef LANTHORN_CHECKED
#define LANTHORN_EXPECT(cond) ((cond) ? void() : ::lanthorn::broken(#cond, __FILE__, __LINE__))
#else
#define LANTHORN_EXPECT(cond) ((void)sizeof(bool(cond)))
#endif
