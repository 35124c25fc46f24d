// The C++ half of the Python module, mbnrig._mbnrig. Every function that waits or may wait lets
// other Python threads run in the meantime.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <utility>

#include "python/errors.h"
#include "python/ras.h"
#include "python/rig.h"

namespace py = pybind11;

namespace mbnrig::python {
namespace {

using conformance::ProfileText;
using conformance::Take;

using Released = py::call_guard<py::gil_scoped_release>;

/// A connection and its rig. The rig's events complete the connection's requests.
struct PyConnection {
  std::shared_ptr<Rig> rig;
  ComPtr<IMbnConnection> object;
};
struct PyInterface {
  std::shared_ptr<Rig> rig;
  ComPtr<IMbnInterface> object;
};

const char* ReadyStateName(MBN_READY_STATE state) {
  static constexpr const char* kNames[] = {"off",           "initialized",    "sim_not_inserted",
                                           "bad_sim",       "failure",        "not_activated",
                                           "device_locked", "device_blocked", "no_esim_profile"};
  const auto index = static_cast<std::size_t>(state);
  return index < std::size(kNames) ? kNames[index] : "unknown";
}

const char* ActivationStateName(MBN_ACTIVATION_STATE state) {
  static constexpr const char* kNames[] = {"none", "activated", "activating", "deactivated",
                                           "deactivating"};
  const auto index = static_cast<std::size_t>(state);
  return index < std::size(kNames) ? kNames[index] : "unknown";
}

std::string ReadyState(PyInterface& self) {
  MBN_READY_STATE state{};
  CheckMbn(self.object->GetReadyState(&state), "IMbnInterface::GetReadyState");
  return ReadyStateName(state);
}

std::wstring SubscriberId(PyInterface& self) {
  ComPtr<IMbnSubscriberInformation> subscriber;
  CheckMbn(self.object->GetSubscriberInformation(subscriber.GetAddressOf()),
           "IMbnInterface::GetSubscriberInformation");
  return Take([&](BSTR* id) { return subscriber->get_SubscriberID(id); });
}

std::pair<std::string, std::wstring> ConnectionState(PyConnection& self) {
  MBN_ACTIVATION_STATE state{};
  BSTR profile = nullptr;
  CheckMbn(self.object->GetConnectionState(&state, &profile), "IMbnConnection::GetConnectionState");
  std::wstring name(profile == nullptr ? L"" : std::wstring(profile, SysStringLen(profile)));
  SysFreeString(profile);
  return {ActivationStateName(state), std::move(name)};
}

void WaitFor(Rig& rig, const std::string& event, std::size_t count) {
  const auto found = rig.client().events().Wait(event, count);
  if (!found) throw bench::RigFault(event + " did not arrive in time");
}

std::string RuleText(const py::object& rule) {
  if (py::isinstance<py::str>(rule)) return rule.cast<std::string>();
  return py::module_::import("json").attr("dumps")(rule).cast<std::string>();
}

void Set(Rig& rig, const std::string& key, const py::object& value) {
  if (py::isinstance<py::int_>(value)) {
    const auto number = value.cast<std::uint32_t>();
    const py::gil_scoped_release released;
    rig.bench().Set(key, number);
  } else {
    const auto text = value.cast<std::string>();
    const py::gil_scoped_release released;
    rig.bench().Set(key, text);
  }
}

void BindErrors(py::module_& module) {
  // Never destroyed: when static objects are destroyed, the interpreter no longer exists.
  static const auto& mbn_error = *new py::object(module.attr("MbnError"));
  static const auto& ras_error = *new py::object(module.attr("RasError"));
  static const auto& rig_fault = *new py::exception<bench::RigFault>(module, "RigFault");
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const ApiError& error) {
      const py::object& type =
          error.family() == catalogue::Family::kHresult ? mbn_error : ras_error;
      PyErr_SetObject(type.ptr(), type(error.what(), error.code(), error.name()).ptr());
    } catch (const bench::RigFault& fault) {
      PyErr_SetString(rig_fault.ptr(), fault.what());
    }
  });
}

