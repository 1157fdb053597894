#pragma once

#include <map>
#include <string>
#include <vector>

namespace lanthorn {

/// One axis of a data set.
struct Axis {
    std::string name;
    std::string unit;
    std::vector<double> values;  ///< centres (n), or
    std::vector<double> edges;   ///< (n + 1) where the values are bins; else empty
    bool logarithmic = false;    ///< how it is best drawn
};

/// Numbers over axes, measured or simulated alike. Row-major, last axis fastest.
struct Dataset {
    std::string name;
    std::string unit;
    std::vector<Axis> axes;
    std::vector<double> values;
    std::vector<double> sigma;  ///< one standard error per value; empty = unknown
    std::vector<char> mask;     ///< 1 = ignore; empty = all count
    std::map<std::string, std::string> metadata;
};

}  // namespace lanthorn
