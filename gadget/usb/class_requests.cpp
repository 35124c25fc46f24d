// The class requests of an MBIM function (MBIM 1.0, section 8.1; CDC NCM 1.0, section 6.2).

#include "usb/mbim_function.h"
#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

void Put16(Bytes& bytes, std::uint16_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
}

void Put32(Bytes& bytes, std::uint32_t value) {
  Put16(bytes, static_cast<std::uint16_t>(value & 0xffff));
  Put16(bytes, static_cast<std::uint16_t>(value >> 16));
}

}  // namespace

ControlReply MbimFunction::Class(const SetupPacket& setup) {
  if (!AddressesControlInterface(setup, attachment_->layout)) return Stall{};
  const auto request = static_cast<ClassRequest>(setup.request);
  if (IsIn(setup)) {
    if (setup.value != 0) return Stall{};
    Bytes bytes;
    switch (request) {
      case ClassRequest::kGetEncapsulatedResponse:
        return GetResponse(setup);
      case ClassRequest::kGetNtbParameters:
        return mbim::Encode(identity_.ntb);
      case ClassRequest::kGetNtbFormat:
        Put16(bytes, state_.ntb_format);
        return bytes;
      case ClassRequest::kGetNtbInputSize:
        Put32(bytes, state_.ntb_input_size);
        Put16(bytes, state_.ntb_in_max_datagrams);
        Put16(bytes, 0);  // reserved
        return bytes;
      case ClassRequest::kGetMaxDatagramSize:
        Put16(bytes, state_.max_datagram_size);
        return bytes;
      default:  // NET_ADDRESS and CRC_MODE are not for MBIM functions (MBIM 1.0, table 8-1)
        return Stall{};
    }
  }
  switch (request) {
    case ClassRequest::kSendEncapsulatedCommand:
      if (setup.value != 0 || setup.length == 0 || setup.length > MaxControlMessage()) {
        return Stall{};
      }
      return Ack{};
    case ClassRequest::kResetFunction:
      if (setup.value != 0 || setup.length != 0) return Stall{};
      ForgetAnnouncements();
      data_.Reset();
      channel_.ResetFunction();
      return Ack{};
    case ClassRequest::kSetNtbFormat:
      // Only before data flows, that is in alternate setting 0 (NCM 1.0, section 6.2.5).
      if (setup.value > 1 || !identity_.ntb.Has(static_cast<mbim::NtbFormat>(setup.value)) ||
          setup.length != 0 || state_.data_alternate != 0) {
        return Stall{};
      }
      state_.ntb_format = setup.value;
      return Ack{};
    // NCM asks the same of the two below, but Linux sends them in alternate setting 1 as well.
    case ClassRequest::kSetNtbInputSize:
      if (setup.value != 0 || (setup.length != 4 && setup.length != 8)) return Stall{};
      return Ack{};
    case ClassRequest::kSetMaxDatagramSize:
      if (setup.value != 0 || setup.length != 2) return Stall{};
      return Ack{};
    default:
      return Stall{};
  }
}

ControlReply MbimFunction::SetNtbInputSize(ByteView data) {
  if (data.size() != 4 && data.size() != 8) return Stall{};
  const auto size = static_cast<std::uint32_t>(data[0]) | static_cast<std::uint32_t>(data[1]) << 8 |
                    static_cast<std::uint32_t>(data[2]) << 16 |
                    static_cast<std::uint32_t>(data[3]) << 24;
  if (size < mbim::kNtbMinMaxSize || size > identity_.ntb.in_max_size) return Stall{};
  state_.ntb_input_size = size;
  if (data.size() == 8) {
    state_.ntb_in_max_datagrams = static_cast<std::uint16_t>(data[4] | data[5] << 8);
  }
  return Ack{};
}

ControlReply MbimFunction::SetMaxDatagramSize(ByteView data) {
  if (data.size() != 2) return Stall{};
  const auto size = static_cast<std::uint16_t>(data[0] | data[1] << 8);
  if (size == 0 || size > identity_.max_segment_size) return Stall{};
  state_.max_datagram_size = size;
  return Ack{};
}

}  // namespace mbnrig::usb
