#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "com/array.h"
#include "com/testing/objects.h"
#include "com/text.h"

namespace mbnrig::com {
namespace {

using testing::g_alive;
using testing::Radio;

TEST(SafeArrayTest, KnowsItsBoundsAndType) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_UI4, -2, 5));
  ASSERT_NE(array, nullptr);
  EXPECT_EQ(SafeArrayGetDim(array.get()), 1u);
  EXPECT_EQ(SafeArrayGetElemsize(array.get()), 4u);
  LONG bound = 0;
  EXPECT_EQ(SafeArrayGetLBound(array.get(), 1, &bound), S_OK);
  EXPECT_EQ(bound, -2);
  EXPECT_EQ(SafeArrayGetUBound(array.get(), 1, &bound), S_OK);
  EXPECT_EQ(bound, 2);
  VARTYPE vt = VT_EMPTY;
  EXPECT_EQ(SafeArrayGetVartype(array.get(), &vt), S_OK);
  EXPECT_EQ(vt, VT_UI4);
}

TEST(SafeArrayTest, EmptyEndsBeforeItBegins) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_BSTR, 0, 0));
  ASSERT_NE(array, nullptr);
  LONG bound = 7;
  EXPECT_EQ(SafeArrayGetUBound(array.get(), 1, &bound), S_OK);
  EXPECT_EQ(bound, -1);
  LONG index = 0;
  BSTR text = nullptr;
  EXPECT_EQ(SafeArrayGetElement(array.get(), &index, &text), DISP_E_BADINDEX);
}

TEST(SafeArrayTest, IndexesOutsideAreRefused) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_UI1, -2, 2));
  BYTE value = 0;
  for (LONG index : {-3, 0, std::numeric_limits<LONG>::min(), std::numeric_limits<LONG>::max()}) {
    EXPECT_EQ(SafeArrayGetElement(array.get(), &index, &value), DISP_E_BADINDEX) << index;
    EXPECT_EQ(SafeArrayPutElement(array.get(), &index, &value), DISP_E_BADINDEX) << index;
    void* element = nullptr;
    EXPECT_EQ(SafeArrayPtrOfIndex(array.get(), &index, &element), DISP_E_BADINDEX) << index;
  }
  LONG bound = 0;
  EXPECT_EQ(SafeArrayGetLBound(array.get(), 0, &bound), DISP_E_BADINDEX);
  EXPECT_EQ(SafeArrayGetUBound(array.get(), 2, &bound), DISP_E_BADINDEX);
}

TEST(SafeArrayTest, MissingArgumentsAreRefused) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_UI1, 0, 1));
  LONG index = 0;
  BYTE value = 0;
  void* data = nullptr;
  VARTYPE vt = 0;
  EXPECT_EQ(SafeArrayDestroy(nullptr), S_OK);
  EXPECT_EQ(SafeArrayGetDim(nullptr), 0u);
  EXPECT_EQ(SafeArrayGetElemsize(nullptr), 0u);
  EXPECT_EQ(SafeArrayGetElement(nullptr, &index, &value), E_INVALIDARG);
  EXPECT_EQ(SafeArrayGetElement(array.get(), nullptr, &value), E_INVALIDARG);
  EXPECT_EQ(SafeArrayGetElement(array.get(), &index, nullptr), E_INVALIDARG);
  EXPECT_EQ(SafeArrayPutElement(array.get(), &index, nullptr), E_INVALIDARG);
  EXPECT_EQ(SafeArrayGetLBound(nullptr, 1, &index), E_INVALIDARG);
  EXPECT_EQ(SafeArrayGetUBound(array.get(), 1, nullptr), E_INVALIDARG);
  EXPECT_EQ(SafeArrayGetVartype(nullptr, &vt), E_INVALIDARG);
  EXPECT_EQ(SafeArrayAccessData(nullptr, &data), E_INVALIDARG);
  EXPECT_EQ(SafeArrayAccessData(array.get(), nullptr), E_INVALIDARG);
  EXPECT_EQ(SafeArrayUnaccessData(nullptr), E_INVALIDARG);
  EXPECT_EQ(SafeArrayCopy(array.get(), nullptr), E_INVALIDARG);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(nullptr, &copy), E_INVALIDARG);
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
  EXPECT_EQ(SafeArrayGetVartype(array.get(), &vt), S_OK);
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
  ASSERT_EQ(SafeArrayAccessData(array, &data), S_OK);
  std::memcpy(data, "abcd", 4);
  EXPECT_EQ(SafeArrayDestroy(array), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayUnaccessData(array), S_OK);
  EXPECT_EQ(SafeArrayUnaccessData(array), E_UNEXPECTED);
  LONG index = 2;
  BYTE value = 0;
  EXPECT_EQ(SafeArrayGetElement(array, &index, &value), S_OK);
  EXPECT_EQ(value, 'c');
  EXPECT_EQ(SafeArrayDestroy(array), S_OK);
}

