#pragma once

/// Objects for several tests of this folder.

#include <mbnapi.h>

#include <atomic>
#include <functional>

#include "com/object.h"

namespace mbnrig::com::testing {

/// Counts the objects below that exist.
inline std::atomic<int> g_alive{0};

/// A sink of radio events that counts its calls and lives as long as it is referenced.
class RadioSink final : public Object<IMbnRadioEvents> {
 public:
  explicit RadioSink(std::function<void()> on_change = {}) : on_change_(std::move(on_change)) {
    ++g_alive;
  }
  ~RadioSink() override { --g_alive; }

  HRESULT STDMETHODCALLTYPE OnRadioStateChange(IMbnRadio*) override {
    ++calls;
    if (on_change_) on_change_();
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE OnSetSoftwareRadioStateComplete(IMbnRadio*, ULONG, HRESULT) override {
    return S_OK;
  }

  std::atomic<int> calls{0};

 private:
  const std::function<void()> on_change_;
};

/// An object with two interfaces.
class Radio final : public Object<IMbnRadio, IMbnSignal> {
 public:
  Radio() { ++g_alive; }
  ~Radio() override { --g_alive; }

  HRESULT STDMETHODCALLTYPE get_SoftwareRadioState(MBN_RADIO* state) override {
    *state = MBN_RADIO_ON;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE get_HardwareRadioState(MBN_RADIO* state) override {
    *state = MBN_RADIO_OFF;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE SetSoftwareRadioState(MBN_RADIO, ULONG*) override { return E_FAIL; }
  HRESULT STDMETHODCALLTYPE GetSignalStrength(ULONG* strength) override {
    *strength = 17;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetSignalError(ULONG* error) override {
    *error = MBN_ERROR_RATE_UNKNOWN;
    return S_OK;
  }
};

}  // namespace mbnrig::com::testing
