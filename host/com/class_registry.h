#pragma once

/// The classes that CoCreateInstance knows in this process.

#include <objbase.h>

#include <functional>

namespace mbnrig::com {

/// Makes an object of a class and returns its interface `iid`. Runs on the thread that called
/// CoCreateInstance. An exception becomes an HRESULT, as in Guard.
using ClassCreator = std::function<HRESULT(REFIID iid, void** object)>;

/// Keeps a class registered while this exists. Existing objects and factories outlive it.
class ClassRegistration {
 public:
  ClassRegistration() = default;
  ClassRegistration(ClassRegistration&& other) noexcept;
  ClassRegistration& operator=(ClassRegistration&& other) noexcept;
  ~ClassRegistration();

 private:
  friend ClassRegistration RegisterClass(REFCLSID clsid, ClassCreator creator);
  explicit ClassRegistration(REFCLSID clsid) : clsid_(clsid), registered_(true) {}
  void Revoke() noexcept;

  CLSID clsid_{};
  bool registered_ = false;
};

/// Registers `clsid`. Throws std::logic_error if it is already registered. Thread-safe. May run
/// before main.
[[nodiscard]] ClassRegistration RegisterClass(REFCLSID clsid, ClassCreator creator);

}  // namespace mbnrig::com
