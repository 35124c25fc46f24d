#pragma once

/// DEVICE_SERVICES and DEVICE_SERVICE_SUBSCRIBE_LIST.

#include <optional>
#include <vector>

#include "mbim/basic_connect.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class DeviceServices final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  void PowerOn() override { subscribed_.reset(); }
  void ChannelReset() override { subscribed_.reset(); }

  /// Whether the host wants this indication. Before the host sets a list, it gets the indications
  /// of all services of MBIM 1.0.
  bool IsSubscribed(const mbim::CommandId& id) const;
  /// Whether the host has set a list.
  bool has_list() const { return subscribed_.has_value(); }

 private:
  /// The commands of all services of the modem.
  mbim::DeviceServicesInfo Current() const;
  /// Removes from the list what the modem cannot indicate. The answer carries the rest.
  void Subscribe(const mbim::DeviceServiceSubscribeList& request,
                 const Answer<mbim::DeviceServiceSubscribeList>& answer);

  std::optional<std::vector<mbim::EventEntry>> subscribed_;  // nothing: the host has set no list
};

}  // namespace mbnrig::modem
