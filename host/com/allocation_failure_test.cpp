// Each allocation of an operation fails in turn. The operation returns E_OUTOFMEMORY and leaves
// nothing behind.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>

#include "com/array.h"
#include "com/class_registry.h"
#include "com/event_source.h"
#include "com/testing/objects.h"
#include "com/text.h"
#include "mbim/testing/allocations.h"

namespace mbnrig::com {
namespace {

using testing::g_alive;
using testing::RadioSink;

// Runs `operation` again and again: first its first allocation fails, then its second, until the
// operation succeeds. `after` checks what each failure left behind.
void FailEachAllocation(const std::function<HRESULT()>& operation,
                        const std::function<void()>& after) {
  int failures = 0;
  while (true) {
    ASSERT_LT(failures, 100) << "never succeeds";
    mbim::testing::AllocationsOfThisThread().left = failures;
    const HRESULT hr = operation();
    mbim::testing::AllocationsOfThisThread().left = -1;
    if (hr == S_OK) break;
    EXPECT_EQ(hr, E_OUTOFMEMORY) << "allocation " << failures;
    after();
    ++failures;
  }
  EXPECT_GT(failures, 0) << "the operation allocates nothing, so this test checks nothing";
}

class Manager final : public EventSource<IMbnInterfaceManager> {
 public:
  explicit Manager(std::shared_ptr<Connections> sinks) : EventSource({std::move(sinks)}) {
    ++g_alive;
  }
  ~Manager() override { --g_alive; }

  HRESULT STDMETHODCALLTYPE GetInterface(LPCWSTR, IMbnInterface**) override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE GetInterfaces(SAFEARRAY**) override { return E_FAIL; }
};

class AllocationFailureTest : public ::testing::Test {
 protected:
  std::shared_ptr<Sinks<IMbnRadioEvents>> sinks_ = std::make_shared<Sinks<IMbnRadioEvents>>();
  Ptr<Manager> manager_ = Make<Manager>(sinks_);

  Ptr<IConnectionPoint> Point() {
    Ptr<IConnectionPoint> point;
    EXPECT_EQ(manager_->FindConnectionPoint(IID_IMbnRadioEvents, &point), S_OK);
    return point;
  }
};

TEST_F(AllocationFailureTest, CreatingAnObject) {
  constexpr CLSID kClass = {0x7e57c1a5, 0x0002, 0x4000, {0x80, 0, 0, 0, 0, 0, 0, 2}};
  const auto registration = RegisterClass(kClass, [this](REFIID iid, void** object) {
    return MakeAndQuery<Manager>(iid, object, sinks_);
  });
  ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  Ptr<IUnknown> object;
  FailEachAllocation(
      [&] { return CoCreateInstance(kClass, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&object)); },
      [&] {
        EXPECT_EQ(object.Get(), nullptr);
        EXPECT_EQ(g_alive, 1);
      });
  CoUninitialize();
}

TEST_F(AllocationFailureTest, Advising) {
  const Ptr<RadioSink> sink = Make<RadioSink>();
  const Ptr<IConnectionPoint> point = Point();
  DWORD cookie = 0;
  FailEachAllocation([&] { return point->Advise(sink.Get(), &cookie); },
                     [&] {
                       EXPECT_EQ(cookie, 0u);
                       EXPECT_EQ(sinks_->size(), 0u);
                     });
  // Raising events and ending connections cannot run out of memory.
  mbim::testing::AllocationsOfThisThread().left = 0;
  sinks_->ForEach([](IMbnRadioEvents* s) { s->OnRadioStateChange(nullptr); });
  const HRESULT unadvised = point->Unadvise(cookie);
  mbim::testing::AllocationsOfThisThread().left = -1;
  EXPECT_EQ(unadvised, S_OK);
  EXPECT_EQ(sink->calls, 1);
}

TEST_F(AllocationFailureTest, Enumerating) {
  const Ptr<IConnectionPoint> point = Point();
  DWORD cookie = 0;
  ASSERT_EQ(point->Advise(Make<RadioSink>().Get(), &cookie), S_OK);
  Ptr<IEnumConnections> connections, clone;
  FailEachAllocation([&] { return point->EnumConnections(&connections); },
                     [&] { EXPECT_EQ(connections.Get(), nullptr); });
  FailEachAllocation([&] { return connections->Clone(&clone); },
                     [&] { EXPECT_EQ(clone.Get(), nullptr); });
  Ptr<IEnumConnectionPoints> points;
  FailEachAllocation([&] { return manager_->EnumConnectionPoints(&points); },
                     [&] { EXPECT_EQ(points.Get(), nullptr); });
}

TEST_F(AllocationFailureTest, GivingTextOut) {
  BSTR text = nullptr;
  FailEachAllocation(
      [&] { return GiveBstr(std::string_view("a text beyond small strings"), &text); },
      [&] { EXPECT_EQ(text, nullptr); });
  SysFreeString(text);
  const std::vector<std::string> texts = {"+49 151 000000001", "+49 151 000000002"};
  SAFEARRAY* array = nullptr;
  FailEachAllocation([&] { return GiveStringArray(texts, &array); },
                     [&] { EXPECT_EQ(array, nullptr); });
  SafeArrayDestroy(array);
}

}  // namespace
}  // namespace mbnrig::com
