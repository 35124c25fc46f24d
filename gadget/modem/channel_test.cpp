// Opening, closing, transactions and fragments.

#include <random>

#include "mbim/service_table.h"
#include "mbim/wire.h"
#include "modem/testing/host.h"

namespace mbnrig::modem::testing {
namespace {

using mbim::ProtocolError;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Channel, OpensAndCloses) {
  Host host;
  EXPECT_EQ(host.Open(), Status::kSuccess);
  EXPECT_EQ(host.State()["control"]["open"], true);
  EXPECT_EQ(host.Close(), Status::kSuccess);
  EXPECT_EQ(host.State()["control"]["open"], false);
}

TEST(Channel, CommandsBeforeOpenAreNotOpened) {
  Host host;
  const auto id = host.Begin(mbim::kDeviceCaps, CommandType::kQuery, mbim::Empty{});
  const auto error = host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(error.transaction_id, id);
  EXPECT_EQ(error.error, ProtocolError::kNotOpened);
}

TEST(Channel, AFragmentedCommandBeforeOpenIsOneError) {
  Host host;
  host.set_max_transfer(64);
  host.Begin(mbim::kConnect, CommandType::kSet, Host::Activation(0, std::string(90, 'a')));
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kNotOpened);
}

TEST(Channel, CommandsAfterCloseAreNotOpened) {
  OpenHost host;
  host.Close();
  host.Begin(mbim::kDeviceCaps, CommandType::kQuery, mbim::Empty{});
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kNotOpened);
  host.Send(mbim::CloseMessage{host.NextId()});
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kNotOpened);
}

TEST(Channel, CloseDeactivatesContextsButStaysAttached) {
  AttachedHost host;
  ASSERT_EQ(host.Connect().status, Status::kSuccess);
  host.Close();
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  EXPECT_THAT(host.State()["contexts"]["sessions"], IsEmpty());
  host.Open();
  EXPECT_EQ(host.Connect().status, Status::kSuccess) << "attached, and its one context is free";
}

TEST(Channel, ReOpenForgetsWhatWasPending) {
  OpenHost host("timing: {activation: 1s}");
  host.Attach();
  host.Begin(mbim::kConnect, CommandType::kSet, Host::Activation(0, "internet"));
  EXPECT_EQ(host.Open(), Status::kSuccess);
  host.Pass(seconds(2));
  EXPECT_TRUE(host.IsSilent());
  EXPECT_THAT(host.State()["contexts"]["sessions"], IsEmpty());
}

TEST(Channel, ReOpenForgetsOutputThatWasNotFetched) {
  OpenHost host;
  host.Begin(mbim::kDeviceCaps, CommandType::kQuery, mbim::Empty{});
  EXPECT_EQ(host.Open(), Status::kSuccess) << "and OPEN_DONE is the only answer";
}

TEST(Channel, NegotiatesTheSmallerTransfer) {
  Host host;
  EXPECT_EQ(host.Open(128), Status::kSuccess);
  EXPECT_EQ(host.State()["control"]["max_transfer"], 128);
  EXPECT_EQ(host.Open(65536), Status::kSuccess);
  EXPECT_EQ(host.State()["control"]["max_transfer"], 4096);
}

TEST(Channel, RefusesATransferBelow64) {
  Host host;
  host.Send(mbim::OpenMessage{7, 63});
  const auto error = host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(error.transaction_id, 7u);
  EXPECT_EQ(error.error, ProtocolError::kMaxTransfer);
  EXPECT_EQ(host.State()["control"]["open"], false);
}

TEST(Channel, APendingTransactionIdIsNotUsedTwice) {
  OpenHost host("timing: {scan: 1s}");
  const auto id = host.Begin(mbim::kVisibleProviders, CommandType::kQuery,
                             mbim::VisibleProvidersReq{mbim::VisibleProvidersAction::kFullScan});
  const mbim::CommandMessage again{id, mbim::kServiceBasicConnect, 1, CommandType::kQuery, {}};
  host.Send(again);
  const auto error = host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(error.transaction_id, id);
  EXPECT_EQ(error.error, ProtocolError::kDuplicatedTid);
  host.Pass(seconds(1));
  EXPECT_EQ(host.TakeReply(id, mbim::kVisibleProviders).status, Status::kSuccess);
  host.Send(again);
  EXPECT_EQ(host.TakeAnswer<mbim::CommandDone>().status, Status::kSuccess) << "free again";
}

