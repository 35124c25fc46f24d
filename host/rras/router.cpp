#include "rras/router.h"

#include <mprerror.h>
#include <raserror.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "rras/errors.h"
#include "rras/handles.h"
#include "rras/log.h"

namespace mbnrig::rras {
namespace {

bool CanDial(ROUTER_INTERFACE_TYPE type) {
  return type == ROUTER_IF_TYPE_FULL_ROUTER || type == ROUTER_IF_TYPE_HOME_ROUTER;
}

bool NeedsDdm(ROUTER_INTERFACE_TYPE type) {
  return CanDial(type) || type == ROUTER_IF_TYPE_CLIENT;
}

// A connection lasts until it has been hung up.
bool IsUp(const ModemView& modem) {
  return modem.state == MBN_ACTIVATION_STATE_ACTIVATED ||
         modem.state == MBN_ACTIVATION_STATE_DEACTIVATING;
}

const ModemView* Find(const std::vector<ModemView>& modems, const std::wstring& interface_id) {
  const auto modem = std::find_if(modems.begin(), modems.end(), [&](const ModemView& candidate) {
    return candidate.interface_id == interface_id;
  });
  return modem == modems.end() ? nullptr : &*modem;
}

// One that can be dialled now, if there is; else the modem itself shall say why it cannot.
const ModemView* Choose(const std::vector<ModemView>& modems, const std::wstring& device_name) {
  const ModemView* chosen = nullptr;
  for (const ModemView& modem : modems) {
    if (!device_name.empty() && modem.interface_id != device_name &&
        modem.device_name != device_name)
      continue;
    const bool free = modem.operational && (modem.state == MBN_ACTIVATION_STATE_DEACTIVATED ||
                                            modem.state == MBN_ACTIVATION_STATE_NONE);
    if (free) return &modem;
    if (chosen == nullptr) chosen = &modem;
  }
  return chosen;
}

RAS_PORT_CONDITION Condition(const ModemView& modem) {
  if (!modem.operational) return RAS_PORT_NON_OPERATIONAL;
  if (IsUp(modem)) return RAS_PORT_AUTHENTICATED;
  return modem.state == MBN_ACTIVATION_STATE_ACTIVATING ? RAS_PORT_AUTHENTICATING
                                                        : RAS_PORT_DISCONNECTED;
}

}  // namespace

Router::Router(const ServiceConfig& config, std::unique_ptr<Dialer> dialer)
    : config_(config), dialer_(std::move(dialer)) {
  if (dialer_) dialer_->Start([this] { Refresh(); });
}

Router::~Router() {
  BeginStop();
  if (!dialer_) return;
  try {
    HangUpEverything();
  } catch (const std::exception& error) {
    LogWarning(std::string("stopped without hanging up: ") + error.what());
  }
  dialer_->Stop();
}

void Router::BeginStop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ended_.notify_all();
}

void Router::SetPaused(bool paused) {
  const std::lock_guard lock(mutex_);
  paused_ = paused;
}

DWORD Router::CreateInterface(const InterfaceRequest& request, HANDLE* interface_handle) {
  if (NeedsDdm(request.type) && !ddm_running()) return ERROR_DDM_NOT_RUNNING;
  const std::lock_guard lock(mutex_);
  for (const auto& [handle, entry] : interfaces_)
    if (entry.request.name == request.name) return ERROR_INTERFACE_ALREADY_EXISTS;
  Interface entry;
  entry.request = request;
  const HANDLE handle = NextHandle();
  interfaces_.emplace(handle, std::move(entry));
  *interface_handle = handle;
  return NO_ERROR;
}

DWORD Router::DeleteInterface(HANDLE interface_handle) {
  Refresh();
  const std::lock_guard lock(mutex_);
  const auto entry = interfaces_.find(interface_handle);
  if (entry == interfaces_.end()) return ERROR_INVALID_HANDLE;
  // An attempt under way would come to connect an interface that is gone.
  if (entry->second.state != ROUTER_IF_STATE_DISCONNECTED) return ERROR_INTERFACE_CONNECTED;
  interfaces_.erase(entry);
  return NO_ERROR;
}

DWORD Router::FindInterface(const std::wstring& name, bool include_clients,
                            HANDLE* interface_handle) {
  const std::lock_guard lock(mutex_);
  for (const auto& [handle, entry] : interfaces_) {
    if (entry.request.name != name) continue;
    if (entry.request.type == ROUTER_IF_TYPE_CLIENT && !include_clients) continue;
    *interface_handle = handle;
    return NO_ERROR;
  }
  return ERROR_NO_SUCH_INTERFACE;
}

