#include "com/event_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "com/testing/codes.h"
#include "com/testing/objects.h"

namespace mbnrig::com {
namespace {

using ::testing::ElementsAre;
using testing::g_alive;
using testing::HasCode;
using testing::Radio;
using testing::RadioSink;

struct Lists {
  std::shared_ptr<Sinks<IMbnRadioEvents>> radio = std::make_shared<Sinks<IMbnRadioEvents>>();
  std::shared_ptr<Sinks<IMbnSignalEvents>> signal = std::make_shared<Sinks<IMbnSignalEvents>>();
};

// A manager like those of the service: any number of objects over the same lists of sinks.
class Manager final : public EventSource<IMbnInterfaceManager> {
 public:
  explicit Manager(const Lists& lists) : EventSource({lists.radio, lists.signal}) { ++g_alive; }
  ~Manager() override { --g_alive; }

  HRESULT STDMETHODCALLTYPE GetInterface(LPCWSTR, IMbnInterface**) override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE GetInterfaces(SAFEARRAY**) override { return E_FAIL; }
};

class EventSourceTest : public ::testing::Test {
 protected:
  ~EventSourceTest() override {
    point_.Reset();
    EXPECT_EQ(g_alive, 0);
  }

  static Ptr<IConnectionPoint> RadioPoint(IUnknown* manager) {
    Ptr<IConnectionPointContainer> container;
    EXPECT_THAT(manager->QueryInterface(IID_PPV_ARGS(&container)), HasCode(S_OK));
    Ptr<IConnectionPoint> point;
    EXPECT_THAT(container->FindConnectionPoint(__uuidof(IMbnRadioEvents), &point), HasCode(S_OK));
    return point;
  }

  DWORD Advise(IUnknown* sink) {
    DWORD cookie = 0;
    EXPECT_THAT(point_->Advise(sink, &cookie), HasCode(S_OK));
    return cookie;
  }

  void Raise() {
    lists_.radio->ForEach([](IMbnRadioEvents* sink) { sink->OnRadioStateChange(nullptr); });
  }

