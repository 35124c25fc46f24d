#include "mbn/testing/test_support.h"

#include <stdlib.h>

#include <cerrno>
#include <system_error>

namespace mbnrig::mbn::testing {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "mbnrig-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "cannot make " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ProfileXml(const std::string& name, const std::string& children,
                       const std::string& subscriber, bool is_default) {
  return "<MBNProfile xmlns=\"http://www.microsoft.com/networking/WWAN/profile/v1\"><Name>" + name +
         "</Name><IsDefault>" + (is_default ? "true" : "false") + "</IsDefault><SubscriberID>" +
         subscriber + "</SubscriberID>" + children + "</MBNProfile>";
}

}  // namespace mbnrig::mbn::testing
