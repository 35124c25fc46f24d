#include "rras/router_call.h"

#include "rras/model/router.h"
#include "rras/service.h"

namespace mbnrig::rras {

RouterCall::RouterCall() {
  Service& service = Service::Get();
  const std::lock_guard gate(service.gate_);
  router_ = service.router_.get();
  if (router_ != nullptr) ++service.calls_;
}

RouterCall::~RouterCall() {
  if (router_ == nullptr) return;
  Service& service = Service::Get();
  const std::lock_guard gate(service.gate_);
  if (--service.calls_ == 0) service.idle_.notify_all();
}

}  // namespace mbnrig::rras