TEST(Channel, ACancelledTransactionIsNotAnswered) {
  OpenHost host("timing: {scan: 1s}");
  const auto id = host.Begin(mbim::kVisibleProviders, CommandType::kQuery,
                             mbim::VisibleProvidersReq{mbim::VisibleProvidersAction::kFullScan});
  host.Send(mbim::HostErrorMessage{id, ProtocolError::kCancel});
  host.Pass(seconds(2));
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(host.Query(mbim::kRadioState).status, Status::kSuccess);
}

TEST(Channel, CancellingTakesBackTheAnswerThatWaits) {
  OpenHost host;
  const auto id = host.Begin(mbim::kDeviceCaps, CommandType::kQuery, mbim::Empty{});
  host.Send(mbim::HostErrorMessage{id, ProtocolError::kCancel});
  EXPECT_TRUE(host.IsSilent());
}

TEST(Channel, OtherCommandsAreAnsweredWhileOneTakesItsTime) {
  OpenHost host("timing: {scan: 1s}");
  const auto scan =
      host.Begin(mbim::kVisibleProviders, CommandType::kQuery, mbim::VisibleProvidersReq{});
  EXPECT_EQ(host.Query(mbim::kRadioState).status, Status::kSuccess);
  EXPECT_EQ(host.Query(mbim::kVisibleProviders, mbim::VisibleProvidersReq{}).status, Status::kBusy);
  EXPECT_EQ(host.UntilDeadline(), milliseconds(1000));
  host.Pass(seconds(1));
  EXPECT_EQ(host.TakeReply(scan, mbim::kVisibleProviders).status, Status::kSuccess);
  EXPECT_FALSE(host.UntilDeadline());
}

TEST(Channel, EveryCommandBeyondTheLimitIsAnswered) {
  OpenHost host("usb: {max_outstanding_commands: 2}");
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < 100; ++i)
    ids.push_back(host.Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{}));
  host.Drain();
  ASSERT_EQ(host.answers().size(), ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& done = std::get<mbim::CommandDone>(host.answers()[i]);
    EXPECT_EQ(done.transaction_id, ids[i]);
    EXPECT_EQ(done.status, i < 2 ? Status::kSuccess : Status::kBusy) << i;
  }
  host.answers().clear();
  EXPECT_EQ(host.Query(mbim::kRadioState).status, Status::kSuccess) << "all answers are fetched";
}

TEST(Channel, AnAnswerThatIsNotFetchedCountsAsOutstanding) {
  OpenHost host("usb: {max_outstanding_commands: 1}");
  host.Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{});
  host.Drain();
  host.Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{});
  host.Drain();
  host.Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{});
  host.Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{});
  host.Drain();
  std::vector<Status> statuses;
  for (const auto& answer : host.answers())
    statuses.push_back(std::get<mbim::CommandDone>(answer).status);
  EXPECT_THAT(statuses,
              ElementsAre(Status::kSuccess, Status::kSuccess, Status::kSuccess, Status::kBusy));
}

/// The transactions of the fragments that the host fetches.
std::vector<std::uint32_t> FetchedIds(Host& host) {
  std::vector<std::uint32_t> ids;
  while (const auto fragment = host.modem().TakeOutput())
    ids.push_back(mbim::PeekHeader(*fragment)->transaction_id);
  return ids;
}

/// A host that has fetched one fragment of DEVICE_CAPS, while the answer to a second command waits.
class HalfFetched : public OpenHost {
 public:
  HalfFetched() : OpenHost("usb: {max_control_message: 64}") {
    half = Begin(mbim::kDeviceCaps, CommandType::kQuery, mbim::Empty{});
    whole = Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{});
    const auto first = modem().TakeOutput();
    total = mbim::LoadU32(*first, 12);
    EXPECT_GT(total, 2u);
  }
  /// `total` - 1 fragments of the first answer, then one with id `last`.
  std::vector<std::uint32_t> RestThen(std::uint32_t last) const {
    std::vector<std::uint32_t> ids(total - 1, half);
    ids.push_back(last);
    return ids;
  }
  std::uint32_t half = 0, whole = 0, total = 0;
};

