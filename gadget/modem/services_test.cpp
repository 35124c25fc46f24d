// A modem whose services serve more than one MBIM device service.

#include "modem/services.h"

#include "mbim/service_ids.h"
#include "modem/command.h"
#include "modem/device_services.h"
#include "modem/dispatch.h"
#include "modem/testing/host.h"

namespace mbnrig::modem::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Commands of two MBIM device services, only one of which MBIM 1.0 defines.
constexpr mbim::Uuid kVendor = mbim::MakeUuid("11223344-5566-7788-99aa-bbccddeeff00");
constexpr mbim::Cid<mbim::Empty, mbim::SetRadioState, mbim::RadioStateInfo, mbim::RadioStateInfo>
    kStandardCommand{mbim::kServiceSms, 7, "STANDARD", "-"};
constexpr mbim::Cid<mbim::Empty, mbim::No, mbim::RadioStateInfo, mbim::No> kVendorCommand{
    kVendor, 7, "VENDOR", "-"};

class Extra final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override {
    static constexpr std::array kCommands{
        On<&Extra::Current, &Extra::Set, &Extra::Failed>(kStandardCommand),
        On<&Extra::Current>(kVendorCommand),
    };
    return kCommands;
  }

 private:
  mbim::RadioStateInfo Current() const { return {{}, radio_}; }
  void Set(const mbim::SetRadioState& request, const Answer<mbim::RadioStateInfo>& answer) {
    radio_ = request.radio_state;
    answer(Status::kBusy, Current());
  }
  mbim::RadioStateInfo Failed(std::uint32_t) const { return {mbim::RadioSwitch::kOn, radio_}; }

  mbim::RadioSwitch radio_{};
};

class TwoDeviceServices : public ::testing::Test {
 protected:
  TwoDeviceServices() {
    machine_.Add<Extra>();
    machine_.Add<DeviceServices>();
  }

  Reply Send(const mbim::CommandId& id, CommandType type, mbim::Bytes information) {
    Reply reply{Status::kFailure, {}};
    const Dispatcher dispatcher(machine_);
    dispatcher.CarryOut({1, id.service, id.number, type, std::move(information)},
                        [&](Status status, mbim::Bytes answer) {
                          reply = {status, std::move(answer)};
                        });
    return reply;
  }
  std::vector<mbim::EventEntry> Subscribe(std::vector<mbim::EventEntry> entries) {
    const mbim::DeviceServiceSubscribeList list{std::move(entries)};
    return Send(mbim::kDeviceServiceSubscribeList, CommandType::kSet, mbim::Encode(list))
        .As<mbim::DeviceServiceSubscribeList>()
        .entries;
  }
  bool IsSubscribed(const mbim::CommandId& id) {
    return machine_.Get<DeviceServices>().IsSubscribed(id);
  }

  Machine machine_{{}, {}};
};

TEST_F(TwoDeviceServices, CommandsReachTheServiceThatHasThem) {
  const Reply set = Send(kStandardCommand, CommandType::kSet,
                         mbim::Encode(mbim::SetRadioState{mbim::RadioSwitch::kOn}));
  EXPECT_EQ(set.status, Status::kBusy);
  const Reply query = Send(kVendorCommand, CommandType::kQuery, {});
  EXPECT_EQ(query.status, Status::kSuccess);
  EXPECT_EQ(query.As<mbim::RadioStateInfo>().sw_radio_state, mbim::RadioSwitch::kOn);
  EXPECT_EQ(Send(kVendorCommand, CommandType::kSet, {}).status, Status::kNoDeviceSupport);
  EXPECT_EQ(Send({kVendor, 8}, CommandType::kQuery, {}).status, Status::kNoDeviceSupport);
  EXPECT_EQ(Send({mbim::kServiceUssd, 7}, CommandType::kQuery, {}).status,
            Status::kNoDeviceSupport);
}

TEST_F(TwoDeviceServices, ARefusedSetCarriesItsFailureInformation) {
  const Dispatcher dispatcher(machine_);
  const mbim::CommandMessage set{1, mbim::kServiceSms, 7, CommandType::kSet, {}};
  EXPECT_EQ(
      mbim::Decode<mbim::RadioStateInfo>(dispatcher.FailureInformation(set, 0))->hw_radio_state,
      mbim::RadioSwitch::kOn);
  const mbim::CommandMessage query{1, mbim::kServiceSms, 7, CommandType::kQuery, {}};
  EXPECT_THAT(dispatcher.FailureInformation(query, 0), IsEmpty());
}

TEST_F(TwoDeviceServices, AreListed) {
  const auto info =
      Send(mbim::kDeviceServices, CommandType::kQuery, {}).As<mbim::DeviceServicesInfo>();
  ASSERT_EQ(info.services.size(), 3u);
  for (const mbim::DeviceServiceElement& element : info.services) {
    if (element.device_service_id == mbim::kServiceBasicConnect) continue;
    EXPECT_THAT(element.cids, ElementsAre(7u));
  }
}

TEST_F(TwoDeviceServices, OnlyServicesOfMbim1AreSubscribedFromTheStart) {
  EXPECT_TRUE(IsSubscribed(kStandardCommand));
  EXPECT_FALSE(IsSubscribed(kVendorCommand));
}

TEST_F(TwoDeviceServices, ASubscribeListNamesThem) {
  const mbim::EventEntry vendor{kVendor, {}};
  const mbim::EventEntry standard{mbim::kServiceSms, {7}};
  EXPECT_THAT(Subscribe({vendor}), ElementsAre(vendor));
  EXPECT_FALSE(IsSubscribed(kStandardCommand));
  EXPECT_TRUE(IsSubscribed(kVendorCommand));
  EXPECT_THAT(Subscribe({standard, {kVendor, {7}}, {mbim::kServiceUssd, {}}}),
              ElementsAre(standard))
      << "VENDOR is never indicated, and nothing serves USSD";
  EXPECT_TRUE(IsSubscribed(kStandardCommand));
}

}  // namespace
}  // namespace mbnrig::modem::testing
