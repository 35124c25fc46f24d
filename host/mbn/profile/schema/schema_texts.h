#pragma once

/// The schema files as they were at build time, so that the program validates profiles in the same
/// way wherever it runs.

#include <span>
#include <string_view>

namespace mbnrig::mbn {

struct SchemaText {
  std::string_view file_name;
  std::string_view text;
};

/// The files. The first is profile.xsd, which imports the others.
std::span<const SchemaText> SchemaTexts();

}  // namespace mbnrig::mbn
