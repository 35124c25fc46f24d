#pragma once

/// The schema files as they were at build time, so that a profile is judged alike wherever the
/// binary runs.

#include <span>
#include <string_view>

namespace mbnrig::mbn {

struct SchemaText {
  std::string_view file_name;
  std::string_view text;
};

/// profile.xsd, which imports the others, first.
std::span<const SchemaText> SchemaTexts();

}  // namespace mbnrig::mbn
