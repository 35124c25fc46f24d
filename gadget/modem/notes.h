#pragma once

/// Tells in plain words what has changed in the modem, for comments in a trace.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "modem/service.h"

namespace mbnrig::modem {

class Notes {
 public:
  using Handler = std::function<void(const std::string&)>;
  using Services = std::span<const std::unique_ptr<Service>>;

  /// Tells the state of the services at once, in one line. Null: Compare does nothing from now on.
  void Listen(Handler handler, Services services);
  /// Tells each difference from the previous call.
  void Compare(Services services);

  /// For Service::Note: the present state of `subject`. `over` is told when the service stops
  /// saying anything about the subject. Empty: nothing is told then.
  void Say(std::string subject, std::string text, std::string over = "");
  /// " (network error 7)". Empty for 0.
  static std::string Cause(std::uint32_t nw_error);

 private:
  struct Line {
    std::string subject, text, over;
  };
  using Lines = std::vector<Line>;
  Lines Ask(Services services);

  Handler handler_;
  Lines said_;    // as of the last Compare
  Lines saying_;  // while the services are asked
};

}  // namespace mbnrig::modem
