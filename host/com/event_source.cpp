#include "com/event_source.h"

#include <utility>

#include "com/enumerator.h"

namespace mbnrig::com {

namespace {

struct HeldPoint {
  Ptr<IConnectionPoint> point;

  IConnectionPoint* Give() const {
    point->AddRef();
    return point.Get();
  }
};

struct HeldConnection {
  Ptr<IUnknown> sink;
  DWORD cookie = 0;

  CONNECTDATA Give() const {
    sink->AddRef();
    return {sink.Get(), cookie};
  }
};

}  // namespace

ConnectionPoint::ConnectionPoint(IConnectionPointContainer* container,
                                 std::shared_ptr<Connections> connections)
    : container_(container), connections_(std::move(connections)) {}

ConnectionPoint::~ConnectionPoint() {
  connections_->Drop(this);
}

HRESULT ConnectionPoint::QueryInterface(REFIID iid, void** object) {
  if (object == nullptr) return E_POINTER;
  *object = nullptr;
  if (!IsEqualIID(iid, __uuidof(IUnknown)) && !IsEqualIID(iid, __uuidof(IConnectionPoint))) {
    return E_NOINTERFACE;
  }
  *object = static_cast<IConnectionPoint*>(this);
  AddRef();
  return S_OK;
}

ULONG ConnectionPoint::AddRef() {
  return container_->AddRef();
}

ULONG ConnectionPoint::Release() {
  return container_->Release();
}

HRESULT ConnectionPoint::GetConnectionInterface(IID* iid) {
  if (iid == nullptr) return E_POINTER;
  *iid = connections_->iid();
  return S_OK;
}

HRESULT ConnectionPoint::GetConnectionPointContainer(IConnectionPointContainer** container) {
  if (container == nullptr) return E_POINTER;
  container_->AddRef();
  *container = container_;
  return S_OK;
}

HRESULT ConnectionPoint::Advise(IUnknown* sink, DWORD* cookie) {
  return connections_->Advise(this, sink, cookie);
}

HRESULT ConnectionPoint::Unadvise(DWORD cookie) {
  return connections_->Unadvise(this, cookie);
}

HRESULT ConnectionPoint::EnumConnections(IEnumConnections** connections) {
  if (connections == nullptr) return E_POINTER;
  *connections = nullptr;
  return Guard([&] {
    std::vector<HeldConnection> list;
    for (Connections::Connection& connection : connections_->Of(this)) {
      list.push_back({std::move(connection.sink), connection.cookie});
    }
    *connections =
        Make<Enumerator<IEnumConnections, CONNECTDATA, HeldConnection>>(std::move(list)).Detach();
    return S_OK;
  });
}

ConnectionPoints::ConnectionPoints(IConnectionPointContainer* container,
                                   std::vector<std::shared_ptr<Connections>> lists) {
  points_.reserve(lists.size());
  for (std::shared_ptr<Connections>& list : lists) {
    points_.push_back(std::make_unique<ConnectionPoint>(container, std::move(list)));
  }
}

HRESULT ConnectionPoints::EnumConnectionPoints(IEnumConnectionPoints** points) noexcept {
  if (points == nullptr) return E_POINTER;
  *points = nullptr;
  return Guard([&] {
    std::vector<HeldPoint> list;
    for (const std::unique_ptr<ConnectionPoint>& point : points_) {
      list.push_back({Ptr<IConnectionPoint>(point.get())});
    }
    *points = Make<Enumerator<IEnumConnectionPoints, IConnectionPoint*, HeldPoint>>(std::move(list))
                  .Detach();
    return S_OK;
  });
}

HRESULT ConnectionPoints::FindConnectionPoint(REFIID iid, IConnectionPoint** point) noexcept {
  if (point == nullptr) return E_POINTER;
  *point = nullptr;
  for (const std::unique_ptr<ConnectionPoint>& candidate : points_) {
    if (!IsEqualIID(candidate->iid(), iid)) continue;
    candidate->AddRef();
    *point = candidate.get();
    return S_OK;
  }
  return CONNECT_E_NOCONNECTION;
}

}  // namespace mbnrig::com
