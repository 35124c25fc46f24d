// Must not compile: a test gives this file to the compiler and looks for its complaint.
#include "mbn/api/page.h"

namespace mbnrig::mbn {

PageCode<pages::kIMbnConnection_Disconnect> Undocumented() {
  return E_MBN_DEVICE_BUSY;
}

}  // namespace mbnrig::mbn
