#pragma once

/// The MBIM function of a USB device (MBIM 1.0, sections 6 and 8): its descriptors, the standard
/// requests that reach a function, the class requests, RESPONSE_AVAILABLE. A controller brings
/// SETUP packets and takes notifications; the modem's control messages pass through a
/// ControlChannel.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "usb/data_pipe.h"
#include "usb/descriptors.h"
#include "usb/function.h"
#include "usb/observer.h"

namespace mbnrig::usb {

/// bRequest of the class requests (MBIM 1.0, table 8-1; CDC NCM 1.0, table 6-2).
enum class ClassRequest : std::uint8_t {
  kSendEncapsulatedCommand = 0x00,
  kGetEncapsulatedResponse = 0x01,
  kResetFunction = 0x05,
  kGetNtbParameters = 0x80,
  kGetNetAddress = 0x81,
  kSetNetAddress = 0x82,
  kGetNtbFormat = 0x83,
  kSetNtbFormat = 0x84,
  kGetNtbInputSize = 0x85,
  kSetNtbInputSize = 0x86,
  kGetMaxDatagramSize = 0x87,
  kSetMaxDatagramSize = 0x88,
  kGetCrcMode = 0x89,
  kSetCrcMode = 0x8a,
};

/// How many fragments wait here for GET_ENCAPSULATED_RESPONSE; the modem keeps the rest.
inline constexpr std::size_t kMaxResponses = 64;

/// How a controller is joined to the function.
struct Attachment {
  Layout layout;
  /// Bytes one control transfer can carry there; wMaxControlMessage is never told larger.
  std::uint16_t control_transfer_limit = 4096;
  /// False where the data interface has one setting only (FunctionFS).
  bool alternate_settings = true;
  /// A notification waits in TakeNotification. Called under the function's lock, on any thread: it
  /// may only take note.
  std::function<void()> notification_ready = nullptr;
  /// An NTB waits in TakeBulk. Called on any thread, under a lock of the data pipe's: it may only
  /// take note.
  std::function<void()> data_ready = nullptr;
  /// What the bus runs at; decides which descriptors the host is told.
  Speed speed = Speed::kHigh;
};

/// What a person may want to know of the function.
struct FunctionState {
  bool attached = false;
  std::uint8_t configuration = 0;   ///< 0: not configured
  std::uint8_t data_alternate = 0;  ///< alternate setting of the data interface
  std::uint16_t ntb_format = 0;     ///< 0: NTB16, 1: NTB32
  std::uint32_t ntb_input_size = 0;
  std::uint16_t max_datagram_size = 0;
  std::uint16_t ntb_in_max_datagrams = 0;  ///< 0: no limit
  std::set<std::uint8_t> halted;           ///< endpoints that the host has halted, by address
  std::size_t responses = 0;               ///< fragments that wait for the host
  std::size_t notifications = 0;           ///< notifications that wait for the host
  std::string host;                        ///< who has the device, where the controller knows
  DataStatistics data;
};

/// Thread-safe; everything below happens under one lock, which is the modem's too (Run), except
/// what passes through the data pipe.
class MbimFunction {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  /// The reply to one SETUP packet: called at most once, under the function's lock, on any thread.
  /// Never called for a request that the fault plan drops, and not once the next SETUP packet, a
  /// reset or Detach has overtaken it.
  using Responder = std::function<void(ControlReply)>;

  /// `channel` must outlive the function.
  MbimFunction(const scenario::UsbIdentity& identity, ControlChannel& channel);
  MbimFunction(const MbimFunction&) = delete;
  MbimFunction& operator=(const MbimFunction&) = delete;

  // --- for the controller ---------------------------------------------------------------------

  /// Joins a controller; the function is as after a bus reset. One at a time.
  void Attach(Attachment attachment);
  /// Parts from it. After it returns neither responders, nor notification_ready, nor data_ready are
  /// called.
  void Detach();

  scenario::UsbIdentity identity() const;
  DeviceDescriptor Device(Speed speed) const;
  /// See MbimConfiguration.
  ConfigurationDescriptor Configuration(Speed speed, bool full = true) const;

