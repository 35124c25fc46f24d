#include "stress/witness.h"

#include <winerror.h>

#include "com/text.h"
#include "stress/codes.h"

namespace mbnrig::stress {
namespace {

using mbn::EventId;

constexpr EventId kInterfaceArrival = EventId::kIMbnInterfaceManagerEvents_OnInterfaceArrival;
constexpr EventId kInterfaceRemoval = EventId::kIMbnInterfaceManagerEvents_OnInterfaceRemoval;
constexpr EventId kConnectionArrival = EventId::kIMbnConnectionManagerEvents_OnConnectionArrival;
constexpr EventId kConnectionRemoval = EventId::kIMbnConnectionManagerEvents_OnConnectionRemoval;

/// The interface that an event's object belongs to. Empty for the object of a profile.
std::string InterfaceOf(const com::Ptr<IUnknown>& object) {
  com::Bstr id;
  com::Ptr<IMbnInterface> modem;
  com::Ptr<IMbnConnection> connection;
  if (object == nullptr) return {};
  if (SUCCEEDED(object.As(&modem))) {
    modem->get_InterfaceID(id.put());
  } else if (SUCCEEDED(object.As(&connection))) {
    connection->get_InterfaceID(id.put());
  }
  return com::ToUtf8(id.view());
}

/// Marks the time of one event, also if a handler throws.
struct Delivery {
  std::atomic<bool>& under_way;
  ~Delivery() { under_way = false; }
};

}  // namespace

void Lifetimes::Note(EventId event, const std::string& interface_id) {
  const auto finding = [&](const char* what) {
    findings_.Add(std::string(mbn::NameOf(event)) + " " + what + ", interface " + interface_id);
  };
  if (event == kInterfaceArrival) {
    if (!modems_.emplace(interface_id, Modem{true, false}).second) finding("with an old ID");
    return;
  }
  Modem& modem = modems_[interface_id];
  if (!modem.present) finding("while the modem is not there");
  if (event == kInterfaceRemoval) {
    if (modem.connection) finding("before the removal of its connection");
    modem = {};
  } else if (event == kConnectionArrival || event == kConnectionRemoval) {
    const bool arrives = event == kConnectionArrival;
    if (modem.connection == arrives) finding("twice");
    modem.connection = arrives;
  }
}

void Lifetimes::CheckAtRest() {
  for (auto& [id, modem] : modems_) {
    if (modem.present) findings_.Add("the service stopped without a removal of interface " + id);
    modem = {};
  }
}

Witness::Witness(Findings& findings, Requests& requests, const PhaseOf& mbn)
    : findings_(findings), requests_(requests), mbn_(mbn), lifetimes_(findings) {
  ++alive_;
}

HRESULT Witness::Note(EventId id, const mbn::EventArguments& arguments) {
  const std::string name(mbn::NameOf(id));
  if (in_handler_.exchange(true)) findings_.Add(name + " while another event is delivered");
  const Delivery delivery{in_handler_};
  ++count_;
  const Phase phase = mbn_.Now();
  if (phase.stopped()) findings_.Add(name + " while the service is stopped");
  const auto status = static_cast<std::uint32_t>(arguments.status);
  if (!MayCarry(name, status))
    findings_.Add("the page does not document the status " + Result(name, status));
  if (phase.running() && arguments.status == HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE))
    findings_.Add(Result(name, status) + " although the service runs");
  const std::string interface_id = InterfaceOf(arguments.object);
  if (!interface_id.empty()) lifetimes_.Note(id, interface_id);
  if (arguments.request != 0) requests_.Completed(arguments.request, id);
  if (handler_) handler_(arguments);
  return S_OK;
}

}  // namespace mbnrig::stress