DWORD Router::ConnectInterface(HANDLE interface_handle, std::shared_ptr<com::Event> event,
                               bool wait) {
  if (!ddm_running()) return ERROR_DDM_NOT_RUNNING;
  const bool returns_at_once = event != nullptr || !wait;
  const auto attempt = std::make_shared<Attempt>();
  attempt->event = std::move(event);
  const std::vector<ModemView> modems = Refresh();

  std::unique_lock lock(mutex_);
  if (stopping_) return ERROR_DDM_NOT_RUNNING;
  const auto found = interfaces_.find(interface_handle);
  if (found == interfaces_.end() || !CanDial(found->second.request.type))
    return ERROR_INVALID_HANDLE;
  Interface& entry = found->second;
  if (paused_) return ERROR_SERVICE_IS_PAUSED;
  if (!entry.request.enabled) return ERROR_INTERFACE_DISABLED;
  if (entry.state == ROUTER_IF_STATE_CONNECTING) return ERROR_ALREADY_CONNECTING;
  if (entry.state == ROUTER_IF_STATE_CONNECTED) {
    // What is asked for is there: an attempt that has succeeded already.
    if (attempt->event) attempt->event->Set();
    return returns_at_once ? PENDING : NO_ERROR;
  }
  const ModemView* modem = Choose(modems, entry.request.device_name);
  if (modem == nullptr) return ERROR_INTERFACE_HAS_NO_DEVICES;

  const std::wstring profile =
      entry.request.profile.empty() ? entry.request.name : entry.request.profile;
  entry.modem = modem->interface_id;
  entry.state = ROUTER_IF_STATE_CONNECTING;
  entry.attempt = attempt;
  lock.unlock();

  HRESULT accepted = E_OUTOFMEMORY;
  try {
    accepted = dialer_->Connect(
        modem->interface_id, profile,
        [this, interface_handle](HRESULT status) { Finish(interface_handle, status); });
  } catch (const std::bad_alloc&) {  // an attempt that has begun ends, for whatever reason
  }
  if (FAILED(accepted)) Finish(interface_handle, accepted);
  if (returns_at_once) return PENDING;

  lock.lock();
  const bool told =
      ended_.wait_for(lock, config_.connect_timeout, [&] { return attempt->over || stopping_; });
  if (attempt->over) return attempt->error;
  return told ? ERROR_DDM_NOT_RUNNING : ERROR_TIMEOUT;
}

DWORD Router::DisconnectInterface(HANDLE interface_handle) {
  if (!ddm_running()) return ERROR_DDM_NOT_RUNNING;
  Refresh();
  std::wstring modem;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = interfaces_.find(interface_handle);
    if (entry == interfaces_.end() || !CanDial(entry->second.request.type))
      return ERROR_INVALID_HANDLE;
    if (entry->second.state != ROUTER_IF_STATE_CONNECTED) return ERROR_INTERFACE_NOT_CONNECTED;
    modem = entry->second.modem;
  }
  return HangUp(modem, ERROR_INTERFACE_NOT_CONNECTED);
}

std::optional<std::vector<PortView>> Router::Ports(std::optional<HANDLE> connection) {
  Refresh();
  const auto now = std::chrono::steady_clock::now();
  std::vector<PortView> views;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [interface_id, port] : ports_) {
      if (connection && port.connection != *connection) continue;
      PortView view;
      view.port = port.handle;
      view.serial = port.serial;
      view.connection = port.connection;
      view.condition = port.condition;
      view.total_calls = port.total_calls;
      if (port.connection != nullptr)
        view.connected_for =
            std::chrono::duration_cast<std::chrono::seconds>(now - port.connected_since);
      view.name = L"MBN" + std::to_wstring(port.number);
      view.device_name = port.device_name;
      views.push_back(std::move(view));
    }
  }
  if (connection && views.empty()) return std::nullopt;
  std::sort(views.begin(), views.end(),
            [](const PortView& a, const PortView& b) { return a.serial < b.serial; });
  return views;
}

