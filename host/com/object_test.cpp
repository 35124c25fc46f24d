#include "com/object.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "com/guard.h"
#include "com/testing/objects.h"

namespace mbnrig::com {
namespace {

using testing::g_alive;
using testing::Radio;

TEST(ObjectTest, LivesAsLongAsItIsReferenced) {
  Ptr<Radio> radio = Make<Radio>();
  EXPECT_EQ(g_alive, 1);
  EXPECT_EQ(radio->AddRef(), 2u);
  EXPECT_EQ(radio->Release(), 1u);
  Ptr<IMbnRadio> other = radio;
  radio.Reset();
  EXPECT_EQ(g_alive, 1);
  other.Reset();
  EXPECT_EQ(g_alive, 0);
}

TEST(ObjectTest, GivesEachOfItsInterfaces) {
  Ptr<IMbnRadio> radio = Make<Radio>();
  Ptr<IMbnSignal> signal;
  ASSERT_EQ(radio.As(&signal), S_OK);
  ULONG strength = 0;
  EXPECT_EQ(signal->GetSignalStrength(&strength), S_OK);
  EXPECT_EQ(strength, 17u);
  Ptr<IMbnRadio> back;
  ASSERT_EQ(signal.As(&back), S_OK);
  EXPECT_EQ(back.Get(), radio.Get());
}

TEST(ObjectTest, HasOneIdentity) {
  Ptr<IMbnRadio> radio = Make<Radio>();
  Ptr<IMbnSignal> signal;
  ASSERT_EQ(radio.As(&signal), S_OK);
  Ptr<IUnknown> from_radio, from_signal;
  ASSERT_EQ(radio.As(&from_radio), S_OK);
  ASSERT_EQ(signal.As(&from_signal), S_OK);
  EXPECT_EQ(from_radio.Get(), from_signal.Get());
}

TEST(ObjectTest, RefusesOtherInterfaces) {
  Ptr<IMbnRadio> radio = Make<Radio>();
  void* object = radio.Get();
  EXPECT_EQ(radio->QueryInterface(IID_IMbnSms, &object), E_NOINTERFACE);
  EXPECT_EQ(object, nullptr);
  EXPECT_EQ(radio->QueryInterface(IID_IMbnSms, nullptr), E_POINTER);
}

TEST(ObjectTest, MakeAndQueryLeavesNothingBehindWhenTheInterfaceIsMissing) {
  void* object = nullptr;
  EXPECT_EQ(MakeAndQuery<Radio>(IID_IMbnSms, &object), E_NOINTERFACE);
  EXPECT_EQ(g_alive, 0);
  EXPECT_EQ(MakeAndQuery<Radio>(IID_IMbnSignal, &object), S_OK);
  EXPECT_EQ(static_cast<IMbnSignal*>(object)->Release(), 0u);
  EXPECT_EQ(g_alive, 0);
}

TEST(ObjectTest, CountsReferencesOfManyThreads) {
  Ptr<IMbnRadio> radio = Make<Radio>();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([radio] {
      for (int i = 0; i < 1000; ++i)
        // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): copies are what is tried
        Ptr<IMbnRadio> mine(radio);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(radio->AddRef(), 2u);
  EXPECT_EQ(radio->Release(), 1u);
}

TEST(GuardTest, TurnsExceptionsToCodes) {
  EXPECT_EQ(Guard([] { return S_FALSE; }), S_FALSE);
  EXPECT_EQ(Guard([]() -> HRESULT { throw std::bad_alloc(); }), E_OUTOFMEMORY);
  EXPECT_EQ(Guard([]() -> HRESULT { throw std::bad_array_new_length(); }), E_OUTOFMEMORY);
  EXPECT_EQ(Guard([]() -> HRESULT { throw std::runtime_error("why"); }), E_UNEXPECTED);
  EXPECT_EQ(Guard([]() -> HRESULT { throw 1; }), E_UNEXPECTED);
}

}  // namespace
}  // namespace mbnrig::com
