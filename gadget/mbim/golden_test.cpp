/// One annotated message for each form of Basic Connect that the rig speaks: what EncodeMessage and
/// Encode must produce to the byte, and what the same bytes must decode to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "mbim/message.h"
#include "mbim/service_table.h"
#include "mbim/wire_text.h"

namespace mbnrig::mbim {
namespace {

constexpr std::uint32_t kTid = 7;

template <class T, class M>
void ExpectInformation(const M& message, const T& value) {
  const auto decoded = Decode<T>(message.information);
  ASSERT_TRUE(decoded) << decoded.error().ToString();
  EXPECT_EQ(*decoded, value) << ToText(*decoded);
}

template <class M, class Whole>
const M* As(const MessageResult<Whole>& result) {
  if (const auto* error = std::get_if<MessageError>(&result)) {
    ADD_FAILURE() << error->reason;
    return nullptr;
  }
  return std::get_if<M>(&std::get<Whole>(result));
}

template <class T>
void ExpectCommand(const CommandId& cid, CommandType type, const T& value, const Bytes& golden) {
  const std::uint32_t number = cid.number;
  EXPECT_EQ(EncodeMessage(HostMessage(
                CommandMessage{kTid, kServiceBasicConnect, number, type, Encode(value)})),
            golden);
  const auto decoded = DecodeHostMessage(golden);
  const auto* command = As<CommandMessage>(decoded);
  ASSERT_NE(command, nullptr);
  EXPECT_EQ(command->transaction_id, kTid);
  EXPECT_EQ(command->service, kServiceBasicConnect);
  EXPECT_EQ(command->cid, number);
  EXPECT_EQ(command->type, type);
  ExpectInformation(*command, value);
}

template <class T>
void ExpectCommand(const CommandId& cid, CommandType type, const T& value, std::string_view text) {
  ExpectCommand(cid, type, value, FromText(text));
}

template <class T>
void ExpectDone(const CommandId& cid, const T& value, std::string_view text,
                Status status = Status::kSuccess) {
  const Bytes golden = FromText(text);
  const std::uint32_t number = cid.number;
  EXPECT_EQ(EncodeMessage(FunctionMessage(
                CommandDone{kTid, kServiceBasicConnect, number, status, Encode(value)})),
            golden);
  const auto decoded = DecodeFunctionMessage(golden);
  const auto* done = As<CommandDone>(decoded);
  ASSERT_NE(done, nullptr);
  EXPECT_EQ(done->transaction_id, kTid);
  EXPECT_EQ(done->service, kServiceBasicConnect);
  EXPECT_EQ(done->cid, number);
  EXPECT_EQ(done->status, status);
  ExpectInformation(*done, value);
}

template <class T>
void ExpectIndication(const CommandId& cid, const T& value, std::string_view text) {
  const Bytes golden = FromText(text);
  const std::uint32_t number = cid.number;
  EXPECT_EQ(
      EncodeMessage(FunctionMessage(IndicateStatus{kServiceBasicConnect, number, Encode(value)})),
      golden);
  const auto decoded = DecodeFunctionMessage(golden);
  const auto* indication = As<IndicateStatus>(decoded);
  ASSERT_NE(indication, nullptr);
  EXPECT_EQ(indication->service, kServiceBasicConnect);
  EXPECT_EQ(indication->cid, number);
  ExpectInformation(*indication, value);
}

TEST(Golden, EveryQueryWithoutPayloadDiffersInItsCidOnly) {
  std::vector<std::uint32_t> empty_queries;
  for (const CidEntry& entry : FindService(kServiceBasicConnect)->cids) {
    const Form* query = entry.FormOf(FormKind::kQuery);
    if (query == nullptr || query->structure != "-") continue;
    empty_queries.push_back(entry.cid);
    Bytes golden = FromText(R"(
        03 00 00 00               | COMMAND
        30 00 00 00               | MessageLength
        07 00 00 00               | TransactionId
        01 00 00 00  00 00 00 00  | fragment 0 of 1
        BASIC_CONNECT
        ff 00 00 00               | CID, see below
        00 00 00 00               | query
        00 00 00 00               | InformationBufferLength
    )");
    golden[36] = static_cast<std::uint8_t>(entry.cid);
    ExpectCommand(CommandId{kServiceBasicConnect, entry.cid}, CommandType::kQuery, Empty{}, golden);
  }
  EXPECT_THAT(empty_queries, testing::ElementsAre(1, 2, 3, 4, 5, 6, 9, 10, 11, 13, 16));
}

TEST(Golden, DeviceCapsResponse) {
  DeviceCapsInfo info;
  info.device_type = DeviceType::kEmbedded;
  info.cellular_class = CellularClass::kGsm;
  info.voice_class = VoiceClass::kNoVoice;
  info.sim_class = SimClass::kSimRemovable;
  info.data_class = data_class::kGprs | data_class::kEdge | data_class::kUmts | data_class::kHsdpa |
                    data_class::kHsupa | data_class::kLte;
  info.sms_caps = sms_caps::kPduReceive | sms_caps::kPduSend;
  info.ctrl_caps = ctrl_caps::kRegManual;
  info.max_sessions = 1;
  info.device_id = "353613048804622";
  info.firmware_info = "FW 1.0";
  info.hardware_info = "rev B";
  ExpectDone(kDeviceCaps, info, R"(
      03 00 00 80               | COMMAND_DONE
      a8 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      01 00 00 00               | DEVICE_CAPS
      00 00 00 00               | MBIM_STATUS_SUCCESS
      78 00 00 00               | InformationBufferLength
      01 00 00 00               | DeviceType: embedded
      01 00 00 00               | CellularClass: GSM
      01 00 00 00               | VoiceClass: no voice
      02 00 00 00               | SimClass: removable
      3f 00 00 00               | DataClass: GPRS to LTE
      03 00 00 00               | SmsCaps: PDU in and out
      01 00 00 00               | ControlCaps: manual registration
      01 00 00 00               | MaxSessions
      00 00 00 00  00 00 00 00  | CustomDataClass: none
      40 00 00 00  1e 00 00 00  | DeviceId: 30 bytes at 64
      60 00 00 00  0c 00 00 00  | FirmwareInfo: 12 bytes at 96
      6c 00 00 00  0a 00 00 00  | HardwareInfo: 10 bytes at 108
      u"353613048804622" 00 00
      u"FW" 20 00 u"1.0"
      u"rev" 20 00 u"B" 00 00
  )");
}

TEST(Golden, SubscriberReadyStatusResponse) {
  SubscriberReadyInfo info;
  info.ready_state = ReadyState::kInitialized;
  info.subscriber_id = "310260123456789";
  info.sim_icc_id = "8901260123456789012";
  info.telephone_numbers = {"+14255550123"};
  ExpectDone(kSubscriberReadyStatus, info, R"(
      03 00 00 80               | COMMAND_DONE
      b4 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      02 00 00 00               | SUBSCRIBER_READY_STATUS
      00 00 00 00               | MBIM_STATUS_SUCCESS
      84 00 00 00               | InformationBufferLength
      01 00 00 00               | ReadyState: initialized
      24 00 00 00  1e 00 00 00  | SubscriberId: 30 bytes at 36
      44 00 00 00  26 00 00 00  | SimIccId: 38 bytes at 68
      00 00 00 00               | ReadyInfo
      01 00 00 00               | one telephone number
      6c 00 00 00  18 00 00 00  | 24 bytes at 108
      u"310260123456789" 00 00
      u"8901260123456789012" 00 00
      u"+14255550123"
  )");
}

TEST(Golden, SubscriberReadyStatusIndication) {
  SubscriberReadyInfo info;
  info.ready_state = ReadyState::kDeviceLocked;
  ExpectIndication(kSubscriberReadyStatus, info, R"(
      07 00 00 80               | INDICATE_STATUS
      48 00 00 00               | MessageLength
      00 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      02 00 00 00               | SUBSCRIBER_READY_STATUS
      1c 00 00 00               | InformationBufferLength
      06 00 00 00               | ReadyState: device locked
      00 00 00 00  00 00 00 00  | SubscriberId: none
      00 00 00 00  00 00 00 00  | SimIccId: none
      00 00 00 00               | ReadyInfo
      00 00 00 00               | no telephone numbers
  )");
}

TEST(Golden, RadioStateSet) {
  ExpectCommand(kRadioState, CommandType::kSet, SetRadioState{RadioSwitch::kOn},
                R"(
      03 00 00 00               | COMMAND
      34 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      03 00 00 00               | RADIO_STATE
      01 00 00 00               | set
      04 00 00 00               | InformationBufferLength
      01 00 00 00               | RadioState: on
  )");
}

TEST(Golden, RadioStateResponse) {
  ExpectDone(kRadioState, RadioStateInfo{RadioSwitch::kOn, RadioSwitch::kOff}, R"(
      03 00 00 80               | COMMAND_DONE
      38 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      03 00 00 00               | RADIO_STATE
      00 00 00 00               | MBIM_STATUS_SUCCESS
      08 00 00 00               | InformationBufferLength
      01 00 00 00               | HwRadioState: on
      00 00 00 00               | SwRadioState: off
  )");
}

TEST(Golden, RadioStateIndication) {
  ExpectIndication(kRadioState, RadioStateInfo{RadioSwitch::kOff, RadioSwitch::kOn}, R"(
      07 00 00 80               | INDICATE_STATUS
      34 00 00 00               | MessageLength
      00 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      03 00 00 00               | RADIO_STATE
      08 00 00 00               | InformationBufferLength
      00 00 00 00               | HwRadioState: off
      01 00 00 00               | SwRadioState: on
  )");
}

TEST(Golden, PinSet) {
  ExpectCommand(kPin, CommandType::kSet,
                SetPin{PinType::kPin1, PinOperation::kChange, "1234", "98765"}, R"(
      03 00 00 00               | COMMAND
      5c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      04 00 00 00               | PIN
      01 00 00 00               | set
      2c 00 00 00               | InformationBufferLength
      02 00 00 00               | PinType: PIN1
      03 00 00 00               | PinOperation: change
      18 00 00 00  08 00 00 00  | Pin: 8 bytes at 24
      20 00 00 00  0a 00 00 00  | NewPin: 10 bytes at 32
      u"1234"
      u"98765" 00 00
  )");
}

TEST(Golden, PinResponse) {
  ExpectDone(kPin, PinInfo{PinType::kPin1, PinState::kLocked, 3}, R"(
      03 00 00 80               | COMMAND_DONE
      3c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      04 00 00 00               | PIN
      00 00 00 00               | MBIM_STATUS_SUCCESS
      0c 00 00 00               | InformationBufferLength
      02 00 00 00               | PinType: PIN1
      01 00 00 00               | PinState: locked
      03 00 00 00               | RemainingAttempts
  )");
}

TEST(Golden, PinResponseWhenTheAttemptsAreNotKnown) {
  ExpectDone(kPin, PinInfo{}, R"(
      03 00 00 80               | COMMAND_DONE
      3c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      04 00 00 00               | PIN
      00 00 00 00               | MBIM_STATUS_SUCCESS
      0c 00 00 00               | InformationBufferLength
      00 00 00 00               | PinType: none
      00 00 00 00               | PinState: unlocked
      ff ff ff ff               | RemainingAttempts
  )");
}

TEST(Golden, PinListResponse) {
  PinListInfo info;
  info.pin1 = {PinMode::kEnabled, PinFormat::kNumeric, 4, 8};
  info.pin2 = {PinMode::kDisabled, PinFormat::kAlphanumeric, 5, 16};
  info.custom = {PinMode::kNotSupported, PinFormat::kUnknown, 0, 255};
  ExpectDone(kPinList, info, R"(
      03 00 00 80               | COMMAND_DONE
      d0 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      05 00 00 00               | PIN_LIST
      00 00 00 00               | MBIM_STATUS_SUCCESS
      a0 00 00 00               | InformationBufferLength
      01 00 00 00  01 00 00 00  04 00 00 00  08 00 00 00  | Pin1: enabled, numeric, 4 to 8
      02 00 00 00  02 00 00 00  05 00 00 00  10 00 00 00  | Pin2: disabled, alphanumeric, 5 to 16
      00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  | DeviceSimPin
      00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  | DeviceFirstSimPin
      00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  | NetworkPin
      00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  | NetworkSubsetPin
      00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  | ServiceProviderPin
      00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  | CorporatePin
      00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  | SubsidyLock
      00 00 00 00  00 00 00 00  00 00 00 00  ff 00 00 00  | Custom
  )");
}

Provider HomeProvider() {
  return {"310260", provider_state::kHome, "Contoso", CellularClass::kGsm, 20, 99};
}

TEST(Golden, HomeProviderResponse) {
  ExpectDone(kHomeProvider, HomeProvider(), R"(
      03 00 00 80               | COMMAND_DONE
      6c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      06 00 00 00               | HOME_PROVIDER
      00 00 00 00               | MBIM_STATUS_SUCCESS
      3c 00 00 00               | InformationBufferLength
      20 00 00 00  0c 00 00 00  | ProviderId: 12 bytes at 32
      01 00 00 00               | ProviderState: home
      2c 00 00 00  0e 00 00 00  | ProviderName: 14 bytes at 44
      01 00 00 00               | CellularClass: GSM
      14 00 00 00               | Rssi
      63 00 00 00               | ErrorRate: unknown
      u"310260"
      u"Contoso" 00 00
  )");
}

TEST(Golden, HomeProviderSet) {
  ExpectCommand(kHomeProvider, CommandType::kSet, HomeProvider(), R"(
      03 00 00 00               | COMMAND
      6c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      06 00 00 00               | HOME_PROVIDER
      01 00 00 00               | set
      3c 00 00 00               | InformationBufferLength
      20 00 00 00  0c 00 00 00  | ProviderId: 12 bytes at 32
      01 00 00 00               | ProviderState: home
      2c 00 00 00  0e 00 00 00  | ProviderName: 14 bytes at 44
      01 00 00 00               | CellularClass: GSM
      14 00 00 00               | Rssi
      63 00 00 00               | ErrorRate: unknown
      u"310260"
      u"Contoso" 00 00
  )");
}

TEST(Golden, VisibleProvidersQuery) {
  ExpectCommand(kVisibleProviders, CommandType::kQuery,
                VisibleProvidersReq{VisibleProvidersAction::kRestrictedScan}, R"(
      03 00 00 00               | COMMAND
      34 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      08 00 00 00               | VISIBLE_PROVIDERS
      00 00 00 00               | query
      04 00 00 00               | InformationBufferLength
      01 00 00 00               | Action: restricted scan
  )");
}

TEST(Golden, VisibleProvidersResponse) {
  Providers providers;
  providers.providers = {
      {"310260", provider_state::kVisible | provider_state::kRegistered, "", CellularClass::kGsm, 0,
       0},
      {"26201", provider_state::kForbidden, "Tele", CellularClass::kCdma, 31, 7}};
  ExpectDone(kVisibleProviders, providers, R"(
      03 00 00 80               | COMMAND_DONE
      a4 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      08 00 00 00               | VISIBLE_PROVIDERS
      00 00 00 00               | MBIM_STATUS_SUCCESS
      74 00 00 00               | InformationBufferLength
      02 00 00 00               | two providers
      14 00 00 00  2c 00 00 00  | the first: 44 bytes at 20
      40 00 00 00  34 00 00 00  | the second: 52 bytes at 64
      20 00 00 00  0c 00 00 00  | ProviderId: 12 bytes at 32 of this provider
      18 00 00 00               | ProviderState: visible, registered
      00 00 00 00  00 00 00 00  | ProviderName: none
      01 00 00 00               | CellularClass: GSM
      00 00 00 00               | Rssi
      00 00 00 00               | ErrorRate
      u"310260"
      20 00 00 00  0a 00 00 00  | ProviderId: 10 bytes at 32 of this provider
      02 00 00 00               | ProviderState: forbidden
      2c 00 00 00  08 00 00 00  | ProviderName: 8 bytes at 44
      02 00 00 00               | CellularClass: CDMA
      1f 00 00 00               | Rssi
      07 00 00 00               | ErrorRate
      u"26201" 00 00
      u"Tele"
  )");
}

TEST(Golden, RegisterStateSet) {
  ExpectCommand(kRegisterState, CommandType::kSet,
                SetRegistrationState{"310260", RegisterAction::kManual, data_class::kLte}, R"(
      03 00 00 00               | COMMAND
      4c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      09 00 00 00               | REGISTER_STATE
      01 00 00 00               | set
      1c 00 00 00               | InformationBufferLength
      10 00 00 00  0c 00 00 00  | ProviderId: 12 bytes at 16
      01 00 00 00               | RegisterAction: manual
      20 00 00 00               | DataClass: LTE
      u"310260"
  )");
}

TEST(Golden, RegisterStateResponse) {
  RegistrationStateInfo info;
  info.register_state = RegisterState::kHome;
  info.register_mode = RegisterMode::kAutomatic;
  info.available_data_classes = data_class::kLte;
  info.current_cellular_class = CellularClass::kGsm;
  info.provider_id = "310260";
  info.provider_name = "Contoso";
  info.registration_flag = registration_flag::kPacketServiceAutomaticAttach;
  ExpectDone(kRegisterState, info, R"(
      03 00 00 80               | COMMAND_DONE
      7c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      09 00 00 00               | REGISTER_STATE
      00 00 00 00               | MBIM_STATUS_SUCCESS
      4c 00 00 00               | InformationBufferLength
      00 00 00 00               | NwError
      03 00 00 00               | RegisterState: home
      01 00 00 00               | RegisterMode: automatic
      20 00 00 00               | AvailableDataClasses: LTE
      01 00 00 00               | CurrentCellularClass: GSM
      30 00 00 00  0c 00 00 00  | ProviderId: 12 bytes at 48
      3c 00 00 00  0e 00 00 00  | ProviderName: 14 bytes at 60
      00 00 00 00  00 00 00 00  | RoamingText: none
      02 00 00 00               | RegistrationFlag: automatic attach
      u"310260"
      u"Contoso" 00 00
  )");
}

TEST(Golden, RegisterStateIndication) {
  RegistrationStateInfo info;
  info.nw_error = 11;
  info.register_state = RegisterState::kDenied;
  info.register_mode = RegisterMode::kManual;
  info.roaming_text = "abroad";
  ExpectIndication(kRegisterState, info, R"(
      07 00 00 80               | INDICATE_STATUS
      68 00 00 00               | MessageLength
      00 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      09 00 00 00               | REGISTER_STATE
      3c 00 00 00               | InformationBufferLength
      0b 00 00 00               | NwError: PLMN not allowed
      06 00 00 00               | RegisterState: denied
      02 00 00 00               | RegisterMode: manual
      00 00 00 00               | AvailableDataClasses: none
      00 00 00 00               | CurrentCellularClass: none
      00 00 00 00  00 00 00 00  | ProviderId: none
      00 00 00 00  00 00 00 00  | ProviderName: none
      30 00 00 00  0c 00 00 00  | RoamingText: 12 bytes at 48
      00 00 00 00               | RegistrationFlag
      u"abroad"
  )");
}

TEST(Golden, PacketServiceSet) {
  ExpectCommand(kPacketService, CommandType::kSet, SetPacketService{PacketServiceAction::kDetach},
                R"(
      03 00 00 00               | COMMAND
      34 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0a 00 00 00               | PACKET_SERVICE
      01 00 00 00               | set
      04 00 00 00               | InformationBufferLength
      01 00 00 00               | PacketServiceAction: detach
  )");
}

PacketServiceInfo AttachedToLte() {
  return {0, PacketServiceState::kAttached, data_class::kLte, 50'000'000, 10'000'000'000};
}

TEST(Golden, PacketServiceResponse) {
  ExpectDone(kPacketService, AttachedToLte(), R"(
      03 00 00 80               | COMMAND_DONE
      4c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0a 00 00 00               | PACKET_SERVICE
      00 00 00 00               | MBIM_STATUS_SUCCESS
      1c 00 00 00               | InformationBufferLength
      00 00 00 00               | NwError
      02 00 00 00               | PacketServiceState: attached
      20 00 00 00               | HighestAvailableDataClass: LTE
      80 f0 fa 02 00 00 00 00   | UplinkSpeed: 50 Mbit/s
      00 e4 0b 54 02 00 00 00   | DownlinkSpeed: 10 Gbit/s
  )");
}

/// A failed PACKET_SERVICE is one of the few that still carry their information (section 9.4.5).
TEST(Golden, PacketServiceResponseOfAFailedAttach) {
  ExpectDone(kPacketService, PacketServiceInfo{15, PacketServiceState::kDetached, 0, 0, 0}, R"(
      03 00 00 80               | COMMAND_DONE
      4c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0a 00 00 00               | PACKET_SERVICE
      02 00 00 00               | MBIM_STATUS_FAILURE
      1c 00 00 00               | InformationBufferLength
      0f 00 00 00               | NwError: no suitable cells
      04 00 00 00               | PacketServiceState: detached
      00 00 00 00               | HighestAvailableDataClass
      00 00 00 00 00 00 00 00   | UplinkSpeed
      00 00 00 00 00 00 00 00   | DownlinkSpeed
  )",
             Status::kFailure);
}

TEST(Golden, PacketServiceIndication) {
  ExpectIndication(kPacketService, AttachedToLte(), R"(
      07 00 00 80               | INDICATE_STATUS
      48 00 00 00               | MessageLength
      00 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0a 00 00 00               | PACKET_SERVICE
      1c 00 00 00               | InformationBufferLength
      00 00 00 00               | NwError
      02 00 00 00               | PacketServiceState: attached
      20 00 00 00               | HighestAvailableDataClass: LTE
      80 f0 fa 02 00 00 00 00   | UplinkSpeed
      00 e4 0b 54 02 00 00 00   | DownlinkSpeed
  )");
}

TEST(Golden, SignalStateSet) {
  ExpectCommand(kSignalState, CommandType::kSet, SetSignalState{30, 2, 1}, R"(
      03 00 00 00               | COMMAND
      3c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0b 00 00 00               | SIGNAL_STATE
      01 00 00 00               | set
      0c 00 00 00               | InformationBufferLength
      1e 00 00 00               | SignalStrengthInterval: 30 s
      02 00 00 00               | RssiThreshold
      01 00 00 00               | ErrorRateThreshold
  )");
}

TEST(Golden, SignalStateResponse) {
  ExpectDone(kSignalState, SignalStateInfo{20, 99, 30, 2, 1}, R"(
      03 00 00 80               | COMMAND_DONE
      44 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0b 00 00 00               | SIGNAL_STATE
      00 00 00 00               | MBIM_STATUS_SUCCESS
      14 00 00 00               | InformationBufferLength
      14 00 00 00               | Rssi
      63 00 00 00               | ErrorRate: unknown
      1e 00 00 00               | SignalStrengthInterval: 30 s
      02 00 00 00               | RssiThreshold
      01 00 00 00               | ErrorRateThreshold
  )");
}

TEST(Golden, SignalStateIndication) {
  ExpectIndication(kSignalState, SignalStateInfo{}, R"(
      07 00 00 80               | INDICATE_STATUS
      40 00 00 00               | MessageLength
      00 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0b 00 00 00               | SIGNAL_STATE
      14 00 00 00               | InformationBufferLength
      63 00 00 00               | Rssi: unknown
      63 00 00 00               | ErrorRate: unknown
      00 00 00 00               | SignalStrengthInterval
      00 00 00 00               | RssiThreshold
      00 00 00 00               | ErrorRateThreshold
  )");
}

TEST(Golden, ConnectSet) {
  SetConnect connect;
  connect.activation_command = ActivationCommand::kActivate;
  connect.access_string = "internet";
  connect.user_name = "user";
  connect.password = "pass";
  connect.auth_protocol = AuthProtocol::kPap;
  connect.ip_type = IpType::kIpv4v6;
  ExpectCommand(kConnect, CommandType::kSet, connect, R"(
      03 00 00 00               | COMMAND
      8c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0c 00 00 00               | CONNECT
      01 00 00 00               | set
      5c 00 00 00               | InformationBufferLength
      00 00 00 00               | SessionId
      01 00 00 00               | ActivationCommand: activate
      3c 00 00 00  10 00 00 00  | AccessString: 16 bytes at 60
      4c 00 00 00  08 00 00 00  | UserName: 8 bytes at 76
      54 00 00 00  08 00 00 00  | Password: 8 bytes at 84
      00 00 00 00               | Compression: none
      01 00 00 00               | AuthProtocol: PAP
      03 00 00 00               | IPType: IPv4v6
      INTERNET                  | ContextType
      u"internet"
      u"user"
      u"pass"
  )");
}

TEST(Golden, ConnectQuery) {
  ConnectInfo info;
  info.session_id = 3;
  ExpectCommand(kConnect, CommandType::kQuery, info, R"(
      03 00 00 00               | COMMAND
      54 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0c 00 00 00               | CONNECT
      00 00 00 00               | query
      24 00 00 00               | InformationBufferLength
      03 00 00 00               | SessionId
      00 00 00 00               | ActivationState
      00 00 00 00               | VoiceCallState
      00 00 00 00               | IPType
      INTERNET                  | ContextType
      00 00 00 00               | NwError
  )");
}

TEST(Golden, ConnectResponse) {
  ConnectInfo info;
  info.session_id = 1;
  info.activation_state = ActivationState::kActivated;
  info.ip_type = IpType::kIpv4;
  info.context_type = kContextTypeMms;
  ExpectDone(kConnect, info, R"(
      03 00 00 80               | COMMAND_DONE
      54 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0c 00 00 00               | CONNECT
      00 00 00 00               | MBIM_STATUS_SUCCESS
      24 00 00 00               | InformationBufferLength
      01 00 00 00               | SessionId
      01 00 00 00               | ActivationState: activated
      00 00 00 00               | VoiceCallState: none
      01 00 00 00               | IPType: IPv4
      MMS                       | ContextType
      00 00 00 00               | NwError
  )");
}

TEST(Golden, ConnectIndication) {
  ConnectInfo info;
  info.activation_state = ActivationState::kDeactivated;
  info.voice_call_state = VoiceCallState::kHangUp;
  info.nw_error = 33;
  ExpectIndication(kConnect, info, R"(
      07 00 00 80               | INDICATE_STATUS
      50 00 00 00               | MessageLength
      00 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0c 00 00 00               | CONNECT
      24 00 00 00               | InformationBufferLength
      00 00 00 00               | SessionId
      03 00 00 00               | ActivationState: deactivated
      02 00 00 00               | VoiceCallState: hung up
      00 00 00 00               | IPType: default
      INTERNET                  | ContextType
      21 00 00 00               | NwError: option not subscribed
  )");
}

TEST(Golden, ProvisionedContextsSet) {
  SetProvisionedContext context;
  context.context_id = 2;
  context.context_type = kContextTypeMms;
  context.access_string = "mms";
  context.auth_protocol = AuthProtocol::kChap;
  context.provider_id = "310260";
  ExpectCommand(kProvisionedContexts, CommandType::kSet, context, R"(
      03 00 00 00               | COMMAND
      80 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0d 00 00 00               | PROVISIONED_CONTEXTS
      01 00 00 00               | set
      50 00 00 00               | InformationBufferLength
      02 00 00 00               | ContextId
      MMS                       | ContextType
      3c 00 00 00  06 00 00 00  | AccessString: 6 bytes at 60
      00 00 00 00  00 00 00 00  | UserName: none
      00 00 00 00  00 00 00 00  | Password: none
      00 00 00 00               | Compression: none
      02 00 00 00               | AuthProtocol: CHAP
      44 00 00 00  0c 00 00 00  | ProviderId: 12 bytes at 68
      u"mms" 00 00
      u"310260"
  )");
}

ProvisionedContextsInfo OneContext() {
  Context context;
  context.context_id = 1;
  context.context_type = kContextTypeInternet;
  context.access_string = "internet";
  context.compression = Compression::kEnable;
  return {{context}};
}

TEST(Golden, ProvisionedContextsResponse) {
  ExpectDone(kProvisionedContexts, OneContext(), R"(
      03 00 00 80               | COMMAND_DONE
      80 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0d 00 00 00               | PROVISIONED_CONTEXTS
      00 00 00 00               | MBIM_STATUS_SUCCESS
      50 00 00 00               | InformationBufferLength
      01 00 00 00               | one context
      0c 00 00 00  44 00 00 00  | 68 bytes at 12
      01 00 00 00               | ContextId
      INTERNET                  | ContextType
      34 00 00 00  10 00 00 00  | AccessString: 16 bytes at 52 of this context
      00 00 00 00  00 00 00 00  | UserName: none
      00 00 00 00  00 00 00 00  | Password: none
      01 00 00 00               | Compression: enabled
      00 00 00 00               | AuthProtocol: none
      u"internet"
  )");
}

TEST(Golden, ProvisionedContextsIndication) {
  ExpectIndication(kProvisionedContexts, ProvisionedContextsInfo{}, R"(
      07 00 00 80               | INDICATE_STATUS
      30 00 00 00               | MessageLength
      00 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0d 00 00 00               | PROVISIONED_CONTEXTS
      04 00 00 00               | InformationBufferLength
      00 00 00 00               | no contexts
  )");
}

TEST(Golden, IpConfigurationQuery) {
  IpConfigurationInfo info;
  info.session_id = 5;
  ExpectCommand(kIpConfiguration, CommandType::kQuery, info, R"(
      03 00 00 00               | COMMAND
      6c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0f 00 00 00               | IP_CONFIGURATION
      00 00 00 00               | query
      3c 00 00 00               | InformationBufferLength
      05 00 00 00               | SessionId
      00 00 00 00               | IPv4ConfigurationAvailable
      00 00 00 00               | IPv6ConfigurationAvailable
      00 00 00 00  00 00 00 00  | IPv4 addresses: count, offset
      00 00 00 00  00 00 00 00  | IPv6 addresses
      00 00 00 00               | IPv4 gateway
      00 00 00 00               | IPv6 gateway
      00 00 00 00  00 00 00 00  | IPv4 DNS servers
      00 00 00 00  00 00 00 00  | IPv6 DNS servers
      00 00 00 00               | IPv4Mtu
      00 00 00 00               | IPv6Mtu
  )");
}

TEST(Golden, IpConfigurationResponse) {
  IpConfigurationInfo info;
  info.ipv4_configuration_available =
      ip_available::kAddress | ip_available::kGateway | ip_available::kDns | ip_available::kMtu;
  info.ipv6_configuration_available = ip_available::kAddress;
  info.ipv4_addresses = {{24, {{10, 0, 0, 2}}}};
  info.ipv6_addresses = {{64, {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}}}};
  info.ipv4_gateway = Ipv4Address{{10, 0, 0, 1}};
  info.ipv6_gateway = Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  info.ipv4_dns_servers = {{{8, 8, 8, 8}}, {{9, 9, 9, 9}}};
  info.ipv6_dns_servers = {{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53}}};
  info.ipv4_mtu = 1500;
  info.ipv6_mtu = 1280;
  ExpectDone(kIpConfiguration, info, R"(
      03 00 00 80               | COMMAND_DONE
      b4 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0f 00 00 00               | IP_CONFIGURATION
      00 00 00 00               | MBIM_STATUS_SUCCESS
      84 00 00 00               | InformationBufferLength
      00 00 00 00               | SessionId
      0f 00 00 00               | IPv4ConfigurationAvailable: all of it
      01 00 00 00               | IPv6ConfigurationAvailable: address
      01 00 00 00  3c 00 00 00  | IPv4 addresses: one, at 60
      01 00 00 00  44 00 00 00  | IPv6 addresses: one, at 68
      58 00 00 00               | IPv4 gateway at 88
      5c 00 00 00               | IPv6 gateway at 92
      02 00 00 00  6c 00 00 00  | IPv4 DNS servers: two, at 108
      01 00 00 00  74 00 00 00  | IPv6 DNS servers: one, at 116
      dc 05 00 00               | IPv4Mtu
      00 05 00 00               | IPv6Mtu
      18 00 00 00  0a 00 00 02                                      | 10.0.0.2/24
      40 00 00 00  20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02  | 2001:db8::2/64
      0a 00 00 01                                                   | 10.0.0.1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01               | 2001:db8::1
      08 08 08 08  09 09 09 09
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 53               | 2001:db8::53
  )");
}

