#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace lanthorn {

/// Where something stands in an input: 1-based line and column, 0 = unknown.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;

    bool operator==(Place const&) const = default;
};

enum class Severity { error, warning, note };

/// One thing wrong, doubtful or worth saying in an input.
struct Finding {
    Severity severity = Severity::error;
    Place place = {};
    std::string key = {};      ///< key path, e.g. "crystal.shell[0].thickness"; empty where there is none
    std::string problem = {};  ///< the problem, why it is one, and what to do
    std::string excerpt = {};  ///< the offending line with a caret below, or empty
};

/// "file:line:column: problem" and, where there is one, the excerpt below it.
std::string to_text(Finding const& finding);

/// Input that cannot be right. Carries every finding of the input at once; never empty.
class InputError : public std::runtime_error {
public:
    explicit InputError(std::vector<Finding> findings);
    /// A single error at a place.
    InputError(Place place, std::string key, std::string problem);

    std::vector<Finding> const& findings() const { return findings_; }
    Finding const& first() const { return findings_.front(); }

private:
    std::vector<Finding> findings_;
};

/// A method that did not converge.
class NumericsError : public std::runtime_error {
public:
    NumericsError(std::string method_name, double reached_time_s, double remaining_residual);

    std::string method;
    double time_s;    ///< how far it came
    double residual;  ///< what was left
};

}  // namespace lanthorn
