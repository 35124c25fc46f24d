#include "com/event_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "com/testing/objects.h"

namespace mbnrig::com {
namespace {

using ::testing::ElementsAre;
using testing::g_alive;
using testing::Radio;
using testing::RadioSink;

struct Lists {
  std::shared_ptr<Sinks<IMbnRadioEvents>> radio = std::make_shared<Sinks<IMbnRadioEvents>>();
  std::shared_ptr<Sinks<IMbnSignalEvents>> signal = std::make_shared<Sinks<IMbnSignalEvents>>();
};

// A manager as the service hands them out: any number of objects over the same lists of sinks.
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
    EXPECT_EQ(manager->QueryInterface(IID_PPV_ARGS(&container)), S_OK);
    Ptr<IConnectionPoint> point;
    EXPECT_EQ(container->FindConnectionPoint(__uuidof(IMbnRadioEvents), &point), S_OK);
    return point;
  }

  DWORD Advise(IUnknown* sink) {
    DWORD cookie = 0;
    EXPECT_EQ(point_->Advise(sink, &cookie), S_OK);
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
  ASSERT_EQ(point_->GetConnectionPointContainer(&container), S_OK);
  Ptr<IMbnInterfaceManager> manager;
  EXPECT_EQ(container.As(&manager), S_OK);
  Ptr<IConnectionPoint> point;
  ASSERT_EQ(container->FindConnectionPoint(IID_IMbnSignalEvents, &point), S_OK);
  IID iid{};
  EXPECT_EQ(point->GetConnectionInterface(&iid), S_OK);
  EXPECT_TRUE(IsEqualIID(iid, IID_IMbnSignalEvents));
  EXPECT_EQ(container->FindConnectionPoint(IID_IMbnSmsEvents, &point), CONNECT_E_NOCONNECTION);
  EXPECT_EQ(container->FindConnectionPoint(IID_IMbnSignalEvents, nullptr), E_POINTER);
}

TEST_F(EventSourceTest, PointIsAnObjectOfItsOwn) {
  Ptr<IConnectionPointContainer> container;
  ASSERT_EQ(point_->GetConnectionPointContainer(&container), S_OK);
  Ptr<IUnknown> point_identity, container_identity;
  ASSERT_EQ(point_.As(&point_identity), S_OK);
  ASSERT_EQ(container.As(&container_identity), S_OK);
  EXPECT_NE(point_identity.Get(), container_identity.Get());
  void* manager = nullptr;
  EXPECT_EQ(point_->QueryInterface(IID_IMbnInterfaceManager, &manager), E_NOINTERFACE);
  EXPECT_EQ(point_->QueryInterface(IID_IUnknown, nullptr), E_POINTER);
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
  EXPECT_EQ(point_->Unadvise(cookie), S_OK);
  EXPECT_EQ(g_alive, 1);  // the manager alone
  Raise();
}

TEST_F(EventSourceTest, EverySinkHasItsCookie) {
  const Ptr<RadioSink> sink = Make<RadioSink>();
  const DWORD first = Advise(sink.Get());
  const DWORD second = Advise(sink.Get());
  EXPECT_NE(first, second);
  Raise();
  EXPECT_EQ(sink->calls, 2);
  EXPECT_EQ(point_->Unadvise(first), S_OK);
  EXPECT_EQ(point_->Unadvise(first), CONNECT_E_NOCONNECTION);
  Raise();
  EXPECT_EQ(sink->calls, 3);
  EXPECT_EQ(point_->Unadvise(0), CONNECT_E_NOCONNECTION);
  EXPECT_EQ(point_->Unadvise(second + 1), CONNECT_E_NOCONNECTION);
}

TEST_F(EventSourceTest, SinkWithoutTheInterfaceCannotConnect) {
  const Ptr<Radio> no_sink = Make<Radio>();
  DWORD cookie = 5;
  EXPECT_EQ(point_->Advise(no_sink->AsUnknown(), &cookie), CONNECT_E_CANNOTCONNECT);
  EXPECT_EQ(cookie, 0u);
  EXPECT_EQ(point_->Advise(nullptr, &cookie), E_POINTER);
  EXPECT_EQ(point_->Advise(no_sink->AsUnknown(), nullptr), E_POINTER);
}

TEST_F(EventSourceTest, LimitOfConnectionsIsKept) {
  lists_.radio = std::make_shared<Sinks<IMbnRadioEvents>>(1);
  point_ = RadioPoint(Make<Manager>(lists_)->AsUnknown());
  const Ptr<RadioSink> sink = Make<RadioSink>();
  const DWORD cookie = Advise(sink.Get());
  DWORD refused = 0;
  EXPECT_EQ(point_->Advise(sink.Get(), &refused), CONNECT_E_ADVISELIMIT);
  EXPECT_EQ(refused, 0u);
  EXPECT_EQ(point_->Unadvise(cookie), S_OK);
  EXPECT_EQ(point_->Advise(sink.Get(), &refused), S_OK);
}

TEST_F(EventSourceTest, EventsReachSinksOfEveryManager) {
  Ptr<IConnectionPoint> other = RadioPoint(Make<Manager>(lists_)->AsUnknown());
  const Ptr<RadioSink> mine = Make<RadioSink>();
  const Ptr<RadioSink> theirs = Make<RadioSink>();
  const DWORD my_cookie = Advise(mine.Get());
  DWORD their_cookie = 0;
  ASSERT_EQ(other->Advise(theirs.Get(), &their_cookie), S_OK);
  Raise();
  EXPECT_EQ(mine->calls, 1);
  EXPECT_EQ(theirs->calls, 1);
  EXPECT_EQ(other->Unadvise(my_cookie), CONNECT_E_NOCONNECTION);
  other.Reset();  // the manager goes, and its connections with it
  Raise();
  EXPECT_EQ(mine->calls, 2);
  EXPECT_EQ(theirs->calls, 1);
  EXPECT_EQ(lists_.radio->size(), 1u);
}

TEST_F(EventSourceTest, SinkMayUnadviseItselfInItsCall) {
  DWORD cookie = 0;
  Ptr<RadioSink> sink = Make<RadioSink>([&] { EXPECT_EQ(point_->Unadvise(cookie), S_OK); });
  cookie = Advise(sink.Get());
  Raise();
  Raise();
  EXPECT_EQ(sink->calls, 1);
}

TEST_F(EventSourceTest, SinkUnadvisedMeanwhileIsNotCalled) {
  DWORD second_cookie = 0;
  const Ptr<RadioSink> first =
      Make<RadioSink>([&] { EXPECT_EQ(point_->Unadvise(second_cookie), S_OK); });
  const Ptr<RadioSink> second = Make<RadioSink>();
  const DWORD first_cookie = Advise(first.Get());
  second_cookie = Advise(second.Get());
  Raise();
  EXPECT_EQ(first->calls, 1);
  EXPECT_EQ(second->calls, 0);
  EXPECT_EQ(point_->Unadvise(first_cookie), S_OK);
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
  ASSERT_EQ(point_->GetConnectionPointContainer(&container), S_OK);
  Ptr<IEnumConnectionPoints> points;
  ASSERT_EQ(container->EnumConnectionPoints(&points), S_OK);
  std::vector<IID> iids;
  IConnectionPoint* raw = nullptr;
  while (points->Next(1, &raw, nullptr) == S_OK) {
    Ptr<IConnectionPoint> point;
    point.Attach(raw);
    iids.emplace_back();
    EXPECT_EQ(point->GetConnectionInterface(&iids.back()), S_OK);
  }
  EXPECT_THAT(iids, ElementsAre(IID_IMbnRadioEvents, IID_IMbnSignalEvents));
  EXPECT_EQ(points->Next(2, &raw, nullptr), E_POINTER);
  EXPECT_EQ(container->EnumConnectionPoints(nullptr), E_POINTER);
}

TEST_F(EventSourceTest, EnumeratesItsConnections) {
  const Ptr<RadioSink> sink = Make<RadioSink>();
  const DWORD first = Advise(sink.Get());
  const DWORD second = Advise(sink.Get());
  Ptr<IEnumConnections> connections;
  ASSERT_EQ(point_->EnumConnections(&connections), S_OK);
  // What it walks is fixed from here on.
  EXPECT_EQ(point_->Unadvise(first), S_OK);

  CONNECTDATA data[3] = {};
  ULONG fetched = 0;
  EXPECT_EQ(connections->Next(3, data, &fetched), S_FALSE);
  ASSERT_EQ(fetched, 2u);
  EXPECT_EQ(data[0].dwCookie, first);
  EXPECT_EQ(data[1].dwCookie, second);
  for (ULONG i = 0; i < fetched; ++i)
    data[i].pUnk->Release();

  EXPECT_EQ(connections->Reset(), S_OK);
  EXPECT_EQ(connections->Skip(1), S_OK);
  Ptr<IEnumConnections> clone;
  ASSERT_EQ(connections->Clone(&clone), S_OK);
  EXPECT_EQ(connections->Skip(2), S_FALSE);
  EXPECT_EQ(connections->Next(1, data, &fetched), S_FALSE);
  EXPECT_EQ(fetched, 0u);
  ASSERT_EQ(clone->Next(1, data, &fetched), S_OK);
  EXPECT_EQ(data[0].dwCookie, second);
  data[0].pUnk->Release();
  EXPECT_EQ(point_->EnumConnections(nullptr), E_POINTER);
  EXPECT_EQ(clone->Clone(nullptr), E_POINTER);
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
        EXPECT_EQ(point_->Unadvise(cookie), S_OK);
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
