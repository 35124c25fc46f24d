#include "rras/router.h"

#include <algorithm>
#include <utility>

#include "rras/errors.h"

#include <mprerror.h>
#include <raserror.h>
#include <synchapi.h>

namespace mbnrig::rras {
namespace {

bool IsDemandDial(ROUTER_INTERFACE_TYPE type) {
  return type == ROUTER_IF_TYPE_FULL_ROUTER || type == ROUTER_IF_TYPE_HOME_ROUTER;
}

bool IsActive(MBN_ACTIVATION_STATE state) {
  return state == MBN_ACTIVATION_STATE_ACTIVATED;
}

const ModemView* FindModem(const std::vector<ModemView>& modems, const std::wstring& name) {
  const auto modem = std::find_if(modems.begin(), modems.end(), [&](const ModemView& candidate) {
    return name.empty() || candidate.interface_id == name || candidate.device_name == name;
  });
  return modem == modems.end() ? nullptr : &*modem;
}

}  // namespace

Router::Router(const ServiceConfig& config, std::function<bool()> paused)
    : config_(config), paused_(std::move(paused)) {
  if (config_.router_type == RouterType::kLanOnly) return;
  dialer_ = std::make_unique<Dialer>();
  dialer_->Start([this] { Refresh(); });
}

Router::~Router() {
  if (!dialer_) return;
  Refresh();
  std::vector<std::wstring> dialled;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [handle, entry] : interfaces_)
      if (entry.state == ROUTER_IF_STATE_CONNECTED) dialled.push_back(entry.modem);
  }
  for (const std::wstring& modem : dialled) dialer_->Disconnect(modem, config_.disconnect_timeout);
  dialer_->Stop();
}

DWORD Router::CreateInterface(const InterfaceRequest& request, HANDLE* interface_handle) {
  if (IsDemandDial(request.type) && !ddm_running()) return ERROR_DDM_NOT_RUNNING;
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

DWORD Router::ConnectInterface(HANDLE interface_handle, HANDLE event, bool wait) {
  if (!ddm_running()) return ERROR_DDM_NOT_RUNNING;
  Refresh();
  const std::vector<ModemView> modems = dialer_->Modems();
  std::unique_lock lock(mutex_);
  const auto found = interfaces_.find(interface_handle);
  if (found == interfaces_.end() || !IsDemandDial(found->second.request.type))
    return ERROR_INVALID_HANDLE;
  Interface& entry = found->second;
  if (paused_()) return ERROR_SERVICE_IS_PAUSED;
  if (!entry.request.enabled) return ERROR_INTERFACE_DISABLED;
  if (entry.state == ROUTER_IF_STATE_CONNECTING) return ERROR_ALREADY_CONNECTING;
  if (entry.state == ROUTER_IF_STATE_CONNECTED) return ERROR_ALREADY_CONNECTED;
  const ModemView* modem = FindModem(modems, entry.request.device_name);
  if (modem == nullptr) return ERROR_INTERFACE_HAS_NO_DEVICES;

  const std::uint64_t attempt = entry.attempts_ended;
  const std::wstring profile =
      entry.request.profile.empty() ? entry.request.name : entry.request.profile;
  entry.state = ROUTER_IF_STATE_CONNECTING;
  entry.last_error = NO_ERROR;
  entry.modem = modem->interface_id;
  entry.event = event;
  lock.unlock();

  const HRESULT accepted =
      dialer_->Connect(modem->interface_id, profile, [this, interface_handle](HRESULT status) {
        Finish(interface_handle, status);
      });
  if (FAILED(accepted)) Finish(interface_handle, accepted);
  if (event != nullptr || !wait) return PENDING;

  lock.lock();
  const auto over = [&] {
    const auto current = interfaces_.find(interface_handle);
    return current == interfaces_.end() || current->second.attempts_ended != attempt;
  };
  if (!ended_.wait_for(lock, config_.connect_timeout, over)) return ERROR_TIMEOUT;
  const auto current = interfaces_.find(interface_handle);
  return current == interfaces_.end() ? ERROR_INVALID_HANDLE : current->second.last_error;
}

DWORD Router::DisconnectInterface(HANDLE interface_handle) {
  if (!ddm_running()) return ERROR_DDM_NOT_RUNNING;
  Refresh();
  std::wstring modem;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = interfaces_.find(interface_handle);
    if (entry == interfaces_.end() || !IsDemandDial(entry->second.request.type))
      return ERROR_INVALID_HANDLE;
    if (entry->second.state != ROUTER_IF_STATE_CONNECTED) return ERROR_INTERFACE_NOT_CONNECTED;
    modem = entry->second.modem;
  }
  const HRESULT status = dialer_->Disconnect(modem, config_.disconnect_timeout);
  Refresh();
  // Somebody else may have hung up between the look and the call, or the modem may have gone.
  if (status == HRESULT_FROM_WIN32(ERROR_NOT_FOUND) || status == E_HANDLE)
    return ERROR_INTERFACE_NOT_CONNECTED;
  return SUCCEEDED(status) ? NO_ERROR : DialError(status);
}

