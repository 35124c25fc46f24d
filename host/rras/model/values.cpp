#include "rras/model/values.h"

#include "mbim/codec_impl.h"

namespace mbnrig::mbim {

MBNRIG_MBIM_INSTANTIATE(rras::InterfaceRequest);
MBNRIG_MBIM_INSTANTIATE(rras::InterfaceView);
MBNRIG_MBIM_INSTANTIATE(rras::ConnectRequest);
MBNRIG_MBIM_INSTANTIATE(rras::ConnectCompletion);
MBNRIG_MBIM_INSTANTIATE(rras::PortView);

}  // namespace mbnrig::mbim
