#pragma once

/// PIN and PIN_LIST: entering, enabling, disabling, changing and unblocking PINs, with the attempts
/// counted as a SIM counts them.

#include <optional>
#include <set>

#include "mbim/basic_connect.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class Pins final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  std::vector<scenario::Key<Change>> keys() override;
  void PowerOn() override { verified_.clear(); }
  void Report(nlohmann::json& state) const override;

  /// The PIN or PUK that the modem needs before it continues. Nothing if it needs none.
  /// PIN1 comes first, then the locks of the device. The modem never waits for PIN2.
  std::optional<mbim::PinType> required() const;
  /// Whether the SIM is blocked for good: PIN1 is blocked, and so is its PUK.
  bool sim_blocked() const;

 private:
  void Query(const Answer<mbim::PinInfo>& answer);
  void Set(const mbim::SetPin& request, const Answer<mbim::PinInfo>& answer);
  void List(const Answer<mbim::PinListInfo>& answer);
  mbim::PinInfo Failed(std::uint32_t) const { return Current(); }

  /// PIN_INFO about required().
  mbim::PinInfo Current() const;
  bool Verify(mbim::PinType type, scenario::Pin& pin, const std::string& code);
  void Unblock(mbim::PinType type, scenario::Pin& pin, const mbim::SetPin& request,
               const Answer<mbim::PinInfo>& answer);
  mbim::Status Forbidden(mbim::PinType type, const scenario::Pin& pin,
                         mbim::PinOperation operation) const;

  std::set<mbim::PinType> verified_;  // entered since power on
};

/// The PUK of a PIN. Nothing if the PIN has none.
std::optional<mbim::PinType> PukOf(mbim::PinType pin);

}  // namespace mbnrig::modem
