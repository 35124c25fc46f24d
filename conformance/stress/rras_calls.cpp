#include "stress/rras_calls.h"

#include <handleapi.h>
#include <mprerror.h>
#include <raserror.h>
#include <synchapi.h>
#include <winerror.h>

#include <algorithm>
#include <cwchar>
#include <optional>
#include <set>
#include <utility>

#include "com/text.h"
#include "rras/testing/without_rights.h"
#include "stress/codes.h"

namespace mbnrig::stress {
namespace {

constexpr std::size_t kMostInterfaces = 6;
constexpr std::size_t kMostAttempts = 8;
constexpr DWORD kPatienceMs = static_cast<DWORD>(std::chrono::milliseconds(kPatience).count());

HANDLE Garbage() {
  return reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(0xA5A5A5A4));
}

template <class Level>
Level Described(const std::string& name, ROUTER_INTERFACE_TYPE type, bool enabled) {
  Level level{};
  std::wcsncpy(level.wszInterfaceName, com::FromUtf8(name).c_str(), MAX_INTERFACE_NAME_LEN);
  level.fEnabled = enabled ? TRUE : FALSE;
  level.dwIfType = type;
  if constexpr (requires { level.szLocalPhoneNumber; })
    std::wcsncpy(level.szLocalPhoneNumber, L"internet", RAS_MaxPhoneNumber);
  return level;
}

}  // namespace

RrasCalls::RrasCalls(const RrasSurroundings& around, Random& random, Making& making,
                     std::string name, Place place)
    : around_(around), random_(random), making_(making), name_(std::move(name)), place_(place) {}

RrasCalls::~RrasCalls() {
  if (server_ != nullptr) MprAdminServerDisconnect(server_);
  for (const Attempt& attempt : attempts_)
    CloseHandle(attempt.event);
}

void RrasCalls::Act() {
  if (server_ == nullptr) return ConnectServer();
  using Action = void (RrasCalls::*)();
  // Several times: calls that lead to more.
  static constexpr Action kActions[] = {
      &RrasCalls::ConnectServer,
      &RrasCalls::DisconnectServer,
      &RrasCalls::ConnectMibServer,
      &RrasCalls::AskWhetherItRuns,
      &RrasCalls::CreateInterface,
      &RrasCalls::CreateInterface,
      &RrasCalls::FindInterface,
      &RrasCalls::DeleteInterface,
      &RrasCalls::ConnectInterface,
      &RrasCalls::ConnectInterface,
      &RrasCalls::ConnectInterface,
      &RrasCalls::ConnectInterface,
      &RrasCalls::ListPorts,
      &RrasCalls::DisconnectInterface,
      &RrasCalls::ListPorts,
      &RrasCalls::DisconnectPort,
      &RrasCalls::DisconnectPort,
      &RrasCalls::UseClosedServer,
      &RrasCalls::CallWithoutRights,
      &RrasCalls::FreeWhatIsNotABuffer,
      &RrasCalls::ListPortOfConnection,
  };
  // Most calls are to be made with handles of this start. A few old ones stay.
  const Phase now = around_.phase.Now();
  const auto is_old = [&](const auto& one) {
    return now.running() && one.since != now && !random_.OneIn(30);
  };
  std::erase_if(interfaces_, is_old);
  std::erase_if(ports_, is_old);
  (this->*random_.Of(kActions))();
}

void RrasCalls::CheckAtRest(Requests& requests) {
  requests.AllowOthers(std::exchange(mbn_requests_, 0));
  // Stopping the service ends every attempt.
  for (const Attempt& attempt : attempts_) {
    if (WaitForSingleObject(attempt.event, 0) != WAIT_OBJECT_0) {
      Finding("the service stopped, but an attempt of " + attempt.interface_name +
              " has not ended");
    } else if (WaitForSingleObject(attempt.event, 0) != WAIT_TIMEOUT) {
      Finding("an attempt of " + attempt.interface_name + " ended twice");
    }
    CloseHandle(attempt.event);
  }
  attempts_.clear();
  if (MprAdminIsServiceRunning(nullptr)) Finding("a stopped service runs");
  if (server_ == nullptr) return;
  for (const Interface& one : interfaces_) {
    if (MprAdminInterfaceConnect(server_, one.handle, nullptr, TRUE) != ERROR_DDM_NOT_RUNNING)
      Finding("an interface connects while the service is stopped");
  }
}

