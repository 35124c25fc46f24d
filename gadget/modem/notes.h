#pragma once

/// Tells in plain words what has changed in the modem, for a trace. Internal to this room.

#include <functional>
#include <map>
#include <string>

#include "modem/state.h"

namespace mbnrig::modem {

class Notes {
 public:
  using Handler = std::function<void(const std::string&)>;

  /// What is the case now is told at once. Null: nobody listens, and Compare does nothing.
  void Listen(Handler handler, const Machine& machine);
  /// Tells of each difference to the call before.
  void Compare(const Machine& machine);

 private:
  struct Digest {
    mbim::ReadyState sim{};
    mbim::RadioSwitch hardware_radio{}, software_radio{};
    mbim::RegisterState registration{};
    mbim::PacketServiceState packet_service{};
    std::map<std::uint32_t, mbim::ActivationState> contexts;
    friend bool operator==(const Digest&, const Digest&) = default;
  };
  static Digest DigestOf(const Machine& machine);
  void TellContexts(const Digest& now, const Machine& machine) const;

  Handler handler_;
  Digest told_;
};

}  // namespace mbnrig::modem
