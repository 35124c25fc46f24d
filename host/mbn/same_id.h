#pragma once

#include <string_view>

namespace mbnrig::mbn {

/// Whether two texts are the same GUID ("{...}"): case does not matter.
bool SameId(std::string_view a, std::string_view b);

}  // namespace mbnrig::mbn
