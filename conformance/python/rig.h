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

/// The bench with its services running, and an MBN client. One at a time in a process. The
/// constructor and Restart wait until the modem has been announced (OnInterfaceArrival).
class Rig {
 public:
  /// `transport` is that of bench::Options. Throws bench::RigFault.
  Rig(const std::string& target, const std::string& scenario, const std::string& transport);
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  /// Both throw bench::RigFault after the rig was closed.
  bench::Bench& bench();
  conformance::Client& client();
  void Close();

  void Restart(const std::string& scenario);
  /// Waits until the modem has reported its state, at most for the bench's time limit. Then returns
  /// the modem even if it was silent. Throws ApiError if there is no modem.
  ComPtr<IMbnInterface> Interface();
  /// Waits for the connection: the modem may still be registering.
  ComPtr<IMbnConnection> Connection();
  void StoreProfile(const conformance::ProfileText& profile);

 private:
  void Up(const std::string& scenario);
  bool open_ = false;
  std::unique_ptr<conformance::Client> client_;
};

/// Activates a context and waits for the completion. Throws ApiError with the completion's status.
void Connect(Rig& rig, IMbnConnection& connection, const std::wstring& profile, bool temporary);
void Disconnect(Rig& rig, IMbnConnection& connection);

}  // namespace mbnrig::python
