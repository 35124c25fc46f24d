// EXT: what the plan does not test of the data path. The plan checks headers; these tests check the
// carried data.

#include "device/case.h"

namespace mbnrig::device {
namespace {

/// Every access point carries IP datagrams of 1500 bytes, 28 of which are headers.
constexpr std::size_t kSizes[] = {0, 1, 2, 3, 4, 5, 56, 484, 485, 1'000, 1'471, 1'472};

NTB_CASE(BeyondData, EXT_12, EXT_13, "datagrams of every length come back unchanged",
         "rig:data:payload", "rig:data:payload") {
  DataPath data = Connected();
  for (const std::size_t size : kSizes) {
    SCOPED_TRACE(std::to_string(size) + " bytes of payload");
    data.Exchange({{0, data.Datagram(0, size)}});
  }
}

NTB_CASE(BeyondData, EXT_14, EXT_15, "many datagrams in one NTB come back unchanged",
         "rig:data:payload", "rig:data:payload") {
  DataPath data = Connected();
  for (int round = 0; round < 4; ++round) {
    std::vector<SessionDatagram> datagrams;
    for (std::size_t i = 0; i < 8; ++i)
      datagrams.push_back({0, data.Datagram(0, 40 + i * 17)});
    data.Exchange(datagrams);
  }
}

NTB_CASE(BeyondData, EXT_16, EXT_17, "two sessions at once", "rig:data:sessions",
         "rig:data:sessions") {
  OpenForData();
  Connect(modem(), network(), 0);
  Connect(modem(), network(), 1);
  DataPath data(modem(), network());
  data.Use(0);
  data.Use(1);
  // First each in its own NTB, then in one NTB with an NDP for each.
  data.Exchange({{0, data.Datagram(0, 100)}});
  data.Exchange({{1, data.Datagram(1, 200)}});
  data.Exchange({{0, data.Datagram(0, 300)},
                 {1, data.Datagram(1, 301)},
                 {0, data.Datagram(0, 302)},
                 {1, data.Datagram(1, 303)}});
  EXPECT_EQ(data.strayed(), 0u) << Asserted();
  // One session ends, and the other one stays.
  Disconnect(modem(), 0);
  data.Exchange({{1, data.Datagram(1, 64)}});
  EXPECT_EQ(data.strayed(), 0u) << Asserted();
}

NTB_CASE(BeyondData, EXT_18, EXT_19, "malformed NTBs are dropped", "rig:data:survival",
         "rig:data:survival") {
  DataPath data = Connected();
  const Bytes good = data.Pack({{0, data.Datagram(0)}});
  const auto damaged = [&good](std::size_t at, std::uint8_t value) {
    Bytes bad = good;
    bad.at(at) = value;
    return bad;
  };
  const std::size_t ndp_index = wide() ? 12 : 10;
  data.Send(damaged(0, 'X'));               // a wrong signature
  data.Send(damaged(4, 0));                 // a wrong length of the header
  data.Send(damaged(ndp_index, 0xfd));      // an NDP that is not aligned
  data.Send(damaged(ndp_index + 1, 0xff));  // an NDP beyond the end
  data.Send(Bytes(good.begin(), good.begin() + 5));
  data.Send(Bytes(3, 0));
  data.Exchange({{0, data.Datagram(0, 80)}});
}

}  // namespace
}  // namespace mbnrig::device
