#include "usb/controller.h"

#include "usb/functionfs.h"
#include "usb/gadgetfs.h"
#include "usb/udc_controller.h"

namespace mbnrig::usb {

std::unique_ptr<Port> MakeController(ControllerKind kind, const std::string& udc,
                                     MbimFunction& function) {
  UdcLock lock(ChooseUdc(udc));
  ClearAbandonedFunctionFs();
  ClearAbandonedGadgetFs();
  auto files = kind == ControllerKind::kFunctionFs ? MakeFunctionFs(std::move(lock))
                                                   : MakeGadgetFs(std::move(lock));
  return std::make_unique<UdcController>(function, std::move(files));
}

}  // namespace mbnrig::usb