TEST(Channel, OpenDoesNotTearAnAnswer) {
  HalfFetched host;
  const auto id = host.NextId();
  const auto before = host.modem().restarts();
  host.Send(mbim::OpenMessage{id, 64});
  EXPECT_NE(host.modem().restarts(), before);
  EXPECT_EQ(host.modem().waiting(), host.total);
  EXPECT_EQ(FetchedIds(host), host.RestThen(id)) << "and no other answer from before";
}

TEST(Channel, CloseDoesNotTearAnAnswer) {
  HalfFetched host;
  const auto id = host.NextId();
  host.Send(mbim::CloseMessage{id});
  EXPECT_EQ(FetchedIds(host), host.RestThen(id));
}

TEST(Channel, CancellingDoesNotTearAnAnswer) {
  HalfFetched host;
  host.Send(mbim::HostErrorMessage{host.half, mbim::ProtocolError::kCancel});
  EXPECT_EQ(FetchedIds(host), host.RestThen(host.whole));
}

TEST(Channel, ResetFunctionDropsAllFragments) {
  HalfFetched host;
  host.modem().ResetFunction(host.now());
  EXPECT_EQ(host.modem().waiting(), 0u);
  EXPECT_TRUE(FetchedIds(host).empty());
}

TEST(Channel, TooManyPendingCommandsAreBusy) {
  OpenHost host;
  host.Rule("{on: command, cid: RADIO_STATE, do: hold}");
  for (int i = 0; i < 64; ++i)
    host.Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{});
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(host.Query(mbim::kRadioState).status, Status::kBusy);
}

TEST(Channel, AHostThatNeverFetchesCostsBoundedMemory) {
  OpenHost host;
  const mbim::Bytes command = mbim::EncodeMessage(mbim::CommandMessage{
      1000, mbim::kServiceBasicConnect, mbim::kRadioState.number, CommandType::kQuery, {}});
  std::size_t taken = 0;
  for (int i = 0; i < 3000; ++i)
    taken += host.SendRaw(command) ? 1 : 0;
  host.Drain();
  EXPECT_EQ(taken, 1024u) << "the others are refused";
  EXPECT_EQ(host.answers().size(), taken);
  host.answers().clear();
  EXPECT_TRUE(host.SendRaw(command));
  for (int i = 0; i < 3000; ++i)
    host.SendRaw(command);
  EXPECT_EQ(host.Open(), Status::kSuccess) << "a host can always begin anew";
}

TEST(Channel, AHostThatNeverFetchesTheErrorsOfItsMessagesCostsBoundedMemory) {
  OpenHost host;
  mbim::Bytes unknown = mbim::EncodeMessage(mbim::CloseMessage{1000});
  unknown[0] = 0x7f;  // MessageType
  for (int i = 0; i < 3000; ++i)
    host.SendRaw(unknown);
  EXPECT_EQ(host.modem().waiting(), 1024u);
  EXPECT_EQ(host.Open(), Status::kSuccess) << "a host can always begin anew";
}

TEST(Channel, FragmentsBothWaysAt64Bytes) {
  AttachedHost host("usb: {max_control_message: 64}");
  EXPECT_EQ(host.State()["control"]["max_transfer"], 64);
  const auto caps = host.Query(mbim::kDeviceCaps).As<mbim::DeviceCapsInfo>();
  EXPECT_EQ(caps.device_id, "004999010640000");
  EXPECT_EQ(host.Connect(0, std::string(100, 'x')).status, Status::kInvalidAccessString);
  EXPECT_EQ(host.Connect().status, Status::kSuccess);
  mbim::IpConfigurationInfo query;
  EXPECT_EQ(host.Query(mbim::kIpConfiguration, query).As<mbim::IpConfigurationInfo>().ipv4_mtu,
            1500u);
}

TEST(Channel, FragmentsOfAnswersDoNotInterleave) {
  OpenHost host("usb: {max_control_message: 64}");
  const auto first = host.Begin(mbim::kDeviceCaps, CommandType::kQuery, mbim::Empty{});
  const auto second = host.Begin(mbim::kPinList, CommandType::kQuery, mbim::Empty{});
  std::vector<std::uint32_t> ids;
  while (const auto fragment = host.modem().TakeOutput()) {
    ids.push_back(mbim::PeekHeader(*fragment)->transaction_id);
  }
  EXPECT_GT(std::ranges::count(ids, first), 1);
  EXPECT_GT(std::ranges::count(ids, second), 1);
  EXPECT_TRUE(std::ranges::is_sorted(ids));
}

