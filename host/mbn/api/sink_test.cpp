#include "mbn/api/sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <any>
#include <array>
#include <cstring>
#include <utility>

#include "com/testing/codes.h"

namespace mbnrig::mbn {
namespace {

using com::testing::HasCode;

// Keeps the last event and returns what the test set.
class Log final : public SinkOfAllEvents<Log> {
 public:
  template <class... A>
  HRESULT OnEvent(EventId id, const std::tuple<A...>& arguments) {
    event = id;
    values = arguments;
    read = ReadArguments(id, arguments);
    return answer;
  }

  EventId event{};
  std::any values;
  EventArguments read;
  HRESULT answer = S_OK;
};

// A different value for each parameter. Objects stay null, because a sink may add a reference.
template <class T>
T ValueFor(std::size_t place) {
  std::array<std::size_t, (sizeof(T) + sizeof(std::size_t) - 1) / sizeof(std::size_t)> bytes{};
  T value{};
  if constexpr (std::is_convertible_v<T, IUnknown*>) return value;
  bytes.front() = 0x41 + place;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

template <class T>
bool Same(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

template <class Tuple, std::size_t... I>
bool SameTuple(const Tuple& a, const Tuple& b, std::index_sequence<I...>) {
  return (Same(std::get<I>(a), std::get<I>(b)) && ...);
}

template <class Events, class... Parameters, std::size_t... I>
void Raise(Log& log, HRESULT (Events::*method)(Parameters...), std::index_sequence<I...> places) {
  Events* sink = nullptr;
  void* found = nullptr;
  ASSERT_THAT(log.QueryInterface(__uuidof(Events), &found), HasCode(S_OK));
  sink = static_cast<Events*>(found);
  const std::tuple<Parameters...> sent{ValueFor<Parameters>(I)...};
  EXPECT_THAT((sink->*method)(std::get<I>(sent)...), HasCode(log.answer));
  const auto* got = std::any_cast<std::tuple<Parameters...>>(&log.values);
  ASSERT_NE(got, nullptr) << "other types";
  EXPECT_TRUE(SameTuple(*got, sent, places));
  sink->Release();
}

template <class Events, class... Parameters>
void Raise(Log& log, HRESULT (Events::*method)(Parameters...)) {
  Raise(log, method, std::index_sequence_for<Parameters...>());
}

TEST(Sink, HandsEveryEventToOneFunctionAndItsAnswerBack) {
  const auto log = com::Make<Log>();
  std::size_t count = 0;
#define MBN_EVENTS(interface_name, events) events
#define MBN_EVENT(interface_name, name, parameters, names)      \
  {                                                             \
    SCOPED_TRACE(#interface_name "::" #name);                   \
    log->answer = static_cast<HRESULT>(++count);                \
    Raise(*log.Get(), &interface_name::name);                   \
    EXPECT_EQ(log->event, EventId::k##interface_name##_##name); \
    EXPECT_EQ(NameOf(log->event), #interface_name "::" #name);  \
  }
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENT
#undef MBN_EVENTS
  EXPECT_EQ(count, kEventCount);
}

TEST(Sink, IsOneObject) {
  const auto log = com::Make<Log>();
  com::Ptr<IMbnInterfaceEvents> interfaces;
  com::Ptr<IMbnMultiCarrierEvents> carriers;
  ASSERT_THAT(log.As(&interfaces), HasCode(S_OK));
  ASSERT_THAT(interfaces.As(&carriers), HasCode(S_OK));
  com::Ptr<IUnknown> one, other;
  ASSERT_THAT(interfaces.As(&one), HasCode(S_OK));
  ASSERT_THAT(carriers.As(&other), HasCode(S_OK));
  EXPECT_EQ(one.Get(), other.Get());
  EXPECT_EQ(one.Get(), log->AsUnknown());
  com::Ptr<IMbnRadio> radio;
  EXPECT_THAT(log.As(&radio), HasCode(E_NOINTERFACE));
}

class RadioLog final : public Sink<RadioLog, IMbnRadioEvents> {
 public:
  template <class... A>
  HRESULT OnEvent(EventId, const std::tuple<A...>&) {
    return S_OK;
  }
};

TEST(Sink, OffersTheEventsItIsMadeFor) {
  const auto log = com::Make<RadioLog>();
  com::Ptr<IMbnRadioEvents> radios;
  com::Ptr<IMbnPinEvents> pins;
  EXPECT_THAT(log.As(&radios), HasCode(S_OK));
  EXPECT_THAT(log.As(&pins), HasCode(E_NOINTERFACE));
}

// Events of device services have the status first. OnActivationComplete has two more numbers.
TEST(ReadArguments, FollowsTheNames) {
  const auto log = com::Make<Log>();
  com::Ptr<IMbnDeviceServicesEvents> services;
  com::Ptr<IMbnServiceActivationEvents> activations;
  com::Ptr<IMbnConnectionEvents> connections;
  ASSERT_THAT(log.As(&services), HasCode(S_OK));
  ASSERT_THAT(log.As(&activations), HasCode(S_OK));
  ASSERT_THAT(log.As(&connections), HasCode(S_OK));
  services->OnSetCommandComplete(nullptr, 1, nullptr, E_HANDLE, 2);
  EXPECT_EQ(log->read.request, 2u);
  EXPECT_THAT(log->read.status, HasCode(E_HANDLE));
  activations->OnActivationComplete(nullptr, nullptr, 3, E_MBN_FAILURE, 4);
  EXPECT_EQ(log->read.request, 3u);
  EXPECT_THAT(log->read.status, HasCode(E_MBN_FAILURE));
  connections->OnConnectStateChange(nullptr);
  EXPECT_EQ(log->read.request, 0u);
  EXPECT_THAT(log->read.status, HasCode(S_OK));
}

}  // namespace
}  // namespace mbnrig::mbn
