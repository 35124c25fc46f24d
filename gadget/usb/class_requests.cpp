// The class requests of an MBIM function (MBIM 1.0, section 8.1; CDC NCM 1.0, section 6.2).

#include "mbim/wire.h"
#include "usb/mbim_function.h"
#include "usb/requests.h"

namespace mbnrig::usb {
ControlReply MbimFunction::Class(const SetupPacket& setup) {
  if (!AddressesControlInterface(setup, attachment_->layout)) return Stall{};
  const auto request = static_cast<ClassRequest>(setup.request);
  if (IsIn(setup)) {
    if (setup.value != 0) return Stall{};
    Bytes word(2);
    switch (request) {
      case ClassRequest::kGetEncapsulatedResponse:
        return GetResponse();
      case ClassRequest::kGetNtbParameters:
        return mbim::Encode(identity_.ntb);
      case ClassRequest::kGetNtbFormat:
        mbim::StoreU16(word, 0, state_.ntb_format);
        return word;
      case ClassRequest::kGetNtbInputSize: {
        Bytes size(8);  // the last two bytes are reserved
        mbim::StoreU32(size, 0, state_.ntb_input_size);
        mbim::StoreU16(size, 4, state_.ntb_in_max_datagrams);
        return size;
      }
      case ClassRequest::kGetMaxDatagramSize:
        mbim::StoreU16(word, 0, state_.max_datagram_size);
        return word;
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
      responses_.clear();
      notifications_.clear();
      pending_notifications_.clear();
      data_.Reset();
      channel_.ResetFunction();
      return Ack{};
    case ClassRequest::kSetNtbFormat:
      // Only before data flows, that is in alternate setting 0 (NCM 1.0, section 6.2.5).
      if (setup.value > (identity_.ntb.ntb32 ? 1 : 0) || setup.length != 0 ||
          state_.data_alternate != 0) {
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
  const std::uint32_t size = mbim::LoadU32(data, 0);
  if (size < mbim::kNtbMinMaxSize || size > identity_.ntb.in_max_size) return Stall{};
  state_.ntb_input_size = size;
  if (data.size() == 8) state_.ntb_in_max_datagrams = mbim::LoadU16(data, 4);
  return Ack{};
}

ControlReply MbimFunction::SetMaxDatagramSize(ByteView data) {
  if (data.size() != 2) return Stall{};
  const std::uint16_t size = mbim::LoadU16(data, 0);
  if (size == 0 || size > identity_.max_segment_size) return Stall{};
  state_.max_datagram_size = size;
  return Ack{};
}

}  // namespace mbnrig::usb
