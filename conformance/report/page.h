#pragma once

/// The page of a report without its data (page.html).

#include <string_view>

namespace mbnrig::report {

/// page.html. The report's JSON goes in the place of @REPORT_DATA@.
extern const std::string_view kPage;

}  // namespace mbnrig::report