void BindRig(py::module_& module) {
  py::class_<Rig, std::shared_ptr<Rig>>(
      module, "Rig",
      "A modem and the host's services on a target, as a context manager. One at a time.")
      .def(py::init<const std::string&, const std::string&, const std::string&>(),
           py::arg("target") = "embedded", py::arg("scenario") = "default",
           py::arg("transport") = "", Released())
      .def("__enter__", [](std::shared_ptr<Rig> self) { return self; })
      .def("__exit__",
           [](Rig& self, const py::args&) {
             const py::gil_scoped_release released;
             self.Close();
           })
      .def("close", &Rig::Close, Released())
      .def("restart", &Rig::Restart, py::arg("scenario") = "default", Released(),
           "Restores the state after a fresh boot, with the modem of a scenario.")
      .def("set", &Set, py::arg("key"), py::arg("value"),
           "Changes one thing in the modem's world: set('sim.state', 'absent').")
      .def(
          "inject",
          [](Rig& self, const py::object& rule) {
            const std::string text = RuleText(rule);
            const py::gil_scoped_release released;
            return self.bench().Inject(text);
          },
          py::arg("rule"), "Adds a fault rule (a dict with a scenario's keys); returns its number.")
      .def(
          "release", [](Rig& self, bench::RuleId rule) { self.bench().Release(rule); },
          py::arg("rule"), Released(), "Releases the messages that a rule holds.")
      .def(
          "clear_faults", [](Rig& self) { self.bench().ClearFaults(); }, Released())
      .def(
          "wait_until_hit",
          [](Rig& self, bench::RuleId rule, std::uint32_t hits) {
            self.bench().WaitUntilHit(rule, hits);
          },
          py::arg("rule"), py::arg("hits") = 1, Released())
      .def(
          "unplug", [](Rig& self) { self.bench().Unplug(); }, Released())
      .def(
          "plug", [](Rig& self) { self.bench().Plug(); }, Released())
      .def(
          "start_mbn", [](Rig& self) { self.bench().StartMbn(); }, Released())
      .def(
          "stop_mbn", [](Rig& self) { self.bench().StopMbn(); }, Released())
      .def(
          "start_rras",
          [](Rig& self, bool lan_only) {
            self.bench().StartRras(lan_only ? bench::RouterType::kLanOnly
                                            : bench::RouterType::kLanAndDemandDial);
          },
          py::arg("lan_only") = false, Released())
      .def(
          "stop_rras", [](Rig& self) { self.bench().StopRras(); }, Released())
      .def(
          "pause_rras", [](Rig& self) { self.bench().PauseRras(); }, Released())
      .def("wait_for", &WaitFor, py::arg("event"), py::arg("count") = 1, Released(),
           "Waits until an event has arrived `count` times since the rig was (re)started: "
           "wait_for('OnInterfaceRemoval'). A name that several interfaces have needs its "
           "interface: wait_for('IMbnInterfaceEvents::OnScanNetworkComplete').")
      .def(
          "store_profile",
          [](Rig& self, const std::wstring& name, const std::wstring& access_string,
             const std::wstring& user_name, const std::wstring& password) {
            ProfileText profile;
            profile.name = name;
            profile.access_string = access_string;
            profile.user_name = user_name;
            profile.password = password;
            self.StoreProfile(profile);
          },
          py::arg("name") = "internet", py::arg("access_string") = "internet",
          py::arg("user_name") = "", py::arg("password") = "", Released())
      .def(
          "interface",
          [](const std::shared_ptr<Rig>& self) {
            return PyInterface{self, self->Interface()};
          },
          Released(), "The modem's IMbnInterface, a snapshot of the current state.")
      .def(
          "connection",
          [](const std::shared_ptr<Rig>& self) {
            return PyConnection{self, self->Connection()};
          },
          Released(), "The modem's IMbnConnection, a snapshot of the current state.");
}