TEST(Golden, IpConfigurationIndication) {
  IpConfigurationInfo info;
  info.ipv4_configuration_available = ip_available::kMtu;
  info.ipv4_mtu = 1400;
  ExpectIndication(kIpConfiguration, info, R"(
      07 00 00 80               | INDICATE_STATUS
      68 00 00 00               | MessageLength
      00 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      0f 00 00 00               | IP_CONFIGURATION
      3c 00 00 00               | InformationBufferLength
      00 00 00 00               | SessionId
      08 00 00 00               | IPv4ConfigurationAvailable: MTU
      00 00 00 00               | IPv6ConfigurationAvailable
      00 00 00 00  00 00 00 00  | IPv4 addresses
      00 00 00 00  00 00 00 00  | IPv6 addresses
      00 00 00 00               | IPv4 gateway
      00 00 00 00               | IPv6 gateway
      00 00 00 00  00 00 00 00  | IPv4 DNS servers
      00 00 00 00  00 00 00 00  | IPv6 DNS servers
      78 05 00 00               | IPv4Mtu
      00 00 00 00               | IPv6Mtu
  )");
}

TEST(Golden, DeviceServicesResponse) {
  DeviceServicesInfo info;
  info.max_dss_sessions = 2;
  info.services = {{kServiceBasicConnect, 0, 0, {1, 2, 12}}, {kServiceSms, 3, 1, {}}};
  ExpectDone(kDeviceServices, info, R"(
      03 00 00 80               | COMMAND_DONE
      8c 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      10 00 00 00               | DEVICE_SERVICES
      00 00 00 00               | MBIM_STATUS_SUCCESS
      5c 00 00 00               | InformationBufferLength
      02 00 00 00               | two services
      02 00 00 00               | MaxDssSessions
      18 00 00 00  28 00 00 00  | the first: 40 bytes at 24
      40 00 00 00  1c 00 00 00  | the second: 28 bytes at 64
      BASIC_CONNECT             | DeviceServiceId
      00 00 00 00               | DssPayload
      00 00 00 00               | MaxDssInstances
      03 00 00 00               | three CIDs
      01 00 00 00  02 00 00 00  0c 00 00 00
      SMS                       | DeviceServiceId
      03 00 00 00               | DssPayload: both directions
      01 00 00 00               | MaxDssInstances
      00 00 00 00               | no CIDs
  )");
}

