#include "com/object.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "com/guard.h"
#include "com/testing/codes.h"
#include "com/testing/objects.h"

namespace mbnrig::com {
namespace {

using testing::g_alive;
using testing::HasCode;
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
  ASSERT_THAT(radio.As(&signal), HasCode(S_OK));
  ULONG strength = 0;
  EXPECT_THAT(signal->GetSignalStrength(&strength), HasCode(S_OK));
  EXPECT_EQ(strength, 17u);
  Ptr<IMbnRadio> back;
  ASSERT_THAT(signal.As(&back), HasCode(S_OK));
  EXPECT_EQ(back.Get(), radio.Get());
}

TEST(ObjectTest, HasOneIdentity) {
  Ptr<IMbnRadio> radio = Make<Radio>();
  Ptr<IMbnSignal> signal;
  ASSERT_THAT(radio.As(&signal), HasCode(S_OK));
  Ptr<IUnknown> from_radio, from_signal;
  ASSERT_THAT(radio.As(&from_radio), HasCode(S_OK));
  ASSERT_THAT(signal.As(&from_signal), HasCode(S_OK));
  EXPECT_EQ(from_radio.Get(), from_signal.Get());
}

TEST(ObjectTest, RefusesOtherInterfaces) {
  Ptr<IMbnRadio> radio = Make<Radio>();
  void* object = radio.Get();
  EXPECT_THAT(radio->QueryInterface(IID_IMbnSms, &object), HasCode(E_NOINTERFACE));
  EXPECT_EQ(object, nullptr);
  EXPECT_THAT(radio->QueryInterface(IID_IMbnSms, nullptr), HasCode(E_POINTER));
}

TEST(ObjectTest, MakeAndQueryLeavesNothingBehindWhenTheInterfaceIsMissing) {
  void* object = nullptr;
  EXPECT_THAT(MakeAndQuery<Radio>(IID_IMbnSms, &object), HasCode(E_NOINTERFACE));
  EXPECT_EQ(g_alive, 0);
  EXPECT_THAT(MakeAndQuery<Radio>(IID_IMbnSignal, &object), HasCode(S_OK));
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
  EXPECT_THAT(Guard([] { return S_FALSE; }), HasCode(S_FALSE));
  EXPECT_THAT(Guard([]() -> HRESULT { throw std::bad_alloc(); }), HasCode(E_OUTOFMEMORY));
  EXPECT_THAT(Guard([]() -> HRESULT { throw std::bad_array_new_length(); }),
              HasCode(E_OUTOFMEMORY));
  EXPECT_THAT(Guard([]() -> HRESULT { throw std::runtime_error("why"); }), HasCode(E_UNEXPECTED));
  EXPECT_THAT(Guard([]() -> HRESULT { throw 1; }), HasCode(E_UNEXPECTED));
}

}  // namespace
}  // namespace mbnrig::com
