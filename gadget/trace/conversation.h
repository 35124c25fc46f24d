#pragma once

/// Turns a trace into a conversation that a person can read. It reassembles messages from their
/// fragments, joins each answer to its question, takes datagrams out of their NTBs, and leaves out
/// notifications.
///
///     0.002101 -> CONNECT set #12 (activate session 0 internet, IPv4) -> SUCCESS 3.2 ms
///     0.005300 -- context 0 activated (internet)
///     0.104000 -> IPv4 ICMP echo request 192.0.2.10 > 192.0.2.1 84 B

#include <deque>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mbim/fragment.h"
#include "mbim/ntb.h"
#include "trace/reader.h"
#include "trace/urb.h"

namespace mbnrig::trace {

/// One line of the conversation. Times in nanoseconds since 1970.
struct Entry {
  enum class Kind {
    kComment,     ///< `name` is the comment
    kMessage,     ///< from the host, with its answer
    kIndication,  ///< from the modem; also an answer without a question
    kDatagram,
    kUsb,  ///< a control request that is not an MBIM message, or a transfer that failed
  };
  /// The answer to a message or a request.
  struct Answer {
    std::uint64_t time = 0;
    std::string status;   ///< "SUCCESS", "stalled"
    std::string summary;  ///< the contents in a few words; may be empty
    std::string detail;   ///< the whole contents; may be empty
  };

  Kind kind{};
  std::uint64_t time = 0;
  std::uint8_t device = 0;
  bool to_host = false;
  std::string name;  ///< "CONNECT set"
  std::optional<std::uint32_t> transaction;
  std::string summary, detail;  ///< see Answer
  std::optional<Answer> answer;
  std::size_t fragments = 1;  ///< number of fragments of the message
  std::size_t bytes = 0;      ///< kDatagram: length of the datagram
  std::uint8_t session = 0;   ///< kDatagram: its IP or DSS session
};

/// Takes the packets of a trace in order. Any packets are safe to pass. Memory grows with the
/// entries. Not thread-safe.
class Conversation {
 public:
  void Add(const Packet& packet);
  /// All entries, in the order in which they began. They are valid as long as the conversation.
  std::vector<const Entry*> entries() const;

 private:
  /// The control messages in one direction.
  struct Channel {
    Channel();
    mbim::Reassembler reassembler;
    std::size_t fragments = 0;
    std::uint64_t begun = 0;
  };
  struct Request {
    Setup setup{};
    std::uint64_t time = 0;
    Entry* entry = nullptr;  ///< null: none yet
    Bytes data;              ///< data stage of an OUT request
  };
  struct Device {
    Channel from_host, to_host;
    std::map<std::uint64_t, Request> requests;     ///< unfinished control transfers, by URB
    std::map<std::uint32_t, Entry*> transactions;  ///< messages without an answer yet
  };

  Entry& Append(Entry::Kind kind, std::uint64_t time, std::uint8_t device, bool to_host,
                std::string name);
  void Control(Device& device, const UrbPacket& packet, std::uint64_t time);
  void EndRequest(Device& device, const Request& request, const UrbPacket& packet,
                  std::uint64_t time);
  void Fragment(Device& device, std::uint8_t number, bool to_host, ByteView fragment,
                std::uint64_t begun, std::uint64_t time);
  void HostMessage(Device& device, std::uint8_t number, const Channel& channel,
                   const Bytes& message);
  void FunctionMessage(Device& device, std::uint8_t number, const Channel& channel,
                       const Bytes& message, std::uint64_t time);
  void Answer(Device& device, std::uint8_t number, std::uint32_t transaction,
              const std::string& name, Entry::Answer answer);
  void Unreadable(Device& device, std::uint8_t number, bool to_host, std::uint64_t begun,
                  const mbim::MessageError& error, ByteView message, std::uint64_t time);
  void Bulk(const UrbPacket& packet, std::uint64_t time);

  std::deque<Entry> entries_;                ///< in the order in which they were recognized
  std::map<std::uint32_t, Device> devices_;  ///< by bus number and device number
  mbim::NtbContents ntb_;
};

/// How entries are printed.
struct PrintOptions {
  std::uint64_t start = 0;  ///< the zero of printed times, in nanoseconds since 1970
  bool details = false;     ///< print whole structures below a message
  bool devices = false;     ///< print device numbers
};
/// The entry as one or more lines. The last line does not end with '\n'.
std::string ToText(const Entry& entry, const PrintOptions& options);
/// The entry as one JSON object (docs/trace.md).
nlohmann::json ToJson(const Entry& entry);

}  // namespace mbnrig::trace
