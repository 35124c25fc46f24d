#include "trace/urb.h"

#include <algorithm>

#include "trace/little_endian.h"

namespace mbnrig::trace {
namespace {

// Offsets into struct mon_bin_hdr.
enum At : std::size_t {
  kId = 0,
  kEvent = 8,
  kTransfer = 9,
  kEndpoint = 10,
  kDevice = 11,
  kBus = 12,
  kSetupFlag = 14,
  kDataFlag = 15,
  kSeconds = 16,
  kMicroseconds = 24,
  kStatus = 28,
  kLength = 32,
  kDataLength = 36,
  kSetup = 40,
};

constexpr std::uint64_t kSecond = 1'000'000'000;

template <class T>
void Set(UrbHeader& header, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    header[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace

UrbHeader EncodeUrb(const Urb& urb, std::uint64_t time, std::size_t data_size) {
  UrbHeader header{};
  Set(header, kId, urb.id);
  header[kEvent] = static_cast<std::uint8_t>(urb.event);
  header[kTransfer] = static_cast<std::uint8_t>(urb.transfer);
  header[kEndpoint] = urb.endpoint;
  header[kDevice] = urb.device;
  Set(header, kBus, urb.bus);
  header[kSetupFlag] = urb.setup ? 0 : '-';
  // 0: data follows. Otherwise the direction of the transfer, whose data was not captured.
  if (data_size == 0) header[kDataFlag] = urb.in() ? '<' : '>';
  Set(header, kSeconds, time / kSecond);
  Set(header, kMicroseconds, static_cast<std::uint32_t>(time % kSecond / 1000));
  Set(header, kStatus, static_cast<std::uint32_t>(urb.status));
  Set(header, kLength, urb.length);
  Set(header, kDataLength, static_cast<std::uint32_t>(data_size));
  if (urb.setup) std::copy(urb.setup->begin(), urb.setup->end(), header.begin() + kSetup);
  return header;
}

std::optional<UrbPacket> DecodeUrb(ByteView packet) {
  if (packet.size() < Urb::kHeaderSize) return std::nullopt;
  UrbPacket result;
  Urb& urb = result.urb;
  urb.id = Get<std::uint64_t>(packet, kId);
  const std::uint8_t event = packet[kEvent];
  if (event != 'S' && event != 'C' && event != 'E') return std::nullopt;
  urb.event = static_cast<Urb::Event>(event);
  if (packet[kTransfer] > static_cast<std::uint8_t>(Urb::Transfer::kBulk)) return std::nullopt;
  urb.transfer = static_cast<Urb::Transfer>(packet[kTransfer]);
  urb.endpoint = packet[kEndpoint];
  urb.device = packet[kDevice];
  urb.bus = Get<std::uint16_t>(packet, kBus);
  urb.status = static_cast<std::int32_t>(Get<std::uint32_t>(packet, kStatus));
  urb.length = Get<std::uint32_t>(packet, kLength);
  if (packet[kSetupFlag] == 0) {
    urb.setup.emplace();
    std::copy_n(packet.begin() + kSetup, urb.setup->size(), urb.setup->begin());
  }
  const std::size_t data_size = Get<std::uint32_t>(packet, kDataLength);
  if (data_size > packet.size() - Urb::kHeaderSize) return std::nullopt;
  result.data = packet.subspan(Urb::kHeaderSize, data_size);
  return result;
}

}  // namespace mbnrig::trace
