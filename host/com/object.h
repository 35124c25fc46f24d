#pragma once

/// A COM object: a reference count and QueryInterface over a list of interfaces.
///
///   class Connection final : public com::Object<IMbnConnection> { ... };
///   com::Ptr<IMbnConnection> connection = com::Make<Connection>(device);

#include <winerror.h>

#include <atomic>
#include <utility>

#include "com/ptr.h"

#pragma GCC diagnostic push
// Interfaces have no virtual destructor. Object has one, and only Object deletes.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

namespace mbnrig::com {

/// The interface that a base class of an object implements: `Base::ComInterface` if the base class
/// defines this name, otherwise the base class itself.
template <class Base>
struct InterfaceOf {
  using Type = Base;
};
template <class Base>
requires requires {
  typename Base::ComInterface;
}
struct InterfaceOf<Base> {
  using Type = typename Base::ComInterface;
};

/// Implements IUnknown for `First` and `Rest`, which are interfaces or classes that implement one
/// (see InterfaceOf). QueryInterface returns `First`'s IUnknown, so that an object has one
/// identity. The object starts with one reference (see Make). The last Release deletes it, on the
/// thread that calls Release. Thread-safe.
template <class First, class... Rest>
class Object : public First, public Rest... {
 public:
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  /// E_POINTER if `object` is NULL. E_NOINTERFACE, and NULL in `*object`, for any other interface.
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    *object = nullptr;
    if (IsEqualIID(iid, __uuidof(IUnknown))) {
      *object = AsUnknown();
    } else if (!(Offer<First>(iid, object) || ... || Offer<Rest>(iid, object))) {
      return E_NOINTERFACE;
    }
    AddRef();
    return S_OK;
  }

  ULONG STDMETHODCALLTYPE AddRef() override {
    return references_.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = references_.fetch_sub(1, std::memory_order_acq_rel) - 1;
    if (left == 0) delete this;
    return left;
  }

  /// The pointer that identifies the object; adds no reference.
  IUnknown* AsUnknown() { return static_cast<First*>(this); }

 protected:
  Object() = default;
  virtual ~Object() = default;

 private:
  template <class Base>
  bool Offer(REFIID iid, void** object) {
    using Interface = typename InterfaceOf<Base>::Type;
    if (!IsEqualIID(iid, __uuidof(Interface))) return false;
    *object = static_cast<Interface*>(static_cast<Base*>(this));
    return true;
  }

  std::atomic<ULONG> references_{1};
};

/// Makes an object. The returned pointer holds its only reference. Throws the exceptions of the
/// constructor, and std::bad_alloc.
template <class T, class... Arguments>
Ptr<T> Make(Arguments&&... arguments) {
  Ptr<T> object;
  object.Attach(new T(std::forward<Arguments>(arguments)...));
  return object;
}

/// Makes an object and stores its interface `iid` in `*object`, for factories and getters. Throws
/// the exceptions of Make.
template <class T, class... Arguments>
HRESULT MakeAndQuery(REFIID iid, void** object, Arguments&&... arguments) {
  return Make<T>(std::forward<Arguments>(arguments)...)->QueryInterface(iid, object);
}

}  // namespace mbnrig::com

#pragma GCC diagnostic pop
