#pragma once

/// A connection profile as a value: the parts of its XML that the service uses.

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "mbim/basic_connect.h"
#include "mbn/profile/profile_document.h"

namespace mbnrig::mbn {

/// Identifies a profile of the store.
struct ProfileKey {
  std::string name;
  std::string subscriber_id;  ///< empty: only `sim_icc_id` binds the profile to a SIM
  std::string sim_icc_id;

  /// Whether `other` has the same name and subscriber.
  bool SameAs(const ProfileKey& other) const;
  friend bool operator==(const ProfileKey&, const ProfileKey&) = default;
};

/// Immutable once made. Texts are UTF-8.
struct Profile : ProfileKey {
  ProfileKind kind{};
  std::string icon_path;  ///< empty: no icon
  bool is_default = false;
  bool is_mms = false;       ///< in the MMS purpose group
  mbim::SetConnect connect;  ///< what CONNECT gets: access string, credentials, protocols
  std::string xml;           ///< the whole document with the password, for the store
  std::string public_xml;    ///< without the password, for clients

  /// Whether the profile belongs to the subscriber with that ID and that SIM's ICC ID.
  bool BelongsTo(std::string_view subscriber, std::string_view icc_id) const;
};

using ProfilePtr = std::shared_ptr<const Profile>;

/// Checks the rules between elements, which the schema cannot express. Nothing if all hold.
std::optional<ProfileError> CheckProfileRules(const ProfileDocument& document);

/// Makes the profile that `document` describes. Throws std::bad_alloc.
ProfilePtr DescribeProfile(const ProfileDocument& document);

/// Parses, validates against the schema and checks the rules.
std::variant<ProfileDocument, ProfileError> ReadProfile(std::string_view text);

}  // namespace mbnrig::mbn
