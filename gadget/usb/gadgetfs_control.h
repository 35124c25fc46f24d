#pragma once

/// The control endpoint of a GadgetFS device.
///
/// The kernel tells the host that an OUT request is done before anybody here has read its data, and
/// drops them when the next request comes. So a thread of its own does nothing but take requests
/// from the kernel, and it and the loop thread have a real-time priority where that is allowed, to
/// be faster than the host.
///
/// After a request that wants an answer (any other one) the kernel takes whatever is read or
/// written for that answer. The thread rests until it was given, or until the host gave up.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "fd.h"
#include "usb/device_files.h"

namespace mbnrig::usb {

class GadgetFsControl {
 public:
  /// `ep0`: the device's file, descriptors written, blocking; must outlive this. Throws
  /// std::system_error.
  explicit GadgetFsControl(int ep0);
  ~GadgetFsControl();
  GadgetFsControl(const GadgetFsControl&) = delete;
  GadgetFsControl& operator=(const GadgetFsControl&) = delete;

  /// The loop thread is the one that calls this; so are the callers of all below.
  void BeginLoop();
  /// See DeviceFiles.
  int event_fd() const { return events_.get(); }
  void ClearEventSignal();
  std::optional<DeviceEvent> NextEvent();
  void Stall(const SetupPacket& setup);
  void Ack();
  void Send(ByteView data);
  /// The data of the OUT request that NextEvent returned last.
  Bytes TakeData() { return std::move(data_); }

 private:
  struct Taken {
    DeviceEvent event;
    Bytes data;  ///< of an OUT request
  };

  void Run();
  void TakeOne();
  void TakeRequest(const SetupPacket& setup);
  void Push(Taken taken);
  void Refuse(const SetupPacket& setup) const;
  void Answered();
  std::optional<Bytes> Resynchronise();

  const int ep0_;
  Fd taken_signal_;  ///< readable: something was taken
  Fd news_;          ///< SIGIO of the loop thread: the kernel has news
  Fd events_;        ///< epoll of both

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Taken> taken_;
  bool waiting_ = false;    ///< for the answer to the last request taken
  bool lost_step_ = false;  ///< the host gave a request up: the kernel is at the next one already
  bool stopping_ = false;
  bool stopped_ = false;

  // The thread's.
  std::optional<Bytes> early_data_;  ///< read before the request that they belong to
  bool skip_request_ = false;        ///< the next one was answered before it was read

  Bytes data_;  ///< the loop thread's
  std::thread thread_;
};

}  // namespace mbnrig::usb
