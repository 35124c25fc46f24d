#include "mbn/com/fire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <any>
#include <array>
#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "com/array.h"
#include "com/client.h"
#include "com/testing/codes.h"
#include "com/text.h"
#include "log/log.h"
#include "mbn/api/sink.h"
#include "mbn/com/event_sinks.h"

namespace mbnrig::mbn {
namespace {

using com::testing::HasCode;

// Keeps each argument of the last event as text, by the name of its parameter.
class Log final : public SinkOfAllEvents<Log> {
 public:
  Log() {
#define MBN_EVENTS(interface_name, events) \
  EXPECT_THAT(SinksOf<interface_name>()->Advise(this, AsUnknown(), &cookie_), HasCode(S_OK));
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENTS
  }

  void Leave() {
#define MBN_EVENTS(interface_name, events) SinksOf<interface_name>()->Drop(this);
#include "include/reference/mbnapi_events.inc"
#undef MBN_EVENTS
  }

  template <class... A>
  HRESULT OnEvent(EventId id, const std::tuple<A...>& arguments) {
    event = id;
    ++count;
    if (fails) fails();
    noted.clear();
    std::size_t index = 0;
    std::apply(
        [&](const auto&... each) {
          ((noted[std::string(ParameterOf(id, index++))] = TextOf(each)), ...);
        },
        arguments);
    return E_FAIL;  // changes nothing
  }

  static std::string TextOf(ULONG number) {
    return "number " + std::to_string(number);
  }
  static std::string TextOf(HRESULT code) {
    return "code " + com::CodeName(code);
  }
  static std::string TextOf(VARIANT_BOOL flag) {
    return "flag " + std::to_string(flag);
  }
  static std::string TextOf(const MBN_PIN_INFO& info) {
    return "PIN " + std::to_string(info.attemptsRemaining);
  }
  static std::string TextOf(const MBN_PIN_INFO* info) {
    return "at " + TextOf(*info);
  }
  static std::string TextOf(BSTR text) {
    return com::ToUtf8(com::View(text));
  }
  static std::string TextOf(SAFEARRAY* array) {
    LONG upper = -1;
    SafeArrayGetUBound(array, 1, &upper);
    return "array of " + std::to_string(upper + 1);
  }
  template <class E>
  requires std::is_enum_v<E>
  static std::string TextOf(E value) {
    return "enumerator " + std::to_string(static_cast<int>(value));
  }
  // Only the address: it does not point to an object.
  template <class I>
  requires std::is_base_of_v<IUnknown, I>
  static std::string TextOf(I* object) {
    return "object " + std::to_string(reinterpret_cast<std::uintptr_t>(object));
  }

  EventId event{};
  int count = 0;
  std::function<void()> fails;  // called for every event, if set
  std::map<std::string, std::string> noted;

