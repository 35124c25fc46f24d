#pragma once

/// What passes between the entry points of mprapi.h and the service: requests, views of what the
/// router has, and completions. All are values, described for the codec (mbim/codec.h), so that
/// they can cross the border of a process. Texts are UTF-8. Handles are numbers (handles.h); a
/// handle that is kNoHandle stands for nothing.

#include <mprapi.h>
#include <winerror.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "mbim/describe.h"
#include "rras/model/handles.h"

namespace mbnrig::rras {

/// What MprAdminInterfaceCreate asks for, at whatever level.
struct InterfaceRequest {
  std::string name{};
  std::uint32_t enabled = 1;                        ///< 0 or 1
  std::uint32_t type = ROUTER_IF_TYPE_FULL_ROUTER;  ///< ROUTER_INTERFACE_TYPE
  std::string profile{};      ///< the MBN profile to dial; empty: the profile called `name`
  std::string device_name{};  ///< an interface ID or a device name; empty: any modem

  static constexpr std::string_view kName = "INTERFACE_REQUEST";
  static constexpr auto Fields() {
    using S = InterfaceRequest;
    return std::tuple{mbim::String("Name", &S::name), mbim::U32("Enabled", &S::enabled),
                      mbim::U32("Type", &S::type), mbim::String("Profile", &S::profile),
                      mbim::String("DeviceName", &S::device_name)};
  }
  friend bool operator==(const InterfaceRequest&, const InterfaceRequest&) = default;
};

/// An interface as it is now.
struct InterfaceView {
  HandleNumber handle = kNoHandle;
  std::string name{};
  std::uint32_t enabled = 1;                           ///< 0 or 1
  std::uint32_t type = ROUTER_IF_TYPE_FULL_ROUTER;     ///< ROUTER_INTERFACE_TYPE
  std::uint32_t state = ROUTER_IF_STATE_DISCONNECTED;  ///< ROUTER_CONNECTION_STATE

  static constexpr std::string_view kName = "INTERFACE_VIEW";
  static constexpr auto Fields() {
    using S = InterfaceView;
    return std::tuple{mbim::U64("Handle", &S::handle), mbim::String("Name", &S::name),
                      mbim::U32("Enabled", &S::enabled), mbim::U32("Type", &S::type),
                      mbim::U32("State", &S::state)};
  }
  friend bool operator==(const InterfaceView&, const InterfaceView&) = default;
};

/// What MprAdminInterfaceConnect asks for.
struct ConnectRequest {
  HandleNumber interface_handle = kNoHandle;
  /// 0, or a number of the client's choice: the call does not wait, and the service sends a
  /// ConnectCompletion with this number when the attempt ends.
  std::uint64_t completion = 0;
  std::uint32_t wait =
      0;  ///< 1: the call returns when the attempt ends, unless `completion` is set

  static constexpr std::string_view kName = "CONNECT_REQUEST";
  static constexpr auto Fields() {
    using S = ConnectRequest;
    return std::tuple{mbim::U64("InterfaceHandle", &S::interface_handle),
                      mbim::U64("Completion", &S::completion), mbim::U32("Wait", &S::wait)};
  }
  friend bool operator==(const ConnectRequest&, const ConnectRequest&) = default;
};

/// The end of an attempt to connect.
struct ConnectCompletion {
  std::uint64_t completion = 0;    ///< that of the ConnectRequest
  std::uint32_t error = NO_ERROR;  ///< why the attempt failed

  static constexpr std::string_view kName = "CONNECT_COMPLETION";
  static constexpr auto Fields() {
    using S = ConnectCompletion;
    return std::tuple{mbim::U64("Completion", &S::completion), mbim::U32("Error", &S::error)};
  }
  friend bool operator==(const ConnectCompletion&, const ConnectCompletion&) = default;
};

/// A port as it is now.
struct PortView {
  HandleNumber handle = kNoHandle;
  HandleNumber connection = kNoHandle;                 ///< set while connected
  std::uint32_t condition = RAS_PORT_NON_OPERATIONAL;  ///< RAS_PORT_CONDITION
  std::uint32_t total_calls = 0;
  std::uint32_t connected_seconds = 0;
  std::string name{};
  std::string device_name{};

  static constexpr std::string_view kName = "PORT_VIEW";
  static constexpr auto Fields() {
    using S = PortView;
    return std::tuple{mbim::U64("Handle", &S::handle),
                      mbim::U64("Connection", &S::connection),
                      mbim::U32("Condition", &S::condition),
                      mbim::U32("TotalCalls", &S::total_calls),
                      mbim::U32("ConnectedSeconds", &S::connected_seconds),
                      mbim::String("Name", &S::name),
                      mbim::String("DeviceName", &S::device_name)};
  }
  friend bool operator==(const PortView&, const PortView&) = default;
};

}  // namespace mbnrig::rras
