#include "rras/admin/machine_name.h"

#include <unistd.h>

#include <array>
#include <cwctype>
#include <string>

#include "com/text.h"

namespace mbnrig::rras {
namespace {

std::wstring Lower(std::wstring text) {
  for (wchar_t& c : text)
    c = static_cast<wchar_t>(std::towlower(static_cast<std::wint_t>(c)));
  return text;
}

}  // namespace

bool IsThisMachine(const wchar_t* server_name) {
  if (server_name == nullptr) return true;
  std::wstring name = Lower(server_name);
  if (name.starts_with(L"\\\\")) name.erase(0, 2);
  if (name.empty() || name == L"." || name == L"localhost" || name == L"127.0.0.1" ||
      name == L"::1")
    return true;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return false;
  const std::wstring own = Lower(com::FromUtf8(host.data()));
  return name == own || name == own.substr(0, own.find(L'.'));
}

}  // namespace mbnrig::rras
