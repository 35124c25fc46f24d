// mprapi.h, mprerror.h and raserror.h in C++ against the facts in reference/. mprapi_c_test.c
// checks the same rows in C.
#include <mprapi.h>
// The codes are macros that the rows below name.
#include <gtest/gtest.h>
#include <lmerr.h>
#include <mprerror.h>
#include <raserror.h>
#include <winerror.h>

#include <cstddef>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

extern "C" int MprapiRowsHoldInC(void);

namespace {

template <class Element, std::size_t kElements>
struct FieldType {
  using Type = Element[kElements];
};
template <class Element>
struct FieldType<Element, 0> {
  using Type = Element;
};

TEST(MprapiTest, DeclaresEveryFunctionWithItsTypes) {
  std::set<std::string> names;
// NOLINTBEGIN(bugprone-macro-parentheses): they are types and lists of parameters
#define MPR_FUNCTION(result, name, parameters)                                         \
  EXPECT_TRUE((std::is_same_v<decltype(&name), result(WINAPI*) parameters>)) << #name; \
  names.insert(#name);
#include "include/reference/mprapi_functions.inc"
#undef MPR_FUNCTION
  // NOLINTEND(bugprone-macro-parentheses)
  EXPECT_EQ(names.size(), 131u);
}

TEST(MprapiTest, EnumeratorsHaveTheirTypesAndValues) {
#define MPR_ENUMERATOR(enumeration, name, value)                       \
  EXPECT_TRUE((std::is_same_v<decltype(name), enumeration>)) << #name; \
  EXPECT_EQ(static_cast<int>(name), value) << #name;                   \
  EXPECT_EQ(sizeof(enumeration), 4u) << #enumeration;
#include "include/reference/mprapi_enums.inc"
#undef MPR_ENUMERATOR
}

struct Field {
  std::string structure;
  int position;
  std::string name;
  std::size_t offset;
};

TEST(MprapiTest, StructuresHaveTheirFieldsInOrder) {
  std::vector<Field> fields;
#define MPR_FIELD(structure, position, name, type, elements)                                \
  EXPECT_TRUE((std::is_same_v<decltype(structure::name), FieldType<type, elements>::Type>)) \
      << #structure "." #name;                                                              \
  fields.push_back({#structure, position, #name, offsetof(structure, name)});
#include "include/reference/mprapi_fields.inc"
#undef MPR_FIELD
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Field& field = fields[i];
    SCOPED_TRACE(field.structure + "." + field.name);
    if (field.position == 0) {
      EXPECT_EQ(field.offset, 0u);
      continue;
    }
    ASSERT_GT(i, 0u);
    const Field& last = fields[i - 1];
    EXPECT_EQ(last.structure, field.structure);
    if (last.position == field.position) {
      EXPECT_EQ(last.offset, field.offset) << "members of one union";
    } else {
      EXPECT_EQ(last.position + 1, field.position);
      EXPECT_GT(field.offset, last.offset);
    }
  }
}

TEST(MprapiTest, FilterHasOneMemberOfTwoNames) {
  EXPECT_EQ(offsetof(MPR_FILTER_0, fEnable), offsetof(MPR_FILTER_0, fEnabled));
  EXPECT_EQ(sizeof(MPR_FILTER_0), sizeof(BOOL));
}

TEST(MprapiTest, ConstantsHaveTheirValues) {
#define MPR_CONSTANT(name, value) EXPECT_EQ(DWORD{name}, DWORD{value}) << #name;
#define MPR_TEXT(name, text) EXPECT_STREQ(name, TEXT(text)) << #name;
#include "include/reference/mprapi_constants.inc"
#undef MPR_CONSTANT
#undef MPR_TEXT
}

TEST(MprapiTest, ErrorsHaveTheirValues) {
#define MPR_ERROR(name, value) EXPECT_EQ(name, value) << #name;
#include "include/reference/mprapi_errors.inc"
#undef MPR_ERROR
}

TEST(MprapiTest, IsTheSameInC) {
  EXPECT_EQ(MprapiRowsHoldInC(), 1);
}

}  // namespace