void RrasCalls::Finding(const std::string& text) const {
  around_.findings.Add(name_ + ": " + text);
}

// Runs `body` and checks its code.
template <class Body>
DWORD RrasCalls::Make(const char* api, DWORD when_stopped, Body&& body) {
  const Phase before = around_.phase.Now();
  making_.store(api, std::memory_order_relaxed);
  const DWORD code = body();
  making_.store(nullptr, std::memory_order_relaxed);
  const Phase after = around_.phase.Now();
  ++tally_[{api, code}];
  if (!MayReturn(api, code)) Finding("the page does not document " + Result(api, code));
  if (code == ERROR_POSSIBLE_DEADLOCK && place_ != Place::kHandler)
    Finding(Result(api, code) + " outside a handler");
  if (before != after) return code;
  if (before.running() && (code == ERROR_DDM_NOT_RUNNING || code == RPC_S_UNKNOWN_IF))
    Finding(Result(api, code) + " although the service runs");
  if (before.stopped() && code != when_stopped)
    Finding(Result(api, code) + " although the service is stopped");
  return code;
}

void RrasCalls::CheckAge(const char* api, DWORD code, Phase before, Phase since,
                         DWORD unknown) const {
  const Phase now = around_.phase.Now();
  if (before == now && now.running() && since.running() && since != now && code != unknown)
    Finding(Result(api, code) + " with a handle of an earlier start");
}

void RrasCalls::ConnectServer() {
  MPR_SERVER_HANDLE opened = Garbage();
  const DWORD code = Make("MprAdminServerConnect", RPC_S_UNKNOWN_IF,
                          [&] { return MprAdminServerConnect(nullptr, &opened); });
  if (code != NO_ERROR) {
    if (opened != nullptr) Finding("MprAdminServerConnect failed and left a handle");
    return;
  }
  if (server_ == nullptr) {
    server_ = opened;
    return;
  }
  if (opened == server_ || opened == closed_) Finding("a server's handle is used again");
  MprAdminServerDisconnect(opened);
  closed_ = opened;
}

void RrasCalls::DisconnectServer() {
  if (!random_.OneIn(4)) return;
  MprAdminServerDisconnect(server_);
  closed_ = std::exchange(server_, nullptr);
}

void RrasCalls::ConnectMibServer() {
  MIB_SERVER_HANDLE opened = Garbage();
  const DWORD code = Make("MprAdminMIBServerConnect", RPC_S_UNKNOWN_IF,
                          [&] { return MprAdminMIBServerConnect(nullptr, &opened); });
  if (code == NO_ERROR) {
    MprAdminMIBServerDisconnect(opened);
  } else if (opened != nullptr) {
    Finding("MprAdminMIBServerConnect failed and left a handle");
  }
}

void RrasCalls::AskWhetherItRuns() {
  const Phase before = around_.phase.Now();
  const bool runs = MprAdminIsServiceRunning(nullptr) != FALSE;
  if (before != around_.phase.Now()) return;
  if (runs ? before.stopped() : before.running())
    Finding(std::string("MprAdminIsServiceRunning: ") + (runs ? "TRUE" : "FALSE"));
}

std::string RrasCalls::InterfaceName() {
  if (random_.OneIn(3)) return "shared" + std::to_string(random_.Below(3));
  return name_ + "-" + std::to_string(random_.Below(kMostInterfaces));
}

