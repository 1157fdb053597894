#pragma once

#include <string_view>

namespace lanthorn {

// The page's style and script, report-ui/dist, built into the library.
extern std::string_view const report_css;
extern std::string_view const report_js;

}  // namespace lanthorn
