// The rules for Windows Store apps on the pages of IMbnConnection::Connect and Disconnect. The
// pages have no codes for them; docs/semantics.md says which ones we chose.

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

class StoreApp : public MbnTest {
 public:
  HRESULT ConnectWith(MBN_CONNECTION_MODE mode, const std::wstring& profile) {
    ULONG request = 1;
    const HRESULT hr = connection()->Connect(mode, profile.c_str(), &request);
    if (hr != S_OK) {
      EXPECT_EQ(request, 0u);
      return hr;
    }
    const auto completion = events().Completion(kConnectComplete, request);
    EXPECT_TRUE(completion.has_value());
    return completion ? completion->status : E_UNEXPECTED;
  }
  HRESULT ConnectOnce() {
    ProfileText once;
    once.name = L"once";
    return ConnectWith(MBN_CONNECTION_MODE_TMP_PROFILE, once.Xml());
  }
  HRESULT Disconnect() {
    ULONG request = 1;
    const HRESULT hr = connection()->Disconnect(&request);
    if (hr == S_OK) {
      EXPECT_TRUE(events().Completion(kDisconnectComplete, request));
    } else {
      EXPECT_EQ(request, 0u);
    }
    return hr;
  }
  HRESULT As(const char* app, HRESULT (StoreApp::*call)()) {
    HRESULT hr = E_UNEXPECTED;
    bench().AsStoreApp(app, [&] { hr = (this->*call)(); });
    return hr;
  }
  HRESULT ConnectByName() { return ConnectWith(MBN_CONNECTION_MODE_PROFILE, L"internet"); }

  static constexpr HRESULT kNotItsOwn = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
};

TEST_F(StoreApp, ConnectsWithATemporaryProfileOnly) {
  BootRegistered();
  EXPECT_EQ(As("app", &StoreApp::ConnectByName), E_INVALIDARG);
  EXPECT_EQ(As("app", &StoreApp::ConnectOnce), S_OK);
  EXPECT_EQ(As("app", &StoreApp::Disconnect), S_OK);
  EXPECT_EQ(ConnectByName(), S_OK) << "another program may use a stored profile";
}

TEST_F(StoreApp, EndsItsOwnConnectionOnly) {
  BootRegistered();
  ASSERT_EQ(ConnectByName(), S_OK);
  EXPECT_EQ(As("app", &StoreApp::Disconnect), kNotItsOwn) << "the user's connection";
  ASSERT_EQ(Disconnect(), S_OK);
  ASSERT_EQ(As("app", &StoreApp::ConnectOnce), S_OK);
  EXPECT_EQ(As("another app", &StoreApp::Disconnect), kNotItsOwn);
  EXPECT_EQ(As("app", &StoreApp::Disconnect), S_OK);
}

TEST_F(StoreApp, CannotKeepTheUserFromEndingItsConnection) {
  BootRegistered();
  ASSERT_EQ(As("app", &StoreApp::ConnectOnce), S_OK);
  EXPECT_EQ(Disconnect(), S_OK);
}

// What the user connects after the app's connection has ended is not the app's.
TEST_F(StoreApp, DoesNotOwnTheNextConnection) {
  BootRegistered();
  ASSERT_EQ(As("app", &StoreApp::ConnectOnce), S_OK);
  const std::size_t mark = events().Mark();
  bench().Set("network.deactivate", 0u);
  ASSERT_TRUE(events().Wait(
      [](const Event& event) {
        return event.name == kConnectState &&
               ActivationOf(event.As<IMbnConnection>().Get()) == MBN_ACTIVATION_STATE_DEACTIVATED;
      },
      mark));
  ASSERT_EQ(ConnectByName(), S_OK);
  EXPECT_EQ(As("app", &StoreApp::Disconnect), kNotItsOwn);
  EXPECT_EQ(Disconnect(), S_OK);
}

}  // namespace
}  // namespace mbnrig::conformance
