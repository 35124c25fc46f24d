#include "rras/running.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cwctype>

#include "com/text.h"
#include "rras/access.h"

namespace mbnrig::rras {
namespace {

std::wstring Lower(std::wstring text) {
  for (wchar_t& c : text) c = static_cast<wchar_t>(std::towlower(static_cast<std::wint_t>(c)));
  return text;
}

}  // namespace

Running& Running::Get() {
  static Running running;
  return running;
}

void Running::Start() {
  const std::lock_guard lock(mutex);
  touched = true;
  if (state != ServiceState::kStopped) return;
  router = std::make_shared<Router>(config, [this] {
    const std::lock_guard lock_state(mutex);
    return state == ServiceState::kPaused;
  });
  state = ServiceState::kRunning;
}

void Running::StartUnlessTouched() {
  {
    const std::lock_guard lock(mutex);
    if (touched) return;
  }
  Start();
}

std::shared_ptr<Router> Running::CurrentRouter() {
  const std::lock_guard lock(mutex);
  return router;
}

bool Running::CallerMayAdminister() {
  std::string group;
  {
    const std::lock_guard lock(mutex);
    group = config.group;
  }
  return CallerIsPrivileged(group);
}

bool IsThisMachine(const wchar_t* server_name) {
  if (server_name == nullptr) return true;
  std::wstring name = Lower(server_name);
  if (name.rfind(L"\\\\", 0) == 0) name.erase(0, 2);
  if (name.empty() || name == L"." || name == L"localhost") return true;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return false;
  return name == Lower(com::FromUtf8(host.data()));
}

void LogUnexpected(const std::exception& error) noexcept {
  try {
    spdlog::error("rras: {}", error.what());
  } catch (...) {  // nothing is left to tell it to
  }
}

}  // namespace mbnrig::rras
