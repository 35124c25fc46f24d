#pragma once

/// The profile schema, versions 1 to 4 (schema/*.xsd, embedded), put in front of libxml2's
/// validator.

#include <optional>
#include <string>

struct _xmlDoc;

namespace mbnrig::mbn {

/// Why a text is no profile: where, which element, and what was expected.
struct ProfileError {
  int line = 0;         ///< 0 where no line is known
  std::string element;  ///< "MBNProfile/Context/AccessString"; empty where the text is no XML
  std::string reason;

  /// "line 3: MBNProfile/Name: this element is not expected, expected is SubscriberID"
  std::string ToString() const;
};

/// Compiles the schema, once a process; ValidateProfile does so where it was not done before.
/// Throws std::runtime_error when libxml2 cannot use our own schema.
void CompileProfileSchema();

/// Validates a parsed document. Nothing when it follows the schema; else the first fault.
/// Thread-safe. Throws std::bad_alloc.
std::optional<ProfileError> ValidateProfile(_xmlDoc* document);

/// "MBNProfile/Context/AccessString" for an element node.
std::string ElementPath(const void* node);

}  // namespace mbnrig::mbn
