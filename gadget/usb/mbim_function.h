#pragma once

/// The MBIM function of a USB device (MBIM 1.0, sections 6 and 8): its descriptors, the standard
/// requests that reach a function, the class requests, RESPONSE_AVAILABLE. A controller passes
/// SETUP packets in and takes notifications out. The modem's control messages pass through a
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

/// Limit of fragments that are announced at once. The rest is announced when some were fetched.
inline constexpr std::size_t kMaxResponses = 64;

/// How a controller is joined to the function.
struct Attachment {
  Layout layout;
  /// The longest control transfer of the controller, in bytes. wMaxControlMessage is never larger.
  std::uint16_t control_transfer_limit = 4096;
  /// False if the data interface has only one setting (FunctionFS).
  bool alternate_settings = true;
  /// A notification waits in TakeNotification. Called under the function's lock, on any thread. It
  /// may only set a flag or wake a thread.
  std::function<void()> notification_ready = nullptr;
  /// An NTB waits in TakeBulk. Called on any thread, under a lock of the data pipe. It may only set
  /// a flag or wake a thread.
  std::function<void()> data_ready = nullptr;
  /// The speed of the bus. It decides which descriptors the host gets.
  Speed speed = Speed::kHigh;
  /// Another modem is behind the function (Renew): the controller drops the transfers that it has
  /// begun or put aside. Called under the function's lock, on any thread. It may only set a flag or
  /// wake a thread.
  std::function<void()> renewed = nullptr;
  /// A session has ended. NTBs that were taken with TakeBulk may hold its datagrams: a controller
  /// that queues NTBs must take back those that the host has not got, before it passes on anything
  /// else, and return them with TakeBackBulk. Called on any thread, under a lock of the data pipe.
  /// It may only set a flag or wake a thread.
  std::function<void()> session_ended = nullptr;
  /// The kernel acknowledges requests with data before the function is asked (GadgetFS). A fault
  /// rule cannot stall, drop, delay or hold such a request.
  bool acknowledges_data = false;
};

/// The state of the function, to show to a person.
struct FunctionState {
  bool attached = false;
  std::uint8_t configuration = 0;   ///< 0: not configured
  std::uint8_t data_alternate = 0;  ///< alternate setting of the data interface
  std::uint16_t ntb_format = 0;     ///< 0: NTB16, 1: NTB32
  std::uint32_t ntb_input_size = 0;
  std::uint16_t max_datagram_size = 0;
  std::uint16_t ntb_in_max_datagrams = 0;  ///< 0: no limit
  std::set<std::uint8_t> halted;           ///< endpoints that the host has halted, by address
  std::size_t responses = 0;               ///< fragments that wait for the host and are announced
  std::size_t notifications = 0;           ///< notifications that wait for the host
  std::string host;  ///< the machine that uses the device, if the controller knows it
  DataStatistics data;
};

/// Thread-safe. Everything below happens under one lock, which is the modem's too (Run), except
/// what passes through the data pipe.
class MbimFunction {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  /// The reply to one SETUP packet. Called at most once, under the function's lock, on any thread.
  /// Never called for a request that the fault plan drops, nor after the next SETUP packet, a reset
  /// or Detach.
  using Responder = std::function<void(ControlReply)>;

  /// `channel` must outlive the function.
  MbimFunction(const scenario::UsbIdentity& identity, ControlChannel& channel);
  MbimFunction(const MbimFunction&) = delete;
  MbimFunction& operator=(const MbimFunction&) = delete;

  // --- for the controller ---------------------------------------------------------------------

  /// Joins a controller. The function's state is then as after a bus reset. One controller at a
  /// time.
  void Attach(Attachment attachment);
  /// Leaves the controller. After it returns, the responders, notification_ready and data_ready are
  /// not called any more.
  void Detach();

  scenario::UsbIdentity identity() const;
  DeviceDescriptor Device(Speed speed) const;
  /// See MbimConfiguration.
  ConfigurationDescriptor Configuration(Speed speed, bool full = true) const;

