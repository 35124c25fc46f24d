// The standard requests (USB 2.0, section 9.4) that reach the function. All of them do on the
// loopback bus and through USB/IP, some through GadgetFS, none through FunctionFS.

#include "usb/mbim_function.h"
#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

enum Request : std::uint8_t {
  kGetStatus = 0,
  kClearFeature = 1,
  kSetFeature = 3,
  kGetDescriptor = 6,
  kGetConfiguration = 8,
  kSetConfiguration = 9,
  kGetInterface = 10,
  kSetInterface = 11,
  kSetSel = 48,  // USB 3.2, section 9.4.12
  kSetIsochronousDelay = 49,
};

enum Feature : std::uint16_t {
  kEndpointHalt = 0,
  kFunctionSuspend = 0,  // of an interface
  kU1Enable = 48,
  kU2Enable = 49,
};

constexpr std::uint8_t kOnlyConfiguration = 1;
constexpr std::uint16_t kLanguageEnglishUs = 0x0409;
constexpr std::uint16_t kSelLength = 6;

// Of a device's status (USB 3.2, section 9.4.5).
constexpr std::uint8_t kU1Enabled = 1 << 2, kU2Enabled = 1 << 3;

}  // namespace

ControlReply MbimFunction::Standard(const SetupPacket& setup) {
  if (RequestTypeOf(setup) != RequestType::kStandard) return Stall{};
  const bool to_device = RecipientOf(setup) == Recipient::kDevice;
  const bool to_interface = state_.configuration != 0 && AddressesInterface(setup);
  const bool to_data = setup.index == attachment_->layout.data_interface;
  const bool super = attachment_->speed == Speed::kSuper;
  if (IsIn(setup)) {
    switch (setup.request) {
      case kGetStatus:
        return GetStatus(setup);
      case kGetDescriptor:
        return to_device ? GetDescriptor(setup) : Stall{};
      case kGetConfiguration:
        if (!to_device) return Stall{};
        return Bytes{state_.configuration};
      case kGetInterface:
        if (!to_interface) return Stall{};
        return Bytes{to_data ? state_.data_alternate : std::uint8_t{0}};
      default:
        return Stall{};
    }
  }
  switch (setup.request) {
    case kClearFeature:
    case kSetFeature:
      return SetFeature(setup, setup.request == kSetFeature);
    case kSetConfiguration:
      if (!to_device || setup.value > kOnlyConfiguration) return Stall{};
      Reset();
      state_.configuration = static_cast<std::uint8_t>(setup.value);
      return Ack{};
    case kSetInterface:
      return to_interface ? SetInterface(setup) : Stall{};
    case kSetSel:
      return super && to_device && setup.length == kSelLength ? ControlReply(Ack{}) : Stall{};
    case kSetIsochronousDelay:
      return super && to_device && setup.length == 0 ? ControlReply(Ack{}) : Stall{};
    default:
      return Stall{};
  }
}

ControlReply MbimFunction::GetStatus(const SetupPacket& setup) const {
  // Before it is configured, a device has only interface 0 and endpoint 0 (USB 2.0, section 9.4.5).
  const bool there = state_.configuration != 0 || setup.index == 0;
  const bool to_device = RecipientOf(setup) == Recipient::kDevice;
  const bool to_endpoint_0 =
      RecipientOf(setup) == Recipient::kEndpoint && (setup.index & 0x7f) == 0;
  if (!to_device && !to_endpoint_0 && !(there && AddressesInterface(setup)) &&
      !AddressesEndpoint(setup)) {
    return Stall{};
  }
  if (to_device) return Bytes{link_features_, 0};  // bus powered, no remote wake-up
  const bool halted =
      AddressesEndpoint(setup) && state_.halted.count(static_cast<std::uint8_t>(setup.index)) != 0;
  return Bytes{static_cast<std::uint8_t>(halted), 0};
}

