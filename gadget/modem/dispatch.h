#pragma once

/// Finds the service that carries out a command.

#include <map>

#include "mbim/message.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class Dispatcher {
 public:
  /// Serves the commands of all services that the machine has now.
  explicit Dispatcher(const Machine& machine);

  /// Carries out a command. Unknown services, CIDs and types are answered with NO_DEVICE_SUPPORT,
  /// an information buffer that the command does not take with INVALID_PARAMETERS.
  void CarryOut(const mbim::CommandMessage& message, const SendAnswer& send) const;

  /// The information buffer of an answer whose status is not success. Empty for most commands.
  mbim::Bytes FailureInformation(const mbim::CommandMessage& message, std::uint32_t nw_error) const;

 private:
  struct Entry {
    Service* service;
    const Command* command;
  };
  const Entry* Find(const mbim::CommandMessage& message) const;

  std::map<mbim::CommandId, Entry> entries_;
};

}  // namespace mbnrig::modem
