#pragma once

/// The data path of a modem under test. What the modem sends is read field by field (RawNtb), and
/// not with the codec that the modem itself may use: the code that writes a mistake should not be
/// the code that reads it.

#include <string>

#include "device/modem.h"
#include "device/session.h"

namespace mbnrig::device {

/// An NTB as it was received: its numbers, checked only against the length of its bytes.
struct RawNtb {
  struct Entry {
    std::uint32_t index = 0, length = 0;
  };
  struct Ndp {
    std::uint32_t signature = 0;
    std::uint16_t length = 0;
    std::uint32_t next = 0;
    std::vector<Entry> entries;  ///< including the terminating ones

    std::uint8_t session() const { return static_cast<std::uint8_t>(signature >> 24); }
  };

  Bytes bytes;  ///< the whole transfer
  std::uint32_t signature = 0;
  std::uint16_t header_length = 0, sequence = 0;
  std::uint32_t block_length = 0, ndp_index = 0;
  std::vector<Ndp> ndps;

  /// The datagrams of a session that lie within the transfer.
  std::vector<Bytes> Datagrams(std::uint8_t session) const;
};

inline constexpr std::uint32_t kNth16Signature = 0x484d434e;  // "NCMH"
inline constexpr std::uint32_t kNth32Signature = 0x686d636e;  // "ncmh"
inline constexpr std::uint32_t kIps16 = 0x00535049;           // "IPS" and the session
inline constexpr std::uint32_t kIps32 = 0x00737069;           // "ips" and the session

/// Reads a transfer as an NTB of this form. Throws Missing if it is too short, or if an NDP lies
/// outside.
RawNtb ReadNtb(Bytes transfer, mbim::NtbFormat format);

/// An IPv4 echo request with `payload` bytes that depend on `number` (RFC 792).
Bytes EchoRequest(mbim::Ipv4Address from, mbim::Ipv4Address to, std::uint16_t number,
                  std::size_t payload);

/// One datagram and its session.
struct SessionDatagram {
  std::uint8_t session = 0;
  Bytes bytes;
};

class DataPath {
 public:
  /// `modem` must be open. Uses the form of NTBs with which it was opened.
  DataPath(Modem& modem, const Network& network);

  /// Makes a session of CONNECT usable. Asks for its address if pings need one.
  void Use(std::uint8_t session);

  /// A datagram of about `payload` bytes that the network will send back or answer.
  Bytes Datagram(std::uint8_t session, std::size_t payload = 56);
  /// Packs datagrams into one NTB, within the modem's limits.
  Bytes Pack(const std::vector<SessionDatagram>& datagrams);
  /// Writes a transfer. Throws Missing if that fails.
  void Send(ByteView transfer);
  /// The next NTB. Nothing if none arrives in time.
  std::optional<RawNtb> Receive(milliseconds timeout);
  /// Sends the datagrams in one NTB, and reads until each has come back in its session. Returns the
  /// NTBs read. Throws Missing if a datagram does not come back.
  std::vector<RawNtb> Exchange(const std::vector<SessionDatagram>& datagrams);
  /// Sends one datagram in session 0. Returns the first NTB that brings anything back.
  RawNtb ExchangeOne() { return Exchange({{0, Datagram(0)}}).front(); }
  /// The number of datagrams so far that came back in a wrong session.
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
