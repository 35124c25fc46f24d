#include "usb/interruption.h"

#include <signal.h>

namespace mbnrig::usb {

int InterruptionSignal() {
  static const int kSignal = [] {
    const int signal = SIGRTMIN + 4;
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(signal, &action, nullptr);  // without SA_RESTART
    return signal;
  }();
  return kSignal;
}

}  // namespace mbnrig::usb
