#pragma once

/// The data path of a modem under test. What the modem sends is read field by field (RawNtb), apart
/// from the codec that the modem itself may use: who wrote a mistake should not be the one to read
/// it.

#include <string>

#include "device/modem.h"
#include "device/session.h"

namespace mbnrig::device {

/// An NTB as it came: the numbers in it, checked against nothing but its own bytes.
struct RawNtb {
  struct Entry {
    std::uint32_t index = 0, length = 0;
  };
  struct Ndp {
    std::uint32_t signature = 0;
    std::uint16_t length = 0;
    std::uint32_t next = 0;
    std::vector<Entry> entries;  ///< with those that terminate

    std::uint8_t session() const { return static_cast<std::uint8_t>(signature >> 24); }
  };

  Bytes bytes;  ///< the whole transfer
  std::uint32_t signature = 0;
  std::uint16_t header_length = 0, sequence = 0;
  std::uint32_t block_length = 0, ndp_index = 0;
  std::vector<Ndp> ndps;

  /// The datagrams of a session, those that lie within the transfer.
  std::vector<Bytes> Datagrams(std::uint8_t session) const;
};

inline constexpr std::uint32_t kNth16Signature = 0x484d434e;  // "NCMH"
inline constexpr std::uint32_t kNth32Signature = 0x686d636e;  // "ncmh"
inline constexpr std::uint32_t kIps16 = 0x00535049;           // "IPS" and the session
inline constexpr std::uint32_t kIps32 = 0x00737069;           // "ips" and the session

/// Reads a transfer as an NTB of that form. Throws Missing where it is too short to be one, or an
/// NDP lies outside.
RawNtb ReadNtb(Bytes transfer, mbim::NtbFormat format);

/// An IPv4 echo request with `payload` bytes that depend on `number` (RFC 792).
Bytes EchoRequest(mbim::Ipv4Address from, mbim::Ipv4Address to, std::uint16_t number,
                  std::size_t payload);

/// One datagram and the session it belongs to.
struct SessionDatagram {
  std::uint8_t session = 0;
  Bytes bytes;
};

class DataPath {
 public:
  /// `modem` is open. Takes the form that it was opened with.
  DataPath(Modem& modem, const Network& network);

  /// A session of CONNECT may be used from now on; asks for its address where pings need one.
  void Use(std::uint8_t session);

  /// A datagram that the network sends back, or answers, with about `payload` bytes in it.
  Bytes Datagram(std::uint8_t session, std::size_t payload = 56);
  /// Puts datagrams into one NTB, for what the modem says it takes.
  Bytes Pack(const std::vector<SessionDatagram>& datagrams);
  /// Writes a transfer. Throws Missing where that fails.
  void Send(ByteView transfer);
  /// The next NTB; nothing when none comes in time.
  std::optional<RawNtb> Receive(milliseconds timeout);
  /// Sends the datagrams in one NTB and reads until each has come back, in its session; the NTBs
  /// read. Throws Missing where one does not.
  std::vector<RawNtb> Exchange(const std::vector<SessionDatagram>& datagrams);
  /// The first NTB that brings anything back when one datagram is sent in session 0.
  RawNtb ExchangeOne() { return Exchange({{0, Datagram(0)}}).front(); }
  /// Datagrams that came in another session than the one they were sent in, since the beginning.
  std::size_t strayed() const { return strayed_; }

 private:
  bool IsAnswer(ByteView sent, ByteView received) const;

  Modem& modem_;
  const Network network_;
  std::map<std::uint8_t, mbim::Ipv4Address> addresses_;
  mbim::NtbWriter writer_;
  std::uint16_t number_ = 0;
  std::size_t strayed_ = 0;
};

}  // namespace mbnrig::device
