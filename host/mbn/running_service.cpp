#include "mbn/running_service.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "client/monitor.h"
#include "mbn/make_operation.h"
#include "mbn/same_id.h"

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
  throw std::runtime_error("no folder for profiles: set MBNRIG_STATE_DIR");
}

std::unique_ptr<Profiles> OpenProfiles(const ServiceConfig& config, service::TaskThread& events,
                                       EventSink& sink) {
  try {
    return std::make_unique<Profiles>(
        std::filesystem::absolute(StateDirectory(config)) / "profiles", config.times.profile_lock,
        events, sink);
  } catch (const std::system_error& error) {
    throw std::runtime_error(std::string("cannot use the folder for profiles: ") + error.what() +
                             "; set MBNRIG_STATE_DIR to a writable folder");
  }
}

Modem Describe(const ModemSession& session) {
  return {session.snapshot(), session.reachable(), session.connection_listed()};
}

}  // namespace

RunningService::RunningService(const ServiceConfig& config, EventSink& sink,
                               RequestIds& request_ids)
    : times_(config.times),
      limits_{std::max<std::size_t>(config.limits.events, 1),
              std::max<std::size_t>(config.limits.indications, 1),
              std::max<std::size_t>(config.limits.requests, 2)},
      l2_(config.l2),
      sink_(sink, config.times.memory),
      request_ids_(request_ids),
      profiles_(OpenProfiles(config, events_, sink_)),
      monitor_(config.monitor ? config.monitor() : client::MakeLibusbMonitor({}, {})) {
  CompileProfileSchema();
}

// In this order: each thread ends before what it uses is destroyed.
RunningService::~RunningService() {
  monitor_.reset();
  worker_.Stop();
  events_.Stop();
}

void RunningService::Start() {
  monitor_->Start(*this);
}

void RunningService::BeginStop() noexcept {
  sink_.EndBy(std::chrono::steady_clock::now() + times_.stop / 2);
}

void RunningService::Stop() {
  // Sessions end first: requests complete with the true reason, and no session asks a modem for
  // anything while the monitor closes it.
  EndSessions(Ending::kServiceStopped);
  worker_.Post(std::move(tell_ended_));
  sessions_ended_.get_future().wait();
  monitor_->Stop();
  EndSessions(Ending::kServiceStopped);  // modems may have arrived in the meantime
  worker_.Stop();
  events_.Stop();
  monitor_.reset();
}

std::vector<RunningService::SessionPtr> RunningService::Sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

RunningService::SessionPtr RunningService::FindSession(std::string_view interface_id) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(sessions_.begin(), sessions_.end(), [&](const SessionPtr& session) {
        return session->interface_listed() &&
               SameId(session->snapshot()->interface_id, interface_id);
      });
  return found == sessions_.end() ? nullptr : *found;
}

std::vector<Modem> RunningService::Modems() const {
  std::vector<Modem> modems;
  for (const SessionPtr& session : Sessions()) {
    if (session->interface_listed()) modems.push_back(Describe(*session));
  }
  return modems;
}

std::optional<Modem> RunningService::FindModem(std::string_view interface_id) const {
  const SessionPtr session = FindSession(interface_id);
  return session == nullptr ? std::nullopt : std::optional(Describe(*session));
}

HRESULT RunningService::Submit(std::string_view interface_id, const OperationRequest& request,
                               std::uint32_t* id) {
  const SessionPtr session = FindSession(interface_id);
  if (session == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  std::unique_ptr<Operation> operation;
  const HRESULT made = MakeOperation(request, *session->snapshot(), *profiles_, &operation);
  return made == S_OK ? session->Submit(std::move(operation), id) : made;
}

HRESULT RunningService::ListProfiles(const ProfileScope& scope, std::vector<ProfilePtr>* profiles) {
  return profiles_->List(scope, profiles);
}

HRESULT RunningService::FindProfile(std::string_view name, const ProfileScope& scope,
                                    ProfilePtr* profile) {
  return profiles_->Find(name, scope, profile);
}

HRESULT RunningService::Change(const ProfileRequest& request) {
  if (const auto* create = std::get_if<CreateProfile>(&request))
    return profiles_->Create(create->xml, Subscribers());
  if (const auto* update = std::get_if<UpdateProfile>(&request))
    return profiles_->Update(update->profile, update->xml, Subscribers());
  return profiles_->Delete(std::get<DeleteProfile>(request).profile);
}

bool RunningService::WaitUntilKnown(std::string_view interface_id,
                                    std::chrono::milliseconds timeout) {
  const SessionPtr session = FindSession(interface_id);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  if (session == nullptr || !session->WaitUntilKnown(timeout)) return false;
  const auto told = std::make_shared<std::promise<void>>();
  std::future<void> known = told->get_future();
  events_.Post([told] { told->set_value(); });
  return known.wait_until(deadline) == std::future_status::ready;
}

// The subscribers of the modems that are listed and initialised.
std::vector<Subscriber> RunningService::Subscribers() const {
  std::vector<Subscriber> subscribers;
  for (const Modem& modem : Modems()) {
    const ModemState& state = *modem.state;
    if (!state.initialized()) continue;
    subscribers.push_back(
        {state.subscriber->subscriber_id, state.subscriber->sim_icc_id,
         state.home_provider.value ? state.home_provider.value->provider_name : ""});
  }
  return subscribers;
}

void RunningService::OnArrival(std::shared_ptr<client::Device> device) {
  const auto session = std::make_shared<ModemSession>(
      std::move(device),
      SessionSurroundings{worker_, events_, sink_, request_ids_, times_, limits_, l2_},
      [this](const ModemSession& removed) {
        const std::lock_guard lock(mutex_);
        std::erase_if(sessions_, [&](const SessionPtr& one) { return one.get() == &removed; });
      });
  {
    const std::lock_guard lock(mutex_);
    sessions_.push_back(session);
  }
  session->Start();
}

void RunningService::OnRemoval(std::shared_ptr<client::Device> device) {
  const std::lock_guard lock(mutex_);
  for (const SessionPtr& session : sessions_) {
    if (session->device() == device) session->End(Ending::kModemLeft);
  }
}

// A session is removed from the list later, on the event thread.
void RunningService::EndSessions(Ending ending) noexcept {
  const std::lock_guard lock(mutex_);
  for (const SessionPtr& session : sessions_)
    session->End(ending);
}

}  // namespace mbnrig::mbn