std::optional<std::vector<PortView>> Router::Ports(std::optional<HANDLE> connection) {
  Refresh();
  const std::vector<ModemView> modems = dialer_->Modems();
  const auto now = std::chrono::steady_clock::now();
  std::vector<PortView> views;
  const std::lock_guard lock(mutex_);
  bool known = !connection;
  int number = 0;
  for (const ModemView& modem : modems) {
    ++number;
    const auto port = ports_.find(modem.interface_id);
    if (port == ports_.end()) continue;  // arrived since Refresh: the next call shows it
    if (connection && port->second.connection != *connection) continue;
    known = true;
    PortView view;
    view.port = port->second.handle;
    view.connection = port->second.connection;
    view.condition = Condition(modem);
    view.total_calls = port->second.total_calls;
    if (view.connection != nullptr)
      view.connected_for =
          std::chrono::duration_cast<std::chrono::seconds>(now - port->second.connected_since);
    view.name = L"MBN" + std::to_wstring(number);
    view.device_name = modem.device_name;
    views.push_back(std::move(view));
  }
  if (!known) return std::nullopt;
  return views;
}

DWORD Router::DisconnectPort(HANDLE port) {
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
  const HRESULT status = dialer_->Disconnect(modem, config_.disconnect_timeout);
  Refresh();
  if (status == HRESULT_FROM_WIN32(ERROR_NOT_FOUND) || status == E_HANDLE)
    return ERROR_PORT_DISCONNECTED;
  return SUCCEEDED(status) ? NO_ERROR : DialError(status);
}

// Brings ports and interfaces in line with the modems: they come, go, connect and disconnect by other
// hands too, and what is asked must be answered as it is now.
void Router::Refresh() {
  if (!dialer_) return;
  const std::lock_guard in_order(refresh_mutex_);
  const std::vector<ModemView> modems = dialer_->Modems();
  const std::lock_guard lock(mutex_);
  for (auto port = ports_.begin(); port != ports_.end();)
    port = std::any_of(modems.begin(), modems.end(),
                       [&](const ModemView& modem) { return modem.interface_id == port->first; })
               ? std::next(port)
               : ports_.erase(port);
  for (const ModemView& modem : modems) {
    Port& port = ports_[modem.interface_id];
    if (port.handle == nullptr) port.handle = NextHandle();
    if (IsActive(modem.state) && port.connection == nullptr) {
      port.connection = NextHandle();
      port.connected_since = std::chrono::steady_clock::now();
      ++port.total_calls;
    } else if (!IsActive(modem.state)) {
      port.connection = nullptr;
    }
  }
  for (auto& [handle, entry] : interfaces_) {
    if (entry.state != ROUTER_IF_STATE_CONNECTED) continue;
    const bool up = std::any_of(modems.begin(), modems.end(), [&](const ModemView& modem) {
      return modem.interface_id == entry.modem && IsActive(modem.state);
    });
    if (!up) entry.state = ROUTER_IF_STATE_DISCONNECTED;
  }
}

void Router::Finish(HANDLE interface_handle, HRESULT status) {
  HANDLE event = nullptr;
  {
    const std::lock_guard in_order(refresh_mutex_);  // no older look may undo what is known here
    const std::lock_guard lock(mutex_);
    const auto entry = interfaces_.find(interface_handle);
    if (entry == interfaces_.end()) return;
    entry->second.last_error = SUCCEEDED(status) ? NO_ERROR : DialError(status);
    entry->second.state =
        SUCCEEDED(status) ? ROUTER_IF_STATE_CONNECTED : ROUTER_IF_STATE_DISCONNECTED;
    ++entry->second.attempts_ended;
    event = std::exchange(entry->second.event, nullptr);
  }
  ended_.notify_all();
  if (event != nullptr) SetEvent(event);
}

RAS_PORT_CONDITION Router::Condition(const ModemView& modem) {
  if (!modem.operational) return RAS_PORT_NON_OPERATIONAL;
  switch (modem.state) {
    case MBN_ACTIVATION_STATE_ACTIVATED:
      return RAS_PORT_AUTHENTICATED;
    case MBN_ACTIVATION_STATE_ACTIVATING:
      return RAS_PORT_AUTHENTICATING;
    default:
      return RAS_PORT_DISCONNECTED;
  }
}

}  // namespace mbnrig::rras
