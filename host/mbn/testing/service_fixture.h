#pragma once

/// A running service on a bus of fake modems, and a client of it, for tests.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mbnapi.h>

#include <memory>
#include <string>
#include <vector>

#include "com/client.h"
#include "com/object.h"
#include "com/testing/codes.h"
#include "com/text.h"
#include "log/log.h"
#include "mbn/service.h"
#include "mbn/testing/event_log.h"
#include "mbn/testing/fake_modem.h"
#include "mbn/testing/test_support.h"

namespace mbnrig::mbn::testing {

using com::testing::HasCode;

inline constexpr HRESULT kNotFound = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
inline constexpr HRESULT kServiceNotActive = HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
inline constexpr HRESULT kNotReady = HRESULT_FROM_WIN32(ERROR_NOT_READY);

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest();
  ~ServiceTest() override;

  ServiceConfig Config();
  /// Stops the service, and starts it with another configuration.
  void Restart(const ServiceConfig& config);

  /// Plugs a modem in and waits until the service knows everything about it.
  std::shared_ptr<FakeModem> PlugModem();
  /// The only listed interface or connection. Null if there is none. Fails the test if there are
  /// more.
  com::Ptr<IMbnInterface> OnlyInterface();
  com::Ptr<IMbnConnection> OnlyConnection();
  /// Stores a profile of the fake modem's subscriber.
  void CreateProfile(const std::string& name = "internet", const std::string& children = "");

  /// The full names of the events so far, in order, but only of those in `of_interest`, which has
  /// names as for EventNamed.
  std::vector<std::string> OfInterest(const std::vector<std::string>& of_interest) const;

  log::Capture log;  ///< the lines of the service; the fixture prints them when a test fails
  FakeBus bus;
  TemporaryFolder folder;
  com::Ptr<IMbnInterfaceManager> interfaces;
  com::Ptr<IMbnConnectionManager> connections;
  com::Ptr<IMbnConnectionProfileManager> profiles;
  com::Ptr<EventLog> events;
};

/// The result of GetConnectionState.
struct StateOf {
  HRESULT code = E_UNEXPECTED;
  MBN_ACTIVATION_STATE activation = MBN_ACTIVATION_STATE_NONE;
  std::string profile;

  explicit StateOf(IMbnConnection* connection);
};

std::wstring InterfaceId(IMbnInterface* modem);
std::string XmlOf(IMbnConnectionProfile* profile);

}  // namespace mbnrig::mbn::testing
