#pragma once

/// Tells when functions behind the kernel's driver come and go: a thread that watches /dev, which
/// needs no daemon and no rights.

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "transport/cdc_wdm.h"
#include "transport/file.h"

namespace mbnrig::transport {

class CdcWdmWatch {
 public:
  /// What is there now. Called on the watch's thread, at first at once.
  using Handler = std::function<void(std::vector<CdcWdmDevice>)>;

  explicit CdcWdmWatch(CdcWdmPlaces places) : places_(std::move(places)) {}
  ~CdcWdmWatch() { Stop(); }
  CdcWdmWatch(const CdcWdmWatch&) = delete;
  CdcWdmWatch& operator=(const CdcWdmWatch&) = delete;

  /// Throws std::runtime_error with one line that says what to do. To be called at most once.
  void Start(Handler handler);
  /// Nothing is called afterwards; the thread is joined. Not on that thread. May be called again.
  void Stop();

 private:
  void Run();
  void TakeEvents();
  void Scan();

  const CdcWdmPlaces places_;
  Handler handler_;
  File changes_, wake_;
  std::map<std::string, unsigned> appearances_;  ///< of nodes, by name; the thread's
  std::thread thread_;
};

}  // namespace mbnrig::transport