void RrasCalls::CreateInterface() {
  static constexpr ROUTER_INTERFACE_TYPE kTypes[] = {
      ROUTER_IF_TYPE_FULL_ROUTER, ROUTER_IF_TYPE_FULL_ROUTER, ROUTER_IF_TYPE_FULL_ROUTER,
      ROUTER_IF_TYPE_HOME_ROUTER, ROUTER_IF_TYPE_CLIENT,      ROUTER_IF_TYPE_DEDICATED};
  const std::string name = InterfaceName();
  const auto type = random_.Of(kTypes);
  const bool enabled = !random_.OneIn(8);
  auto description = Described<MPR_INTERFACE_2>(name, type, enabled);
  const Phase before = around_.phase.Now();
  HANDLE handle = Garbage();
  const DWORD code = Make("MprAdminInterfaceCreate", ERROR_DDM_NOT_RUNNING, [&] {
    return MprAdminInterfaceCreate(server_, 2, reinterpret_cast<LPBYTE>(&description), &handle);
  });
  if (code != NO_ERROR && handle != nullptr)
    Finding("MprAdminInterfaceCreate failed and left a handle");
  const bool own = name.starts_with(name_);
  const auto known = std::find_if(interfaces_.begin(), interfaces_.end(), [&](const auto& one) {
    return one.name == name && one.since == before;
  });
  if (own && before == around_.phase.Now() && before.running() &&
      (code == NO_ERROR) != (known == interfaces_.end()))
    Finding(Result("MprAdminInterfaceCreate", code) + " for " + name +
            (known == interfaces_.end() ? ", which does not exist" : ", which exists"));
  if (code != NO_ERROR) return;
  // While the service starts or stops, this client cannot tell to which start the interface
  // belongs.
  if (before != around_.phase.Now() || !before.running()) {
    MprAdminInterfaceDelete(server_, handle);
    return;
  }
  for (const Interface& one : interfaces_) {
    if (one.handle == handle) Finding("an interface's handle is used again");
  }
  std::erase_if(interfaces_, [&](const Interface& one) { return one.name == name; });
  interfaces_.push_back({handle, before, own, name});
}

RrasCalls::Interface* RrasCalls::AnyInterface() {
  return interfaces_.empty() ? nullptr : &random_.Of(interfaces_);
}

void RrasCalls::FindInterface() {
  std::wstring name = com::FromUtf8(InterfaceName());
  const std::string text = com::ToUtf8(name);
  const Phase before = around_.phase.Now();
  HANDLE handle = Garbage();
  const DWORD code = Make("MprAdminInterfaceGetHandle", ERROR_NO_SUCH_INTERFACE, [&] {
    return MprAdminInterfaceGetHandle(server_, name.data(), &handle, TRUE);
  });
  if (code != NO_ERROR && handle != nullptr)
    Finding("MprAdminInterfaceGetHandle failed and left a handle");
  if (!text.starts_with(name_) || before != around_.phase.Now() || !before.running()) return;
  const auto known = std::find_if(interfaces_.begin(), interfaces_.end(), [&](const auto& one) {
    return one.name == text && one.since == before;
  });
  const HANDLE expected = known == interfaces_.end() ? nullptr : known->handle;
  if (handle != expected) Finding("MprAdminInterfaceGetHandle does not give the handle of " + text);
}

void RrasCalls::DeleteInterface() {
  const Interface* const one = AnyInterface();
  if (one == nullptr) return;
  const Phase before = around_.phase.Now();
  const DWORD code = Make("MprAdminInterfaceDelete", ERROR_INVALID_HANDLE,
                          [&] { return MprAdminInterfaceDelete(server_, one->handle); });
  CheckAge("MprAdminInterfaceDelete", code, before, one->since, ERROR_INVALID_HANDLE);
  const bool same = before == around_.phase.Now() && before == one->since && before.running();
  if (same && one->own && code == ERROR_INVALID_HANDLE)
    Finding("an interface of this client is gone: " + one->name);
  if (code == NO_ERROR || code == ERROR_INVALID_HANDLE) {
    const HANDLE handle = one->handle;
    std::erase_if(interfaces_, [&](const Interface& each) { return each.handle == handle; });
    if (code == NO_ERROR && MprAdminInterfaceDelete(server_, handle) != ERROR_INVALID_HANDLE)
      Finding("an interface was deleted twice");
  }
}

