#include "com/class_registry.h"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <thread>

#include "com/testing/codes.h"
#include "com/testing/objects.h"

namespace mbnrig::com {
namespace {

using testing::g_alive;
using testing::HasCode;
using testing::Radio;

// A class that exists only in these tests.
constexpr CLSID kRadioClass = {0x7e57c1a5, 0x0001, 0x4000, {0x80, 0, 0, 0, 0, 0, 0, 1}};

ClassRegistration RegisterRadio() {
  return RegisterClass(kRadioClass,
                       [](REFIID iid, void** object) { return MakeAndQuery<Radio>(iid, object); });
}

class ClassRegistryTest : public ::testing::Test {
 protected:
  ClassRegistryTest() { EXPECT_THAT(CoInitializeEx(nullptr, COINIT_MULTITHREADED), HasCode(S_OK)); }
  ~ClassRegistryTest() override { CoUninitialize(); }
};

TEST_F(ClassRegistryTest, CreatesObjectsOfARegisteredClass) {
  const ClassRegistration registration = RegisterRadio();
  Ptr<IMbnSignal> signal;
  ASSERT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&signal)),
              HasCode(S_OK));
  ULONG strength = 0;
  EXPECT_THAT(signal->GetSignalStrength(&strength), HasCode(S_OK));
  signal.Reset();
  EXPECT_EQ(g_alive, 0);
}

TEST_F(ClassRegistryTest, UnknownClassIsNotRegistered) {
  void* object = &object;
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, &object),
              HasCode(REGDB_E_CLASSNOTREG));
  EXPECT_EQ(object, nullptr);
  { const ClassRegistration registration = RegisterRadio(); }
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, &object),
              HasCode(REGDB_E_CLASSNOTREG));
}

TEST_F(ClassRegistryTest, ContextMustAllowThisProcess) {
  const ClassRegistration registration = RegisterRadio();
  void* object = nullptr;
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_REMOTE_SERVER, IID_IUnknown, &object),
              HasCode(REGDB_E_CLASSNOTREG));
}

TEST_F(ClassRegistryTest, BadArgumentsHaveTheirCodes) {
  const ClassRegistration registration = RegisterRadio();
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, nullptr),
              HasCode(E_POINTER));
  EXPECT_THAT(CoGetClassObject(kRadioClass, CLSCTX_ALL, nullptr, IID_IClassFactory, nullptr),
              HasCode(E_INVALIDARG));
  void* object = nullptr;
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IMbnSms, &object),
              HasCode(E_NOINTERFACE));
  const Ptr<Radio> outer = Make<Radio>();
  EXPECT_THAT(CoCreateInstance(kRadioClass, outer->AsUnknown(), CLSCTX_ALL, IID_IUnknown, &object),
              HasCode(CLASS_E_NOAGGREGATION));
}

TEST_F(ClassRegistryTest, FactoryOutlivesTheRegistration) {
  Ptr<IClassFactory> factory;
  {
    const ClassRegistration registration = RegisterRadio();
    ASSERT_THAT(
        CoGetClassObject(kRadioClass, CLSCTX_INPROC_SERVER, nullptr, IID_PPV_ARGS(&factory)),
        HasCode(S_OK));
  }
  EXPECT_THAT(factory->LockServer(TRUE), HasCode(S_OK));
  EXPECT_THAT(factory->LockServer(FALSE), HasCode(S_OK));
  EXPECT_THAT(factory->CreateInstance(nullptr, IID_IUnknown, nullptr), HasCode(E_POINTER));
  Ptr<IMbnRadio> radio;
  EXPECT_THAT(factory->CreateInstance(nullptr, IID_PPV_ARGS(&radio)), HasCode(S_OK));
}

TEST_F(ClassRegistryTest, WhatACreatorThrowsBecomesACode) {
  void* object = nullptr;
  {
    const auto registration = RegisterClass(
        kRadioClass, [](REFIID, void**) -> HRESULT { throw std::runtime_error("no"); });
    EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, &object),
                HasCode(E_UNEXPECTED));
  }
  const auto registration =
      RegisterClass(kRadioClass, [](REFIID, void**) -> HRESULT { throw std::bad_alloc(); });
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, &object),
              HasCode(E_OUTOFMEMORY));
}

TEST_F(ClassRegistryTest, AClassIsRegisteredOnce) {
  ClassRegistration registration = RegisterRadio();
  EXPECT_THROW((void)RegisterRadio(), std::logic_error);
  ClassRegistration moved = std::move(registration);
  registration = std::move(moved);
  Ptr<IMbnRadio> radio;
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)),
              HasCode(S_OK));
}

TEST(ApartmentTest, WithoutItNothingIsCreated) {
  const ClassRegistration registration = RegisterRadio();
  Ptr<IMbnRadio> radio;
  Ptr<IClassFactory> factory;
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)),
              HasCode(CO_E_NOTINITIALIZED));
  EXPECT_THAT(CoGetClassObject(kRadioClass, CLSCTX_ALL, nullptr, IID_PPV_ARGS(&factory)),
              HasCode(CO_E_NOTINITIALIZED));
}

TEST(ApartmentTest, IsLeftAsOftenAsItWasEntered) {
  const ClassRegistration registration = RegisterRadio();
  Ptr<IMbnRadio> radio;
  EXPECT_THAT(CoInitializeEx(nullptr, COINIT_MULTITHREADED), HasCode(S_OK));
  EXPECT_THAT(CoInitializeEx(nullptr, COINIT_MULTITHREADED | COINIT_DISABLE_OLE1DDE),
              HasCode(S_FALSE));
  CoUninitialize();
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)),
              HasCode(S_OK));
  CoUninitialize();
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)),
              HasCode(CO_E_NOTINITIALIZED));
  CoUninitialize();  // one call too many is harmless
  EXPECT_THAT(CoInitializeEx(nullptr, COINIT_MULTITHREADED), HasCode(S_OK));
  CoUninitialize();
}

TEST(ApartmentTest, ThreadsBelongToItWhenAnotherEnteredIt) {
  const ClassRegistration registration = RegisterRadio();
  std::latch entered(1), used(1);
  std::thread other([&] {
    EXPECT_THAT(CoInitializeEx(nullptr, COINIT_MULTITHREADED), HasCode(S_OK));
    entered.count_down();
    used.wait();
    CoUninitialize();
  });
  entered.wait();
  Ptr<IMbnRadio> radio;
  EXPECT_THAT(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)),
              HasCode(S_OK));
  used.count_down();
  other.join();
}

TEST(ApartmentTest, IsTheOnlyOne) {
  EXPECT_THAT(CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED), HasCode(RPC_E_CHANGED_MODE));
  EXPECT_THAT(CoInitialize(nullptr), HasCode(RPC_E_CHANGED_MODE));
  int reserved = 0;
  EXPECT_THAT(CoInitializeEx(&reserved, COINIT_MULTITHREADED), HasCode(E_INVALIDARG));
  EXPECT_THAT(CoInitializeEx(nullptr, 0x1000), HasCode(E_INVALIDARG));
}

TEST(TaskMemoryTest, NullMeansThatMemoryIsShort) {
  void* none = CoTaskMemAlloc(0);
  EXPECT_NE(none, nullptr);
  none = CoTaskMemRealloc(none, 100);
  ASSERT_NE(none, nullptr);
  EXPECT_EQ(CoTaskMemRealloc(none, 0), nullptr);
  void* grown = CoTaskMemRealloc(nullptr, 8);
  EXPECT_NE(grown, nullptr);
  CoTaskMemFree(grown);
  CoTaskMemFree(nullptr);
}

}  // namespace
}  // namespace mbnrig::com
