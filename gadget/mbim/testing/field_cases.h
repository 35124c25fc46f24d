#pragma once

/// Cases from the field (fixtures/cases): what users of real modems reported, as inputs with the
/// right value.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "mbim/bytes.h"
#include "mbim/testing/wire_text.h"

namespace mbnrig::mbim::testing {

/// One folder of fixtures/cases.
struct FieldCase {
  std::filesystem::path folder;

  std::string Text(const char* file) const {
    std::ifstream in(folder / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Bytes Hex(const char* file) const { return FromText(Text(file)); }
  /// The line of expected.txt.
  std::string Expected() const {
    std::string line = Text("expected.txt");
    std::erase(line, '\n');
    return line;
  }
  friend void PrintTo(const FieldCase& field_case, std::ostream* out) {
    *out << field_case.folder.filename().string();
  }
};

/// The cases of `source_dir` (MBNRIG_SOURCE_DIR) whose name begins with `prefix` and that have that
/// file, in order of their names.
inline std::vector<FieldCase> FieldCasesWith(const std::filesystem::path& source_dir,
                                             std::string_view prefix, const char* file) {
  std::vector<FieldCase> cases;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir / "fixtures/cases")) {
    if (entry.path().filename().string().starts_with(prefix) && exists(entry.path() / file)) {
      cases.push_back({entry.path()});
    }
  }
  std::ranges::sort(cases, {}, &FieldCase::folder);
  return cases;
}

/// The name of a test for a case: "Case201".
inline std::string FieldCaseName(const FieldCase& field_case) {
  return "Case" + field_case.folder.filename().string().substr(0, 3);
}

}  // namespace mbnrig::mbim::testing
