#include "mbim/basic_connect.h"

#include "mbim/service_impl.h"

namespace mbnrig::mbim {

MBNRIG_MBIM_SERVICE(kBasicConnect);

}  // namespace mbnrig::mbim