TEST(SafeArrayTest, StringsAreCopiedInAndOut) {
  SafeArrayPtr array(SafeArrayCreateVector(VT_BSTR, 0, 1));
  LONG index = 0;
  {
    const Bstr number(L"+49 151 0");
    ASSERT_EQ(SafeArrayPutElement(array.get(), &index, number.get()), S_OK);
  }
  Bstr out;
  ASSERT_EQ(SafeArrayGetElement(array.get(), &index, out.put()), S_OK);
  EXPECT_EQ(out.view(), L"+49 151 0");
  // Replaced and dropped strings are freed: the address sanitizer would tell.
  ASSERT_EQ(SafeArrayPutElement(array.get(), &index, Bstr(L"other").get()), S_OK);
  ASSERT_EQ(SafeArrayPutElement(array.get(), &index, nullptr), S_OK);
  ASSERT_EQ(SafeArrayGetElement(array.get(), &index, out.put()), S_OK);
  EXPECT_EQ(out.get(), nullptr);
}

TEST(SafeArrayTest, InterfacesAreCounted) {
  SAFEARRAY* raw = nullptr;
  ASSERT_EQ(GiveInterfaceArray<IMbnRadio>({Make<Radio>(), Make<Radio>()}, &raw), S_OK);
  SafeArrayPtr array(raw);
  EXPECT_EQ(g_alive, 2);

  LONG index = 1;
  Ptr<IUnknown> element;
  ASSERT_EQ(SafeArrayGetElement(array.get(), &index, element.GetAddressOf()), S_OK);
  Ptr<IMbnRadio> radio;
  EXPECT_EQ(element.As(&radio), S_OK);
  ASSERT_EQ(SafeArrayPutElement(array.get(), &index, nullptr), S_OK);
  EXPECT_EQ(g_alive, 2);
  element.Reset();
  radio.Reset();
  EXPECT_EQ(g_alive, 1);
  array.reset();
  EXPECT_EQ(g_alive, 0);
}

TEST(SafeArrayTest, CopyHasItsOwnElements) {
  SAFEARRAY* strings = nullptr;
  ASSERT_EQ(GiveStringArray({"a", "\xE2\x82\xAC"}, &strings), S_OK);
  SAFEARRAY* copied = nullptr;
  ASSERT_EQ(SafeArrayCopy(strings, &copied), S_OK);
  SafeArrayDestroy(strings);
  SafeArrayPtr copy(copied);
  LONG index = 1;
  Bstr text;
  ASSERT_EQ(SafeArrayGetElement(copy.get(), &index, text.put()), S_OK);
  EXPECT_EQ(text.view(), L"\u20AC");

  SAFEARRAY* radios = nullptr;
  ASSERT_EQ(GiveInterfaceArray<IMbnRadio>({Make<Radio>()}, &radios), S_OK);
  ASSERT_EQ(SafeArrayCopy(radios, &copied), S_OK);
  SafeArrayDestroy(radios);
  EXPECT_EQ(g_alive, 1);
  SafeArrayDestroy(copied);
  EXPECT_EQ(g_alive, 0);
}

}  // namespace
}  // namespace mbnrig::com
