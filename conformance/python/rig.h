#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "mbn/client.h"

namespace mbnrig::python {

using conformance::ComPtr;

/// The bench with its services running and an MBN client on it. One at a time in a process. Waits
/// for the modem to be listed and, where the scenario lets it register, for its connection.
class Rig {
 public:
  /// `transport` as bench::Options has it. Throws bench::RigFault.
  Rig(const std::string& target, const std::string& scenario, const std::string& transport);
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  /// Throws bench::RigFault once the rig was closed.
  bench::Bench& bench();
  conformance::Client& client();
  void Close();

  void Restart(const std::string& scenario);
  /// Waits until the modem has told its state, as long as it may take; one that is silent is given
  /// as it is. Throws ApiError when there is none.
  ComPtr<IMbnInterface> Interface();
  /// Waits for it: the modem may be registering still.
  ComPtr<IMbnConnection> Connection();
  void StoreProfile(const conformance::ProfileText& profile);

 private:
  void Up(const std::string& scenario);
  bool open_ = false;
  std::unique_ptr<conformance::Client> client_;
};

/// Activates a context and waits for the completion. Throws ApiError with its status.
void Connect(Rig& rig, IMbnConnection& connection, const std::wstring& profile, bool temporary);
void Disconnect(Rig& rig, IMbnConnection& connection);

}  // namespace mbnrig::python