DWORD Router::DisconnectPort(HANDLE port) {
  if (!ddm_running()) return ERROR_DDM_NOT_RUNNING;
  Refresh();
  std::wstring modem;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = std::find_if(ports_.begin(), ports_.end(), [&](const auto& candidate) {
      return candidate.second.handle == port;
    });
    if (entry == ports_.end()) return ERROR_INVALID_PARAMETER;
    if (entry->second.connection == nullptr) return ERROR_PORT_DISCONNECTED;
    modem = entry->first;
  }
  return HangUp(modem, ERROR_PORT_DISCONNECTED);
}

DWORD Router::HangUp(const std::wstring& modem, DWORD when_not_connected) {
  const HRESULT status = dialer_->Disconnect(modem, config_.disconnect_timeout);
  const std::vector<ModemView> modems = Refresh();
  // Somebody else hung up between the look and the call, or the modem left.
  if (status == HRESULT_FROM_WIN32(ERROR_NOT_FOUND)) return when_not_connected;
  if (FAILED(status)) return DialError(status);
  // The Mobile Broadband API tells the end of a Disconnect and not how it ended; the modem does.
  const ModemView* now = Find(modems, modem);
  return now != nullptr && now->state == MBN_ACTIVATION_STATE_ACTIVATED ? ERROR_HARDWARE_FAILURE
                                                                        : NO_ERROR;
}

void Router::HangUpEverything() {
  Refresh();
  std::vector<std::pair<std::wstring, ROUTER_CONNECTION_STATE>> dialled;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [handle, entry] : interfaces_)
      if (entry.state != ROUTER_IF_STATE_DISCONNECTED)
        dialled.emplace_back(entry.modem, entry.state);
  }
  for (const auto& [modem, state] : dialled) {
    // Nobody waits any more for an attempt; it is hung up whenever it ends.
    const bool attempt = state == ROUTER_IF_STATE_CONNECTING;
    dialer_->Disconnect(modem, attempt ? std::chrono::milliseconds(0) : config_.disconnect_timeout);
  }
}

// Brings ports and interfaces in line with the modems, which is what it returns: they come, go,
// connect and disconnect by other hands too, and what is asked must be answered as it is now.
std::vector<ModemView> Router::Refresh() {
  if (!dialer_) return {};
  const std::lock_guard in_order(refresh_mutex_);
  std::vector<ModemView> modems = dialer_->Modems();
  const std::lock_guard lock(mutex_);
  RefreshPorts(modems);
  for (auto& [handle, entry] : interfaces_) {
    if (entry.state != ROUTER_IF_STATE_CONNECTED) continue;
    const ModemView* modem = Find(modems, entry.modem);
    if (modem == nullptr || !IsUp(*modem)) entry.state = ROUTER_IF_STATE_DISCONNECTED;
  }
  return modems;
}

void Router::RefreshPorts(const std::vector<ModemView>& modems) {
  std::erase_if(ports_, [&](const auto& port) { return Find(modems, port.first) == nullptr; });
  for (const ModemView& modem : modems) {
    auto found = ports_.find(modem.interface_id);
    if (found == ports_.end()) {
      Port port;
      port.handle = NextHandle();
      port.number = FreeNumber();
      port.serial = ++last_serial_;
      found = ports_.emplace(modem.interface_id, port).first;
    }
    Port& port = found->second;
    port.device_name = modem.device_name;
    port.condition = Condition(modem);
    if (!IsUp(modem)) {
      port.connection = nullptr;
    } else if (port.connection == nullptr) {
      port.connection = NextHandle();
      port.connected_since = std::chrono::steady_clock::now();
      ++port.total_calls;
    }
  }
}

int Router::FreeNumber() const {
  int number = 1;
  while (std::any_of(ports_.begin(), ports_.end(),
                     [&](const auto& port) { return port.second.number == number; }))
    ++number;
  return number;
}

void Router::Finish(HANDLE interface_handle, HRESULT status) {
  std::shared_ptr<Attempt> attempt;
  {
    const std::lock_guard in_order(refresh_mutex_);  // no older look may undo what is known here
    const std::lock_guard lock(mutex_);
    const auto entry = interfaces_.find(interface_handle);
    if (entry == interfaces_.end()) return;
    entry->second.state =
        SUCCEEDED(status) ? ROUTER_IF_STATE_CONNECTED : ROUTER_IF_STATE_DISCONNECTED;
    attempt = std::move(entry->second.attempt);
    attempt->error = SUCCEEDED(status) ? NO_ERROR : DialError(status);
    attempt->over = true;
  }
  ended_.notify_all();
  if (attempt->event) attempt->event->Set();
}

}  // namespace mbnrig::rras
