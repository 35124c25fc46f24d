#pragma once

/// A COM object whose interfaces are separate classes. Two interfaces may then have methods of the
/// same name, which com::Object does not allow: IMbnInterface and IMbnMultiCarrier both have
/// ScanNetwork.
///
///   class Radio final : public com::Facet<IMbnRadio> {
///    public:
///     explicit Radio(Snapshot modem);
///     ...
///   };
///   using ModemObject = com::Whole<Snapshot, Interface, Radio>;
///   com::Ptr<IMbnRadio> radio = com::MakeFacet<ModemObject, IMbnRadio>(snapshot);

#include <unknwn.h>
#include <winerror.h>

#include <atomic>
#include <type_traits>

#include "com/object.h"
#include "com/ptr.h"

#pragma GCC diagnostic push
// Interfaces have no virtual destructor. Only Whole deletes, and it deletes itself.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

namespace mbnrig::com {

/// One interface of an object that has several. A facet uses the identity and the reference count
/// of the whole object, so it lives exactly as long as the object does.
template <class I>
class Facet : public I {
 public:
  using ComInterface = I;

  Facet(const Facet&) = delete;
  Facet& operator=(const Facet&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) final {
    return whole_->QueryInterface(iid, object);
  }
  ULONG STDMETHODCALLTYPE AddRef() final { return whole_->AddRef(); }
  ULONG STDMETHODCALLTYPE Release() final { return whole_->Release(); }

  /// Whole calls this before the facet is visible to others. `whole` owns the facet and outlives
  /// it.
  void JoinWhole(IUnknown& whole) { whole_ = &whole; }

 protected:
  Facet() = default;
  ~Facet() = default;

 private:
  IUnknown* whole_ = nullptr;
};

/// An object of `Facets`, all made from the same `State`. QueryInterface of each facet returns
/// every other one, and all return the same IUnknown. The object starts with one reference. The
/// last Release deletes it, on the thread that calls Release. Thread-safe if the facets are.
template <class State, class... Facets>
class Whole final : public IUnknown {
 public:
  /// Whether a facet implements `I`.
  template <class I>
  static constexpr bool kHas = (std::is_same_v<I, typename Facets::ComInterface> || ...);

  /// Throws the exceptions of the facets' constructors.
  explicit Whole(const State& state) : parts_(state) {
    (static_cast<Part<Facets>&>(parts_).facet.JoinWhole(*this), ...);
  }
  Whole(const Whole&) = delete;
  Whole& operator=(const Whole&) = delete;

  /// E_POINTER if `object` is NULL. E_NOINTERFACE, and NULL in `*object`, if no facet has `iid`.
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    *object = nullptr;
    if (IsEqualIID(iid, __uuidof(IUnknown))) {
      *object = static_cast<IUnknown*>(this);
    } else if (!(Offer<Facets>(iid, object) || ...)) {
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

 private:
  // A facet as a separate base class, so that an object may have several.
  template <class F>
  struct Part {
    explicit Part(const State& state) : facet(state) {}
    F facet;
  };
  struct Parts : Part<Facets>... {
    explicit Parts(const State& state) : Part<Facets>(state)... {}
  };

  ~Whole() = default;

  template <class F>
  bool Offer(REFIID iid, void** object) {
    using Interface = typename F::ComInterface;
    if (!IsEqualIID(iid, __uuidof(Interface))) return false;
    *object = static_cast<Interface*>(&static_cast<Part<F>&>(parts_).facet);
    return true;
  }

  Parts parts_;
  std::atomic<ULONG> references_{1};
};

/// Makes an object and returns its interface `I`, or null if the object does not have it. Throws
/// the exceptions of the object's constructor, and std::bad_alloc.
template <class Object, class I, class State>
Ptr<I> MakeFacet(const State& state) {
  Ptr<I> facet;
  void* object = nullptr;
  if (MakeAndQuery<Object>(__uuidof(I), &object, state) == S_OK)
    facet.Attach(static_cast<I*>(object));
  return facet;
}

}  // namespace mbnrig::com

#pragma GCC diagnostic pop
