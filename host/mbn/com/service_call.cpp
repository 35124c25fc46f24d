#include "mbn/com/service_call.h"

#include "mbn/service_definition.h"

namespace mbnrig::mbn {

ServiceCall::ServiceCall() : service_(ProcessService::Get().Enter()) {}

ServiceCall::~ServiceCall() {
  if (service_ != nullptr) ProcessService::Get().Leave();
}

void StartServiceOnDemand() {
  ProcessService::Get().StartUnlessTouched();
}

}  // namespace mbnrig::mbn
