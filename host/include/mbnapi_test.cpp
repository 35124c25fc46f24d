// mbnapi.h against the published facts in reference/: IIDs, vtables, enumerations, structures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mbnapi.h>

#include <array>
#include <bit>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "com/testing/objects.h"

namespace {

// The vtable slot of a virtual function, read from a pointer to member (Itanium C++ ABI).
template <class Method>
std::ptrdiff_t SlotOf(Method method) {
  const auto [offset, adjustment] = std::bit_cast<std::array<std::ptrdiff_t, 2>>(method);
#if defined(__arm__) || defined(__aarch64__)
  EXPECT_EQ(adjustment, 1) << "virtual, of the first base";
  return offset / std::ptrdiff_t{sizeof(void*)};
#else
  EXPECT_EQ(offset % 2, 1) << "virtual";
  EXPECT_EQ(adjustment, 0) << "of the first base";
  return (offset - 1) / std::ptrdiff_t{sizeof(void*)};
#endif
}

GUID Parse(const char* guid) {
  const std::string text = "{" + std::string(guid) + "}";
  IID iid{};
  EXPECT_EQ(IIDFromString(std::wstring(text.begin(), text.end()).c_str(), &iid), S_OK) << guid;
  return iid;
}

template <class Interface>
struct WithOneMore : Interface {
  virtual void OneMore() = 0;

