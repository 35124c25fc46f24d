#include "rras/admin/levels.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rras/model/handles.h"

namespace mbnrig::rras {
namespace {

struct ThingView {
  HandleNumber handle = kNoHandle;
  std::string name{};
};
struct Thing0 {
  DWORD handle;
};
struct Thing1 {
  DWORD handle;
  WCHAR name[4];
  WCHAR* whole_name;
};
void Fill(Thing0& to, const ThingView& view, Tail&) {
  to.handle = static_cast<DWORD>(view.handle);
}
void Fill(Thing1& to, const ThingView& view, Tail& tail) {
  to.handle = static_cast<DWORD>(view.handle);
  CopyText(to.name, view.name);
  to.whole_name = tail.PutText(view.name);
}
void Read(const Thing0& from, ThingView& request) {
  request.handle = from.handle;
}
void Read(const Thing1& from, ThingView& request) {
  request.handle = from.handle;
  request.name = Text(from.name);
}

using ThingLevels = Levels<Thing0, Thing1>;

const std::vector<ThingView> kThings{{4, "one"}, {8, "two"}, {12, "three"}};

struct Answer {
  ~Answer() { FreeBuffer(buffer); }
  template <class Structure>
  const Structure& Get(std::size_t index) const {
    return reinterpret_cast<const Structure*>(buffer)[index];
  }
  DWORD Enumerate(DWORD level, DWORD preferred_length, LPDWORD resume) {
    FreeBuffer(buffer);
    return rras::Enumerate<ThingLevels>(std::span(kThings),
                                        {level, &buffer, preferred_length, &read, &total, resume});
  }
  LPBYTE buffer = nullptr;
  DWORD read = 7, total = 7;
};

TEST(LevelsTest, KnowsItsLevels) {
  EXPECT_TRUE(ThingLevels::Has(0));
  EXPECT_TRUE(ThingLevels::Has(1));
  EXPECT_FALSE(ThingLevels::Has(2));
  EXPECT_FALSE(ThingLevels::Has(static_cast<DWORD>(-1)));
}

TEST(LevelsTest, GivesTheStructureOfTheLevel) {
  Answer answer;
  answer.buffer = Give<ThingLevels>(1, std::span(kThings));
  EXPECT_EQ(answer.Get<Thing1>(2).handle, 12u);
  EXPECT_EQ(std::wstring(answer.Get<Thing1>(2).name), L"thr");
  EXPECT_EQ(std::wstring(answer.Get<Thing1>(2).whole_name), L"three");
}

TEST(LevelsTest, TakesTheStructureOfTheLevelAtAnyAddress) {
  const Thing1 thing{7, {L'f', L'u', L'l', L'l'}, nullptr};
  std::vector<BYTE> bytes(sizeof thing + 1);
  std::memcpy(bytes.data() + 1, &thing, sizeof thing);
  const auto request = Take<ThingLevels, ThingView>(1, bytes.data() + 1);
  EXPECT_EQ(request.handle, 7u);
  EXPECT_EQ(request.name, "full");
}

TEST(EnumerateTest, GivesEverythingWithoutALimit) {
  Answer answer;
  EXPECT_EQ(answer.Enumerate(0, static_cast<DWORD>(-1), nullptr), DWORD{NO_ERROR});
  EXPECT_EQ(answer.read, 3u);
  EXPECT_EQ(answer.total, 3u);
  EXPECT_EQ(answer.Get<Thing0>(0).handle, 4u);
}

TEST(EnumerateTest, GoesOnBehindTheLastOneGiven) {
  Answer answer;
  DWORD resume = 0;
  EXPECT_EQ(answer.Enumerate(1, 2 * sizeof(Thing1) + 1, &resume), DWORD{ERROR_MORE_DATA});
  EXPECT_EQ(answer.read, 2u);
  EXPECT_EQ(answer.total, 3u);
  EXPECT_NE(resume, 0u);
  EXPECT_EQ(answer.Enumerate(1, 2 * sizeof(Thing1) + 1, &resume), DWORD{NO_ERROR});
  EXPECT_EQ(answer.read, 1u);
  EXPECT_EQ(answer.total, 1u);
  EXPECT_EQ(answer.Get<Thing1>(0).handle, 12u);
  EXPECT_EQ(resume, 0u);
}

TEST(EnumerateTest, GivesOneAtLeast) {
  for (const DWORD length : {DWORD{0}, static_cast<DWORD>(sizeof(Thing0) - 1)}) {
    Answer answer;
    DWORD resume = 4;
    EXPECT_EQ(answer.Enumerate(0, length, &resume), DWORD{ERROR_MORE_DATA});
    ASSERT_EQ(answer.read, 1u);
    EXPECT_EQ(answer.total, 2u);
    EXPECT_EQ(answer.Get<Thing0>(0).handle, 8u);
    EXPECT_NE(resume, 0u);
    EXPECT_EQ(answer.Enumerate(0, length, &resume), DWORD{NO_ERROR});
    ASSERT_EQ(answer.read, 1u);
    EXPECT_EQ(answer.Get<Thing0>(0).handle, 12u);
    EXPECT_EQ(resume, 0u);
  }
}

TEST(EnumerateTest, ALengthOfExactlyTheRestIsEnough) {
  Answer answer;
  DWORD resume = 4;
  EXPECT_EQ(answer.Enumerate(1, 2 * sizeof(Thing1), &resume), DWORD{NO_ERROR});
  EXPECT_EQ(answer.read, 2u);
  EXPECT_EQ(resume, 0u);
}

TEST(EnumerateTest, GivesNothingBehindTheLastOne) {
  Answer answer;
  DWORD resume = 12;
  EXPECT_EQ(answer.Enumerate(0, 0, &resume), DWORD{NO_ERROR});
  EXPECT_EQ(answer.read, 0u);
  EXPECT_EQ(answer.total, 0u);
  EXPECT_NE(answer.buffer, nullptr);
  EXPECT_EQ(resume, 0u);
}

// The one that the handle names has gone.
TEST(EnumerateTest, GoesOnAlthoughThingsHaveGone) {
  Answer answer;
  DWORD resume = 6;
  EXPECT_EQ(answer.Enumerate(0, static_cast<DWORD>(-1), &resume), DWORD{NO_ERROR});
  ASSERT_EQ(answer.read, 2u);
  EXPECT_EQ(answer.Get<Thing0>(0).handle, 8u);
}

TEST(EnumerateTest, BeginsWithTheFirstOneWithoutAResumeHandle) {
  Answer answer;
  EXPECT_EQ(answer.Enumerate(0, 0, nullptr), DWORD{ERROR_MORE_DATA});
  ASSERT_EQ(answer.read, 1u);
  EXPECT_EQ(answer.Get<Thing0>(0).handle, 4u);
  EXPECT_EQ(answer.total, 3u);
}

}  // namespace
}  // namespace mbnrig::rras