 private:
  DWORD cookie_ = 0;
};

// Makes an argument for every parameter of every event, and the text that the sink should keep.
struct Source {
  template <class P>
  requires std::is_convertible_v<typename P::Type, IUnknown*>
  typename P::Type Argument(P) const {
    return reinterpret_cast<typename P::Type>(std::uintptr_t{0x1000});
  }
  template <class P>
  requires std::is_same_v<typename P::Type, ULONG> ULONG Argument(P)
  const { return static_cast<ULONG>(P::kName.size()); }
  template <class P>
  requires std::is_same_v<typename P::Type, HRESULT> HRESULT Argument(P)
  const { return E_MBN_SMS_MEMORY_FULL; }
  template <class P>
  requires std::is_same_v<typename P::Type, VARIANT_BOOL> VARIANT_BOOL Argument(P)
  const { return VARIANT_TRUE; }
  template <class P>
  requires std::is_same_v<std::remove_pointer_t<typename P::Type>, MBN_PIN_INFO> MBN_PIN_INFO
  Argument(P)
  const { return {MBN_PIN_STATE_ENTER, MBN_PIN_TYPE_PIN1, 3}; }
  template <class P>
  requires std::is_same_v<typename P::Type, SAFEARRAY*> com::SafeArrayPtr Argument(P)
  const { return com::SafeArrayPtr(SafeArrayCreateVector(VT_UI1, 0, 5)); }
  template <class P>
  requires std::is_same_v<typename P::Type, BSTR> com::Bstr Argument(P)
  const { return com::Bstr(std::string_view("{an interface}")); }
  template <class P>
  requires std::is_enum_v<typename P::Type>
  typename P::Type Argument(P) const { return static_cast<typename P::Type>(1); }
};

// Goes by the names of parameters, whereas Source goes by their types.
const std::map<std::string, std::string>& Expected() {
  static const std::map<std::string, std::string> expected = {
      {"requestID", "number 9"},
      {"responseID", "number 10"},
      {"eventID", "number 7"},
      {"networkError", "number 12"},
      {"status", "code E_MBN_SMS_MEMORY_FULL (0x80548229)"},
      {"moreMsgs", "flag -1"},
      {"smsFormat", "enumerator 1"},
      {"stateChange", "enumerator 1"},
      {"interfaceID", "{an interface}"},
      {"readMsgs", "array of 5"},
      {"commandIDList", "array of 5"},
      {"deviceServiceData", "array of 5"},
      {"vendorSpecificData", "array of 5"},
  };
  return expected;
}

TEST(Fire, PutsEachArgumentOfEachEventInItsPlace) {
  const auto log = com::Make<Log>();
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<EventId>(i);
    SCOPED_TRACE(NameOf(event));
    Fire(event, Source{});
    EXPECT_EQ(log->event, event);
    EXPECT_EQ(log->count, static_cast<int>(i) + 1);
    std::size_t parameters = 0;
    for (std::string_view name; !(name = ParameterOf(event, parameters)).empty(); ++parameters) {
      const auto expected = Expected().find(std::string(name));
      const std::string& noted = log->noted[std::string(name)];
      if (expected != Expected().end()) {
        EXPECT_EQ(noted, expected->second) << name;
      } else if (name == "pinInfo") {
        const bool by_value = event == EventId::kIMbnPinManagerEvents_OnGetPinStateComplete;
        EXPECT_EQ(noted, by_value ? "PIN 3" : "at PIN 3");
      } else {
        EXPECT_EQ(parameters, 0u) << name << " is the object";
        EXPECT_EQ(noted, "object 4096") << name;
      }
    }
    EXPECT_EQ(log->noted.size(), parameters);
  }
  log->Leave();
}

TEST(Fire, AHandlerThatThrowsTakesNothingFromTheNextClient) {
  const mbnrig::log::Capture lines;
  const auto first = com::Make<Log>(), second = com::Make<Log>();
  for (const std::function<void()>& fails :
       {std::function<void()>([] { throw std::runtime_error("a client's fault"); }),
        std::function<void()>([] { throw 17; })}) {
    first->fails = fails;
    Fire(EventId::kIMbnConnectionEvents_OnConnectComplete, Source{});
  }
  EXPECT_EQ(first->count, 2);
  EXPECT_EQ(second->count, 2);
  EXPECT_EQ(second->noted["requestID"], "number 9");
  const auto written = lines.Lines();
  ASSERT_EQ(written.size(), 2u) << "one line for each handler that threw";
  for (const std::string& line : written)
    EXPECT_NE(line.find("IMbnConnectionEvents::OnConnectComplete"), std::string::npos) << line;
  EXPECT_NE(written[0].find("a client's fault"), std::string::npos);
  first->Leave();
  second->Leave();
}

struct SourceOfNothing {};

TEST(Fire, TellsNobodyOfAnEventWhoseArgumentsAreMissing) {
  const mbnrig::log::Capture lines;
  const auto log = com::Make<Log>();
  Fire(EventId::kIMbnSmsEvents_OnSmsReadComplete, SourceOfNothing{});
  EXPECT_EQ(log->count, 0);
  log->Leave();
}

}  // namespace
}  // namespace mbnrig::mbn
