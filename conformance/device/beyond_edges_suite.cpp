// EXT: the edges of the wire: answers that the host has fetched in part or not at all when the
// channel opens, closes or is reset, more commands than announced, and data of contexts that have
// ended.

#include <algorithm>
#include <set>

#include "device/case.h"
#include "mbim/wire.h"

namespace mbnrig::device {
namespace {

using mbim::kMinControlTransfer;

// MBIM 1.0, table 8-1; NCM 1.0, table 6-2.
constexpr std::uint8_t kGetEncapsulatedResponseRequest = 0x01;
constexpr std::uint8_t kResetFunctionRequest = 0x05;
constexpr std::uint8_t kSetNtbInputSizeRequest = 0x86;

/// How many commands more than announced.
constexpr int kBeyondTheLimit = 8;
/// NTBs that wait when a context ends: more than a controller queues.
constexpr int kOldNtbs = 20;

void ExpectRegular(Modem& modem, const std::string& asserted) {
  for (const Irregularity& irregularity : modem.irregularities())
    ADD_FAILURE() << irregularity.what << '\n' << asserted;
}

void AwaitAnnouncement(Modem& modem) {
  if (!modem.AwaitNotification(modem.times().answer)) {
    throw Missing("RESPONSE_AVAILABLE did not arrive");
  }
}

/// Opens the modem, and fetches the first fragment of a longer answer. Returns its transaction.
std::uint32_t FetchHalf(Modem& modem) {
  modem.Open({.max_control_transfer = kMinControlTransfer});
  const std::uint32_t id = modem.Query(mbim::kDeviceCaps);
  while (true) {
    AwaitAnnouncement(modem);
    const auto fragment = modem.Fetch();
    if (!fragment) throw Missing("an announced fragment did not arrive");
    modem.Take(*fragment);
    if (mbim::PeekHeader(*fragment)->transaction_id == id) return id;
  }
}

std::uint32_t SendOpen(Modem& modem, std::uint32_t max_control_transfer) {
  const std::uint32_t id = modem.NextId();
  modem.Send(mbim::OpenMessage{id, max_control_transfer});
  return id;
}

/// Nothing arrives for the transaction any more.
void ExpectNoAnswer(Modem& modem, std::uint32_t id, const std::string& asserted) {
  modem.Listen();
  for (const Received& other : modem.TakeOthers())
    EXPECT_NE(other.transaction_id(), id) << mbim::Describe(other.bytes) << '\n' << asserted;
}

DEVICE_CASE(BeyondEdges, EXT_21, "more commands in flight than announced", "rig:mbim1.0:9.4.3#2") {
  modem().Open({.max_control_transfer = kMinControlTransfer});
  std::set<std::uint32_t> due;
  for (int i = 0; i < modem().max_outstanding() + kBeyondTheLimit; ++i)
    due.insert(modem().Query(mbim::kDeviceCaps));
  while (!due.empty()) {
    const Received received = modem().AwaitThat(
        std::to_string(due.size()) + " answers (" + Asserted() + ")", modem().times().answer,
        [&due](const Received& other) {
          return As<mbim::IndicateStatus>(other) == nullptr && due.contains(other.transaction_id());
        });
    due.erase(received.transaction_id());
  }
  ExpectRegular(modem(), Asserted());
}

DEVICE_CASE(BeyondEdges, EXT_22, "OPEN while the host fetches an answer", "mbim1.0:9.5#1") {
  const std::uint32_t half = FetchHalf(modem());
  modem().Await<mbim::OpenDone>(SendOpen(modem(), kMinControlTransfer), modem().times().open);
  modem().TakeOthers();
  ExpectNoAnswer(modem(), half, Asserted());
  ExpectRegular(modem(), Asserted());
}

DEVICE_CASE(BeyondEdges, EXT_23, "CLOSE while the host fetches an answer", "mbim1.0:9.5#1") {
  const std::uint32_t half = FetchHalf(modem());
  modem().Close();
  modem().TakeOthers();
  ExpectNoAnswer(modem(), half, Asserted());
  ExpectRegular(modem(), Asserted());
}

DEVICE_CASE(BeyondEdges, EXT_24, "HOST_ERROR while the host fetches an answer", "mbim1.0:9.5#1") {
  const std::uint32_t half = FetchHalf(modem());
  modem().Send(mbim::HostErrorMessage{half, mbim::ProtocolError::kCancel});
  modem().Settle();
  ExpectRegular(modem(), Asserted());
}

DEVICE_CASE(BeyondEdges, EXT_25, "OPEN before the host has fetched an answer",
            "rig:mbim1.0:9.3.1#2") {
  modem().Open();
  const std::uint32_t id = modem().Query(mbim::kDeviceCaps);
  AwaitAnnouncement(modem());
  modem().Await<mbim::OpenDone>(SendOpen(modem(), modem().max_control_message()),
                                modem().times().open);
  ExpectNoAnswer(modem(), id, Asserted());
}

DEVICE_CASE(BeyondEdges, EXT_26, "RESET_FUNCTION before the host has read notifications",
            "rig:mbim1.0:8.1.2.4") {
  modem().Open({.max_control_transfer = kMinControlTransfer});
  modem().Settle();
  modem().usb().CancelIn(modem().function().notification.address);
  modem().Query(mbim::kDeviceCaps);  // the answer has several fragments, each with a notification
  EXPECT_EQ(modem().ClassOut(kResetFunctionRequest), UsbStatus::kOk);
  int arrived = 0;
  while (modem().AwaitNotification(modem().times().quiet))
    ++arrived;
  EXPECT_LE(arrived, 1) << Asserted();
}

DEVICE_CASE(BeyondEdges, EXT_27, "a fetch of length 0", "rig:mbim1.0:8.1.2.2#2") {
  modem().Open();
  modem().Settle();
  const std::uint32_t id = modem().Query(mbim::kDeviceCaps);
  AwaitAnnouncement(modem());
  modem().ClassIn(kGetEncapsulatedResponseRequest, 0);
  std::optional<Received> answer;
  while (const auto fragment = modem().Fetch()) {
    answer = modem().Take(*fragment);
    if (answer && answer->transaction_id() == id) break;
  }
  EXPECT_TRUE(answer && answer->transaction_id() == id) << Asserted();
}

NTB_CASE(BeyondEdges, EXT_28, EXT_29, "another NTB size while data flows", "rig:ncm1.0:6.2.7",
         "rig:ncm1.0:6.2.7") {
  DataPath data = Connected();
  const std::uint16_t before = data.ExchangeOne().sequence;
  Bytes size;
  mbim::AppendU32(size, mbim::kNtbMinMaxSize);
  if (modem().ClassOut(kSetNtbInputSizeRequest, 0, size) != UsbStatus::kOk) {
    throw NotApplicable("the modem takes no NTB size while data flows");
  }
  EXPECT_EQ(data.ExchangeOne().sequence, static_cast<std::uint16_t>(before + 1)) << Asserted();
}

/// Sends datagrams that come back while nobody reads. Returns them.
std::vector<Bytes> LeaveUnread(Modem& modem, DataPath& data) {
  modem.usb().CancelIn(modem.function().bulk_in.address);
  std::vector<Bytes> sent;
  for (int i = 0; i < kOldNtbs; ++i) {
    sent.push_back(data.Datagram(0, 100));
    data.Send(data.Pack({{0, sent.back()}}));
  }
  return sent;
}

NTB_CASE(BeyondEdges, EXT_30, EXT_31, "data of an ended context is not the next one's",
         "rig:data:ended", "rig:data:ended") {
  DataPath data = Connected();
  const std::vector<Bytes> old = LeaveUnread(modem(), data);
  Disconnect(modem(), 0);
  Connect(modem(), network(), 0);
  data.Use(0);
  std::size_t arrived = 0;
  for (const RawNtb& ntb : data.Exchange({{0, data.Datagram(0, 60)}})) {
    for (const Bytes& datagram : ntb.Datagrams(0))
      arrived += std::ranges::count(old, datagram);
  }
  EXPECT_EQ(arrived, 0u) << Asserted();
}

NTB_CASE(BeyondEdges, EXT_32, EXT_33, "no data behind CLOSE_DONE", "rig:data:ended",
         "rig:data:ended") {
  DataPath data = Connected();
  LeaveUnread(modem(), data);
  modem().Close();
  EXPECT_FALSE(data.Receive(modem().times().quiet)) << Asserted();
}

}  // namespace
}  // namespace mbnrig::device
