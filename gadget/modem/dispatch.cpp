#include "modem/dispatch.h"

#include "modem/command.h"

namespace mbnrig::modem {

using mbim::CommandType;
using mbim::Status;

Dispatcher::Dispatcher(const Machine& machine) {
  for (const auto& service : machine.services()) {
    for (const Command& command : service->commands())
      entries_.emplace(command.id, Entry{service.get(), &command});
  }
}

const Dispatcher::Entry* Dispatcher::Find(const mbim::CommandMessage& message) const {
  const auto found = entries_.find({message.service, message.cid});
  return found == entries_.end() ? nullptr : &found->second;
}

void Dispatcher::CarryOut(const mbim::CommandMessage& message, const SendAnswer& send) const {
  const Entry* entry = Find(message);
  if (entry == nullptr) return send(Status::kNoDeviceSupport, {});
  if (!IsOneOf(message.type, CommandType::kSet)) return send(Status::kInvalidParameters, {});
  const Command& command = *entry->command;
  const Handler handler = message.type == CommandType::kQuery ? command.query : command.set;
  if (handler == nullptr) return send(Status::kNoDeviceSupport, {});
  handler(*entry->service, message.information, send);
}

mbim::Bytes Dispatcher::FailureInformation(const mbim::CommandMessage& message,
                                           std::uint32_t nw_error) const {
  const Entry* entry = Find(message);
  if (entry == nullptr || entry->command->failure == nullptr || message.type != CommandType::kSet) {
    return {};
  }
  return entry->command->failure(*entry->service, message.information, nw_error);
}

}  // namespace mbnrig::modem
