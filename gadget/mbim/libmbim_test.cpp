/// Checks our wire format with libmbim, an independent implementation. libmbim must read the values
/// that we put into answers and indications, we must read the values that it puts into commands,
/// and both must encode a command to the same bytes.

#include "mbim/testing/libmbim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "mbim/codec.h"
#include "mbim/message.h"
#include "mbim/protocol.h"
#include "mbim/service_table.h"
#include "mbim/services.h"
#include "mbim/testing/generate.h"
#include "mbim/testing/libmbim_text.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::Build;
using mbim::testing::Generate;
using mbim::testing::MessageOf;
using mbim::testing::Owned;
using mbim::testing::Random;
using mbim::testing::TheirMessage;
using mbim::testing::ToOurs;
using mbim::testing::ToTheirs;

constexpr std::uint64_t kValues = 300;
constexpr std::uint32_t kTid = 11;

// --- the comparisons ----------------------------------------------------------------------------

/// Many values of a structure, as libmbim reads and prints them.
template <class T>
void ExpectReadAlike(const CommandId& cid, FormKind kind, MbimEx version) {
  testing::Words words;
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    Random random(seed);
    const T value = Generate<T>(random);
    const auto message = TheirMessage(MessageOf(cid, kind, Encode(value)));
    GError* error = nullptr;
    ASSERT_TRUE(mbim_message_validate(message.get(), &error)) << Owned<GError>(error)->message;
    const auto text = testing::PrintedFields(message.get(), version);
    ASSERT_TRUE(text) << ToText(value);
    ASSERT_EQ(testing::TextJudge(*text, words).Difference(value), "")
        << "seed " << seed << ": " << ToText(value, Secrets::kShown) << "\n"
        << *text;
  }
}

Bytes RawBytes(MbimMessage* message) {
  guint32 size = 0;
  const guint8* raw = mbim_message_get_raw(message, &size, nullptr);
  return {raw, raw + size};
}

template <class T>
void CompareCommands(const CommandId& cid, CommandType type) {
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    Random random(seed);
    T value = Generate<T>(random);
    GError* error = nullptr;
    const Owned<MbimMessage> message(Build(value, &error));
    ASSERT_NE(message, nullptr) << Owned<GError>(error)->message;
    mbim_message_set_transaction_id(message.get(), kTid);
    const Bytes theirs = RawBytes(message.get());

    const auto decoded = DecodeHostMessage(theirs);
    ASSERT_TRUE(std::holds_alternative<HostMessage>(decoded)) << "seed " << seed;
    const auto& command = std::get<CommandMessage>(std::get<HostMessage>(decoded));
    EXPECT_EQ(command.service, kServiceBasicConnect);
    EXPECT_EQ(command.cid, cid.number);
    EXPECT_EQ(command.type, type);
    const auto read = Decode<T>(command.information);
    ASSERT_TRUE(read) << "seed " << seed << ": " << read.error().ToString();
    ASSERT_EQ(*read, value) << "seed " << seed << ": " << ToText(value);

    const Bytes ours = EncodeMessage(
        HostMessage(CommandMessage{kTid, kServiceBasicConnect, cid.number, type, Encode(value)}));
    ASSERT_EQ(ours, theirs) << "seed " << seed << ": " << ToText(value);
  }
}

template <class T>
inline constexpr bool kTheyWrite = requires(T& value) {
  Build(value, nullptr);
};

TEST(Libmbim, ReadsWhatWeWrite) {
  mbim_utils_set_show_personal_info(TRUE);
  AllServices::ForEachForm([]<class T>(const CommandId& cid, FormKind kind, MbimEx version) {
    if constexpr (!std::is_same_v<T, Empty>) {
      SCOPED_TRACE(CommandName(cid.service, cid.number) + " " + std::string(ToName(kind)));
      ExpectReadAlike<T>(cid, kind, version);
    }
  });
}

/// Bytes, which no structure of our services has yet.
struct AuthAkaReq {
  std::array<std::uint8_t, 16> rand{}, autn{};

