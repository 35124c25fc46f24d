#include "python/errors.h"

#include <winerror.h>

namespace mbnrig::python {
namespace {

// The catalogue's name is "HRESULT_FROM_WIN32(ERROR_NOT_FOUND) (0x80070490)"; a person compares
// plain names.
std::string PlainName(std::uint32_t code, catalogue::Family family) {
  std::string name = catalogue::CodeName(code, family);
  if (const auto number = name.rfind(" ("); number != std::string::npos) name.erase(number);
  constexpr std::string_view kWrapper = "HRESULT_FROM_WIN32(";
  if (name.starts_with(kWrapper))
    name = name.substr(kWrapper.size(), name.size() - kWrapper.size() - 1);
  return name;
}

}  // namespace

ApiError::ApiError(std::uint32_t code, catalogue::Family family, const std::string& call)
    : std::runtime_error(call + ": " + catalogue::CodeName(code, family)),
      code_(code),
      name_(PlainName(code, family)),
      family_(family) {}

void CheckMbn(std::int32_t hr, const char* call) {
  if (FAILED(hr)) throw ApiError(static_cast<std::uint32_t>(hr), catalogue::Family::kHresult, call);
}

void CheckRas(std::uint32_t error, const char* call) {
  if (error != NO_ERROR) throw ApiError(error, catalogue::Family::kWin32, call);
}

}  // namespace mbnrig::python
