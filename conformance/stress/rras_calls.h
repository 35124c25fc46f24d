#pragma once

/// Random calls of mprapi.h by one thread.

#include <mprapi.h>
#include <windows.h>

#include <map>
#include <string>
#include <vector>

#include "stress/requests.h"
#include "stress/run.h"

namespace mbnrig::stress {

/// What all threads share.
struct RrasSurroundings {
  Findings& findings;
  const PhaseOf& phase;  ///< of the RRAS service
};

/// Where the calls are made.
enum class Place {
  kClient,   ///< on a thread of a client
  kHandler,  ///< in a handler of a Mobile Broadband event, where nothing may wait
};

/// The handles that one client holds, and its random calls. Of one thread at a time. Each call is
/// checked: its code, its outputs, and what it must answer in the present state of the service.
class RrasCalls {
 public:
  /// `making` tells which call is under way.
  RrasCalls(const RrasSurroundings& around, Random& random, Making& making, std::string name,
            Place place);
  ~RrasCalls();
  RrasCalls(const RrasCalls&) = delete;
  RrasCalls& operator=(const RrasCalls&) = delete;

  /// Makes one call, or a few that belong together.
  void Act();
  /// Both services have stopped: every attempt is over, and calls say that nothing runs. `requests`
  /// learns how many requests RRAS may have made for this client since the last time.
  void CheckAtRest(Requests& requests);
  /// How often each call had each result.
  const Tally& tally() const { return tally_; }

 private:
  /// An interface of this client, and the phase in which it was created.
  struct Interface {
    HANDLE handle = nullptr;
    Phase since;
    bool own = false;  ///< no other client knows its name
    std::string name;
  };
  struct Port {
    HANDLE handle = nullptr, connection = nullptr;
    Phase since;
  };
  /// An attempt that has begun. Its event is set when it ends, once.
  struct Attempt {
    HANDLE event = nullptr;
    std::string interface_name;
  };

  /// `when_stopped`: the code while the service does not run.
  template <class Body>
  DWORD Make(const char* api, DWORD when_stopped, Body&& body);
  void Finding(const std::string& text) const;
  /// A handle from before a restart is unknown.
  void CheckAge(const char* api, DWORD code, Phase before, Phase since, DWORD unknown) const;

  void ConnectServer();
  void DisconnectServer();
  void ConnectMibServer();
  void AskWhetherItRuns();
  void CreateInterface();
  void FindInterface();
  void DeleteInterface();
  void ConnectInterface();
  void DisconnectInterface();
  void ListPorts();
  void ListPortOfConnection();
  void DisconnectPort();
  void UseClosedServer();
  void CallWithoutRights();
  void FreeWhatIsNotABuffer();
  void EndAttempts(std::size_t most);

  Interface* AnyInterface();
  std::string InterfaceName();

  const RrasSurroundings around_;
  Random& random_;
  Making& making_;
  const std::string name_;
  const Place place_;
  MPR_SERVER_HANDLE server_ = nullptr, closed_ = nullptr;
  std::vector<Interface> interfaces_;
  std::vector<Port> ports_;
  std::vector<Attempt> attempts_;
  std::size_t mbn_requests_ = 0;
  Tally tally_;
};

}  // namespace mbnrig::stress
