#include "lanthorn/base/errors.hpp"

#include "lanthorn/base/contract.hpp"

#include <charconv>

namespace lanthorn {

namespace {

std::string three_digits(double x)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, x, std::chars_format::general, 3).ptr};
}

}  // namespace

std::string to_text(Finding const& finding)
{
    std::string text;
    if (!finding.place.file.empty()) {
        text += finding.place.file + ":";
        if (finding.place.line > 0) text += std::to_string(finding.place.line) + ":";
        if (finding.place.column > 0) text += std::to_string(finding.place.column) + ":";
        text += " ";
    }
    if (finding.severity == Severity::warning) text += "warning: ";
    if (finding.severity == Severity::note) text += "note: ";
    text += finding.problem;
    if (!finding.excerpt.empty()) text += "\n" + finding.excerpt;
    return text;
}

namespace {

std::string all_text(std::vector<Finding> const& findings)
{
    std::string text;
    for (auto const& finding : findings) {
        if (!text.empty()) text += "\n";
        text += to_text(finding);
    }
    return text;
}

}  // namespace

InputError::InputError(std::vector<Finding> findings)
    : std::runtime_error(all_text(findings)), findings_(std::move(findings))
{
    LANTHORN_EXPECT(!findings_.empty());
}

InputError::InputError(Place place, std::string key, std::string problem)
    : InputError(std::vector{Finding{.severity = Severity::error,
                                     .place = std::move(place),
                                     .key = std::move(key),
                                     .problem = std::move(problem),
                                     .excerpt = {}}})
{}

NumericsError::NumericsError(std::string method_name, double reached_time_s, double remaining_residual)
    : std::runtime_error(method_name + " did not converge: residual " + three_digits(remaining_residual) +
                         " at t = " + three_digits(reached_time_s) + " s"),
      method(std::move(method_name)), time_s(reached_time_s), residual(remaining_residual)
{}

}  // namespace lanthorn