TEST(Channel, AFragmentOutOfSequenceIsReported) {
  OpenHost host("usb: {max_control_message: 64}");
  const auto id = host.NextId();
  const auto fragments =
      mbim::Fragment(mbim::EncodeMessage(mbim::HostMessage(mbim::CommandMessage{
                         id, mbim::kServiceBasicConnect, 12, CommandType::kSet, mbim::Bytes(200)})),
                     64);
  host.SendRaw(fragments[0]);
  host.SendRaw(fragments[2]);
  const auto error = host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(error.transaction_id, id);
  EXPECT_EQ(error.error, ProtocolError::kFragmentOutOfSequence);
}

TEST(Channel, AWholeCommandThatInterruptsAnotherIsStillCarriedOut) {
  OpenHost host("usb: {max_control_message: 64}");
  const auto id = host.NextId();
  const auto fragments =
      mbim::Fragment(mbim::EncodeMessage(mbim::HostMessage(mbim::CommandMessage{
                         id, mbim::kServiceBasicConnect, 12, CommandType::kSet, mbim::Bytes(200)})),
                     64);
  host.SendRaw(fragments[0]);
  const auto whole = host.Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{});
  host.Drain();
  ASSERT_EQ(host.answers().size(), 2u);
  EXPECT_EQ(std::get<mbim::FunctionErrorMessage>(host.answers()[0]).transaction_id, id);
  EXPECT_EQ(std::get<mbim::CommandDone>(host.answers()[1]).transaction_id, whole);
}

TEST(Channel, AFragmentThatDoesNotComeTimesOut) {
  OpenHost host("usb: {max_control_message: 64}");
  const auto id = host.NextId();
  const auto fragments =
      mbim::Fragment(mbim::EncodeMessage(mbim::HostMessage(mbim::CommandMessage{
                         id, mbim::kServiceBasicConnect, 12, CommandType::kSet, mbim::Bytes(200)})),
                     64);
  host.SendRaw(fragments[0]);
  EXPECT_EQ(host.UntilDeadline(), milliseconds(1250));
  host.Pass(milliseconds(1249));
  EXPECT_TRUE(host.IsSilent());
  host.Pass(milliseconds(1));
  const auto error = host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(error.transaction_id, id);
  EXPECT_EQ(error.error, ProtocolError::kTimeoutFragment);
  EXPECT_EQ(host.Query(mbim::kRadioState).status, Status::kSuccess);
}

TEST(Channel, ATransferLargerThanAgreedIsRefused) {
  Host host;
  ASSERT_EQ(host.Open(64), Status::kSuccess);
  host.set_max_transfer(4096);
  const auto id = host.Begin(mbim::kConnect, CommandType::kSet, Host::Activation(0, "internet"));
  const auto error = host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(error.transaction_id, id);
  EXPECT_EQ(error.error, ProtocolError::kMaxTransfer);
}

TEST(Channel, MalformedMessagesAreNamed) {
  OpenHost host;
  mbim::Bytes message = mbim::EncodeMessage(mbim::HostMessage(
      mbim::CommandMessage{42, mbim::kServiceBasicConnect, 3, CommandType::kQuery, {}}));
  mbim::Bytes longer = message;
  longer.push_back(0);
  host.SendRaw(longer);
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kLengthMismatch);

  mbim::Bytes lying = message;
  mbim::StoreU32(lying, 44, 0xFFFFFFF0);  // InformationBufferLength
  host.SendRaw(lying);
  const auto error = host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(error.transaction_id, 42u);
  EXPECT_EQ(error.error, ProtocolError::kLengthMismatch);

  mbim::Bytes unknown = message;
  mbim::StoreU32(unknown, 0, 0x55);
  host.SendRaw(unknown);
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kUnknown);

  host.SendRaw({1, 2, 3});
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().transaction_id, 0u);
  host.SendRaw({});
  host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(host.Query(mbim::kRadioState).status, Status::kSuccess);
}

