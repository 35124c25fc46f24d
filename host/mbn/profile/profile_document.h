#pragma once

/// One connection profile as XML. It has been parsed and is valid. The service writes
/// some of its elements.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mbn/profile/profile_schema.h"

struct _xmlNode;

namespace mbnrig::mbn {

/// The root element of a profile.
enum class ProfileKind {
  kProfile,      ///< MBNProfile (version 1, with elements of 2 and 3 at its end)
  kProfileExt,   ///< MBNProfileExt (version 4)
  kModemConfig,  ///< ModemDMConfigProfile (version 4)
};

/// Longer texts are refused without parsing.
inline constexpr std::size_t kMaxProfileBytes = 256 * 1024;

/// Movable, not thread-safe. All texts are UTF-8. Methods throw std::bad_alloc.
class ProfileDocument {
 public:
  /// Parses and validates. Allows no network access, no document type and no entities except XML's
  /// own five. Ignores an encoding that the text declares, because a BSTR has no encoding.
  static std::variant<ProfileDocument, ProfileError> Parse(std::string_view text);

  ProfileDocument(ProfileDocument&&) noexcept = default;
  ProfileDocument& operator=(ProfileDocument&&) noexcept = default;

  ProfileKind kind() const { return kind_; }
  ProfileDocument Copy() const;

  /// The text of the element at `path` below the root ("Context/AccessString"), in the root's
  /// namespace, with white space collapsed as its type says. Nothing when there is no such element.
  std::optional<std::string> Text(std::string_view path) const;
  /// The same, with white space unchanged: for passwords.
  std::optional<std::string> RawText(std::string_view path) const;
  /// The value of a boolean element; `absent` when it is missing or empty.
  bool Flag(std::string_view path, bool absent = false) const;
  /// The elements of that name below the element at `path`.
  std::vector<std::string> Texts(std::string_view path, std::string_view name) const;
  /// IsAdditionalPdpContextProfile of version 3, false when there is none.
  bool is_additional_context() const;

  /// Makes a fault at `element`, or at the root if there is no such element.
  ProfileError Fault(std::string_view path, std::string reason) const;

  /// Writes a child of the root that comes before AutoConnectOnInternet, in its place in the order.
  void SetText(std::string_view name, std::string_view text);
  void Remove(std::string_view path);
  /// Only for a document with a Context/UserLogonCred.
  void SetPassword(std::string_view password);

  /// The document as UTF-8, with or without the XML declaration.
  std::string ToXml(bool declaration) const;

 private:
  struct Free {
    void operator()(_xmlDoc* document) const;
  };
  ProfileDocument(_xmlDoc* document, ProfileKind kind) : document_(document), kind_(kind) {}
  _xmlNode* Root() const;
  _xmlNode* Find(std::string_view path) const;

  std::unique_ptr<_xmlDoc, Free> document_;
  ProfileKind kind_;
};

}  // namespace mbnrig::mbn
