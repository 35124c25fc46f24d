// This must not compile. A test gives the file to the compiler and looks for the error message.
#include "mbn/api/page.h"

namespace mbnrig::mbn {

PageCode<pages::kIMbnConnection_Disconnect> Undocumented() {
  return E_MBN_DEVICE_BUSY;
}

}  // namespace mbnrig::mbn
