#pragma once

/// A COM object with connection points.
///
///   class InterfaceManager final : public com::EventSource<IMbnInterfaceManager> {
///    public:
///     explicit InterfaceManager(Events& events)
///         : EventSource({events.interfaces, events.radios}) {}
///   };
///
/// where `events.interfaces` is a std::shared_ptr<com::Sinks<IMbnInterfaceEvents>>. The code that
/// raises the events holds it too.

#include <ocidl.h>

#include <memory>
#include <vector>

#include "com/guard.h"
#include "com/object.h"
#include "com/sinks.h"

namespace mbnrig::com {

/// One connection point of an object. It is a part of the object: a reference to the point is a
/// reference to the object. It ends its connections when the object is deleted. Thread-safe.
class ConnectionPoint final : public IConnectionPoint {
 public:
  /// `container` outlives this. The point holds no reference to it.
  ConnectionPoint(IConnectionPointContainer* container, std::shared_ptr<Connections> connections);
  ~ConnectionPoint();
  ConnectionPoint(const ConnectionPoint&) = delete;
  ConnectionPoint& operator=(const ConnectionPoint&) = delete;

  const IID& iid() const { return connections_->iid(); }

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override;
  ULONG STDMETHODCALLTYPE AddRef() override;
  ULONG STDMETHODCALLTYPE Release() override;
  HRESULT STDMETHODCALLTYPE GetConnectionInterface(IID* iid) override;
  HRESULT STDMETHODCALLTYPE
  GetConnectionPointContainer(IConnectionPointContainer** container) override;
  HRESULT STDMETHODCALLTYPE Advise(IUnknown* sink, DWORD* cookie) override;
  HRESULT STDMETHODCALLTYPE Unadvise(DWORD cookie) override;
  HRESULT STDMETHODCALLTYPE EnumConnections(IEnumConnections** connections) override;

 private:
  IConnectionPointContainer* const container_;
  const std::shared_ptr<Connections> connections_;
};

/// An object's connection points, one for each list of connections.
class ConnectionPoints {
 public:
  /// Throws std::bad_alloc.
  ConnectionPoints(IConnectionPointContainer* container,
                   std::vector<std::shared_ptr<Connections>> lists);

  /// As IConnectionPointContainer's methods of these names.
  HRESULT EnumConnectionPoints(IEnumConnectionPoints** points) noexcept;
  HRESULT FindConnectionPoint(REFIID iid, IConnectionPoint** point) noexcept;

 private:
  std::vector<std::unique_ptr<ConnectionPoint>> points_;
};

/// An Object that also implements IConnectionPointContainer.
template <class... Interfaces>
class EventSource : public Object<Interfaces..., IConnectionPointContainer> {
 public:
  HRESULT STDMETHODCALLTYPE EnumConnectionPoints(IEnumConnectionPoints** points) final {
    return points_.EnumConnectionPoints(points);
  }

  HRESULT STDMETHODCALLTYPE FindConnectionPoint(REFIID iid, IConnectionPoint** point) final {
    return points_.FindConnectionPoint(iid, point);
  }

 protected:
  /// One connection point for each list. Throws std::bad_alloc.
  explicit EventSource(std::vector<std::shared_ptr<Connections>> lists)
      : points_(this, std::move(lists)) {}

 private:
  ConnectionPoints points_;
};

}  // namespace mbnrig::com
