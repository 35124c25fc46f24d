#include "com/client.h"

#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "com/code_name.h"

namespace mbnrig::com {
namespace {

Ptr<IConnectionPointContainer> Container(IUnknown* source) {
  Ptr<IConnectionPointContainer> container;
  void* found = nullptr;
  Check(source->QueryInterface(__uuidof(IConnectionPointContainer), &found), "QueryInterface");
  container.Attach(static_cast<IConnectionPointContainer*>(found));
  return container;
}

}  // namespace

void Check(HRESULT code, const char* call) {
  if (code == E_OUTOFMEMORY) throw std::bad_alloc();
  if (FAILED(code)) throw std::runtime_error(std::string(call) + ": " + CodeName(code));
}

Advices::~Advices() {
  Clear();
}

Advices& Advices::operator=(Advices&& other) noexcept {
  std::swap(advices_, other.advices_);
  return *this;
}

void Advices::Add(IUnknown* source, IUnknown* sink) {
  Ptr<IEnumConnectionPoints> points;
  Check(Container(source)->EnumConnectionPoints(points.GetAddressOf()), "EnumConnectionPoints");
  Ptr<IConnectionPoint> point;
  while (points->Next(1, point.ReleaseAndGetAddressOf(), nullptr) == S_OK)
    Connect(point, sink);
}

void Advices::Add(IUnknown* source, REFIID events, IUnknown* sink) {
  Ptr<IConnectionPoint> point;
  Check(Container(source)->FindConnectionPoint(events, point.GetAddressOf()),
        "FindConnectionPoint");
  Connect(std::move(point), sink);
}

void Advices::Connect(Ptr<IConnectionPoint> point, IUnknown* sink) {
  Advice& advice = advices_.emplace_back();
  const HRESULT code = point->Advise(sink, &advice.cookie);
  if (FAILED(code)) {
    advices_.pop_back();
    Check(code, "Advise");
  }
  advice.point = std::move(point);
}

void Advices::Merge(Advices other) {
  advices_.insert(advices_.end(), other.advices_.begin(), other.advices_.end());
  other.advices_.clear();
}

void Advices::Clear() {
  for (const Advice& advice : std::exchange(advices_, {}))
    advice.point->Unadvise(advice.cookie);
}

}  // namespace mbnrig::com
