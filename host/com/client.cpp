#include "com/client.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "com/code_name.h"

namespace mbnrig::com {

void Check(HRESULT code, const char* call) {
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
  Ptr<IConnectionPointContainer> container;
  Ptr<IEnumConnectionPoints> points;
  void* found = nullptr;
  Check(source->QueryInterface(__uuidof(IConnectionPointContainer), &found), "QueryInterface");
  container.Attach(static_cast<IConnectionPointContainer*>(found));
  Check(container->EnumConnectionPoints(points.GetAddressOf()), "EnumConnectionPoints");
  Advice advice;
  while (points->Next(1, advice.point.ReleaseAndGetAddressOf(), nullptr) == S_OK) {
    Check(advice.point->Advise(sink, &advice.cookie), "Advise");
    advices_.push_back(advice);
  }
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
