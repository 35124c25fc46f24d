#pragma once

/// A modem and a bus for tests. The modem answers what the test says, when the test says so.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "client/device.h"
#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "service/task_thread.h"

namespace mbnrig::mbn::testing {

/// Answers a command. All methods of the fakes are thread-safe.
using Answerer = std::function<client::Reply(mbim::ByteView information)>;

client::Reply Answered(mbim::Status status, mbim::Bytes information = {});
template <class Payload>
client::Reply AnsweredWith(const Payload& payload) {
  return Answered(mbim::Status::kSuccess, mbim::Encode(payload));
}
client::Reply Failed(client::Outcome outcome);

/// Registered at home, detached, with a SIM. It attaches and activates a context on request.
class FakeModem final : public client::Device {
 public:
  /// `dispatch` must outlive the use of the modem.
  FakeModem(client::DeviceIdentity identity, service::TaskThread& dispatch);

  // Methods for the test.

  /// From now on `answerer` answers commands of that kind, on the thread that sends them.
  void On(const mbim::CommandId& cid, mbim::CommandType type, Answerer answerer);
  /// From now on commands of that kind wait until Release, which answers them.
  void Hold(const mbim::CommandId& cid, mbim::CommandType type);
  void Release(const mbim::CommandId& cid, mbim::CommandType type);
  /// Waits until `count` commands of that kind have come. False after kTestPatience.
  bool WaitForCommands(const mbim::CommandId& cid, mbim::CommandType type, std::size_t count);
  /// The information buffers of the commands of that kind, in order.
  std::vector<mbim::Bytes> Commands(const mbim::CommandId& cid, mbim::CommandType type) const;
  template <class Payload>
  void Indicate(const mbim::CommandId& cid, const Payload& payload) {
    IndicateRaw(cid, mbim::Encode(payload));
  }
  void IndicateRaw(const mbim::CommandId& cid, mbim::Bytes information);
  /// From now on `answerer` answers Open.
  void OnOpen(std::function<client::Reply()> answerer);
  std::size_t opens() const;
  /// The device leaves the bus: waiting commands, and all later ones, end with kGone.
  void Vanish();

  /// A datagram comes for session 0. False if no handler is set.
  bool Deliver(mbim::ByteView datagram);
  /// The datagrams that were sent to session 0.
  std::vector<mbim::Bytes> Datagrams() const;

  // client::Device
  const client::DeviceIdentity& identity() const override { return identity_; }
  bool present() const override;
  void Open(ReplyHandler done) override;
  void Close(std::function<void()> done) override;
  void Command(const mbim::Uuid& service, std::uint32_t cid, mbim::CommandType type,
               mbim::Bytes information, ReplyHandler done,
               std::chrono::milliseconds timeout) override;
  void set_indication_handler(IndicationHandler handler) override;
  void set_datagram_handler(std::uint8_t session, DatagramHandler handler) override;
  bool SendDatagram(std::uint8_t session, mbim::ByteView datagram, bool more) override;
  void FlushDatagrams() override {}
  std::string kernel_interface() const override { return {}; }

 private:
  template <class C>
  void AnswerWithDefault(const C& cid) {
    if constexpr (mbim::kIsForm<typename C::Query> && mbim::kIsForm<typename C::Response>)
      On(cid, mbim::CommandType::kQuery,
         [](mbim::ByteView) { return AnsweredWith(typename C::Response{}); });
  }
  using Key = std::pair<mbim::CommandId, mbim::CommandType>;
  struct Waiting {
    mbim::Bytes information;
    ReplyHandler done;
  };
  static Key KeyOf(const mbim::CommandId& cid, mbim::CommandType type);
  std::shared_ptr<const Answerer> AnswererOf(const Key& key) const;

  const client::DeviceIdentity identity_;
  service::TaskThread& dispatch_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool present_ = true;
  std::size_t opens_ = 0;
  std::function<client::Reply()> open_;
  IndicationHandler indicate_;
  DatagramHandler datagram_handler_;  ///< of session 0
  std::vector<mbim::Bytes> datagrams_;
  std::map<Key, std::shared_ptr<const Answerer>> answerers_;  ///< shared: answerers may have state
  std::map<Key, std::vector<mbim::Bytes>> commands_;
  std::map<Key, std::vector<Waiting>> held_;
};

/// A bus for fake modems. It must outlive the monitors that it makes.
class FakeBus {
 public:
  FakeBus() = default;
  FakeBus(const FakeBus&) = delete;
  FakeBus& operator=(const FakeBus&) = delete;

  std::unique_ptr<client::Monitor> MakeMonitor();
  /// Puts a modem on the bus. Running monitors report its arrival.
  std::shared_ptr<FakeModem> Plug(const std::string& serial = "FAKE0001");
  /// Takes a modem off the bus: I/O fails at once, then the monitors report the removal.
  void Unplug(const std::shared_ptr<FakeModem>& modem);

 private:
  class Monitor;
  void Attach(client::Monitor::Listener* listener);
  void Detach(client::Monitor::Listener* listener);

  std::atomic<unsigned> plugged_{0};
  std::vector<std::shared_ptr<FakeModem>> modems_;     // of the dispatch thread
  std::vector<client::Monitor::Listener*> listeners_;  // of the dispatch thread
  service::TaskThread dispatch_;                       // last, because its tasks use the others
};

/// Structures that the fake modem answers with.
mbim::SubscriberReadyInfo ReadyInfo(mbim::ReadyState state);
mbim::RegistrationStateInfo Registration(mbim::RegisterState state,
                                         mbim::RegisterMode mode = mbim::RegisterMode::kAutomatic);
mbim::PacketServiceInfo PacketService(mbim::PacketServiceState state, std::uint32_t error = 0);
mbim::ConnectInfo Context(mbim::ActivationState state, std::uint32_t error = 0);

}  // namespace mbnrig::mbn::testing
