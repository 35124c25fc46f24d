#pragma once

/// What a client of COM objects does: make them, read their arrays, listen to their events.

#include <oaidl.h>
#include <objbase.h>
#include <ocidl.h>

#include <vector>

#include "com/array.h"
#include "com/ptr.h"

namespace mbnrig::com {

/// Throws std::runtime_error ("GetInterfaces: E_HANDLE (0x80070006)") when `code` is a failure, and
/// std::bad_alloc when it is E_OUTOFMEMORY: a lack of memory must not look like another failure.
void Check(HRESULT code, const char* call);

/// An object of a class. Throws as Check does when it cannot be made.
template <class Interface>
Ptr<Interface> Create(REFCLSID clsid) {
  Ptr<Interface> object;
  void* made = nullptr;
  Check(CoCreateInstance(clsid, nullptr, CLSCTX_ALL, __uuidof(Interface), &made),
        "CoCreateInstance");
  object.Attach(static_cast<Interface*>(made));
  return object;
}

/// The elements of an array of interfaces, and frees the array. Empty for NULL. Throws as Check
/// does when an element is missing or has another type.
template <class Interface>
std::vector<Ptr<Interface>> TakeElements(SAFEARRAY* array) {
  const SafeArrayPtr owner(array);
  std::vector<Ptr<Interface>> elements;
  LONG lower = 0, upper = -1;
  if (array == nullptr) return elements;
  Check(SafeArrayGetLBound(array, 1, &lower), "SafeArrayGetLBound");
  Check(SafeArrayGetUBound(array, 1, &upper), "SafeArrayGetUBound");
  for (LONG i = lower; i <= upper; ++i) {
    Ptr<IUnknown> element;
    Ptr<Interface> typed;
    Check(SafeArrayGetElement(array, &i, element.GetAddressOf()), "SafeArrayGetElement");
    Check(element == nullptr ? E_POINTER : element.As(&typed), "QueryInterface");
    elements.push_back(std::move(typed));
  }
  return elements;
}

/// Connections of one client's sinks to objects with connection points. Ends them when it is
/// destroyed. Not thread-safe.
class Advices {
 public:
  Advices() = default;
  ~Advices();
  Advices(Advices&&) = default;
  Advices& operator=(Advices&& other) noexcept;

  /// Connects `sink` to every connection point of `source`. Throws as Check does when `source` has
  /// none or one refuses the sink; the connections made before stay.
  void Add(IUnknown* source, IUnknown* sink);
  /// Connects `sink` to the connection point for `events`. Throws as Check does.
  void Add(IUnknown* source, REFIID events, IUnknown* sink);
  /// Takes over the connections of `other`.
  void Merge(Advices other);
  /// Ends all connections. A call into a sink may still be under way afterwards.
  void Clear();

 private:
  struct Advice {
    Ptr<IConnectionPoint> point;
    DWORD cookie = 0;
  };
  void Connect(Ptr<IConnectionPoint> point, IUnknown* sink);

  std::vector<Advice> advices_;
};

}  // namespace mbnrig::com
