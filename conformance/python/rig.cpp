#include "python/rig.h"

#include <utility>

#include "python/errors.h"

namespace mbnrig::python {
namespace {

using bench::RigFault;

conformance::Event CompletionOf(Rig& rig, const std::string& name, ULONG request) {
  const auto event = rig.client().events().Completion(name, request);
  if (!event) throw RigFault(name + " did not arrive in time");
  return *event;
}

bench::Target TargetNamed(const std::string& name) {
  for (const auto target : {bench::Target::kEmbedded, bench::Target::kVm, bench::Target::kBoard})
    if (name == catalogue::TargetName(target)) return target;
  throw RigFault("there is no target '" + name + "'; the targets are embedded, vm and board");
}

}  // namespace

Rig::Rig(const std::string& target, const std::string& scenario, const std::string& transport) {
  if (!transport.empty() && transport != "libusb" && transport != "cdc-wdm")
    throw RigFault("there is no transport '" + transport +
                   "'; the transports are libusb and cdc-wdm");
  bench::Bench::Start({TargetNamed(target), "", transport});
  open_ = true;
  try {
    Up(scenario);
  } catch (...) {
    Close();
    throw;
  }
}

Rig::~Rig() {
  Close();
}

bench::Bench& Rig::bench() {
  if (!open_) throw RigFault("this rig was closed");
  return bench::Bench::Get();
}

conformance::Client& Rig::client() {
  if (!client_) throw RigFault("this rig was closed");
  return *client_;
}

void Rig::Close() {
  client_.reset();
  if (!std::exchange(open_, false)) return;
  bench::Bench::Stop();
}

void Rig::Restart(const std::string& scenario) {
  client_.reset();
  Up(scenario);
}

void Rig::Up(const std::string& scenario) {
  bench().Reset(scenario);
  client_ = std::make_unique<conformance::Client>();
  bench().StartMbn();
  bench().StartRras(bench::RouterType::kLanAndDemandDial);
  if (!client().events().Wait("IMbnInterfaceManagerEvents::OnInterfaceArrival"))
    throw RigFault("the modem of scenario '" + scenario + "' was not announced");
}

ComPtr<IMbnInterface> Rig::Interface() {
  ComPtr<IMbnInterface> found;
  client().events().Eventually([&] {
    found = client().Modem();
    MBN_READY_STATE state{};
    return !found || found->GetReadyState(&state) != E_PENDING;
  });
  if (!found) CheckMbn(HRESULT_FROM_WIN32(ERROR_NOT_FOUND), "interface");
  return found;
}

ComPtr<IMbnConnection> Rig::Connection() {
  ComPtr<IMbnConnection> found;
  client().events().Eventually([&] {
    found = client().Connection();
    if (!found) return false;
    MBN_ACTIVATION_STATE state{};
    BSTR profile = nullptr;
    const HRESULT hr = found->GetConnectionState(&state, &profile);
    SysFreeString(profile);
    return hr != E_PENDING;
  });
  if (!found) CheckMbn(HRESULT_FROM_WIN32(ERROR_NOT_FOUND), "connection");
  return found;
}

void Rig::StoreProfile(const conformance::ProfileText& profile) {
  CheckMbn(client().profiles()->CreateConnectionProfile(profile.Xml().c_str()),
           "IMbnConnectionProfileManager::CreateConnectionProfile");
}

void Connect(Rig& rig, IMbnConnection& connection, const std::wstring& profile, bool temporary) {
  ULONG request = 0;
  CheckMbn(
      connection.Connect(temporary ? MBN_CONNECTION_MODE_TMP_PROFILE : MBN_CONNECTION_MODE_PROFILE,
                         profile.c_str(), &request),
      "IMbnConnection::Connect");
  const std::string event = "IMbnConnectionEvents::OnConnectComplete";
  CheckMbn(CompletionOf(rig, event, request).status, event.c_str());
}

void Disconnect(Rig& rig, IMbnConnection& connection) {
  ULONG request = 0;
  CheckMbn(connection.Disconnect(&request), "IMbnConnection::Disconnect");
  const std::string event = "IMbnConnectionEvents::OnDisconnectComplete";
  CheckMbn(CompletionOf(rig, event, request).status, event.c_str());
}

}  // namespace mbnrig::python