DeviceServiceSubscribeList ConnectAndRegisterState() {
  return {{{kServiceBasicConnect, {12, 9}}}};
}

TEST(Golden, DeviceServiceSubscribeListSet) {
  ExpectCommand(kDeviceServiceSubscribeList, CommandType::kSet, ConnectAndRegisterState(), R"(
      03 00 00 00               | COMMAND
      58 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      13 00 00 00               | DEVICE_SERVICE_SUBSCRIBE_LIST
      01 00 00 00               | set
      28 00 00 00               | InformationBufferLength
      01 00 00 00               | one service
      0c 00 00 00  1c 00 00 00  | 28 bytes at 12
      BASIC_CONNECT             | DeviceServiceId
      02 00 00 00               | two CIDs
      0c 00 00 00  09 00 00 00
  )");
}

TEST(Golden, DeviceServiceSubscribeListResponse) {
  ExpectDone(kDeviceServiceSubscribeList, ConnectAndRegisterState(), R"(
      03 00 00 80               | COMMAND_DONE
      58 00 00 00               | MessageLength
      07 00 00 00               | TransactionId
      01 00 00 00  00 00 00 00  | fragment 0 of 1
      BASIC_CONNECT
      13 00 00 00               | DEVICE_SERVICE_SUBSCRIBE_LIST
      00 00 00 00               | MBIM_STATUS_SUCCESS
      28 00 00 00               | InformationBufferLength
      01 00 00 00               | one service
      0c 00 00 00  1c 00 00 00  | 28 bytes at 12
      BASIC_CONNECT             | DeviceServiceId
      02 00 00 00               | two CIDs
      0c 00 00 00  09 00 00 00
  )");
}

}  // namespace
}  // namespace mbnrig::mbim
