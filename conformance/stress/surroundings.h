#pragma once

/// What happens around the calls: modems come, go and change, and the services stop and start.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "gadget.h"
#include "mbn/testing/test_support.h"
#include "stress/run.h"
#include "usb/loopback.h"

namespace mbnrig::stress {

/// Several modems on one bus in this process. One thread changes them.
class Modems {
 public:
  explicit Modems(Findings& findings);
  ~Modems();
  Modems(const Modems&) = delete;
  Modems& operator=(const Modems&) = delete;

  usb::LoopbackBus& bus() { return bus_; }
  /// Changes them at random until the round is over. Afterwards no modem holds an answer back.
  void Live(Round& round, Random& random);

 private:
  struct Modem {
    explicit Modem(usb::LoopbackBus& bus);
    ~Modem();
    Gadget gadget;
    usb::LoopbackPort port;
  };
  void Change(Modem& modem, Random& random, Round& round);
  void Control(Modem& modem, const std::string& method, const nlohmann::json& parameters);

  Findings& findings_;
  usb::LoopbackBus bus_;
  std::vector<std::unique_ptr<Modem>> modems_;
};

/// Both services of this process. One thread at a time starts and stops them.
class Services {
 public:
  /// The Mobile Broadband service watches `bus`, and keeps its profiles in a temporary folder.
  Services(Findings& findings, usb::LoopbackBus& bus);
  ~Services();
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  const PhaseOf& mbn() const { return mbn_; }
  const PhaseOf& rras() const { return rras_; }

  void StartBoth();
  /// In the order that `random` chooses.
  void StopBoth(Random& random);
  /// Stops, starts, pauses and continues them at random until the round is over.
  void Live(Round& round, Random& random);

 private:
  void StartMbn();
  void StopMbn();
  void StartRras();
  void StopRras();

  Findings& findings_;
  mbn::testing::TemporaryFolder folder_;
  PhaseOf mbn_, rras_;
};

}  // namespace mbnrig::stress
