#include "com/class_registry.h"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <thread>

#include "com/testing/objects.h"

namespace mbnrig::com {
namespace {

using testing::g_alive;
using testing::Radio;

// A class that only these tests have.
constexpr CLSID kRadioClass = {0x7e57c1a5, 0x0001, 0x4000, {0x80, 0, 0, 0, 0, 0, 0, 1}};

ClassRegistration RegisterRadio() {
  return RegisterClass(kRadioClass,
                       [](REFIID iid, void** object) { return MakeAndQuery<Radio>(iid, object); });
}

class ClassRegistryTest : public ::testing::Test {
 protected:
  ClassRegistryTest() { EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK); }
  ~ClassRegistryTest() override { CoUninitialize(); }
};

TEST_F(ClassRegistryTest, CreatesObjectsOfARegisteredClass) {
  const ClassRegistration registration = RegisterRadio();
  Ptr<IMbnSignal> signal;
  ASSERT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&signal)), S_OK);
  ULONG strength = 0;
  EXPECT_EQ(signal->GetSignalStrength(&strength), S_OK);
  signal.Reset();
  EXPECT_EQ(g_alive, 0);
}

TEST_F(ClassRegistryTest, UnknownClassIsNotRegistered) {
  void* object = &object;
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, &object),
            REGDB_E_CLASSNOTREG);
  EXPECT_EQ(object, nullptr);
  { const ClassRegistration registration = RegisterRadio(); }
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, &object),
            REGDB_E_CLASSNOTREG);
}

TEST_F(ClassRegistryTest, ContextMustAllowThisProcess) {
  const ClassRegistration registration = RegisterRadio();
  void* object = nullptr;
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_REMOTE_SERVER, IID_IUnknown, &object),
            REGDB_E_CLASSNOTREG);
}

TEST_F(ClassRegistryTest, BadArgumentsHaveTheirCodes) {
  const ClassRegistration registration = RegisterRadio();
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, nullptr), E_POINTER);
  EXPECT_EQ(CoGetClassObject(kRadioClass, CLSCTX_ALL, nullptr, IID_IClassFactory, nullptr),
            E_INVALIDARG);
  void* object = nullptr;
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IMbnSms, &object),
            E_NOINTERFACE);
  const Ptr<Radio> outer = Make<Radio>();
  EXPECT_EQ(CoCreateInstance(kRadioClass, outer->AsUnknown(), CLSCTX_ALL, IID_IUnknown, &object),
            CLASS_E_NOAGGREGATION);
}

TEST_F(ClassRegistryTest, FactoryOutlivesTheRegistration) {
  Ptr<IClassFactory> factory;
  {
    const ClassRegistration registration = RegisterRadio();
    ASSERT_EQ(CoGetClassObject(kRadioClass, CLSCTX_INPROC_SERVER, nullptr, IID_PPV_ARGS(&factory)),
              S_OK);
  }
  EXPECT_EQ(factory->LockServer(TRUE), S_OK);
  EXPECT_EQ(factory->LockServer(FALSE), S_OK);
  EXPECT_EQ(factory->CreateInstance(nullptr, IID_IUnknown, nullptr), E_POINTER);
  Ptr<IMbnRadio> radio;
  EXPECT_EQ(factory->CreateInstance(nullptr, IID_PPV_ARGS(&radio)), S_OK);
}

TEST_F(ClassRegistryTest, WhatACreatorThrowsBecomesACode) {
  void* object = nullptr;
  {
    const auto registration = RegisterClass(
        kRadioClass, [](REFIID, void**) -> HRESULT { throw std::runtime_error("no"); });
    EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, &object),
              E_UNEXPECTED);
  }
  const auto registration =
      RegisterClass(kRadioClass, [](REFIID, void**) -> HRESULT { throw std::bad_alloc(); });
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_IUnknown, &object),
            E_OUTOFMEMORY);
}

TEST_F(ClassRegistryTest, AClassIsRegisteredOnce) {
  ClassRegistration registration = RegisterRadio();
  EXPECT_THROW((void)RegisterRadio(), std::logic_error);
  ClassRegistration moved = std::move(registration);
  registration = std::move(moved);
  Ptr<IMbnRadio> radio;
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)), S_OK);
}

TEST(ApartmentTest, WithoutItNothingIsCreated) {
  const ClassRegistration registration = RegisterRadio();
  Ptr<IMbnRadio> radio;
  Ptr<IClassFactory> factory;
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)),
            CO_E_NOTINITIALIZED);
  EXPECT_EQ(CoGetClassObject(kRadioClass, CLSCTX_ALL, nullptr, IID_PPV_ARGS(&factory)),
            CO_E_NOTINITIALIZED);
}

TEST(ApartmentTest, IsLeftAsOftenAsItWasEntered) {
  const ClassRegistration registration = RegisterRadio();
  Ptr<IMbnRadio> radio;
  EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED | COINIT_DISABLE_OLE1DDE), S_FALSE);
  CoUninitialize();
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)), S_OK);
  CoUninitialize();
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)),
            CO_E_NOTINITIALIZED);
  CoUninitialize();  // once too often does no harm
  EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  CoUninitialize();
}

TEST(ApartmentTest, ThreadsBelongToItWhenAnotherEnteredIt) {
  const ClassRegistration registration = RegisterRadio();
  std::latch entered(1), used(1);
  std::thread other([&] {
    EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
    entered.count_down();
    used.wait();
    CoUninitialize();
  });
  entered.wait();
  Ptr<IMbnRadio> radio;
  EXPECT_EQ(CoCreateInstance(kRadioClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&radio)), S_OK);
  used.count_down();
  other.join();
}

TEST(ApartmentTest, IsTheOnlyOne) {
  EXPECT_EQ(CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED), RPC_E_CHANGED_MODE);
  EXPECT_EQ(CoInitialize(nullptr), RPC_E_CHANGED_MODE);
  int reserved = 0;
  EXPECT_EQ(CoInitializeEx(&reserved, COINIT_MULTITHREADED), E_INVALIDARG);
  EXPECT_EQ(CoInitializeEx(nullptr, 0x1000), E_INVALIDARG);
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
