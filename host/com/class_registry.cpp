#include "com/class_registry.h"

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "com/apartment.h"
#include "com/guard.h"
#include "com/object.h"

namespace mbnrig::com {

namespace {

struct LessGuid {
  bool operator()(const GUID& a, const GUID& b) const {
    return std::memcmp(&a, &b, sizeof(GUID)) < 0;
  }
};

struct Registry {
  std::mutex mutex;
  std::map<CLSID, std::shared_ptr<const ClassCreator>, LessGuid> classes;
};

// Never destroyed: static objects of other files end their registrations late.
Registry& TheRegistry() {
  static Registry& registry = *new Registry;
  return registry;
}

std::shared_ptr<const ClassCreator> Find(REFCLSID clsid) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  const auto found = registry.classes.find(clsid);
  return found == registry.classes.end() ? nullptr : found->second;
}

class ClassFactory final : public Object<IClassFactory> {
 public:
  explicit ClassFactory(std::shared_ptr<const ClassCreator> creator)
      : creator_(std::move(creator)) {}

  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    *object = nullptr;
    if (outer != nullptr) return CLASS_E_NOAGGREGATION;
    return Guard([&] { return (*creator_)(iid, object); });
  }

  // The code of an in-process class is never unloaded, so there is nothing to lock.
  HRESULT STDMETHODCALLTYPE LockServer(BOOL) override { return S_OK; }

 private:
  const std::shared_ptr<const ClassCreator> creator_;
};

// The factory of `clsid`, for a caller that accepts code in `context`.
HRESULT GetFactory(REFCLSID clsid, DWORD context, Ptr<ClassFactory>* factory) {
  if (!InApartment()) return CO_E_NOTINITIALIZED;
  if ((context & CLSCTX_INPROC_SERVER) == 0) return REGDB_E_CLASSNOTREG;
  return Guard([&] {
    std::shared_ptr<const ClassCreator> creator = Find(clsid);
    if (creator == nullptr) return REGDB_E_CLASSNOTREG;
    *factory = Make<ClassFactory>(std::move(creator));
    return S_OK;
  });
}

}  // namespace

ClassRegistration::ClassRegistration(ClassRegistration&& other) noexcept
    : clsid_(other.clsid_), registered_(std::exchange(other.registered_, false)) {}

ClassRegistration& ClassRegistration::operator=(ClassRegistration&& other) noexcept {
  if (this != &other) {
    Revoke();
    clsid_ = other.clsid_;
    registered_ = std::exchange(other.registered_, false);
  }
  return *this;
}

ClassRegistration::~ClassRegistration() {
  Revoke();
}

void ClassRegistration::Revoke() noexcept {
  if (!std::exchange(registered_, false)) return;
  Registry& registry = TheRegistry();
  std::shared_ptr<const ClassCreator> released;  // after the lock: its destructor may run any code
  const std::lock_guard lock(registry.mutex);
  const auto found = registry.classes.find(clsid_);
  released = std::move(found->second);
  registry.classes.erase(found);
}

ClassRegistration RegisterClass(REFCLSID clsid, ClassCreator creator) {
  auto shared = std::make_shared<const ClassCreator>(std::move(creator));
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  if (!registry.classes.emplace(clsid, std::move(shared)).second) {
    throw std::logic_error("the class is already registered");
  }
  return ClassRegistration(clsid);
}

}  // namespace mbnrig::com

HRESULT CoCreateInstance(REFCLSID rclsid, LPUNKNOWN pUnkOuter, DWORD dwClsContext, REFIID riid,
                         LPVOID* ppv) {
  if (ppv == nullptr) return E_POINTER;
  *ppv = nullptr;
  mbnrig::com::Ptr<mbnrig::com::ClassFactory> factory;
  const HRESULT hr = mbnrig::com::GetFactory(rclsid, dwClsContext, &factory);
  return FAILED(hr) ? hr : factory->CreateInstance(pUnkOuter, riid, ppv);
}

HRESULT CoGetClassObject(REFCLSID rclsid, DWORD dwClsContext, LPVOID /*pvReserved*/, REFIID riid,
                         LPVOID* ppv) {
  if (ppv == nullptr) return E_INVALIDARG;
  *ppv = nullptr;
  mbnrig::com::Ptr<mbnrig::com::ClassFactory> factory;
  const HRESULT hr = mbnrig::com::GetFactory(rclsid, dwClsContext, &factory);
  return FAILED(hr) ? hr : factory->QueryInterface(riid, ppv);
}