TEST(Channel, UnknownCommandsHaveNoDeviceSupport) {
  OpenHost host;
  const auto ask = [&](const mbim::Uuid& service, std::uint32_t cid, CommandType type) {
    host.Send(mbim::CommandMessage{host.NextId(), service, cid, type, {}});
    const auto done = host.TakeAnswer<mbim::CommandDone>();
    EXPECT_EQ(done.service, service);
    EXPECT_EQ(done.cid, cid);
    EXPECT_THAT(done.information, IsEmpty());
    return done.status;
  };
  EXPECT_EQ(ask(mbim::kServiceSms, 1, CommandType::kQuery), Status::kNoDeviceSupport);
  EXPECT_EQ(ask(mbim::Uuid{}, 1, CommandType::kQuery), Status::kNoDeviceSupport);
  EXPECT_EQ(ask(mbim::kServiceBasicConnect, 999, CommandType::kQuery), Status::kNoDeviceSupport);
  EXPECT_EQ(ask(mbim::kServiceBasicConnect, 1, CommandType::kSet), Status::kNoDeviceSupport)
      << "DEVICE_CAPS has no set";
  EXPECT_EQ(ask(mbim::kServiceBasicConnect, 19, CommandType::kQuery), Status::kNoDeviceSupport)
      << "DEVICE_SERVICE_SUBSCRIBE_LIST has no query";
  EXPECT_EQ(ask(mbim::kServiceBasicConnect, 3, static_cast<CommandType>(2)),
            Status::kInvalidParameters);
}

/// MBIM 1.0, section 9.4.5: refusals have no information, except those of commands with NwError.
TEST(Channel, TheRefusalOfAMalformedSetHasInformationIfItsResponseHasNwError) {
  OpenHost host;
  const auto refusal = [&](const CommandId& cid) {
    const auto id = host.BeginBytes(cid, CommandType::kSet, {1});
    const Reply reply = host.TakeReply(id, cid);
    EXPECT_EQ(reply.status, Status::kInvalidParameters);
    return reply;
  };
  EXPECT_EQ(refusal(mbim::kRegisterState).As<mbim::RegistrationStateInfo>().register_state,
            mbim::RegisterState::kHome);
  EXPECT_EQ(refusal(mbim::kPacketService).As<mbim::PacketServiceInfo>().packet_service_state,
            mbim::PacketServiceState::kDetached);
  refusal(mbim::kConnect).As<mbim::ConnectInfo>();
  EXPECT_THAT(refusal(mbim::kPin).information, IsEmpty());
  EXPECT_THAT(refusal(mbim::kRadioState).information, IsEmpty());
}

TEST(Channel, AnEndlessCommandIsRefused) {
  OpenHost host;
  host.BeginBytes(mbim::kConnect, CommandType::kSet, mbim::Bytes(64 * 1024));
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kMaxTransfer);
}

/// Well-formed messages of all commands, with a few bytes changed, cut or added. The modem must
/// survive them and open again.
TEST(Channel, SurvivesAHostileHost) {
  AttachedHost host("{usb: {max_control_message: 64}, contexts: {limit: 4}}");
  std::mt19937 random(20261121);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto& cids = mbim::FindService(mbim::kServiceBasicConnect)->cids;
  for (int round = 0; round < 5000; ++round) {
    mbim::Bytes information = mbim::Encode(Host::Activation(random() % 6, "internet"));
    information.resize(below(information.size() + 1));
    const auto& cid = cids[below(cids.size())];
    mbim::Bytes message = mbim::EncodeMessage(mbim::HostMessage(
        mbim::CommandMessage{host.NextId(), mbim::kServiceBasicConnect, cid.cid,
                             static_cast<CommandType>(random() % 2), information}));
    for (std::size_t changes = below(4); changes > 0; --changes) {
      message[below(message.size())] = static_cast<std::uint8_t>(random());
    }
    if (below(8) == 0) message.resize(below(message.size() + 9));
    host.SendBytes(message);
    host.Pass(milliseconds(below(400)));
    host.answers().clear();
  }
  EXPECT_EQ(host.Open(), Status::kSuccess);
  EXPECT_EQ(host.Query(mbim::kDeviceCaps).status, Status::kSuccess);
}

TEST(Channel, ResetFunctionClosesWithoutAMessage) {
  AttachedHost host;
  host.Connect();
  host.modem().ResetFunction(host.now());
  EXPECT_TRUE(host.IsSilent());
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  EXPECT_EQ(host.State()["control"]["open"], false);
  EXPECT_THAT(host.State()["contexts"]["sessions"], IsEmpty());
  EXPECT_EQ(host.State()["registration"]["state"], "home");
  EXPECT_EQ(host.State()["packet_service"]["state"], "attached");
}

}  // namespace
}  // namespace mbnrig::modem::testing
