#include "transport/data_sinks.h"

#include <utility>

namespace mbnrig::transport {

void DataSinks::Set(DataStream stream, DataSink sink) {
  Slot& slot = SlotOf(stream.session, stream.ip);
  const std::lock_guard lock(slot.mutex);
  slot.sink = std::move(sink);
}

bool DataSinks::Deliver(const mbim::Datagram& datagram, std::vector<Slot*>& busy) {
  Slot& slot = SlotOf(datagram.session, datagram.ip);
  const std::lock_guard lock(slot.mutex);
  if (!slot.sink.datagram) {
    return false;
  }
  slot.sink.datagram(datagram.bytes);
  if (slot.sink.idle && !std::exchange(slot.busy, true)) {
    busy.push_back(&slot);
  }
  return true;
}

void DataSinks::Idle(std::vector<Slot*>& busy) {
  for (Slot* const slot : busy) {
    const std::lock_guard lock(slot->mutex);
    slot->busy = false;
    if (slot->sink.idle) {
      slot->sink.idle();
    }
  }
  busy.clear();
}

}  // namespace mbnrig::transport
