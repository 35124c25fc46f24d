#include "rras/model/router.h"

#include <mprerror.h>
#include <raserror.h>

#include <exception>
#include <new>
#include <utility>

#include "rras/log.h"
#include "rras/model/dial_error.h"

namespace mbnrig::rras {
namespace {

/// Whether the call returns at the end of the attempt.
bool Waits(const ConnectRequest& request) {
  return request.wait != 0 && request.completion == 0;
}

}  // namespace

Router::Router(const ServiceConfig& config, std::unique_ptr<Dialer> dialer, Completed completed)
    : config_(config), completed_(std::move(completed)), dialer_(std::move(dialer)) {
  if (dialer_) dialer_->Start([this](const std::string& ended) { OnChange(ended); });
}

Router::~Router() {
  Stop();
}

void Router::Stop() {
  BeginStop();
  if (!dialer_ || std::exchange(stopped_, true)) return;
  try {
    HangUpEverything();
  } catch (const std::exception& error) {
    LogWarning(std::string("RRAS stopped without hanging up: ") + error.what());
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

bool Router::paused() const {
  const std::lock_guard lock(mutex_);
  return paused_;
}

DWORD Router::CreateInterface(const InterfaceRequest& request, HandleNumber* interface_handle) {
  if (NeedsDdm(request.type) && !ddm_running()) return ERROR_DDM_NOT_RUNNING;
  const std::lock_guard lock(mutex_);
  *interface_handle = interfaces_.Add(request);
  return *interface_handle == kNoHandle ? ERROR_INTERFACE_ALREADY_EXISTS : NO_ERROR;
}

DWORD Router::DeleteInterface(HandleNumber interface_handle) {
  RefreshInterfaces();
  const std::lock_guard lock(mutex_);
  const Interface* entry = interfaces_.Find(interface_handle);
  if (entry == nullptr) return ERROR_INVALID_HANDLE;
  // An attempt under way would connect an interface that is gone.
  if (entry->state != ROUTER_IF_STATE_DISCONNECTED) return ERROR_INTERFACE_CONNECTED;
  interfaces_.Remove(interface_handle);
  return NO_ERROR;
}

std::vector<InterfaceView> Router::Interfaces() {
  RefreshInterfaces();
  const std::lock_guard lock(mutex_);
  return interfaces_.Views();
}

DWORD Router::ConnectInterface(const ConnectRequest& request) {
  const auto attempt = std::make_shared<Attempt>();
  attempt->completion = request.completion;
  const DWORD refused = Begin(request, attempt);
  if (refused != NO_ERROR) return refused;
  if (!attempt->over) {
    HRESULT accepted = E_OUTOFMEMORY;
    try {
      const HandleNumber handle = request.interface_handle;
      accepted = dialer_->Connect(attempt->modem, attempt->profile,
                                  [this, handle](HRESULT status) { Finish(handle, status); });
    } catch (const std::bad_alloc&) {  // the attempt has begun, so Finish ends it
    }
    if (FAILED(accepted)) Finish(request.interface_handle, accepted);
  } else if (request.completion != 0) {
    completed_({request.completion, NO_ERROR});
  }
  return Waits(request) ? Wait(*attempt) : DWORD{PENDING};
}

// Makes the interface connecting, or says why it does not connect. An interface that is connected
// already has what the client asks for: its attempt has succeeded. Attempts do not begin or end
// between the look at the modems and the choice, so two interfaces never choose the same free
// modem.
DWORD Router::Begin(const ConnectRequest& request, const std::shared_ptr<Attempt>& attempt) {
  const std::lock_guard in_order(refresh_mutex_);
  const std::vector<ModemView> modems = RefreshInOrder();
  const std::lock_guard lock(mutex_);
  if (stopping_) return ERROR_DDM_NOT_RUNNING;
  Interface* entry = interfaces_.Find(request.interface_handle);
  if (entry == nullptr || !CanDial(entry->request.type)) return ERROR_INVALID_HANDLE;
  if (paused_) return ERROR_SERVICE_IS_PAUSED;
  if (entry->request.enabled == 0) return ERROR_INTERFACE_DISABLED;
  if (entry->state == ROUTER_IF_STATE_CONNECTING) return ERROR_ALREADY_CONNECTING;
  if (entry->state == ROUTER_IF_STATE_CONNECTED) {
    attempt->over = true;
    return NO_ERROR;
  }
  const ModemView* chosen = Choose(modems, entry->request.device_name, interfaces_.Dialling());
  if (chosen == nullptr) return ERROR_INTERFACE_HAS_NO_DEVICES;
  if (Waits(request) && dialer_->InHandler()) return ERROR_POSSIBLE_DEADLOCK;
  const InterfaceRequest& wanted = entry->request;
  attempt->modem = chosen->interface_id;
  attempt->profile = wanted.profile.empty() ? wanted.name : wanted.profile;
  entry->modem = attempt->modem;
  entry->state = ROUTER_IF_STATE_CONNECTING;
  entry->attempt = attempt;
  return NO_ERROR;
}

DWORD Router::Wait(const Attempt& attempt) {
  std::unique_lock lock(mutex_);
  const bool told =
      ended_.wait_for(lock, config_.connect_timeout, [&] { return attempt.over || stopping_; });
  if (attempt.over) return attempt.error;
  return told ? ERROR_DDM_NOT_RUNNING : ERROR_TIMEOUT;
}

void Router::Finish(HandleNumber interface_handle, HRESULT status) {
  std::shared_ptr<Attempt> attempt;
  {
    const std::lock_guard in_order(refresh_mutex_);  // an older list of modems must not undo this
    const std::lock_guard lock(mutex_);
    Interface* entry = interfaces_.Find(interface_handle);
    if (entry == nullptr) return;
    entry->state = SUCCEEDED(status) ? ROUTER_IF_STATE_CONNECTED : ROUTER_IF_STATE_DISCONNECTED;
    attempt = entry->attempt;
    attempt->error = SUCCEEDED(status) ? NO_ERROR : DialError(status);
    attempt->over = true;
  }
  ended_.notify_all();
  if (attempt->completion != 0) completed_({attempt->completion, attempt->error});
}

DWORD Router::DisconnectInterface(HandleNumber interface_handle) {
  RefreshInterfaces();
  std::string modem;
  {
    const std::lock_guard lock(mutex_);
    const Interface* entry = interfaces_.Find(interface_handle);
    if (entry == nullptr || !CanDial(entry->request.type)) return ERROR_INVALID_HANDLE;
    if (entry->state != ROUTER_IF_STATE_CONNECTED) return ERROR_INTERFACE_NOT_CONNECTED;
    modem = entry->modem;
  }
  return HangUp(modem, ERROR_INTERFACE_NOT_CONNECTED);
}

std::vector<PortView> Router::Ports() {
  Refresh();
  const std::lock_guard lock(mutex_);
  return ports_.Views();
}

DWORD Router::DisconnectPort(HandleNumber port) {
  Refresh();
  std::string modem;
  {
    const std::lock_guard lock(mutex_);
    const Port* entry = ports_.Find(port);
    if (entry == nullptr) return ERROR_INVALID_PARAMETER;
    if (entry->connection == kNoHandle) return ERROR_PORT_DISCONNECTED;
    modem = entry->modem;
  }
  return HangUp(modem, ERROR_PORT_DISCONNECTED);
}

// Another client may connect the modem as soon as it has hung up. So the state of the modem after
// Disconnect does not tell whether the connection of before has ended; the dialer's answer does.
DWORD Router::HangUp(const std::string& modem, DWORD when_not_connected) {
  if (dialer_->InHandler()) return ERROR_POSSIBLE_DEADLOCK;
  InterfaceTable::Connections connections;
  HandleNumber connection = kNoHandle;
  {
    const std::lock_guard lock(mutex_);
    connections = interfaces_.ConnectionsOver(modem);
    connection = ports_.ConnectionOver(modem);
  }
  const HRESULT status = dialer_->Disconnect(modem, config_.disconnect_timeout);
  {
    const std::lock_guard in_order(refresh_mutex_);  // an older list of modems must not undo this
    if (SUCCEEDED(status)) {
      const std::lock_guard lock(mutex_);
      interfaces_.HungUp(connections);
      ports_.HungUp(connection);
    }
    try {
      RefreshInOrder();
    } catch (const std::bad_alloc&) {  // the next call looks again
    }
  }
  // Since the caller's Refresh another program hung up, or the modem left.
  if (status == HRESULT_FROM_WIN32(ERROR_NOT_FOUND)) return when_not_connected;
  return FAILED(status) ? DialError(status) : NO_ERROR;
}

void Router::HangUpEverything() {
  Refresh();
  std::vector<InterfaceTable::Dialled> all;
  {
    const std::lock_guard lock(mutex_);
    all = interfaces_.AllDialled();
  }
  for (const auto& [modem, connecting] : all) {
    // No client waits for an attempt any more: the dialer hangs up when the attempt ends.
    const auto timeout = connecting ? std::chrono::milliseconds(0) : config_.disconnect_timeout;
    try {
      dialer_->Disconnect(modem, timeout);
    } catch (const std::bad_alloc&) {  // the other modems are hung up all the same
      LogWarning("RRAS stopped without hanging up a modem: there is no memory for it");
    }
  }
}

// When this runs, another program may have connected the modem again, so that a look at the modem
// would take the new connection for the old one. Events come in the order of what they tell: Finish
// made the interfaces' present connections, so the one that has ended is theirs.
void Router::OnChange(const std::string& ended) {
  if (!ended.empty()) {
    const std::lock_guard in_order(refresh_mutex_);  // an older list of modems must not undo this
    const std::lock_guard lock(mutex_);
    if (interfaces_.Ended(ended)) ports_.HungUp(ports_.ConnectionOver(ended));
  }
  Refresh();
}

// Brings ports and interfaces in line with the modems. The Mobile Broadband service sends an event
// only after the state has changed, and an event waits for the handlers of earlier ones. A router
// that trusted events would answer with a state that is over, so a call that depends on the modems
// asks for them.
void Router::Refresh() {
  if (!dialer_) return;
  const std::lock_guard in_order(refresh_mutex_);
  RefreshInOrder();
}

std::vector<ModemView> Router::RefreshInOrder() {
  if (!dialer_) return {};  // a LAN-only router
  std::vector<ModemView> modems = dialer_->Modems();
  const std::lock_guard lock(mutex_);
  ports_.Follow(modems);
  interfaces_.Follow(modems);
  return modems;
}

// Asking for the modems costs many COM calls, so this asks only if they matter.
void Router::RefreshInterfaces() {
  {
    const std::lock_guard lock(mutex_);
    if (!interfaces_.DependsOnModems()) return;
  }
  Refresh();
}

}  // namespace mbnrig::rras
