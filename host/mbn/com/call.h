#pragma once

/// The checks that every method of a COM object makes first, and the way in which it returns an
/// answer:
///
///   HRESULT Connection::Disconnect(ULONG* request) {
///     using Call = CallOf<pages::kIMbnConnection_Disconnect>;
///     return Call::OnModem(*modem_, Outs(request), [&](Seam& service, const Modem& modem) {
///       return Call::Submit(service, modem, DisconnectRequest{}, request);
///     });
///   }
///
/// The checks come in the order of docs/semantics.md: outputs, service, modem.

#include <mbnapi.h>

#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "com/array.h"
#include "com/guard.h"
#include "com/text.h"
#include "mbn/api/page.h"
#include "mbn/api/status_map.h"
#include "mbn/com/service_call.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// The out pointers of a method.
template <class... Out>
std::tuple<Out*...> Outs(Out*... outs) {
  return {outs...};
}

/// Stores a value in an out pointer in the API's form: UTF-8 text as a BSTR, a list as a SAFEARRAY,
/// anything else unchanged. S_OK, E_OUTOFMEMORY.
template <class T>
HRESULT Put(const T& value, T* out) {
  *out = value;
  return S_OK;
}
inline HRESULT Put(const std::string& text, BSTR* out) {
  return com::GiveBstr(text, out);
}
inline HRESULT Put(const std::vector<std::string>& texts, SAFEARRAY** out) {
  return com::GiveStringArray(texts, out);
}
/// UTF-8 text with the API's limit of characters.
inline com::Bstr Limited(const std::string& utf8, std::size_t characters) {
  return com::Bstr(std::wstring_view(com::FromUtf8(utf8)).substr(0, characters));
}

template <class Interface>
HRESULT Put(const std::vector<com::Ptr<Interface>>& objects, SAFEARRAY** out) {
  return com::GiveInterfaceArray(objects, out);
}
template <class Object, class Interface>
HRESULT Put(com::Ptr<Object> object, Interface** out) {
  *out = object.Detach();
  return S_OK;
}

/// The code of `page` for an answer of the modem. A value: S_OK. No answer yet: E_PENDING. A
/// refusal: the code for the trouble with the SIM if the page documents it, otherwise the code for
/// the modem's status.
template <class T>
HRESULT CodeFor(const Page&, const ModemState&, const std::optional<T>& fact) {
  return fact ? S_OK : E_PENDING;
}
template <class T>
HRESULT CodeFor(const Page& page, const ModemState& state, const Answer<T>& fact) {
  if (!fact.known()) return E_PENDING;
  if (fact.value) return S_OK;
  const HRESULT trouble = SimTrouble(state);
  if (trouble != S_OK && page.Documents(trouble)) return trouble;
  return page.Nearest(MeaningOf(*fact.refusal));
}
template <class T>
const T& ValueOf(const std::optional<T>& fact) {
  return *fact;
}
template <class T>
const T& ValueOf(const Answer<T>& fact) {
  return *fact.value;
}

/// The first of two codes that `page` allows, or the page's fallback if it allows neither.
constexpr HRESULT FirstAllowed(const Page& page, HRESULT first, HRESULT second) {
  if (page.Allows(first)) return first;
  return page.Allows(second) ? second : page.fallback();
}

/// Runs the body of the method that `kPage` documents. Each function returns E_POINTER if an output
/// is NULL, clears the outputs, and turns exceptions into codes. Bodies return a Code.
template <const Page& kPage>
class CallOf {
 public:
  using Code = PageCode<kPage>;

  /// Runs `body()`.
  template <class... Out, class Body>
  static HRESULT Do(std::tuple<Out*...> outs, Body&& body) {
    return Guarded(outs, std::forward<Body>(body));
  }

  /// Runs `body(Seam&)` while the service runs.
  template <class... Out, class Body>
  static HRESULT OnService(std::tuple<Out*...> outs, Body&& body) {
    return Guarded(outs, [&]() -> Code {
      const ServiceCall service;
      if (!service) return kStopped;
      return body(*service);
    });
  }

  /// Runs `body(Seam&, const Modem&)` with the present state of the modem that `state` belongs to.
  template <class... Out, class Body>
  static HRESULT OnModem(const ModemState& state, std::tuple<Out*...> outs, Body&& body) {
    return OnService(outs, [&](Seam& service) -> Code {
      const std::optional<Modem> modem = service.FindModem(state.interface_id);
      if (!modem) return kNotListed;
      if (!modem->reachable) return kUnreachable;
      return body(service, *modem);
    });
  }

  /// Submits a request to the modem that OnModem found. The modem may have left since then.
  static Code Submit(Seam& service, const Modem& modem, const OperationRequest& operation,
                     ULONG* request) {
    const HRESULT code = service.Submit(modem.state->interface_id, operation, request);
    if (code == E_HANDLE) return kUnreachable;
    if (code == kNotFound) return kNotListed;
    return Code::Checked(code);
  }

  /// Stores `convert(value)` in `out` if the modem has answered with a value of `fact`.
  template <class Fact, class Out, class Convert>
  static HRESULT Give(const ModemState& state, Fact ModemState::*fact, Out* out,
                      Convert&& convert) {
    return GiveAnswer(state, fact, S_OK, out, std::forward<Convert>(convert));
  }

  /// As Give, but with the code for the trouble with the SIM, if the page documents it, also when
  /// the modem has answered.
  template <class Fact, class Out, class Convert>
  static HRESULT GiveWithSim(const ModemState& state, Fact ModemState::*fact, Out* out,
                             Convert&& convert) {
    const HRESULT trouble = SimTrouble(state);
    return GiveAnswer(state, fact, kPage.Documents(trouble) ? trouble : S_OK, out,
                      std::forward<Convert>(convert));
  }

  /// For a method that the service does not implement yet.
  template <class... Out>
  static HRESULT NotImplemented(std::tuple<Out*...> outs) {
    return Guarded(outs, [] { return Code::Checked(E_NOTIMPL); });
  }

 private:
  /// Gives the answer out, unless there is none or `trouble` is not S_OK.
  template <class Fact, class Out, class Convert>
  static HRESULT GiveAnswer(const ModemState& state, Fact ModemState::*fact, HRESULT trouble,
                            Out* out, Convert&& convert) {
    return Guarded(Outs(out), [&]() -> Code {
      HRESULT code = CodeFor(kPage, state, state.*fact);
      if (code == S_OK) code = trouble;
      return Code::Checked(code != S_OK ? code : Put(convert(ValueOf(state.*fact)), out));
    });
  }

  static constexpr HRESULT kServiceNotActive = HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
  static constexpr HRESULT kNotFound = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  // If a page documents only one of two codes for a condition, that code stands for both.
  static constexpr HRESULT kStopped = FirstAllowed(kPage, kServiceNotActive, kNotFound);
  static constexpr HRESULT kNotListed = FirstAllowed(kPage, kNotFound, E_HANDLE);
  static constexpr HRESULT kUnreachable = FirstAllowed(kPage, E_HANDLE, kNotFound);

  template <class... Out, class Body>
  static HRESULT Guarded(std::tuple<Out*...> outs, Body&& body) {
    static_assert(std::is_same_v<std::invoke_result_t<Body>, Code>,
                  "a body returns a Code, so that the compiler sees its codes");
    if (!std::apply([](auto*... out) { return ((out != nullptr) && ...); }, outs)) return E_POINTER;
    std::apply([](auto*... out) { ((*out = {}), ...); }, outs);
    return com::Guard([&]() -> HRESULT { return body(); });
  }
};

}  // namespace mbnrig::mbn