  /// One SETUP packet. For an OUT request with a data stage, the reply Ack means: call DataStage
  /// next.
  void HandleSetup(const SetupPacket& setup, Responder respond);
  /// The data of the OUT request that was acknowledged last. The reply is for controllers that can
  /// still stall at this point. Refused data changes nothing.
  ControlReply DataStage(const SetupPacket& setup, ByteView data);
  /// The bus was reset or the host is gone: unconfigures the function and closes the modem's
  /// control channel.
  void BusReset();
  /// For controllers whose kernel answers SET_CONFIGURATION itself. The same value again resets the
  /// function, too.
  void SetConfiguration(std::uint8_t value);
  bool configured() const;
  /// The next notification for the interrupt endpoint, oldest first.
  std::optional<Bytes> TakeNotification();
  /// Whether the bulk endpoints exist: the function is configured, and the selected alternate
  /// setting of the data interface has them. This method and those below do not wait for control
  /// requests.
  bool data_running() const { return data_.running(); }
  /// Size of one read of bulk OUT, in bytes: one NTB of the maximum size, rounded up to whole
  /// packets at every speed. If a host sent more, the controller would drop the whole read.
  std::size_t bulk_read_size() const;
  /// One transfer that came on bulk OUT: an NTB, or nothing. Transfers must be passed on in order.
  void ReceiveBulk(ByteView data);
  /// The next transfer does not follow at once: datagrams that wait for more of their session go
  /// on.
  void BulkIdle();
  /// The next NTB for bulk IN. Nothing if there is none; data_ready then reports the next one. Its
  /// length is not a multiple of wMaxPacketSize unless it is ntb_input_size, so a zero-length
  /// packet is never needed.
  std::optional<Bytes> TakeBulk();
  /// Gives back the memory of a finished NTB, for the next one. Optional.
  void GiveBackBulk(Bytes&& ntb) { data_.GiveBack(std::move(ntb)); }
  /// See DataPipe::TakeBack.
  void TakeBackBulk(std::vector<Bytes>&& ntbs) { data_.TakeBack(std::move(ntbs)); }

  // --- for the gadget -------------------------------------------------------------------------

  /// Runs `work` under the function's lock, then offers the modem's output to the host. The modem
  /// behind the channel may be touched only there.
  template <class Work>
  void Run(Work&& work) {
    std::lock_guard lock(mutex_);
    std::forward<Work>(work)();
    Collect(std::chrono::steady_clock::now());
  }
  /// Answers requests whose delay has ended at `now` and requests whose rule was released.
  void Tick(TimePoint now);
  /// The earliest time at which Tick has something to do.
  std::optional<TimePoint> Deadline() const;
  /// Puts another modem behind the function without taking the device off the bus. Does this only
  /// if the host cannot notice it: the device is configured, no request, response or notification
  /// is waiting, and no endpoint is halted. Then calls `replace` under the function's lock; it may
  /// still decline by returning false. Afterwards the function is in the state right after
  /// SET_CONFIGURATION, with one exception: while the data interface is in alternate setting 1, the
  /// NTB parameters that the host chose stay, because a host sets them only when it changes that
  /// setting. Returns whether the modem was replaced.
  bool Renew(const std::function<bool()>& replace);
  /// Changes the identity of the device. Throws std::logic_error while a controller is attached.
  void set_identity(const scenario::UsbIdentity& identity);
  FunctionState state() const;
  /// On which of the requests that a rule matches it can act, behind the present controller.
  enum class Reach { kNone, kSome, kAll };
  Reach Reaches(const fault::Rule& rule) const;
  /// The machine that uses the device now, to show to a person, if the controller knows it. Empty:
  /// none.
  void set_host(const std::string& host);
  /// Sets the observer of all further traffic; null: none. When this returns, the previous observer
  /// is not called any more.
  void set_observer(Observer* observer);
  /// The source and destination of the sessions' datagrams.
  DataPipe& data() { return data_; }

 private:
  /// Why something waits: until a time, or until a rule is released.
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

  bool AtRest() const;
  ControlReply TakeData(const SetupPacket& setup, ByteView data);
  ConfigurationDescriptor ConfigurationLocked(Speed speed, bool full) const;
  void TellAttached() const;
  void Collect(TimePoint now);
  void Notify(TimePoint now);
  void PushNotification(Bytes bytes);
  void ForgetAnnouncements();
  bool Acknowledged(const SetupPacket& setup) const;
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
  ControlReply GetResponse(const SetupPacket& setup);
  ControlReply SetNtbInputSize(ByteView data);
  ControlReply SetMaxDatagramSize(ByteView data);
  bool AddressesInterface(const SetupPacket& setup) const;
  bool AddressesEndpoint(const SetupPacket& setup) const;
  bool HasBulkEndpoints() const;

  mutable std::mutex mutex_;
  scenario::UsbIdentity identity_;
  ControlChannel& channel_;
  Observer* observer_ = nullptr;
  std::atomic<bool> observed_ = false;  ///< spares bulk traffic the lock while there is no observer
  std::optional<Attachment> attachment_;
  FunctionState state_;
  std::uint8_t link_features_ = 0;  ///< U1_ENABLE and U2_ENABLE, as in the device's status
  std::size_t announced_ = 0;       ///< fragments of the modem's output that are announced
  std::uint64_t restarts_ = 0;      ///< ControlChannel::Output::restarts, as of the last Collect
  std::deque<Bytes> notifications_;
  std::optional<PendingSetup> pending_setup_;
  std::vector<PendingNotification> pending_notifications_;
  /// A truncate or corrupt rule that matched the current request.
  std::optional<fault::Rule> mangle_;
  DataPipe data_;
};

}  // namespace mbnrig::usb
