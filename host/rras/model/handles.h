#pragma once

/// The handles that clients of mprapi.h hold, and what they stand for.

#include <cstdint>
#include <map>
#include <utility>

namespace mbnrig::rras {

/// The value of a handle. The service never dereferences it. No two things of the process ever have
/// the same handle, and a later handle is a greater number.
using HandleNumber = std::uint64_t;

/// Not a handle.
inline constexpr HandleNumber kNoHandle = 0;

/// A number that no handle has had. Thread-safe.
HandleNumber NextHandle();

/// Things of one kind by their handles, oldest first. A handle of a table is unknown to every other
/// table, so the handle of a port is not the handle of an interface. Not thread-safe: the owner of
/// a table locks it.
template <class Thing>
class HandleTable {
 public:
  /// Gives `thing` a new handle. Throws std::bad_alloc.
  HandleNumber Add(Thing thing) {
    return things_.emplace(NextHandle(), std::move(thing)).first->first;
  }
  /// The thing of a handle; null if the table does not have the handle. Valid until it is removed.
  Thing* Find(HandleNumber handle) {
    const auto entry = things_.find(handle);
    return entry == things_.end() ? nullptr : &entry->second;
  }
  /// False if the table does not have the handle.
  bool Remove(HandleNumber handle) { return things_.erase(handle) == 1; }
  /// Removes every thing that `condition` is true for.
  template <class Condition>
  void RemoveIf(Condition&& condition) {
    std::erase_if(things_, [&](const auto& entry) { return condition(entry.second); });
  }

  // Pairs of a handle and its thing.
  auto begin() { return things_.begin(); }
  auto end() { return things_.end(); }
  auto begin() const { return things_.begin(); }
  auto end() const { return things_.end(); }

 private:
  std::map<HandleNumber, Thing> things_;
};

}  // namespace mbnrig::rras
