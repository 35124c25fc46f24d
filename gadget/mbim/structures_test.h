#pragma once

/// Every structure that crosses the wire by itself, for typed tests.

#include <gtest/gtest.h>

#include "mbim/basic_connect.h"

namespace mbnrig::mbim {

using Structures =
    testing::Types<Empty, DeviceCapsInfo, SubscriberReadyInfo, SetRadioState, RadioStateInfo,
                   SetPin, PinInfo, PinListInfo, Provider, VisibleProvidersReq, Providers,
                   SetRegistrationState, RegistrationStateInfo, SetPacketService, PacketServiceInfo,
                   SetSignalState, SignalStateInfo, SetConnect, ConnectInfo, SetProvisionedContext,
                   ProvisionedContextsInfo, IpConfigurationInfo, DeviceServicesInfo,
                   DeviceServiceSubscribeList>;

/// Shows the structure's name where Google Test would show a number.
struct StructureName {
  template <class T>
  static std::string GetName(int) {
    return T::kName == "-" ? "EMPTY" : std::string(T::kName);
  }
};

}  // namespace mbnrig::mbim
