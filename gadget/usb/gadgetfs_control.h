#pragma once

/// The control endpoint of a GadgetFS device.
///
/// The kernel tells the host that an OUT request is done before this process has read its data, and
/// drops the data when the next request comes. So a thread does nothing but take requests from the
/// kernel. It and the loop thread have a real-time priority where that is allowed, to be faster
/// than the host.
///
/// After any other request, which needs an answer, the kernel takes every read and write as this
/// answer. The thread waits until the answer was given or the host gave up.

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
  /// `ep0`: the device's file in blocking mode, after the descriptors were written. It must outlive
  /// this object. Throws std::system_error.
  explicit GadgetFsControl(int ep0);
  ~GadgetFsControl();
  GadgetFsControl(const GadgetFsControl&) = delete;
  GadgetFsControl& operator=(const GadgetFsControl&) = delete;

  /// The thread that calls this is the loop thread. Only it may call the methods below.
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
  Fd taken_signal_;  ///< readable: a request was taken
  Fd news_;          ///< SIGIO of the loop thread: the kernel has an event
  Fd events_;        ///< epoll of both

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Taken> taken_;
  bool waiting_ = false;    ///< the last request taken is not answered yet
  bool lost_step_ = false;  ///< the host gave up a request: the kernel is already at the next one
  bool stopping_ = false;
  bool stopped_ = false;

  // Of the thread that takes requests.
  std::optional<Bytes> early_data_;  ///< data that was read before its request
  bool skip_request_ = false;        ///< the next request was answered before it was read

  Bytes data_;  ///< of the loop thread
  std::thread thread_;
};

}  // namespace mbnrig::usb