ControlReply MbimFunction::SetFeature(const SetupPacket& setup, bool on) {
  if (AddressesEndpoint(setup) && setup.value == kEndpointHalt) {
    const auto address = static_cast<std::uint8_t>(setup.index);
    if (on) {
      state_.halted.insert(address);
    } else {
      state_.halted.erase(address);
    }
    return Ack{};
  }
  // On SuperSpeed these allow power states, which this link never enters, and suspend the function,
  // which nothing wakes.
  if (attachment_->speed != Speed::kSuper || state_.configuration == 0) return Stall{};
  const bool to_device = RecipientOf(setup) == Recipient::kDevice;
  if (to_device && (setup.value == kU1Enable || setup.value == kU2Enable)) {
    const std::uint8_t feature = setup.value == kU1Enable ? kU1Enabled : kU2Enabled;
    link_features_ =
        static_cast<std::uint8_t>(on ? link_features_ | feature : link_features_ & ~feature);
    return Ack{};
  }
  const bool to_function =
      RecipientOf(setup) == Recipient::kInterface &&
      (setup.index & 0xff) == attachment_->layout.control_interface;  // options in the high byte
  return to_function && setup.value == kFunctionSuspend ? ControlReply(Ack{}) : Stall{};
}

ControlReply MbimFunction::GetDescriptor(const SetupPacket& setup) const {
  const auto index = static_cast<std::uint8_t>(setup.value & 0xff);
  const Speed speed = attachment_->speed;
  auto configuration = [this](Speed at) {
    auto identity = identity_;
    identity.max_control_message = MaxControlMessage();
    return MbimConfiguration(identity, at, attachment_->layout);
  };
  switch (static_cast<DescriptorType>(setup.value >> 8)) {
    case DescriptorType::kDevice:
      return Encode(MbimDevice(identity_, speed));
    case DescriptorType::kConfiguration:
      if (index != 0) return Stall{};
      return Encode(configuration(speed));
    // The descriptors for full speed (USB 2.0, sections 9.6.2 and 9.6.4). Only a device at high
    // speed has another speed to describe.
    case DescriptorType::kDeviceQualifier:
      return speed == Speed::kHigh ? ControlReply(EncodeQualifier(MbimDevice(identity_, speed)))
                                   : Stall{};
    case DescriptorType::kOtherSpeedConfiguration: {
      if (speed != Speed::kHigh || index != 0) return Stall{};
      Bytes other = Encode(configuration(Speed::kFull));
      other[1] = static_cast<std::uint8_t>(DescriptorType::kOtherSpeedConfiguration);
      return other;
    }
    case DescriptorType::kBos:
      return speed == Speed::kSuper ? ControlReply(EncodeBos()) : Stall{};
    case DescriptorType::kString: {
      if (index == static_cast<std::uint8_t>(StringIndex::kLanguages)) {
        return Bytes{4, static_cast<std::uint8_t>(DescriptorType::kString),
                     kLanguageEnglishUs & 0xff, kLanguageEnglishUs >> 8};
      }
      const auto text = StringOf(identity_, index);
      return text ? ControlReply(EncodeString(*text)) : Stall{};
    }
    default:
      return Stall{};
  }
}

ControlReply MbimFunction::SetInterface(const SetupPacket& setup) {
  const bool data = setup.index == attachment_->layout.data_interface;
  const std::uint16_t last = data && attachment_->alternate_settings ? 1 : 0;
  if (setup.value > last) return Stall{};
  if (!data) {
    state_.halted.erase(attachment_->layout.notification_endpoint);
    return Ack{};
  }
  // Alternate setting 0 resets the NTB parameters (NCM 1.0, section 7.2).
  if (setup.value == 0) ResetData();
  state_.data_alternate = static_cast<std::uint8_t>(setup.value);
  state_.halted.erase(attachment_->layout.bulk_in_endpoint);
  state_.halted.erase(attachment_->layout.bulk_out_endpoint);
  return Ack{};
}

bool MbimFunction::AddressesInterface(const SetupPacket& setup) const {
  const Layout& layout = attachment_->layout;
  return RecipientOf(setup) == Recipient::kInterface &&
         (setup.index == layout.control_interface || setup.index == layout.data_interface);
}

bool MbimFunction::AddressesEndpoint(const SetupPacket& setup) const {
  const Layout& layout = attachment_->layout;
  if (RecipientOf(setup) != Recipient::kEndpoint || state_.configuration == 0) return false;
  const bool bulk =
      setup.index == layout.bulk_in_endpoint || setup.index == layout.bulk_out_endpoint;
  return bulk ? HasBulkEndpoints() : setup.index == layout.notification_endpoint;
}

/// Whether the setting that is chosen has the bulk endpoints.
bool MbimFunction::HasBulkEndpoints() const {
  return attachment_ && state_.configuration != 0 &&
         (!attachment_->alternate_settings || state_.data_alternate == 1);
}

}  // namespace mbnrig::usb