  Lists lists_;
  Ptr<IConnectionPoint> point_ = RadioPoint(Make<Manager>(lists_)->AsUnknown());
};

TEST_F(EventSourceTest, FindsThePointOfEachEventInterface) {
  Ptr<IConnectionPointContainer> container;
  ASSERT_THAT(point_->GetConnectionPointContainer(&container), HasCode(S_OK));
  Ptr<IMbnInterfaceManager> manager;
  EXPECT_THAT(container.As(&manager), HasCode(S_OK));
  Ptr<IConnectionPoint> point;
  ASSERT_THAT(container->FindConnectionPoint(IID_IMbnSignalEvents, &point), HasCode(S_OK));
  IID iid{};
  EXPECT_THAT(point->GetConnectionInterface(&iid), HasCode(S_OK));
  EXPECT_TRUE(IsEqualIID(iid, IID_IMbnSignalEvents));
  EXPECT_THAT(container->FindConnectionPoint(IID_IMbnSmsEvents, &point),
              HasCode(CONNECT_E_NOCONNECTION));
  EXPECT_THAT(container->FindConnectionPoint(IID_IMbnSignalEvents, nullptr), HasCode(E_POINTER));
}

TEST_F(EventSourceTest, PointIsAnObjectOfItsOwn) {
  Ptr<IConnectionPointContainer> container;
  ASSERT_THAT(point_->GetConnectionPointContainer(&container), HasCode(S_OK));
  Ptr<IUnknown> point_identity, container_identity;
  ASSERT_THAT(point_.As(&point_identity), HasCode(S_OK));
  ASSERT_THAT(container.As(&container_identity), HasCode(S_OK));
  EXPECT_NE(point_identity.Get(), container_identity.Get());
  void* manager = nullptr;
  EXPECT_THAT(point_->QueryInterface(IID_IMbnInterfaceManager, &manager), HasCode(E_NOINTERFACE));
  EXPECT_THAT(point_->QueryInterface(IID_IUnknown, nullptr), HasCode(E_POINTER));
}

TEST_F(EventSourceTest, AdvisedSinkIsHeldAndCalled) {
  Ptr<RadioSink> sink = Make<RadioSink>();
  RadioSink& watched = *sink.Get();
  const DWORD cookie = Advise(sink.Get());
  EXPECT_NE(cookie, 0u);
  sink.Reset();
  Raise();
  Raise();
  EXPECT_EQ(watched.calls, 2);
  EXPECT_THAT(point_->Unadvise(cookie), HasCode(S_OK));
  EXPECT_EQ(g_alive, 1);  // only the manager
  Raise();
}

TEST_F(EventSourceTest, EverySinkHasItsCookie) {
  const Ptr<RadioSink> sink = Make<RadioSink>();
  const DWORD first = Advise(sink.Get());
  const DWORD second = Advise(sink.Get());
  EXPECT_NE(first, second);
  Raise();
  EXPECT_EQ(sink->calls, 2);
  EXPECT_THAT(point_->Unadvise(first), HasCode(S_OK));
  EXPECT_THAT(point_->Unadvise(first), HasCode(CONNECT_E_NOCONNECTION));
  Raise();
  EXPECT_EQ(sink->calls, 3);
  EXPECT_THAT(point_->Unadvise(0), HasCode(CONNECT_E_NOCONNECTION));
  EXPECT_THAT(point_->Unadvise(second + 1), HasCode(CONNECT_E_NOCONNECTION));
}

TEST_F(EventSourceTest, SinkWithoutTheInterfaceCannotConnect) {
  const Ptr<Radio> no_sink = Make<Radio>();
  DWORD cookie = 5;
  EXPECT_THAT(point_->Advise(no_sink->AsUnknown(), &cookie), HasCode(CONNECT_E_CANNOTCONNECT));
  EXPECT_EQ(cookie, 0u);
  EXPECT_THAT(point_->Advise(nullptr, &cookie), HasCode(E_POINTER));
  EXPECT_THAT(point_->Advise(no_sink->AsUnknown(), nullptr), HasCode(E_POINTER));
}

TEST_F(EventSourceTest, LimitOfConnectionsIsKept) {
  lists_.radio = std::make_shared<Sinks<IMbnRadioEvents>>(1);
  point_ = RadioPoint(Make<Manager>(lists_)->AsUnknown());
  const Ptr<RadioSink> sink = Make<RadioSink>();
  const DWORD cookie = Advise(sink.Get());
  DWORD refused = 0;
  EXPECT_THAT(point_->Advise(sink.Get(), &refused), HasCode(CONNECT_E_ADVISELIMIT));
  EXPECT_EQ(refused, 0u);
  EXPECT_THAT(point_->Unadvise(cookie), HasCode(S_OK));
  EXPECT_THAT(point_->Advise(sink.Get(), &refused), HasCode(S_OK));
}

TEST_F(EventSourceTest, EventsReachSinksOfEveryManager) {
  Ptr<IConnectionPoint> other = RadioPoint(Make<Manager>(lists_)->AsUnknown());
  const Ptr<RadioSink> mine = Make<RadioSink>();
  const Ptr<RadioSink> theirs = Make<RadioSink>();
  const DWORD my_cookie = Advise(mine.Get());
  DWORD their_cookie = 0;
  ASSERT_THAT(other->Advise(theirs.Get(), &their_cookie), HasCode(S_OK));
  Raise();
  EXPECT_EQ(mine->calls, 1);
  EXPECT_EQ(theirs->calls, 1);
  EXPECT_THAT(other->Unadvise(my_cookie), HasCode(CONNECT_E_NOCONNECTION));
  other.Reset();  // deletes the manager, which ends its connections
  Raise();
  EXPECT_EQ(mine->calls, 2);
  EXPECT_EQ(theirs->calls, 1);
  EXPECT_EQ(lists_.radio->size(), 1u);
}

TEST_F(EventSourceTest, SinkMayUnadviseItselfInItsCall) {
  DWORD cookie = 0;
  Ptr<RadioSink> sink =
      Make<RadioSink>([&] { EXPECT_THAT(point_->Unadvise(cookie), HasCode(S_OK)); });
  cookie = Advise(sink.Get());
  Raise();
  Raise();
  EXPECT_EQ(sink->calls, 1);
}

TEST_F(EventSourceTest, SinkUnadvisedMeanwhileIsNotCalled) {
  DWORD second_cookie = 0;
  const Ptr<RadioSink> first =
      Make<RadioSink>([&] { EXPECT_THAT(point_->Unadvise(second_cookie), HasCode(S_OK)); });
  const Ptr<RadioSink> second = Make<RadioSink>();
  const DWORD first_cookie = Advise(first.Get());
  second_cookie = Advise(second.Get());
  Raise();
  EXPECT_EQ(first->calls, 1);
  EXPECT_EQ(second->calls, 0);
  EXPECT_THAT(point_->Unadvise(first_cookie), HasCode(S_OK));
}

TEST_F(EventSourceTest, SinkAdvisedMeanwhileWaitsForTheNextEvent) {
  const Ptr<RadioSink> late = Make<RadioSink>();
  bool advised = false;
  const Ptr<RadioSink> first = Make<RadioSink>([&] {
    if (!std::exchange(advised, true)) Advise(late.Get());
  });
  Advise(first.Get());
  Raise();
  EXPECT_EQ(late->calls, 0);
  Raise();
  EXPECT_EQ(late->calls, 1);
}

TEST_F(EventSourceTest, EnumeratesItsPoints) {
  Ptr<IConnectionPointContainer> container;
  ASSERT_THAT(point_->GetConnectionPointContainer(&container), HasCode(S_OK));
  Ptr<IEnumConnectionPoints> points;
  ASSERT_THAT(container->EnumConnectionPoints(&points), HasCode(S_OK));
  std::vector<IID> iids;
  IConnectionPoint* raw = nullptr;
  while (points->Next(1, &raw, nullptr) == S_OK) {
    Ptr<IConnectionPoint> point;
    point.Attach(raw);
    iids.emplace_back();
    EXPECT_THAT(point->GetConnectionInterface(&iids.back()), HasCode(S_OK));
  }
  EXPECT_THAT(iids, ElementsAre(IID_IMbnRadioEvents, IID_IMbnSignalEvents));
  EXPECT_THAT(points->Next(2, &raw, nullptr), HasCode(E_POINTER));
  EXPECT_THAT(container->EnumConnectionPoints(nullptr), HasCode(E_POINTER));
}

TEST_F(EventSourceTest, EnumeratesItsConnections) {
  const Ptr<RadioSink> sink = Make<RadioSink>();
  const DWORD first = Advise(sink.Get());
  const DWORD second = Advise(sink.Get());
  Ptr<IEnumConnections> connections;
  ASSERT_THAT(point_->EnumConnections(&connections), HasCode(S_OK));
  // From here on its list does not change.
  EXPECT_THAT(point_->Unadvise(first), HasCode(S_OK));

  CONNECTDATA data[3] = {};
  ULONG fetched = 0;
  EXPECT_THAT(connections->Next(3, data, &fetched), HasCode(S_FALSE));
  ASSERT_EQ(fetched, 2u);
  EXPECT_EQ(data[0].dwCookie, first);
  EXPECT_EQ(data[1].dwCookie, second);
  for (ULONG i = 0; i < fetched; ++i)
    data[i].pUnk->Release();

  EXPECT_THAT(connections->Reset(), HasCode(S_OK));
  EXPECT_THAT(connections->Skip(1), HasCode(S_OK));
  Ptr<IEnumConnections> clone;
  ASSERT_THAT(connections->Clone(&clone), HasCode(S_OK));
  EXPECT_THAT(connections->Skip(2), HasCode(S_FALSE));
  EXPECT_THAT(connections->Next(1, data, &fetched), HasCode(S_FALSE));
  EXPECT_EQ(fetched, 0u);
  ASSERT_THAT(clone->Next(1, data, &fetched), HasCode(S_OK));
  EXPECT_EQ(data[0].dwCookie, second);
  data[0].pUnk->Release();
  EXPECT_THAT(point_->EnumConnections(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(clone->Clone(nullptr), HasCode(E_POINTER));
}

TEST_F(EventSourceTest, ManyThreadsAdviseAndUnadviseWhileEventsAreRaised) {
  std::atomic<bool> done{false};
  std::thread raiser([&] {
    while (!done)
      Raise();
  });
  std::vector<std::thread> clients;
  for (int t = 0; t < 3; ++t) {
    clients.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const DWORD cookie = Advise(Make<RadioSink>().Get());
        EXPECT_THAT(point_->Unadvise(cookie), HasCode(S_OK));
      }
    });
  }
  for (std::thread& client : clients)
    client.join();
  done = true;
  raiser.join();
  EXPECT_EQ(lists_.radio->size(), 0u);
}

}  // namespace
}  // namespace mbnrig::com
