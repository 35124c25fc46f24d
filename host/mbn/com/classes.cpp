// The classes that CoCreateInstance makes: the three managers. A client refers to no symbol of this
// library, so CMakeLists.txt tells the linker to include the symbol at the end of this file.
#include <mbnapi.h>

#include "com/class_registry.h"
#include "com/object.h"
#include "mbn/com/connection_manager.h"
#include "mbn/com/connection_profile_manager.h"
#include "mbn/com/interface_manager.h"
#include "mbn/com/service_call.h"

namespace mbnrig::mbn {
namespace {

template <class Manager>
HRESULT CreateManager(REFIID iid, void** object) {
  StartServiceOnDemand();
  return com::MakeAndQuery<Manager>(iid, object);
}

const com::ClassRegistration kInterfaceManager =
    com::RegisterClass(CLSID_MbnInterfaceManager, CreateManager<InterfaceManager>);
const com::ClassRegistration kConnectionManager =
    com::RegisterClass(CLSID_MbnConnectionManager, CreateManager<ConnectionManager>);
const com::ClassRegistration kConnectionProfileManager =
    com::RegisterClass(CLSID_MbnConnectionProfileManager, CreateManager<ConnectionProfileManager>);

}  // namespace
}  // namespace mbnrig::mbn

extern "C" {
extern const char mbnrig_mbn_classes;
const char mbnrig_mbn_classes = 0;
}
