#pragma once

#include <mbnapi.h>

#include <atomic>
#include <string>

#include "com/object.h"
#include "mbn/profile/profile.h"
#include "mbn/seam.h"

namespace mbnrig::mbn {

/// IMbnConnectionProfile: a profile as it was when the object was made. UpdateProfile and Delete
/// change the store. `interface_id` is the device for which the client asked for the profile; empty
/// if the client did not name a device.
class ConnectionProfile final : public com::Object<IMbnConnectionProfile> {
 public:
  ConnectionProfile(ProfilePtr profile, std::string interface_id)
      : profile_(std::move(profile)), interface_id_(std::move(interface_id)) {}

  HRESULT STDMETHODCALLTYPE GetProfileXmlData(BSTR* xml) override;
  HRESULT STDMETHODCALLTYPE UpdateProfile(LPCWSTR xml) override;
  HRESULT STDMETHODCALLTYPE Delete() override;

 private:
  // Whether the device that the client named is present, or another one with the profile's
  // subscriber. True if the client did not name a device.
  bool DeviceIsPresent(Seam& service) const;

  const ProfilePtr profile_;
  const std::string interface_id_;
  std::atomic<bool> deleted_{false};  // by Delete of this object
};

}  // namespace mbnrig::mbn