 protected:
  ~WithOneMore() = default;
};

// The methods of IUnknown and of the base.
template <class Base>
constexpr std::ptrdiff_t kSlotsOfBase = 3;
template <>
constexpr std::ptrdiff_t kSlotsOfBase<IDispatch> = 7;

TEST(MbnapiTest, InterfacesHaveTheirIidsBasesAndNothingMore) {
  int interfaces = 0;
// NOLINTBEGIN(bugprone-macro-parentheses): they are types and lists of parameters
#define MBN_INTERFACE(name, base, iid, methods)                                          \
  EXPECT_TRUE(IsEqualIID(__uuidof(name), Parse(iid))) << #name;                          \
  EXPECT_TRUE(IsEqualIID(IID_##name, Parse(iid))) << #name;                              \
  EXPECT_TRUE((std::is_base_of_v<base, name>)) << #name;                                 \
  EXPECT_EQ(sizeof(name), sizeof(void*)) << #name;                                       \
  EXPECT_EQ(SlotOf(&WithOneMore<name>::OneMore), kSlotsOfBase<base> + methods) << #name; \
  ++interfaces;
#include "include/reference/mbnapi_interfaces.inc"
#undef MBN_INTERFACE
  // NOLINTEND(bugprone-macro-parentheses)
  EXPECT_EQ(interfaces, 42);
}

TEST(MbnapiTest, MethodsHaveTheirSlotsAndTypes) {
  int methods = 0;
// NOLINTBEGIN(bugprone-macro-parentheses): they are types and lists of parameters
#define MBN_METHOD(interface_name, slot, name, parameters)                               \
  EXPECT_TRUE((std::is_same_v<decltype(&interface_name::name),                           \
                              HRESULT(STDMETHODCALLTYPE interface_name::*) parameters>)) \
      << #interface_name "::" #name;                                                     \
  EXPECT_EQ(SlotOf(&interface_name::name), slot) << #interface_name "::" #name;          \
  ++methods;
#include "include/reference/mbnapi_methods.inc"
#undef MBN_METHOD
  // NOLINTEND(bugprone-macro-parentheses)
  EXPECT_EQ(methods, 175);
}

// The parameters of an event with their names, and the same names alone: both fit the header.
TEST(MbnapiTest, EventsHaveTheirParameters) {
  int interfaces = 0;
  std::multiset<std::string> from_events, from_methods;
// NOLINTBEGIN(bugprone-macro-parentheses): they are types and lists of parameters
#define MBN_EVENTS(interface_name, events) \
  ++interfaces;                            \
  events
#define MBN_EVENT(interface_name, name, parameters, names)                               \
  EXPECT_TRUE((std::is_same_v<decltype(&interface_name::name),                           \
                              HRESULT(STDMETHODCALLTYPE interface_name::*) parameters>)) \
      << #interface_name "::" #name;                                                     \
  static_cast<void>([] parameters { return std::tuple names; });                         \
  from_events.insert(#interface_name "::" #name);
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENT
#undef MBN_EVENTS
#define MBN_METHOD(interface_name, slot, name, parameters)     \
  if (std::string_view(#interface_name).ends_with("Events")) { \
    from_methods.insert(#interface_name "::" #name);           \
  }
#include "include/reference/mbnapi_methods.inc"
#undef MBN_METHOD
  // NOLINTEND(bugprone-macro-parentheses)
  EXPECT_EQ(interfaces, 18);
  EXPECT_EQ(from_events.size(), 62u);
  EXPECT_EQ(from_events, from_methods);
}

// The slots that SlotOf reads from pointers to members are those that a caller finds in memory.
TEST(MbnapiTest, SlotsAreWhatACallerThroughTheBareVtableFinds) {
  const auto radio = mbnrig::com::Make<mbnrig::com::testing::Radio>();
  IMbnRadio* object = radio.Get();
  using GetState = HRESULT(STDMETHODCALLTYPE*)(IMbnRadio*, MBN_RADIO*);
  void* const* vtable = *reinterpret_cast<void***>(object);
  MBN_RADIO state{};
  const auto slot = static_cast<std::size_t>(SlotOf(&IMbnRadio::get_SoftwareRadioState));
  EXPECT_EQ(reinterpret_cast<GetState>(vtable[slot])(object, &state), S_OK);
  EXPECT_EQ(state, MBN_RADIO_ON);
  EXPECT_EQ(reinterpret_cast<GetState>(vtable[slot + 1])(object, &state), S_OK);
  EXPECT_EQ(state, MBN_RADIO_OFF);
}

TEST(MbnapiTest, ClassesHaveTheirClsids) {
#define MBN_CLASS(name, clsid)                                      \
  EXPECT_TRUE(IsEqualCLSID(__uuidof(name), Parse(clsid))) << #name; \
  EXPECT_TRUE(IsEqualCLSID(CLSID_##name, Parse(clsid))) << #name;
#include "include/reference/mbnapi_classes.inc"
#undef MBN_CLASS
}

TEST(MbnapiTest, EnumeratorsHaveTheirTypesAndValues) {
#define MBN_ENUMERATOR(enumeration, name, value)                       \
  EXPECT_TRUE((std::is_same_v<decltype(name), enumeration>)) << #name; \
  EXPECT_EQ(static_cast<int>(name), value) << #name;                   \
  EXPECT_EQ(sizeof(enumeration), 4u) << #enumeration;
#include "include/reference/mbnapi_enums.inc"
#undef MBN_ENUMERATOR
}

struct Field {
  std::string structure;
  int position;
  std::string name;
  std::size_t offset, size, alignment, structure_size, structure_alignment;
};

std::size_t Aligned(std::size_t offset, std::size_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

TEST(MbnapiTest, StructuresHaveTheirFieldsInOrderAndNothingBetween) {
  std::vector<Field> fields;
#define MBN_FIELD(structure, position, name, type)                                        \
  EXPECT_TRUE((std::is_same_v<decltype(structure::name), type>)) << #structure "." #name; \
  fields.push_back({#structure, position, #name, offsetof(structure, name), sizeof(type), \
                    alignof(type), sizeof(structure), alignof(structure)});
#include "include/reference/mbnapi_fields.inc"
#undef MBN_FIELD
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Field& field = fields[i];
    SCOPED_TRACE(field.structure + "." + field.name);
    std::size_t end_of_last = 0;
    if (field.position != 0) {
      ASSERT_GT(i, 0u);
      const Field& last = fields[i - 1];
      EXPECT_EQ(last.structure, field.structure);
      EXPECT_EQ(last.position + 1, field.position);
      end_of_last = last.offset + last.size;
    }
    EXPECT_EQ(field.offset, Aligned(end_of_last, field.alignment));
    if (i + 1 == fields.size() || fields[i + 1].position == 0) {
      EXPECT_EQ(field.structure_size,
                Aligned(field.offset + field.size, field.structure_alignment));
    }
  }
}

TEST(MbnapiTest, CodesHaveTheirValues) {
#define MBN_CODE(name, value) EXPECT_EQ(static_cast<ULONG>(name), ULONG{value}) << #name;
#include "include/reference/mbnapi_codes.inc"
#undef MBN_CODE
}

// The codes without a published number.
TEST(MbnapiTest, OwnCodesAreFailuresApartFromEveryPublishedOne) {
  const std::vector<HRESULT> own = {E_MBN_ACTIVE_CONNECTION, E_MBN_ALREADY_ACTIVE,
                                    E_MBN_DEVICE_BUSY};
  std::set<HRESULT> seen;
  for (HRESULT code : own) {
    EXPECT_TRUE(FAILED(code));
    EXPECT_NE(static_cast<ULONG>(code) & 0x20000000u, 0u) << "customer bit";
    EXPECT_TRUE(seen.insert(code).second);
  }
#define MBN_CODE(name, value) EXPECT_EQ(seen.count(name), 0u) << #name;
#include "include/reference/mbnapi_codes.inc"
#undef MBN_CODE
}

TEST(WinerrorTest, Win32CodesBecomeHresults) {
  EXPECT_EQ(HRESULT_FROM_WIN32(NO_ERROR), S_OK);
  EXPECT_EQ(HRESULT_FROM_WIN32(ERROR_NOT_FOUND), static_cast<HRESULT>(0x80070490));
  EXPECT_EQ(HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE), static_cast<HRESULT>(0x80070426));
  EXPECT_EQ(HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED), static_cast<HRESULT>(0x80070032));
  EXPECT_EQ(HRESULT_FROM_WIN32(static_cast<ULONG>(E_FAIL)), E_FAIL);
  EXPECT_EQ(HRESULT_CODE(HRESULT_FROM_WIN32(ERROR_NOT_FOUND)), ERROR_NOT_FOUND);
  EXPECT_EQ(HRESULT_FACILITY(E_MBN_PIN_REQUIRED), FACILITY_MBN);
}

}  // namespace
