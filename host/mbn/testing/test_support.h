#pragma once

/// What several tests of the room need.

#include <chrono>
#include <filesystem>
#include <string>

namespace mbnrig::mbn {

/// A folder of the test's own, gone with it.
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

/// How long a test waits for what must come; never waited out when all is well.
inline constexpr std::chrono::seconds kTestPatience{20};

inline constexpr const char* kTestSubscriber = "001010123456789";

/// A version 1 profile of `subscriber` with `children` after SubscriberID.
std::string ProfileXml(const std::string& name, const std::string& children = "",
                       const std::string& subscriber = kTestSubscriber, bool is_default = false);

}  // namespace mbnrig::mbn