  static constexpr std::string_view kName = "MBIM_AUTH_AKA_REQ";
  static constexpr auto Fields() {
    return std::tuple{Octets("Rand", &AuthAkaReq::rand), Octets("Autn", &AuthAkaReq::autn)};
  }
};

TEST(Libmbim, ReadsBytesThatWeWrite) {
  ExpectReadAlike<AuthAkaReq>({kServiceAuth, 1}, FormKind::kQuery, MbimEx::k1_0);
}

TEST(Libmbim, WritesCommandsToTheSameBytes) {
  AllServices::ForEachForm([]<class T>(const CommandId& cid, FormKind kind, MbimEx) {
    if constexpr (kTheyWrite<T>) {
      if (kind == FormKind::kQuery) CompareCommands<T>(cid, CommandType::kQuery);
      if (kind == FormKind::kSet) CompareCommands<T>(cid, CommandType::kSet);
    }
  });
}

TEST(Libmbim, WritesQueriesWithoutPayloadToTheSameBytes) {
  for (const CidEntry& entry : FindService(kServiceBasicConnect)->cids) {
    const Form* query = entry.FormOf(FormKind::kQuery);
    if (query == nullptr || query->structure != Empty::kName) continue;
    const Owned<MbimMessage> message(mbim_message_command_new(
        kTid, MBIM_SERVICE_BASIC_CONNECT, entry.cid, MBIM_MESSAGE_COMMAND_TYPE_QUERY));
    EXPECT_EQ(EncodeMessage(HostMessage(
                  CommandMessage{kTid, kServiceBasicConnect, entry.cid, CommandType::kQuery, {}})),
              RawBytes(message.get()))
        << entry.name;
  }
}

TEST(Libmbim, WritesTheOtherMessagesToTheSameBytes) {
  auto theirs = [](MbimMessage* message) { return RawBytes(Owned<MbimMessage>(message).get()); };
  EXPECT_EQ(EncodeMessage(HostMessage(OpenMessage{1, 4096})),
            theirs(mbim_message_open_new(1, 4096)));
  EXPECT_EQ(EncodeMessage(HostMessage(CloseMessage{2})), theirs(mbim_message_close_new(2)));
  EXPECT_EQ(EncodeMessage(HostMessage(HostErrorMessage{3, ProtocolError::kCancel})),
            theirs(mbim_message_error_new(3, MBIM_PROTOCOL_ERROR_CANCEL)));
  EXPECT_EQ(EncodeMessage(FunctionMessage(OpenDone{4, Status::kBusy})),
            theirs(mbim_message_open_done_new(4, MBIM_STATUS_ERROR_BUSY)));
  EXPECT_EQ(EncodeMessage(FunctionMessage(CloseDone{5, Status::kSuccess})),
            theirs(mbim_message_close_done_new(5, MBIM_STATUS_ERROR_NONE)));
  EXPECT_EQ(EncodeMessage(FunctionMessage(FunctionErrorMessage{6, ProtocolError::kLengthMismatch})),
            theirs(mbim_message_function_error_new(6, MBIM_PROTOCOL_ERROR_LENGTH_MISMATCH)));
}

TEST(Libmbim, ReadsTheStatusOfAFailedCommand) {
  const Bytes wire = EncodeMessage(FunctionMessage(
      CommandDone{kTid, kServiceBasicConnect, 12, Status::kMaxActivatedContexts, {}}));
  const auto message = TheirMessage(wire);
  EXPECT_EQ(mbim_message_command_done_get_status_code(message.get()),
            MBIM_STATUS_ERROR_MAX_ACTIVATED_CONTEXTS);
  EXPECT_EQ(mbim_message_get_transaction_id(message.get()), kTid);
}

// --- the vocabulary -----------------------------------------------------------------------------

