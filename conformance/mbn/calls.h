#pragma once

/// The calls of mbnapi.h that are served, as data: what a suite needs to know of a call to make it
/// in every condition that calls share (shared_conditions_suite.cpp). A new call is one line of
/// Calls(); the catalogue says which conditions apply to it.

#include <functional>
#include <string>
#include <vector>

#include "mbn/client.h"

namespace mbnrig::conformance {

/// The objects that a client of a registered modem holds. Calls are made on them, also after the
/// condition under test has set in.
struct Objects {
  ComPtr<IMbnInterfaceManager> interfaces;
  ComPtr<IMbnConnectionManager> connections;
  ComPtr<IMbnConnectionProfileManager> profiles;
  ComPtr<IMbnInterface> modem;
  ComPtr<IMbnConnection> connection;      ///< null while the modem has none
  ComPtr<IMbnConnectionProfile> profile;  ///< "internet"; null while it is not stored
  std::wstring interface_id, connection_id;

  /// What the client can obtain now.
  static Objects Of(const Client& client);
  /// Of(client), with the modem or the connection that an event has brought.
  static Objects Of(const Client& client, const Event& event);
};

/// A call with arguments that nothing is wrong with. What it puts out is released.
struct Call {
  using Made = std::function<HRESULT(const Objects&)>;

  const char* api;  ///< as in the catalogue: "IMbnInterface::GetReadyState"
  Made make;
  /// The same with NULL in place of the output; empty where there is no output.
  Made make_with_null = nullptr;
  /// The code once the removal of the modem has been processed.
  const char* code_when_removed = "E_HANDLE";
  /// The command whose answer tells what the call gives; null where it asks for nothing.
  const char* cid = nullptr;
  /// The event that announces this answer.
  const char* announced_by = nullptr;
};

const std::vector<Call>& Calls();

}  // namespace mbnrig::conformance
