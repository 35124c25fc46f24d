#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "catalogue/catalogue.h"

namespace mbnrig::python {

/// A code of a failed call. Python sees MbnError or RasError.
class ApiError : public std::runtime_error {
 public:
  ApiError(std::uint32_t code, catalogue::Family family, const std::string& call);

  std::uint32_t code() const { return code_; }
  /// "E_MBN_PIN_REQUIRED", "ERROR_NOT_FOUND". The number in hexadecimal if it has no name.
  const std::string& name() const { return name_; }
  catalogue::Family family() const { return family_; }

 private:
  std::uint32_t code_;
  std::string name_;
  catalogue::Family family_;
};

/// Throws if an HRESULT is a failure.
void CheckMbn(std::int32_t hr, const char* call);
/// Throws if a Win32 code is not NO_ERROR.
void CheckRas(std::uint32_t error, const char* call);

}  // namespace mbnrig::python
