#pragma once

/// Random calls of mbnapi.h by one thread.

#include <mbnapi.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "com/client.h"
#include "stress/mbn_getters.h"
#include "stress/requests.h"
#include "stress/run.h"

namespace mbnrig::stress {

/// What all threads share.
struct MbnSurroundings {
  Findings& findings;
  const PhaseOf& phase;  ///< of the Mobile Broadband service
};

/// The objects that one client holds, and its random calls. Of one thread, which has initialised
/// COM. Each call is checked: its code, its outputs, and what it must answer in the present state
/// of the service.
class MbnCalls {
 public:
  /// `making` tells which call is under way.
  MbnCalls(const MbnSurroundings& around, Random& random, Making& making, std::string name);

  /// Makes one call, or a few that belong together.
  void Act();
  /// The service has stopped: calls on every object that is left say so. `requests` gets the
  /// requests that were accepted since the last time.
  void CheckAtRest(Requests& requests);
  /// How often each call had each result.
  const Tally& tally() const { return tally_; }

 private:
  /// An object, the phase in which the client got it, and its first answers.
  template <class I>
  struct Held {
    com::Ptr<I> object;
    Phase since;
    std::map<std::string, std::string> answers{};
  };
  template <class I>
  using HeldObjects = std::vector<Held<I>>;

  /// What a call needs of the service.
  enum class Needs { kNothing, kService };
  template <class Body>
  HRESULT Make(const char* api, Needs needs, Body&& body);
  void Finding(const std::string& text) const;

  template <class I>
  void Hold(HeldObjects<I>& objects, com::Ptr<I> object, Phase since);
  template <class I>
  void DropOld(HeldObjects<I>& objects);
  template <class I, class Object>
  void Ask(Held<I>& held, Object& object, const std::vector<Getter<Object>>& getters);
  void CheckRequest(const char* api, HRESULT code, Phase before, Phase since, ULONG request,
                    mbn::EventId completion);

  void ListModems();
  void FindModem();
  void ListConnections();
  void FindConnection();
  void ConnectionOfModem();
  void AskModem();
  void AskRegistration();
  void AskConnection();
  void AskProfile();
  void Connect();
  void Disconnect();
  void CreateProfile();
  void GetProfile();
  void ListProfiles();
  void UpdateProfile();
  void DeleteProfile();
  void AskForNothing();
  void MakeManagers();
  void ListenForAWhile();

  /// One of the names that all clients use, or one of this client's own.
  std::string ProfileName();
  IMbnInterface* ModemOrNull();

  const MbnSurroundings around_;
  Random& random_;
  Making& making_;
  const std::string name_;
  com::Ptr<IMbnInterfaceManager> interfaces_;
  com::Ptr<IMbnConnectionManager> connections_;
  com::Ptr<IMbnConnectionProfileManager> profiles_;
  HeldObjects<IMbnInterface> modems_;
  HeldObjects<IMbnConnection> held_connections_;
  HeldObjects<IMbnConnectionProfile> held_profiles_;
  std::set<std::string>
      own_profiles_;  ///< the profiles that only this client changes, and that are stored
  com::Advices advices_;
  std::vector<std::pair<ULONG, mbn::EventId>> accepted_;
  Tally tally_;
};

}  // namespace mbnrig::stress