  /// One SETUP packet. For an OUT request with a data stage, Ack means: go on, then DataStage.
  void HandleSetup(const SetupPacket& setup, Responder respond);
  /// The data of the OUT request that was acknowledged last. The answer is for controllers that can
  /// still stall then; where they cannot, refused data changes nothing.
  ControlReply DataStage(const SetupPacket& setup, ByteView data);
  /// A reset of the bus, or the host is gone: unconfigured, the modem's control channel closed.
  void BusReset();
  /// Where the kernel answers SET_CONFIGURATION itself. The same value again changes nothing.
  void SetConfiguration(std::uint8_t value);
  bool configured() const;
  /// The next notification for the interrupt endpoint, oldest first.
  std::optional<Bytes> TakeNotification();
  /// Whether the bulk endpoints are there: configured, with the data interface's alternate setting
  /// that has them. Does not wait for control requests, nor do those below.
  bool data_running() const { return data_.running(); }
  /// Bytes of a read of bulk OUT: of an NTB at most, in whole packets of every speed, or a host
  /// that sends more would have the controller drop what is read.
  std::size_t bulk_read_size() const;
  /// One transfer that came on bulk OUT: an NTB, or nothing. Transfers are to be passed on in their
  /// order.
  void ReceiveBulk(ByteView data);
  /// No other transfer follows at once: what waits for more of its session goes on.
  void BulkIdle();
  /// The next NTB for bulk IN; nothing when there is none, and then data_ready tells of the next.
  /// Its length is no multiple of wMaxPacketSize unless it is ntb_input_size, so that no
  /// zero-length packet is needed.
  std::optional<Bytes> TakeBulk();
  /// The memory of an NTB that was taken and is done with; need not be given back.
  void GiveBackBulk(Bytes&& ntb) { data_.GiveBack(std::move(ntb)); }

  // --- for the gadget -------------------------------------------------------------------------

  /// Runs `work` under the function's lock (the modem behind the channel may be touched there and
  /// only there), then offers the host what the modem has put out.
  template <class Work>
  void Run(Work&& work) {
    std::lock_guard lock(mutex_);
    std::forward<Work>(work)();
    Collect(std::chrono::steady_clock::now());
  }
  /// Answers what was delayed until `now` and what was held by a rule that is released.
  void Tick(TimePoint now);
  /// When Tick has something to do at the earliest.
  std::optional<TimePoint> Deadline() const;
  /// Another device; only while no controller is attached.
  void set_identity(const scenario::UsbIdentity& identity);
  FunctionState state() const;
  /// Who has the device now, for people, where the controller knows; empty: nobody.
  void set_host(const std::string& host);
  /// Who sees what passes from now on; null: nobody. When this returns, the one before is not
  /// called any more.
  void set_observer(Observer* observer);
  /// Where the sessions' datagrams come from and go to.
  DataPipe& data() { return data_; }

 private:
  /// Why something waits: for a moment, or for a rule to be released.
  struct Wait {
    std::optional<TimePoint> until;
    fault::RuleId rule = 0;
  };
  /// A class request that waits.
  struct PendingSetup {
    SetupPacket setup;
    Responder respond;
    Wait wait;
  };
  struct PendingNotification {
    Bytes bytes;
    Wait wait;
  };

  ControlReply TakeData(const SetupPacket& setup, ByteView data);
  ConfigurationDescriptor ConfigurationLocked(Speed speed, bool full) const;
  void TellAttached() const;
  void Collect(TimePoint now);
  void Notify(TimePoint now);
  void PushNotification(Bytes bytes);
  bool Over(const Wait& wait, TimePoint now) const;
  void Reset();
  void ResetData();
  void ConfigureData();
  std::uint16_t MaxControlMessage() const;

  bool ConsultSetup(const SetupPacket& setup, Responder& respond);
  ControlReply Answer(const SetupPacket& setup);
  ControlReply Class(const SetupPacket& setup);
  ControlReply Standard(const SetupPacket& setup);
  ControlReply GetStatus(const SetupPacket& setup) const;
  ControlReply SetFeature(const SetupPacket& setup, bool on);
  ControlReply GetDescriptor(const SetupPacket& setup) const;
  ControlReply SetInterface(const SetupPacket& setup);
  ControlReply GetResponse();
  ControlReply SetNtbInputSize(ByteView data);
  ControlReply SetMaxDatagramSize(ByteView data);
  bool AddressesInterface(const SetupPacket& setup) const;
  bool AddressesEndpoint(const SetupPacket& setup) const;

  mutable std::mutex mutex_;
  scenario::UsbIdentity identity_;
  ControlChannel& channel_;
  Observer* observer_ = nullptr;
  std::atomic<bool> observed_ = false;  ///< spares bulk traffic the lock while nobody looks
  std::optional<Attachment> attachment_;
  FunctionState state_;
  std::deque<Bytes> responses_;
  std::deque<Bytes> notifications_;
  std::optional<PendingSetup> pending_setup_;
  std::vector<PendingNotification> pending_notifications_;
  /// A truncate or corrupt rule that the request under way has met.
  std::optional<fault::Rule> mangle_;
  DataPipe data_;
};

}  // namespace mbnrig::usb
