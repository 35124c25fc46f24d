#pragma once

/// The boundary between the objects that clients hold (host/mbn/com) and the service. Only values
/// cross it: snapshots of modems, operations, profile requests, and events (modem/event.h). Within
/// one process they are not copied. For a service in a separate process, seam_bytes.h writes each
/// value as bytes and reads it back.

#include <mbnapi.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mbn/modem/command_request.h"
#include "mbn/modem/modem_state.h"
#include "mbn/profile/profiles.h"

namespace mbnrig::mbn {

/// A modem that the service lists.
struct Modem {
  Snapshot state;
  bool reachable = false;          ///< false once the device has left USB
  bool connection_listed = false;  ///< there is an IMbnConnection
};

/// IMbnConnection::Connect. `profile` is a profile's name or, for MBN_CONNECTION_MODE_TMP_PROFILE,
/// its XML. `app` is the Windows Store app that calls (store_app.h); empty: another program.
struct ConnectRequest {
  MBN_CONNECTION_MODE mode = MBN_CONNECTION_MODE_PROFILE;
  std::string profile;
  std::string app{};
  friend bool operator==(const ConnectRequest&, const ConnectRequest&) = default;
};

/// IMbnConnection::Disconnect.
struct DisconnectRequest {
  std::string app{};  ///< as in ConnectRequest
  friend bool operator==(const DisconnectRequest&, const DisconnectRequest&) = default;
};

/// The request of an asynchronous method.
using OperationRequest = std::variant<ConnectRequest, DisconnectRequest, CommandRequest>;

/// IMbnConnectionProfileManager::CreateConnectionProfile.
struct CreateProfile {
  std::string xml;
  friend bool operator==(const CreateProfile&, const CreateProfile&) = default;
};
/// IMbnConnectionProfile::UpdateProfile.
struct UpdateProfile {
  ProfileKey profile;
  std::string xml;
  friend bool operator==(const UpdateProfile&, const UpdateProfile&) = default;
};
/// IMbnConnectionProfile::Delete.
struct DeleteProfile {
  ProfileKey profile;
  friend bool operator==(const DeleteProfile&, const DeleteProfile&) = default;
};

/// A client's change to the store of profiles.
using ProfileRequest = std::variant<CreateProfile, UpdateProfile, DeleteProfile>;

/// The service as the clients' objects use it. Thread-safe. If a method throws std::bad_alloc,
/// nothing has changed. HRESULTs are those of the methods' pages.
class Seam {
 public:
  virtual ~Seam() = default;

  /// The modems whose interface is listed.
  virtual std::vector<Modem> Modems() const = 0;
  /// Nothing if no listed interface has that ID.
  virtual std::optional<Modem> FindModem(std::string_view interface_id) const = 0;
  /// Submits an operation. S_OK: it is accepted, and a completion event with the ID `request` will
  /// follow. `request` is set before the operation can begin. ERROR_NOT_FOUND for a modem that is
  /// not listed, and E_HANDLE for one that is still listed but has left.
  virtual HRESULT Submit(std::string_view interface_id, const OperationRequest& operation,
                         std::uint32_t* request) = 0;

  /// The stored profiles, and the first one with a name: as in Profiles (profile/profiles.h).
  virtual HRESULT ListProfiles(const ProfileScope& scope, std::vector<ProfilePtr>* profiles) = 0;
  virtual HRESULT FindProfile(std::string_view name, const ProfileScope& scope,
                              ProfilePtr* profile) = 0;
  /// Creates, changes or deletes a stored profile.
  virtual HRESULT Change(const ProfileRequest& request) = 0;
};

}  // namespace mbnrig::mbn
