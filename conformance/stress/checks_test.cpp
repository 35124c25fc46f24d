// The stress test notices what it looks for.

#include <gtest/gtest.h>
#include <mbnapi.h>
#include <mprerror.h>
#include <raserror.h>
#include <winerror.h>

#include "stress/codes.h"
#include "stress/requests.h"
#include "stress/run.h"
#include "stress/witness.h"

namespace mbnrig::stress {
namespace {

using mbn::EventId;

constexpr EventId kConnected = EventId::kIMbnConnectionEvents_OnConnectComplete;
constexpr EventId kDisconnected = EventId::kIMbnConnectionEvents_OnDisconnectComplete;
constexpr EventId kModemArrives = EventId::kIMbnInterfaceManagerEvents_OnInterfaceArrival;
constexpr EventId kModemLeaves = EventId::kIMbnInterfaceManagerEvents_OnInterfaceRemoval;
constexpr EventId kConnectionArrives = EventId::kIMbnConnectionManagerEvents_OnConnectionArrival;

TEST(StressCodes, AreThoseOfThePages) {
  EXPECT_TRUE(MayReturn("IMbnConnection::Connect", S_OK));
  EXPECT_TRUE(MayReturn("IMbnConnection::Disconnect", HRESULT_FROM_WIN32(ERROR_NOT_FOUND)));
  EXPECT_FALSE(MayReturn("IMbnConnection::Disconnect", static_cast<std::uint32_t>(E_HANDLE)));
  EXPECT_FALSE(MayReturn("IMbnConnectionProfile::Delete", static_cast<std::uint32_t>(E_FAIL)));
  EXPECT_TRUE(MayReturn("MprAdminInterfaceConnect", ERROR_NO_CARRIER));
  EXPECT_FALSE(MayReturn("MprAdminInterfaceConnect", ERROR_TIMEOUT));
  EXPECT_FALSE(MayReturn("MprAdminInterfaceDelete", ERROR_NO_CARRIER));
  EXPECT_FALSE(MayReturn("MprAdminPortEnum", ERROR_GEN_FAILURE));
  EXPECT_TRUE(MayCarry("IMbnConnectionEvents::OnConnectComplete",
                       static_cast<std::uint32_t>(E_MBN_PIN_REQUIRED)));
  EXPECT_FALSE(MayCarry("IMbnConnectionEvents::OnDisconnectComplete",
                        static_cast<std::uint32_t>(E_MBN_PIN_REQUIRED)));
}

class StressRequests : public ::testing::Test {
 protected:
  std::size_t Found() {
    requests.Check();
    return findings.count();
  }
  Findings findings;
  Requests requests{findings};
};

TEST_F(StressRequests, AreRightIfEachCompletesOnce) {
  requests.Completed(1, kConnected);
  requests.Accepted(1, kConnected);
  requests.Accepted(2, kDisconnected);
  requests.Completed(2, kDisconnected);
  requests.Completed(3, kConnected);
  requests.AllowOthers(1);
  EXPECT_EQ(Found(), 0u);
}

TEST_F(StressRequests, MustNotBeLost) {
  requests.Accepted(1, kConnected);
  EXPECT_EQ(Found(), 1u);
}

TEST_F(StressRequests, MustNotCompleteTwice) {
  requests.Accepted(1, kConnected);
  requests.Completed(1, kConnected);
  requests.Completed(1, kConnected);
  EXPECT_EQ(Found(), 1u);
}

TEST_F(StressRequests, MustNotCompleteAsAnotherKind) {
  requests.Accepted(1, kConnected);
  requests.Completed(1, kDisconnected);
  EXPECT_EQ(Found(), 1u);
}

TEST_F(StressRequests, MustHaveBeenMade) {
  requests.Completed(1, kConnected);
  EXPECT_EQ(Found(), 1u);
}

TEST_F(StressRequests, MustNotUseAnIdAgain) {
  requests.Accepted(1, kConnected);
  requests.Completed(1, kConnected);
  EXPECT_EQ(Found(), 0u);
  requests.Accepted(1, kConnected);
  requests.Completed(1, kConnected);
  EXPECT_EQ(Found(), 1u);
}

class StressLifetimes : public ::testing::Test {
 protected:
  Findings findings;
  Lifetimes lifetimes{findings};
};

TEST_F(StressLifetimes, BeginWithTheArrivalAndEndWithTheRemoval) {
  lifetimes.Note(kModemArrives, "a");
  lifetimes.Note(kConnected, "a");
  lifetimes.Note(kModemLeaves, "a");
  lifetimes.CheckAtRest();
  EXPECT_EQ(findings.count(), 0u);
  lifetimes.Note(kConnected, "a");
  EXPECT_EQ(findings.count(), 1u) << "an event after the removal";
  lifetimes.Note(kModemArrives, "a");
  EXPECT_EQ(findings.count(), 2u) << "an ID that comes back";
}

TEST_F(StressLifetimes, MustEndWhenTheServiceStops) {
  lifetimes.Note(kModemArrives, "a");
  lifetimes.CheckAtRest();
  EXPECT_EQ(findings.count(), 1u);
}

TEST_F(StressLifetimes, ContainThoseOfConnections) {
  lifetimes.Note(kModemArrives, "a");
  lifetimes.Note(kConnectionArrives, "a");
  lifetimes.Note(kConnectionArrives, "a");
  EXPECT_EQ(findings.count(), 1u) << "arrived twice";
  lifetimes.Note(kModemLeaves, "a");
  EXPECT_EQ(findings.count(), 2u) << "the connection was not removed";
}

}  // namespace
}  // namespace mbnrig::stress
