#include "mbn/running_service.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "client/monitor.h"

namespace mbnrig::mbn {
namespace {

std::filesystem::path FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::filesystem::path StateDirectory(const ServiceConfig& config) {
  if (!config.state_dir.empty()) return config.state_dir;
  if (auto own = FromEnvironment("MBNRIG_STATE_DIR"); !own.empty()) return own;
  if (auto xdg = FromEnvironment("XDG_STATE_HOME"); !xdg.empty()) return xdg / "mbnrig";
  if (::geteuid() == 0) return "/var/lib/mbnrig";
  if (auto home = FromEnvironment("HOME"); !home.empty()) return home / ".local/state/mbnrig";
  throw std::runtime_error("nowhere to keep profiles: set MBNRIG_STATE_DIR to a folder");
}

std::unique_ptr<Profiles> OpenProfiles(const ServiceConfig& config, TaskThread& events,
                                       EventSink& sink) {
  try {
    return std::make_unique<Profiles>(
        std::filesystem::absolute(StateDirectory(config)) / "profiles", config.times.profile_lock,
        events, sink);
  } catch (const std::system_error& error) {
    throw std::runtime_error(std::string("nowhere to keep profiles: ") + error.what() +
                             "; set MBNRIG_STATE_DIR to a folder that can be written");
  }
}

}  // namespace

bool SameId(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::toupper(x) == std::toupper(y);
  });
}

RunningService::RunningService(const ServiceConfig& config, EventSink& sink,
                               RequestIds& request_ids)
    : times_(config.times),
      limits_{std::max<std::size_t>(config.limits.events, 1),
              std::max<std::size_t>(config.limits.indications, 1)},
      l2_(config.l2),
      sink_(sink),
      request_ids_(request_ids),
      profiles_(OpenProfiles(config, events_, sink_)),
      monitor_(config.monitor ? config.monitor() : client::MakeLibusbMonitor({}, {})) {
  CompileProfileSchema();
}

// The members' order would take away what their threads still use.
RunningService::~RunningService() {
  monitor_.reset();
  worker_.Stop();
  events_.Stop();
}

void RunningService::Start() {
  monitor_->Start(*this);
}

void RunningService::Stop() {
  // Ended first, so that requests end for the reason there is, and no session asks a modem for
  // anything while the monitor closes it.
  for (const SessionPtr& session : Sessions())
    End(session, HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE));
  std::promise<void> ended;
  worker_.Post([&] { ended.set_value(); });
  ended.get_future().wait();
  monitor_->Stop();
  // What arrived meanwhile.
  for (const SessionPtr& session : Sessions())
    End(session, HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE));
  worker_.Stop();
  events_.Stop();
  monitor_.reset();
}

std::vector<SessionPtr> RunningService::Sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

std::vector<SessionPtr> RunningService::Interfaces() const {
  std::vector<SessionPtr> listed = Sessions();
  std::erase_if(listed, [](const SessionPtr& session) { return !session->interface_listed(); });
  return listed;
}

SessionPtr RunningService::FindInterface(std::string_view interface_id) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(sessions_.begin(), sessions_.end(), [&](const SessionPtr& session) {
        return session->interface_listed() &&
               SameId(session->snapshot()->interface_id, interface_id);
      });
  return found == sessions_.end() ? nullptr : *found;
}

std::vector<SessionPtr> RunningService::Connections() const {
  std::vector<SessionPtr> listed = Sessions();
  std::erase_if(listed, [](const SessionPtr& session) { return !session->connection_listed(); });
  return listed;
}

std::vector<Subscriber> RunningService::Subscribers() const {
  std::vector<Subscriber> subscribers;
  for (const SessionPtr& session : Interfaces()) {
    const Snapshot state = session->snapshot();
    if (!state->initialized()) continue;
    subscribers.push_back(
        {state->subscriber->subscriber_id, state->subscriber->sim_icc_id,
         state->home_provider.value ? state->home_provider.value->provider_name : ""});
  }
  return subscribers;
}

void RunningService::OnArrival(std::shared_ptr<client::Device> device) {
  const auto session = std::make_shared<ModemSession>(
      std::move(device),
      SessionSurroundings{worker_, events_, sink_, request_ids_, times_, limits_, l2_});
  {
    const std::lock_guard lock(mutex_);
    sessions_.push_back(session);
  }
  session->Start();
}

void RunningService::OnRemoval(std::shared_ptr<client::Device> device) {
  for (const SessionPtr& session : Sessions()) {
    if (session->device() == device) End(session, HRESULT_FROM_WIN32(ERROR_NOT_FOUND));
  }
}

void RunningService::End(const SessionPtr& session, HRESULT failure) {
  session->End(failure, [this, session] {
    const std::lock_guard lock(mutex_);
    std::erase(sessions_, session);
  });
}

}  // namespace mbnrig::mbn
