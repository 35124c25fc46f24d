#pragma once

/// Validates profiles by the profile schema, versions 1 to 4 (schema/*.xsd, embedded), with
/// libxml2.

#include <optional>
#include <string>

struct _xmlDoc;

namespace mbnrig::mbn {

/// The reason why a text is not a profile: the line, the element, and what was expected.
struct ProfileError {
  int line = 0;         ///< 0: not known
  std::string element;  ///< "MBNProfile/Context/AccessString"; empty when the text is not XML
  std::string reason;

  /// "line 3: MBNProfile/Name: this element is not expected, expected is SubscriberID"
  std::string ToString() const;
};

/// Compiles the schema, once in a process. ValidateProfile does so too if it has not been compiled.
/// Throws std::runtime_error if libxml2 cannot use our own schema. Thread-safe.
void CompileProfileSchema();

/// Validates a parsed document. Nothing if it follows the schema; otherwise the first fault.
/// Thread-safe. Throws std::bad_alloc.
std::optional<ProfileError> ValidateProfile(_xmlDoc* document);

/// The path of an element node: "MBNProfile/Context/AccessString".
std::string ElementPath(const void* node);

}  // namespace mbnrig::mbn
