#pragma once

/// Helpers for several tests.

#include <chrono>
#include <filesystem>
#include <string>

namespace mbnrig::mbn::testing {

/// A temporary folder for one test. The destructor removes it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The limit of every wait of a test. Only a test that fails waits this long.
inline constexpr std::chrono::seconds kTestPatience{20};

inline constexpr const char* kTestSubscriber = "001010123456789";

/// A version 1 profile of `subscriber` with `children` after SubscriberID.
std::string ProfileXml(const std::string& name, const std::string& children = "",
                       const std::string& subscriber = kTestSubscriber, bool is_default = false);

}  // namespace mbnrig::mbn::testing
