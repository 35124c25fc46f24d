#include "com/event_handler.h"

namespace mbnrig::com {
namespace {

thread_local bool in_event_handler = false;

}  // namespace

bool InEventHandler() {
  return in_event_handler;
}

EventHandlerMark::EventHandlerMark() {
  in_event_handler = true;
}

EventHandlerMark::~EventHandlerMark() {
  in_event_handler = false;
}

}  // namespace mbnrig::com
