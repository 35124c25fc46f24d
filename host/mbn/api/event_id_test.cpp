#include "mbn/api/event_id.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

namespace mbnrig::mbn {
namespace {

TEST(EventId, HasANameOfItsOwnForEveryEvent) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<EventId>(i);
    EXPECT_TRUE(names.insert(NameOf(event)).second) << NameOf(event);
    EXPECT_EQ(EventNamed(NameOf(event)), event) << NameOf(event);
  }
  EXPECT_EQ(NameOf(static_cast<EventId>(kEventCount)), "?");
  EXPECT_EQ(NameOf(EventId::kIMbnConnectionEvents_OnConnectComplete),
            "IMbnConnectionEvents::OnConnectComplete");
}

TEST(EventId, IsFoundByAShortNameThatOneInterfaceHas) {
  EXPECT_EQ(EventNamed("OnConnectComplete"), EventId::kIMbnConnectionEvents_OnConnectComplete);
  EXPECT_EQ(EventNamed("IMbnMultiCarrierEvents::OnScanNetworkComplete"),
            EventId::kIMbnMultiCarrierEvents_OnScanNetworkComplete);
}

TEST(EventId, RefusesAShortNameThatTwoInterfacesHave) {
  for (const char* name :
       {"OnScanNetworkComplete", "OnPreferredProvidersChange", "OnEventNotification"}) {
    EXPECT_THROW(EventNamed(name), std::invalid_argument) << name;
  }
  try {
    EventNamed("OnScanNetworkComplete");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "\"OnScanNetworkComplete\" is ambiguous: say "
                 "IMbnInterfaceEvents::OnScanNetworkComplete or "
                 "IMbnMultiCarrierEvents::OnScanNetworkComplete");
  }
}

TEST(EventId, KnowsItsParameters) {
  const EventId event = EventId::kIMbnServiceActivationEvents_OnActivationComplete;
  EXPECT_EQ(ParameterOf(event, 0), "serviceActivation");
  EXPECT_EQ(ParameterOf(event, 2), "requestID");
  EXPECT_EQ(ParameterOf(event, 4), "networkError");
  EXPECT_EQ(ParameterOf(event, 5), "");
  EXPECT_EQ(ParameterOf(EventId::kIMbnSignalEvents_OnSignalStateChange, 0), "newInterface");
  EXPECT_EQ(ParameterOf(EventId::kIMbnSignalEvents_OnSignalStateChange, 1), "");
}

TEST(EventId, RefusesANameThatNoEventHas) {
  EXPECT_THROW(EventNamed("OnConectComplete"), std::invalid_argument);
  EXPECT_THROW(EventNamed(""), std::invalid_argument);
  EXPECT_THROW(EventNamed("ConnectionEvents::OnConnectComplete"), std::invalid_argument);
}

}  // namespace
}  // namespace mbnrig::mbn
