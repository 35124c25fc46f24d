#pragma once

/// The getters of the Mobile Broadband API, each with its answer as text. An object gives the
/// answers of the moment when it was obtained, so a second answer differs from the first only if
/// the service broke this rule.

#include <mbnapi.h>

#include <functional>
#include <string>
#include <vector>

namespace mbnrig::stress {

template <class I>
struct Getter {
  const char* api;
  /// Returns the code. Writes the value into `text` if it succeeded, and frees it.
  std::function<HRESULT(I&, std::string* text)> get;
};

const std::vector<Getter<IMbnInterface>>& InterfaceGetters();
const std::vector<Getter<IMbnRegistration>>& RegistrationGetters();
const std::vector<Getter<IMbnConnection>>& ConnectionGetters();
const std::vector<Getter<IMbnSubscriberInformation>>& SubscriberGetters();
const std::vector<Getter<IMbnConnectionProfile>>& ProfileGetters();

}  // namespace mbnrig::stress
