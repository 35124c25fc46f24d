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

  /// Tells at once, in one line, how the services stand. Null: nobody listens, and Compare does
  /// nothing.
  void Listen(Handler handler, Services services);
  /// Tells of each difference to the call before.
  void Compare(Services services);

  /// For Service::Note: how `subject` stands now. `over` is told once nothing is said about the
  /// subject any more; empty: nothing is told then.
  void Say(std::string subject, std::string text, std::string over = "");
  /// " (network error 7)"; "" for 0.
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
