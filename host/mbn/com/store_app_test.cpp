// The rules for Windows Store apps.

#include "mbn/store_app.h"

#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;

class StoreAppTest : public ServiceTest {
 protected:
  StoreAppTest() {
    modem = PlugModem();
    CreateProfile();
    connection = OnlyConnection();
  }
  ~StoreAppTest() override { ActAsStoreApp(""); }

  HRESULT Connect(MBN_CONNECTION_MODE mode, const std::string& profile) {
    ULONG request = 1;
    const HRESULT result = connection->Connect(mode, com::FromUtf8(profile).c_str(), &request);
    if (result == S_OK) {
      EXPECT_EQ(events->WaitFor("OnConnectComplete").request, request);
    } else {
      EXPECT_EQ(request, 0u);
    }
    return result;
  }
  HRESULT ConnectOnce() { return Connect(MBN_CONNECTION_MODE_TMP_PROFILE, ProfileXml("once")); }
  HRESULT Disconnect() {
    ULONG request = 1;
    const HRESULT result = connection->Disconnect(&request);
    if (result == S_OK) {
      EXPECT_EQ(events->WaitFor("OnDisconnectComplete").request, request);
    } else {
      EXPECT_EQ(request, 0u);
    }
    return result;
  }

  std::shared_ptr<FakeModem> modem;
  com::Ptr<IMbnConnection> connection;
};

TEST_F(StoreAppTest, IsNotTheDefault) {
  EXPECT_EQ(StoreApp(), "");
  EXPECT_THAT(Connect(MBN_CONNECTION_MODE_PROFILE, "internet"), HasCode(S_OK));
  EXPECT_THAT(Disconnect(), HasCode(S_OK));
}

TEST_F(StoreAppTest, ConnectsWithATemporaryProfileOnly) {
  ActAsStoreApp("app");
  EXPECT_THAT(Connect(MBN_CONNECTION_MODE_PROFILE, "internet"), HasCode(E_INVALIDARG));
  EXPECT_THAT(ConnectOnce(), HasCode(S_OK));
  EXPECT_THAT(Disconnect(), HasCode(S_OK));
}

TEST_F(StoreAppTest, EndsOnlyItsOwnConnection) {
  ASSERT_THAT(ConnectOnce(), HasCode(S_OK));
  ActAsStoreApp("app");
  EXPECT_THAT(Disconnect(), HasCode(kNotFound)) << "the user's connection";
  ActAsStoreApp("");
  ASSERT_THAT(Disconnect(), HasCode(S_OK));
  ActAsStoreApp("app");
  ASSERT_THAT(ConnectOnce(), HasCode(S_OK));
  ActAsStoreApp("another app");
  EXPECT_THAT(Disconnect(), HasCode(kNotFound));
  ActAsStoreApp("app");
  EXPECT_THAT(Disconnect(), HasCode(S_OK));
  // Other programs may end an app's connection.
  ASSERT_THAT(ConnectOnce(), HasCode(S_OK));
  ActAsStoreApp("");
  EXPECT_THAT(Disconnect(), HasCode(S_OK));
}

// The app's connection ended when the network ended it. What the modem activates next is not the
// app's.
TEST_F(StoreAppTest, DoesNotOwnTheNextConnection) {
  ActAsStoreApp("app");
  ASSERT_THAT(ConnectOnce(), HasCode(S_OK));
  for (const auto state :
       {mbim::ActivationState::kDeactivated, mbim::ActivationState::kActivated}) {
    modem->Indicate(mbim::kConnect, Context(state));
    events->WaitFor("OnConnectStateChange", [&](const Event& event) {
      const auto now = StateOf(event.As<IMbnConnection>().Get()).activation;
      return (now == MBN_ACTIVATION_STATE_ACTIVATED) ==
             (state == mbim::ActivationState::kActivated);
    });
  }
  EXPECT_THAT(Disconnect(), HasCode(kNotFound));
  ActAsStoreApp("");
  EXPECT_THAT(Disconnect(), HasCode(S_OK));
}

// The app's Connect failed before there was a context. What the modem activates later is not the
// app's.
TEST_F(StoreAppTest, DoesNotOwnWhatItCouldNotConnect) {
  modem->On(mbim::kConnect, mbim::CommandType::kSet,
            [](mbim::ByteView) { return Answered(mbim::Status::kFailure); });
  ActAsStoreApp("app");
  ASSERT_THAT(ConnectOnce(), HasCode(S_OK)) << "accepted; the completion tells of the failure";
  modem->Indicate(mbim::kConnect, Context(mbim::ActivationState::kActivated));
  events->WaitFor("OnConnectStateChange", [&](const Event& event) {
    return StateOf(event.As<IMbnConnection>().Get()).activation == MBN_ACTIVATION_STATE_ACTIVATED;
  });
  EXPECT_THAT(Disconnect(), HasCode(kNotFound));
  ActAsStoreApp("");
}

}  // namespace
}  // namespace mbnrig::mbn
