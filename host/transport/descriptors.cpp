#include "transport/descriptors.h"

#include <fmt/format.h>

#include <algorithm>

namespace mbnrig::transport {
namespace {

constexpr std::uint8_t kDescriptorConfiguration = 0x02;
constexpr std::uint8_t kDescriptorInterface = 0x04;
constexpr std::uint8_t kDescriptorEndpoint = 0x05;
constexpr std::uint8_t kDescriptorClassInterface = 0x24;
constexpr std::uint8_t kSubtypeUnion = 0x06;
constexpr std::uint8_t kSubtypeMbim = 0x1B;
constexpr std::uint8_t kSubtypeMbimExtended = 0x1C;

constexpr std::uint16_t kMinControlMessage = 64;
// One control transfer carries a message. usbfs accepts at most a page.
constexpr std::uint16_t kMaxControlMessage = 4096;

std::uint16_t Le16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

/// Takes the next descriptor off the front. Empty if there is none.
ByteView NextDescriptor(ByteView& rest) {
  if (rest.size() < 2 || rest[0] < 2 || rest[0] > rest.size()) {
    return {};
  }
  const ByteView descriptor = rest.first(rest[0]);
  rest = rest.subspan(rest[0]);
  return descriptor;
}

/// A functional descriptor of an interface. Empty if it has none of this subtype and length.
ByteView FindFunctional(const InterfaceSetting& setting, std::uint8_t subtype, std::size_t length) {
  ByteView rest = setting.extra;
  for (ByteView d = NextDescriptor(rest); !d.empty(); d = NextDescriptor(rest)) {
    if (d.size() >= length && d[1] == kDescriptorClassInterface && d[2] == subtype) {
      return d;
    }
  }
  return {};
}

bool IsMbimControl(const InterfaceSetting& s) {
  return s.interface_class == 0x02 && s.subclass == 0x0E;
}

bool IsMbimData(const InterfaceSetting& s) {
  return s.interface_class == 0x0A && s.subclass == 0x00 && s.protocol == 0x02;
}

template <class Predicate>
const EndpointDescriptor* FindEndpoint(const InterfaceSetting& setting, Predicate predicate) {
  const auto it = std::find_if(setting.endpoints.begin(), setting.endpoints.end(), predicate);
  return it == setting.endpoints.end() ? nullptr : &*it;
}

std::size_t CountSettings(const Configuration& configuration, std::uint8_t interface) {
  return static_cast<std::size_t>(
      std::count_if(configuration.settings.begin(), configuration.settings.end(),
                    [interface](const InterfaceSetting& s) { return s.number == interface; }));
}

/// The setting of an MBIM data interface that has its bulk endpoints. Null if there is none.
const InterfaceSetting* FindActiveData(const Configuration& configuration, std::uint8_t control,
                                       std::optional<std::uint8_t> interface) {
  for (const auto& setting : configuration.settings) {
    if (IsMbimData(setting) && setting.number != control &&
        (!interface || setting.number == *interface) &&
        FindEndpoint(setting, [](const auto& e) { return e.bulk() && e.in(); }) &&
        FindEndpoint(setting, [](const auto& e) { return e.bulk() && !e.in(); })) {
      return &setting;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<Configuration> ParseConfiguration(ByteView descriptor) {
  ByteView rest = descriptor;
  const ByteView head = NextDescriptor(rest);
  if (head.size() < 9 || head[1] != kDescriptorConfiguration) {
    return std::nullopt;
  }
  const std::size_t total = Le16(head, 2);
  if (total < descriptor.size()) {
    rest = descriptor.first(std::max(total, head.size())).subspan(head.size());
  }
  Configuration configuration;
  configuration.value = head[5];
  for (ByteView d = NextDescriptor(rest); !d.empty(); d = NextDescriptor(rest)) {
    if (d[1] == kDescriptorInterface && d.size() >= 9) {
      InterfaceSetting setting;
      setting.number = d[2];
      setting.alternate = d[3];
      setting.interface_class = d[5];
      setting.subclass = d[6];
      setting.protocol = d[7];
      configuration.settings.push_back(std::move(setting));
    } else if (!configuration.settings.empty()) {
      auto& setting = configuration.settings.back();
      if (d[1] == kDescriptorEndpoint && d.size() >= 7) {
        setting.endpoints.push_back({d[2], d[3], Le16(d, 4)});
      } else if (setting.endpoints.empty()) {
        setting.extra.insert(setting.extra.end(), d.begin(), d.end());
      }
    }
  }
  return configuration;
}

std::variant<MbimFunctionInfo, std::string> FindMbimFunction(const Configuration& configuration) {
  const auto control = std::find_if(configuration.settings.begin(), configuration.settings.end(),
                                    [](const auto& s) { return IsMbimControl(s); });
  if (control == configuration.settings.end()) {
    return "no MBIM interface";
  }
  MbimFunctionInfo function;
  function.control_interface = control->number;
  if (CountSettings(configuration, control->number) > 1) {
    function.control_alternate = control->alternate;
  }
  const auto* notification =
      FindEndpoint(*control, [](const auto& e) { return e.interrupt() && e.in(); });
  if (!notification || notification->packet_size() == 0) {
    return fmt::format("interface {} has no interrupt IN endpoint for its notifications",
                       control->number);
  }
  function.notification = *notification;

  std::optional<std::uint8_t> named;
  if (const ByteView union_descriptor = FindFunctional(*control, kSubtypeUnion, 5);
      !union_descriptor.empty()) {
    named = union_descriptor[4];
  }
  const InterfaceSetting* data = FindActiveData(configuration, control->number, named);
  if (!data && named) {
    data = FindActiveData(configuration, control->number, std::nullopt);
  }
  if (!data) {
    return fmt::format("interface {} has no data interface 0A/00/02 with a bulk pair",
                       control->number);
  }
  function.data_interface = data->number;
  function.bulk_in = *FindEndpoint(*data, [](const auto& e) { return e.bulk() && e.in(); });
  function.bulk_out = *FindEndpoint(*data, [](const auto& e) { return e.bulk() && !e.in(); });
  if (CountSettings(configuration, data->number) > 1) {
    function.data_active_alternate = data->alternate;
    for (const auto& setting : configuration.settings) {
      if (setting.number == data->number && setting.endpoints.empty()) {
        function.data_idle_alternate = setting.alternate;
        break;
      }
    }
  }
  if (const ByteView mbim = FindFunctional(*control, kSubtypeMbim, 12); !mbim.empty()) {
    function.max_control_message =
        std::clamp(Le16(mbim, 5), kMinControlMessage, kMaxControlMessage);
    function.max_segment_size = Le16(mbim, 9);
    function.network_capabilities = mbim[11];
  }
  if (const ByteView extended = FindFunctional(*control, kSubtypeMbimExtended, 8);
      !extended.empty()) {
    function.max_outstanding_commands = std::max<std::uint8_t>(extended[5], 1);
    function.mtu = Le16(extended, 6);
  }
  return function;
}

FunctionLimits LimitsOf(const MbimFunctionInfo& function) {
  return {function.max_outstanding_commands, function.max_segment_size, function.mtu};
}

}  // namespace mbnrig::transport
