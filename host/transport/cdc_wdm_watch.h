#pragma once

/// Reports when functions behind the kernel's driver arrive and leave. A thread watches /dev; this
/// needs no daemon and no rights.

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "fd.h"
#include "transport/cdc_wdm_devices.h"

namespace mbnrig::transport {

class CdcWdmWatch {
 public:
  /// The present functions. Called on the watch's thread, for the first time at once.
  using Handler = std::function<void(std::vector<CdcWdmDevice>)>;

  explicit CdcWdmWatch(CdcWdmPaths paths) : paths_(std::move(paths)) {}
  ~CdcWdmWatch() { Stop(); }
  CdcWdmWatch(const CdcWdmWatch&) = delete;
  CdcWdmWatch& operator=(const CdcWdmWatch&) = delete;

  /// Throws std::runtime_error with one line that says what to do. Call it at most once.
  void Start(Handler handler);
  /// Joins the thread. Afterwards nothing is called. Must not be called on that thread. May be
  /// called again.
  void Stop();

 private:
  void Run();
  void TakeEvents();
  void Scan();

  const CdcWdmPaths paths_;
  Handler handler_;
  Fd changes_, wake_;
  std::map<std::string, unsigned>
      appearances_;  ///< how often each node appeared, by name; of the thread
  std::thread thread_;
};

}  // namespace mbnrig::transport
