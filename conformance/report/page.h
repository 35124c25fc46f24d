// The page of a report before its data is put in (page.html).
#pragma once

#include <string_view>

namespace mbnrig::report {

/// page.html; @REPORT_DATA@ stands where the report's JSON goes.
extern const std::string_view kPage;

}  // namespace mbnrig::report
