#pragma once

/// DEVICE_SERVICES and DEVICE_SERVICE_SUBSCRIBE_LIST (MBIM 1.0, sections 10.5.16 and 10.5.17).

#include "modem/state.h"

namespace mbnrig::modem {

/// Whether the host wants that indication. Before it has set a list, it wants all of Basic Connect.
bool IsSubscribed(const Machine& machine, const mbim::Uuid& service, std::uint32_t cid);

void QueryDeviceServices(Machine& machine, const mbim::Empty& request, const Answer& answer);
/// What the modem cannot indicate is left out of the list; the answer carries what remains.
void SetSubscribeList(Machine& machine, const mbim::DeviceServiceSubscribeList& request,
                      const Answer& answer);

}  // namespace mbnrig::modem
