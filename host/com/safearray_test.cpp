#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "com/array.h"
#include "com/testing/codes.h"
#include "com/testing/objects.h"
#include "com/text.h"

namespace mbnrig::com {
namespace {

using testing::g_alive;
using testing::HasCode;
using testing::Radio;

TEST(SafeArrayTest, KnowsItsBoundsAndType) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_UI4, -2, 5));
  ASSERT_NE(array, nullptr);
  EXPECT_EQ(SafeArrayGetDim(array.get()), 1u);
  EXPECT_EQ(SafeArrayGetElemsize(array.get()), 4u);
  LONG bound = 0;
  EXPECT_THAT(SafeArrayGetLBound(array.get(), 1, &bound), HasCode(S_OK));
  EXPECT_EQ(bound, -2);
  EXPECT_THAT(SafeArrayGetUBound(array.get(), 1, &bound), HasCode(S_OK));
  EXPECT_EQ(bound, 2);
  VARTYPE vt = VT_EMPTY;
  EXPECT_THAT(SafeArrayGetVartype(array.get(), &vt), HasCode(S_OK));
  EXPECT_EQ(vt, VT_UI4);
}

TEST(SafeArrayTest, EmptyEndsBeforeItBegins) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_BSTR, 0, 0));
  ASSERT_NE(array, nullptr);
  LONG bound = 7;
  EXPECT_THAT(SafeArrayGetUBound(array.get(), 1, &bound), HasCode(S_OK));
  EXPECT_EQ(bound, -1);
  LONG index = 0;
  BSTR text = nullptr;
  EXPECT_THAT(SafeArrayGetElement(array.get(), &index, &text), HasCode(DISP_E_BADINDEX));
}

TEST(SafeArrayTest, IndexesOutsideAreRefused) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_UI1, -2, 2));
  BYTE value = 0;
  for (LONG index : {-3, 0, std::numeric_limits<LONG>::min(), std::numeric_limits<LONG>::max()}) {
    EXPECT_THAT(SafeArrayGetElement(array.get(), &index, &value), HasCode(DISP_E_BADINDEX))
        << index;
    EXPECT_THAT(SafeArrayPutElement(array.get(), &index, &value), HasCode(DISP_E_BADINDEX))
        << index;
    void* element = nullptr;
    EXPECT_THAT(SafeArrayPtrOfIndex(array.get(), &index, &element), HasCode(DISP_E_BADINDEX))
        << index;
  }
  LONG bound = 0;
  EXPECT_THAT(SafeArrayGetLBound(array.get(), 0, &bound), HasCode(DISP_E_BADINDEX));
  EXPECT_THAT(SafeArrayGetUBound(array.get(), 2, &bound), HasCode(DISP_E_BADINDEX));
}

TEST(SafeArrayTest, MissingArgumentsAreRefused) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_UI1, 0, 1));
  LONG index = 0;
  BYTE value = 0;
  void* data = nullptr;
  VARTYPE vt = 0;
  EXPECT_THAT(SafeArrayDestroy(nullptr), HasCode(S_OK));
  EXPECT_EQ(SafeArrayGetDim(nullptr), 0u);
  EXPECT_EQ(SafeArrayGetElemsize(nullptr), 0u);
  EXPECT_THAT(SafeArrayGetElement(nullptr, &index, &value), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayGetElement(array.get(), nullptr, &value), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayGetElement(array.get(), &index, nullptr), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayPutElement(array.get(), &index, nullptr), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayGetLBound(nullptr, 1, &index), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayGetUBound(array.get(), 1, nullptr), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayGetVartype(nullptr, &vt), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayAccessData(nullptr, &data), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayAccessData(array.get(), nullptr), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayUnaccessData(nullptr), HasCode(E_INVALIDARG));
  EXPECT_THAT(SafeArrayCopy(array.get(), nullptr), HasCode(E_INVALIDARG));
  SAFEARRAY* copy = nullptr;
  EXPECT_THAT(SafeArrayCopy(nullptr, &copy), HasCode(E_INVALIDARG));
}

TEST(SafeArrayTest, WhatItCannotHoldIsNotCreated) {
  EXPECT_EQ(SafeArrayCreateVector(VT_RECORD, 0, 1), nullptr);
  EXPECT_EQ(SafeArrayCreateVector(VT_VARIANT, 0, 1), nullptr);
  EXPECT_EQ(SafeArrayCreateVector(VT_EMPTY, 0, 1), nullptr);
  EXPECT_EQ(SafeArrayCreateVector(VT_UI1, 2, std::numeric_limits<LONG>::max()), nullptr);
  SAFEARRAYBOUND bounds[2] = {{1, 0}, {1, 0}};
  EXPECT_EQ(SafeArrayCreate(VT_UI1, 2, bounds), nullptr);
  EXPECT_EQ(SafeArrayCreate(VT_UI1, 0, bounds), nullptr);
  EXPECT_EQ(SafeArrayCreate(VT_UI1, 1, nullptr), nullptr);
  SafeArrayPtr array(SafeArrayCreate(VT_UI1, 1, bounds));
  EXPECT_NE(array, nullptr);
}

struct SizedType {
  VARTYPE vt;
  UINT size;
};

class ElementSizeTest : public ::testing::TestWithParam<SizedType> {};

