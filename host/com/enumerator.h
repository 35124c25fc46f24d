#pragma once

/// COM enumerators (IEnumXxx). The list is fixed when the enumerator is made.

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "com/guard.h"
#include "com/object.h"

namespace mbnrig::com {

/// Implements `EnumInterface`, whose Next returns `Item`s. A `Held` keeps one item of the list. Its
/// `Item Give() const` adds the references that the caller will own. Thread-safe.
template <class EnumInterface, class Item, class Held>
class Enumerator final : public Object<EnumInterface> {
 public:
  explicit Enumerator(std::vector<Held> list, std::size_t position = 0)
      : list_(std::move(list)), position_(position) {}

  /// S_FALSE if fewer than `count` items were left. `fetched` may be NULL only if `count` is 1.
  HRESULT STDMETHODCALLTYPE Next(ULONG count, Item* items, ULONG* fetched) override {
    if (items == nullptr || (fetched == nullptr && count != 1)) return E_POINTER;
    const std::lock_guard lock(mutex_);
    ULONG given = 0;
    while (given < count && position_ < list_.size())
      items[given++] = list_[position_++].Give();
    if (fetched != nullptr) *fetched = given;
    return given == count ? S_OK : S_FALSE;
  }

  /// S_FALSE if fewer than `count` items were left to skip.
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) override {
    const std::lock_guard lock(mutex_);
    const std::size_t left = list_.size() - position_;
    if (count > left) {
      position_ = list_.size();
      return S_FALSE;
    }
    position_ += count;
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE Reset() override {
    const std::lock_guard lock(mutex_);
    position_ = 0;
    return S_OK;
  }

  /// A second enumerator over the same list, at the same position.
  HRESULT STDMETHODCALLTYPE Clone(EnumInterface** clone) override {
    if (clone == nullptr) return E_POINTER;
    *clone = nullptr;
    return Guard([&] {
      const std::lock_guard lock(mutex_);
      *clone = Make<Enumerator>(list_, position_).Detach();
      return S_OK;
    });
  }

 private:
  const std::vector<Held> list_;
  std::mutex mutex_;
  std::size_t position_;  // guarded by mutex_
};

}  // namespace mbnrig::com
