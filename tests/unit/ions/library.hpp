#pragma once

#include "lanthorn/files/library.hpp"
#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"

#include <string>

namespace lanthorn::test {

inline Ion ion(std::string const& symbol) { return ion_from(library_document("ions/" + symbol + ".toml")); }
inline HostOptics optics(std::string const& host)
{
    return host_optics_from(library_document("hosts/" + host + ".toml"));
}

/// A host without Stark components.
inline HostOptics unresolved(std::string const& host)
{
    HostOptics result = optics(host);
    result.stark.clear();
    return result;
}

inline char const* const ions[] = {"Yb", "Er", "Tm", "Ho"};

}  // namespace lanthorn::test
