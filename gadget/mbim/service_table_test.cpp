#include "mbim/service_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "mbim/protocol.h"
#include "mbim/service_impl.h"

namespace mbnrig::mbim {
namespace {

TEST(Types, WritesAUuidAsItIsPrinted) {
  EXPECT_EQ(ToString(kServiceBasicConnect), "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df");
  EXPECT_EQ(ToString(Uuid{}), "00000000-0000-0000-0000-000000000000");
}

TEST(Types, NamesEveryStatusOnce) {
  std::set<std::string> names;
  for (const Status status : AllStatuses()) {
    EXPECT_THAT(StatusName(status), ::testing::StartsWith("MBIM_STATUS_"));
    EXPECT_TRUE(names.insert(StatusName(status)).second) << StatusName(status);
  }
  EXPECT_EQ(names.size(), 43u);
}

TEST(Types, WritesAStatusWithoutANameAsANumber) {
  EXPECT_EQ(StatusName(Status{24}), "MBIM_STATUS 24");
  EXPECT_EQ(StatusName(Status{0x80000000}), "MBIM_STATUS 2147483648");
}

TEST(ServiceTable, ListsEveryCidOnceInOrder) {
  for (const ServiceEntry& service : Services()) {
    std::uint32_t last = 0;
    std::set<std::string_view> names;
    for (const CidEntry& entry : service.cids) {
      EXPECT_GT(entry.cid, last) << entry.name;
      last = entry.cid;
      EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
      EXPECT_TRUE(entry.FormOf(FormKind::kQuery) != nullptr ||
                  entry.FormOf(FormKind::kSet) != nullptr)
          << entry.name;
      EXPECT_NE(entry.FormOf(FormKind::kResponse), nullptr) << entry.name;
      EXPECT_THAT(std::string(entry.section), ::testing::StartsWith("10.5.")) << entry.name;
    }
  }
}

TEST(ServiceTable, FindsByNumberAndByName) {
  const ServiceEntry* basic = FindService(kServiceBasicConnect);
  ASSERT_NE(basic, nullptr);
  EXPECT_EQ(basic->name, "BASIC_CONNECT");
  const CidEntry* connect = FindCid(kServiceBasicConnect, 12);
  ASSERT_NE(connect, nullptr);
  EXPECT_EQ(connect->name, "CONNECT");
  EXPECT_EQ(FindCidByName(*basic, "connect"), connect);
  EXPECT_EQ(FindCidByName(*basic, "Device_Services")->cid, 16u);
  EXPECT_EQ(FindCidByName(*basic, "connec"), nullptr);
  EXPECT_EQ(FindCid(kServiceBasicConnect, 99), nullptr);
  EXPECT_EQ(FindService(kServiceSms), nullptr);
  EXPECT_EQ(FindCid(kServiceSms, 1), nullptr);
}

TEST(ServiceTable, NamesCommandsAsFarAsItCan) {
  EXPECT_EQ(CommandName(kServiceBasicConnect, 12), "BASIC_CONNECT CONNECT");
  EXPECT_EQ(CommandName(kServiceBasicConnect, 99), "BASIC_CONNECT 99");
  EXPECT_EQ(CommandName(kServiceSms, 1), "SMS 1");
  EXPECT_EQ(CommandName(Uuid{}, 1), "00000000-0000-0000-0000-000000000000 1");
}

TEST(ServiceTable, KnowsWhichFormsCarrySecrets) {
  EXPECT_TRUE(FindCid(kServiceBasicConnect, 4)->FormOf(FormKind::kSet)->has_secrets);
  EXPECT_FALSE(FindCid(kServiceBasicConnect, 4)->FormOf(FormKind::kResponse)->has_secrets);
  EXPECT_TRUE(FindCid(kServiceBasicConnect, 12)->FormOf(FormKind::kSet)->has_secrets);
  EXPECT_FALSE(FindCid(kServiceBasicConnect, 12)->FormOf(FormKind::kResponse)->has_secrets);
  // The secret is inside the elements of a list.
  EXPECT_TRUE(FindCid(kServiceBasicConnect, 13)->FormOf(FormKind::kResponse)->has_secrets);
}

TEST(ServiceTable, TellsFieldsAndSizesOfAForm) {
  const Form* info = FindCid(kServiceBasicConnect, 15)->FormOf(FormKind::kResponse);
  EXPECT_EQ(info->fixed_size, 60u);
  const auto fields = info->fields();
  ASSERT_EQ(fields.size(), 11u);
  EXPECT_EQ(fields[3].name, "IPv4Address");
  EXPECT_EQ(fields[3].size, 8u);
  EXPECT_EQ(fields[3].structure, "MBIM_IPV4_ELEMENT");
  EXPECT_EQ(fields[3].fields.size(), 2u);
}

constexpr Cid<Empty, SetRadioState, RadioStateInfo, No,
              From<MbimEx::k3_0, Empty, SetRadioState, SignalStateInfo, SignalStateInfo>>
    kChanging{kServiceBasicConnect, 98, "CHANGING", "-", MbimEx::k2_0};

TEST(ServiceTable, HasTheFormsOfEachVersion) {
  const CidEntry entry = service::EntryOf(kChanging);
  EXPECT_EQ(entry.FormOf(FormKind::kSet, MbimEx::k1_0), nullptr) << "not in MBIM 1.0";
  EXPECT_EQ(entry.FormOf(FormKind::kResponse, MbimEx::k2_0), &kFormOf<RadioStateInfo>);
  EXPECT_EQ(entry.FormOf(FormKind::kIndication, MbimEx::k2_0), nullptr);
  EXPECT_EQ(entry.FormOf(FormKind::kResponse, MbimEx::k3_0), &kFormOf<SignalStateInfo>);
  EXPECT_EQ(entry.FormOf(FormKind::kIndication, MbimEx::k4_0), &kFormOf<SignalStateInfo>)
      << "as in the previous version";
}

TEST(ServiceTable, RoundTripsAFormWithoutItsType) {
  const Form* set = FindCid(kServiceBasicConnect, 9)->FormOf(FormKind::kSet);
  EXPECT_EQ(set->round_trip({}), RoundTrip::kNotDecoded);
  EXPECT_EQ(set->round_trip(Encode(SetRegistrationState{})), RoundTrip::kSame);
  Bytes long_id = Encode(SetRegistrationState{});
  long_id[0] = 16;  // ProviderId: 14 bytes at 16, one unit more than Encode accepts
  long_id[4] = 14;
  long_id.insert(long_id.end(), 14, 'a');
  EXPECT_EQ(set->round_trip(long_id), RoundTrip::kNotEncoded);
}

}  // namespace
}  // namespace mbnrig::mbim
