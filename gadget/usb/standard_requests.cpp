// The standard requests (USB 2.0, section 9.4) that reach the function: all of them on the loopback
// bus, some through GadgetFS, none through FunctionFS.

#include "usb/mbim_function.h"
#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

enum Request : std::uint8_t {
  kGetStatus = 0,
  kClearFeature = 1,
  kGetDescriptor = 6,
  kGetConfiguration = 8,
  kSetConfiguration = 9,
  kGetInterface = 10,
  kSetInterface = 11,
};

constexpr std::uint16_t kEndpointHalt = 0;
constexpr std::uint8_t kOnlyConfiguration = 1;
constexpr std::uint16_t kLanguageEnglishUs = 0x0409;

}  // namespace

ControlReply MbimFunction::Standard(const SetupPacket& setup) {
  if (RequestTypeOf(setup) != RequestType::kStandard) return Stall{};
  const Recipient recipient = RecipientOf(setup);
  const Layout& layout = attachment_->layout;
  const bool to_control =
      recipient == Recipient::kInterface && setup.index == layout.control_interface;
  const bool to_data = recipient == Recipient::kInterface && setup.index == layout.data_interface;
  const bool to_endpoint = recipient == Recipient::kEndpoint && HasEndpoint(setup.index);
  const bool to_device = recipient == Recipient::kDevice;
  if (IsIn(setup)) {
    switch (setup.request) {
      case kGetStatus:
        if (!to_device && !to_control && !to_data && !to_endpoint) return Stall{};
        return Bytes{0, 0};  // bus powered, no remote wake-up, not halted
      case kGetDescriptor:
        return to_device ? GetDescriptor(setup) : Stall{};
      case kGetConfiguration:
        if (!to_device) return Stall{};
        return Bytes{state_.configuration};
      case kGetInterface:
        if (state_.configuration == 0 || (!to_control && !to_data)) return Stall{};
        return Bytes{to_data ? state_.data_alternate : std::uint8_t{0}};
      default:
        return Stall{};
    }
  }
  switch (setup.request) {
    case kClearFeature:
      return to_endpoint && setup.value == kEndpointHalt ? ControlReply(Ack{}) : Stall{};
    case kSetConfiguration:
      if (!to_device || setup.value > kOnlyConfiguration) return Stall{};
      Reset();
      state_.configuration = static_cast<std::uint8_t>(setup.value);
      return Ack{};
    case kSetInterface:
      if (state_.configuration == 0 || (!to_control && !to_data)) return Stall{};
      return SetInterface(setup);
    default:
      return Stall{};
  }
}

ControlReply MbimFunction::GetDescriptor(const SetupPacket& setup) const {
  const auto index = static_cast<std::uint8_t>(setup.value & 0xff);
  switch (static_cast<DescriptorType>(setup.value >> 8)) {
    case DescriptorType::kDevice:
      return Encode(MbimDevice(identity_, Speed::kHigh));
    case DescriptorType::kConfiguration: {
      if (index != 0) return Stall{};
      auto identity = identity_;
      identity.max_control_message = MaxControlMessage();
      return Encode(MbimConfiguration(identity, Speed::kHigh, attachment_->layout));
    }
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
  if (!data) return Ack{};
  // Alternate setting 0 puts the NTB parameters back (NCM 1.0, section 7.2).
  if (setup.value == 0) ResetData();
  state_.data_alternate = static_cast<std::uint8_t>(setup.value);
  return Ack{};
}

bool MbimFunction::HasEndpoint(std::uint16_t address) const {
  const Layout& layout = attachment_->layout;
  return state_.configuration != 0 &&
         (address == layout.notification_endpoint || address == layout.bulk_in_endpoint ||
          address == layout.bulk_out_endpoint);
}

}  // namespace mbnrig::usb
