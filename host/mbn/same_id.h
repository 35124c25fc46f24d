#pragma once

#include <string_view>

namespace mbnrig::mbn {

/// Whether two texts are the same GUID ("{...}"). Upper and lower case are equal.
bool SameId(std::string_view a, std::string_view b);

}  // namespace mbnrig::mbn
