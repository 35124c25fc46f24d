#include "mbn/profile/profile_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <thread>

#include "mbn/profile/files.h"
#include "mbn/testing/test_support.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using std::chrono::milliseconds;

// The tests check what RemoveDurably and WriteAtomically do to it.
void Put(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

ProfilePtr Make(const std::string& name, const std::string& description,
                const std::string& icon = "") {
  auto document = ReadProfile(ProfileXml(name));
  auto& profile = std::get<ProfileDocument>(document);
  profile.SetText("Description", description);
  if (!icon.empty()) profile.SetText("ICONFilePath", icon);
  return DescribeProfile(profile);
}

std::string DescriptionOf(const ProfilePtr& profile) {
  return std::get<ProfileDocument>(ReadProfile(profile->xml)).Text("Description").value_or("");
}

std::size_t CountFiles(const std::filesystem::path& directory) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    count += entry.is_regular_file() && entry.path().filename() != ".lock";
  return count;
}

class ProfileStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<ProfileStore> Open() {
    return std::make_unique<ProfileStore>(directory(), milliseconds(5000));
  }
  std::filesystem::path directory() const { return folder_.path() / "profiles"; }
  std::filesystem::path icons() const { return directory() / "icons"; }
  const TemporaryFolder& folder() const { return folder_; }

  static void Add(ProfileStore& store, const ProfilePtr& profile) {
    store.Change(
        [&](ProfileStore::Transaction& change) { change.Write(change.NewFile(), *profile); });
  }
  static void Replace(ProfileStore& store, const ProfilePtr& profile) {
    store.Change([&](ProfileStore::Transaction& change) {
      for (const StoredProfile& stored : change.profiles())
        if (stored.profile->SameAs(*profile)) return change.Write(stored.file, *profile);
    });
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(ProfileStoreTest, KeepsProfilesBeyondItsLife) {
  Add(*Open(), Make("one", "first"));
  auto store = Open();
  Add(*store, Make("two", "second"));
  ASSERT_EQ(store->List().size(), 2u);
  Replace(*store, Make("one", "changed"));
  store = Open();
  std::vector<std::string> descriptions;
  for (const auto& stored : store->List())
    descriptions.push_back(DescriptionOf(stored.profile));
  EXPECT_THAT(descriptions, ::testing::UnorderedElementsAre("changed", "second"));
}

TEST_F(ProfileStoreTest, RemovesWhatItIsToldTo) {
  const auto store = Open();
  Add(*store, Make("one", "first"));
  store->Change([](auto& change) { change.Remove(change.profiles().front().file); });
  EXPECT_TRUE(store->List().empty());
  EXPECT_EQ(CountFiles(directory()), 0u);
}

TEST_F(ProfileStoreTest, IsReadableByItsOwnerOnly) {
  const auto store = Open();
  Add(*store, Make("one", "first"));
  struct stat status {};
  ASSERT_EQ(::stat(directory().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat((directory() / store->List().front().file).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(ProfileStoreTest, PassesOverWhatIsNoProfileAndLeavesItAlone) {
  auto store = Open();
  Add(*store, Make("good", "first"));
  Put(directory() / "cut.xml", ProfileXml("cut").substr(0, 70));
  Put(directory() / "empty.xml", "");
  Put(directory() / "huge.xml", std::string(kMaxProfileBytes + 1, ' '));
  Put(directory() / "notes.txt", "not ours");
  Put(directory() / "strange.xml", std::string("\0\xff\xfe<", 4));
  std::filesystem::create_directory(directory() / "folder.xml");
  ASSERT_EQ(::mkfifo((directory() / "pipe.xml").c_str(), 0600), 0);
  EXPECT_EQ(store->List().size(), 1u);
  store = Open();
  ASSERT_EQ(store->List().size(), 1u);
  EXPECT_EQ(store->List().front().profile->name, "good");
  for (const char* file : {"cut.xml", "empty.xml", "huge.xml", "notes.txt", "strange.xml"})
    EXPECT_TRUE(std::filesystem::exists(directory() / file)) << file;
}

TEST_F(ProfileStoreTest, TakesTheFirstOfTwoFilesWithOneProfile) {
  const auto store = Open();
  Put(directory() / "b.xml", Make("one", "second")->xml);
  Put(directory() / "a.xml", Make("one", "first")->xml);
  ASSERT_EQ(store->List().size(), 1u);
  EXPECT_EQ(DescriptionOf(store->List().front().profile), "first");
}

TEST_F(ProfileStoreTest, SeesWhatAnotherProcessChanged) {
  const auto ours = Open();
  const auto theirs = Open();
  Add(*theirs, Make("one", "first"));
  EXPECT_EQ(ours->List().size(), 1u);
  Replace(*theirs, Make("one", "changed"));
  EXPECT_EQ(DescriptionOf(ours->List().front().profile), "changed");
}

TEST_F(ProfileStoreTest, WaitsForAnotherProcessOnlySoLong) {
  ProfileStore store(directory(), milliseconds(20));
  const int fd = ::open((directory() / ".lock").c_str(), O_RDWR);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  EXPECT_THROW(Add(store, Make("one", "first")), std::system_error);
  ::close(fd);
  Add(store, Make("one", "first"));
  EXPECT_EQ(store.List().size(), 1u);
}

TEST_F(ProfileStoreTest, CopiesAnIconAndRemovesItWithItsProfile) {
  const auto store = Open();
  const auto source = folder().path() / "icon.bmp";
  Put(source, "BM picture");
  store->Change([&](auto& change) {
    const std::string file = change.NewFile();
    change.Write(file, *Make("one", "first", *change.CopyIcon(file, source)));
  });
  const std::filesystem::path copy = store->List().front().profile->icon_path;
  EXPECT_EQ(copy.parent_path(), icons());
  EXPECT_EQ(ReadFile(copy, 100), "BM picture");
  Replace(*store, Make("one", "changed", copy));
  EXPECT_TRUE(std::filesystem::exists(copy));
  store->Change([](auto& change) { change.Remove(change.profiles().front().file); });
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_TRUE(std::filesystem::exists(source));
}

TEST_F(ProfileStoreTest, RemovesAnIconThatAnUpdateDrops) {
  const auto store = Open();
  Put(folder().path() / "icon.bmp", "BM");
  store->Change([&](auto& change) {
    const std::string file = change.NewFile();
    change.Write(file, *Make("one", "with", *change.CopyIcon(file, folder().path() / "icon.bmp")));
  });
  Replace(*store, Make("one", "without"));
  EXPECT_EQ(CountFiles(icons()), 0u);
}

TEST_F(ProfileStoreTest, KeepsNoIconOfAProfileThatWasNotWritten) {
  const auto store = Open();
  Put(folder().path() / "icon.bmp", "BM");
  EXPECT_THROW(store->Change([&](auto& change) {
    change.CopyIcon(change.NewFile(), folder().path() / "icon.bmp");
    throw std::runtime_error("second thoughts");
  }),
               std::runtime_error);
  EXPECT_EQ(CountFiles(icons()), 0u);
}

TEST_F(ProfileStoreTest, RefusesIconsThatAreNone) {
  const auto store = Open();
  Put(folder().path() / "huge", std::string(ProfileStore::kMaxIconBytes + 1, 'b'));
  ASSERT_EQ(::mkfifo((folder().path() / "pipe").c_str(), 0600), 0);
  store->Change([&](auto& change) {
    for (const std::string source : {"icon.bmp", "", "/no/such/icon.bmp"})
      EXPECT_FALSE(change.CopyIcon("a.xml", source)) << source;
    for (const char* source : {"huge", "pipe", "."})
      EXPECT_FALSE(change.CopyIcon("a.xml", folder().path() / source)) << source;
  });
}

TEST_F(ProfileStoreTest, NeverRemovesAnIconOutside) {
  const auto precious = folder().path() / "precious";
  Put(precious, "mine");
  const auto store = Open();
  Put(directory() / "a.xml", Make("one", "first", precious)->xml);
  store->Change([](auto& change) { change.Remove(change.profiles().front().file); });
  EXPECT_TRUE(std::filesystem::exists(precious));
}

// A child process changes one profile repeatedly until SIGKILL ends it at a random moment.
// Afterwards the profile must be complete, in one of the versions that the child wrote.
TEST_F(ProfileStoreTest, LosesNothingWhenKilledDuringAWrite) {
  Put(folder().path() / "icon.bmp", std::string(4000, 'i'));
  Add(*Open(), Make("one", "0"));
  std::minstd_rand random(20261121);
  for (int round = 0; round < 40; ++round) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = Open();
      for (int version = 0;; ++version) {
        store->Change([&](auto& change) {
          const std::string file = change.profiles().front().file;
          change.Write(file,
                       *Make("one", std::string(static_cast<std::size_t>(version % 200) + 1, 'v'),
                             *change.CopyIcon(file, folder().path() / "icon.bmp")));
        });
        if (version == 0 && ::write(ready[1], "r", 1) != 1) ::_exit(1);
      }
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    // This sleep does not wait for an event. It makes each child die at another point.
    for (unsigned spin = random() % 200'000; spin > 0; --spin)
      asm volatile("");
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);

    const auto store = Open();
    const auto profiles = store->List();
    ASSERT_EQ(profiles.size(), 1u) << "round " << round;
    EXPECT_THAT(DescriptionOf(profiles.front().profile), ::testing::MatchesRegex("v+"));
    EXPECT_TRUE(ReadFile(profiles.front().profile->icon_path, 4000));
    EXPECT_EQ(CountFiles(directory()), 1u) << "an unfinished file was left behind";
    EXPECT_EQ(CountFiles(icons()), 1u);
  }
}

}  // namespace
}  // namespace mbnrig::mbn