void RrasCalls::ConnectInterface() {
  const Interface* const one = AnyInterface();
  if (one == nullptr) return;
  const bool with_event = random_.OneIn(2);
  const bool waits = !with_event && random_.OneIn(2);
  const HANDLE event = with_event ? CreateEventW(nullptr, FALSE, FALSE, nullptr) : nullptr;
  ++mbn_requests_;
  const Phase before = around_.phase.Now();
  const DWORD code = Make("MprAdminInterfaceConnect", ERROR_DDM_NOT_RUNNING, [&] {
    return MprAdminInterfaceConnect(server_, one->handle, event, waits ? TRUE : FALSE);
  });
  CheckAge("MprAdminInterfaceConnect", code, before, one->since, ERROR_INVALID_HANDLE);
  if (waits ? code == PENDING : code == NO_ERROR)
    Finding(Result("MprAdminInterfaceConnect", code) +
            (waits ? " although it waits" : " although it does not wait"));
  if (!with_event) return;
  if (code == PENDING) {
    attempts_.push_back({event, one->name});
    if (place_ == Place::kClient) EndAttempts(kMostAttempts);
    return;
  }
  if (WaitForSingleObject(event, 0) != WAIT_TIMEOUT)
    Finding(Result("MprAdminInterfaceConnect", code) + " and an event that is set");
  CloseHandle(event);
}

// Waits for the end of the oldest attempts until at most `most` are left. Some clients close the
// handle without waiting.
void RrasCalls::EndAttempts(std::size_t most) {
  while (attempts_.size() > most) {
    const Attempt attempt = attempts_.front();
    attempts_.erase(attempts_.begin());
    making_ = "the event of MprAdminInterfaceConnect";
    if (!random_.OneIn(3) && WaitForSingleObject(attempt.event, kPatienceMs) != WAIT_OBJECT_0)
      Finding("an attempt of " + attempt.interface_name + " does not end");
    making_ = nullptr;
    CloseHandle(attempt.event);
  }
}

void RrasCalls::DisconnectInterface() {
  const Interface* const one = AnyInterface();
  if (one == nullptr) return;
  const Phase before = around_.phase.Now();
  ++mbn_requests_;
  const DWORD code = Make("MprAdminInterfaceDisconnect", ERROR_DDM_NOT_RUNNING,
                          [&] { return MprAdminInterfaceDisconnect(server_, one->handle); });
  CheckAge("MprAdminInterfaceDisconnect", code, before, one->since, ERROR_INVALID_HANDLE);
  if (place_ == Place::kHandler && code == NO_ERROR)
    Finding("MprAdminInterfaceDisconnect waited in a handler");
}

void RrasCalls::ListPorts() {
  static constexpr DWORD kLengths[] = {0, 1, sizeof(RAS_PORT_0), 2 * sizeof(RAS_PORT_0),
                                       static_cast<DWORD>(-1)};
  const DWORD most = random_.Of(kLengths);
  const Phase before = around_.phase.Now();
  std::vector<Port> found;
  std::set<HANDLE> handles;
  DWORD resume = 0, code = ERROR_MORE_DATA;
  for (int part = 0; code == ERROR_MORE_DATA; ++part) {
    if (part == 1000) return Finding("MprAdminPortEnum does not end");
    LPBYTE buffer = static_cast<LPBYTE>(Garbage());
    DWORD read = 7, total = 7;
    code = Make("MprAdminPortEnum", ERROR_DDM_NOT_RUNNING, [&] {
      return MprAdminPortEnum(server_, 0, INVALID_HANDLE_VALUE, &buffer, most, &read, &total,
                              &resume);
    });
    if (code != NO_ERROR && code != ERROR_MORE_DATA) {
      if (buffer != nullptr || read != 0 || total != 0)
        Finding("MprAdminPortEnum failed and left outputs");
      return;
    }
    if (code == ERROR_MORE_DATA && (read == 0 || resume == 0))
      Finding("MprAdminPortEnum has more data, but gives none or no resume handle");
    const auto* const entries = reinterpret_cast<const RAS_PORT_0*>(buffer);
    for (DWORD i = 0; i < read; ++i) {
      const RAS_PORT_0 entry = entries[i];
      if (!handles.insert(entry.hPort).second) Finding("MprAdminPortEnum lists a port twice");
      found.push_back({entry.hPort, entry.hConnection, before});
    }
    if (MprAdminBufferFree(buffer) != NO_ERROR) Finding("MprAdminBufferFree refuses a buffer");
    if (random_.OneIn(50)) break;  // a client may stop anywhere
  }
  if (found.size() > 0 && before == around_.phase.Now()) ports_ = std::move(found);
}