void BindMbn(py::module_& module) {
  py::class_<PyInterface>(module, "Interface", "IMbnInterface: a snapshot of one modem.")
      .def_property_readonly(
          "id",
          [](PyInterface& self) {
            return Take([&](BSTR* id) { return self.object->get_InterfaceID(id); });
          })
      .def_property_readonly("ready_state", &ReadyState)
      .def_property_readonly("subscriber_id", &SubscriberId)
      .def("connection", [](PyInterface& self) {
        PyConnection connection{self.rig, nullptr};
        CheckMbn(self.object->GetConnection(connection.object.GetAddressOf()),
                 "IMbnInterface::GetConnection");
        return connection;
      });
  py::class_<PyConnection>(module, "Connection", "IMbnConnection: a snapshot of one connection.")
      .def_property_readonly(
          "id",
          [](PyConnection& self) {
            return Take([&](BSTR* id) { return self.object->get_ConnectionID(id); });
          })
      .def_property_readonly("state", &ConnectionState,
                             "The activation state and the profile's name.")
      .def_property_readonly("network_error",
                             [](PyConnection& self) {
                               ULONG error = 0;
                               CheckMbn(self.object->GetActivationNetworkError(&error),
                                        "IMbnConnection::GetActivationNetworkError");
                               return error;
                             })
      .def(
          "connect",
          [](PyConnection& self, const std::wstring& profile, bool temporary) {
            Connect(*self.rig, *self.object.Get(), profile, temporary);
          },
          py::arg("profile"), py::arg("temporary") = false, Released(),
          "Connects with a stored profile's name (or, if temporary, with a profile's XML) and "
          "waits "
          "for OnConnectComplete. Raises MbnError if the call or the event reports a failure.")
      .def(
          "disconnect", [](PyConnection& self) { Disconnect(*self.rig, *self.object.Get()); },
          Released());
}

void BindRas(py::module_& module) {
  py::class_<Port>(module, "Port", "A port of the router, from MprAdminPortEnum.")
      .def_readonly("name", &Port::name)
      .def_readonly("device", &Port::device)
      .def_readonly("connected", &Port::connected);
  py::class_<RasServer>(module, "RasServer",
                        "A handle of MprAdminServerConnect, as a context manager.")
      .def(py::init<>(), Released())
      .def(
          "__enter__", [](RasServer& self) -> RasServer& { return self; },
          py::return_value_policy::reference_internal)
      .def("__exit__", [](RasServer& self, const py::args&) { self.Close(); })
      .def("create_interface", &RasServer::CreateInterface, py::arg("name"),
           py::arg("enabled") = true, Released(),
           "Creates a demand-dial interface that dials the profile with the same name.")
      .def("delete_interface", &RasServer::DeleteInterface, py::arg("name"), Released())
      .def("connect", &RasServer::Connect, py::arg("name"), Released(),
           "Calls MprAdminInterfaceConnect and waits for the connection.")
      .def("disconnect", &RasServer::Disconnect, py::arg("name"), Released())
      .def("ports", &RasServer::Ports, Released())
      .def("disconnect_port", &RasServer::DisconnectPort, py::arg("port"), Released());
  module.def("ras_service_running", &RasServiceRunning, "Calls MprAdminIsServiceRunning.");
}

}  // namespace

PYBIND11_MODULE(_mbnrig, module) {
  module.doc() = "mbnrig: a modem that fails on command, and the APIs that must survive it.";
  const py::module_ errors = py::module_::import("mbnrig._errors");
  module.attr("MbnError") = errors.attr("MbnError");
  module.attr("RasError") = errors.attr("RasError");
  BindErrors(module);
  BindRig(module);
  BindMbn(module);
  BindRas(module);
}

}  // namespace mbnrig::python