TEST_P(ElementSizeTest, IsThatOfTheType) {
  SafeArrayPtr array(SafeArrayCreateVector(GetParam().vt, 0, 3));
  ASSERT_NE(array, nullptr);
  EXPECT_EQ(SafeArrayGetElemsize(array.get()), GetParam().size);
  VARTYPE vt = VT_EMPTY;
  EXPECT_THAT(SafeArrayGetVartype(array.get(), &vt), HasCode(S_OK));
  EXPECT_EQ(vt, GetParam().vt);
}

INSTANTIATE_TEST_SUITE_P(
    , ElementSizeTest,
    ::testing::Values(SizedType{VT_I1, 1}, SizedType{VT_UI1, 1}, SizedType{VT_I2, 2},
                      SizedType{VT_BOOL, 2}, SizedType{VT_I4, 4}, SizedType{VT_ERROR, 4},
                      SizedType{VT_I8, 8}, SizedType{VT_DATE, 8}, SizedType{VT_BSTR, sizeof(BSTR)},
                      SizedType{VT_UNKNOWN, sizeof(void*)}, SizedType{VT_DISPATCH, sizeof(void*)}));

TEST(SafeArrayTest, DataIsReachedUnderALock) {
  SAFEARRAY* array = SafeArrayCreateVector(VT_UI1, 0, 4);
  void* data = nullptr;
  ASSERT_THAT(SafeArrayAccessData(array, &data), HasCode(S_OK));
  std::memcpy(data, "abcd", 4);
  EXPECT_THAT(SafeArrayDestroy(array), HasCode(DISP_E_ARRAYISLOCKED));
  EXPECT_THAT(SafeArrayUnaccessData(array), HasCode(S_OK));
  EXPECT_THAT(SafeArrayUnaccessData(array), HasCode(E_UNEXPECTED));
  LONG index = 2;
  BYTE value = 0;
  EXPECT_THAT(SafeArrayGetElement(array, &index, &value), HasCode(S_OK));
  EXPECT_EQ(value, 'c');
  EXPECT_THAT(SafeArrayDestroy(array), HasCode(S_OK));
}

TEST(SafeArrayTest, StringsAreCopiedInAndOut) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_BSTR, 0, 1));
  LONG index = 0;
  {
    const Bstr number(L"+49 151 0");
    ASSERT_THAT(SafeArrayPutElement(array.get(), &index, number.get()), HasCode(S_OK));
  }
  Bstr out;
  ASSERT_THAT(SafeArrayGetElement(array.get(), &index, out.put()), HasCode(S_OK));
  EXPECT_EQ(out.view(), L"+49 151 0");
  // Replaced and dropped strings are freed; otherwise the address sanitizer reports a leak.
  ASSERT_THAT(SafeArrayPutElement(array.get(), &index, Bstr(L"other").get()), HasCode(S_OK));
  ASSERT_THAT(SafeArrayPutElement(array.get(), &index, nullptr), HasCode(S_OK));
  ASSERT_THAT(SafeArrayGetElement(array.get(), &index, out.put()), HasCode(S_OK));
  EXPECT_EQ(out.get(), nullptr);
}

TEST(SafeArrayTest, InterfacesAreCounted) {
  SAFEARRAY* raw = nullptr;
  ASSERT_THAT(GiveInterfaceArray<IMbnRadio>({Make<Radio>(), Make<Radio>()}, &raw), HasCode(S_OK));
  SafeArrayPtr array(raw);
  EXPECT_EQ(g_alive, 2);

  LONG index = 1;
  Ptr<IUnknown> element;
  ASSERT_THAT(SafeArrayGetElement(array.get(), &index, element.GetAddressOf()), HasCode(S_OK));
  Ptr<IMbnRadio> radio;
  EXPECT_THAT(element.As(&radio), HasCode(S_OK));
  ASSERT_THAT(SafeArrayPutElement(array.get(), &index, nullptr), HasCode(S_OK));
  EXPECT_EQ(g_alive, 2);
  element.Reset();
  radio.Reset();
  EXPECT_EQ(g_alive, 1);
  array.reset();
  EXPECT_EQ(g_alive, 0);
}

TEST(SafeArrayTest, CopyHasItsOwnElements) {
  SAFEARRAY* strings = nullptr;
  ASSERT_THAT(GiveStringArray({"a", "\xE2\x82\xAC"}, &strings), HasCode(S_OK));
  SAFEARRAY* copied = nullptr;
  ASSERT_THAT(SafeArrayCopy(strings, &copied), HasCode(S_OK));
  SafeArrayDestroy(strings);
  SafeArrayPtr copy(copied);
  LONG index = 1;
  Bstr text;
  ASSERT_THAT(SafeArrayGetElement(copy.get(), &index, text.put()), HasCode(S_OK));
  EXPECT_EQ(text.view(), L"\u20AC");

  SAFEARRAY* radios = nullptr;
  ASSERT_THAT(GiveInterfaceArray<IMbnRadio>({Make<Radio>()}, &radios), HasCode(S_OK));
  ASSERT_THAT(SafeArrayCopy(radios, &copied), HasCode(S_OK));
  SafeArrayDestroy(radios);
  EXPECT_EQ(g_alive, 1);
  SafeArrayDestroy(copied);
  EXPECT_EQ(g_alive, 0);
}

}  // namespace
}  // namespace mbnrig::com
