#pragma once

namespace mbnrig::rras {

class Router;

/// A call into the running router. Service::Stop waits for every RouterCall to end, so a caller
/// never takes the router down. Do not keep one beyond a call.
class RouterCall {
 public:
  RouterCall();
  ~RouterCall();
  RouterCall(const RouterCall&) = delete;
  RouterCall& operator=(const RouterCall&) = delete;

  /// False while the service is stopped.
  explicit operator bool() const { return router_ != nullptr; }
  Router& operator*() const { return *router_; }
  Router* operator->() const { return router_; }

 private:
  Router* router_ = nullptr;
};

}  // namespace mbnrig::rras
