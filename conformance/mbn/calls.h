#pragma once

/// The implemented calls of mbnapi.h as data, for the suite that makes each call in every shared
/// condition (shared_conditions_suite.cpp). A new call is one line of Calls(). The catalogue
/// decides which conditions apply to it.

#include <functional>
#include <string>
#include <vector>

#include "mbn/client.h"

namespace mbnrig::conformance {

/// The objects that a client of a registered modem holds. Calls are made on them, also after the
/// condition under test has begun.
struct Objects {
  ComPtr<IMbnInterfaceManager> interfaces;
  ComPtr<IMbnConnectionManager> connections;
  ComPtr<IMbnConnectionProfileManager> profiles;
  ComPtr<IMbnInterface> modem;
  ComPtr<IMbnRegistration> registration;  ///< of the modem
  ComPtr<IMbnConnection> connection;      ///< null while the modem has none
  ComPtr<IMbnConnectionProfile> profile;  ///< "internet"; null while it is not stored
  std::wstring interface_id, connection_id;

  /// The objects that the client can obtain now.
  static Objects Of(const Client& client);
  /// The same, but with the object of an event: a modem, its registration, or a connection.
  static Objects Of(const Client& client, const Event& event);
};

/// A call with valid arguments. It releases its outputs.
struct Call {
  using Made = std::function<HRESULT(const Objects&)>;

  const char* api;  ///< its name in the catalogue: "IMbnInterface::GetReadyState"
  Made make;
  /// The same with NULL in place of the output. Empty if there is no output.
  Made make_with_null = nullptr;
  /// The code after the service has handled the removal of the modem.
  const char* code_when_removed = "E_HANDLE";
  /// False: the call does not need the modem.
  bool needs_modem = true;
  /// False: a modem that left and came back with the same SIM is as good as before.
  bool needs_same_arrival = true;
  /// The command whose answer the call returns. Null if the call does not need one.
  const char* cid = nullptr;
  /// The event that reports this answer.
  const char* announced_by = nullptr;
};

const std::vector<Call>& Calls();

}  // namespace mbnrig::conformance