void RrasCalls::ListPortOfConnection() {
  if (ports_.empty()) return;
  const Port& port = random_.Of(ports_);
  if (port.connection == nullptr) return;
  LPBYTE buffer = nullptr;
  DWORD read = 0, total = 0;
  const Phase before = around_.phase.Now();
  const DWORD code = Make("MprAdminPortEnum", ERROR_DDM_NOT_RUNNING, [&] {
    return MprAdminPortEnum(server_, 0, port.connection, &buffer, static_cast<DWORD>(-1), &read,
                            &total, nullptr);
  });
  CheckAge("MprAdminPortEnum", code, before, port.since, ERROR_INVALID_HANDLE);
  if (code != NO_ERROR) return;
  if (read != 1 || reinterpret_cast<const RAS_PORT_0*>(buffer)->hPort != port.handle)
    Finding("a connection is of another port");
  MprAdminBufferFree(buffer);
}

void RrasCalls::DisconnectPort() {
  if (ports_.empty()) return;
  const Port& port = random_.Of(ports_);
  const Phase before = around_.phase.Now();
  ++mbn_requests_;
  const DWORD code = Make("MprAdminPortDisconnect", ERROR_DDM_NOT_RUNNING,
                          [&] { return MprAdminPortDisconnect(server_, port.handle); });
  CheckAge("MprAdminPortDisconnect", code, before, port.since, ERROR_INVALID_PARAMETER);
  if (place_ == Place::kHandler && code == NO_ERROR)
    Finding("MprAdminPortDisconnect waited in a handler");
}

// A closed handle is refused whether the service runs or not.
void RrasCalls::UseClosedServer() {
  if (closed_ == nullptr) return;
  HANDLE handle = nullptr;
  wchar_t name[] = L"shared0";
  const HANDLE any = Garbage();
  if (MprAdminInterfaceGetHandle(closed_, name, &handle, TRUE) != RPC_S_INVALID_BINDING ||
      MprAdminInterfaceDelete(closed_, any) != ERROR_INVALID_HANDLE ||
      MprAdminInterfaceConnect(closed_, any, nullptr, TRUE) != ERROR_INVALID_HANDLE ||
      MprAdminInterfaceDisconnect(closed_, any) != ERROR_INVALID_HANDLE ||
      MprAdminPortDisconnect(closed_, any) != ERROR_INVALID_PARAMETER)
    Finding("a closed server handle works");
}

void RrasCalls::CallWithoutRights() {
  if (!random_.OneIn(4) || !rras::testing::CanDropRights()) return;
  const Interface* const one = AnyInterface();
  const HANDLE handle = one == nullptr ? Garbage() : one->handle;
  std::vector<DWORD> codes;
  MPR_SERVER_HANDLE opened = nullptr;
  rras::testing::WithoutRights([&] {
    codes = {MprAdminServerConnect(nullptr, &opened),
             MprAdminInterfaceConnect(server_, handle, nullptr, TRUE),
             MprAdminInterfaceDisconnect(server_, handle), MprAdminInterfaceDelete(server_, handle),
             MprAdminPortDisconnect(server_, handle)};
    if (MprAdminIsServiceRunning(nullptr)) codes.push_back(NO_ERROR);
  });
  if (std::any_of(codes.begin(), codes.end(),
                  [](DWORD code) { return code != ERROR_ACCESS_DENIED; }))
    Finding("a call without rights was not refused");
}

void RrasCalls::FreeWhatIsNotABuffer() {
  BYTE not_a_buffer = 0;
  if (MprAdminBufferFree(&not_a_buffer) != ERROR_INVALID_PARAMETER ||
      MprAdminBufferFree(nullptr) != ERROR_INVALID_PARAMETER)
    Finding("MprAdminBufferFree frees what is not a buffer");
}

}  // namespace mbnrig::stress
