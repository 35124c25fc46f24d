#include "com/code_name.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string_view>

namespace mbnrig::com {
namespace {

using Names = std::map<HRESULT, std::string_view>;

// Removes the first name from the front of a list such as "(A, F(B))" and returns it.
std::string_view TakeName(std::string_view& list) {
  const auto comma = list.find(", ");
  const std::string_view name = list.substr(0, comma);
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 2);
  return name;
}

// `list` is "(A, F(B))", the text of `codes`.
template <class... Code>
void Add(Names& names, std::string_view list, Code... codes) {
  list = list.substr(1, list.size() - 2);
  (names.emplace(codes, TakeName(list)), ...);
}

Names AllNames() {
  Names names;
#define MBN_UNPACK(...) __VA_OPT__(, ) __VA_ARGS__
#define MBN_PAGE(interface_name, name, others, codes) Add(names, #codes MBN_UNPACK codes);
#include "include/reference/mbnapi_returns.inc"
#undef MBN_PAGE
#undef MBN_UNPACK
#define MBNRIG_ADD(code) names.emplace(code, #code)
#define MBN_CODE(name, value) MBNRIG_ADD(name);
#include "include/reference/mbnapi_codes.inc"
#undef MBN_CODE
  MBNRIG_ADD(S_FALSE);
  MBNRIG_ADD(E_NOTIMPL);
  MBNRIG_ADD(E_NOINTERFACE);
  MBNRIG_ADD(E_UNEXPECTED);
  MBNRIG_ADD(RPC_E_CHANGED_MODE);
  MBNRIG_ADD(DISP_E_TYPEMISMATCH);
  MBNRIG_ADD(DISP_E_BADVARTYPE);
  MBNRIG_ADD(DISP_E_BADINDEX);
  MBNRIG_ADD(DISP_E_ARRAYISLOCKED);
  MBNRIG_ADD(CLASS_E_NOAGGREGATION);
  MBNRIG_ADD(CLASS_E_CLASSNOTAVAILABLE);
  MBNRIG_ADD(REGDB_E_CLASSNOTREG);
  MBNRIG_ADD(CO_E_NOTINITIALIZED);
  MBNRIG_ADD(CO_E_CLASSSTRING);
  MBNRIG_ADD(CO_E_IIDSTRING);
  MBNRIG_ADD(CONNECT_E_NOCONNECTION);
  MBNRIG_ADD(CONNECT_E_ADVISELIMIT);
  MBNRIG_ADD(CONNECT_E_CANNOTCONNECT);
#undef MBNRIG_ADD
  return names;
}

}  // namespace

std::string CodeName(HRESULT code) {
  static const Names names = AllNames();
  std::array<char, 11> number{};
  std::snprintf(number.data(), number.size(), "0x%08X", static_cast<unsigned>(code));
  const auto name = names.find(code);
  if (name == names.end()) return number.data();
  return std::string(name->second) + " (" + number.data() + ")";
}

}  // namespace mbnrig::com