TEST(Libmbim, NumbersStatusesAlike) {
  auto* type = static_cast<GEnumClass*>(g_type_class_ref(MBIM_TYPE_STATUS_ERROR));
  std::vector<std::string> theirs;
  std::vector<std::string> ours;
  for (guint i = 0; i < type->n_values; ++i) {
    const GEnumValue& value = type->values[i];
    std::string name = value.value_name;
    name.erase(name.find("_ERROR"), 6);
    if (name == "MBIM_STATUS_NONE") name = "MBIM_STATUS_SUCCESS";
    theirs.push_back(std::to_string(value.value) + " " + name);
  }
  g_type_class_unref(type);
  for (const Status status : AllStatuses()) {
    ours.push_back(std::to_string(static_cast<std::uint32_t>(status)) + " " + StatusName(status));
  }
  EXPECT_THAT(ours, ::testing::UnorderedElementsAreArray(theirs));
}

TEST(Libmbim, KnowsTheSameServicesAndContextTypes) {
  auto service = [](MbimService id) { return ToOurs(*mbim_uuid_from_service(id)); };
  EXPECT_EQ(kServiceBasicConnect, service(MBIM_SERVICE_BASIC_CONNECT));
  EXPECT_EQ(kServiceSms, service(MBIM_SERVICE_SMS));
  EXPECT_EQ(kServiceUssd, service(MBIM_SERVICE_USSD));
  EXPECT_EQ(kServicePhonebook, service(MBIM_SERVICE_PHONEBOOK));
  EXPECT_EQ(kServiceStk, service(MBIM_SERVICE_STK));
  EXPECT_EQ(kServiceAuth, service(MBIM_SERVICE_AUTH));
  EXPECT_EQ(kServiceDss, service(MBIM_SERVICE_DSS));
  auto context = [](MbimContextType type) { return ToOurs(*mbim_uuid_from_context_type(type)); };
  EXPECT_EQ(kContextTypeNone, context(MBIM_CONTEXT_TYPE_NONE));
  EXPECT_EQ(kContextTypeInternet, context(MBIM_CONTEXT_TYPE_INTERNET));
  EXPECT_EQ(kContextTypeVpn, context(MBIM_CONTEXT_TYPE_VPN));
  EXPECT_EQ(kContextTypeVideoShare, context(MBIM_CONTEXT_TYPE_VIDEO_SHARE));
  EXPECT_EQ(kContextTypePurchase, context(MBIM_CONTEXT_TYPE_PURCHASE));
  EXPECT_EQ(kContextTypeIms, context(MBIM_CONTEXT_TYPE_IMS));
  EXPECT_EQ(kContextTypeMms, context(MBIM_CONTEXT_TYPE_MMS));
  EXPECT_EQ(kContextTypeLocal, context(MBIM_CONTEXT_TYPE_LOCAL));
  // Only this direction: in the other one, libmbim 1.28 returns the UUID of "none" for voice.
  EXPECT_EQ(mbim_uuid_to_context_type(ToTheirs(kContextTypeVoice)), MBIM_CONTEXT_TYPE_VOICE);
}

TEST(Libmbim, HasTheSameCommandsForEveryCid) {
  for (const CidEntry& entry : FindService(kServiceBasicConnect)->cids) {
    std::string name = mbim_cid_get_printable(MBIM_SERVICE_BASIC_CONNECT, entry.cid);
    std::ranges::replace(name, '-', '_');
    EXPECT_EQ(FindCidByName(*FindService(kServiceBasicConnect), name), &entry) << name;
    EXPECT_EQ(entry.FormOf(FormKind::kQuery) != nullptr,
              mbim_cid_can_query(MBIM_SERVICE_BASIC_CONNECT, entry.cid) != 0)
        << name;
    EXPECT_EQ(entry.FormOf(FormKind::kSet) != nullptr,
              mbim_cid_can_set(MBIM_SERVICE_BASIC_CONNECT, entry.cid) != 0)
        << name;
    EXPECT_EQ(entry.FormOf(FormKind::kIndication) != nullptr,
              mbim_cid_can_notify(MBIM_SERVICE_BASIC_CONNECT, entry.cid) != 0)
        << name;
  }
}

}  // namespace
}  // namespace mbnrig::mbim
